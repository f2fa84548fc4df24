// SPDX-License-Identifier: Apache-2.0
//
// Which rows does a CSV file hold, and where does each begin? libcsv reads the cells; this reader
// hands it one line at a time, so that every row knows its line and its raw text, and so that a
// broken quote costs one line and not the rest of the file.
//
// How it goes on after a broken row: a row is broken when a quote stands inside an unquoted cell,
// when a closing quote is followed by anything but a delimiter or the end of the line, when a
// quoted cell runs over more than `max_row_lines` lines or a mebibyte or to the end of the file,
// and when a row of several lines does not have the header's number of cells. Then the row's *first
// line* alone is rejected, and reading goes on at the line after it, as if it had not been there.

#ifndef KIZUNA_CLIENT_IMPORT_READER_H_
#define KIZUNA_CLIENT_IMPORT_READER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/import/encoding.h"

struct csv_parser;

namespace kizuna::import {

// How a file is cut into rows.
struct CsvOptions {
  std::string encoding;          // empty: detected
  char delimiter = 0;            // 0: found in the header; comma without one
  bool header = true;            // the first row names the columns
  int64_t skip_lines = 0;        // thrown away above the header
  bool ragged = false;           // rows may have any number of cells
  int64_t max_row_lines = 1000;  // at least 1
};

// A row. Its texts live until the reader is asked for the next row.
struct CsvRow {
  int64_t line = 0;                      // of the row's first line, from 1
  int64_t number = 0;                    // of the row among the data rows, from 1
  std::vector<absl::string_view> cells;  // unquoted, not trimmed
  absl::string_view raw;                 // as in the file, in UTF-8, without the last line end
  std::string broken;                    // why the row cannot be read; empty: it can
};

// Reads a file from its start to its end once. Not thread-safe.
class CsvReader {
 public:
  // Opens the file and reads its header. The errors of TextFile::Open; INVALID_ARGUMENT when there
  // is no header to read or it is broken.
  static absl::StatusOr<std::unique_ptr<CsvReader>> Open(const std::string& path,
                                                         const CsvOptions& options);
  ~CsvReader();

  // The next row, nullptr at the end of the file. Lines without any cell that holds something are
  // passed over. DATA_LOSS when reading fails.
  absl::StatusOr<const CsvRow*> Next();

  // The header's cells, trimmed; empty without a header.
  const std::vector<std::string>& header() const { return header_; }
  char delimiter() const { return delimiter_; }
  const std::string& encoding() const { return file_->encoding(); }

 private:
  enum class Outcome { kRow, kNothing, kEnd };

  CsvReader(std::unique_ptr<TextFile> file, const CsvOptions& options);

  absl::Status ReadHeader();
  absl::StatusOr<bool> NextLine(absl::string_view* line);
  absl::StatusOr<bool> Refill();
  absl::StatusOr<Outcome> ReadRow();
  void SplitUnquoted(absl::string_view line);
  absl::StatusOr<std::string> ParseQuoted(absl::string_view first_line);
  void GoBackToSecondLine();
  std::string ProblemWith(const CsvRow& row) const;
  void ResetParser();
  static void OnCell(void* text, size_t size, void* self);
  static void OnRow(int terminator, void* self);

  const CsvOptions options_;
  const std::unique_ptr<TextFile> file_;
  std::unique_ptr<csv_parser> parser_;
  char delimiter_;
  std::vector<std::string> header_;

  std::string buffer_;      // decoded text
  size_t row_start_ = 0;    // of the row being read, in buffer_
  size_t position_ = 0;     // of the next line, in buffer_
  size_t second_line_ = 0;  // of the row's second line, in buffer_
  char line_end_ = '\n';    // '\r' for the files of old Macs
  bool file_done_ = false;
  int64_t lines_read_ = 0;  // lines before position_

  CsvRow row_;
  std::string cell_text_;         // the cells that libcsv gave, one after the other
  std::vector<size_t> cell_end_;  // where each ends in cell_text_
  int rows_seen_ = 0;             // rows that libcsv ended within the row being read
};

}  // namespace kizuna::import

#endif  // KIZUNA_CLIENT_IMPORT_READER_H_
