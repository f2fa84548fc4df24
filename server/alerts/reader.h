// SPDX-License-Identifier: Apache-2.0
//
// Who raises the alerts? One reader of the change log with a place of its own in it. It wakes when
// something is committed, looks at the accounts that changed, and writes what is to be told in the
// same commit as how far it came, so that nothing is missed over a crash and nothing raised twice.
// After each midnight of the book it looks at every account once, for what time alone brings.

#ifndef KIZUNA_SERVER_ALERTS_READER_H_
#define KIZUNA_SERVER_ALERTS_READER_H_

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "server/alerts/raising.h"
#include "server/alerts/webhooks.h"
#include "server/engine/alert.h"
#include "server/ledger/change_log.h"
#include "server/ledger/ledger.h"
#include "storage/kv.h"

namespace kizuna::alerts {

class Reader {
 public:
  // What is pointed at outlives it. `on_deliveries` is called on the reader's thread when there is
  // something to be posted.
  Reader(storage::Store* store, ledger::Ledger* ledger, const Webhooks* webhooks,
         std::function<void()> on_deliveries);
  ~Reader() { Stop(); }

  // Reads by itself until Stop().
  void Start();
  // Ends at the next part of the log; what was not read is read after the next start.
  void Stop();

  // Reads to the end of the log, and looks at sources and, on a new day, at every account. Called
  // by the thread, or by a test that has not started it.
  absl::Status Turn();

 private:
  using Shards = std::array<storage::v1::AlertHead, storage::Partition::kShards>;
  // What a batch looks at, by account.
  using Looks = std::map<std::string, Occasion>;

  void Run();
  absl::Status Open();
  absl::Status ReadLog();
  absl::Status Process(const ledger::ChangeLog::Part& part);
  // Looks at accounts of each shard and commits. Tries again what another writer was faster with.
  absl::Status Commit(const std::map<int, Looks>& shards);
  absl::StatusOr<bool> CommitShards(const std::map<int, Looks>& shards,
                                    std::map<int, Looks>& again);
  absl::Status LookThrough(engine::Day today);
  absl::Status LookAtSources(engine::Day today);
  // Removes what is too old or too much of a shard.
  absl::Status Trim(int shard, engine::Instant now);
  absl::Status SaveHeads();
  bool Stopping();

  storage::Store* const store_;
  ledger::Ledger* const ledger_;
  const Webhooks* const webhooks_;
  const std::function<void()> on_deliveries_;
  const engine::AlertRules rules_;

  // The turn's own.
  bool opened_ = false;
  bool look_through_ = false;  // the log was trimmed under the reader
  ledger::LogPosition position_;
  Shards heads_;  // as stored
  std::array<size_t, storage::Partition::kShards> alerts_{};
  uint64_t rulebook_number_ = 0;  // by which sources were looked at
  engine::Day sources_day_ = engine::kNoDay;
  absl::Time saved_ = absl::InfinitePast();

  absl::Mutex mutex_;
  bool rung_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  ledger::CommitBell::ListenerId listener_ = 0;
  std::thread thread_;
};

}  // namespace kizuna::alerts

#endif  // KIZUNA_SERVER_ALERTS_READER_H_
