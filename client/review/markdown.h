// SPDX-License-Identifier: Apache-2.0
//
// How is a document plain text that people may edit? Markdown (CommonMark with GitHub's tables);
// pictures are told in words.

#ifndef KIZUNA_CLIENT_REVIEW_MARKDOWN_H_
#define KIZUNA_CLIENT_REVIEW_MARKDOWN_H_

#include <string>

#include "client/review/document.h"

namespace kizuna::review {

// The whole file, UTF-8.
std::string Markdown(const Document& document);

}  // namespace kizuna::review

#endif  // KIZUNA_CLIENT_REVIEW_MARKDOWN_H_
