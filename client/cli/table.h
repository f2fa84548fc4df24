// SPDX-License-Identifier: Apache-2.0
//
// How does a list look to people? Columns lined up by display width, within the width of the
// terminal: a text that does not fit goes on in further lines of its own column, and nothing is cut
// off.

#ifndef KIZUNA_CLIENT_CLI_TABLE_H_
#define KIZUNA_CLIENT_CLI_TABLE_H_

#include <string>
#include <vector>

#include "client/cli/terminal.h"

namespace kizuna::cli {

// On which side a column's texts stand. Numbers stand on the right.
enum class Align { kLeft, kRight };

// A column as people see it.
struct TableColumn {
  std::string title;
  Align align = Align::kLeft;
  // Whether its texts may go on in further lines. An id may not: people copy it.
  bool wraps = false;
};

// A text and what it means. The text is printed as OneLine() leaves it.
struct TableCell {
  std::string text;
  Style style = Style::kPlain;
};

// Collects rows and lays them out. Not thread-safe.
class Table {
 public:
  explicit Table(std::vector<TableColumn> columns) : columns_(std::move(columns)) {}

  // Takes a row of as many cells as there are columns.
  void AddRow(std::vector<TableCell> cells);
  bool empty() const { return rows_.empty(); }

  // The whole table in lines of at most `columns` where its wrapping columns allow it, each line
  // led by `indent` spaces and ended by a line end. Without a row only the titles. Titles that are
  // all empty are left out.
  std::string Render(int columns, bool colour, int indent = 0) const;

 private:
  std::vector<int> ColumnWidths(int columns) const;
  // Takes `excess` columns off the widest wrapping ones, none below `least`; what is left of it.
  int Narrow(const std::vector<int>& least, int excess, std::vector<int>* widths) const;

  std::vector<TableColumn> columns_;
  std::vector<std::vector<TableCell>> rows_;
};

}  // namespace kizuna::cli

#endif  // KIZUNA_CLIENT_CLI_TABLE_H_
