// SPDX-License-Identifier: Apache-2.0

#include "client/import/rejects.h"

#include <csv.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"

namespace kizuna::import {
namespace {

// So many wait to be sorted; more are written in pieces, each in the order of its lines.
constexpr size_t kMaxWaiting = 10'000;

void WriteField(FILE* file, absl::string_view text, char after) {
  csv_fwrite(file, text.data(), text.size());
  std::fputc(after, file);
}

absl::Status CannotWrite(absl::string_view path) {
  return absl::DataLossError(
      absl::StrCat("writing the rejects file '", path, "' failed: ", std::strerror(errno)));
}

}  // namespace

absl::StatusOr<std::unique_ptr<RejectsFile>> RejectsFile::Create(const std::string& path) {
  FILE* file = nullptr;
  if (!path.empty()) {
    file = std::fopen(path.c_str(), "wb");
    if (file == nullptr) {
      return absl::PermissionDeniedError(absl::StrCat("cannot write the rejects file '", path,
                                                      "': ", std::strerror(errno),
                                                      "; give another with --rejects"));
    }
    std::fputs("file,line,record,reason,row\n", file);
  }
  return std::unique_ptr<RejectsFile>(new RejectsFile(path, file));
}

RejectsFile::~RejectsFile() {
  absl::MutexLock lock(&mutex_);
  if (file_ == nullptr) return;  // closed, or never opened
  WriteWaiting();                // an import that stopped still says what it rejected
  std::fclose(file_);
}

int64_t RejectsFile::count() const {
  absl::MutexLock lock(&mutex_);
  return count_;
}

void RejectsFile::Add(Reject reject) {
  absl::MutexLock lock(&mutex_);
  ++count_;
  if (file_ == nullptr) return;
  waiting_.push_back(std::move(reject));
  if (waiting_.size() >= kMaxWaiting) WriteWaiting();
}

void RejectsFile::WriteWaiting() {
  std::stable_sort(waiting_.begin(), waiting_.end(),
                   [](const Reject& a, const Reject& b) { return a.line < b.line; });
  for (const Reject& reject : waiting_) {
    WriteField(file_, reject.file, ',');
    std::fprintf(file_, "%lld,", static_cast<long long>(reject.line));
    WriteField(file_, reject.record, ',');
    WriteField(file_, reject.reason, ',');
    WriteField(file_, reject.row, '\n');
  }
  waiting_.clear();
}

absl::Status RejectsFile::Flush() {
  absl::MutexLock lock(&mutex_);
  if (file_ == nullptr) return absl::OkStatus();
  WriteWaiting();
  if (std::fflush(file_) == 0 && std::ferror(file_) == 0) return absl::OkStatus();
  return CannotWrite(path_);
}

absl::Status RejectsFile::Close() {
  if (absl::Status status = Flush(); !status.ok()) return status;
  absl::MutexLock lock(&mutex_);
  if (file_ == nullptr) return absl::OkStatus();
  FILE* const file = file_;
  file_ = nullptr;
  if (std::fclose(file) != 0) return CannotWrite(path_);
  if (count_ == 0) std::remove(path_.c_str());
  return absl::OkStatus();
}

}  // namespace kizuna::import
