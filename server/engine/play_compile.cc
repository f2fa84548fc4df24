// SPDX-License-Identifier: Apache-2.0
//
// Which rules for plays can an author break, and what does a play that breaks none become?

#include <cmath>
#include <set>
#include <string>
#include <utility>

#include "server/engine/feature.h"
#include "server/engine/rulebook.h"
#include "server/engine/rulebook_check.h"

namespace kizuna::engine {
namespace {

void CheckClock(const std::string& at, const PlaySpec& play, Checker& check) {
  switch (play.clock) {
    case PlaySpec::Clock::kNone:
      check.Say(at,
                "has no clock; write one of after_purchase, after_milestone, before_renewal, "
                "cadence");
      break;
    case PlaySpec::Clock::kAfterPurchase:
      check.InRange(at + ".after_purchase.days", play.days, 0, kMaxRuleDays);
      break;
    case PlaySpec::Clock::kAfterMilestone:
      check.InRange(at + ".after_milestone.days", play.days, 0, kMaxRuleDays);
      if (play.clock_milestone == Milestone::kNone) {
        check.Say(at + ".after_milestone.milestone", "must be given");
      }
      break;
    case PlaySpec::Clock::kBeforeRenewal:
      check.InRange(at + ".before_renewal.days", play.days, 1, kMaxTaskDays);
      break;
    case PlaySpec::Clock::kCadence:
      check.InRange(at + ".cadence.every_days", play.every_days, 1, kMaxPeriodDays);
      check.AtMost(at + ".cadence.steps", play.steps.size(), kMaxCadenceSteps);
      for (size_t i = 0; i < play.steps.size(); ++i) {
        const std::string step = At(at + ".cadence.steps", i);
        if (play.steps[i].sizing.empty()) check.Say(step + ".sizing", "must be given");
        if (!(play.steps[i].below > 0)) check.Say(step + ".below", "must be above 0");
        check.InRange(step + ".every_days", play.steps[i].every_days, 1, kMaxPeriodDays);
      }
      break;
  }
}

void CheckPlay(const std::string& at, const PlaySpec& play, Checker& check) {
  check.Name(at + ".name", play.name);
  if (play.instruction.empty()) check.Say(at + ".instruction", "must be given");
  check.AtMost(at + ".instruction", play.instruction.size(), kMaxRemedyBytes);
  check.AtMost(at + ".channel", play.channel.size(), kMaxActorBytes);
  CheckClock(at, play, check);
  check.InRange(at + ".within_days", play.within_days, 1, kMaxTaskDays);
  check.AtMost(at + ".conditions", play.conditions.size(), kMaxConditions);
  check.AtMost(at + ".owns", play.owns.size(), kMaxPlayProducts);
  check.AtMost(at + ".lacks", play.lacks.size(), kMaxPlayProducts);
  check.InRange(at + ".highest_discount", play.highest_discount, 0, 100);
  if (!play.product.empty() && play.motion == Motion::kUnspecified) {
    check.Say(at + ".product", "needs a motion: what is to be done with it?");
  }
}

}  // namespace

void Rulebook::CompilePlays(Checker& check) {
  const std::vector<PlaySpec>& specs = parts_.rules.plays;
  check.AtMost("plays", specs.size(), kMaxPlays);
  std::set<std::string> names;
  for (size_t p = 0; p < specs.size(); ++p) {
    const std::string at = At("plays", p);
    CheckPlay(at, specs[p], check);
    check.Unique(at + ".name", names, specs[p].name);
    Play play{specs[p], {}};
    for (size_t c = 0; c < specs[p].conditions.size(); ++c) {
      const std::string path = At(at + ".conditions", c);
      const ConditionSpec& condition = specs[p].conditions[c];
      if (condition.effect != Effect::kNone) {
        check.Say(path + ".effect", "is for gates alone; leave it out");
      }
      if (!std::isfinite(condition.threshold)) check.Say(path + ".threshold", "must be a number");
      absl::StatusOr<Feature> feature = ParseFeature(condition.feature);
      if (!feature.ok()) {
        check.Say(path + ".feature", std::string(feature.status().message()));
      } else if (!feature->metric.empty() && FindMetric(feature->metric) == nullptr) {
        check.Say(path + ".feature", "the metric '", feature->metric,
                  "' is not declared; add it to metrics");
      } else {
        play.features.push_back(*std::move(feature));
      }
    }
    plays_.push_back(std::move(play));
  }
}

}  // namespace kizuna::engine
