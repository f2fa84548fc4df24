// SPDX-License-Identifier: Apache-2.0

#include "server/ledger/accounts.h"

#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/convert/fingerprint.h"
#include "server/convert/stored_fact.h"
#include "server/convert/stored_state.h"
#include "server/engine/canonical.h"
#include "server/engine/fold.h"
#include "storage/records/records.h"

namespace kizuna::ledger {

absl::Status NoSuchAccount(absl::string_view account) {
  return absl::NotFoundError(absl::StrCat("there is no account 'accounts/", account,
                                          "'; list the accounts to find the one you mean"));
}

const Versions::One* Versions::Counting(std::optional<uint64_t> known_at) const {
  const One* best = nullptr;
  for (const One& one : all) {
    if (known_at && one.revision > *known_at) continue;
    if (best == nullptr || one.fact.version > best->fact.version) {
      best = &one;
    } else if (one.fact.version == best->fact.version &&
               convert::FingerprintOf(engine::CanonicalFact(best->fact)) <
                   convert::FingerprintOf(engine::CanonicalFact(one.fact))) {
      best = &one;
    }
  }
  return best;
}

absl::StatusOr<Versions> DecodeVersions(const storage::v1::FactRecord& record,
                                        absl::string_view account, absl::string_view source,
                                        absl::string_view id) {
  Versions versions;
  for (const storage::v1::StoredFact& stored : record.versions()) {
    absl::StatusOr<engine::Fact> fact = convert::FromStored(stored, account, source, id);
    if (!fact.ok()) return fact.status();
    versions.all.push_back({*std::move(fact), stored.revision()});
  }
  return versions;
}

absl::StatusOr<Versions> StoredVersions(const storage::Snapshot& snapshot,
                                        const std::string& account, const std::string& source,
                                        const std::string& id) {
  auto record = storage::GetRecord(snapshot, storage::ShardOf(account),
                                   storage::FactKey{account, source, id});
  if (!record.ok()) return record.status();
  if (!*record) return Versions();
  return DecodeVersions(**record, account, source, id);
}

namespace {

absl::StatusOr<std::shared_ptr<const Entry>> EntryOf(const storage::Snapshot& snapshot,
                                                     absl::string_view account,
                                                     storage::v1::AccountRecord record,
                                                     const engine::Calendar& calendar) {
  auto entry = std::make_shared<Entry>();
  entry->account = std::string(account);
  entry->revision = record.revision();
  entry->created_revision = record.created_revision();
  entry->placement = std::move(*record.mutable_placement());
  if (!convert::IsCurrentFold(record.state())) {
    absl::StatusOr<std::vector<engine::Fact>> facts = CountingFacts(snapshot, account);
    if (!facts.ok()) return facts.status();
    entry->state = std::make_shared<const engine::State>(engine::Fold(*facts, calendar));
    return std::shared_ptr<const Entry>(std::move(entry));
  }
  absl::StatusOr<engine::State> state = convert::FromStored(record.state());
  if (!state.ok()) return state.status();
  entry->state = std::make_shared<const engine::State>(*std::move(state));
  return std::shared_ptr<const Entry>(std::move(entry));
}

}  // namespace

absl::StatusOr<std::shared_ptr<const Entry>> LoadEntry(const storage::Snapshot& snapshot,
                                                       absl::string_view account,
                                                       const engine::Calendar& calendar) {
  auto record = storage::GetRecord(snapshot, storage::ShardOf(account),
                                   storage::AccountKey{std::string(account)});
  if (!record.ok()) return record.status();
  if (!*record) return std::shared_ptr<const Entry>();
  return EntryOf(snapshot, account, **std::move(record), calendar);
}

absl::StatusOr<std::shared_ptr<const Entry>> LoadMergedEntry(const storage::Snapshot& snapshot,
                                                             const std::string& account,
                                                             const engine::Calendar& calendar) {
  auto record =
      storage::GetRecord(snapshot, storage::ShardOf(account), storage::MergedKey{account});
  if (!record.ok()) return record.status();
  if (!*record || !(*record)->has_account()) return std::shared_ptr<const Entry>();
  return EntryOf(snapshot, account, std::move(*(*record)->mutable_account()), calendar);
}

absl::Status VisitAccounts(const storage::Snapshot& snapshot, absl::string_view after,
                           const std::function<absl::StatusOr<bool>(const std::string&)>& visit) {
  std::vector<std::unique_ptr<storage::Iterator>> rows;
  std::set<std::pair<std::string, int>> heads;
  const auto advance = [&](int shard) -> absl::Status {
    if (!rows[shard]->Next()) return rows[shard]->status();
    auto key = storage::AccountKey::Decode(rows[shard]->key());
    if (!key.ok()) return key.status();
    heads.emplace(key->account, shard);
    return absl::OkStatus();
  };
  const storage::KeyRange range =
      after.empty() ? storage::AccountKey::All() : storage::AccountKey::After(after);
  for (int shard = 0; shard < storage::Partition::kShards; ++shard) {
    rows.push_back(
        snapshot.Scan(storage::Partition::Shard(shard), range, storage::Direction::kForward));
    if (absl::Status status = advance(shard); !status.ok()) return status;
  }
  while (!heads.empty()) {
    const auto [account, shard] = *heads.begin();
    heads.erase(heads.begin());
    absl::StatusOr<bool> go_on = visit(account);
    if (!go_on.ok()) return go_on.status();
    if (!*go_on) return absl::OkStatus();
    if (absl::Status status = advance(shard); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status VisitFacts(const storage::Snapshot& snapshot, absl::string_view account,
                        const std::function<absl::Status(Versions)>& visit) {
  const auto rows = snapshot.Scan(storage::ShardOf(account), storage::FactKey::OfAccount(account),
                                  storage::Direction::kForward);
  while (rows->Next()) {
    absl::StatusOr<storage::FactKey> key = storage::FactKey::Decode(rows->key());
    if (!key.ok()) return key.status();
    auto record = storage::ParseRecord<storage::v1::FactRecord>(rows->value());
    if (!record.ok()) return record.status();
    absl::StatusOr<Versions> versions =
        DecodeVersions(*record, key->account, key->source, key->fact_id);
    if (!versions.ok()) return versions.status();
    if (absl::Status status = visit(*std::move(versions)); !status.ok()) return status;
  }
  return rows->status();
}

absl::StatusOr<std::vector<engine::Fact>> CountingFacts(const storage::Snapshot& snapshot,
                                                        absl::string_view account,
                                                        engine::Instant until,
                                                        std::optional<uint64_t> known_at) {
  std::vector<engine::Fact> facts;
  absl::Status status = VisitFacts(snapshot, account, [&](Versions versions) {
    const Versions::One* counting = versions.Counting(known_at);
    if (counting != nullptr && !counting->fact.retracted && counting->fact.observed_at <= until) {
      facts.push_back(counting->fact);
    }
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return facts;
}

namespace {

bool Exact(const Scored& scored, const engine::Rulebook& rulebook, engine::Instant now) {
  return scored.rulebook->number() == rulebook.number() && scored.card.computed_at <= now &&
         now < scored.card.valid_until;
}

}  // namespace

std::shared_ptr<const Scored> ScoreFacts(std::vector<engine::Fact> facts,
                                         std::shared_ptr<const engine::Rulebook> rulebook,
                                         engine::Instant now) {
  engine::Instant next = engine::kNever;
  std::vector<engine::Fact> seen;
  for (engine::Fact& fact : facts) {
    if (fact.observed_at > now) {
      next = std::min(next, fact.observed_at);
    } else {
      seen.push_back(std::move(fact));
    }
  }
  auto scored = std::make_shared<Scored>();
  scored->state = std::make_shared<const engine::State>(engine::Fold(seen, rulebook->calendar()));
  scored->card = engine::Evaluate(*scored->state, *rulebook, now);
  scored->card.valid_until = std::min(scored->card.valid_until, next);
  scored->rulebook = std::move(rulebook);
  return scored;
}

absl::StatusOr<std::shared_ptr<const Scored>> Score(
    const storage::Store& store, const Entry& entry,
    const std::shared_ptr<const engine::Rulebook>& rulebook, engine::Instant now) {
  if (auto kept = entry.scored(); kept != nullptr && Exact(*kept, *rulebook, now)) return kept;
  std::shared_ptr<const Scored> scored;
  if (now >= entry.state->exact_from) {
    auto fresh = std::make_shared<Scored>();
    fresh->card = engine::Evaluate(*entry.state, *rulebook, now);
    fresh->state = entry.state;
    fresh->rulebook = rulebook;
    scored = std::move(fresh);
  } else {
    const auto snapshot = store.GetSnapshot();
    // The snapshot may be newer than the entry, whose revision the answer will name.
    absl::StatusOr<std::vector<engine::Fact>> facts =
        CountingFacts(*snapshot, entry.account, engine::kNever, entry.revision);
    if (!facts.ok()) return facts.status();
    scored = ScoreFacts(*std::move(facts), rulebook, now);
  }
  entry.set_scored(scored);
  return scored;
}

}  // namespace kizuna::ledger
