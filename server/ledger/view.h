// SPDX-License-Identifier: Apache-2.0
//
// What does a reader of the ledger get to see of what is kept: an account in memory or at an
// earlier time, and facts, people and days on disk?

#ifndef KIZUNA_SERVER_LEDGER_VIEW_H_
#define KIZUNA_SERVER_LEDGER_VIEW_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "kizuna/storage/v1/account.pb.h"
#include "server/engine/time.h"
#include "server/ledger/account_cache.h"
#include "server/ledger/ledger.h"
#include "storage/kv.h"

namespace kizuna::ledger {

// A stored day of history.
HistoryRow RowOf(engine::Day day, const storage::v1::HistoryRecord& record);

// An account as scored at `now`. The view's parts share the life of `scored`.
View ViewOf(const Entry& entry, std::shared_ptr<const Scored> scored, engine::Instant now);

// An account at `at`, of the facts known at revision `known_at` (none: all of the entry's), under
// `rulebook`. `entry` is of the same snapshot or an older one. OUT_OF_RANGE when the account has
// not reached the revision, INVALID_ARGUMENT when it was not there yet.
absl::StatusOr<View> PastView(const storage::Snapshot& snapshot, const Entry& entry,
                              std::shared_ptr<const engine::Rulebook> rulebook, engine::Instant at,
                              std::optional<uint64_t> known_at);

// Who is known of the account.
absl::StatusOr<std::map<engine::PersonKey, Person>> PeopleOn(const storage::Snapshot& snapshot,
                                                             absl::string_view account);

// The account's history on the days in [from, to), the oldest first.
absl::StatusOr<std::vector<HistoryRow>> HistoryOn(const storage::Snapshot& snapshot,
                                                  absl::string_view account, engine::Day from,
                                                  engine::Day to);

}  // namespace kizuna::ledger

#endif  // KIZUNA_SERVER_LEDGER_VIEW_H_
