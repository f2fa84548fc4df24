// SPDX-License-Identifier: Apache-2.0
//
// What is common to all accounts? One immutable, numbered rulebook: models, metrics, catalogue,
// sources with their watermarks, the issue map and the affinity table. A change of any part is a
// new number. The *Spec structs are what an author writes (proto/kizuna/v1/rulebook.proto, field
// by field); Rulebook::Compile checks them and makes them fast to evaluate.

#ifndef KIZUNA_SERVER_ENGINE_RULEBOOK_H_
#define KIZUNA_SERVER_ENGINE_RULEBOOK_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "server/engine/fact.h"
#include "server/engine/feature.h"
#include "server/engine/time.h"

namespace kizuna::engine {

enum class Effect : uint8_t { kNone = 0, kUnknown, kDeny };  // a larger one outweighs
enum class WhenMissing : uint8_t { kOpen = 0, kUnknown };
enum class Comparison : uint8_t { kAbove = 0, kAtLeast, kBelow, kAtMost };

// y of the piecewise linear curve through `points` at x, flat beyond the ends.
struct CurvePoint {
  double x = 0;
  double y = 0;  // [0, 100]
};
double CurveAt(const std::vector<CurvePoint>& points, double x);

bool Holds(double value, Comparison comparison, double threshold);

struct MetricSpec {
  std::string name;  // [a-z][a-z0-9_]*
  MetricKind kind = MetricKind::kCount;
  int32_t grain_days = 1;  // 1 day, 7 week, 30 month: the default length of a row
  double min_volume = 0;   // a trend is missing when both halves add up to less
  std::string product;     // the product it measures; empty: the whole account
};

struct MeasureSpec {
  std::string feature;
  double weight = 1;         // > 0
  int32_t max_age_days = 0;  // 0: no limit
  bool seasonal = false;     // of a trend: the higher of it and its trend_yoy counts
  std::vector<CurvePoint> curve;
};

struct DimensionSpec {
  std::string name;
  double weight = 1;  // > 0
  std::vector<MeasureSpec> measures;
};

struct CapSpec {
  std::string feature;
  Comparison comparison = Comparison::kAtLeast;
  double threshold = 0;
  double limit = 100;  // [0, 100]: health is at most this while the rule holds
};

struct ConditionSpec {
  std::string feature;
  Comparison comparison = Comparison::kAtLeast;
  double threshold = 0;
  Effect effect = Effect::kNone;  // kNone: the gate's own
};

struct GateSpec {
  std::string code;  // UPPER_SNAKE_CASE
  std::vector<Motion> motions;
  Effect effect = Effect::kDeny;
  WhenMissing when_missing = WhenMissing::kOpen;
  // Any one that holds closes the gate. Empty for the gates the engine decides itself.
  std::vector<ConditionSpec> conditions;
  std::string remedy;
  std::string who_can_act;
  bool waivable = false;

