// SPDX-License-Identifier: Apache-2.0
//
// How do many commits share one sync? Callers queue; the one in front leads: it takes along who
// waits behind it, checks every batch's guards against the store and against the batches ahead,
// writes all that hold as one synced RocksDB batch, and wakes the rest. So there is one writer at a
// time, and between its checks and its write nothing can come in.

#ifndef KIZUNA_STORAGE_ROCKSDB_COMMIT_QUEUE_H_
#define KIZUNA_STORAGE_ROCKSDB_COMMIT_QUEUE_H_

#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/types/span.h"
#include "rocksdb/db.h"
#include "rocksdb/write_batch.h"
#include "storage/kv.h"
#include "storage/rocksdb/high_water_marks.h"
#include "storage/rocksdb/stop_switch.h"

namespace kizuna::storage {

// Thread-safe.
class CommitQueue {
 public:
  // `numbers`: what the store has. `room` is asked before each write and answers OK or
  // RESOURCE_EXHAUSTED. All pointers must outlive the queue.
  CommitQueue(rocksdb::DB* db, StopSwitch* stop, HighWaterMarks* marks, CommitNumbers numbers,
              std::function<absl::Status()> room);

  // Store::Commit. `needs_room` false: written even when the disk is low, since it frees space.
  std::vector<absl::Status> Commit(absl::Span<const WriteBatch> group, bool needs_room)
      ABSL_LOCKS_EXCLUDED(mutex_);

  // Batches committed and aborted, and syncs.
  StoreStats Counts() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Call {
    absl::Span<const WriteBatch> group;
    bool needs_room;
    std::vector<absl::Status> results;
    bool done = false;
  };

  // What the batches of the write under way would change, by full key, for the guards behind them.
  struct Ahead {
    absl::flat_hash_map<std::string, std::optional<absl::string_view>> rows;
    std::vector<std::pair<std::string, std::string>> deleted_ranges;  // full begin, full end
    CommitNumbers numbers;
  };

  // One RocksDB batch in the making, with the results that wait for it.
  struct Write {
    rocksdb::WriteBatch batch;
    std::vector<absl::Status*> results;
    Ahead ahead;
  };

  std::vector<Call*> TakeCalls() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Lead(const std::vector<Call*>& calls);
  void Run(Call& call, bool guards_follow, Write& write);
  absl::Status Check(const WriteBatch& batch, const Ahead& ahead);
  absl::StatusOr<bool> Holds(Partition partition, const WriteBatch::Guard& guard,
                             const Ahead& ahead);
  void Add(const WriteBatch& batch, bool guards_follow, Write& write);
  void Flush(Write& write);

  rocksdb::DB* const db_;
  StopSwitch* const stop_;
  HighWaterMarks* const marks_;
  const std::function<absl::Status()> room_;

  // Touched by the leader alone.
  CommitNumbers numbers_;

  mutable absl::Mutex mutex_;
  std::deque<Call*> calls_ ABSL_GUARDED_BY(mutex_);
  StoreStats counts_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace kizuna::storage

#endif  // KIZUNA_STORAGE_ROCKSDB_COMMIT_QUEUE_H_
