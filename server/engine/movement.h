// SPDX-License-Identifier: Apache-2.0
//
// What moved a score between two instants? Four cards, each one step further from the first: only
// time passed, then the new facts came, then the newer rules. Whatever differs between two
// neighbours has that step as its cause, so the parts add up to the whole (docs/scoring.md,
// "Movement").

#ifndef KIZUNA_SERVER_ENGINE_MOVEMENT_H_
#define KIZUNA_SERVER_ENGINE_MOVEMENT_H_

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "server/engine/card.h"
#include "server/engine/fact.h"
#include "server/engine/rulebook.h"

namespace kizuna::engine {

// Why something moved, in the order of the steps.
enum class MovementCause : uint8_t { kTime = 0, kFacts, kModel };
inline constexpr int kMovementCauses = 3;

// The cards of the steps: as it was; the same facts seen at the later instant; all facts of then;
// under the rules of then. None may be null.
using Stages = std::array<const Card*, kMovementCauses + 1>;

// Points in millionths, so that what adds up, adds up exactly.
struct MovedPoints {
  Micros before = 0;
  Micros after = 0;
  std::array<Micros, kMovementCauses> by{};  // by MovementCause; their sum is after - before

  Micros change() const { return after - before; }
};

// A measure's part. A measure that a card's model does not have brings no points there.
struct MovedMeasure {
  std::string dimension;
  std::string feature;
  std::optional<double> value_before, value_after;  // of the feature; nullopt: missing
  MovedPoints points;
};

// A cap's part: what it takes away, 0 or less.
struct MovedCap {
  std::string feature;
  Comparison comparison = Comparison::kAtLeast;
  double threshold = 0;
  double limit = 0;
  MovedPoints points;
};

// Something that has one of a few values, along the steps.
template <typename Value>
struct Passage {
  Value before{};
  Value after{};
  std::array<bool, kMovementCauses> by{};  // whether it changed at that step
};

struct Movement {
  // The raw score after caps; 0 without evidence. It is the score where there is one, and goes on
  // where coverage is too low to show it.
  MovedPoints level;
  // The measures of the last card's model in its order, then those that only earlier ones have.
  // The points of measures and caps add up to those of the level, before, after and by each cause.
  std::vector<MovedMeasure> measures;
  std::vector<MovedCap> caps;  // those that cut in some stage
  Passage<Band> band;
  Passage<LoyaltyTier> loyalty;
  Passage<TouchTier> touch;
};

// Pure. O(measures).
Movement MovementOf(const Stages& stages);

// The rules of `before` with the catalogue, metrics and sources of `after`: a watermark that a
// source declared is news of the account, not another model. Rules that those no longer fit are
// taken whole.
std::shared_ptr<const Rulebook> EarlierRules(const std::shared_ptr<const Rulebook>& before,
                                             const std::shared_ptr<const Rulebook>& after);

// Whether a fact of this content can move a measure or cap of the model, or choose another model.
bool Touches(const Content& content, const Model& model);

}  // namespace kizuna::engine

#endif  // KIZUNA_SERVER_ENGINE_MOVEMENT_H_
