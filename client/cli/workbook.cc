// SPDX-License-Identifier: Apache-2.0
#include "client/cli/workbook.h"

#include <unistd.h>
#include <utf8proc.h>
#include <xlsxwriter.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "client/cli/display_text.h"
#include "client/cli/exit_code.h"
#include "client/cli/output.h"

namespace kizuna::cli {
namespace {

constexpr int kNarrowest = 6;
constexpr int kWidest = 60;
constexpr int kDayWidth = 10;
constexpr int kInstantWidth = 23;
// A double tells numbers of so many digits apart, and no program for spreadsheets shows more.
constexpr size_t kMaxDigits = 15;

constexpr absl::CivilDay kFirstDay(1900, 3, 1);  // before it the format has a leap day too many
constexpr absl::CivilDay kDayZero(1899, 12, 30);

// Whether `text` begins with what spreadsheet programs read as an escaped letter: _x0041_.
bool BeginsWithEscape(absl::string_view text) {
  if (text.size() < 7 || text.substr(0, 2) != "_x" || text[6] != '_') return false;
  const absl::string_view digits = text.substr(2, 4);
  return std::all_of(digits.begin(), digits.end(), [](char digit) {
    return absl::ascii_isxdigit(static_cast<unsigned char>(digit));
  });
}

struct CleanText {
  std::string text;
  int64_t units = 0;  // of UTF-16
};

// `text` without what XML cannot hold: control characters and what is not Unicode become U+FFFD;
// what would be read as an escaped letter is escaped itself.
CleanText Cleaned(absl::string_view text) {
  CleanText clean;
  for (size_t at = 0; at < text.size();) {
    utf8proc_int32_t c = -1;
    const utf8proc_ssize_t read =
        utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data() + at),
                         static_cast<utf8proc_ssize_t>(text.size() - at), &c);
    const size_t length = read > 0 ? static_cast<size_t>(read) : 1;
    const bool line_end = c == '\r' && at + 1 < text.size() && text[at + 1] == '\n';
    const bool control = (c < 0x20 && c != '\t' && c != '\n') || (c >= 0x7F && c < 0xA0);
    at += length;
    if (line_end) continue;
    if (read <= 0 || control || c == 0xFFFE || c == 0xFFFF) {
      clean.text.append("\xEF\xBF\xBD");
    } else {
      absl::StrAppend(&clean.text, text.substr(at - length, length));
      if (BeginsWithEscape(text.substr(at - length))) clean.text.append("x005F_");
    }
    clean.units += c > 0xFFFF ? 2 : 1;
  }
  return clean;
}

// Whether a double holds every digit of `literal`; a measurement, which has as many as it needs,
// is rounded, an amount of money or a large count must not be.
bool FitsDouble(absl::string_view literal) {
  size_t digits = 0;
  for (const char c : literal) {
    if (c == 'e' || c == 'E') break;
    if (c >= '0' && c <= '9' && (digits > 0 || c != '0')) ++digits;
  }
  return digits <= kMaxDigits;
}

}  // namespace

bool SerialNumberOf(absl::string_view text, double* serial) {
  absl::Time instant;
  if (!absl::ParseTime("%Y-%m-%dT%H:%M:%E*SZ", text, &instant, nullptr) &&
      !absl::ParseTime("%Y-%m-%d", text, &instant, nullptr)) {
    return false;
  }
  const absl::TimeZone utc = absl::UTCTimeZone();
  const absl::CivilDay day = absl::ToCivilDay(instant, utc);
  if (day < kFirstDay || day.year() > 9999) return false;
  *serial = static_cast<double>(day - kDayZero) +
            absl::FDivDuration(instant - absl::FromCivil(day, utc), absl::Hours(24));
  return true;
}

struct Workbook::Sheet {
  lxw_workbook* book = nullptr;
  lxw_worksheet* page = nullptr;
  lxw_format* bold = nullptr;
  lxw_format* day = nullptr;
  lxw_format* instant = nullptr;
};

Workbook::Workbook(std::string path, int64_t max_rows)
    : path_(std::move(path)),
      part_path_(absl::StrCat(path_, ".part")),
      max_rows_(max_rows),
      sheet_(std::make_unique<Sheet>()) {}

absl::StatusOr<std::unique_ptr<Workbook>> Workbook::Create(const std::string& path,
                                                           int64_t max_rows) {
  std::unique_ptr<Workbook> made(new Workbook(path, max_rows));
  if (!std::ofstream(made->part_path_, std::ios::binary).good()) {
    return UsageError("--out", absl::StrCat("'", made->part_path_,
                                            "' cannot be written; name a file in a folder that "
                                            "is there and yours"));
  }
  return made;
}

Workbook::~Workbook() {
  // The library frees a book by closing it alone, which writes the file.
  if (sheet_->book != nullptr) workbook_close(sheet_->book);
  std::remove(part_path_.c_str());
}

