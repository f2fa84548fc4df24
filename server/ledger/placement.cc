// SPDX-License-Identifier: Apache-2.0

#include "server/ledger/placement.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "server/engine/reservation.h"

namespace kizuna::ledger {
namespace {

using engine::Card;
using engine::Motion;
using storage::v1::Change;
using storage::v1::CoarseCard;
using storage::v1::CoarseMotion;

constexpr double kMicros = 1e6;

// The codes of the model's gates whose bits are set, as engine::Coarse has them.
std::vector<std::string> CodesOf(uint32_t gates, const engine::Model& model) {
  std::vector<std::string> codes;
  for (size_t i = 0; i < model.gates.size(); ++i) {
    if ((gates >> i & 1) != 0) codes.push_back(model.gates[i].spec.code);
  }
  return codes;
}

uint32_t BitsOf(const std::vector<std::string>& codes, const CoarseCard& coarse) {
  uint32_t bits = 0;
  for (const std::string& code : codes) {
    const auto at = std::lower_bound(coarse.gates().begin(), coarse.gates().end(), code);
    bits |= 1u << (at - coarse.gates().begin());
  }
  return bits;
}

std::set<std::pair<uint32_t, std::string>> GatesByMotion(const CoarseCard& coarse) {
  std::set<std::pair<uint32_t, std::string>> gates;
  for (const CoarseMotion& motion : coarse.motions()) {
    if (motion.motion() == 0) continue;  // said of the motion it is already
    for (int i = 0; i < coarse.gates_size(); ++i) {
      if ((motion.gates() >> i & 1) != 0) gates.emplace(motion.motion(), coarse.gates(i));
    }
  }
  return gates;
}

uint32_t VerdictOf(const CoarseCard& coarse, uint32_t motion) {
  for (const CoarseMotion& one : coarse.motions()) {
    if (one.motion() == motion) return one.verdict();
  }
  return 0;
}

void Add(std::vector<Change>& changes, Change::Kind kind, uint32_t before, uint32_t after,
         uint32_t motion = 0, const std::string& gate = "") {
  if (before == after) return;
  Change& change = changes.emplace_back();
  change.set_kind(kind);
  change.set_motion(motion);
  change.set_before(before);
  change.set_after(after);
  change.set_gate(gate);
}

}  // namespace

CoarseCard CoarseCardOf(const Card& card, const engine::Rulebook& rulebook) {
  const engine::Coarse coarse = engine::CoarseOf(card);
  CoarseCard stored;
  stored.set_band(static_cast<uint32_t>(coarse.band));
  stored.set_loyalty_tier(static_cast<uint32_t>(coarse.loyalty));
  stored.set_touch_tier(static_cast<uint32_t>(coarse.touch));
  stored.set_cell(static_cast<uint32_t>(coarse.cell));
  std::set<std::string> codes;
  for (const engine::Coarse::PerMotion& one : coarse.motions) {
    for (std::string& code : CodesOf(one.gates, *card.model)) codes.insert(std::move(code));
  }
  for (const std::string& code : codes) stored.add_gates(code);
  for (size_t m = 0; m < coarse.motions.size(); ++m) {
    const engine::Coarse::PerMotion& one = coarse.motions[m];
    CoarseMotion& motion = *stored.add_motions();
    motion.set_motion(static_cast<uint32_t>(m));
    motion.set_verdict(static_cast<uint32_t>(one.verdict));
    if (one.product >= 0) motion.set_product(rulebook.products()[one.product].id);
    if (one.readiness >= 0) motion.set_readiness(static_cast<uint32_t>(one.readiness));
    motion.set_gates(BitsOf(CodesOf(one.gates, *card.model), stored));
  }
  return stored;
}

uint8_t RankPlace(engine::Cell cell, engine::Verdict verdict) {
  const auto order = cell == engine::Cell::kUnplaced ? 4 : static_cast<int>(cell) - 1;
  return static_cast<uint8_t>(order * 4 + static_cast<int>(verdict));
}

std::vector<storage::RankKey> RankRowsOf(const CoarseCard& coarse, const std::string& account) {
  std::vector<storage::RankKey> rows;
  for (const CoarseMotion& motion : coarse.motions()) {
    if (motion.motion() > static_cast<uint32_t>(Motion::kCrossSell)) continue;
    storage::RankKey& row = rows.emplace_back();
    row.motion = static_cast<uint8_t>(motion.motion());
    row.place = RankPlace(static_cast<engine::Cell>(coarse.cell()),
                          static_cast<engine::Verdict>(motion.verdict()));
    // Missing readiness ranks with the lowest; the exact order is made when the list is read.
    row.readiness = static_cast<uint8_t>(motion.readiness());
    row.account = account;
  }
  return rows;
}

std::vector<Change> Diff(const CoarseCard* before, const CoarseCard& after) {
  std::vector<Change> changes;
  static const CoarseCard& nothing = *new CoarseCard;
  if (before == nullptr) Add(changes, Change::KIND_CREATED, 0, 1);
  const CoarseCard& was = before == nullptr ? nothing : *before;
  Add(changes, Change::KIND_BAND, was.band(), after.band());
  for (const CoarseMotion& motion : after.motions()) {
    Add(changes, Change::KIND_VERDICT, VerdictOf(was, motion.motion()), motion.verdict(),
        motion.motion());
  }
  const auto gates_before = GatesByMotion(was);
  const auto gates_after = GatesByMotion(after);
  for (const auto& [motion, code] : gates_before) {
    if (gates_after.count({motion, code}) == 0) {
      Add(changes, Change::KIND_GATE, 1, 0, motion, code);
    }
  }
  for (const auto& [motion, code] : gates_after) {
    if (gates_before.count({motion, code}) == 0) {
      Add(changes, Change::KIND_GATE, 0, 1, motion, code);
    }
  }
  Add(changes, Change::KIND_LOYALTY_TIER, was.loyalty_tier(), after.loyalty_tier());
  Add(changes, Change::KIND_TOUCH_TIER, was.touch_tier(), after.touch_tier());
  return changes;
}

std::optional<Change> ReservationChange(const engine::State* before, engine::Instant then,
                                        const engine::State& after, engine::Instant now) {
  // One more than the stored statuses: it has run out.
  constexpr uint32_t kRanOut = 5;
  const auto status_at = [](const engine::State& state, engine::Instant at) -> uint32_t {
    const bool over = engine::RanOutReservation(state, at) != nullptr;
    return over ? kRanOut : static_cast<uint32_t>(state.reservation.now.status);
  };
  const uint32_t was = before == nullptr ? 0 : status_at(*before, then);
  const uint32_t is = status_at(after, now);
  const bool same = before != nullptr && before->reservation.stamp == after.reservation.stamp;
  if (was == is && (same || !after.reservation.stamp.given())) return std::nullopt;
  Change change;
  change.set_kind(Change::KIND_RESERVATION);
  change.set_before(was);
  change.set_after(is);
  change.set_gate(after.reservation.now.gate);
  change.set_fencing_token(after.reservation.now.fencing_token);
  return change;
}

bool SameCoarse(const CoarseCard& a, const CoarseCard& b) {
  const auto same_motion = [](const CoarseMotion& x, const CoarseMotion& y) {
    return x.motion() == y.motion() && x.verdict() == y.verdict() && x.product() == y.product() &&
           x.has_readiness() == y.has_readiness() && x.readiness() == y.readiness() &&
           x.gates() == y.gates();
  };
  return a.band() == b.band() && a.loyalty_tier() == b.loyalty_tier() &&
         a.touch_tier() == b.touch_tier() && a.cell() == b.cell() &&
         std::equal(a.gates().begin(), a.gates().end(), b.gates().begin(), b.gates().end()) &&
         std::equal(a.motions().begin(), a.motions().end(), b.motions().begin(), b.motions().end(),
                    same_motion);
}

storage::v1::HistoryRecord HistoryOf(const Card& card, uint64_t revision,
                                     uint64_t rulebook_number) {
  const auto micros = [](double value) {
    return static_cast<uint32_t>(std::lround(value * kMicros));
  };
  storage::v1::HistoryRecord record;
  record.set_revision(revision);
  record.set_rulebook_number(rulebook_number);
  record.set_computed_at_micros(card.computed_at);
  if (card.health.score) record.set_health_micros(micros(*card.health.score));
  if (card.health.raw) record.set_raw_micros(micros(*card.health.raw));
  record.set_coverage_micros(micros(card.health.coverage));
  record.set_band(static_cast<uint32_t>(card.health.band));
  record.set_loyalty_tier(static_cast<uint32_t>(card.loyalty.tier));
  record.set_touch_tier(static_cast<uint32_t>(card.place.touch));
  record.set_cell(static_cast<uint32_t>(card.place.cell));
  for (const Motion motion : engine::kMotions) {
    storage::v1::MotionVerdict& verdict = *record.add_verdicts();
    verdict.set_motion(static_cast<uint32_t>(motion));
    verdict.set_verdict(static_cast<uint32_t>(card.Best(motion).verdict));
  }
  return record;
}

}  // namespace kizuna::ledger
