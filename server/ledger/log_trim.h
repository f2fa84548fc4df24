// SPDX-License-Identifier: Apache-2.0
//
// How long is the change log kept? So long as the operator says; what is older is trimmed away,
// a little at a time, each time by the lane that owns the shard, so that a shard keeps its one
// writer. The head of the shard remembers up to where, so that a reader who comes too late is told
// so and never skips in silence.

#ifndef KIZUNA_SERVER_LEDGER_LOG_TRIM_H_
#define KIZUNA_SERVER_LEDGER_LOG_TRIM_H_

#include <functional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "server/ledger/background.h"
#include "server/ledger/lane.h"

namespace kizuna::ledger {

// Called by the lane of the shard: takes out its rows up to commit `through`.
absl::Status TrimLog(Shared& shared, ShardHeads& heads, int shard, storage::CommitNumber through);

class LogTrim {
 public:
  // Rows older than `keep` are trimmed; infinite: none is. `post` hands a task to the lane of a
  // shard.
  LogTrim(Shared* shared, absl::Duration keep, std::function<void(int shard, Task)> post)
      : shared_(shared), keep_(keep), post_(std::move(post)) {}

  // Runs by itself every `interval` until Stop().
  void Start(absl::Duration interval) {
    background_.Start(interval, [this] { return Run(); });
  }
  void Stop() { background_.Stop(); }

  // Trims everything that is too old now, and waits for it.
  absl::Status Run();

 private:
  // Up to which commit rows of the shard are too old, as far as one step looks; 0: none is.
  absl::StatusOr<storage::CommitNumber> TooOldThrough(int shard) const;
  absl::Status TrimShard(int shard, storage::CommitNumber through);

  Shared* const shared_;
  const absl::Duration keep_;
  const std::function<void(int, Task)> post_;
  absl::Mutex running_;  // one trim at a time
  Background background_;
};

}  // namespace kizuna::ledger

#endif  // KIZUNA_SERVER_LEDGER_LOG_TRIM_H_
