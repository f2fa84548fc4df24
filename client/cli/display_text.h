// SPDX-License-Identifier: Apache-2.0
//
// How wide is a text on a terminal, and how is it made to fit? A Japanese letter takes two columns
// and a combining mark none, so neither bytes nor code points line a table up. And text that came
// from customers must not steer the terminal of whoever reads it.

#ifndef KIZUNA_CLIENT_CLI_DISPLAY_TEXT_H_
#define KIZUNA_CLIENT_CLI_DISPLAY_TEXT_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace kizuna::cli {

// The text as one line that is safe to print: tabs and line ends become spaces; other control
// characters, direction overrides and bytes that are not UTF-8 become U+FFFD.
std::string OneLine(absl::string_view text);

// How many columns of a terminal `text` takes: 2 for wide letters and emoji, 0 for what combines
// with the letter before it, 1 for the rest. `text` is taken as OneLine() leaves it.
int DisplayWidth(absl::string_view text);

// `text` followed, or led, by as many spaces as it needs to take `columns`; longer text is left as
// it is.
std::string PadRight(absl::string_view text, int columns);
std::string PadLeft(absl::string_view text, int columns);

// `text` cut into lines of at most `columns` (at least 2): at spaces and between wide letters,
// but not before a closing mark such as 。 nor after an opening one. A word that is wider than a
// line is cut after - _ / @ and a point or before (, and where that is not enough, anywhere.
// Nothing but spaces at the cuts is lost. Empty text is one empty line.
std::vector<std::string> WrapText(absl::string_view text, int columns);

// The width of the widest piece of `text` that WrapText() would rather not cut.
int WidestPiece(absl::string_view text);

}  // namespace kizuna::cli

#endif  // KIZUNA_CLIENT_CLI_DISPLAY_TEXT_H_
