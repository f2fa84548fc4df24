// SPDX-License-Identifier: Apache-2.0
//
// How does an account come out of the store? Entries, facts and cards, as readers and writers both
// need them. Reads only.

#ifndef KIZUNA_SERVER_LEDGER_ACCOUNTS_H_
#define KIZUNA_SERVER_LEDGER_ACCOUNTS_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "kizuna/storage/v1/fact.pb.h"
#include "server/engine/card.h"
#include "server/engine/fact.h"
#include "server/engine/rulebook.h"
#include "server/engine/state.h"
#include "server/engine/time.h"
#include "server/ledger/account_cache.h"
#include "storage/kv.h"

namespace kizuna::ledger {

// NOT_FOUND, saying how to find accounts.
absl::Status NoSuchAccount(absl::string_view account);

// All versions of one fact, decoded.
struct Versions {
  struct One {
    engine::Fact fact;
    uint64_t revision = 0;
  };
  std::vector<One> all;  // in the order of acceptance

  // The version that counts: the highest, at equal versions the larger fingerprint; only those
  // accepted up to `known_at`. Null when there is none.
  const One* Counting(std::optional<uint64_t> known_at = std::nullopt) const;
};

absl::StatusOr<Versions> DecodeVersions(const storage::v1::FactRecord& record,
                                        absl::string_view account, absl::string_view source,
                                        absl::string_view id);

// What the store has of an identity; empty: nothing.
absl::StatusOr<Versions> StoredVersions(const storage::Snapshot& snapshot,
                                        const std::string& account, const std::string& source,
                                        const std::string& id);

// The account as the snapshot shows it: null when it does not exist. An older fold is folded
// again.
absl::StatusOr<std::shared_ptr<const Entry>> LoadEntry(const storage::Snapshot& snapshot,
                                                       absl::string_view account,
                                                       const engine::Calendar& calendar);

// The account as it was when it was merged into another; null when it was not.
absl::StatusOr<std::shared_ptr<const Entry>> LoadMergedEntry(const storage::Snapshot& snapshot,
                                                             const std::string& account,
                                                             const engine::Calendar& calendar);

// Calls `visit` with every account behind `after`, by id over all shards, until it says false.
absl::Status VisitAccounts(const storage::Snapshot& snapshot, absl::string_view after,
                           const std::function<absl::StatusOr<bool>(const std::string&)>& visit);

// Calls `visit` with every fact of the account, by (source, id), until it returns a status that is
// not OK.
absl::Status VisitFacts(const storage::Snapshot& snapshot, absl::string_view account,
                        const std::function<absl::Status(Versions)>& visit);

// The counting facts of the account that were observed by `until` and accepted by `known_at`.
absl::StatusOr<std::vector<engine::Fact>> CountingFacts(
    const storage::Snapshot& snapshot, absl::string_view account,
    engine::Instant until = engine::kNever, std::optional<uint64_t> known_at = std::nullopt);

// The card at `now` of an account with these counting facts: those ahead of `now` do not exist yet,
// and the card expires when the first of them comes.
std::shared_ptr<const Scored> ScoreFacts(std::vector<engine::Fact> facts,
                                         std::shared_ptr<const engine::Rulebook> rulebook,
                                         engine::Instant now);

// The entry's card at `now`, with the state it came from: the entry's own, or where facts lie ahead
// of `now` a fold of those that do not. Kept in the entry, and taken from there while it is exact.
absl::StatusOr<std::shared_ptr<const Scored>> Score(
    const storage::Store& store, const Entry& entry,
    const std::shared_ptr<const engine::Rulebook>& rulebook, engine::Instant now);

}  // namespace kizuna::ledger

#endif  // KIZUNA_SERVER_LEDGER_ACCOUNTS_H_
