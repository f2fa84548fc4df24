// SPDX-License-Identifier: Apache-2.0

#include "server/engine/rulebook.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace kizuna::engine {

double CurveAt(const std::vector<CurvePoint>& points, double x) {
  if (points.empty()) return 0;
  if (x <= points.front().x) return points.front().y;
  for (size_t i = 1; i < points.size(); ++i) {
    const CurvePoint& a = points[i - 1];
    const CurvePoint& b = points[i];
    if (x < b.x) return a.y + (b.y - a.y) * (x - a.x) / (b.x - a.x);
  }
  return points.back().y;
}

bool Holds(double value, Comparison comparison, double threshold) {
  switch (comparison) {
    case Comparison::kAbove:
      return value > threshold;
    case Comparison::kAtLeast:
      return value >= threshold;
    case Comparison::kBelow:
      return value < threshold;
    case Comparison::kAtMost:
      return value <= threshold;
  }
  return false;
}

const Model& Rulebook::ModelFor(absl::string_view segment) const {
  const auto at = model_by_segment_.find(segment);
  return models_[at == model_by_segment_.end() ? default_model_ : at->second];
}

const Metric* Rulebook::FindMetric(absl::string_view name) const {
  const auto at = metric_by_name_.find(name);
  return at == metric_by_name_.end() ? nullptr : &metrics_[at->second];
}

int Rulebook::FindProduct(absl::string_view id) const {
  const auto at = product_by_id_.find(id);
  return at == product_by_id_.end() ? -1 : at->second;
}

int Rulebook::NextInLadder(int product) const {
  const std::vector<Product>& all = products();
  const Product& from = all[product];
  if (from.family.empty() || from.ladder_rank == 0) return -1;
  int next = -1;
  for (size_t i = 0; i < all.size(); ++i) {
    if (all[i].family != from.family || all[i].ladder_rank <= from.ladder_rank) continue;
    if (next < 0 || all[i].ladder_rank < all[next].ladder_rank) next = static_cast<int>(i);
  }
  return next;
}

namespace {

// Neither in time nor late without a cadence: such a source covers nothing and is never silent.
bool InTime(const Source& source, const Calendar& calendar, Day today) {
  return source.complete_through != kLongAgo &&
         today - calendar.DayOf(source.complete_through) <= source.expected_every_days;
}

}  // namespace

bool Rulebook::Covered(int content_index, Day today) const {
  for (const Source& source : parts_.sources) {
    if ((source.kinds >> content_index & 1) != 0 && source.expected_every_days > 0 &&
        InTime(source, calendar_, today)) {
      return true;
    }
  }
  return false;
}

std::vector<const Source*> Rulebook::Silent(Day today) const {
  std::vector<const Source*> silent;
  for (const Source& source : parts_.sources) {
    if (source.required && !InTime(source, calendar_, today)) silent.push_back(&source);
  }
  return silent;
}

double Rulebook::Lift(const std::vector<int>& owned, int product) const {
  double lift = -1;
  for (int antecedent : owned) {
    const auto at = lift_.find({antecedent, product});
    if (at != lift_.end()) lift = std::max(lift, at->second);
  }
  return lift;
}

}  // namespace kizuna::engine
