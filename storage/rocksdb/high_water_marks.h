// SPDX-License-Identifier: Apache-2.0
//
// How would a store notice that its disk has lost the end of its log? By a small file beside it
// that says up to which commit number each partition was once durable. It is synced apart from the
// log, after the commits it tells of and at most an interval behind them, so that it never claims
// what was not there; a store that ends before its marks has lost something.

#ifndef KIZUNA_STORAGE_ROCKSDB_HIGH_WATER_MARKS_H_
#define KIZUNA_STORAGE_ROCKSDB_HIGH_WATER_MARKS_H_

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "rocksdb/env.h"
#include "storage/kv.h"

namespace kizuna::storage {

// The newest commit number of each partition that has one.
using CommitNumbers = std::map<Partition, CommitNumber>;

// The text of a marks file, and back; DATA_LOSS when its checksum or form is wrong. Its lines are
// "kizuna marks 1", then "<byte of partition> <number>" each by rising byte, then
// "check <FNV-1a 64 of all bytes before this line, 16 hex digits>".
std::string EncodeMarks(const CommitNumbers& numbers);
absl::StatusOr<CommitNumbers> DecodeMarks(absl::string_view text);

// Thread-safe.
class HighWaterMarks {
 public:
  // What the file in `directory` says; nullopt when there is none. DATA_LOSS; UNAVAILABLE.
  static absl::StatusOr<std::optional<CommitNumbers>> Read(rocksdb::Env* env,
                                                           const std::string& directory);

  // `failed` is called, from the thread that writes the file, when that cannot be done; after it
  // nothing more is written. `env` must outlive this.
  HighWaterMarks(rocksdb::Env* env, std::string directory, absl::Duration interval,
                 CommitNumbers numbers, std::function<void(const absl::Status&)> failed);
  // Stops without a last write.
  ~HighWaterMarks();

  // Replaces the file now, durably.
  absl::Status WriteNow() ABSL_LOCKS_EXCLUDED(mutex_);

  // `numbers` are durable in the store. Returns at once; the file follows within the interval.
  void Advance(const CommitNumbers& numbers) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  void Run() ABSL_LOCKS_EXCLUDED(mutex_);
  absl::Status Replace(const std::string& text) ABSL_EXCLUSIVE_LOCKS_REQUIRED(file_mutex_);

  rocksdb::Env* const env_;
  const std::string directory_;
  const absl::Duration interval_;
  const std::function<void(const absl::Status&)> failed_;

  absl::Mutex file_mutex_ ABSL_ACQUIRED_BEFORE(mutex_);
  absl::Mutex mutex_;
  CommitNumbers numbers_ ABSL_GUARDED_BY(mutex_);
  bool behind_ ABSL_GUARDED_BY(mutex_) = false;
  bool stop_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace kizuna::storage

#endif  // KIZUNA_STORAGE_ROCKSDB_HIGH_WATER_MARKS_H_
