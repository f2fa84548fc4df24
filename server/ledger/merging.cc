// SPDX-License-Identifier: Apache-2.0

#include "server/ledger/merging.h"

#include <map>
#include <memory>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "server/engine/reservation.h"
#include "server/ledger/accounts.h"
#include "server/ledger/change.h"
#include "server/ledger/fact_page.h"
#include "server/ledger/leaks.h"
#include "server/ledger/own_facts.h"
#include "storage/records/records.h"

namespace kizuna::ledger {
namespace {

using engine::Fact;

absl::Status Reserved(const std::string& account) {
  return absl::FailedPreconditionError(
      absl::StrCat("accounts/", account,
                   ": is reserved for a pitch; release the reservation, or wait until it runs out, "
                   "and merge then"));
}

// The id under which a fact of the duplicate is kept where `into` has another fact of that id.
std::string SecondId(const std::string& id, const std::string& duplicate) {
  return absl::StrCat(id, "~", duplicate);
}

// Whether the account's versions of an identity contradict the duplicate's.
bool Contradict(const Versions& mine, const Versions& theirs) {
  for (const Versions::One& a : mine.all) {
    for (const Versions::One& b : theirs.all) {
      if (a.fact.version == b.fact.version && !SameContent(a.fact, b.fact)) return true;
    }
  }
  return false;
}

// An alias of the duplicate in a system in which the account has another is kept beside it.
void KeepAliases(const engine::State& mine, const engine::State& theirs,
                 engine::ProfileContent& profile) {
  for (auto& [key, value] : profile.fields) {
    if (!absl::StartsWith(key, "alias.")) continue;
    const std::string& own = mine.Profile(key);
    if (own.empty() || own == theirs.Profile(key)) continue;
    int number = 2;
    while (!mine.Profile(absl::StrCat(key, ".", number)).empty()) ++number;
    key = absl::StrCat(key, ".", number);
  }
}

// A reservation of the duplicate that ran out counts as a pitch that expired: told as one, since
// the reservation itself stays behind.
std::optional<Fact> ExpiredPitch(const Entry& duplicate, engine::Instant now) {
  const engine::ReservationContent* ran_out = engine::RanOutReservation(*duplicate.state, now);
  if (ran_out == nullptr) return std::nullopt;
  engine::InteractionContent expired;
  expired.team = ran_out->team;
  expired.motion = ran_out->motion;
  expired.product = ran_out->product;
  expired.outcome = engine::PitchOutcome::kExpired;
  Fact fact;
  fact.source = std::string(kOwnSource);
  fact.id = SecondId(ReservationFactId(ran_out->reservation_id, "expired"), duplicate.account);
  fact.observed_at = ran_out->expires_at;
  fact.content = std::move(expired);
  return fact;
}

// The commit by which an account takes over the facts of a duplicate.
class TakingOver {
 public:
  TakingOver(const Shared& shared, const storage::Snapshot& snapshot,
             std::shared_ptr<const Entry> into, std::shared_ptr<const Entry> duplicate)
      : snapshot_(snapshot),
        into_(std::move(into)),
        duplicate_(std::move(duplicate)),
        now_(shared.now()),
        change_(shared, snapshot, into_->account, into_, false) {
    change_.JudgeNoLeaks();
  }

  absl::StatusOr<AccountChange::Result> Run(
      uint64_t commit_number, const std::shared_ptr<const engine::Rulebook>& rulebook) {
    absl::Status status =
        VisitFacts(snapshot_, duplicate_->account,
                   [this](Versions versions) { return AddIdentity(std::move(versions)); });
    if (!status.ok()) return status;
    if (const std::optional<Fact> expired = ExpiredPitch(*duplicate_, now_)) {
      if (status = Add({*expired, {}}, {}); !status.ok()) return status;
    }
    auto result = change_.Finish(commit_number, rulebook, now_);
    if (!result.ok()) return result;
    if (result->batch == nullptr) {
      // Every fact was there before; only the mark is new.
      result->batch = std::make_unique<storage::WriteBatch>(storage::ShardOf(into_->account));
      result->batch->set_commit_number(commit_number);
      result->after = into_;
    }
    if (status = TakeLeaks(*result); !status.ok()) return status;
    if (status = TakeErasures(*result->batch); !status.ok()) return status;
    storage::v1::TakenOverRecord mark;
    mark.set_revision(result->after->revision);
    storage::PutRecord(*result->batch,
                       storage::TakenOverKey{into_->account, duplicate_->account}, mark);
    return result;
  }

 private:
  absl::Status Add(const Submission& submission, const Versions& stored) {
    return change_.Add(submission, stored, now_).status();
  }

