// SPDX-License-Identifier: Apache-2.0
//
// How does one answer become a table, JSON or CSV? A list is described once, by its columns, and
// printed in whichever form was asked for; JSON and CSV are written as rows come, so a list may be
// longer than memory, and nothing in them is rounded or cut.

#ifndef KIZUNA_CLIENT_CLI_OUTPUT_H_
#define KIZUNA_CLIENT_CLI_OUTPUT_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "client/cli/json.h"
#include "client/cli/table.h"
#include "client/cli/terminal.h"

namespace kizuna::cli {

// xlsx is no form of its own: it is CSV whose rows go to the terminal's workbook.
enum class Format { kTable, kJson, kCsv };

// A column of a list.
struct ListColumn {
  // Its name in JSON and CSV, snake_case. Stable: docs/cli.md lists it. Empty: for people only.
  std::string key;
  // Its title for people. Empty: for programs only.
  std::string title;
  Align align = Align::kLeft;
  bool wraps = false;
  // People see it from so many columns of their terminal on; narrower ones have no room for it.
  int from = 0;
};

// One value of a list, for programs and for people.
struct ListValue {
  ListValue(Json value_for_programs, std::string text_for_people, Style its_style = Style::kPlain)
      : value(std::move(value_for_programs)), text(std::move(text_for_people)), style(its_style) {}
  // A text that is the same for both.
  ListValue(const std::string& both)  // NOLINT: a row is a list of these
      : value(both), text(both) {}

  Json value;
  std::string text;
  Style style = Style::kPlain;
};

// Prints one list. Construct, Add() each row, then Finish() once. Not thread-safe.
class ListPrinter {
 public:
  // `name` is the list's field in JSON, such as "accounts".
  ListPrinter(const Terminal& terminal, Format format, absl::string_view name,
              std::vector<ListColumn> columns);

  // Takes a row of as many values as there are columns.
  void Add(std::vector<ListValue> row);

  // Ends the list. `tail`'s fields follow the list in JSON; a table without rows says `if_empty`.
  void Finish(const Json& tail, absl::string_view if_empty);

  int rows() const { return rows_; }

 private:
  const Terminal terminal_;
  const Format format_;
  const std::vector<ListColumn> columns_;
  Table table_;
  int rows_ = 0;
};

// One line of CSV with its line end: fields quoted as RFC 4180 says, lines ended by \n.
std::string CsvLine(const std::vector<std::string>& fields);

// `count` and the right form of its noun: "1 fact", "12,000 facts".
std::string Counted(int64_t count, absl::string_view one, absl::string_view many);

// `number` with commas between thousands: "1,234,567".
std::string Grouped(int64_t number);

}  // namespace kizuna::cli

#endif  // KIZUNA_CLIENT_CLI_OUTPUT_H_
