// SPDX-License-Identifier: Apache-2.0
//
// Where does a command print, and what can the place do? Colour, width and questions belong to a
// terminal alone; a pipe gets plain text. Passed in, so that a test can be a terminal of any width.

#ifndef KIZUNA_CLIENT_CLI_TERMINAL_H_
#define KIZUNA_CLIENT_CLI_TERMINAL_H_

#include <istream>
#include <ostream>
#include <string>

#include "absl/strings/string_view.h"

namespace kizuna::cli {

// How a piece of text is meant; a terminal shows it by colour.
enum class Style { kPlain, kBold, kDim, kGood, kWarning, kBad };

class Workbook;

// The three streams of a command and what they are. Plain data; the streams outlive it.
struct Terminal {
  std::istream* in = nullptr;
  std::ostream* out = nullptr;
  std::ostream* err = nullptr;
  // Columns of the terminal that `out` is, or 80 where it is none.
  int columns = 80;
  // Whether `out`, or `err`, shows colours.
  bool out_colour = false;
  bool err_colour = false;
  // Whether somebody sits before `in` and `err` who can be asked, and who sees progress.
  bool in_is_terminal = false;
  bool err_is_terminal = false;
  // The locale of messages as POSIX has it, such as "ja_JP.UTF-8": LC_ALL, LC_MESSAGES or LANG, the
  // first that is set. Empty: none is.
  std::string locale;

  // Where lists go instead of `out` when they were asked for as xlsx; null otherwise. Not owned.
  Workbook* workbook = nullptr;

  // The process's own streams. Colour needs a terminal, no NO_COLOR and a TERM other than `dumb`.
  static Terminal OfProcess();
};

// `text` in the colour of `style` when `colour`, else as it is.
std::string Paint(absl::string_view text, Style style, bool colour);

}  // namespace kizuna::cli

#endif  // KIZUNA_CLIENT_CLI_TERMINAL_H_
