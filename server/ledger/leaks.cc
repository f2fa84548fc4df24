// SPDX-License-Identifier: Apache-2.0

#include "server/ledger/leaks.h"

#include <algorithm>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <variant>

#include "server/engine/fold.h"
#include "server/engine/reservation.h"
#include "storage/records/records.h"

namespace kizuna::ledger {
namespace {

using Scan = storage::RecordScan<storage::LeakKey>;

Leak LeakAt(const storage::LeakKey& key, const storage::v1::LeakRecord& record) {
  Leak leak;
  leak.account = key.account;
  leak.source = key.source;
  leak.fact_id = key.fact_id;
  leak.observed_at = key.observed_at_micros;
  leak.team = record.team();
  leak.partner = record.partner();
  leak.motion = static_cast<engine::Motion>(record.motion());
  leak.product = record.product();
  leak.verdict = static_cast<engine::Verdict>(record.verdict());
  leak.gates.assign(record.gates().begin(), record.gates().end());
  leak.revision = record.revision();
  leak.rulebook_number = record.rulebook_number();
  return leak;
}

auto OrderOf(const storage::LeakKey& key) {
  return std::tie(key.account, key.observed_at_micros, key.source, key.fact_id);
}

storage::LeakKey KeyOf(const Leak& leak) {
  return {leak.account, leak.observed_at, leak.source, leak.fact_id};
}

// Where a shard's rows of the page begin.
storage::KeyRange RangeOf(const Ledger::LeakQuery& query) {
  storage::KeyRange range =
      query.account.empty() ? storage::LeakKey::All() : storage::LeakKey::OfAccount(query.account);
  if (query.after) range.begin = std::max(range.begin, KeyOf(*query.after).After().begin);
  return range;
}

}  // namespace

bool IsPitch(const engine::Fact& fact) {
  const auto* interaction = std::get_if<engine::InteractionContent>(&fact.content);
  return interaction != nullptr && interaction->kind == engine::InteractionContent::Kind::kPitch;
}

std::optional<storage::v1::LeakRecord> LeakOf(const engine::Fact& pitch,
                                              std::vector<engine::Fact> facts,
                                              const engine::Rulebook& rulebook, uint64_t revision) {
  const engine::Instant at = pitch.observed_at;
  facts.erase(std::remove_if(facts.begin(), facts.end(),
                             [&](const engine::Fact& fact) {
                               const bool itself =
                                   fact.source == pitch.source && fact.id == pitch.id;
                               return itself || fact.observed_at > at;
                             }),
              facts.end());
  const auto& content = std::get<engine::InteractionContent>(pitch.content);
  const auto judged =
      engine::LeakOf(engine::Fold(facts, rulebook.calendar()), rulebook, content, at);
  if (!judged) return std::nullopt;
  storage::v1::LeakRecord record;
  record.set_revision(revision);
  record.set_rulebook_number(rulebook.number());
  record.set_verdict(static_cast<uint32_t>(judged->verdict));
  for (const engine::Finding& finding : judged->findings) {
    if (!finding.waived) record.add_gates(finding.gate->spec.code);
  }
  record.set_team(content.team);
  record.set_partner(content.partner);
  record.set_motion(static_cast<uint32_t>(content.motion));
  record.set_product(content.product);
  return record;
}

absl::StatusOr<uint64_t> LeaksOf(const storage::Snapshot& snapshot, const std::string& account) {
  uint64_t leaks = 0;
  const auto rows = snapshot.Scan(storage::ShardOf(account), storage::LeakKey::OfAccount(account),
                                  storage::Direction::kForward);
  while (rows->Next()) ++leaks;
  if (!rows->status().ok()) return rows->status();
  return leaks;
}

absl::StatusOr<Ledger::LeakPage> ListLeaks(const storage::Snapshot& snapshot,
                                           const Ledger::LeakQuery& query) {
  const storage::KeyRange range = RangeOf(query);
  std::vector<std::unique_ptr<Scan>> scans;
  const auto open = [&](storage::Partition shard) -> absl::Status {
    auto scan = std::make_unique<Scan>(snapshot, shard, range);
    if (scan->Next())
      scans.push_back(std::move(scan));
    else if (!scan->status().ok())
      return scan->status();
    return absl::OkStatus();
  };
  if (!query.account.empty()) {
    if (absl::Status s = open(storage::ShardOf(query.account)); !s.ok()) return s;
  } else {
    for (int shard = 0; shard < storage::Partition::kShards; ++shard) {
      if (absl::Status s = open(storage::Partition::Shard(shard)); !s.ok()) return s;
    }
  }
  Ledger::LeakPage page;
  while (!scans.empty()) {
    const auto next = std::min_element(
        scans.begin(), scans.end(),
        [](const auto& a, const auto& b) { return OrderOf(a->key()) < OrderOf(b->key()); });
    if ((*next)->key().observed_at_micros >= query.since) {
      page.more = page.leaks.size() == query.limit;
      if (page.more) break;
      page.leaks.push_back(LeakAt((*next)->key(), (*next)->record()));
    }
    if ((*next)->Next()) continue;
    if (!(*next)->status().ok()) return (*next)->status();
    scans.erase(next);
  }
  return page;
}

}  // namespace kizuna::ledger
