// SPDX-License-Identifier: Apache-2.0

#include "client/import/reader.h"

#include <csv.h>

#include <algorithm>
#include <cstring>
#include <new>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace kizuna::import {
namespace {

constexpr size_t kMaxRowBytes = size_t{1} << 20;
constexpr size_t kMaxLineBytes = size_t{16} << 20;
constexpr absl::string_view kReplacement = "\xEF\xBF\xBD";

// libcsv would trim spaces and tabs around cells. Trimming is the mapping's business, and a tab may
// be the delimiter.
int NoSpace(unsigned char) { return 0; }

// Which of the usual delimiters stands most often outside quotes.
char FindDelimiter(absl::string_view line) {
  constexpr absl::string_view kCandidates = ",;\t|";
  char best = ',';
  int64_t most = 0;
  for (const char candidate : kCandidates) {
    bool quoted = false;
    int64_t count = 0;
    for (const char c : line) {
      if (c == '"') quoted = !quoted;
      if (c == candidate && !quoted) ++count;
    }
    if (count > most) {
      most = count;
      best = candidate;
    }
  }
  return best;
}

absl::string_view WithoutLineEnd(absl::string_view text) {
  if (absl::EndsWith(text, "\n")) text.remove_suffix(1);
  if (absl::EndsWith(text, "\r")) text.remove_suffix(1);
  return text;
}

}  // namespace

CsvReader::CsvReader(std::unique_ptr<TextFile> file, const CsvOptions& options)
    : options_(options), file_(std::move(file)), delimiter_(options.delimiter) {}

CsvReader::~CsvReader() {
  if (parser_ != nullptr) csv_free(parser_.get());
}

absl::StatusOr<std::unique_ptr<CsvReader>> CsvReader::Open(const std::string& path,
                                                           const CsvOptions& options) {
  absl::StatusOr<std::unique_ptr<TextFile>> file = TextFile::Open(path, options.encoding);
  if (!file.ok()) return file.status();
  std::unique_ptr<CsvReader> reader(new CsvReader(*std::move(file), options));
  absl::StatusOr<bool> more = reader->Refill();
  if (!more.ok()) return more.status();
  if (!absl::StrContains(reader->buffer_, '\n') && absl::StrContains(reader->buffer_, '\r')) {
    reader->line_end_ = '\r';
  }
  for (int64_t i = 0; i < options.skip_lines; ++i) {
    absl::string_view line;
    absl::StatusOr<bool> got = reader->NextLine(&line);
    if (!got.ok()) return got.status();
  }
  if (absl::Status header = reader->ReadHeader(); !header.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("'", path, "': ", header.message()));
  }
  return reader;
}

absl::Status CsvReader::ReadHeader() {
  if (delimiter_ == 0) {
    delimiter_ = ',';
    if (options_.header) {
      const size_t end = buffer_.find(line_end_, position_);
      delimiter_ = FindDelimiter(absl::string_view(buffer_).substr(position_, end - position_));
    }
  }
  ResetParser();
  if (!options_.header) return absl::OkStatus();
  absl::StatusOr<const CsvRow*> row = Next();
  if (!row.ok()) return row.status();
  if (*row == nullptr) {
    return absl::InvalidArgumentError(
        "the file is empty; expected a header (set no_header when the first row is data)");
  }
  if (!(*row)->broken.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("the header (line ", (*row)->line, ") cannot be read: ", (*row)->broken));
  }
  for (const absl::string_view cell : (*row)->cells) {
    header_.emplace_back(absl::StripAsciiWhitespace(cell));
  }
  row_.number = 0;
  return absl::OkStatus();
}

absl::StatusOr<bool> CsvReader::Refill() {
  if (file_done_) return false;
  // What lies before the row being read is not needed again.
  if (row_start_ > 0) {
    buffer_.erase(0, row_start_);
    position_ -= row_start_;
    second_line_ -= std::min(second_line_, row_start_);
    row_start_ = 0;
  }
  absl::StatusOr<bool> more = file_->Append(&buffer_);
  if (more.ok() && !*more) file_done_ = true;
  return more;
}

