// SPDX-License-Identifier: Apache-2.0
//
// How is an account read? By any of its names, as of any instant, from the cache or from the disk:
// never less than what was acknowledged before. Changes nothing. Thread-safe.

#ifndef KIZUNA_SERVER_LEDGER_READING_H_
#define KIZUNA_SERVER_LEDGER_READING_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/ledger/accounts.h"
#include "server/ledger/epochs.h"
#include "server/ledger/lane.h"
#include "server/ledger/ledger.h"

namespace kizuna::ledger {

// Each method is the ledger's own of the same name, without the instant swept to.
class Reading {
 public:
  // `shared` must outlive it.
  Reading(Shared* shared, const Epochs& epochs) : shared_(shared), epochs_(epochs) {}

  absl::StatusOr<View> Read(absl::string_view name, const ReadOptions& options) const;
  absl::StatusOr<Ledger::FactPage> ListFacts(absl::string_view name, absl::string_view after,
                                             size_t limit) const;
  absl::StatusOr<std::vector<Submission>> KnownFacts(absl::string_view name,
                                                     uint64_t revision) const;
  absl::StatusOr<std::vector<HistoryRow>> History(absl::string_view name, engine::Day from,
                                                  engine::Day to) const;
  absl::StatusOr<Moved> Movement(absl::string_view name, const MovementQuery& query) const;
  absl::StatusOr<AccountPage> ListAccounts(absl::string_view after, size_t limit,
                                           const AccountPredicate& keep) const;
  absl::StatusOr<ReadyPage> Ready(const ReadyQuery& query) const;
  absl::StatusOr<Preview> PreviewRules(absl::string_view rules_text, size_t limit) const;

 private:
  absl::StatusOr<std::shared_ptr<const Entry>> EntryOf(absl::string_view account) const;
  // Calls `read` with the account that answers for `name`; again, when it was merged meanwhile.
  template <typename Ask>
  auto Resolved(absl::string_view name, const Ask& read) const;
  absl::StatusOr<View> ReadWhole(absl::string_view name, const std::string& account,
                                 const ReadOptions& options) const;
  // Whether the revision is one that a write answered when `name` still stood for itself.
  bool IsOfDuplicate(absl::string_view name, const std::string& account, uint64_t revision) const;
  absl::StatusOr<View> ReadPast(absl::string_view account, const ReadOptions& options,
                                engine::Instant now) const;
  absl::StatusOr<std::shared_ptr<const engine::Rulebook>> RulebookOf(
      const ReadOptions& options) const;

  Shared* const shared_;
  const Epochs epochs_;
};

}  // namespace kizuna::ledger

#endif  // KIZUNA_SERVER_LEDGER_READING_H_
