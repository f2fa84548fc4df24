// SPDX-License-Identifier: Apache-2.0

#include "storage/rocksdb/high_water_marks.h"

#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "storage/rocksdb/rocksdb_keys.h"
#include "storage/rocksdb/rocksdb_status.h"

namespace kizuna::storage {
namespace {

constexpr absl::string_view kHeading = "kizuna marks 1";
constexpr absl::string_view kFile = "MARKS";
constexpr absl::string_view kNewFile = "MARKS.new";

std::string CheckLine(absl::string_view text) {
  uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : text) {
    hash ^= static_cast<uint8_t>(c);
    hash *= 0x100000001b3u;
  }
  return absl::StrFormat("check %016x\n", hash);
}

absl::Status DamagedMarks() {
  return absl::DataLossError(
      "the file MARKS of the data directory is damaged; restore the directory from a backup, or "
      "accept the loss explicitly to open what is there");
}

std::string PathOf(const std::string& directory, absl::string_view file) {
  return absl::StrCat(directory, "/", file);
}

}  // namespace

std::string EncodeMarks(const CommitNumbers& numbers) {
  std::string text = absl::StrCat(kHeading, "\n");
  for (const auto& [partition, number] : numbers) {
    absl::StrAppend(&text, static_cast<int>(partition.byte()), " ", number, "\n");
  }
  return absl::StrCat(text, CheckLine(text));
}

absl::StatusOr<CommitNumbers> DecodeMarks(absl::string_view text) {
  const size_t check = text.rfind("check ");
  if (check == absl::string_view::npos || text.substr(check) != CheckLine(text.substr(0, check))) {
    return DamagedMarks();
  }
  std::vector<absl::string_view> lines = absl::StrSplit(text.substr(0, check), '\n');
  if (lines.size() < 2 || lines.front() != kHeading || !lines.back().empty()) return DamagedMarks();
  CommitNumbers numbers;
  for (size_t i = 1; i + 1 < lines.size(); ++i) {
    const std::pair<absl::string_view, absl::string_view> fields = absl::StrSplit(lines[i], ' ');
    int byte = 0;
    CommitNumber number = 0;
    if (!absl::SimpleAtoi(fields.first, &byte) || !absl::SimpleAtoi(fields.second, &number)) {
      return DamagedMarks();
    }
    if (byte == Partition::Book().byte()) {
      numbers[Partition::Book()] = number;
    } else if (byte >= 0 && byte < Partition::kShards) {
      numbers[Partition::Shard(byte)] = number;
    } else {
      return DamagedMarks();
    }
  }
  return numbers;
}

absl::StatusOr<std::optional<CommitNumbers>> HighWaterMarks::Read(rocksdb::Env* env,
                                                                  const std::string& directory) {
  const std::string path = PathOf(directory, kFile);
  const rocksdb::Status exists = env->FileExists(path);
  if (exists.IsNotFound()) return std::nullopt;
  std::string text;
  const rocksdb::Status read = exists.ok() ? rocksdb::ReadFileToString(env, path, &text) : exists;
  if (!read.ok()) return ToStatus(read);
  absl::StatusOr<CommitNumbers> numbers = DecodeMarks(text);
  if (!numbers.ok()) return numbers.status();
  return *std::move(numbers);
}

HighWaterMarks::HighWaterMarks(rocksdb::Env* env, std::string directory, absl::Duration interval,
                               CommitNumbers numbers,
                               std::function<void(const absl::Status&)> failed)
    : env_(env),
      directory_(std::move(directory)),
      interval_(interval),
      failed_(std::move(failed)),
      numbers_(std::move(numbers)),
      thread_([this] { Run(); }) {}

HighWaterMarks::~HighWaterMarks() {
  {
    absl::MutexLock lock(&mutex_);
    stop_ = true;
  }
  thread_.join();
}

absl::Status HighWaterMarks::WriteNow() {
  absl::MutexLock file_lock(&file_mutex_);
  std::string text;
  {
    absl::MutexLock lock(&mutex_);
    text = EncodeMarks(numbers_);
    behind_ = false;
  }
  return Replace(text);
}

void HighWaterMarks::Advance(const CommitNumbers& numbers) {
  absl::MutexLock lock(&mutex_);
  for (const auto& [partition, number] : numbers) {
    CommitNumber& mark = numbers_[partition];
    if (mark < number) mark = number;
  }
  behind_ = true;
}

void HighWaterMarks::Run() {
  const auto wanted = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return behind_ || stop_; };
  while (true) {
    {
      absl::MutexLock lock(&mutex_);
      mutex_.Await(absl::Condition(&wanted));
      if (stop_) return;
    }
    absl::Status status = WriteNow();
    if (!status.ok()) {
      failed_(status);
      return;
    }
    absl::MutexLock lock(&mutex_);
    if (mutex_.AwaitWithTimeout(absl::Condition(&stop_), interval_)) return;
  }
}

absl::Status HighWaterMarks::Replace(const std::string& text) {
  // The new file is whole and on disk before it takes the old one's name, and the name is on disk
  // before anybody is told.
  const std::string fresh = PathOf(directory_, kNewFile);
  rocksdb::Status status = rocksdb::WriteStringToFile(env_, text, fresh, /*should_sync=*/true);
  if (status.ok()) status = env_->RenameFile(fresh, PathOf(directory_, kFile));
  std::unique_ptr<rocksdb::Directory> directory;
  if (status.ok()) status = env_->NewDirectory(directory_, &directory);
  if (status.ok()) status = directory->Fsync();
  return ToStatus(status);
}

}  // namespace kizuna::storage