void Workbook::Begin(absl::string_view name, const std::vector<std::string>& titles) {
  if (sheet_->book != nullptr) return Refuse(absl::InternalError("two lists in one sheet"));
  lxw_workbook_options options = {};
  options.constant_memory = LXW_TRUE;
  sheet_->book = workbook_new_opt(part_path_.c_str(), &options);
  sheet_->page = sheet_->book == nullptr
                     ? nullptr
                     : workbook_add_worksheet(sheet_->book, std::string(name).c_str());
  if (sheet_->page == nullptr) {
    return Refuse(absl::UnavailableError("no temporary file could be made; is the disk full?"));
  }
  sheet_->bold = workbook_add_format(sheet_->book);
  format_set_bold(sheet_->bold);
  sheet_->day = workbook_add_format(sheet_->book);
  format_set_num_format(sheet_->day, "yyyy-mm-dd");
  sheet_->instant = workbook_add_format(sheet_->book);
  format_set_num_format(sheet_->instant, "yyyy-mm-dd hh:mm:ss.000");
  worksheet_freeze_panes(sheet_->page, 1, 0);
  titles_ = titles;
  for (size_t c = 0; c < titles_.size(); ++c) {
    widths_.push_back(std::max(kNarrowest, DisplayWidth(titles_[c])));
    worksheet_write_string(sheet_->page, 0, static_cast<lxw_col_t>(c), titles_[c].c_str(),
                           sheet_->bold);
  }
}

void Workbook::AddRow(const std::vector<Json>& values) {
  assert(values.size() == titles_.size());
  ++rows_;
  if (rows_ > max_rows_) {
    Refuse(absl::ResourceExhaustedError(absl::StrCat(
        "the list has more than ", Grouped(max_rows_),
        " rows, which is all that a sheet of xlsx holds, so nothing was written; narrow it with "
        "filters or --limit, or write --format csv")));
  }
  if (!status_.ok()) return;
  for (size_t c = 0; c < values.size(); ++c) Write(c, values[c]);
}

void Workbook::Write(size_t column, const Json& value) {
  const auto row = static_cast<lxw_row_t>(rows_);
  const auto col = static_cast<lxw_col_t>(column);
  const std::string text = value.Plain();
  double number = 0;
  int width = static_cast<int>(text.size());
  switch (value.kind()) {
    case Json::Kind::kNull:
      return;
    case Json::Kind::kBoolean:
      worksheet_write_boolean(sheet_->page, row, col, text == "true", nullptr);
      break;
    case Json::Kind::kNumber:  // one that is not finite is written as null
      if (!absl::SimpleAtod(text, &number)) return;
      worksheet_write_number(sheet_->page, row, col, number, nullptr);
      width = std::min(width, 10);
      break;
    case Json::Kind::kExactNumber:
      if (!FitsDouble(text) || !absl::SimpleAtod(text, &number)) return WriteText(column, text);
      worksheet_write_number(sheet_->page, row, col, number, nullptr);
      break;
    case Json::Kind::kDate: {
      if (!SerialNumberOf(text, &number)) return WriteText(column, text);
      const bool instant = absl::StrContains(text, 'T');
      worksheet_write_number(sheet_->page, row, col, number,
                             instant ? sheet_->instant : sheet_->day);
      width = instant ? kInstantWidth : kDayWidth;
      break;
    }
    default:
      return WriteText(column, text);
  }
  widths_[column] = std::max(widths_[column], width);
}

void Workbook::WriteText(size_t column, const std::string& text) {
  const CleanText clean = Cleaned(text);
  if (clean.units > kMaxTextUnits) {
    return Refuse(absl::ResourceExhaustedError(
        absl::StrCat("row ", rows_, ", ", titles_[column], ": a text of ", Grouped(clean.units),
                     " letters, and a cell of xlsx holds ", Grouped(kMaxTextUnits),
                     ", so nothing was written; write --format csv")));
  }
  const lxw_error error =
      worksheet_write_string(sheet_->page, static_cast<lxw_row_t>(rows_),
                             static_cast<lxw_col_t>(column), clean.text.c_str(), nullptr);
  if (error != LXW_NO_ERROR) {
    return Refuse(absl::InternalError(
        absl::StrCat("row ", rows_, ", ", titles_[column], ": ", lxw_strerror(error))));
  }
  widths_[column] = std::max(widths_[column], DisplayWidth(OneLine(clean.text)));
}

absl::Status Workbook::Save() {
  if (sheet_->page == nullptr) {
    Refuse(absl::FailedPreconditionError("there is no list to write as xlsx; write --format csv"));
  }
  if (!status_.ok()) return status_;
  for (size_t c = 0; c < widths_.size(); ++c) {
    const auto col = static_cast<lxw_col_t>(c);
    // One more, for the margins of a cell.
    worksheet_set_column(sheet_->page, col, col, std::min(kWidest, widths_[c]) + 1, nullptr);
  }
  // The library does not look whether its temporary file took everything; a full disk would end
  // the sheet early.
  FILE* const rows = sheet_->page->optimize_tmpfile;
  if (rows != nullptr && (std::fflush(rows) != 0 || std::ferror(rows) != 0)) {
    Refuse(absl::UnavailableError("the temporary file could not be written; is the disk full?"));
    return status_;
  }
  const lxw_error error = workbook_close(std::exchange(sheet_->book, nullptr));
  if (error != LXW_NO_ERROR || std::rename(part_path_.c_str(), path_.c_str()) != 0) {
    Refuse(absl::UnavailableError(
        absl::StrCat("'", path_, "' could not be written",
                     error == LXW_NO_ERROR ? "" : absl::StrCat(": ", lxw_strerror(error)))));
  }
  return status_;
}

void Workbook::Refuse(absl::Status why) {
  if (status_.ok()) status_ = std::move(why);
}

}  // namespace kizuna::cli
