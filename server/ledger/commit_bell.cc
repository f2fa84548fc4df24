// SPDX-License-Identifier: Apache-2.0

#include "server/ledger/commit_bell.h"

#include <utility>

namespace kizuna::ledger {

void CommitBell::Committed(storage::Partition shard, storage::CommitNumber number) {
  std::atomic<storage::CommitNumber>& newest = newest_[shard.byte()];
  storage::CommitNumber known = newest.load();
  while (known < number && !newest.compare_exchange_weak(known, number)) {
  }
}

void CommitBell::Ring() {
  absl::MutexLock lock(&mutex_);
  for (const auto& [id, on_ring] : listeners_) on_ring();
}

CommitBell::ListenerId CommitBell::Listen(std::function<void()> on_ring) {
  absl::MutexLock lock(&mutex_);
  listeners_.emplace(++last_id_, std::move(on_ring));
  return last_id_;
}

void CommitBell::Leave(ListenerId id) {
  absl::MutexLock lock(&mutex_);
  listeners_.erase(id);
}

}  // namespace kizuna::ledger
