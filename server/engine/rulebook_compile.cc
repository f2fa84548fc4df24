// SPDX-License-Identifier: Apache-2.0
//
// How does what an author wrote become a rulebook that is fast to evaluate? Each feature is read
// once, each name becomes an index; what is wrong is said with the path of its field.

#include <algorithm>
#include <cmath>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/engine/rulebook.h"
#include "server/engine/rulebook_check.h"

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

// Compiles one model, collecting each feature once.
class ModelCompiler {
 public:
  ModelCompiler(const std::string& path, const Rulebook& rulebook, Checker& check, Model& model)
      : path_(path), rulebook_(rulebook), check_(check), model_(model), spec_(model.spec) {}

  void Run() {
    check_.Name(path_ + ".name", spec_.name);
    check_.AtMost(path_ + ".segments", spec_.segments.size(), kMaxSegments);
    check_.InRange(path_ + ".minimum_coverage", spec_.minimum_coverage, 0, 1);
    check_.InRange(path_ + ".green_from", spec_.green_from, 0, 100);
    check_.InRange(path_ + ".yellow_from", spec_.yellow_from, 0, spec_.green_from);
    Dimensions();
    Caps();
    Gates();
    CheckNumbers(path_, spec_, check_);
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
    check_.AtMost(path_ + ".dimensions", spec_.dimensions.size(), kMaxDimensions);
    std::set<std::string> names;
    for (size_t d = 0; d < spec_.dimensions.size(); ++d) {
      const std::string at = At(path_ + ".dimensions", d);
      const DimensionSpec& spec = spec_.dimensions[d];
      check_.Weight(at + ".weight", spec.weight);
      check_.Name(at + ".name", spec.name);
      check_.Unique(at + ".name", names, spec.name);
      if (spec.measures.empty()) check_.Say(at + ".measures", "needs at least one");
      check_.AtMost(at + ".measures", spec.measures.size(), kMaxMeasures);
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
    check_.InRange(at + ".max_age_days", spec.max_age_days, 0, kMaxRuleDays);
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
    check_.AtMost(path_ + ".caps", spec_.caps.size(), kMaxCaps);
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
    check_.AtMost(path_ + ".gates", spec_.gates.size(), kMaxGates);
    CheckProtectedGates(path_ + ".gates", spec_.gates, check_);
  }

  Gate CompileGate(const std::string& at, const GateSpec& spec) {
    Gate gate;
    gate.spec = spec;
    CheckGate(at, spec, check_);
    for (const Motion motion : spec.motions) gate.motions |= MotionBit(motion);
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
    return gate;
  }

  const std::string path_;
  const Rulebook& rulebook_;
  Checker& check_;
  Model& model_;
  const ModelSpec& spec_;
};

}  // namespace

void Rulebook::ReadCatalogue(Checker& check) {
  for (size_t i = 0; i < parts_.products.size(); ++i) {
    const Product& product = parts_.products[i];
    const std::string at = absl::StrCat("products/", product.id);
    if (!product_by_id_.emplace(product.id, static_cast<int>(i)).second) {
      check.Say(at, "is there twice");
    }
    if (product.margin >= 0) check.InRange(at + ".margin", product.margin, 0, 1);
    check.InRange(at + ".margin_floor", product.margin_floor, 0, 1);
  }
  for (const Source& source : parts_.sources) {
    if (source.required && source.expected_every_days < 1) {
      check.Say(absl::StrCat("sources/", source.name, ".expected_every_days"),
                "must be at least 1 for a required source");
    }
  }
  for (const AffinitySpec& rule : parts_.rules.affinity) {
    const int antecedent = FindProduct(rule.antecedent);
    const int consequent = FindProduct(rule.consequent);
    // A product may leave the catalogue before the table does; such a rule says nothing.
    if (antecedent >= 0 && consequent >= 0) lift_[{antecedent, consequent}] = rule.lift;
  }
}

// A metric may be declared by the rules and beside them, but only in one way.
void Rulebook::DeclareMetric(const MetricSpec& spec, const std::string& at, Checker& check) {
  const auto [known, fresh] = metric_by_name_.emplace(spec.name, static_cast<int>(metrics_.size()));
  if (fresh) {
    check.Name(at + ".name", spec.name);
    check.InRange(at + ".min_volume", spec.min_volume, 0, 1e12);
    metrics_.push_back({spec, {}, kNoDay});
    return;
  }
  const MetricSpec& first = metrics_[known->second].spec;
  if (first.kind != spec.kind || first.grain_days != spec.grain_days) {
    check.Say(at, "the metric '", spec.name,
              "' is declared already with another kind or grain; these never change");
  }
}

void Rulebook::DeclareMetrics(Checker& check) {
  std::set<std::string> names;
  for (size_t i = 0; i < parts_.rules.metrics.size(); ++i) {
    const std::string at = At("metrics", i);
    check.Unique(at + ".name", names, parts_.rules.metrics[i].name);
    DeclareMetric(parts_.rules.metrics[i], at, check);
  }
  for (const MetricSpec& metric : parts_.metrics) {
    DeclareMetric(metric, absl::StrCat("metrics/", metric.name), check);
  }
  for (Metric& metric : metrics_) {
    Instant complete = kNever;
    for (const Source& source : parts_.sources) {
      const bool delivers = std::find(source.metrics.begin(), source.metrics.end(),
                                      metric.spec.name) != source.metrics.end();
      if (!delivers) continue;
      metric.sources.push_back(source.name);  // in the order of the names
      complete = std::min(complete, source.complete_through);
    }
    // Complete through the last microsecond of a day: that day is whole.
    if (!metric.sources.empty() && complete != kLongAgo) {
      metric.complete_through = calendar_.DayOf(complete + 1) - 1;
    }
  }
}

void Rulebook::CompileModels(Checker& check) {
  const std::vector<ModelSpec>& specs = parts_.rules.models;
  if (specs.empty()) check.Say("models", "needs at least one");
  std::set<std::string> names, segments;
  int defaults = 0;
  for (size_t m = 0; m < specs.size(); ++m) {
    const std::string at = At("models", m);
    Model model;
    model.spec = specs[m];
    check.Unique(at + ".name", names, model.spec.name);
    for (const std::string& segment : model.spec.segments) {
      check.Unique(at + ".segments", segments, segment);
      model_by_segment_.emplace(segment, static_cast<int>(m));
    }
    if (model.spec.segments.empty()) {
      default_model_ = static_cast<int>(m);
      if (++defaults > 1) check.Say(at + ".segments", "only one model may be for all others");
    }
    ModelCompiler(at, *this, check, model).Run();
    models_.push_back(std::move(model));
  }
  if (!specs.empty() && defaults == 0) {
    check.Say("models", "one model must name no segments: it is for all others");
  }
}

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
  CheckRules(book->parts_.rules, check);
  book->ReadCatalogue(check);
  book->DeclareMetrics(check);
  book->CompileModels(check);
  book->CompilePlays(check);
  if (!check.clean()) return nullptr;
  return book;
}

}  // namespace kizuna::engine
