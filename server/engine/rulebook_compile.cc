// SPDX-License-Identifier: Apache-2.0
//
// Is a rulebook sound? Every rule that an author can break is looked at once, here, and named by
// the path of its field.

#include <algorithm>
#include <cmath>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/engine/rulebook.h"

namespace kizuna::engine {
namespace {

struct BuiltinName {
  const char* code;
  Builtin builtin;
};
constexpr BuiltinName kBuiltins[] = {
    {"EVIDENCE_THIN", Builtin::kEvidenceThin},
    {"FEED_SILENT", Builtin::kFeedSilent},
    {"VALUE_NOT_REALISED", Builtin::kValueNotRealised},
    {"LOYALTY_LOW", Builtin::kLoyaltyLow},
    {"COOLING_OFF", Builtin::kCoolingOff},
    {"CONTACT_FATIGUE", Builtin::kContactFatigue},
    {"OPT_OUT", Builtin::kOptOut},
    {"RESERVED", Builtin::kReserved},
    {"ALREADY_OWNS", Builtin::kAlreadyOwns},
    {"MARGIN", Builtin::kMargin},
    {"HOLD", Builtin::kHold},
};

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

class Checker {
 public:
  explicit Checker(std::vector<Violation>& violations) : violations_(violations) {}

  template <typename... Parts>
  void Say(const std::string& field, const Parts&... reason) {
    violations_.push_back({field, absl::StrCat(reason...)});
  }

  // A finite number in [low, high].
  void InRange(const std::string& field, double value, double low, double high) {
    if (!(value >= low && value <= high)) {
      Say(field, "must be from ", low, " to ", high, "; it is ", value);
    }
  }

  void Weight(const std::string& field, double value) {
    if (!(value > 0 && value <= 1e6)) {
      Say(field, "must be above 0 and at most 1000000; it is ", value);
    }
  }

  void Curve(const std::string& field, const std::vector<CurvePoint>& curve) {
    if (curve.empty()) Say(field, "needs at least one point");
    for (size_t i = 0; i < curve.size(); ++i) {
      const std::string at = absl::StrCat(field, "[", i, "]");
      InRange(at + ".y", curve[i].y, 0, 100);
      if (!std::isfinite(curve[i].x)) Say(at + ".x", "must be a number");
      if (i > 0 && !(curve[i].x > curve[i - 1].x)) {
        Say(at + ".x", "must be above the x before it: ", curve[i].x, " follows ", curve[i - 1].x);
      }
    }
  }

  template <typename T>
  void Unique(const std::string& field, std::set<T>& seen, const T& value) {
    if (!seen.insert(value).second) Say(field, "'", value, "' is there twice");
  }

  bool clean() const { return violations_.empty(); }

 private:
  std::vector<Violation>& violations_;
};

std::string At(const std::string& field, size_t i) { return absl::StrCat(field, "[", i, "]"); }

// Compiles one model, collecting each feature once.
class ModelCompiler {
 public:
  ModelCompiler(const std::string& path, const Rulebook& rulebook, Checker& check, Model& model)
      : path_(path), rulebook_(rulebook), check_(check), model_(model), spec_(model.spec) {}

  void Run() {
    if (spec_.name.empty()) check_.Say(path_ + ".name", "must be given");
    check_.InRange(path_ + ".minimum_coverage", spec_.minimum_coverage, 0, 1);
    check_.InRange(path_ + ".green_from", spec_.green_from, 0, 100);
    check_.InRange(path_ + ".yellow_from", spec_.yellow_from, 0, spec_.green_from);
    Dimensions();
    Caps();
    Gates();
    Numbers();
  }

