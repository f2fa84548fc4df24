// SPDX-License-Identifier: Apache-2.0
//
// Do the parts of a movement add up to the whole, to the last millionth, whatever came and
// whichever rules came into force? Each property prints its seed; run one again with
// RC_PARAMS="seed=...".

#include <cstdlib>
#include <memory>
#include <ostream>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "rapidcheck/gtest.h"
#include "server/engine/fold.h"
#include "server/engine/movement.h"
#include "tests/engine/account.h"
#include "tests/engine/random_account.h"

namespace kizuna::engine {

void showValue(const Fact& fact, std::ostream& os);  // property_test.cc

namespace {

using testing::AnyFacts;
using testing::BusyStandard;
using testing::NewestInstant;
using testing::Starter;

std::vector<Fact> Until(const std::vector<Fact>& facts, Instant at) {
  std::vector<Fact> seen;
  for (const Fact& fact : facts) {
    if (fact.observed_at <= at) seen.push_back(fact);
  }
  return seen;
}

// What the parts of all drivers add up to.
MovedPoints SumOf(const Movement& movement) {
  MovedPoints sum;
  const auto add = [&sum](const MovedPoints& points) {
    sum.before += points.before;
    sum.after += points.after;
    for (size_t i = 0; i < sum.by.size(); ++i) sum.by[i] += points.by[i];
  };
  for (const MovedMeasure& measure : movement.measures) add(measure.points);
  for (const MovedCap& cap : movement.caps) add(cap.points);
  return sum;
}

void AddsUp(const MovedPoints& points) {
  RC_ASSERT(points.by[0] + points.by[1] + points.by[2] == points.after - points.before);
}

RC_GTEST_PROP(MovementProperty, ThePartsAddUpToTheWholeExactly, ()) {
  const Calendar calendar;
  const std::vector<Fact> facts = *AnyFacts();
  const auto capped = [](Rulebook::Parts& parts) {
    parts.rules.models[0].caps = {{"support.open", Comparison::kAtLeast, 1, 37.25},
                                  {"sentiment.detractor_share(365)", Comparison::kAbove, 0, 61.7}};
  };
  const std::shared_ptr<const Rulebook> books[] = {Starter(capped), BusyStandard(calendar),
                                                   Starter()};
  const auto before = books[*rc::gen::inRange(0, 3)];
  const auto after = books[*rc::gen::inRange(0, 3)];
  const Instant until = NewestInstant() + *rc::gen::inRange<int64_t>(0, 40 * kMicrosPerDay);
  const Instant since = until - *rc::gen::inRange<int64_t>(0, 120 * kMicrosPerDay);
  const State then = Fold(Until(facts, since), calendar);
  const State later = Fold(Until(facts, until), calendar);
  const Card cards[] = {Evaluate(then, *before, since), Evaluate(then, *before, until),
                        Evaluate(later, *before, until), Evaluate(later, *after, until)};
  const Movement movement = MovementOf({&cards[0], &cards[1], &cards[2], &cards[3]});

  AddsUp(movement.level);
  for (const MovedMeasure& measure : movement.measures) AddsUp(measure.points);
  for (const MovedCap& cap : movement.caps) AddsUp(cap.points);
  const MovedPoints sum = SumOf(movement);
  RC_ASSERT(sum.before == movement.level.before);
  RC_ASSERT(sum.after == movement.level.after);
  RC_ASSERT(sum.by == movement.level.by);
  // And the level is the score that is shown, to the millionth.
  for (const auto& [card, level] :
       {std::pair(&cards[0], movement.level.before), std::pair(&cards[3], movement.level.after)}) {
    if (!card->health.score) continue;
    RC_ASSERT(std::abs(*card->health.score - static_cast<double>(level) / kMicrosPerUnit) <= 1e-6);
  }
}

}  // namespace
}  // namespace kizuna::engine
