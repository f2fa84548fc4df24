// SPDX-License-Identifier: Apache-2.0
#include "client/cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "absl/strings/str_cat.h"

namespace kizuna::cli {
namespace {

constexpr int kColumnsWithoutTerminal = 80;
constexpr int kFewestColumns = 40;

// The environment says no by NO_COLOR set to anything but nothing (https://no-color.org).
bool ColourWelcome() {
  const char* const no_color = std::getenv("NO_COLOR");
  if (no_color != nullptr && *no_color != '\0') return false;
  const char* const term = std::getenv("TERM");
  return term != nullptr && absl::string_view(term) != "dumb";
}

int ColumnsOfOutput() {
  if (!isatty(STDOUT_FILENO)) return kColumnsWithoutTerminal;
  winsize size = {};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    return size.ws_col < kFewestColumns ? kFewestColumns : size.ws_col;
  }
  return kColumnsWithoutTerminal;
}

std::string LocaleOfMessages() {
  for (const char* const name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* const value = std::getenv(name);
    if (value != nullptr && *value != '\0') return value;
  }
  return "";
}

const char* CodeOf(Style style) {
  switch (style) {
    case Style::kPlain:
      return "";
    case Style::kBold:
      return "\033[1m";
    case Style::kDim:
      return "\033[2m";
    case Style::kGood:
      return "\033[32m";
    case Style::kWarning:
      return "\033[33m";
    case Style::kBad:
      return "\033[31m";
  }
  return "";
}

}  // namespace

Terminal Terminal::OfProcess() {
  Terminal terminal;
  terminal.in = &std::cin;
  terminal.out = &std::cout;
  terminal.err = &std::cerr;
  terminal.columns = ColumnsOfOutput();
  terminal.in_is_terminal = isatty(STDIN_FILENO) != 0;
  terminal.err_is_terminal = isatty(STDERR_FILENO) != 0;
  terminal.locale = LocaleOfMessages();
  terminal.out_colour = isatty(STDOUT_FILENO) != 0 && ColourWelcome();
  terminal.err_colour = terminal.err_is_terminal && ColourWelcome();
  return terminal;
}

std::string Paint(absl::string_view text, Style style, bool colour) {
  if (!colour || style == Style::kPlain || text.empty()) return std::string(text);
  return absl::StrCat(CodeOf(style), text, "\033[0m");
}

}  // namespace kizuna::cli