 private:
  // The index of a feature, or -1 when it cannot be had. Card features are for gates alone.
  int FeatureIndex(const std::string& field, const std::string& name, bool of_card) {
    for (size_t i = 0; i < model_.features.size(); ++i) {
      if (model_.features[i].name == name && (of_card || !model_.features[i].of_card())) {
        return static_cast<int>(i);
      }
    }
    absl::StatusOr<Feature> feature = ParseFeature(name);
    if (!feature.ok()) {
      check_.Say(field, std::string(feature.status().message()));
      return -1;
    }
    if (feature->of_card() && !of_card) {
      check_.Say(field, "'", name, "' comes out of the score; only a gate may ask for it");
      return -1;
    }
    if (!feature->metric.empty() && rulebook_.FindMetric(feature->metric) == nullptr) {
      check_.Say(field, "unknown feature '", name, "': the metric '", feature->metric,
                 "' is not declared; add it to metrics");
      return -1;
    }
    model_.features.push_back(*std::move(feature));
    return static_cast<int>(model_.features.size()) - 1;
  }

  void Dimensions() {
    if (spec_.dimensions.empty()) check_.Say(path_ + ".dimensions", "needs at least one");
    std::set<std::string> names;
    for (size_t d = 0; d < spec_.dimensions.size(); ++d) {
      const std::string at = At(path_ + ".dimensions", d);
      const DimensionSpec& spec = spec_.dimensions[d];
      check_.Weight(at + ".weight", spec.weight);
      check_.Unique(at + ".name", names, spec.name);
      if (spec.measures.empty()) check_.Say(at + ".measures", "needs at least one");
      Dimension dimension{spec.name, spec.weight, 0, {}};
      for (size_t m = 0; m < spec.measures.size(); ++m) {
        dimension.measures.push_back(CompileMeasure(At(at + ".measures", m), spec.measures[m]));
        dimension.measure_weight += spec.measures[m].weight;
      }
      model_.dimension_weight += spec.weight;
      model_.dimensions.push_back(std::move(dimension));
    }
  }

  Measure CompileMeasure(const std::string& at, const MeasureSpec& spec) {
    check_.Weight(at + ".weight", spec.weight);
    check_.InRange(at + ".max_age_days", spec.max_age_days, 0, 36500);
    check_.Curve(at + ".curve", spec.curve);
    Measure measure;
    measure.feature = FeatureIndex(at + ".feature", spec.feature, false);
    measure.weight = spec.weight;
    measure.max_age_days = spec.max_age_days;
    measure.curve = spec.curve;
    if (spec.seasonal && measure.feature >= 0) {
      const Feature trend = model_.features[measure.feature];
      if (trend.kind != FeatureKind::kUsageTrend) {
        check_.Say(at + ".seasonal", "only a usage trend can be seasonal");
      } else {
        measure.seasonal = FeatureIndex(
            at + ".seasonal",
            absl::StrCat("usage.", trend.metric, ".trend_yoy(", trend.window_days, ")"), false);
      }
    }
    return measure;
  }

  void Caps() {
    for (size_t i = 0; i < spec_.caps.size(); ++i) {
      const std::string at = At(path_ + ".caps", i);
      check_.InRange(at + ".limit", spec_.caps[i].limit, 0, 100);
      if (!std::isfinite(spec_.caps[i].threshold)) {
        check_.Say(at + ".threshold", "must be a number");
      }
      model_.caps.push_back(
          {FeatureIndex(at + ".feature", spec_.caps[i].feature, false), spec_.caps[i]});
    }
  }

  void Gates() {
    std::set<std::string> codes;
    for (size_t g = 0; g < spec_.gates.size(); ++g) {
      const std::string at = At(path_ + ".gates", g);
      check_.Unique(at + ".code", codes, spec_.gates[g].code);
      model_.gates.push_back(CompileGate(at, spec_.gates[g]));
    }
    if (model_.gates.size() > 32) check_.Say(path_ + ".gates", "at most 32 gates");
    for (const Protected& must : ProtectedGates()) CheckProtected(must);
  }

