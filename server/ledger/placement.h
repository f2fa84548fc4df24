// SPDX-License-Identifier: Apache-2.0
//
// Where does an account stand in the lists, and what changed since the last commit? The coarse card
// as it is stored, the rank rows that follow from it, and the difference of two. Pure.

#ifndef KIZUNA_SERVER_LEDGER_PLACEMENT_H_
#define KIZUNA_SERVER_LEDGER_PLACEMENT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kizuna/storage/v1/account.pb.h"
#include "server/engine/card.h"
#include "server/engine/rulebook.h"
#include "server/engine/state.h"
#include "storage/records/keys.h"

namespace kizuna::ledger {

// Product indices and gate bits become names, so that cards of two rulebooks can be compared.
storage::v1::CoarseCard CoarseCardOf(const engine::Card& card, const engine::Rulebook& rulebook);

// The rows of the rank index: one for the best pitch and one for each pitch.
std::vector<storage::RankKey> RankRowsOf(const storage::v1::CoarseCard& coarse,
                                         const std::string& account);

// The byte of a rank row that orders by cell, and within a cell tells the verdicts apart.
uint8_t RankPlace(engine::Cell cell, engine::Verdict verdict);

// What is different, in the order of the stored kinds. `before` null: the account is new.
std::vector<storage::v1::Change> Diff(const storage::v1::CoarseCard* before,
                                      const storage::v1::CoarseCard& after);

// What became of the account's reservation between the card computed at `then` and `now`; nullopt:
// nothing. `before` null: the account is new.
std::optional<storage::v1::Change> ReservationChange(const engine::State* before,
                                                     engine::Instant then,
                                                     const engine::State& after,
                                                     engine::Instant now);

// Whether two coarse cards are the same.
bool SameCoarse(const storage::v1::CoarseCard& a, const storage::v1::CoarseCard& b);

// The day's history row of a card.
storage::v1::HistoryRecord HistoryOf(const engine::Card& card, uint64_t revision,
                                     uint64_t rulebook_number);

}  // namespace kizuna::ledger

#endif  // KIZUNA_SERVER_LEDGER_PLACEMENT_H_
