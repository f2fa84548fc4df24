// SPDX-License-Identifier: Apache-2.0
//
// Which accounts are duplicates that were merged into another? All of them are kept in memory:
// merges are few, and every read and write asks.

#ifndef KIZUNA_SERVER_LEDGER_MERGES_H_
#define KIZUNA_SERVER_LEDGER_MERGES_H_

#include <atomic>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "storage/kv.h"

namespace kizuna::ledger {

struct Merge {
  std::string into;  // which may have been merged since, too
  // Its facts count there. Before that the duplicate answers for itself, but takes no more facts.
  bool done = false;
  uint64_t last_revision = 0;  // of the duplicate, once done
};

// Thread-safe.
class Merges {
 public:
  // Reads those of the store.
  absl::Status Load(const storage::Snapshot& snapshot);

  // The account that answers for `account`: itself, unless it was merged.
  std::string Of(absl::string_view account) const;
  // What became of this account; nothing when it was never merged.
  std::optional<Merge> Find(absl::string_view account) const;
  // The duplicates that were merged into `account`, directly or by way of another, sorted.
  std::vector<std::string> Into(absl::string_view account) const;
  // Those that were begun and not done.
  std::vector<std::string> Underway() const;

  void Set(const std::string& account, Merge merge);
  void Forget(const std::string& account);

 private:
  std::string Follow(absl::string_view account) const ABSL_SHARED_LOCKS_REQUIRED(mutex_);

  mutable absl::Mutex mutex_;
  std::atomic<bool> any_{false};  // so that a house without merges pays nothing
  absl::flat_hash_map<std::string, Merge> merges_ ABSL_GUARDED_BY(mutex_);
  // The other way round: what was merged into an account directly.
  absl::flat_hash_map<std::string, std::set<std::string>> into_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace kizuna::ledger

#endif  // KIZUNA_SERVER_LEDGER_MERGES_H_