  Gate CompileGate(const std::string& at, const GateSpec& spec) {
    Gate gate;
    gate.spec = spec;
    CheckCode(at, spec.code);
    if (spec.effect == Effect::kNone) check_.Say(at + ".effect", "must be DENY or UNKNOWN");
    if (spec.motions.empty()) check_.Say(at + ".motions", "needs at least one motion");
    if (spec.remedy.empty()) check_.Say(at + ".remedy", "must say what opens the gate");
    if (spec.who_can_act.empty()) check_.Say(at + ".who_can_act", "must say who can act");
    for (const Motion motion : spec.motions) {
      if (motion == Motion::kUnspecified) check_.Say(at + ".motions", "names no motion");
      gate.motions |= MotionBit(motion);
    }
    for (const BuiltinName& name : kBuiltins) {
      if (spec.code == name.code) gate.builtin = name.builtin;
    }
    if (gate.builtin == Builtin::kConditions && spec.conditions.empty()) {
      check_.Say(at + ".conditions", "needs at least one: '", spec.code,
                 "' is not a gate the engine decides itself");
    }
    if (gate.builtin != Builtin::kConditions && !spec.conditions.empty()) {
      check_.Say(at + ".conditions", "'", spec.code,
                 "' is decided by the engine and takes no conditions");
    }
    for (size_t c = 0; c < spec.conditions.size(); ++c) {
      const std::string path = At(at + ".conditions", c);
      if (!std::isfinite(spec.conditions[c].threshold)) {
        check_.Say(path + ".threshold", "must be a number");
      }
      gate.conditions.push_back(
          {FeatureIndex(path + ".feature", spec.conditions[c].feature, true), spec.conditions[c]});
    }
    CheckParameters(at, spec);
    return gate;
  }

  void CheckCode(const std::string& at, const std::string& code) {
    const bool plain = !code.empty() && absl::ascii_isupper(code[0]) &&
                       std::all_of(code.begin(), code.end(), [](char c) {
                         return absl::ascii_isupper(c) || absl::ascii_isdigit(c) || c == '_';
                       });
    if (!plain) {
      check_.Say(at + ".code", "'", code, "' must be capitals, digits and _, as CRITICAL_TICKET");
    }
  }

  void CheckParameters(const std::string& at, const GateSpec& spec) {
    check_.InRange(at + ".fatigue_days", spec.fatigue_days, 1, kContactDays - kSlackDays);
    for (const auto& [name, value] : {std::pair("per_person", spec.per_person),
                                      std::pair("per_account_high", spec.per_account_high),
                                      std::pair("per_account_low", spec.per_account_low),
                                      std::pair("per_account_tech", spec.per_account_tech)}) {
      check_.InRange(absl::StrCat(at, ".", name), value, 1, 1000);
    }
    for (const auto& [name, value] :
         {std::pair("won_days", spec.won_days), std::pair("expired_days", spec.expired_days),
          std::pair("not_now_days", spec.not_now_days), std::pair("lost_days", spec.lost_days)}) {
      check_.InRange(absl::StrCat(at, ".", name), value, 0, 3650);
    }
  }

  // Dissatisfaction, holds, opt-outs and reservations are neither removed nor waived nor softened.
  void CheckProtected(const Protected& must) {
    const auto at = std::find_if(spec_.gates.begin(), spec_.gates.end(),
                                 [&](const GateSpec& gate) { return gate.code == must.code; });
    if (at == spec_.gates.end()) {
      check_.Say(path_ + ".gates", "the gate ", must.code, " may not be removed");
      return;
    }
    const std::string path = At(path_ + ".gates", at - spec_.gates.begin());
    if (at->waivable) check_.Say(path + ".waivable", must.code, " may never be waived");
    if (at->effect != Effect::kDeny) check_.Say(path + ".effect", must.code, " must DENY");
    for (const Motion motion : must.motions) {
      if (std::find(at->motions.begin(), at->motions.end(), motion) == at->motions.end()) {
        check_.Say(path + ".motions", must.code,
                   " must close every motion it closes in the standard model");
        break;
      }
    }
    for (const ConditionSpec& least : must.conditions) {
      const bool kept =
          std::any_of(at->conditions.begin(), at->conditions.end(),
                      [&](const ConditionSpec& mine) { return AtLeastAsStrict(mine, least); });
      if (!kept) {
        check_.Say(path + ".conditions", must.code, " must keep its condition on ", least.feature,
                   ", at least as strict as ", least.threshold);
      }
    }
  }

