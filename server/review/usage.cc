// SPDX-License-Identifier: Apache-2.0
//
// How is it used, and how far has it come?

#include "server/engine/usage.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <variant>

#include "server/convert/names.h"
#include "server/convert/values.h"
#include "server/review/sections.h"

namespace kizuna::review {
namespace {

constexpr int kWeeks = 26;

// The sum of the known days of a window, of a gauge their mean; nullopt: none is known.
std::optional<double> ValueOver(const engine::UsageMetric& metric, bool gauge, engine::Day from,
                                engine::Day to) {
  if (from >= to) return std::nullopt;
  const engine::UsageWindow window = metric.Over(from, to);
  if (window.known_days == 0) return std::nullopt;
  return gauge ? window.sum / window.known_days : window.sum;
}

void MetricToWire(const Scene& scene, const engine::UsageSeries& series, v1::Review* out) {
  // The day of `until` itself is seen whole only once it is over.
  const engine::Day today = scene.DayOf(scene.until.at + 1);
  const engine::Metric* declared = scene.until.rules->FindMetric(series.metric);
  const engine::UsageMetric metric(scene.until.state, series.metric, declared, today);
  const bool gauge = series.kind == engine::MetricKind::kGauge;
  const engine::Day end = std::min(scene.period.end, today);
  const engine::Day first = std::min(scene.period.first, end);
  const auto value = ValueOver(metric, gauge, first, end);
  const auto before = ValueOver(metric, gauge, scene.period.before, first);
  if (!value && !before) return;
  v1::ReviewUsage* usage = out->add_usage();
  usage->set_metric(series.metric);
  usage->set_gauge(gauge);
  if (value) usage->set_value(*value);
  if (before) usage->set_value_before(*before);
  for (int week = kWeeks; week > 0; --week) {
    const engine::Day week_begins = end - 7 * week;
    v1::ReviewUsage::Week* added = usage->add_weeks();
    *added->mutable_first_date() = convert::ToWire(week_begins);
    const auto of_week = ValueOver(metric, gauge, week_begins, week_begins + 7);
    if (of_week) added->set_value(*of_week);
  }
}

const engine::AdoptionState* AdoptionOf(const engine::State& state, const std::string& product) {
  for (const engine::AdoptionState& adoption : state.adoption) {
    if (adoption.product == product) return &adoption;
  }
  return nullptr;
}

void AdoptionToWire(const Scene& scene, const engine::AdoptionState& adoption, v1::Review* out) {
  if (!adoption.seats.given() && !adoption.features.given()) return;
  v1::ReviewAdoption* to = out->add_adoption();
  to->set_product(convert::ProductName(adoption.product));
  to->set_display_name(scene.material.ProductText(adoption.product));
  const engine::AdoptionState* before = AdoptionOf(scene.before.state, adoption.product);
  if (adoption.seats.given()) {
    to->set_seats_purchased(adoption.seats_purchased);
    to->set_seats_active(adoption.seats_active);
    if (before != nullptr && before->seats.given()) {
      to->set_seats_active_before(before->seats_active);
    }
  }
  if (!adoption.features.given()) return;
  to->set_features_available(adoption.features_available);
  to->set_features_used(adoption.features_used);
  if (before != nullptr && before->features.given()) {
    to->set_features_used_before(before->features_used);
  }
}

// The first day on which the product was told to have come to each milestone.
void ValueToWire(const Scene& scene, const engine::AdoptionState& adoption, v1::Review* out) {
  if (!adoption.milestone_reached.given()) return;
  v1::ReviewValue* to = out->add_values();
  to->set_product(convert::ProductName(adoption.product));
  to->set_display_name(scene.material.ProductText(adoption.product));
  std::set<engine::Milestone> told;
  for (const engine::Fact& fact : scene.material.FactsBy(scene.until.at)) {
    const auto* reached = std::get_if<engine::MilestoneContent>(&fact.content);
    if (reached == nullptr || reached->product != adoption.product ||
        !told.insert(reached->milestone).second) {
      continue;
    }
    v1::ReviewValue::Reached* added = to->add_reached();
    added->set_milestone(static_cast<v1::Milestone>(reached->milestone));
    *added->mutable_date() = convert::ToWire(scene.DayOf(fact.observed_at));
    added->set_in_quarter(scene.InQuarter(fact.observed_at));
  }
  std::sort(to->mutable_reached()->begin(), to->mutable_reached()->end(),
            [](const auto& a, const auto& b) { return a.milestone() < b.milestone(); });
  if (adoption.milestone < engine::Milestone::kValueRealised) {
    to->set_next(static_cast<v1::Milestone>(static_cast<int>(adoption.milestone) + 1));
  }
}

}  // namespace

void FillUsage(const Scene& scene, v1::Review* out) {
  const std::string* last = nullptr;
  for (const engine::UsageSeries& series : scene.until.state.usage) {
    // A metric of several sources is told once.
    if (last != nullptr && *last == series.metric) continue;
    last = &series.metric;
    MetricToWire(scene, series, out);
  }
  for (const engine::AdoptionState& adoption : scene.until.state.adoption) {
    AdoptionToWire(scene, adoption, out);
    ValueToWire(scene, adoption, out);
  }
}

}  // namespace kizuna::review