  // Parameters of the gates the engine decides itself; each is read by the gate named.
  Milestone minimum_milestone = Milestone::kAdopted;     // VALUE_NOT_REALISED
  LoyaltyTier minimum_loyalty = LoyaltyTier::kRepeater;  // LOYALTY_LOW
  int32_t won_days = 0;                                  // COOLING_OFF
  int32_t expired_days = 30;
  int32_t not_now_days = 90;
  int32_t lost_days = 180;
  int32_t fatigue_days = 14;  // CONTACT_FATIGUE; <= kContactDays
  int32_t per_person = 3;
  int32_t per_account_high = 8;
  int32_t per_account_low = 5;
  int32_t per_account_tech = 5;
};

struct LoyaltySpec {
  int32_t repeater_days = 2;            // distinct days of purchase or renewal
  int32_t recommend_window_days = 365;  // of the newest answers
  double recommend_share = 0.5;         // of respondents at 9-10
  int32_t evidence_window_days = 730;
  int32_t fan_term_days = 730;  // 24 months
  int32_t fan_products = 3;
};

struct TouchSpec {
  double high_ltv = 100000;  // in the book's currency; at least: high touch
  double low_ltv = 10000;    // at least: low touch; less: tech touch
};

// A curve over a sizing figure for the accounts of some segments; no segment: for all others.
struct RoomSpec {
  std::vector<std::string> segments;
  std::string sizing;
  std::vector<CurvePoint> curve;
};

struct MatrixSpec {
  double results_threshold = 50000;  // revenue of the last 365 days, at least: high
  double room_threshold = 50;        // of the room curve, at least: high
  bool results_first = false;        // false: B is low results and high room
  std::vector<RoomSpec> rooms;
};

struct ReadinessSpec {
  // Weights, >= 0, of the factors.
  double health = 30;
  double loyalty = 15;
  double need = 20;
  double timing = 15;
  double potential = 10;
  double affinity = 10;
  // Parameters.
  std::vector<CurvePoint> loyalty_by_tier = {{0, 0}, {1, 40}, {2, 75}, {3, 100}};
  std::vector<CurvePoint> need_by_utilisation = {{0.6, 0}, {0.95, 100}};
  double need_confirmed = 100;
  double need_assumed = 60;
  int32_t after_purchase_days = 60;
  int32_t before_renewal_from_days = 90;
  int32_t before_renewal_to_days = 30;
  int32_t renewal_min_term_days = 180;
  int32_t after_issue_days = 30;
  double timing_inside = 100;
  double timing_outside = 30;
  std::vector<CurvePoint> affinity_by_lift = {{1, 0}, {3, 100}};
};

struct ModelSpec {
  std::string name;
  std::vector<std::string> segments;  // empty: for every segment no other model names
  double minimum_coverage = 0.4;      // [0, 1]
  double green_from = 70;
  double yellow_from = 40;
  std::vector<DimensionSpec> dimensions;
  std::vector<CapSpec> caps;
  std::vector<GateSpec> gates;
  LoyaltySpec loyalty;
  TouchSpec touch;
  MatrixSpec matrix;
  ReadinessSpec readiness;
};

// Which products solve an issue of a category, for some segments (none: for all).
struct IssueMapSpec {
  std::string category;
  std::vector<std::string> segments;
  std::vector<std::string> products;
  bool assumed = false;  // accounts of these segments are assumed to have it
};

struct AffinitySpec {
  std::string antecedent;  // an owned product
  std::string consequent;
  double lift = 0;
};

// Who does what, when and how (engine/play.h).
struct PlaySpec {
  enum class Doer : uint8_t { kOwner = 0, kSalesOwner, kPartner };
  enum class Clock : uint8_t {
    kNone = 0,
    kAfterPurchase,
    kAfterMilestone,
    kBeforeRenewal,
    kCadence
  };
  struct Step {
    std::string sizing;
    double below = 0;  // of the sizing figure, in its unit
    int32_t every_days = 0;
  };

  std::string name;  // [a-z][a-z0-9_]*
  std::string instruction;
  Doer doer = Doer::kOwner;
  Clock clock = Clock::kNone;
  std::string clock_product;                     // of a purchase or a milestone; empty: any
  Milestone clock_milestone = Milestone::kNone;  // kAfterMilestone
  int32_t days = 0;                              // after the clock's event, or before the renewal
  int32_t every_days = 0;                        // kCadence
  std::vector<Step> steps;                       // kCadence, the first that fits
  int32_t within_days = 14;
  std::vector<ConditionSpec> conditions;  // all must hold
  std::vector<std::string> owns;
  std::vector<std::string> lacks;
  Motion motion = Motion::kUnspecified;  // kUnspecified: no gate is asked
  std::string product;
  std::string channel;
  Role contact_role = Role::kUnspecified;
  double highest_discount = 0;  // percent
};

struct RulebookSpec {
  std::string name;
  std::string description;
  std::vector<MetricSpec> metrics;
  std::vector<ModelSpec> models;
  std::vector<IssueMapSpec> issue_map;
  std::vector<AffinitySpec> affinity;
  std::vector<PlaySpec> plays;
};

struct Product {
  std::string id;
  std::string display_name;
  std::string family;
  int32_t ladder_rank = 0;   // place in the family's ladder, higher is the higher plan; 0: none
  Micros annual_price = -1;  // list price of a year; -1: not known
  double margin = -1;        // share of the price, [0, 1]; -1: not known
  double margin_floor = 0;
  std::vector<std::string> related;
};

struct Source {
  std::string name;
  uint32_t kinds = 0;  // bit i: it delivers the facts of Content index i
  std::vector<std::string> metrics;
  int32_t expected_every_days = 0;  // 0: no cadence promised
  bool required = false;
  Instant complete_through = kLongAgo;  // the watermark; kLongAgo: never declared
};

// A rule that an author broke. `field` is a path such as `models[0].gates[2].motions`.
struct Violation {
  std::string field;
  std::string reason;
};

// The gates that the engine decides itself; every other gate is its conditions.
enum class Builtin : uint8_t {
  kConditions = 0,
  kEvidenceThin,
  kFeedSilent,
  kValueNotRealised,
  kLoyaltyLow,
  kCoolingOff,
  kContactFatigue,
  kOptOut,
  kReserved,
  kAlreadyOwns,
  kMargin,
  kHold
};

struct Measure {
  int feature = 0;    // index into Model::features
  int seasonal = -1;  // the trend_yoy beside it; -1: none
  double weight = 0;
  int32_t max_age_days = 0;
  std::vector<CurvePoint> curve;
};
struct Dimension {
  std::string name;
  double weight = 0;
  double measure_weight = 0;  // of all measures
  std::vector<Measure> measures;
};
struct Cap {
  int feature = 0;
  CapSpec spec;
};
struct Condition {
  int feature = 0;
  ConditionSpec spec;
};
struct Gate {
  GateSpec spec;
  Builtin builtin = Builtin::kConditions;
  uint32_t motions = 0;  // bit of each Motion
  std::vector<Condition> conditions;

