// SPDX-License-Identifier: Apache-2.0
//
// How is a document one file that any browser shows and prints? HTML that is well-formed XML too,
// with its style and pictures in it, without a script and without a link to anywhere.

#ifndef KIZUNA_CLIENT_REVIEW_HTML_H_
#define KIZUNA_CLIENT_REVIEW_HTML_H_

#include <string>

#include "client/review/document.h"

namespace kizuna::review {

// The whole file, UTF-8.
std::string Html(const Document& document);

}  // namespace kizuna::review

#endif  // KIZUNA_CLIENT_REVIEW_HTML_H_
