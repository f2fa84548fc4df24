// SPDX-License-Identifier: Apache-2.0
//
// How does an account change? Through its lane: one thread that owns some of the shards, so that an
// account has one writer. A lane takes what has queued up, folds each account's facts into one
// commit, hands the commits to the store as one group, and completes the callers once all of it is
// durable. While it waits for the disk, the next group gathers.

#ifndef KIZUNA_SERVER_LEDGER_LANE_H_
#define KIZUNA_SERVER_LEDGER_LANE_H_

#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "kizuna/storage/v1/account.pb.h"
#include "server/ledger/account_cache.h"
#include "server/ledger/book.h"
#include "server/ledger/clock.h"
#include "server/ledger/commit_bell.h"
#include "server/ledger/ledger.h"
#include "server/ledger/merges.h"
#include "storage/kv.h"

namespace kizuna::ledger {

// What lanes share.
struct Shared {
  storage::Store* store = nullptr;
  engine::Calendar calendar;
  Book* book = nullptr;
  AccountCache* cache = nullptr;
  std::function<engine::Instant()> now;
  std::function<absl::Status(const Erasure&)> write_down_erasure;  // or null

  absl::Status WriteDown(const Erasure& erasure) const {
    return write_down_erasure ? write_down_erasure(erasure) : absl::OkStatus();
  }

  std::atomic<uint64_t> accounts{0};
  std::atomic<uint64_t> facts{0};
  std::atomic<int64_t> leaks{0};
  std::atomic<int64_t> queued_facts{0};
  CommitBell bell;
  Merges merges;
};

// A caller's submissions, perhaps spread over lanes; the last lane to finish calls `done`.
struct Ticket {
  std::vector<Submission> submissions;
  Ledger::Results results;
  std::atomic<size_t> pending{0};  // lanes that are not finished
  std::function<void(Ledger::Results)> done;

  void FinishOne() {
    if (pending.fetch_sub(1) == 1) done(std::move(results));
  }
};

class ShardHeads;

// Work for a lane, on accounts of its shards.
struct Task {
  enum class Kind { kRecord, kTransact, kRefresh, kErase, kErasePerson, kMerge, kSwept, kTrim };
  Kind kind = Kind::kRecord;
  // kRecord: these submissions of the ticket.
  std::shared_ptr<Ticket> ticket;
  std::vector<size_t> indices;
  // kTransact, kRefresh, kErase, kErasePerson: this account; of the last, this contact.
  std::string account;
  std::string contact_id;
  // kTransact: what decides, and who hears the account's revision.
  Ledger::Deciding decide;
  std::function<void(absl::StatusOr<uint64_t>)> decided;
  // kMerge: a step of a merge; may run again.
  std::function<absl::Status(Shared&, ShardHeads&)> step;
  // kSwept: this shard was swept up to here; written down for the next start.
  int shard = 0;
  engine::Instant swept_to = 0;
  uint64_t swept_number = 0;
  storage::v1::ChangeRecord::Cause cause = storage::v1::ChangeRecord::CAUSE_UNSPECIFIED;
  // kTrim: the log of `shard` is trimmed up to this commit.
  storage::CommitNumber trim_through = 0;
  // All but kRecord and kTransact: called with the outcome.
  std::function<void(absl::Status)> finished;
};

// What a lane knows of the heads of its shards. Not thread-safe.
class ShardHeads {
 public:
  struct Head {
    uint64_t next_commit = 0;  // 0: not read yet
    storage::v1::ShardHead record;
  };
  // Reads it from the snapshot where it is not known.
  absl::StatusOr<Head*> Of(const storage::Snapshot& snapshot, storage::Partition shard);
  // A commit failed: what the store holds is not known.
  void Forget(storage::Partition shard) { heads_[shard.byte()] = Head(); }

 private:
  std::array<Head, storage::Partition::kShards> heads_;
};

// A commit failed, and perhaps was done all the same: what is known of the shard is forgotten, and
// whoever watches hears of what the store has by now.
void CommitFailed(Shared& shared, ShardHeads& heads, storage::Partition shard);

class Lane {
 public:
  // Starts the thread. `shared` must outlive the lane.
  explicit Lane(Shared* shared);
  // Finishes what is queued.
  ~Lane();

  void Post(Task task);
  // Waits until everything posted so far is finished, then stops the thread.
  void Stop();

 private:
  void Run();
  std::vector<Task> NextGroup() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Process(std::vector<Task> tasks);
  absl::Status WriteSwept(const Task& task);

  Shared* const shared_;
  ShardHeads heads_;
  absl::Mutex mutex_;
  std::deque<Task> queue_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace kizuna::ledger

#endif  // KIZUNA_SERVER_LEDGER_LANE_H_