// The next line with its end. False at the end of the file.
absl::StatusOr<bool> CsvReader::NextLine(absl::string_view* line) {
  size_t searched = position_;
  size_t after = 0;
  while (after == 0) {
    const void* end = std::memchr(buffer_.data() + searched, line_end_, buffer_.size() - searched);
    const size_t unsearched = buffer_.size() - position_;
    if (end != nullptr) {
      after = static_cast<size_t>(static_cast<const char*>(end) - buffer_.data()) + 1;
    } else if (unsearched > kMaxLineBytes) {
      after = buffer_.size();
    } else {
      absl::StatusOr<bool> more = Refill();
      if (!more.ok()) return more.status();
      searched = position_ + unsearched;
      if (*more) continue;
      if (position_ == buffer_.size()) return false;
      after = buffer_.size();
    }
  }
  if (after - position_ > kMaxLineBytes) {
    return absl::DataLossError(absl::StrCat("line ", lines_read_ + 1, " is longer than ",
                                            kMaxLineBytes, " bytes; is this a CSV file?"));
  }
  *line = absl::string_view(buffer_).substr(position_, after - position_);
  position_ = after;
  ++lines_read_;
  return true;
}

absl::StatusOr<const CsvRow*> CsvReader::Next() {
  for (;;) {
    absl::StatusOr<Outcome> outcome = ReadRow();
    if (!outcome.ok()) return outcome.status();
    if (*outcome == Outcome::kEnd) return nullptr;
    if (*outcome == Outcome::kNothing) continue;
    ++row_.number;
    return &row_;
  }
}

absl::StatusOr<CsvReader::Outcome> CsvReader::ReadRow() {
  row_.cells.clear();
  row_.broken.clear();
  row_start_ = position_;
  absl::string_view line;
  absl::StatusOr<bool> got = NextLine(&line);
  if (!got.ok()) return got.status();
  if (!*got) return Outcome::kEnd;
  row_.line = lines_read_;
  second_line_ = position_;
  // Without a quote and a stray carriage return there is nothing for a parser to decide.
  const absl::string_view bare = WithoutLineEnd(line);
  if (std::memchr(bare.data(), '"', bare.size()) == nullptr) {
    if (std::memchr(bare.data(), '\r', bare.size()) != nullptr) {
      row_.broken = "a carriage return inside an unquoted cell; quote the cell";
    } else {
      SplitUnquoted(bare);
    }
  } else {
    absl::StatusOr<std::string> problem = ParseQuoted(line);
    if (!problem.ok()) return problem.status();
    row_.broken = *std::move(problem);
  }
  row_.raw = WithoutLineEnd(absl::string_view(buffer_).substr(row_start_, position_ - row_start_));
  if (row_.broken.empty()) {
    const bool nothing = std::all_of(
        row_.cells.begin(), row_.cells.end(),
        [](absl::string_view cell) { return absl::StripAsciiWhitespace(cell).empty(); });
    if (nothing) return Outcome::kNothing;
    row_.broken = ProblemWith(row_);
  }
  if (!row_.broken.empty() && position_ != second_line_) GoBackToSecondLine();
  return Outcome::kRow;
}

void CsvReader::SplitUnquoted(absl::string_view line) {
  for (;;) {
    const size_t end = line.find(delimiter_);
    row_.cells.push_back(line.substr(0, end));
    if (end == absl::string_view::npos) return;
    line.remove_prefix(end + 1);
  }
}

