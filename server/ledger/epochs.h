// SPDX-License-Identifier: Apache-2.0
//
// What did the store forget when it went back? A restore takes it to an earlier state and begins a
// new epoch. What earlier epochs gave out (ids of decisions, cursors, revisions) is of a time that
// is still this store's past, or of the gap: then it speaks of something that never was here.

#ifndef KIZUNA_SERVER_LEDGER_EPOCHS_H_
#define KIZUNA_SERVER_LEDGER_EPOCHS_H_

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "storage/kv.h"

namespace kizuna::ledger {

// An epoch that ended when the store went back, as far as it is known.
struct PastEpoch {
  uint64_t epoch = 1;
  // Of each shard: the highest revision of it that the store has.
  std::array<storage::CommitNumber, storage::Partition::kShards> last_revisions{};
  uint64_t last_rulebook = 0;  // the newest that it has
  // The first commit number that later epochs gave out.
  storage::CommitNumber jumped_to = 0;
};

// A plain value.
class Epochs {
 public:
  Epochs() = default;
  // `past`: those that the present one follows, the oldest first.
  Epochs(uint64_t current, std::vector<PastEpoch> past)
      : current_(current), past_(std::move(past)) {}

  uint64_t current() const { return current_; }
  const std::vector<PastEpoch>& past() const { return past_; }

  // Null for an epoch that is not in this store's past: of another life that began at the same
  // backup, or still to come.
  const PastEpoch* Past(uint64_t epoch) const {
    const auto found = std::find_if(past_.begin(), past_.end(),
                                    [&](const PastEpoch& past) { return past.epoch == epoch; });
    return found == past_.end() ? nullptr : &*found;
  }

  // Whether a revision of the shard can only have been given out in a time that was lost.
  bool IsLost(storage::Partition shard, storage::CommitNumber revision) const {
    return std::any_of(past_.begin(), past_.end(), [&](const PastEpoch& past) {
      return past.last_revisions[shard.byte()] < revision && revision < past.jumped_to;
    });
  }

 private:
  uint64_t current_ = 1;
  std::vector<PastEpoch> past_;
};

}  // namespace kizuna::ledger

#endif  // KIZUNA_SERVER_LEDGER_EPOCHS_H_
