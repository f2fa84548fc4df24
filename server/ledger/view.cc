// SPDX-License-Identifier: Apache-2.0

#include "server/ledger/view.h"

#include <memory>
#include <utility>

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
  return view;
}

}  // namespace kizuna::ledger
