// SPDX-License-Identifier: Apache-2.0

#include "server/convert/rulebook_from_text.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "google/protobuf/io/tokenizer.h"
#include "google/protobuf/text_format.h"
#include "server/convert/errors.h"
#include "server/convert/values.h"
#include "server/limits.h"

namespace kizuna::convert {
namespace {

// Collects what the parser of text format has to say.
class LineErrors final : public google::protobuf::io::ErrorCollector {
 public:
  explicit LineErrors(std::vector<engine::Violation>& out) : out_(out) {}
  void AddError(int line, google::protobuf::io::ColumnNumber column,
                const std::string& message) override {
    // The parser counts from 0.
    out_.push_back({absl::StrCat("line ", line + 1, ", column ", column + 1), message});
  }

 private:
  std::vector<engine::Violation>& out_;
};

std::vector<engine::CurvePoint> CurveOf(
    const google::protobuf::RepeatedPtrField<v1::CurvePoint>& points) {
  std::vector<engine::CurvePoint> out;
  out.reserve(points.size());
  for (const v1::CurvePoint& point : points) out.push_back({point.x(), point.y()});
  return out;
}

engine::Effect EffectOf(v1::Effect effect, engine::Effect otherwise) {
  switch (effect) {
    case v1::EFFECT_DENY:
      return engine::Effect::kDeny;
    case v1::EFFECT_UNKNOWN:
      return engine::Effect::kUnknown;
    default:
      return otherwise;
  }
}

// The threshold of a cap or a condition; `field` says how it is written when it is not.
template <typename Wire, typename Spec>
void ReadComparison(const Wire& wire, Spec& spec) {
  switch (wire.comparison_case()) {
    case Wire::kAbove:
      spec.comparison = engine::Comparison::kAbove;
      spec.threshold = wire.above();
      break;
    case Wire::kAtLeast:
      spec.comparison = engine::Comparison::kAtLeast;
      spec.threshold = wire.at_least();
      break;
    case Wire::kBelow:
      spec.comparison = engine::Comparison::kBelow;
      spec.threshold = wire.below();
      break;
    case Wire::kAtMost:
      spec.comparison = engine::Comparison::kAtMost;
      spec.threshold = wire.at_most();
      break;
    case Wire::COMPARISON_NOT_SET:
      break;  // found by ParseViolations
  }
}

engine::ConditionSpec ConditionOf(const v1::Condition& wire) {
  engine::ConditionSpec out;
  out.feature = wire.feature();
  ReadComparison(wire, out);
  out.effect = EffectOf(wire.effect(), engine::Effect::kNone);
  return out;
}

engine::GateSpec GateOf(const v1::Gate& wire) {
  engine::GateSpec out;
  out.code = wire.code();
  for (const int motion : wire.motions()) {
    out.motions.push_back(MotionOf(static_cast<v1::Motion>(motion)));
  }
  out.effect = EffectOf(wire.effect(), engine::Effect::kDeny);
  out.when_missing = wire.when_missing() == v1::Gate::WHEN_MISSING_UNKNOWN
                         ? engine::WhenMissing::kUnknown
                         : engine::WhenMissing::kOpen;
  for (const v1::Condition& condition : wire.conditions()) {
    out.conditions.push_back(ConditionOf(condition));
  }
  out.remedy = wire.remedy();
  out.who_can_act = wire.who_can_act();
  out.waivable = wire.waivable();
  if (wire.minimum_milestone() != v1::MILESTONE_UNSPECIFIED) {
    out.minimum_milestone = static_cast<engine::Milestone>(wire.minimum_milestone());
  }
  if (wire.minimum_loyalty() != v1::LOYALTY_TIER_UNSPECIFIED) {
    out.minimum_loyalty = static_cast<engine::LoyaltyTier>(wire.minimum_loyalty() - 1);
  }
  const v1::CoolingOff& cooling = wire.cooling_off();
  if (cooling.has_won_days()) out.won_days = cooling.won_days();
  if (cooling.has_expired_days()) out.expired_days = cooling.expired_days();
  if (cooling.has_not_now_days()) out.not_now_days = cooling.not_now_days();
  if (cooling.has_lost_days()) out.lost_days = cooling.lost_days();
  const v1::ContactFatigue& fatigue = wire.contact_fatigue();
  if (fatigue.has_window_days()) out.fatigue_days = fatigue.window_days();
  if (fatigue.has_per_person()) out.per_person = fatigue.per_person();
  if (fatigue.has_per_account_high()) out.per_account_high = fatigue.per_account_high();
  if (fatigue.has_per_account_low()) out.per_account_low = fatigue.per_account_low();
  if (fatigue.has_per_account_tech()) out.per_account_tech = fatigue.per_account_tech();
  return out;
}

engine::LoyaltySpec LoyaltyOf(const v1::LoyaltyRule& wire) {
  engine::LoyaltySpec out;
  if (wire.has_repeater_days()) out.repeater_days = wire.repeater_days();
  if (wire.has_recommend_window_days()) out.recommend_window_days = wire.recommend_window_days();
  if (wire.has_recommend_share()) out.recommend_share = wire.recommend_share();
  if (wire.has_evidence_window_days()) out.evidence_window_days = wire.evidence_window_days();
  if (wire.has_fan_term_days()) out.fan_term_days = wire.fan_term_days();
  if (wire.has_fan_products()) out.fan_products = wire.fan_products();
  return out;
}

engine::MatrixSpec MatrixOf(const v1::MatrixRule& wire) {
  engine::MatrixSpec out;
  if (wire.has_results_threshold()) out.results_threshold = wire.results_threshold();
  if (wire.has_room_threshold()) out.room_threshold = wire.room_threshold();
  out.results_first = wire.results_first();
  for (const v1::RoomCurve& room : wire.rooms()) {
    out.rooms.push_back(
        {{room.segments().begin(), room.segments().end()}, room.sizing(), CurveOf(room.curve())});
  }
  return out;
}

engine::ReadinessSpec ReadinessOf(const v1::ReadinessRule& wire) {
  engine::ReadinessSpec out;
  if (wire.has_health()) out.health = wire.health();
  if (wire.has_loyalty()) out.loyalty = wire.loyalty();
  if (wire.has_need()) out.need = wire.need();
  if (wire.has_timing()) out.timing = wire.timing();
  if (wire.has_potential()) out.potential = wire.potential();
  if (wire.has_affinity()) out.affinity = wire.affinity();
  if (wire.loyalty_by_tier_size() > 0) out.loyalty_by_tier = CurveOf(wire.loyalty_by_tier());
  if (wire.need_by_utilisation_size() > 0) {
    out.need_by_utilisation = CurveOf(wire.need_by_utilisation());
  }
  if (wire.has_need_confirmed()) out.need_confirmed = wire.need_confirmed();
  if (wire.has_need_assumed()) out.need_assumed = wire.need_assumed();
  if (wire.has_after_purchase_days()) out.after_purchase_days = wire.after_purchase_days();
  if (wire.has_before_renewal_from_days()) {
    out.before_renewal_from_days = wire.before_renewal_from_days();
  }
  if (wire.has_before_renewal_to_days()) {
    out.before_renewal_to_days = wire.before_renewal_to_days();
  }
  if (wire.has_renewal_min_term_days()) out.renewal_min_term_days = wire.renewal_min_term_days();
  if (wire.has_after_issue_days()) out.after_issue_days = wire.after_issue_days();
  if (wire.has_timing_inside()) out.timing_inside = wire.timing_inside();
  if (wire.has_timing_outside()) out.timing_outside = wire.timing_outside();
  if (wire.affinity_by_lift_size() > 0) out.affinity_by_lift = CurveOf(wire.affinity_by_lift());
  return out;
}

engine::DimensionSpec DimensionOf(const v1::Dimension& wire) {
  engine::DimensionSpec out;
  out.name = wire.name();
  if (wire.has_weight()) out.weight = wire.weight();
  for (const v1::Measure& measure : wire.measures()) {
    engine::MeasureSpec spec;
    spec.feature = measure.feature();
    if (measure.has_weight()) spec.weight = measure.weight();
    spec.max_age_days = measure.max_age_days();
    spec.seasonal = measure.seasonal();
    spec.curve = CurveOf(measure.curve());
    out.measures.push_back(std::move(spec));
  }
  return out;
}

engine::ModelSpec ModelOf(const v1::Model& wire) {
  engine::ModelSpec out;
  out.name = wire.name();
  out.segments.assign(wire.segments().begin(), wire.segments().end());
  if (wire.has_minimum_coverage()) out.minimum_coverage = wire.minimum_coverage();
  if (wire.has_green_from()) out.green_from = wire.green_from();
  if (wire.has_yellow_from()) out.yellow_from = wire.yellow_from();
  for (const v1::Dimension& dimension : wire.dimensions()) {
    out.dimensions.push_back(DimensionOf(dimension));
  }
  for (const v1::Cap& cap : wire.caps()) {
    engine::CapSpec spec;
    spec.feature = cap.feature();
    ReadComparison(cap, spec);
    spec.limit = cap.limit();
    out.caps.push_back(std::move(spec));
  }
  for (const v1::Gate& gate : wire.gates()) out.gates.push_back(GateOf(gate));
  out.loyalty = LoyaltyOf(wire.loyalty());
  if (wire.touch().has_high_ltv()) out.touch.high_ltv = wire.touch().high_ltv();
  if (wire.touch().has_low_ltv()) out.touch.low_ltv = wire.touch().low_ltv();
  out.matrix = MatrixOf(wire.matrix());
  out.readiness = ReadinessOf(wire.readiness());
  return out;
}

void ReadClock(const v1::Play& wire, engine::PlaySpec& out) {
  using Clock = engine::PlaySpec::Clock;
  switch (wire.clock_case()) {
    case v1::Play::kAfterPurchase:
      out.clock = Clock::kAfterPurchase;
      out.clock_product = wire.after_purchase().product();
      out.days = wire.after_purchase().days();
      break;
    case v1::Play::kAfterMilestone:
      out.clock = Clock::kAfterMilestone;
      out.clock_product = wire.after_milestone().product();
      out.clock_milestone = static_cast<engine::Milestone>(wire.after_milestone().milestone());
      out.days = wire.after_milestone().days();
      break;
    case v1::Play::kBeforeRenewal:
      out.clock = Clock::kBeforeRenewal;
      out.days = wire.before_renewal().days();
      break;
    case v1::Play::kCadence:
      out.clock = Clock::kCadence;
      out.every_days = wire.cadence().every_days();
      for (const v1::Play::Cadence::Step& step : wire.cadence().steps()) {
        out.steps.push_back({step.sizing(), step.below(), step.every_days()});
      }
      break;
    case v1::Play::CLOCK_NOT_SET:
      break;  // the engine says so
  }
}

engine::PlaySpec PlayOf(const v1::Play& wire) {
  engine::PlaySpec out;
  out.name = wire.name();
  out.instruction = wire.instruction();
  if (wire.doer() != v1::Play::DOER_UNSPECIFIED) {
    out.doer = static_cast<engine::PlaySpec::Doer>(wire.doer() - 1);
  }
  ReadClock(wire, out);
  if (wire.has_within_days()) out.within_days = wire.within_days();
  for (const v1::Condition& condition : wire.conditions()) {
    out.conditions.push_back(ConditionOf(condition));
  }
  out.owns.assign(wire.owns().begin(), wire.owns().end());
  out.lacks.assign(wire.lacks().begin(), wire.lacks().end());
  out.motion = MotionOf(wire.motion());
  out.product = wire.product();
  out.channel = wire.channel();
  out.contact_role = static_cast<engine::Role>(wire.contact_role());
  out.highest_discount = wire.highest_discount();
  return out;
}

// What the spec can no longer show: a comparison or a kind that was not written.
void FindUnstated(const v1::Rulebook& wire, std::vector<engine::Violation>& violations) {
  constexpr char kCompare[] = "compares with nothing; write one of above, at_least, below, at_most";
  for (int i = 0; i < wire.metrics_size(); ++i) {
    if (wire.metrics(i).kind() == v1::METRIC_KIND_UNSPECIFIED) {
      violations.push_back({absl::StrCat("metrics[", i, "].kind"),
                            "is required: METRIC_KIND_COUNT or METRIC_KIND_GAUGE"});
    }
  }
  for (int i = 0; i < wire.models_size(); ++i) {
    const v1::Model& model = wire.models(i);
    for (int j = 0; j < model.caps_size(); ++j) {
      if (model.caps(j).comparison_case() == v1::Cap::COMPARISON_NOT_SET) {
        violations.push_back({absl::StrCat("models[", i, "].caps[", j, "]"), kCompare});
      }
    }
    for (int j = 0; j < model.gates_size(); ++j) {
      for (int k = 0; k < model.gates(j).conditions_size(); ++k) {
        if (model.gates(j).conditions(k).comparison_case() == v1::Condition::COMPARISON_NOT_SET) {
          violations.push_back(
              {absl::StrCat("models[", i, "].gates[", j, "].conditions[", k, "]"), kCompare});
        }
      }
    }
  }
  for (int i = 0; i < wire.plays_size(); ++i) {
    for (int j = 0; j < wire.plays(i).conditions_size(); ++j) {
      if (wire.plays(i).conditions(j).comparison_case() == v1::Condition::COMPARISON_NOT_SET) {
        violations.push_back({absl::StrCat("plays[", i, "].conditions[", j, "]"), kCompare});
      }
    }
  }
}

}  // namespace

std::vector<engine::Violation> ParseViolations(absl::string_view text, v1::Rulebook& out) {
  std::vector<engine::Violation> violations;
  if (text.empty()) return {{"text", "is required"}};
  if (text.size() > limits::kMaxRulebookBytes) {
    return {{"text", absl::StrCat("is ", text.size(), " bytes long; send at most ",
                                  limits::kMaxRulebookBytes)}};
  }
  LineErrors errors(violations);
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&errors);
  if (!parser.ParseFromString(std::string(text), &out)) {
    if (violations.empty())
      violations.push_back({"text", "is not text format of kizuna.v1.Rulebook"});
    return violations;
  }
  FindUnstated(out, violations);
  return violations;
}

