// SPDX-License-Identifier: Apache-2.0

#include "server/ledger/reading.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/ledger/book.h"
#include "server/ledger/fact_page.h"
#include "server/ledger/movement.h"
#include "server/ledger/preview.h"
#include "server/ledger/ranking.h"
#include "server/ledger/view.h"
#include "storage/records/records.h"

namespace kizuna::ledger {

absl::StatusOr<std::shared_ptr<const Entry>> Reading::EntryOf(absl::string_view account) const {
  const storage::Partition shard = storage::ShardOf(account);
  if (auto entry = shared_->cache->Get(shard, account)) return entry;
  const uint64_t commits = shared_->cache->Commits(shard);
  auto entry = LoadEntry(*shared_->store->GetSnapshot(), account, shared_->calendar);
  if (!entry.ok()) return entry.status();
  if (*entry == nullptr) return NoSuchAccount(account);
  shared_->cache->Offer(shard, commits, *entry);
  return entry;
}

template <typename Ask>
auto Reading::Resolved(absl::string_view name, const Ask& read) const {
  std::string account = shared_->merges.Of(name);
  while (true) {
    auto answer = read(account);
    if (!absl::IsNotFound(answer.status())) return answer;
    std::string now = shared_->merges.Of(name);
    if (now == account) return answer;
    account = std::move(now);
  }
}

absl::StatusOr<View> Reading::Read(absl::string_view name, const ReadOptions& options) const {
  for (const uint64_t revision : {options.at_least_as_fresh, options.known_at.value_or(0)}) {
    if (!epochs_.IsLost(storage::ShardOf(name), revision)) continue;
    return absl::DataLossError(
        absl::StrCat("revision ", revision,
                     " was lost when the store was restored from a backup; what was written "
                     "since that backup must be sent again"));
  }
  return Resolved(name,
                  [&](const std::string& account) { return ReadWhole(name, account, options); });
}

absl::StatusOr<View> Reading::ReadWhole(absl::string_view name, const std::string& account,
                                        const ReadOptions& options) const {
  absl::StatusOr<std::shared_ptr<const Entry>> entry = EntryOf(account);
  if (!entry.ok()) return entry.status();
  if ((*entry)->revision < options.at_least_as_fresh &&
      !IsOfDuplicate(name, account, options.at_least_as_fresh)) {
    return absl::OutOfRangeError(
        absl::StrCat("at_least_as_fresh: the account stands at revision ", (*entry)->revision,
                     " and has not reached ", options.at_least_as_fresh,
                     "; pass a revision that a write of this account answered"));
  }
  const engine::Instant now = shared_->now();
  if (options.as_of || options.known_at || options.rulebook_number) {
    return ReadPast(account, options, now);
  }
  auto scored = Score(*shared_->store, **entry, shared_->book->current(), now);
  if (!scored.ok()) return scored.status();
  return ViewOf(**entry, *std::move(scored), now);
}

bool Reading::IsOfDuplicate(absl::string_view name, const std::string& account,
                            uint64_t revision) const {
  if (name == account) return false;
  const auto merge = shared_->merges.Find(name);
  return merge && revision <= merge->last_revision;
}

absl::StatusOr<View> Reading::ReadPast(absl::string_view account, const ReadOptions& options,
                                       engine::Instant now) const {
  const engine::Instant at = options.as_of.value_or(now);
  if (at > now) {
    return absl::InvalidArgumentError(
        "as_of: lies ahead of the server's clock; ask for an instant that has passed");
  }
  auto rulebook = RulebookOf(options);
  if (!rulebook.ok()) return rulebook.status();
  const auto snapshot = shared_->store->GetSnapshot();
  auto entry = LoadEntry(*snapshot, account, shared_->calendar);
  if (!entry.ok()) return entry.status();
  if (*entry == nullptr) return NoSuchAccount(account);
  return PastView(*snapshot, **entry, *rulebook, at, options.known_at);
}

absl::StatusOr<std::shared_ptr<const engine::Rulebook>> Reading::RulebookOf(
    const ReadOptions& options) const {
  if (options.rulebook_number) return shared_->book->Numbered(*options.rulebook_number);
  return shared_->book->current();
}

absl::StatusOr<Ledger::FactPage> Reading::ListFacts(absl::string_view name, absl::string_view after,
                                                    size_t limit) const {
  return Resolved(name, [&](const std::string& account) -> absl::StatusOr<Ledger::FactPage> {
    const auto snapshot = shared_->store->GetSnapshot();
    auto entry = LoadEntry(*snapshot, account, shared_->calendar);
    if (!entry.ok()) return entry.status();
    if (*entry == nullptr) return NoSuchAccount(account);
    return ReadFactPage(*snapshot, **entry, after, limit);
  });
}

absl::StatusOr<std::vector<Submission>> Reading::KnownFacts(absl::string_view name,
                                                            uint64_t revision) const {
  using Known = absl::StatusOr<std::vector<Submission>>;
  return Resolved(name, [&](const std::string& account) -> Known {
    const auto snapshot = shared_->store->GetSnapshot();
    auto entry = LoadEntry(*snapshot, account, shared_->calendar);
    if (!entry.ok()) return entry.status();
    if (*entry == nullptr) return NoSuchAccount(account);
    return KnownFactsOn(*snapshot, **entry, revision);
  });
}

absl::StatusOr<std::vector<HistoryRow>> Reading::History(absl::string_view name, engine::Day from,
                                                         engine::Day to) const {
  using Rows = absl::StatusOr<std::vector<HistoryRow>>;
  return Resolved(name, [&](const std::string& account) -> Rows {
    if (auto entry = EntryOf(account); !entry.ok()) return entry.status();
    return HistoryOn(*shared_->store->GetSnapshot(), account, from, to);
  });
}

absl::StatusOr<Moved> Reading::Movement(absl::string_view name, const MovementQuery& query) const {
  const engine::Instant now = shared_->now();
  const engine::Instant until = query.until.value_or(now);
  if (until > now) {
    return absl::InvalidArgumentError(
        "until: lies ahead of the server's clock; leave it out to ask up to now");
  }
  if (query.since > until) {
    return absl::InvalidArgumentError("since: lies behind `until`; send the earlier instant here");
  }
  ReadOptions options;
  options.at_least_as_fresh = query.at_least_as_fresh;
  options.known_at = query.known_at;
  // Of the revisions that are asked for it says what there is to say against them.
  if (const auto view = Read(name, options); !view.ok()) return view.status();
  auto before = shared_->book->InForceAt(query.since);
  if (!before.ok()) return before.status();
  absl::StatusOr<std::shared_ptr<const engine::Rulebook>> after = shared_->book->current();
  if (query.until) after = shared_->book->InForceAt(until);
  if (!after.ok()) return after.status();
  return Resolved(name, [&](const std::string& account) -> absl::StatusOr<Moved> {
    const auto snapshot = shared_->store->GetSnapshot();
    auto entry = LoadEntry(*snapshot, account, shared_->calendar);
    if (!entry.ok()) return entry.status();
    if (*entry == nullptr) return NoSuchAccount(account);
    return MovedOn(*snapshot, **entry, {query.since, *before}, {until, *after}, query.known_at);
  });
}

absl::StatusOr<AccountPage> Reading::ListAccounts(absl::string_view after, size_t limit,
                                                  const AccountPredicate& keep) const {
  AccountPage page;
  const auto add = [&](const std::string& account) -> absl::StatusOr<bool> {
    absl::StatusOr<View> view = Read(account, {});
    if (absl::IsNotFound(view.status())) return true;  // erased meanwhile
    if (!view.ok()) return view.status();
    if (keep && !keep(*view)) return true;
    if (page.accounts.size() == limit) {
      page.next = page.accounts.back().account;
      return false;
    }
    page.accounts.push_back(*std::move(view));
    return true;
  };
  absl::Status status = VisitAccounts(*shared_->store->GetSnapshot(), after, add);
  if (!status.ok()) return status;
  return page;
}

absl::StatusOr<ReadyPage> Reading::Ready(const ReadyQuery& query) const {
  if (query.motion > engine::Motion::kCrossSell) {
    return absl::InvalidArgumentError(
        "motion: only pitches are ranked; name SEATS, PLAN or CROSS_SELL, or none");
  }
  const auto snapshot = shared_->store->GetSnapshot();
  return RankedPage(*snapshot, query,
                    [this](const std::string& account) { return Read(account, {}); });
}

absl::StatusOr<Preview> Reading::PreviewRules(absl::string_view rules_text, size_t limit) const {
  std::vector<engine::Violation> violations;
  const auto candidate = shared_->book->Compile(rules_text, violations);
  if (candidate == nullptr) return ViolationsError(violations);
  Preview preview;
  absl::Status status = VisitAccounts(
      *shared_->store->GetSnapshot(), "", [&](const std::string& account) -> absl::StatusOr<bool> {
        absl::StatusOr<View> view = Read(account, {});
        if (absl::IsNotFound(view.status())) return true;
        if (!view.ok()) return view.status();
        const engine::Card after = engine::Evaluate(*view->state, *candidate, view->checked_at);
        AddToPreview(account, *view->card, after, limit, preview);
        return true;
      });
  if (!status.ok()) return status;
  return preview;
}

}  // namespace kizuna::ledger
