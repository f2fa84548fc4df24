// SPDX-License-Identifier: Apache-2.0
#include "client/cli/table.h"

#include <algorithm>
#include <cassert>

#include "absl/strings/str_cat.h"
#include "client/cli/display_text.h"

namespace kizuna::cli {
namespace {

constexpr int kGap = 2;                // spaces between two columns
constexpr int kNarrowestWrapping = 8;  // a wrapping column is not made narrower than this

std::string Spaces(int count) { return std::string(static_cast<size_t>(std::max(0, count)), ' '); }

// One row, which takes as many lines as its longest cell.
void RenderRow(const std::vector<TableColumn>& columns, const std::vector<int>& widths,
               const std::vector<TableCell>& cells, bool colour, int indent, std::string* out) {
  std::vector<std::vector<std::string>> lines(cells.size());
  size_t height = 1;
  for (size_t c = 0; c < cells.size(); ++c) {
    lines[c] = columns[c].wraps ? WrapText(cells[c].text, widths[c])
                                : std::vector<std::string>{cells[c].text};
    height = std::max(height, lines[c].size());
  }
  for (size_t l = 0; l < height; ++l) {
    std::string line = Spaces(indent);
    int owed = 0;  // spaces that are printed only when something follows them
    for (size_t c = 0; c < cells.size(); ++c) {
      const std::string text = l < lines[c].size() ? lines[c][l] : "";
      const int missing = std::max(0, widths[c] - DisplayWidth(text));
      const bool right = columns[c].align == Align::kRight;
      if (right) owed += missing;
      if (!text.empty()) {
        absl::StrAppend(&line, Spaces(owed), Paint(text, cells[c].style, colour));
        owed = 0;
      }
      if (!right) owed += missing;
      owed += kGap;
    }
    absl::StrAppend(out, line, "\n");
  }
}

}  // namespace

void Table::AddRow(std::vector<TableCell> cells) {
  assert(cells.size() == columns_.size());
  for (TableCell& cell : cells) cell.text = OneLine(cell.text);
  rows_.push_back(std::move(cells));
}

std::vector<int> Table::ColumnWidths(int columns) const {
  std::vector<int> widths;
  std::vector<int> whole;  // wide enough not to cut a word
  for (const TableColumn& column : columns_) {
    widths.push_back(DisplayWidth(column.title));
    whole.push_back(widths.back());
  }
  for (const std::vector<TableCell>& row : rows_) {
    for (size_t c = 0; c < row.size(); ++c) {
      widths[c] = std::max(widths[c], DisplayWidth(row[c].text));
      if (columns_[c].wraps) whole[c] = std::max(whole[c], WidestPiece(row[c].text));
    }
  }
  int excess = kGap * (static_cast<int>(widths.size()) - 1) - columns;
  for (const int width : widths) excess += width;
  // Too wide: the widest of the wrapping columns give way, first as far as words stay whole.
  excess = Narrow(whole, excess, &widths);
  Narrow(std::vector<int>(widths.size(), kNarrowestWrapping), excess, &widths);
  return widths;
}

int Table::Narrow(const std::vector<int>& least, int excess, std::vector<int>* widths) const {
  for (; excess > 0; --excess) {
    int* widest = nullptr;
    for (size_t c = 0; c < widths->size(); ++c) {
      int& width = (*widths)[c];
      const bool gives =
          columns_[c].wraps && width > least[c] && width > DisplayWidth(columns_[c].title);
      if (gives && (widest == nullptr || width > *widest)) widest = &width;
    }
    if (widest == nullptr) break;
    --*widest;
  }
  return excess;
}

std::string Table::Render(int columns, bool colour, int indent) const {
  const std::vector<int> widths = ColumnWidths(columns - indent);
  std::string out;
  std::vector<TableCell> titles;
  bool titled = false;
  for (const TableColumn& column : columns_) {
    titles.push_back({column.title, Style::kBold});
    titled = titled || !column.title.empty();
  }
  if (titled) RenderRow(columns_, widths, titles, colour, indent, &out);
  for (const std::vector<TableCell>& row : rows_) {
    RenderRow(columns_, widths, row, colour, indent, &out);
  }
  return out;
}

}  // namespace kizuna::cli