  void Numbers() {
    const LoyaltySpec& loyalty = spec_.loyalty;
    check_.InRange(path_ + ".loyalty.repeater_days", loyalty.repeater_days, 2, 2);
    check_.InRange(path_ + ".loyalty.recommend_window_days", loyalty.recommend_window_days, 1,
                   kMaxWindowDays);
    check_.InRange(path_ + ".loyalty.recommend_share", loyalty.recommend_share, 0, 1);
    check_.InRange(path_ + ".loyalty.evidence_window_days", loyalty.evidence_window_days, 1, 36500);
    check_.InRange(path_ + ".loyalty.fan_term_days", loyalty.fan_term_days, 1, 36500);
    check_.InRange(path_ + ".loyalty.fan_products", loyalty.fan_products, 1, 1000);
    check_.InRange(path_ + ".touch.high_ltv", spec_.touch.high_ltv, 0, 1e12);
    check_.InRange(path_ + ".touch.low_ltv", spec_.touch.low_ltv, 0, spec_.touch.high_ltv);
    check_.InRange(path_ + ".matrix.results_threshold", spec_.matrix.results_threshold, 0, 1e12);
    check_.InRange(path_ + ".matrix.room_threshold", spec_.matrix.room_threshold, 0, 100);
    for (size_t i = 0; i < spec_.matrix.rooms.size(); ++i) {
      const std::string at = At(path_ + ".matrix.rooms", i);
      if (spec_.matrix.rooms[i].sizing.empty()) check_.Say(at + ".sizing", "must be given");
      check_.Curve(at + ".curve", spec_.matrix.rooms[i].curve);
    }
    ReadinessNumbers(path_ + ".readiness", spec_.readiness);
  }

  void ReadinessNumbers(const std::string& at, const ReadinessSpec& spec) {
    double sum = 0;
    for (const auto& [name, weight] :
         {std::pair("health", spec.health), std::pair("loyalty", spec.loyalty),
          std::pair("need", spec.need), std::pair("timing", spec.timing),
          std::pair("potential", spec.potential), std::pair("affinity", spec.affinity)}) {
      check_.InRange(absl::StrCat(at, ".", name), weight, 0, 1e6);
      sum += weight;
    }
    if (!(sum > 0)) check_.Say(at, "one of the weights must be above 0");
    check_.Curve(at + ".loyalty_by_tier", spec.loyalty_by_tier);
    check_.Curve(at + ".need_by_utilisation", spec.need_by_utilisation);
    check_.Curve(at + ".affinity_by_lift", spec.affinity_by_lift);
    for (const auto& [name, value] : {std::pair("need_confirmed", spec.need_confirmed),
                                      std::pair("need_assumed", spec.need_assumed),
                                      std::pair("timing_inside", spec.timing_inside),
                                      std::pair("timing_outside", spec.timing_outside)}) {
      check_.InRange(absl::StrCat(at, ".", name), value, 0, 100);
    }
    if (spec.before_renewal_to_days > spec.before_renewal_from_days) {
      check_.Say(at + ".before_renewal_to_days", "must not be above before_renewal_from_days");
    }
  }

