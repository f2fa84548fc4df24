// SPDX-License-Identifier: Apache-2.0
//
// Who hears that something was committed? Whoever listens to the bell: lanes note the newest commit
// of each shard and ring once a group is durable, so that nobody has to look into the store to find
// out that nothing happened.

#ifndef KIZUNA_SERVER_LEDGER_COMMIT_BELL_H_
#define KIZUNA_SERVER_LEDGER_COMMIT_BELL_H_

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <map>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "storage/kv.h"

namespace kizuna::ledger {

// Thread-safe.
class CommitBell {
 public:
  using ListenerId = uint64_t;

  // The commit is durable: every snapshot taken from now on shows it. Numbers of a shard only rise.
  void Committed(storage::Partition shard, storage::CommitNumber number);
  // Calls every listener, once for all that was committed since the last time.
  void Ring();

  // The newest durable commit of a shard; 0: none.
  storage::CommitNumber Newest(int shard) const { return newest_[shard].load(); }

  // `on_ring` is called on a lane's thread after each group: it must be quick, must not block, and
  // must not call the bell.
  ListenerId Listen(std::function<void()> on_ring);
  // Once it returns, the listener is not called any more. Not from within the listener.
  void Leave(ListenerId id);

 private:
  std::array<std::atomic<storage::CommitNumber>, storage::Partition::kShards> newest_{};
  absl::Mutex mutex_;
  ListenerId last_id_ ABSL_GUARDED_BY(mutex_) = 0;
  std::map<ListenerId, std::function<void()>> listeners_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace kizuna::ledger

#endif  // KIZUNA_SERVER_LEDGER_COMMIT_BELL_H_
