// SPDX-License-Identifier: Apache-2.0
//
// How does an account get from one instant to another? Read from its facts, one step at a time.

#ifndef KIZUNA_SERVER_LEDGER_MOVEMENT_H_
#define KIZUNA_SERVER_LEDGER_MOVEMENT_H_

#include <cstdint>
#include <memory>
#include <optional>

#include "absl/status/statusor.h"
#include "server/engine/rulebook.h"
#include "server/engine/time.h"
#include "server/ledger/account_cache.h"
#include "server/ledger/ledger.h"
#include "storage/kv.h"

namespace kizuna::ledger {

// An instant and the rulebook that was in force then.
struct MovementEnd {
  engine::Instant at = 0;
  std::shared_ptr<const engine::Rulebook> rulebook;
};

// `entry` is of the snapshot; `known_at` is a revision that the account had. O(facts).
absl::StatusOr<Moved> MovedOn(const storage::Snapshot& snapshot, const Entry& entry,
                              const MovementEnd& before, const MovementEnd& after,
                              std::optional<uint64_t> known_at);

}  // namespace kizuna::ledger

#endif  // KIZUNA_SERVER_LEDGER_MOVEMENT_H_
