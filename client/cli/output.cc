// SPDX-License-Identifier: Apache-2.0
#include "client/cli/output.h"

#include <cassert>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "client/cli/workbook.h"

namespace kizuna::cli {
namespace {

bool IsShown(const ListColumn& column, const Terminal& terminal) {
  return !column.title.empty() && terminal.columns >= column.from;
}

std::vector<TableColumn> ForPeople(const std::vector<ListColumn>& columns,
                                   const Terminal& terminal) {
  std::vector<TableColumn> shown;
  for (const ListColumn& column : columns) {
    if (IsShown(column, terminal)) shown.push_back({column.title, column.align, column.wraps});
  }
  return shown;
}

std::string CsvField(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  return absl::StrCat("\"", absl::StrReplaceAll(text, {{"\"", "\"\""}}), "\"");
}

// `text` with its lines after the first indented by `spaces`.
std::string Indented(const std::string& text, int spaces) {
  const std::string end = absl::StrCat("\n", std::string(static_cast<size_t>(spaces), ' '));
  return absl::StrReplaceAll(text, {{"\n", end}});
}

}  // namespace

ListPrinter::ListPrinter(const Terminal& terminal, Format format, absl::string_view name,
                         std::vector<ListColumn> columns)
    : terminal_(terminal),
      format_(format),
      columns_(std::move(columns)),
      table_(ForPeople(columns_, terminal_)) {
  if (format_ == Format::kJson) *terminal_.out << "{\n  " << Json(name).Dump() << ": [";
  if (format_ == Format::kCsv) {
    std::vector<std::string> keys;
    for (const ListColumn& column : columns_) {
      if (!column.key.empty()) keys.push_back(column.key);
    }
    if (terminal_.workbook != nullptr) {
      terminal_.workbook->Begin(name, keys);
    } else {
      *terminal_.out << CsvLine(keys);
    }
  }
}

void ListPrinter::Add(std::vector<ListValue> row) {
  assert(row.size() == columns_.size());
  std::vector<TableCell> cells;
  std::vector<std::string> fields;
  std::vector<Json> values;
  const bool sheet = format_ == Format::kCsv && terminal_.workbook != nullptr;
  Json object = Json::MakeObject();
  for (size_t c = 0; c < row.size(); ++c) {
    if (format_ == Format::kTable && IsShown(columns_[c], terminal_)) {
      cells.push_back({std::move(row[c].text), row[c].style});
    }
    if (columns_[c].key.empty()) continue;
    if (sheet) {
      values.push_back(std::move(row[c].value));
      continue;
    }
    if (format_ == Format::kCsv) fields.push_back(row[c].value.Plain());
    if (format_ == Format::kJson) object.Set(columns_[c].key, std::move(row[c].value));
  }
  if (format_ == Format::kTable) table_.AddRow(std::move(cells));
  if (sheet) terminal_.workbook->AddRow(values);
  if (format_ == Format::kCsv && !sheet) *terminal_.out << CsvLine(fields);
  if (format_ == Format::kJson) {
    *terminal_.out << (rows_ > 0 ? ",\n    " : "\n    ") << Indented(object.Dump(), 4);
  }
  ++rows_;
}

void ListPrinter::Finish(const Json& tail, absl::string_view if_empty) {
  if (format_ == Format::kTable) {
    if (table_.empty()) {
      *terminal_.out << if_empty << "\n";
    } else {
      *terminal_.out << table_.Render(terminal_.columns, terminal_.out_colour);
    }
  }
  if (format_ == Format::kJson) {
    *terminal_.out << (rows_ > 0 ? "\n  ]" : "]");
    for (const Json::Field& field : tail.fields()) {
      *terminal_.out << ",\n  " << Json(field.first).Dump() << ": "
                     << Indented(field.second.Dump(), 2);
    }
    *terminal_.out << "\n}\n";
  }
  terminal_.out->flush();
}

std::string CsvLine(const std::vector<std::string>& fields) {
  std::string line;
  for (size_t i = 0; i < fields.size(); ++i) {
    absl::StrAppend(&line, i > 0 ? "," : "", CsvField(fields[i]));
  }
  // A line of one empty field would read as no line at all.
  if (line.empty()) line = "\"\"";
  return line + "\n";
}

std::string Grouped(int64_t number) {
  std::string digits =
      absl::StrCat(number < 0 ? 0 - static_cast<uint64_t>(number) : static_cast<uint64_t>(number));
  for (int at = static_cast<int>(digits.size()) - 3; at > 0; at -= 3) {
    digits.insert(static_cast<size_t>(at), ",");
  }
  return number < 0 ? absl::StrCat("-", digits) : digits;
}

std::string Counted(int64_t count, absl::string_view one, absl::string_view many) {
  return absl::StrCat(Grouped(count), " ", count == 1 ? one : many);
}

}  // namespace kizuna::cli