  absl::Status AddIdentity(Versions theirs) {
    const Fact any = theirs.all.front().fact;
    if (std::holds_alternative<engine::ReservationContent>(any.content)) return absl::OkStatus();
    for (Versions::One& one : theirs.all) {
      one.fact.account = into_->account;
      if (auto* profile = std::get_if<engine::ProfileContent>(&one.fact.content)) {
        KeepAliases(*into_->state, *duplicate_->state, *profile);
      }
    }
    absl::StatusOr<Versions> mine = StoredVersions(snapshot_, into_->account, any.source, any.id);
    if (!mine.ok()) return mine.status();
    std::string id = any.id;
    if (Contradict(*mine, theirs)) {
      id = SecondId(any.id, duplicate_->account);
      renamed_[{any.source, any.id}] = id;
      mine = StoredVersions(snapshot_, into_->account, any.source, id);
      if (!mine.ok()) return mine.status();
    }
    auto words = storage::GetRecord(snapshot_, storage::ShardOf(duplicate_->account),
                                    storage::WordsKey{duplicate_->account, any.source, any.id});
    if (!words.ok()) return words.status();
    for (const Versions::One& one : theirs.all) {
      Submission submission{one.fact, *words ? WordsOf(**words, one.fact) : Words()};
      submission.fact.id = id;
      if (absl::Status status = Add(submission, *mine); !status.ok()) return status;
    }
    return absl::OkStatus();
  }

  // Leaks were judged by what was known when they came in, and are taken over as they are.
  absl::Status TakeLeaks(AccountChange::Result& result) {
    storage::RecordScan<storage::LeakKey> rows(snapshot_, storage::ShardOf(duplicate_->account),
                                               storage::LeakKey::OfAccount(duplicate_->account));
    while (rows.Next()) {
      storage::LeakKey key = rows.key();
      key.account = into_->account;
      const auto renamed = renamed_.find({key.source, key.fact_id});
      if (renamed != renamed_.end()) key.fact_id = renamed->second;
      storage::PutRecord(*result.batch, key, rows.record());
      ++result.new_leaks;
    }
    return rows.status();
  }

  // Who was erased from the duplicate stays erased.
  absl::Status TakeErasures(storage::WriteBatch& batch) {
    storage::RecordScan<storage::PersonRecordKey> rows(
        snapshot_, storage::ShardOf(duplicate_->account),
        storage::PersonRecordKey::OfAccount(duplicate_->account));
    while (rows.Next()) {
      if (!rows.record().redacted()) continue;
      const storage::PersonRecordKey key{into_->account, rows.key().person};
      auto mine = storage::GetRecord(snapshot_, storage::ShardOf(into_->account), key);
      if (!mine.ok()) return mine.status();
      if (*mine && !(*mine)->redacted()) {
        return absl::FailedPreconditionError(absl::StrCat(
            "the contact '", (*mine)->contact_id(), "' was erased from accounts/",
            duplicate_->account, " and is known to accounts/", into_->account,
            "; erase them from there with ErasePerson, and merge then"));
      }
      storage::PutRecord(batch, key, rows.record());
    }
    return rows.status();
  }

