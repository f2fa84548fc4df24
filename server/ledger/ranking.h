// SPDX-License-Identifier: Apache-2.0
//
// Who comes first? Walks the rank index of all shards in coarse order and puts the accounts of one
// coarse rank into the exact order of docs/scoring.md: cell, readiness, revenue at stake, name.

#ifndef KIZUNA_SERVER_LEDGER_RANKING_H_
#define KIZUNA_SERVER_LEDGER_RANKING_H_

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "server/engine/card.h"
#include "server/ledger/ledger.h"
#include "storage/kv.h"

namespace kizuna::ledger {

// The exact place of a card in the ranking of a motion (kUnspecified: of the best pitch).
Rank RankOf(const std::string& account, const engine::Card& card, engine::Motion motion);

// The rows that `query` asks for. `read` gives an account as of now; NOT_FOUND skips it. Fills
// rows and more.
absl::StatusOr<ReadyPage> RankedPage(
    const storage::Snapshot& snapshot, const ReadyQuery& query,
    const std::function<absl::StatusOr<View>(const std::string&)>& read);

}  // namespace kizuna::ledger

#endif  // KIZUNA_SERVER_LEDGER_RANKING_H_
