// SPDX-License-Identifier: Apache-2.0

#include "server/ledger/view.h"

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/ledger/accounts.h"
#include "storage/records/records.h"

namespace kizuna::ledger {

HistoryRow RowOf(engine::Day day, const storage::v1::HistoryRecord& record) {
  HistoryRow row;
  row.day = day;
  row.computed_at = record.computed_at_micros();
  row.revision = record.revision();
  row.rulebook_number = record.rulebook_number();
  if (record.has_health_micros()) row.score = record.health_micros() / 1e6;
  if (record.has_raw_micros()) row.raw = record.raw_micros() / 1e6;
  row.coverage = record.coverage_micros() / 1e6;
  row.band = static_cast<engine::Band>(record.band());
  row.loyalty = static_cast<engine::LoyaltyTier>(record.loyalty_tier());
  row.touch = static_cast<engine::TouchTier>(record.touch_tier());
  row.cell = static_cast<engine::Cell>(record.cell());
  for (const storage::v1::MotionVerdict& verdict : record.verdicts()) {
    row.verdicts[static_cast<engine::Motion>(verdict.motion())] =
        static_cast<engine::Verdict>(verdict.verdict());
  }
  return row;
}

View ViewOf(const Entry& entry, std::shared_ptr<const Scored> scored, engine::Instant now) {
  View view;
  view.account = entry.account;
  view.revision = entry.revision;
  view.create_revision = entry.created_revision;
  view.checked_at = now;
  // The parts share the life of the whole.
  view.rulebook = scored->rulebook;
  view.state = scored->state;
  view.card = std::shared_ptr<const engine::Card>(scored, &scored->card);
  view.scored = std::move(scored);
  return view;
}

absl::StatusOr<View> PastView(const storage::Snapshot& snapshot, const Entry& entry,
                              std::shared_ptr<const engine::Rulebook> rulebook, engine::Instant at,
                              std::optional<uint64_t> known_at) {
  const uint64_t revision = known_at.value_or(entry.revision);
  if (revision > entry.revision) {
    return absl::OutOfRangeError(absl::StrCat("known_at: the account stands at revision ",
                                              entry.revision, " and has not reached ", revision,
                                              "; pass a revision that it had"));
  }
  if (revision < entry.created_revision) {
    return absl::InvalidArgumentError(
        absl::StrCat("known_at: nothing was known of the account before revision ",
                     entry.created_revision, "; pass that one or a later one"));
  }
  auto facts = CountingFacts(snapshot, entry.account, engine::kNever, revision);
  if (!facts.ok()) return facts.status();
  View view = ViewOf(entry, ScoreFacts(*std::move(facts), std::move(rulebook), at), at);
  view.revision = revision;
  return view;
}

absl::StatusOr<std::map<engine::PersonKey, Person>> PeopleOn(const storage::Snapshot& snapshot,
                                                             absl::string_view account) {
  std::map<engine::PersonKey, Person> people;
  storage::RecordScan<storage::PersonRecordKey> rows(snapshot, storage::ShardOf(account),
                                                     storage::PersonRecordKey::OfAccount(account));
  while (rows.Next()) {
    const storage::v1::PersonRecord& record = rows.record();
    people[rows.key().person] = {record.contact_id(), record.full_name(), record.email(),
                                 record.title()};
  }
  if (!rows.status().ok()) return rows.status();
  return people;
}

absl::StatusOr<std::vector<HistoryRow>> HistoryOn(const storage::Snapshot& snapshot,
                                                  absl::string_view account, engine::Day from,
                                                  engine::Day to) {
  std::vector<HistoryRow> history;
  if (from >= to) return history;
  storage::RecordScan<storage::HistoryKey> rows(snapshot, storage::ShardOf(account),
                                                storage::HistoryKey::OfDays(account, from, to));
  while (rows.Next()) history.push_back(RowOf(rows.key().day, rows.record()));
  if (!rows.status().ok()) return rows.status();
  return history;
}

}  // namespace kizuna::ledger
