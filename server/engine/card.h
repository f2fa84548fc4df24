// SPDX-License-Identifier: Apache-2.0
//
// What does Kizuna say of an account at an instant? A card = f(state, rulebook, now), pure:
// health, loyalty, place, and for every motion the verdict with all gates that hold. It stays
// exact until `valid_until`. What depends on the request (product, team, contact, channel) is
// decided per call by Decide.

#ifndef KIZUNA_SERVER_ENGINE_CARD_H_
#define KIZUNA_SERVER_ENGINE_CARD_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "server/engine/fact.h"
#include "server/engine/feature.h"
#include "server/engine/rulebook.h"
#include "server/engine/state.h"
#include "server/engine/time.h"

namespace kizuna::engine {

enum class Band : uint8_t { kUnknown = 0, kRed, kYellow, kGreen };
enum class Verdict : uint8_t { kUnspecified = 0, kAllow, kDeny, kUnknown };
enum class Cell : uint8_t { kUnplaced = 0, kA, kB, kC, kD };

// One measure's share of the score. The drivers' points and the cut add up to the health score.
struct Driver {
  int dimension = 0;            // index into Model::dimensions
  int measure = 0;              // index into Dimension::measures
  std::optional<double> value;  // of the feature; nullopt: missing
  double y = 0;                 // the curve's value, [0, 100]
  double points = 0;            // contribution to the raw score; 0 when missing
  Day newest = kNoDay;
  bool too_old = false;  // it has a value, older than the measure's max_age_days
};

struct Health {
  std::optional<double> score;  // [0, 100]; nullopt: missing
  std::optional<double> raw;    // before caps; nullopt: no measure has evidence
  double coverage = 0;          // [0, 1]
  Band band = Band::kUnknown;
  std::vector<Driver> drivers;  // in the model's order, missing ones too
  int cap = -1;                 // the cap that cut, an index into Model::caps; -1: none
  double cut = 0;               // score - raw, <= 0
};

struct Loyalty {
  LoyaltyTier tier = LoyaltyTier::kNone;     // in force
  LoyaltyTier derived = LoyaltyTier::kNone;  // by rule
  bool overridden = false;
  bool recommends = false;
  bool committed = false;
};

struct Place {
  Micros results = 0;          // revenue of the last 365 days
  std::optional<double> room;  // [0, 100]; nullopt: no sizing figure
  Cell cell = Cell::kUnplaced;
  Micros lifetime_value = 0;
  TouchTier touch = TouchTier::kUnknown;          // in force
  TouchTier derived_touch = TouchTier::kUnknown;  // by lifetime value
  bool touch_overridden = false;
  Micros recurring_revenue = 0;  // a year's, of active subscriptions
};

// A factor that is missing does not weigh. [0, 100] each.
struct Readiness {
  std::optional<double> score;
  std::optional<double> health, loyalty, need, timing, potential, affinity;
};

// A gate that holds.
struct Finding {
  const Gate* gate = nullptr;
  Effect effect = Effect::kNone;
  uint32_t motions = 0;  // bits of the motions it closes
  int condition = -1;    // the first condition that holds with that effect, if it has any
  bool missing = false;  // it holds because evidence is missing
  bool waived = false;   // it holds, but a person has opened it: it does not count
};

// A motion for a product, and what stands against it beside the account's own findings.
struct Option {
  Motion motion = Motion::kUnspecified;
  int product = -1;      // what is offered, index into Rulebook::products(); -1: none
  std::string extended;  // the owned product it builds on; empty: none is known
  Verdict verdict = Verdict::kUnspecified;
  Readiness readiness;
  Micros yearly_gain = 0;
  std::vector<Finding> findings;  // of this product alone
};

struct Card {
  Instant computed_at = 0;
  Instant valid_until = 0;       // exclusive
  const Model* model = nullptr;  // lives as long as the rulebook
  Health health;
  Loyalty loyalty;
  Place place;
  std::vector<Finding> findings;  // of the account, whatever the product
  std::vector<Option> options;    // by motion, then by best first
  // Index of each motion's best option; [0] is the best pitch.
  std::array<int, 8> best{};

  const Option& Best(Motion motion) const { return options[best[static_cast<int>(motion)]]; }
};

// The whole of it. `now` must not be before state.exact_from. O(state).
Card Evaluate(const State& state, const Rulebook& rulebook, Instant now);

// What a check asks beside the account.
struct Request {
  Motion motion = Motion::kUnspecified;  // kUnspecified: the best pitch
  std::string product;                   // empty: the best one
  std::string team;
  PersonKey contact = kNobody;
  std::string channel;

  friend bool operator==(const Request&, const Request&) = default;
};

// A reason, ready to be told.
struct Reason {
  const Gate* gate = nullptr;
  Effect effect = Effect::kNone;
  bool missing = false;
  bool waived = false;  // it does not count
  struct Item {
    std::string feature;          // or the name of what the gate looked at
    std::optional<double> value;  // nullopt: missing
    std::optional<Comparison> comparison;
    double threshold = 0;
    std::vector<Evidence> facts;
  };
  std::vector<Item> items;
  Instant opens_at = kNever;  // kNever: not by time alone, or waived
};

struct Decision {
  Verdict verdict = Verdict::kUnknown;
  Option option;                // the motion and product it is about
  std::vector<Reason> reasons;  // every gate that holds, in the model's order
  // The first instant at which time alone changes the verdict or the gates, as far as is looked
  // ahead; kNever: not within kLookAheadDays.
  Instant changes_at = kNever;
};

// Answers a check at `now`, which must not be before state.exact_from. Consistent with the card of
// the same instant. A product that is not in the catalogue is the caller's to refuse.
Decision Decide(const State& state, const Rulebook& rulebook, const Request& request, Instant now);
// The same of several checks, in their order; cheaper than one by one.
std::vector<Decision> DecideAll(const State& state, const Rulebook& rulebook,
                                const std::vector<Request>& requests, Instant now);

// What a decision says, without when it changes and what it looked at: for whoever asks only
// whether, at a small part of the cost.
struct Judgement {
  Option option;                  // the motion and product it is about
  std::vector<Finding> findings;  // every gate that holds against it, in the model's order
  Verdict verdict = Verdict::kUnknown;
};
Judgement Judge(const State& state, const Rulebook& rulebook, const Request& request, Instant now);

// What is coarse about a card: if none of it changes, no list, history or watch needs an update.
struct Coarse {
  Band band = Band::kUnknown;
  LoyaltyTier loyalty = LoyaltyTier::kNone;
  TouchTier touch = TouchTier::kUnknown;
  Cell cell = Cell::kUnplaced;
  struct PerMotion {
    Verdict verdict = Verdict::kUnspecified;
    int product = -1;
    int8_t readiness = -1;  // whole points, floor; -1: missing
    uint32_t gates = 0;     // bit i: Model::gates[i] holds for this motion
  };
  std::array<PerMotion, 8> motions;  // [0]: the best pitch

  friend bool operator==(const Coarse& a, const Coarse& b);
};
Coarse CoarseOf(const Card& card);

// How far ahead the engine looks for what time alone will change.
inline constexpr int32_t kLookAheadDays = 32;

// The next instant after `now` at which the coarse card changes with no new fact, or the beginning
// of the day `days` (1 to kLookAheadDays) from today, whichever is first. Costs a card for each day
// in between.
Instant DueAt(const State& state, const Rulebook& rulebook, const Card& card, Instant now,
              int32_t days = kLookAheadDays);

}  // namespace kizuna::engine

#endif  // KIZUNA_SERVER_ENGINE_CARD_H_
