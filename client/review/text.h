// SPDX-License-Identifier: Apache-2.0
//
// How does a text that anybody may have written come into a document without harm? Cleaned of what
// no document may hold, then escaped for where it stands.

#ifndef KIZUNA_CLIENT_REVIEW_TEXT_H_
#define KIZUNA_CLIENT_REVIEW_TEXT_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace kizuna::review {

// The text with U+FFFD for every byte that is not UTF-8, every control character but the line end
// and the tab, every non-character and every mark that overrides the direction of what follows.
// Line ends become "\n". Nothing else is changed: emoji and right-to-left letters stay.
std::string Clean(absl::string_view text);

// The paragraphs of a text: its lines, cleaned, without those that are blank.
std::vector<std::string> Paragraphs(absl::string_view text);

// Cleaned, for the content and the attributes of HTML and of XML alike; line ends become spaces.
std::string EscapeHtml(absl::string_view text);

// Cleaned, for a line of Markdown in which nothing of it has a meaning, neither in a table nor at
// the beginning of a line; line ends become spaces.
std::string EscapeMarkdown(absl::string_view text);

// Cleaned, as a string of CSS with its quotes; cannot end the string nor the style element.
std::string QuoteCss(absl::string_view text);

// About how wide the text is, in halves of a wide letter: 2 for a Japanese letter, 1 for a Latin.
int WidthOf(absl::string_view text);

// How wide the widest piece is that is best not broken: a word, as WidthOf().
int WidestWord(absl::string_view text);

// The text, cleaned, on one line, and cut with "…" where it is wider than `width` (as WidthOf()).
std::string Shortened(absl::string_view text, int width);

}  // namespace kizuna::review

#endif  // KIZUNA_CLIENT_REVIEW_TEXT_H_
