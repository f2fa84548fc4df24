// SPDX-License-Identifier: Apache-2.0

#include "server/engine/movement.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

namespace kizuna::engine {
namespace {

constexpr size_t kStages = kMovementCauses + 1;

Micros ToMicros(double points) { return std::llround(points * kMicrosPerUnit); }

// The drivers' points in millionths, rounded so that they add up to the raw score's: each rounded
// down, and what is left over given to those that lost most, the first of equals first.
std::vector<Micros> PointsOf(const Health& health) {
  std::vector<Micros> points(health.drivers.size(), 0);
  if (!health.raw) return points;
  std::vector<double> lost(points.size(), 0);
  for (size_t i = 0; i < points.size(); ++i) {
    const double exact = health.drivers[i].points * kMicrosPerUnit;
    points[i] = static_cast<Micros>(std::floor(exact));
    lost[i] = exact - static_cast<double>(points[i]);
  }
  std::vector<size_t> order(points.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return lost[a] > lost[b]; });
  Micros left = ToMicros(*health.raw) - std::accumulate(points.begin(), points.end(), Micros{0});
  for (size_t i = 0; left > 0; ++i, --left) points[order[i % order.size()]]++;
  // The sum of the doubles may end a hair under that of their floors.
  for (size_t i = order.size(); left < 0; --i, ++left) points[order[i - 1]]--;
  return points;
}

Micros LevelOf(const Health& health) { return health.raw ? ToMicros(*health.raw + health.cut) : 0; }

MovedPoints PointsAlong(const std::array<Micros, kStages>& points) {
  MovedPoints moved;
  moved.before = points.front();
  moved.after = points.back();
  for (size_t step = 0; step + 1 < kStages; ++step)
    moved.by[step] = points[step + 1] - points[step];
  return moved;
}

template <typename Value, typename Of>
Passage<Value> PassageOf(const Stages& stages, const Of& of) {
  Passage<Value> passage;
  passage.before = of(*stages.front());
  passage.after = of(*stages.back());
  for (size_t step = 0; step + 1 < kStages; ++step) {
    passage.by[step] = of(*stages[step]) != of(*stages[step + 1]);
  }
  return passage;
}

// Measures of several models are one where dimension, feature and, should a model name a feature
// twice, the place among its equals are the same.
using MeasureKey = std::tuple<std::string, std::string, int>;

struct MeasureAlong {
  std::array<Micros, kStages> points{};
  std::optional<double> value_before, value_after;
};

std::vector<MovedMeasure> MeasuresAlong(const Stages& stages) {
  std::map<MeasureKey, MeasureAlong> measures;
  std::vector<MeasureKey> order;
  // From the last to the first: the newest model tells the order.
  for (size_t stage = kStages; stage-- > 0;) {
    const Card& card = *stages[stage];
    const std::vector<Micros> points = PointsOf(card.health);
    std::map<std::pair<std::string, std::string>, int> met;
    for (size_t i = 0; i < card.health.drivers.size(); ++i) {
      const Driver& driver = card.health.drivers[i];
      const Dimension& dimension = card.model->dimensions[driver.dimension];
      const Feature& feature = card.model->features[dimension.measures[driver.measure].feature];
      const int nth = met[{dimension.name, feature.name}]++;
      const MeasureKey key{dimension.name, feature.name, nth};
      const auto [at, is_new] = measures.try_emplace(key);
      if (is_new) order.push_back(key);
      at->second.points[stage] = points[i];
      if (driver.too_old) continue;
      if (stage == 0) at->second.value_before = driver.value;
      if (stage == kStages - 1) at->second.value_after = driver.value;
    }
  }
  std::vector<MovedMeasure> moved;
  moved.reserve(order.size());
  for (const MeasureKey& key : order) {
    const MeasureAlong& along = measures[key];
    moved.push_back({std::get<0>(key), std::get<1>(key), along.value_before, along.value_after,
                     PointsAlong(along.points)});
  }
  return moved;
}

std::vector<MovedCap> CapsAlong(const Stages& stages) {
  using CapKey = std::tuple<std::string, Comparison, double, double>;
  std::map<CapKey, std::array<Micros, kStages>> caps;
  for (size_t stage = 0; stage < kStages; ++stage) {
    const Health& health = stages[stage]->health;
    if (health.cap < 0) continue;
    const Model& model = *stages[stage]->model;
    const Cap& cap = model.caps[health.cap];
    caps[{model.features[cap.feature].name, cap.spec.comparison, cap.spec.threshold,
          cap.spec.limit}][stage] = LevelOf(health) - ToMicros(*health.raw);
  }
  std::vector<MovedCap> moved;
  for (const auto& [key, points] : caps) {
    moved.push_back({std::get<0>(key), std::get<1>(key), std::get<2>(key), std::get<3>(key),
                     PointsAlong(points)});
  }
  return moved;
}

// Whether a fact of this content can change the feature's value.
bool Feeds(const Content& content, const Feature& feature) {
  const auto is_any = [&content](auto... of) { return (... || (content.index() == of)); };
  // The places in Content, which never change.
  constexpr size_t kContact = 1, kContactChange = 2, kSubscription = 3, kAdoption = 6,
                   kMilestone = 7, kSurvey = 8, kRecovery = 9, kTicket = 10, kInvoice = 11,
                   kInteraction = 12, kIssue = 13, kHearing = 14, kObjective = 16;
  static_assert(std::is_same_v<std::variant_alternative_t<kObjective, Content>, ObjectiveContent>);
  switch (feature.kind) {
    case FeatureKind::kUsageMean:
    case FeatureKind::kUsageSum:
    case FeatureKind::kUsageLast:
    case FeatureKind::kUsageMax:
    case FeatureKind::kUsageActiveDays:
    case FeatureKind::kUsageTrend:
    case FeatureKind::kUsageTrendYoy:
    case FeatureKind::kUsagePerSeat:
      if (const auto* usage = std::get_if<UsageContent>(&content)) {
        return usage->metric == feature.metric;
      }
      return feature.kind == FeatureKind::kUsagePerSeat && is_any(kAdoption, kSubscription);
    case FeatureKind::kSeatUtilisation:
    case FeatureKind::kFeatureBreadth:
      return is_any(kAdoption);
    case FeatureKind::kMilestone:
      return is_any(kMilestone);
    case FeatureKind::kNps:
      return is_any(kSurvey);
    case FeatureKind::kDetractorShare:
      return is_any(kSurvey, kRecovery);
    case FeatureKind::kKeyDetractor:
      return is_any(kSurvey, kRecovery, kContact, kContactChange);
    case FeatureKind::kCsatMean:
    case FeatureKind::kCesMean:
    case FeatureKind::kSentimentAgeDays:
      return is_any(kSurvey, kInteraction);
    case FeatureKind::kOpenCritical:
    case FeatureKind::kOldestOpenDays:
    case FeatureKind::kEscalationsOpen:
    case FeatureKind::kOpenTickets:
      return is_any(kTicket);
    case FeatureKind::kDaysSinceContact:
      return is_any(kInteraction);
    case FeatureKind::kWithoutChampionDays:
      return is_any(kContact, kContactChange);
    case FeatureKind::kAttainment:
      return is_any(kObjective);
    case FeatureKind::kDaysOverdue:
      return is_any(kInvoice);
    case FeatureKind::kUnderstoodAgeDays:
      return is_any(kIssue, kHearing);
    case FeatureKind::kHealthScore:
    case FeatureKind::kHealthCoverage:
    case FeatureKind::kLoyaltyTier:
      return false;
  }
  return false;
}

}  // namespace

