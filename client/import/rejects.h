// SPDX-License-Identifier: Apache-2.0
//
// Where do rows go that could not be taken? Into a CSV file of their own: file, line, record,
// reason, row. The row is as it was in the file, in UTF-8, so that it can be mended and imported
// again.

#ifndef KIZUNA_CLIENT_IMPORT_REJECTS_H_
#define KIZUNA_CLIENT_IMPORT_REJECTS_H_

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"

namespace kizuna::import {

// A row that could not be taken.
struct Reject {
  std::string file;    // its name
  int64_t line = 0;    // of the row's first line, from 1
  std::string record;  // the record that failed; empty: the row as a whole
  std::string reason;
  std::string row;  // as in the file, in UTF-8
};

// The file, written in the order of lines for each input file. It is begun anew at each import, and
// removed at its end when nothing was rejected, so that it never speaks of an earlier one.
// Thread-safe: rows are rejected by the reader and by the server's answers.
class RejectsFile {
 public:
  // PERMISSION_DENIED when `path` cannot be written; empty: rejects are only counted.
  static absl::StatusOr<std::unique_ptr<RejectsFile>> Create(const std::string& path);
  ~RejectsFile();
  RejectsFile(const RejectsFile&) = delete;
  RejectsFile& operator=(const RejectsFile&) = delete;

  // Takes a reject; it is written with the others of its input file, in pieces when they are many.
  void Add(Reject reject);

  // Writes what was added, in the order of lines: after each input file. DATA_LOSS when the disk
  // refuses.
  absl::Status Flush();

  // Ends the file. DATA_LOSS when the disk refuses.
  absl::Status Close();

  int64_t count() const;
  const std::string& path() const { return path_; }

 private:
  RejectsFile(std::string path, FILE* file) : path_(std::move(path)), file_(file) {}

  void WriteWaiting() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::string path_;
  mutable absl::Mutex mutex_;
  FILE* file_ ABSL_GUARDED_BY(mutex_);
  std::vector<Reject> waiting_ ABSL_GUARDED_BY(mutex_);
  int64_t count_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace kizuna::import

#endif  // KIZUNA_CLIENT_IMPORT_REJECTS_H_
