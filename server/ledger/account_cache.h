// SPDX-License-Identifier: Apache-2.0
//
// What is the newest committed state of an account, without asking the disk? A bounded cache of
// decoded accounts, each with the card that was computed last. What it gives is never older than
// the last acknowledged write: a commit puts its account in before it is acknowledged, and what a
// reader loaded is kept only when nothing was committed to the shard meanwhile.

#ifndef KIZUNA_SERVER_LEDGER_ACCOUNT_CACHE_H_
#define KIZUNA_SERVER_LEDGER_ACCOUNT_CACHE_H_

#include <array>
#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "kizuna/storage/v1/account.pb.h"
#include "server/engine/state.h"
#include "server/ledger/scored.h"
#include "storage/kv.h"

namespace kizuna::ledger {

// An account as of one commit. Immutable but for the card, which is computed when first asked for.
struct Entry {
  std::string account;
  uint64_t revision = 0;
  uint64_t created_revision = 0;
  std::shared_ptr<const engine::State> state;
  storage::v1::Placement placement;

  // What was computed last; null before.
  std::shared_ptr<const Scored> scored() const {
    absl::MutexLock lock(&mutex_);
    return scored_;
  }
  void set_scored(std::shared_ptr<const Scored> scored) const {
    absl::MutexLock lock(&mutex_);
    scored_ = std::move(scored);
  }

 private:
  mutable absl::Mutex mutex_;
  mutable std::shared_ptr<const Scored> scored_ ABSL_GUARDED_BY(mutex_);
};

// Thread-safe. Least recently used accounts leave first, per shard.
class AccountCache {
 public:
  explicit AccountCache(size_t capacity)
      : capacity_per_shard_(capacity / storage::Partition::kShards + 1) {}

  // Null when it is not here.
  std::shared_ptr<const Entry> Get(storage::Partition shard, absl::string_view account) {
    Shard& at = shards_[shard.byte()];
    absl::MutexLock lock(&at.mutex);
    const auto found = at.by_account.find(account);
    if (found == at.by_account.end()) return nullptr;
    at.order.splice(at.order.begin(), at.order, found->second);
    return *found->second;
  }

  // How many commits the shard has seen; ask before reading the store.
  uint64_t Commits(storage::Partition shard) {
    Shard& at = shards_[shard.byte()];
    absl::MutexLock lock(&at.mutex);
    return at.commits;
  }

  // Keeps what a reader loaded, unless the shard has seen a commit since `commits` was asked.
  void Offer(storage::Partition shard, uint64_t commits, std::shared_ptr<const Entry> entry) {
    Shard& at = shards_[shard.byte()];
    absl::MutexLock lock(&at.mutex);
    if (at.commits == commits) Insert(at, std::move(entry));
  }

  // An account was committed: to be called after it is durable and before it is acknowledged.
  void Committed(storage::Partition shard, std::shared_ptr<const Entry> entry) {
    Shard& at = shards_[shard.byte()];
    absl::MutexLock lock(&at.mutex);
    ++at.commits;
    Insert(at, std::move(entry));
  }

  // Forgets one account: it is gone, or what its people are called is. What was told of it goes
  // with it.
  void Forget(storage::Partition shard, absl::string_view account) {
    Shard& at = shards_[shard.byte()];
    absl::MutexLock lock(&at.mutex);
    ++at.commits;
    const auto found = at.by_account.find(account);
    if (found == at.by_account.end()) return;
    at.order.erase(found->second);
    at.by_account.erase(found);
  }

  // Forgets everything of the shard: what the store holds is not known.
  void Forget(storage::Partition shard) {
    Shard& at = shards_[shard.byte()];
    absl::MutexLock lock(&at.mutex);
    ++at.commits;
    at.by_account.clear();
    at.order.clear();
  }

 private:
  struct Shard {
    absl::Mutex mutex;
    uint64_t commits ABSL_GUARDED_BY(mutex) = 0;
    std::list<std::shared_ptr<const Entry>> order ABSL_GUARDED_BY(mutex);  // newest used first
    absl::flat_hash_map<std::string, std::list<std::shared_ptr<const Entry>>::iterator> by_account
        ABSL_GUARDED_BY(mutex);
  };

  void Insert(Shard& at, std::shared_ptr<const Entry> entry)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(at.mutex) {
    const auto found = at.by_account.find(entry->account);
    if (found != at.by_account.end()) {
      *found->second = std::move(entry);
      at.order.splice(at.order.begin(), at.order, found->second);
      return;
    }
    at.order.push_front(std::move(entry));
    at.by_account[at.order.front()->account] = at.order.begin();
    if (at.order.size() > capacity_per_shard_) {
      at.by_account.erase(at.order.back()->account);
      at.order.pop_back();
    }
  }

  const size_t capacity_per_shard_;
  std::array<Shard, storage::Partition::kShards> shards_;
};

}  // namespace kizuna::ledger

#endif  // KIZUNA_SERVER_LEDGER_ACCOUNT_CACHE_H_
