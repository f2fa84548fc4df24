// SPDX-License-Identifier: Apache-2.0
//
// How does a test stand between the ledger and its store? On a store that hands everything on, a
// commit at a time, but for what a test overrides.

#ifndef KIZUNA_TESTS_SUPPORT_FORWARDING_STORE_H_
#define KIZUNA_TESTS_SUPPORT_FORWARDING_STORE_H_

#include <memory>
#include <vector>

#include "storage/kv.h"

namespace kizuna {

// Thread-safe, as far as what is overridden is.
class ForwardingStore : public storage::Store {
 public:
  // Borrows `store`, so that what was committed outlives this.
  explicit ForwardingStore(storage::Store* store) : store_(store) {}

  std::unique_ptr<storage::Snapshot> GetSnapshot() const override { return store_->GetSnapshot(); }
  std::vector<absl::Status> Commit(absl::Span<const storage::WriteBatch> group) final {
    std::vector<absl::Status> statuses;
    for (const storage::WriteBatch& batch : group) statuses.push_back(CommitOne(batch));
    return statuses;
  }
  absl::Status EraseRange(storage::Partition partition, const storage::KeyRange& range) override {
    return store_->EraseRange(partition, range);
  }
  storage::StoreStats Stats() const override { return store_->Stats(); }
  absl::Status Close() override { return absl::OkStatus(); }

 protected:
  virtual absl::Status CommitOne(const storage::WriteBatch& batch) {
    return store_->Commit(absl::MakeConstSpan(&batch, 1)).front();
  }

 private:
  storage::Store* const store_;
};

}  // namespace kizuna

#endif  // KIZUNA_TESTS_SUPPORT_FORWARDING_STORE_H_
