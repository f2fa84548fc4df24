// SPDX-License-Identifier: Apache-2.0
//
// How does a document look, on a screen and on paper?

#ifndef KIZUNA_CLIENT_REVIEW_STYLE_H_
#define KIZUNA_CLIENT_REVIEW_STYLE_H_

#include <string>

#include "client/review/document.h"

namespace kizuna::review {

// The content of the style element: the page with what stands at its edges, then the rest. Holds
// neither & nor <, so that it reads the same in HTML and in XML.
std::string StyleSheet(const Document& document);

}  // namespace kizuna::review

#endif  // KIZUNA_CLIENT_REVIEW_STYLE_H_