  const storage::Snapshot& snapshot_;
  const std::shared_ptr<const Entry> into_, duplicate_;
  const engine::Instant now_;
  AccountChange change_;
  std::map<std::pair<std::string, std::string>, std::string> renamed_;  // source, id -> id
};

// The row of the log that tells where the duplicate went.
storage::v1::ChangeRecord MergedRow(const std::string& duplicate, const std::string& into,
                                    engine::Instant now) {
  storage::v1::ChangeRecord row;
  row.set_account(duplicate);
  row.set_committed_at_micros(now);
  row.set_cause(storage::v1::ChangeRecord::CAUSE_MERGE);
  storage::v1::Change& change = *row.add_changes();
  change.set_kind(storage::v1::Change::KIND_MERGED);
  change.set_after(1);
  change.set_into(into);
  return row;
}

}  // namespace

absl::Status BeginMerge(Shared& shared, const std::string& duplicate, const std::string& into) {
  const auto snapshot = shared.store->GetSnapshot();
  auto entry = LoadEntry(*snapshot, duplicate, shared.calendar);
  if (!entry.ok()) return entry.status();
  if (*entry == nullptr) return NoSuchAccount(duplicate);
  const engine::Instant now = shared.now();
  if (engine::LiveReservation(*(*entry)->state, now) != nullptr) return Reserved(duplicate);
  storage::WriteBatch batch(storage::ShardOf(duplicate));
  storage::v1::MergedRecord record;
  record.set_into(into);
  record.set_merged_at_micros(now);
  storage::PutRecord(batch, storage::MergedKey{duplicate}, record);
  // Whatever becomes of the commit, no fact must slip in behind it.
  shared.merges.Set(duplicate, {into});
  return shared.store->Commit(batch);
}

absl::Status TakeOverFacts(Shared& shared, ShardHeads& heads, const std::string& duplicate,
                           const std::string& into) {
  const storage::Partition shard = storage::ShardOf(into);
  const auto snapshot = shared.store->GetSnapshot();
  auto done = storage::GetRecord(*snapshot, shard, storage::TakenOverKey{into, duplicate});
  if (!done.ok()) return done.status();
  if (*done) return absl::OkStatus();
  auto theirs = LoadEntry(*snapshot, duplicate, shared.calendar);
  if (!theirs.ok()) return theirs.status();
  auto mine = LoadEntry(*snapshot, into, shared.calendar);
  if (!mine.ok()) return mine.status();
  if (*mine == nullptr) return NoSuchAccount(into);
  if (*theirs == nullptr) return NoSuchAccount(duplicate);
  if (engine::LiveReservation(*(*mine)->state, shared.now()) != nullptr) return Reserved(into);

  auto head = heads.Of(*snapshot, shard);
  if (!head.ok()) return head.status();
  const uint64_t number = (*head)->next_commit;
  auto result =
      TakingOver(shared, *snapshot, *mine, *theirs).Run(number, shared.book->current());
  if (!result.ok()) return result.status();
  (*head)->next_commit++;
  storage::v1::ShardHead& record = (*head)->record;
  record.set_facts(record.facts() + static_cast<uint64_t>(result->new_identities));
  record.set_leaks(record.leaks() + static_cast<uint64_t>(result->new_leaks));
  result->batch->Put(storage::HeadKey{}.Encode(), record.SerializeAsString());
  if (absl::Status status = shared.store->Commit(*result->batch); !status.ok()) {
    CommitFailed(shared, heads, shard);
    return status;
  }
  shared.cache->Committed(shard, result->after);
  shared.facts.fetch_add(static_cast<uint64_t>(result->new_identities));
  shared.leaks.fetch_add(result->new_leaks);
  shared.bell.Committed(shard, number);
  shared.bell.Ring();
  return absl::OkStatus();
}

absl::Status FinishMerge(Shared& shared, ShardHeads& heads, const std::string& duplicate) {
  const storage::Partition shard = storage::ShardOf(duplicate);
  const auto snapshot = shared.store->GetSnapshot();
  const storage::MergedKey mark{duplicate};
  auto merged = storage::GetRecord(*snapshot, shard, mark);
  if (!merged.ok()) return merged.status();
  auto account = storage::GetRecord(*snapshot, shard, storage::AccountKey{duplicate});
  if (!account.ok()) return account.status();
  if (!*merged || !*account) return absl::OkStatus();  // done before, or erased since
  absl::StatusOr<uint64_t> leaks = LeaksOf(*snapshot, duplicate);
  if (!leaks.ok()) return leaks.status();
  auto head = heads.Of(*snapshot, shard);
  if (!head.ok()) return head.status();

  // Everything is in the other account by now, which answers from here on.
  shared.merges.Set(duplicate, {(*merged)->into(), true, (*account)->revision()});
  const uint64_t number = (*head)->next_commit++;
  storage::WriteBatch batch(shard);
  batch.set_commit_number(number);
  DeleteIndexRows(duplicate, (*account)->placement(), batch);
  batch.Delete(storage::AccountKey{duplicate}.Encode());
  batch.DeleteRange(storage::LeakKey::OfAccount(duplicate));
  (*account)->clear_placement();
  *(*merged)->mutable_account() = **account;
  storage::PutRecord(batch, mark, **merged);
  storage::PutRecord(batch, storage::ChangeKey{number},
                     MergedRow(duplicate, (*merged)->into(), shared.now()));
  storage::v1::ShardHead& record = (*head)->record;
  record.set_accounts(record.accounts() - 1);
  record.set_leaks(record.leaks() - *leaks);
  batch.Put(storage::HeadKey{}.Encode(), record.SerializeAsString());
  if (absl::Status status = shared.store->Commit(batch); !status.ok()) {
    CommitFailed(shared, heads, shard);
    return status;
  }
  shared.cache->Forget(shard, duplicate);
  shared.accounts.fetch_sub(1);
  shared.leaks.fetch_sub(static_cast<int64_t>(*leaks));
  shared.bell.Committed(shard, number);
  shared.bell.Ring();
  return absl::OkStatus();
}

absl::Status AbandonMerge(Shared& shared, const std::string& duplicate) {
  storage::WriteBatch batch(storage::ShardOf(duplicate));
  batch.Delete(storage::MergedKey{duplicate}.Encode());
  if (absl::Status status = shared.store->Commit(batch); !status.ok()) return status;
  shared.merges.Forget(duplicate);
  return absl::OkStatus();
}

}  // namespace kizuna::ledger
