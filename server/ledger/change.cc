// SPDX-License-Identifier: Apache-2.0

#include "server/ledger/change.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/convert/person.h"
#include "server/convert/stored_fact.h"
#include "server/convert/stored_state.h"
#include "server/engine/canonical.h"
#include "server/engine/fold.h"
#include "server/engine/reservation.h"
#include "server/ledger/leaks.h"
#include "server/ledger/own_facts.h"
#include "server/ledger/placement.h"
#include "storage/records/records.h"

namespace kizuna::ledger {
namespace {

using engine::Fact;
using storage::v1::ChangeRecord;

// A fact may lie this far ahead of the clock, and no further.
constexpr engine::Instant kMostAhead = 2 * engine::kMicrosPerDay;

absl::Status Conflict(const Fact& fact) {
  return absl::AlreadyExistsError(absl::StrCat(
      "the fact '", fact.id, "' of source '", fact.source,
      "' was recorded before with other content, and the first stands; send a correction with a "
      "higher version"));
}

// Whether the words say what a person is called.
bool NamesPerson(const Words& words) {
  return !words.full_name.empty() || !words.email.empty() || !words.title.empty();
}

// The keys of the account's rows in the indexes.
std::vector<std::string> IndexKeys(const std::string& account,
                                   const storage::v1::Placement& placement) {
  std::vector<std::string> keys;
  for (const storage::v1::RankRow& row : placement.ranks()) {
    keys.push_back(storage::RankKey{static_cast<uint8_t>(row.motion()),
                                    static_cast<uint8_t>(row.place()),
                                    static_cast<uint8_t>(row.readiness()), account}
                       .Encode());
  }
  if (placement.has_due_at_micros()) {
    keys.push_back(storage::DueKey{placement.due_at_micros(), account}.Encode());
  }
  return keys;
}

}  // namespace

bool SameContent(const Fact& a, const Fact& b) {
  if (a.observed_at_given && b.observed_at_given) {
    return engine::CanonicalFact(a) == engine::CanonicalFact(b);
  }
  Fact x = a, y = b;
  x.observed_at_given = y.observed_at_given = false;
  return engine::CanonicalFact(x) == engine::CanonicalFact(y);
}

void DeleteIndexRows(const std::string& account, const storage::v1::Placement& placement,
                     storage::WriteBatch& batch) {
  for (std::string& key : IndexKeys(account, placement)) batch.Delete(std::move(key));
}

AccountChange::AccountChange(const Shared& shared, const storage::Snapshot& snapshot,
                             std::string account, std::shared_ptr<const Entry> before, bool erased)
    : shared_(shared),
      snapshot_(snapshot),
      account_(std::move(account)),
      before_(std::move(before)),
      erased_(erased),
      exists_(before_ != nullptr) {}

absl::StatusOr<Recorded> AccountChange::Add(const Submission& submission, const Versions& stored,
                                            engine::Instant now) {
  Fact fact = submission.fact;
  if (!fact.observed_at_given) fact.observed_at = now;
  if (fact.observed_at > now + kMostAhead) {
    return absl::InvalidArgumentError(
        "observed_at: lies more than 48 hours ahead of the server's clock; check the date and its "
        "time zone");
  }
  if (erased_) {
    return absl::NotFoundError(
        absl::StrCat("the account 'accounts/", account_, "' was erased for good; use another id"));
  }
  if (!exists_ && !std::holds_alternative<engine::ProfileContent>(fact.content)) {
    return NoSuchAccount(account_);
  }
  const Identity identity(fact.source, fact.id);
  auto [at, first_seen] = pending_.try_emplace(identity);
  Pending& pending = at->second;
  if (first_seen) {
    pending.versions = stored;
    pending.is_new_identity = stored.all.empty();
  }
  for (const Versions::One& one : pending.versions.all) {
    if (one.fact.version != fact.version) continue;
    if (SameContent(one.fact, fact)) {
      return Recorded{Recorded::Outcome::kDuplicate, one.revision};
    }
    if (fact.version == 0) return Conflict(fact);
  }

  const Versions::One* counted = pending.versions.Counting();
  const bool first = counted == nullptr;
  const uint32_t counted_version = first ? 0 : counted->fact.version;
  const std::string counted_bytes = first ? "" : engine::CanonicalFact(counted->fact);
  pending.fresh.push_back(pending.versions.all.size());
  pending.words.push_back(submission.words);
  pending.versions.all.push_back({fact, 0});
  exists_ = true;
  ++accepted_;
  cause_ = ChangeRecord::CAUSE_FACTS;
  if (first) {
    if (!fact.retracted) to_apply_.push_back(std::move(fact));
    return Recorded{Recorded::Outcome::kAccepted, 0};
  }
  const Fact& counting = pending.versions.Counting()->fact;
  const bool replaced =
      counting.version != counted_version || engine::CanonicalFact(counting) != counted_bytes;
  if (!replaced) return Recorded{Recorded::Outcome::kSuperseded, 0};
  refold_ = true;
  return Recorded{Recorded::Outcome::kAccepted, 0};
}

absl::StatusOr<std::vector<Fact>> AccountChange::AllFacts() const {
  std::vector<Fact> facts;
  absl::Status status = VisitFacts(snapshot_, account_, [&](Versions versions) {
    const Fact& any = versions.all.front().fact;
    if (pending_.count({any.source, any.id}) == 0) facts.push_back(versions.Counting()->fact);
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  for (const auto& [identity, pending] : pending_) {
    const Versions::One* counting = pending.versions.Counting();
    if (counting != nullptr) facts.push_back(counting->fact);
  }
  return facts;
}

absl::StatusOr<std::shared_ptr<const engine::State>> AccountChange::NextState() const {
  if (refold_) {
    absl::StatusOr<std::vector<Fact>> facts = AllFacts();
    if (!facts.ok()) return facts.status();
    return std::make_shared<const engine::State>(engine::Fold(*facts, shared_.calendar));
  }
  if (to_apply_.empty() && before_ != nullptr) return before_->state;
  engine::State state = before_ == nullptr ? engine::State() : *before_->state;
  for (const Fact& fact : to_apply_) engine::Apply(fact, shared_.calendar, state);
  return std::make_shared<const engine::State>(std::move(state));
}

absl::StatusOr<std::shared_ptr<const Scored>> AccountChange::ScoreNext(
    const std::shared_ptr<const engine::State>& state,
    const std::shared_ptr<const engine::Rulebook>& rulebook, engine::Instant now) const {
  if (now < state->exact_from) {
    // A fact ahead of the clock is in the state but not in the card of now.
    absl::StatusOr<std::vector<Fact>> facts = AllFacts();
    if (!facts.ok()) return facts.status();
    return ScoreFacts(*std::move(facts), rulebook, now);
  }
  auto fresh = std::make_shared<Scored>();
  fresh->card = engine::Evaluate(*state, *rulebook, now);
  fresh->state = state;
  fresh->rulebook = rulebook;
  return fresh;
}

void AccountChange::Revoke(const engine::ReservationContent& content, engine::Instant now) {
  Fact fact;
  fact.account = account_;
  fact.source = std::string(kOwnSource);
  fact.id = ReservationFactId(content);
  fact.observed_at = now;
  fact.content = content;
  Pending& pending = pending_[{fact.source, fact.id}];
  pending.is_new_identity = true;
  pending.fresh.push_back(0);
  pending.words.emplace_back();
  pending.versions.all.push_back({fact, 0});
  to_apply_.push_back(std::move(fact));
  ++accepted_;
}

absl::StatusOr<int64_t> AccountChange::WriteLeaks(uint64_t commit_number,
                                                  const engine::Rulebook& rulebook,
                                                  storage::WriteBatch& batch) const {
  int64_t more = 0;
  if (!judge_leaks_) return more;
  for (const auto& [identity, pending] : pending_) {
    if (pending.fresh.empty() || identity.first == kOwnSource) continue;
    if (!IsPitch(pending.versions.all.front().fact)) continue;
    // What was said of the pitch before is judged anew with what is said now.
    for (const Versions::One& one : pending.versions.all) {
      const storage::LeakKey key{account_, one.fact.observed_at, one.fact.source, one.fact.id};
      auto stored = storage::GetRecord(snapshot_, storage::ShardOf(account_), key);
      if (!stored.ok()) return stored.status();
      if (!stored->has_value()) continue;
      batch.Delete(key.Encode());
      --more;
    }
    const Fact& pitch = pending.versions.Counting()->fact;
    if (pitch.retracted) continue;
    absl::StatusOr<std::vector<Fact>> facts = AllFacts();
    if (!facts.ok()) return facts.status();
    const auto record = LeakOf(pitch, *std::move(facts), rulebook, commit_number);
    if (!record) continue;
    storage::PutRecord(batch, storage::LeakKey{account_, pitch.observed_at, pitch.source, pitch.id},
                       *record);
    ++more;
  }
  return more;
}

absl::StatusOr<storage::v1::PersonRecord*> AccountChange::PersonOf(const std::string& contact_id) {
  const engine::PersonKey person = convert::PersonKeyOf(contact_id);
  auto [at, unread] = people_.try_emplace(person);
  if (unread) {
    auto stored = storage::GetRecord(snapshot_, storage::ShardOf(account_),
                                     storage::PersonRecordKey{account_, person});
    if (!stored.ok()) return stored.status();
    if (*stored) at->second = **std::move(stored);
  }
  return &at->second;
}

absl::Status AccountChange::WriteFacts(uint64_t commit_number, storage::WriteBatch& batch) {
  for (const auto& [identity, pending] : pending_) {
    if (pending.fresh.empty()) continue;
    storage::v1::FactRecord record;
    for (size_t i = 0; i < pending.versions.all.size(); ++i) {
      const Versions::One& one = pending.versions.all[i];
      const bool fresh =
          std::find(pending.fresh.begin(), pending.fresh.end(), i) != pending.fresh.end();
      *record.add_versions() = convert::ToStored(one.fact, fresh ? commit_number : one.revision);
    }
    batch.Put(storage::FactKey{account_, identity.first, identity.second}.Encode(),
              record.SerializeAsString());
    if (absl::Status status = WriteWords(identity, pending, batch); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status AccountChange::WriteWords(const Identity& identity, const Pending& pending,
                                       storage::WriteBatch& batch) {
  const bool any = std::any_of(pending.words.begin(), pending.words.end(),
                               [](const Words& words) { return !words.empty(); });
  if (!any) return absl::OkStatus();
  const storage::WordsKey key{account_, identity.first, identity.second};
  storage::v1::WordsRecord record;
  if (!pending.is_new_identity) {
    auto stored = storage::GetRecord(snapshot_, storage::ShardOf(account_), key);
    if (!stored.ok()) return stored.status();
    if (*stored) record = **std::move(stored);
  }
  bool told = false;
  for (size_t i = 0; i < pending.fresh.size(); ++i) {
    const Words& words = pending.words[i];
    if (words.empty()) continue;
    if (!words.contact_id.empty()) {
      auto person = PersonOf(words.contact_id);
      if (!person.ok()) return person.status();
      if ((*person)->redacted()) continue;  // nothing of them is written down any more
    }
    told = true;
    const Fact& fact = pending.versions.all[pending.fresh[i]].fact;
    storage::v1::Words& out = *record.add_versions();
    out.set_version(fact.version);
    out.set_fingerprint(fact.words.data(), fact.words.size());
    out.set_text(words.text);
    out.set_full_name(words.full_name);
    out.set_email(words.email);
    out.set_title(words.title);
    out.set_contact_id(words.contact_id);
  }
  if (told) storage::PutRecord(batch, key, record);
  return absl::OkStatus();
}

absl::Status AccountChange::WritePerson(const Fact& fact, const Words& words,
                                        storage::WriteBatch& batch) {
  if (words.contact_id.empty()) return absl::OkStatus();
  const engine::PersonKey person = convert::PersonKeyOf(words.contact_id);
  const storage::PersonRecordKey key{account_, person};
  auto read = PersonOf(words.contact_id);
  if (!read.ok()) return read.status();
  storage::v1::PersonRecord& record = **read;
  if (record.redacted()) return absl::OkStatus();
  const bool known = !record.contact_id().empty();
  const engine::Stamp told{
      record.has_observed_at_micros() ? record.observed_at_micros() : engine::kLongAgo,
      record.source(), record.fact_id()};
  const bool names = NamesPerson(words) && told < fact.stamp();
  if (known && !names) return absl::OkStatus();
  record.set_contact_id(words.contact_id);
  if (names) {
    record.set_full_name(words.full_name);
    record.set_email(words.email);
    record.set_title(words.title);
    record.set_observed_at_micros(fact.observed_at);
    record.set_source(fact.source);
    record.set_fact_id(fact.id);
  }
  storage::PutRecord(batch, key, record);
  return absl::OkStatus();
}

namespace {

// Moves the account's rows of the indexes from where they are to where they belong.
void WritePlacement(const std::string& account, const storage::v1::Placement& before,
                    const std::vector<storage::RankKey>& rows, engine::Instant due_at,
                    storage::v1::Placement& after, storage::WriteBatch& batch) {
  for (const storage::RankKey& row : rows) {
    storage::v1::RankRow& out = *after.add_ranks();
    out.set_motion(row.motion);
    out.set_place(row.place);
    out.set_readiness(row.readiness);
  }
  after.set_due_at_micros(due_at);
  std::vector<std::string> old_keys = IndexKeys(account, before);
  std::vector<std::string> new_keys = IndexKeys(account, after);
  const auto in = [](const std::vector<std::string>& keys, const std::string& key) {
    return std::find(keys.begin(), keys.end(), key) != keys.end();
  };
  for (std::string& key : old_keys) {
    if (!in(new_keys, key)) batch.Delete(key);
  }
  for (std::string& key : new_keys) {
    if (!in(old_keys, key)) batch.Put(key, "");
  }
}

}  // namespace

// An account that is told of every day is looked at again tomorrow anyway; one that has been quiet
// for long will be for as long again. So whoever looks ahead twice as far as the account was quiet
// computes about two cards for each day that passes, and nobody waits at midnight.
int32_t AccountChange::LookAhead(engine::Instant now) const {
  constexpr int32_t kLeast = 2;
  if (before_ == nullptr) return kLeast;
  const engine::Calendar& calendar = shared_.calendar;
  const int64_t quiet = int64_t{calendar.DayOf(now)} -
                        calendar.DayOf(before_->placement.computed_at_micros());
  return static_cast<int32_t>(
      std::clamp<int64_t>(2 * quiet, kLeast, engine::kLookAheadDays));
}

absl::StatusOr<AccountChange::Result> AccountChange::Finish(
    uint64_t commit_number, const std::shared_ptr<const engine::Rulebook>& rulebook,
    engine::Instant now) {
  Result result;
  if (!exists_ || (accepted_ == 0 && cause_ == ChangeRecord::CAUSE_UNSPECIFIED)) return result;
  auto after = std::make_shared<Entry>();
  after->account = account_;
  after->created_revision = before_ == nullptr ? commit_number : before_->created_revision;
  result.created = before_ == nullptr;
  auto batch = std::make_unique<storage::WriteBatch>(storage::ShardOf(account_));
  batch->set_commit_number(commit_number);

  auto state = NextState();
  if (!state.ok()) return state.status();
  auto next = ScoreNext(*state, rulebook, now);
  if (!next.ok()) return next.status();
  // A reservation lives only while its gates are open: what closes one takes it away.
  if (const auto revoked = engine::Revocation(*(*next)->state, *rulebook, now)) {
    Revoke(*revoked, now);
    state = NextState();
    if (!state.ok()) return state.status();
    next = ScoreNext(*state, rulebook, now);
    if (!next.ok()) return next.status();
  }
  after->state = *std::move(state);
  const std::shared_ptr<const Scored> scored = *std::move(next);
  if (now >= after->state->exact_from) after->set_scored(scored);

  auto leaks = WriteLeaks(commit_number, *rulebook, *batch);
  if (!leaks.ok()) return leaks.status();
  result.new_leaks = *leaks;
  if (absl::Status status = WriteFacts(commit_number, *batch); !status.ok()) return status;
  for (const auto& [identity, pending] : pending_) {
    for (size_t i = 0; i < pending.fresh.size(); ++i) {
      absl::Status status =
          WritePerson(pending.versions.all[pending.fresh[i]].fact, pending.words[i], *batch);
      if (!status.ok()) return status;
    }
    result.new_identities += pending.is_new_identity && !pending.fresh.empty();
  }

  const engine::Instant due_at =
      std::min(engine::DueAt(*scored->state, *rulebook, scored->card, now, LookAhead(now)),
               now >= after->state->exact_from ? engine::kNever : scored->card.valid_until);

  const storage::v1::CoarseCard coarse = CoarseCardOf(scored->card, *rulebook);
  static const storage::v1::Placement& nowhere = *new storage::v1::Placement;
  const storage::v1::Placement& was = before_ == nullptr ? nowhere : before_->placement;
  const bool same = before_ != nullptr && SameCoarse(was.coarse(), coarse);
  if (accepted_ == 0 && same && was.due_at_micros() == due_at) return Result{};

  after->revision = accepted_ > 0 || before_ == nullptr ? commit_number : before_->revision;
  WritePlacement(account_, was, RankRowsOf(coarse, account_), due_at, after->placement, *batch);
  after->placement.set_rulebook_number(rulebook->number());
  after->placement.set_computed_at_micros(now);
  *after->placement.mutable_coarse() = coarse;

  if (accepted_ > 0 || !same) {
    ChangeRecord log;
    log.set_account(account_);
    log.set_committed_at_micros(now);
    log.set_cause(cause_);
    log.set_rulebook_number(rulebook->number());
    log.set_facts(accepted_);
    for (storage::v1::Change& change : Diff(before_ == nullptr ? nullptr : &was.coarse(), coarse)) {
      *log.add_changes() = std::move(change);
    }
    const auto reserved = ReservationChange(
        before_ == nullptr ? nullptr : before_->state.get(),
        before_ == nullptr ? engine::kLongAgo : before_->placement.computed_at_micros(),
        *after->state, now);
    if (reserved) *log.add_changes() = *reserved;
    batch->Put(storage::ChangeKey{commit_number}.Encode(), log.SerializeAsString());
    batch->Put(storage::HistoryKey{account_, shared_.calendar.DayOf(now)}.Encode(),
               HistoryOf(scored->card, after->revision, rulebook->number()).SerializeAsString());
  }
  storage::v1::AccountRecord record;
  record.set_revision(after->revision);
  record.set_created_revision(after->created_revision);
  *record.mutable_state() = convert::ToStored(*after->state);
  *record.mutable_placement() = after->placement;
  batch->Put(storage::AccountKey{account_}.Encode(), record.SerializeAsString());
  result.batch = std::move(batch);
  result.after = std::move(after);
  return result;
}

}  // namespace kizuna::ledger
