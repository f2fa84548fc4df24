// SPDX-License-Identifier: Apache-2.0
//
// Which pitches should not have been made? Judged once, in the commit that brings the pitch, by
// what was known then; kept as rows beside the facts.

#ifndef KIZUNA_SERVER_LEDGER_LEAKS_H_
#define KIZUNA_SERVER_LEDGER_LEAKS_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "kizuna/storage/v1/account.pb.h"
#include "server/engine/fact.h"
#include "server/engine/rulebook.h"
#include "server/ledger/ledger.h"
#include "storage/kv.h"

namespace kizuna::ledger {

// Whether the fact logs a pitch.
bool IsPitch(const engine::Fact& fact);

// The row of a pitch that leaked; nullopt when it did not. `facts` are the counting facts of the
// account, the pitch among them.
std::optional<storage::v1::LeakRecord> LeakOf(const engine::Fact& pitch,
                                              std::vector<engine::Fact> facts,
                                              const engine::Rulebook& rulebook, uint64_t revision);

// How many rows of them the account has.
absl::StatusOr<uint64_t> LeaksOf(const storage::Snapshot& snapshot, const std::string& account);

// A page of them, as Ledger::Leaks.
absl::StatusOr<Ledger::LeakPage> ListLeaks(const storage::Snapshot& snapshot,
                                           const Ledger::LeakQuery& query);

}  // namespace kizuna::ledger

#endif  // KIZUNA_SERVER_LEDGER_LEAKS_H_
