// SPDX-License-Identifier: Apache-2.0
//
// How does a list become a file for a spreadsheet program? One sheet of an .xlsx file, with the
// columns that CSV has: numbers as numbers, days and instants as dates, and all else as text, never
// as a formula, whatever a customer's words begin with. It is whole or not there.

#ifndef KIZUNA_CLIENT_CLI_WORKBOOK_H_
#define KIZUNA_CLIENT_CLI_WORKBOOK_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/cli/json.h"

namespace kizuna::cli {

// One .xlsx file being written. Rows go to a temporary file as they come, so that a list may be
// longer than memory. Not thread-safe.
class Workbook {
 public:
  // What the format allows: rows under the header, and UTF-16 units in a text.
  static constexpr int64_t kMaxRows = 1048575;
  static constexpr int64_t kMaxTextUnits = 32767;

  // Will be written to `path`, over what lies there; until Save() it lies beside it, as
  // `path`.part. UsageError when that cannot be written. `max_rows` is for tests.
  static absl::StatusOr<std::unique_ptr<Workbook>> Create(const std::string& path,
                                                          int64_t max_rows = kMaxRows);
  // Without Save() nothing is left behind.
  ~Workbook();
  Workbook(const Workbook&) = delete;
  Workbook& operator=(const Workbook&) = delete;

  // Begins the one sheet: at most 31 letters for its name, and the columns' titles, which stay in
  // sight when one scrolls.
  void Begin(absl::string_view name, const std::vector<std::string>& titles);

  // Takes a row of as many values as there are titles. A row that the format cannot hold is kept
  // in mind, and Save() fails.
  void AddRow(const std::vector<Json>& values);

  // Writes the file. Once, at the end. RESOURCE_EXHAUSTED when the list does not fit the format,
  // which names the row; FAILED_PRECONDITION when no list was begun; UNAVAILABLE when the disk
  // would not take it. Then what lay at `path` is as it was.
  absl::Status Save();

  int64_t rows() const { return rows_; }

 private:
  struct Sheet;
  Workbook(std::string path, int64_t max_rows);

  void Write(size_t column, const Json& value);
  void WriteText(size_t column, const std::string& text);
  void Refuse(absl::Status why);

  const std::string path_;
  const std::string part_path_;
  const int64_t max_rows_;
  std::unique_ptr<Sheet> sheet_;
  std::vector<std::string> titles_;
  std::vector<int> widths_;  // in display columns
  int64_t rows_ = 0;
  absl::Status status_;
};

// The serial number under which a spreadsheet program keeps `text`, a day (`2026-11-22`) or an
// instant in UTC (`2026-11-22T00:30:00.000001Z`): days since 1899-12-30, with a fraction. False for
// what is neither, and for times before 1900-03-01 or after the year 9999, which it cannot hold.
bool SerialNumberOf(absl::string_view text, double* serial);

}  // namespace kizuna::cli

#endif  // KIZUNA_CLIENT_CLI_WORKBOOK_H_
