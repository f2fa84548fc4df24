// SPDX-License-Identifier: Apache-2.0

#include "server/services/timeline_changes.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "server/convert/change_to_wire.h"
#include "server/convert/errors.h"
#include "server/convert/values.h"
#include "server/ledger/change_log.h"
#include "server/services/history.h"

namespace kizuna::server {
namespace {

constexpr size_t kRowsAtOnce = 1000;

// The kinds of the log that a timeline tells; a reservation's steps are facts of their own, but for
// its running out.
const std::set<v1::ChangeKind>& ToldKinds() {
  static const auto* const kKinds = new std::set<v1::ChangeKind>{
      v1::CHANGE_KIND_CREATED,    v1::CHANGE_KIND_BAND,         v1::CHANGE_KIND_VERDICT,
      v1::CHANGE_KIND_GATE,       v1::CHANGE_KIND_LOYALTY_TIER, v1::CHANGE_KIND_TOUCH_TIER,
      v1::CHANGE_KIND_RESERVATION};
  return *kKinds;
}

bool IsTold(const v1::AccountChange& change) {
  return change.kind() != v1::CHANGE_KIND_RESERVATION ||
         change.after().reservation_status() == v1::Reservation::STATUS_RAN_OUT;
}

// Adds the log's rows of the account that are told from `first_day` on.
absl::Status AddLogged(ledger::Ledger& ledger, const Call& call, const std::string& account,
                       engine::Instant first, TimelinePage& page) {
  const ledger::ChangeLog& log = ledger.log();
  absl::StatusOr<ledger::LogPosition> position = log.Start();
  if (!position.ok()) return position.status();
  const ledger::ShardSet shards = ledger::ShardsOf({account});
  while (true) {
    if (call.Expired()) return convert::DeadlinePassed("reading the change log took too long");
    absl::StatusOr<ledger::ChangeLog::Part> part = log.Read(*position, shards, kRowsAtOnce);
    if (absl::IsOutOfRange(part.status())) {
      // It was trimmed meanwhile, of what is told from the history.
      position = log.Start();
      if (!position.ok()) return position.status();
      continue;
    }
    if (!part.ok()) return part.status();
    if (part->rows.empty()) return absl::OkStatus();
    position = part->after;
    for (const ledger::LogRow& row : part->rows) {
      if (row.record.account() != account || row.record.committed_at_micros() < first) continue;
      const TimelineKey key{row.record.committed_at_micros(), v1::TIMELINE_KIND_CHANGE, "",
                            absl::StrFormat("%020d", row.revision)};
      if (!page.Wants(key)) continue;
      v1::AccountEvent event;
      convert::EventToWire(row.record, ToldKinds(), &event);
      v1::TimelineEntry entry;
      v1::TimelineChange& change = *entry.mutable_change();
      for (v1::AccountChange& each : *event.mutable_changes()) {
        if (IsTold(each)) *change.add_changes() = std::move(each);
      }
      if (change.changes().empty()) continue;
      change.set_cause(event.cause());
      change.set_revision(row.revision);
      change.set_rulebook_number(event.rulebook_number());
      page.Add(key, std::move(entry));
    }
  }
}

// The first day of the book that lies wholly within the log of the account's shard.
absl::StatusOr<engine::Day> FirstLoggedDay(const ledger::Ledger& ledger,
                                           const std::string& account) {
  const ledger::ChangeLog& log = ledger.log();
  const absl::StatusOr<ledger::LogPosition> start = log.Start();
  if (!start.ok()) return start.status();
  const ledger::ShardSet shards = ledger::ShardsOf({account});
  bool trimmed = false;
  for (size_t shard = 0; shard < shards.size(); ++shard) {
    trimmed |= shards[shard] && start->revisions[shard] != 0;
  }
  if (!trimmed) return kFirstHistoryDay;
  const auto part = log.Read(*start, shards, 1);
  if (!part.ok()) return part.status();
  if (part->rows.empty()) return kLastHistoryDay;
  return ledger.calendar().DayOf(part->rows.front().record.committed_at_micros()) + 1;
}

}  // namespace

std::vector<v1::AccountChange> ChangesBetween(const ledger::HistoryRow* before,
                                              const ledger::HistoryRow& after) {
  const ledger::HistoryRow nothing;
  const ledger::HistoryRow& was = before == nullptr ? nothing : *before;
  std::vector<v1::AccountChange> changes;
  const auto add = [&](v1::ChangeKind kind, const auto& set) {
    v1::AccountChange& change = changes.emplace_back();
    change.set_kind(kind);
    if (before != nullptr) set(was, change.mutable_before());
    set(after, change.mutable_after());
    return &change;
  };
  if (before == nullptr) changes.emplace_back().set_kind(v1::CHANGE_KIND_CREATED);
  if (was.band != after.band) {
    add(v1::CHANGE_KIND_BAND, [](const ledger::HistoryRow& row, v1::ChangeValue* value) {
      value->set_band(convert::ToWire(row.band));
    });
  }
  if (was.loyalty != after.loyalty) {
    add(v1::CHANGE_KIND_LOYALTY_TIER, [](const ledger::HistoryRow& row, v1::ChangeValue* value) {
      value->set_loyalty_tier(convert::ToWire(row.loyalty));
    });
  }
  if (was.touch != after.touch) {
    add(v1::CHANGE_KIND_TOUCH_TIER, [](const ledger::HistoryRow& row, v1::ChangeValue* value) {
      value->set_touch_tier(convert::ToWire(row.touch));
    });
  }
  for (const auto& [motion, verdict] : after.verdicts) {
    const auto earlier = was.verdicts.find(motion);
    if (earlier != was.verdicts.end() && earlier->second == verdict) continue;
    v1::AccountChange& change = changes.emplace_back();
    change.set_kind(v1::CHANGE_KIND_VERDICT);
    change.set_motion(convert::ToWire(motion));
    if (earlier != was.verdicts.end()) {
      change.mutable_before()->set_verdict(convert::ToWire(earlier->second));
    }
    change.mutable_after()->set_verdict(convert::ToWire(verdict));
  }
  return changes;
}

absl::Status AddChanges(ledger::Ledger& ledger, const Call& call, const std::string& account,
                        TimelinePage& page) {
  const absl::StatusOr<engine::Day> logged = FirstLoggedDay(ledger, account);
  if (!logged.ok()) return logged.status();
  const auto rows = ledger.History(account, kFirstHistoryDay, *logged);
  if (!rows.ok()) return rows.status();
  const ledger::HistoryRow* before = nullptr;
  for (const ledger::HistoryRow& row : *rows) {
    const ledger::HistoryRow* was = std::exchange(before, &row);
    const TimelineKey key{row.computed_at, v1::TIMELINE_KIND_CHANGE, "",
                          absl::StrFormat("%020d", row.revision)};
    if (!page.Wants(key)) continue;
    v1::TimelineEntry entry;
    v1::TimelineChange& change = *entry.mutable_change();
    for (v1::AccountChange& each : ChangesBetween(was, row)) {
      *change.add_changes() = std::move(each);
    }
    if (change.changes().empty()) continue;
    change.set_revision(row.revision);
    change.set_rulebook_number(row.rulebook_number);
    *change.mutable_day() = convert::ToWire(row.day);
    page.Add(key, std::move(entry));
  }
  if (*logged == kLastHistoryDay) return absl::OkStatus();
  const engine::Instant first =
      *logged == kFirstHistoryDay ? engine::kLongAgo : ledger.calendar().StartOf(*logged);
  return AddLogged(ledger, call, account, first, page);
}

}  // namespace kizuna::server