Movement MovementOf(const Stages& stages) {
  Movement movement;
  std::array<Micros, kStages> levels{};
  for (size_t stage = 0; stage < kStages; ++stage) levels[stage] = LevelOf(stages[stage]->health);
  movement.level = PointsAlong(levels);
  movement.measures = MeasuresAlong(stages);
  movement.caps = CapsAlong(stages);
  movement.band = PassageOf<Band>(stages, [](const Card& card) { return card.health.band; });
  movement.loyalty =
      PassageOf<LoyaltyTier>(stages, [](const Card& card) { return card.loyalty.tier; });
  movement.touch = PassageOf<TouchTier>(stages, [](const Card& card) { return card.place.touch; });
  return movement;
}

std::shared_ptr<const Rulebook> EarlierRules(const std::shared_ptr<const Rulebook>& before,
                                             const std::shared_ptr<const Rulebook>& after) {
  if (before->number() == after->number()) return after;
  Rulebook::Parts parts = after->parts();
  parts.rules = before->parts().rules;
  std::vector<Violation> violations;
  auto rulebook =
      Rulebook::Compile(before->number(), std::move(parts), before->calendar(), violations);
  return rulebook != nullptr ? rulebook : before;
}

bool Touches(const Content& content, const Model& model) {
  if (const auto* profile = std::get_if<ProfileContent>(&content)) {
    return std::any_of(profile->fields.begin(), profile->fields.end(),
                       [](const auto& field) { return field.first == "segment"; });
  }
  for (const Dimension& dimension : model.dimensions) {
    for (const Measure& measure : dimension.measures) {
      if (Feeds(content, model.features[measure.feature])) return true;
      if (measure.seasonal >= 0 && Feeds(content, model.features[measure.seasonal])) return true;
    }
  }
  return std::any_of(model.caps.begin(), model.caps.end(),
                     [&](const Cap& cap) { return Feeds(content, model.features[cap.feature]); });
}

}  // namespace kizuna::engine
