// SPDX-License-Identifier: Apache-2.0

#include "server/convert/movement_to_wire.h"

#include <array>

#include "server/convert/values.h"

namespace kizuna::convert {
namespace {

using engine::MovementCause;

void PartsToWire(const engine::MovedPoints& points, v1::MovementParts* out) {
  out->set_change(DoubleOf(points.change()));
  out->set_time(DoubleOf(points.by[static_cast<size_t>(MovementCause::kTime)]));
  out->set_facts(DoubleOf(points.by[static_cast<size_t>(MovementCause::kFacts)]));
  out->set_model(DoubleOf(points.by[static_cast<size_t>(MovementCause::kModel)]));
}

// Adds the passage when it led somewhere else; `set` writes a value.
template <typename Value, typename Set>
void PassageToWire(v1::ChangeKind kind, const engine::Passage<Value>& passage, const Set& set,
                   v1::ExplainMovementResponse* out) {
  if (passage.before == passage.after) return;
  v1::TierMovement* tier = out->add_tiers();
  tier->set_kind(kind);
  set(passage.before, tier->mutable_before());
  set(passage.after, tier->mutable_after());
  constexpr std::array<v1::MovementCause, engine::kMovementCauses> kCauses = {
      v1::MOVEMENT_CAUSE_TIME, v1::MOVEMENT_CAUSE_FACTS, v1::MOVEMENT_CAUSE_MODEL};
  for (size_t step = 0; step < kCauses.size(); ++step) {
    if (passage.by[step]) tier->add_causes(kCauses[step]);
  }
}

}  // namespace

void MovementToWire(const engine::Movement& movement, v1::ExplainMovementResponse* out) {
  PartsToWire(movement.level, out->mutable_change());
  for (const engine::MovedMeasure& moved : movement.measures) {
    v1::MeasureMovement* measure = out->add_measures();
    measure->set_dimension(moved.dimension);
    measure->set_feature(moved.feature);
    if (moved.value_before) measure->set_value_before(*moved.value_before);
    if (moved.value_after) measure->set_value_after(*moved.value_after);
    measure->set_points_before(DoubleOf(moved.points.before));
    measure->set_points_after(DoubleOf(moved.points.after));
    PartsToWire(moved.points, measure->mutable_change());
  }
  for (const engine::MovedCap& moved : movement.caps) {
    v1::CapMovement* cap = out->add_caps();
    cap->set_feature(moved.feature);
    cap->set_comparison(ToWire(moved.comparison));
    cap->set_threshold(moved.threshold);
    cap->set_limit(moved.limit);
    cap->set_points_before(DoubleOf(moved.points.before));
    cap->set_points_after(DoubleOf(moved.points.after));
    PartsToWire(moved.points, cap->mutable_change());
  }
  PassageToWire(
      v1::CHANGE_KIND_BAND, movement.band,
      [](engine::Band band, v1::ChangeValue* value) { value->set_band(ToWire(band)); }, out);
  PassageToWire(
      v1::CHANGE_KIND_LOYALTY_TIER, movement.loyalty,
      [](engine::LoyaltyTier tier, v1::ChangeValue* value) {
        value->set_loyalty_tier(ToWire(tier));
      },
      out);
  PassageToWire(
      v1::CHANGE_KIND_TOUCH_TIER, movement.touch,
      [](engine::TouchTier tier, v1::ChangeValue* value) { value->set_touch_tier(ToWire(tier)); },
      out);
}

void MovementEndToWire(const CardView& view, engine::Micros level, v1::MovementEnd* out) {
  const engine::Health& health = view.card->health;
  *out->mutable_checked_at() = TimestampOf(view.checked_at);
  if (health.score) out->set_score(*health.score);
  if (health.raw) out->set_raw_score(*health.raw);
  out->set_level(DoubleOf(level));
  out->set_band(ToWire(health.band));
  out->set_coverage(health.coverage);
  out->set_loyalty_tier(ToWire(view.card->loyalty.tier));
  out->set_touch_tier(ToWire(view.card->place.touch));
  out->set_model(view.card->model->spec.name);
  out->set_rulebook_number(view.rulebook->number());
}

}  // namespace kizuna::convert