// Gives libcsv line after line until it ends a row. Returns what is wrong with the row, if
// anything; an error only when the file cannot be read.
absl::StatusOr<std::string> CsvReader::ParseQuoted(absl::string_view first_line) {
  cell_text_.clear();
  cell_end_.clear();
  rows_seen_ = 0;
  std::string problem;
  absl::string_view line = first_line;
  for (int64_t lines = 1;; ++lines) {
    const size_t taken = csv_parse(parser_.get(), line.data(), line.size(), &OnCell, &OnRow, this);
    if (taken != line.size()) {
      problem = csv_error(parser_.get()) == CSV_EPARSE
                    ? absl::StrCat("a quote stands where none can be (line ", lines_read_,
                                   "); a quote inside a quoted cell is written twice")
                    : absl::StrCat("libcsv: ", csv_strerror(csv_error(parser_.get())));
      break;
    }
    if (rows_seen_ > 0) break;
    if (lines >= options_.max_row_lines || position_ - row_start_ > kMaxRowBytes) {
      problem = absl::StrCat("a quoted cell is not closed within ", lines, " lines");
      break;
    }
    absl::StatusOr<bool> got = NextLine(&line);
    if (!got.ok()) return got.status();
    if (*got) continue;
    // The end of the file: a last row without line end is a row, an open quote is not.
    if (csv_fini(parser_.get(), &OnCell, &OnRow, this) != 0) {
      problem = "a quoted cell is not closed before the end of the file";
    }
    break;
  }
  constexpr int kRowNotBegun = 0;  // libcsv's state between rows
  if (problem.empty() && (rows_seen_ > 1 || parser_->pstate != kRowNotBegun)) {
    problem = "a carriage return inside an unquoted cell; quote the cell";
  }
  if (!problem.empty()) {
    ResetParser();
    return problem;
  }
  size_t start = 0;
  for (const size_t end : cell_end_) {
    row_.cells.push_back(absl::string_view(cell_text_).substr(start, end - start));
    start = end;
  }
  return problem;
}

// Only the row's first line is given up; those after it are read again as rows of their own.
void CsvReader::GoBackToSecondLine() {
  lines_read_ = row_.line;
  position_ = second_line_;
  row_.cells.clear();
  row_.raw =
      WithoutLineEnd(absl::string_view(buffer_).substr(row_start_, second_line_ - row_start_));
}

// What is wrong with a row that could be cut into cells.
std::string CsvReader::ProblemWith(const CsvRow& row) const {
  if (std::memchr(row.raw.data(), '\0', row.raw.size()) != nullptr) {
    return "the row holds a NUL byte; is the encoding right?";
  }
  unsigned char all_bits = 0;
  for (const char c : row.raw) all_bits |= static_cast<unsigned char>(c);
  const bool ascii = all_bits < 0x80;
  if (!ascii && !IsValidUtf8(row.raw)) return "the row is not valid UTF-8; is the encoding right?";
  if (!ascii && encoding() != "UTF-8" && absl::StrContains(row.raw, kReplacement)) {
    return absl::StrCat("the row holds bytes that ", encoding(), " does not know");
  }
  if (options_.ragged || header_.empty() || row.cells.size() == header_.size()) return "";
  // Some programs end every line with a delimiter.
  const bool only_empty_over =
      row.cells.size() > header_.size() &&
      std::all_of(row.cells.begin() + static_cast<std::ptrdiff_t>(header_.size()), row.cells.end(),
                  [](absl::string_view cell) { return absl::StripAsciiWhitespace(cell).empty(); });
  if (only_empty_over) return "";
  return absl::StrCat("the row has ", row.cells.size(), " cells, the header ", header_.size());
}

void CsvReader::ResetParser() {
  if (parser_ != nullptr) {
    csv_free(parser_.get());
  } else {
    parser_ = std::make_unique<csv_parser>();
  }
  if (csv_init(parser_.get(), CSV_STRICT | CSV_STRICT_FINI) != 0) throw std::bad_alloc();
  csv_set_delim(parser_.get(), static_cast<unsigned char>(delimiter_));
  csv_set_space_func(parser_.get(), &NoSpace);
}

void CsvReader::OnCell(void* text, size_t size, void* self) {
  auto* const reader = static_cast<CsvReader*>(self);
  reader->cell_text_.append(static_cast<const char*>(text), size);
  reader->cell_end_.push_back(reader->cell_text_.size());
}

void CsvReader::OnRow(int /*terminator*/, void* self) {
  ++static_cast<CsvReader*>(self)->rows_seen_;
}

}  // namespace kizuna::import