engine::MetricSpec MetricFromWire(const v1::Metric& wire) {
  engine::MetricSpec out;
  out.name = wire.name();
  out.kind = static_cast<engine::MetricKind>(wire.kind());
  out.grain_days = wire.grain() == v1::GRAIN_WEEK ? 7 : wire.grain() == v1::GRAIN_MONTH ? 30 : 1;
  out.min_volume = wire.min_volume();
  out.product = wire.product();
  return out;
}

v1::Metric MetricToWire(const engine::MetricSpec& spec) {
  v1::Metric out;
  out.set_name(spec.name);
  out.set_kind(static_cast<v1::MetricKind>(spec.kind));
  out.set_grain(spec.grain_days >= 28  ? v1::GRAIN_MONTH
                : spec.grain_days >= 7 ? v1::GRAIN_WEEK
                                       : v1::GRAIN_DAY);
  out.set_min_volume(spec.min_volume);
  out.set_product(spec.product);
  return out;
}

engine::RulebookSpec RulebookFromWire(const v1::Rulebook& wire) {
  engine::RulebookSpec out;
  out.name = wire.name();
  out.description = wire.description();
  for (const v1::Metric& metric : wire.metrics()) out.metrics.push_back(MetricFromWire(metric));
  for (const v1::Model& model : wire.models()) out.models.push_back(ModelOf(model));
  for (const v1::IssueMapping& mapping : wire.issue_map()) {
    out.issue_map.push_back({mapping.category(),
                             {mapping.segments().begin(), mapping.segments().end()},
                             {mapping.products().begin(), mapping.products().end()},
                             mapping.assumed()});
  }
  for (const v1::Affinity& affinity : wire.affinity()) {
    out.affinity.push_back({affinity.antecedent(), affinity.consequent(), affinity.lift()});
  }
  for (const v1::Play& play : wire.plays()) out.plays.push_back(PlayOf(play));
  return out;
}

absl::StatusOr<engine::RulebookSpec> RulebookFromText(absl::string_view text) {
  v1::Rulebook wire;
  const std::vector<engine::Violation> violations = ParseViolations(text, wire);
  if (violations.empty()) return RulebookFromWire(wire);
  std::vector<FieldViolation> fields;
  fields.reserve(violations.size());
  for (const engine::Violation& violation : violations) {
    fields.push_back({violation.field, violation.reason});
  }
  return InvalidFields(fields);
}

}  // namespace kizuna::convert