  // Whether it looks at what is offered, rather than at the account alone.
  bool of_product() const {
    return builtin == Builtin::kValueNotRealised || builtin == Builtin::kAlreadyOwns ||
           builtin == Builtin::kMargin;
  }
};
inline uint32_t MotionBit(Motion motion) { return 1u << static_cast<int>(motion); }

struct Play {
  PlaySpec spec;
  std::vector<Feature> features;  // one of each of spec.conditions
};

struct Model {
  ModelSpec spec;
  std::vector<Feature> features;  // every feature the model names, once
  std::vector<Dimension> dimensions;
  double dimension_weight = 0;
  std::vector<Cap> caps;
  std::vector<Gate> gates;
};

struct Metric {
  MetricSpec spec;
  std::vector<std::string> sources;  // that are declared to deliver it, sorted
  // Every day up to and including this one is known for every account that has a first day:
  // the earliest watermark of the metric's sources. kNoDay: not declared by all of them.
  Day complete_through = kNoDay;
};

class Checker;

// Immutable; safe to share between threads.
class Rulebook {
 public:
  struct Parts {
    RulebookSpec rules;
    std::vector<Product> products;
    std::vector<MetricSpec> metrics;  // declared beside the rules
    std::vector<Source> sources;
  };

  // Checks the parts and makes a rulebook of them, or says in `violations` everything that is
  // wrong and returns null.
  static std::shared_ptr<const Rulebook> Compile(uint64_t number, Parts parts,
                                                 const Calendar& calendar,
                                                 std::vector<Violation>& violations);

  uint64_t number() const { return number_; }
  const Calendar& calendar() const { return calendar_; }
  const Parts& parts() const { return parts_; }
  const std::vector<Model>& models() const { return models_; }
  const std::vector<Product>& products() const { return parts_.products; }  // by id
  const std::vector<Metric>& metrics() const { return metrics_; }
  const std::vector<Play>& plays() const { return plays_; }

  // The model for accounts of `segment`.
  const Model& ModelFor(absl::string_view segment) const;
  // Null when there is none.
  const Metric* FindMetric(absl::string_view name) const;
  // Index into products(), or -1.
  int FindProduct(absl::string_view id) const;
  // The catalogue's next higher plan than products()[product] in its family, or -1.
  int NextInLadder(int product) const;
  // Whether a source of facts of this Content index has declared a watermark in time at `today`.
  bool Covered(int content_index, Day today) const;
  // The required sources that are silent at `today`.
  std::vector<const Source*> Silent(Day today) const;
  // The largest lift from any of `owned` to `product`, or a negative number when never observed.
  double Lift(const std::vector<int>& owned, int product) const;

 private:
  Rulebook() = default;

  // The steps of Compile.
  void ReadCatalogue(Checker& check);
  void DeclareMetric(const MetricSpec& spec, const std::string& at, Checker& check);
  void DeclareMetrics(Checker& check);
  void CompileModels(Checker& check);
  void CompilePlays(Checker& check);

  uint64_t number_ = 0;
  Calendar calendar_;
  Parts parts_;
  std::vector<Model> models_;
  std::vector<Metric> metrics_;
  std::vector<Play> plays_;
  absl::flat_hash_map<std::string, int> model_by_segment_;
  int default_model_ = 0;
  absl::flat_hash_map<std::string, int> product_by_id_;
  absl::flat_hash_map<std::string, int> metric_by_name_;
  absl::flat_hash_map<std::pair<int, int>, double> lift_;
};

}  // namespace kizuna::engine

#endif  // KIZUNA_SERVER_ENGINE_RULEBOOK_H_
