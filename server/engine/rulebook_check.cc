// SPDX-License-Identifier: Apache-2.0

#include "server/engine/rulebook_check.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"

namespace kizuna::engine {
namespace {

// What a protected gate must still close, and at least how strictly.
struct Protected {
  const char* code;
  std::vector<Motion> motions;
  std::vector<ConditionSpec> conditions;
};

const std::vector<Protected>& ProtectedGates() {
  static const auto& gates = *new std::vector<Protected>{
      {"DISSATISFIED",
       {Motion::kSeats, Motion::kPlan, Motion::kCrossSell, Motion::kMention},
       {{"sentiment.detractor_share(365)", Comparison::kAtLeast, 0.10},
        {"sentiment.key_detractor", Comparison::kAtLeast, 1},
        {"nps(180)", Comparison::kBelow, 0},
        {"csat.mean(28)", Comparison::kBelow, 0.5}}},
      {"HOLD",
       {Motion::kSeats, Motion::kPlan, Motion::kCrossSell, Motion::kMention, Motion::kRenewal,
        Motion::kHearing},
       {}},
      {"OPT_OUT",
       {Motion::kSeats, Motion::kPlan, Motion::kCrossSell, Motion::kMention, Motion::kRenewal,
        Motion::kHearing},
       {}},
      {"RESERVED", {Motion::kSeats, Motion::kPlan, Motion::kCrossSell, Motion::kMention}, {}},
  };
  return gates;
}

// Whether `mine` holds at least wherever `least` holds.
bool AtLeastAsStrict(const ConditionSpec& mine, const ConditionSpec& least) {
  const auto rising = [](Comparison c) {
    return c == Comparison::kAtLeast || c == Comparison::kAbove;
  };
  if (mine.feature != least.feature || rising(mine.comparison) != rising(least.comparison)) {
    return false;
  }
  if (mine.effect == Effect::kUnknown) return false;
  if (mine.threshold != least.threshold) {
    return rising(least.comparison) == (mine.threshold < least.threshold);
  }
  return mine.comparison == least.comparison || mine.comparison == Comparison::kAtLeast ||
         mine.comparison == Comparison::kAtMost;
}

void CheckProtected(const std::string& path, const std::vector<GateSpec>& gates,
                    const Protected& must, Checker& check) {
  const auto at = std::find_if(gates.begin(), gates.end(),
                               [&](const GateSpec& gate) { return gate.code == must.code; });
  if (at == gates.end()) {
    check.Say(path, "the gate ", must.code, " may not be removed");
    return;
  }
  const std::string field = At(path, static_cast<size_t>(at - gates.begin()));
  if (at->waivable) check.Say(field + ".waivable", must.code, " may never be waived");
  if (at->effect != Effect::kDeny) check.Say(field + ".effect", must.code, " must DENY");
  for (const Motion motion : must.motions) {
    if (std::find(at->motions.begin(), at->motions.end(), motion) == at->motions.end()) {
      check.Say(field + ".motions", must.code,
                " must close every motion it closes in the standard model");
      break;
    }
  }
  for (const ConditionSpec& least : must.conditions) {
    const bool kept =
        std::any_of(at->conditions.begin(), at->conditions.end(),
                    [&](const ConditionSpec& mine) { return AtLeastAsStrict(mine, least); });
    if (!kept) {
      check.Say(field + ".conditions", must.code, " must keep its condition on ", least.feature,
                ", at least as strict as ", least.threshold);
    }
  }
}

void CheckReadiness(const std::string& at, const ReadinessSpec& spec, Checker& check) {
  double sum = 0;
  for (const auto& [name, weight] :
       {std::pair("health", spec.health), std::pair("loyalty", spec.loyalty),
        std::pair("need", spec.need), std::pair("timing", spec.timing),
        std::pair("potential", spec.potential), std::pair("affinity", spec.affinity)}) {
    check.InRange(absl::StrCat(at, ".", name), weight, 0, kMaxWeight);
    sum += weight;
  }
  if (!(sum > 0)) check.Say(at, "one of the weights must be above 0");
  check.Curve(at + ".loyalty_by_tier", spec.loyalty_by_tier);
  check.Curve(at + ".need_by_utilisation", spec.need_by_utilisation);
  check.Curve(at + ".affinity_by_lift", spec.affinity_by_lift);
  for (const auto& [name, value] : {std::pair("need_confirmed", spec.need_confirmed),
                                    std::pair("need_assumed", spec.need_assumed),
                                    std::pair("timing_inside", spec.timing_inside),
                                    std::pair("timing_outside", spec.timing_outside)}) {
    check.InRange(absl::StrCat(at, ".", name), value, 0, 100);
  }
  for (const auto& [name, days] :
       {std::pair("after_purchase_days", spec.after_purchase_days),
        std::pair("before_renewal_from_days", spec.before_renewal_from_days),
        std::pair("before_renewal_to_days", spec.before_renewal_to_days),
        std::pair("after_issue_days", spec.after_issue_days)}) {
    check.InRange(absl::StrCat(at, ".", name), days, 0, 365);
  }
  check.InRange(at + ".renewal_min_term_days", spec.renewal_min_term_days, 0, 36500);
  if (spec.before_renewal_to_days > spec.before_renewal_from_days) {
    check.Say(at + ".before_renewal_to_days", "must not be above before_renewal_from_days");
  }
}

}  // namespace

std::string At(const std::string& field, size_t i) { return absl::StrCat(field, "[", i, "]"); }

void Checker::InRange(const std::string& field, double value, double low, double high) {
  if (!(value >= low && value <= high)) {
    Say(field, "must be from ", low, " to ", high, "; it is ", value);
  }
}

void Checker::Weight(const std::string& field, double value) {
  if (!(value > 0 && value <= kMaxWeight)) {
    Say(field, "must be above 0 and at most ", kMaxWeight, "; it is ", value);
  }
}

void Checker::Curve(const std::string& field, const std::vector<CurvePoint>& curve) {
  if (curve.empty()) Say(field, "needs at least one point");
  AtMost(field, curve.size(), kMaxCurvePoints);
  for (size_t i = 0; i < curve.size(); ++i) {
    const std::string at = At(field, i);
    InRange(at + ".y", curve[i].y, 0, 100);
    if (!std::isfinite(curve[i].x)) Say(at + ".x", "must be a number");
    if (i > 0 && !(curve[i].x > curve[i - 1].x)) {
      Say(at + ".x", "must be above the x before it: ", curve[i].x, " follows ", curve[i - 1].x);
    }
  }
}

void Checker::AtMost(const std::string& field, size_t count, size_t most) {
  if (count > most) Say(field, "at most ", most, "; there are ", count);
}

void Checker::Name(const std::string& field, absl::string_view name) {
  const bool plain = !name.empty() && name.size() <= kMaxNameBytes &&
                     absl::ascii_islower(name[0]) &&
                     std::all_of(name.begin(), name.end(), [](char c) {
                       return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '_';
                     });
  if (!plain) {
    Say(field, "'", name,
        "' must be small letters, digits and _, beginning with a letter, at most ", kMaxNameBytes);
  }
}

void CheckGate(const std::string& path, const GateSpec& gate, Checker& check) {
  const std::string& code = gate.code;
  const bool plain = !code.empty() && code.size() <= kMaxNameBytes &&
                     absl::ascii_isupper(code[0]) &&
                     std::all_of(code.begin(), code.end(), [](char c) {
                       return absl::ascii_isupper(c) || absl::ascii_isdigit(c) || c == '_';
                     });
  if (!plain) {
    check.Say(path + ".code", "'", code, "' must be capitals, digits and _, as CRITICAL_TICKET");
  }
  if (gate.effect == Effect::kNone) check.Say(path + ".effect", "must be DENY or UNKNOWN");
  if (gate.remedy.empty()) check.Say(path + ".remedy", "must say what opens the gate");
  check.AtMost(path + ".remedy", gate.remedy.size(), kMaxRemedyBytes);
  if (gate.who_can_act.empty()) check.Say(path + ".who_can_act", "must say who can act");
  check.AtMost(path + ".who_can_act", gate.who_can_act.size(), kMaxActorBytes);
  if (gate.motions.empty()) check.Say(path + ".motions", "needs at least one motion");
  std::set<Motion> motions;
  for (const Motion motion : gate.motions) {
    if (motion == Motion::kUnspecified) check.Say(path + ".motions", "names no motion");
    if (!motions.insert(motion).second) check.Say(path + ".motions", "names a motion twice");
  }
  check.AtMost(path + ".conditions", gate.conditions.size(), kMaxConditions);
  check.InRange(path + ".fatigue_days", gate.fatigue_days, 1, kMaxFatigueDays);
  for (const auto& [name, value] : {std::pair("per_person", gate.per_person),
                                    std::pair("per_account_high", gate.per_account_high),
                                    std::pair("per_account_low", gate.per_account_low),
                                    std::pair("per_account_tech", gate.per_account_tech)}) {
    check.InRange(absl::StrCat(path, ".", name), value, 1, 1000);
  }
  for (const auto& [name, value] :
       {std::pair("won_days", gate.won_days), std::pair("expired_days", gate.expired_days),
        std::pair("not_now_days", gate.not_now_days), std::pair("lost_days", gate.lost_days)}) {
    check.InRange(absl::StrCat(path, ".", name), value, 0, kMaxRuleDays);
  }
}

// Dissatisfaction, holds, opt-outs and reservations are neither removed nor waived nor softened.
void CheckProtectedGates(const std::string& path, const std::vector<GateSpec>& gates,
                         Checker& check) {
  for (const Protected& must : ProtectedGates()) CheckProtected(path, gates, must, check);
}

void CheckNumbers(const std::string& path, const ModelSpec& model, Checker& check) {
  const LoyaltySpec& loyalty = model.loyalty;
  check.InRange(path + ".loyalty.repeater_days", loyalty.repeater_days, 1, kPurchaseDays);
  check.InRange(path + ".loyalty.recommend_window_days", loyalty.recommend_window_days, 1, 365);
  if (!(loyalty.recommend_share > 0 && loyalty.recommend_share <= 1)) {
    check.Say(path + ".loyalty.recommend_share", "must be above 0 and at most 1; it is ",
              loyalty.recommend_share);
  }
  check.InRange(path + ".loyalty.evidence_window_days", loyalty.evidence_window_days, 1,
                kMaxRuleDays);
  check.InRange(path + ".loyalty.fan_term_days", loyalty.fan_term_days, 1, 36500);
  check.InRange(path + ".loyalty.fan_products", loyalty.fan_products, 1, 100);
  check.InRange(path + ".touch.high_ltv", model.touch.high_ltv, 0, 1e12);
  check.InRange(path + ".touch.low_ltv", model.touch.low_ltv, 0, model.touch.high_ltv);
  check.InRange(path + ".matrix.results_threshold", model.matrix.results_threshold, 0, 1e12);
  check.InRange(path + ".matrix.room_threshold", model.matrix.room_threshold, 0, 100);
  check.AtMost(path + ".matrix.rooms", model.matrix.rooms.size(), kMaxRooms);
  std::set<std::string> segments;
  int for_all_others = 0;
  for (size_t i = 0; i < model.matrix.rooms.size(); ++i) {
    const std::string at = At(path + ".matrix.rooms", i);
    const RoomSpec& room = model.matrix.rooms[i];
    if (room.sizing.empty()) check.Say(at + ".sizing", "must be given");
    check.Curve(at + ".curve", room.curve);
    for (const std::string& segment : room.segments) {
      check.Unique(at + ".segments", segments, segment);
    }
    if (room.segments.empty() && ++for_all_others > 1) {
      check.Say(at + ".segments", "only one curve may be for all others");
    }
  }
  CheckReadiness(path + ".readiness", model.readiness, check);
}

void CheckRules(const RulebookSpec& rules, Checker& check) {
  const bool plain =
      !rules.name.empty() && rules.name.size() <= kMaxNameBytes &&
      std::all_of(rules.name.begin(), rules.name.end(), [](char c) {
        return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '_' || c == '.' || c == '-';
      });
  if (!plain) {
    check.Say("name", "'", rules.name, "' must be 1 to ", kMaxNameBytes,
              " characters of a-z 0-9 _ . -");
  }
  check.AtMost("description", rules.description.size(), kMaxDescriptionBytes);
  check.AtMost("metrics", rules.metrics.size(), kMaxMetrics);
  check.AtMost("models", rules.models.size(), kMaxModels);
  check.AtMost("issue_map", rules.issue_map.size(), kMaxIssueMappings);
  for (size_t i = 0; i < rules.issue_map.size(); ++i) {
    const std::string at = At("issue_map", i);
    if (rules.issue_map[i].category.empty()) check.Say(at + ".category", "must be given");
    if (rules.issue_map[i].products.empty()) check.Say(at + ".products", "needs at least one");
    check.AtMost(at + ".products", rules.issue_map[i].products.size(), kMaxIssueProducts);
  }
  check.AtMost("affinity", rules.affinity.size(), kMaxAffinities);
  std::set<std::pair<std::string, std::string>> pairs;
  for (size_t i = 0; i < rules.affinity.size(); ++i) {
    const std::string at = At("affinity", i);
    const AffinitySpec& rule = rules.affinity[i];
    if (rule.antecedent.empty()) check.Say(at + ".antecedent", "must be given");
    if (rule.consequent.empty() || rule.consequent == rule.antecedent) {
      check.Say(at + ".consequent", "must be given, and another product than the antecedent");
    }
    check.InRange(at + ".lift", rule.lift, 0, kMaxLift);
    if (!pairs.insert({rule.antecedent, rule.consequent}).second) {
      check.Say(at, "the pair ", rule.antecedent, " and ", rule.consequent, " is there twice");
    }
  }
}

}  // namespace kizuna::engine
