// SPDX-License-Identifier: Apache-2.0
//
// What moved a score: are the steps told apart, and do caps and other models have their part?

#include "server/engine/movement.h"

#include <memory>
#include <numeric>
#include <string>

#include "gtest/gtest.h"
#include "server/engine/fold.h"
#include "tests/engine/account.h"

namespace kizuna::engine {
namespace {

using testing::Account;
using testing::D;
using testing::Standard;
using testing::Starter;
using testing::T;

constexpr auto kByTime = static_cast<size_t>(MovementCause::kTime);
constexpr auto kByFacts = static_cast<size_t>(MovementCause::kFacts);
constexpr auto kByModel = static_cast<size_t>(MovementCause::kModel);

// The cards of the four steps between two accounts, the later one with all that came.
struct Steps {
  Steps(const Account& then, const Account& later, std::shared_ptr<const Rulebook> before,
        std::shared_ptr<const Rulebook> after, Instant since, Instant until)
      : rulebooks{std::move(before), std::move(after)},
        states{then.Folded(), later.Folded()},
        cards{Evaluate(states[0], *rulebooks[0], since), Evaluate(states[0], *rulebooks[0], until),
              Evaluate(states[1], *rulebooks[0], until), Evaluate(states[1], *rulebooks[1], until)},
        movement(MovementOf({&cards[0], &cards[1], &cards[2], &cards[3]})) {}

  std::shared_ptr<const Rulebook> rulebooks[2];
  State states[2];
  Card cards[4];
  Movement movement;
};

const MovedMeasure& Find(const Movement& movement, const std::string& feature) {
  for (const MovedMeasure& measure : movement.measures) {
    if (measure.feature == feature) return measure;
  }
  ADD_FAILURE() << "no measure " << feature;
  return movement.measures.front();
}

TEST(MovementTest, NothingMovesBetweenAnInstantAndItself) {
  Account account;
  account.Healthy(D("2024-06-01"));
  const auto book = Starter();
  const Instant now = T("2024-06-01");
  const Movement movement = Steps(account, account, book, book, now, now).movement;
  EXPECT_EQ(movement.level.change(), 0);
  EXPECT_GT(movement.level.before, 0);
  for (const MovedMeasure& measure : movement.measures) {
    EXPECT_EQ(measure.points.before, measure.points.after);
    EXPECT_EQ(measure.value_before, measure.value_after);
  }
  EXPECT_EQ(movement.band.before, movement.band.after);
}

TEST(MovementTest, WhatOnlyGrewOlderMovedByTimeAlone) {
  Account account;
  account.Healthy(D("2024-06-01"));
  const auto book = Starter();
  const Movement movement =
      Steps(account, account, book, book, T("2024-06-01"), T("2024-06-21")).movement;
  EXPECT_NE(movement.level.change(), 0);
  EXPECT_EQ(movement.level.by[kByTime], movement.level.change());
  EXPECT_EQ(movement.level.by[kByFacts], 0);
  EXPECT_EQ(movement.level.by[kByModel], 0);
}

TEST(MovementTest, AnAnswerMovesByFactsTheMeasuresThatReadIt) {
  Account then;
  then.Healthy(D("2024-06-01"));
  Account later = then;
  later.Nps(7, 0, T("2024-06-01T15:00:00Z")).Nps(8, 0, T("2024-06-01T15:00:01Z"));
  const auto book = Starter();
  const Movement movement =
      Steps(then, later, book, book, T("2024-06-01"), T("2024-06-01T18:00:00Z")).movement;
  EXPECT_LT(movement.level.by[kByFacts], 0);
  EXPECT_EQ(movement.level.by[kByTime], 0);
  EXPECT_EQ(movement.level.by[kByModel], 0);
  EXPECT_LT(Find(movement, "nps(180)").points.by[kByFacts], 0);
}

TEST(MovementTest, OtherRulesMoveByTheModelAndItsMeasuresComeAndGo) {
  Account account;
  account.Healthy(D("2024-06-01"));
  const Instant now = T("2024-06-01");
  const Steps steps(account, account, Starter(), Standard(), now, now);
  const Movement& movement = steps.movement;
  EXPECT_EQ(movement.level.by[kByModel], movement.level.change());
  EXPECT_EQ(movement.level.by[kByTime], 0);
  EXPECT_EQ(movement.level.by[kByFacts], 0);
  // In the order of the later model, then what only the earlier one has.
  size_t at = 0;
  for (const Driver& driver : steps.cards[3].health.drivers) {
    const Dimension& dimension = steps.cards[3].model->dimensions[driver.dimension];
    EXPECT_EQ(movement.measures[at].dimension, dimension.name);
    ++at;
  }
  EXPECT_GE(movement.measures.size(), at);
}

TEST(MovementTest, ACapIsADriverOfItsOwnAndTakesBackWhatItCut) {
  const auto book = Starter([](Rulebook::Parts& parts) {
    parts.rules.models[0].caps = {{"support.open_critical", Comparison::kAtLeast, 1, 20}};
  });
  Account then;
  then.Healthy(D("2024-06-01"));
  Account later = then;
  later.Ticket("t-9", TicketContent::Event::kOpened, Severity::kCritical,
               T("2024-06-01T15:00:00Z"));
  const Movement movement =
      Steps(then, later, book, book, T("2024-06-01"), T("2024-06-01T18:00:00Z")).movement;
  ASSERT_EQ(movement.caps.size(), 1u);
  EXPECT_EQ(movement.caps[0].feature, "support.open_critical");
  EXPECT_EQ(movement.caps[0].limit, 20);
  EXPECT_EQ(movement.caps[0].points.before, 0);
  EXPECT_LT(movement.caps[0].points.by[kByFacts], 0);
  EXPECT_EQ(movement.level.after, 20 * kMicrosPerUnit);
  EXPECT_EQ(movement.band.before, Band::kGreen);
  EXPECT_EQ(movement.band.after, Band::kRed);
  EXPECT_TRUE(movement.band.by[kByFacts]);
  EXPECT_FALSE(movement.band.by[kByTime]);
}

TEST(MovementTest, AnAccountWithoutEvidenceStartsAtNothing) {
  Account nobody;
  Account later;
  later.Healthy(D("2024-06-01"));
  const auto book = Starter();
  const Movement movement =
      Steps(nobody, later, book, book, T("2024-05-01"), T("2024-06-01")).movement;
  EXPECT_EQ(movement.level.before, 0);
  EXPECT_EQ(movement.level.by[kByFacts], movement.level.after);
  EXPECT_EQ(movement.band.before, Band::kUnknown);
  for (const MovedMeasure& measure : movement.measures) {
    EXPECT_EQ(measure.points.before, 0);
    EXPECT_FALSE(measure.value_before && *measure.value_before != 0) << measure.feature;
  }
}

TEST(MovementTest, OnlyFactsThatAMeasureReadsTouchTheModel) {
  const auto book = Starter();
  const Model& model = book->ModelFor("");
  EXPECT_TRUE(Touches(SurveyContent{}, model));
  EXPECT_TRUE(Touches(TicketContent{}, model));
  EXPECT_TRUE(Touches(ProfileContent{{{"segment", "retail"}}}, model));
  EXPECT_FALSE(Touches(ProfileContent{{{"industry", "logistics"}}}, model));
  EXPECT_FALSE(Touches(HoldContent{}, model));
  UsageContent usage;
  usage.metric = "activity";
  EXPECT_TRUE(Touches(usage, model));
  usage.metric = "another";
  EXPECT_FALSE(Touches(usage, model));
}

}  // namespace
}  // namespace kizuna::engine