  const std::string path_;
  const Rulebook& rulebook_;
  Checker& check_;
  Model& model_;
  const ModelSpec& spec_;
};

}  // namespace

std::shared_ptr<const Rulebook> Rulebook::Compile(uint64_t number, Parts parts,
                                                  const Calendar& calendar,
                                                  std::vector<Violation>& violations) {
  violations.clear();
  Checker check(violations);
  auto book = std::shared_ptr<Rulebook>(new Rulebook);
  book->number_ = number;
  book->calendar_ = calendar;
  std::sort(parts.products.begin(), parts.products.end(),
            [](const Product& a, const Product& b) { return a.id < b.id; });
  std::sort(parts.sources.begin(), parts.sources.end(),
            [](const Source& a, const Source& b) { return a.name < b.name; });
  book->parts_ = std::move(parts);
  const Parts& in = book->parts_;

  for (size_t i = 0; i < in.products.size(); ++i) {
    const std::string at = absl::StrCat("products/", in.products[i].id);
    if (!book->product_by_id_.emplace(in.products[i].id, static_cast<int>(i)).second) {
      check.Say(at, "is there twice");
    }
    if (in.products[i].margin >= 0) check.InRange(at + ".margin", in.products[i].margin, 0, 1);
    check.InRange(at + ".margin_floor", in.products[i].margin_floor, 0, 1);
  }

  for (const Source& source : in.sources) {
    if (source.required && source.expected_every_days < 1) {
      check.Say(absl::StrCat("sources/", source.name, ".expected_every_days"),
                "must be at least 1 for a required source");
    }
  }

  // A metric may be declared by the rules and beside them, but only in one way.
  const auto declare = [&](const MetricSpec& spec, const std::string& at) {
    const auto [known, fresh] =
        book->metric_by_name_.emplace(spec.name, static_cast<int>(book->metrics_.size()));
    if (fresh) {
      if (!ParseFeature(absl::StrCat("usage.", spec.name, ".mean(7)")).ok()) {
        check.Say(at + ".name", "'", spec.name,
                  "' must be small letters, digits and _, beginning with a letter");
      }
      book->metrics_.push_back({spec, kNoDay});
      return;
    }
    const MetricSpec& first = book->metrics_[known->second].spec;
    if (first.kind != spec.kind || first.grain_days != spec.grain_days) {
      check.Say(at, "the metric '", spec.name,
                "' is declared already with another kind or grain; these never change");
    }
  };
  for (size_t i = 0; i < in.rules.metrics.size(); ++i) {
    declare(in.rules.metrics[i], At("metrics", i));
  }
  for (const MetricSpec& metric : in.metrics) {
    declare(metric, absl::StrCat("metrics/", metric.name));
  }
  for (Metric& metric : book->metrics_) {
    Instant complete = kNever;
    bool any = false;
    for (const Source& source : in.sources) {
      if (std::find(source.metrics.begin(), source.metrics.end(), metric.spec.name) ==
          source.metrics.end()) {
        continue;
      }
      any = true;
      complete = std::min(complete, source.complete_through);
    }
    // Complete through the last microsecond of a day: that day is whole.
    if (any && complete != kLongAgo) metric.complete_through = calendar.DayOf(complete + 1) - 1;
  }

  if (in.rules.models.empty()) check.Say("models", "needs at least one");
  std::set<std::string> names, segments;
  int defaults = 0;
  for (size_t m = 0; m < in.rules.models.size(); ++m) {
    const std::string at = At("models", m);
    Model model;
    model.spec = in.rules.models[m];
    check.Unique(at + ".name", names, model.spec.name);
    for (const std::string& segment : model.spec.segments) {
      check.Unique(at + ".segments", segments, segment);
      book->model_by_segment_.emplace(segment, static_cast<int>(m));
    }
    if (model.spec.segments.empty()) {
      book->default_model_ = static_cast<int>(m);
      if (++defaults > 1) check.Say(at + ".segments", "only one model may be for all others");
    }
    ModelCompiler(at, *book, check, model).Run();
    book->models_.push_back(std::move(model));
  }
  if (!in.rules.models.empty() && defaults == 0) {
    check.Say("models", "one model must name no segments: it is for all others");
  }

  for (size_t i = 0; i < in.rules.affinity.size(); ++i) {
    const AffinitySpec& rule = in.rules.affinity[i];
    check.InRange(At("affinity", i) + ".lift", rule.lift, 0, 1e9);
    const int antecedent = book->FindProduct(rule.antecedent);
    const int consequent = book->FindProduct(rule.consequent);
    // A product may leave the catalogue before the table does; such a rule says nothing.
    if (antecedent >= 0 && consequent >= 0) {
      book->lift_[{antecedent, consequent}] = rule.lift;
    }
  }
  if (!check.clean()) return nullptr;
  return book;
}

}  // namespace kizuna::engine
