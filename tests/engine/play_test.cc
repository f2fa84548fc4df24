// SPDX-License-Identifier: Apache-2.0
//
// Do tasks come, stand and go as docs/scoring.md, "Plays and tasks", says? Each on the day before,
// on the day, and on the day after.

#include "server/engine/play.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/engine/account.h"

namespace kizuna::engine {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Account;
using testing::D;
using testing::Starter;
using testing::T;
using testing::Units;
using testing::ViolationsOf;

class PlayTest : public ::testing::Test {
 protected:
  PlayTest() {
    play_.name = "p";
    play_.instruction = "Do it.";
    play_.clock = PlaySpec::Clock::kAfterPurchase;
    play_.within_days = 10;
  }

  std::vector<Task> TasksAt(absl::string_view now) {
    book_ = Starter([&](Rulebook::Parts& parts) { parts.rules.plays = {play_}; });
    return TasksOf(account_.Folded(), *book_, T(now));
  }
  // The states at `now`, in the order of the tasks.
  std::vector<Task::State> StatesAt(absl::string_view now) {
    std::vector<Task::State> states;
    for (const Task& task : TasksAt(now)) states.push_back(task.state);
    return states;
  }
  void Buy(absl::string_view day, const std::string& product = "wms") {
    account_.Add(PurchaseContent{product, Units(10), 0, D(day)}, T(day));
  }
  void Say(TaskContent::Status status, absl::string_view at, Day until = kNoDay,
           const std::string& id = "p.2024-06-01") {
    account_.Add(TaskContent{id, status, until, "sato"}, T(at));
  }

  PlaySpec play_;
  Account account_;
  std::shared_ptr<const Rulebook> book_;
};

TEST_F(PlayTest, ATaskBeginsOpenIsLateIsMissedAndIsForgotten) {
  Buy("2024-06-01");
  play_.days = 7;
  EXPECT_THAT(StatesAt("2024-06-07"), IsEmpty());
  const std::vector<Task> first = TasksAt("2024-06-08");
  ASSERT_EQ(first.size(), 1u);
  EXPECT_EQ(first[0].id, "p.2024-06-01");
  EXPECT_EQ(first[0].begin, D("2024-06-08"));
  EXPECT_EQ(first[0].due, D("2024-06-17"));
  EXPECT_THAT(StatesAt("2024-06-17"), ElementsAre(Task::State::kOpen));
  EXPECT_THAT(StatesAt("2024-06-18"), ElementsAre(Task::State::kLate));
  EXPECT_THAT(StatesAt("2024-07-17"), ElementsAre(Task::State::kLate));
  EXPECT_THAT(StatesAt("2024-07-18"), ElementsAre(Task::State::kMissed));
  EXPECT_THAT(StatesAt("2024-09-15"), ElementsAre(Task::State::kMissed));
  EXPECT_THAT(StatesAt("2024-09-16"), IsEmpty());
}

TEST_F(PlayTest, ThePurchasesOfOneDayAreOneTaskAndOtherProductsNone) {
  Buy("2024-06-01", "wms");
  Buy("2024-06-01", "bi");
  Buy("2024-06-03", "bi");
  EXPECT_EQ(TasksAt("2024-06-05").size(), 1u) << "the first purchase of a product counts";
  play_.clock_product = "tms";
  EXPECT_THAT(StatesAt("2024-06-05"), IsEmpty());
}

TEST_F(PlayTest, WhatAPersonSaidCounts) {
  Buy("2024-06-01");
  Say(TaskContent::Status::kSnoozed, "2024-06-02", D("2024-06-05"));
  EXPECT_THAT(StatesAt("2024-06-04"), ElementsAre(Task::State::kSnoozed));
  EXPECT_THAT(StatesAt("2024-06-05"), ElementsAre(Task::State::kOpen));
  Say(TaskContent::Status::kDone, "2024-06-10");
  EXPECT_FALSE(TasksAt("2024-06-11")[0].done_late) << "the last day is in time";
  EXPECT_THAT(StatesAt("2024-06-11"), ElementsAre(Task::State::kDone));
  Say(TaskContent::Status::kReopened, "2024-06-11");
  EXPECT_THAT(StatesAt("2024-06-11"), ElementsAre(Task::State::kLate));
  Say(TaskContent::Status::kDone, "2024-06-12");
  EXPECT_TRUE(TasksAt("2024-06-12")[0].done_late);
  Say(TaskContent::Status::kDismissed, "2024-06-13");
  EXPECT_THAT(StatesAt("2024-06-13"), ElementsAre(Task::State::kDismissed));
  Say(TaskContent::Status::kDone, "2024-06-14", kNoDay, "p.2024-01-01");
  EXPECT_EQ(TasksAt("2024-06-14").size(), 1u) << "nobody makes a task by speaking of it";
}

TEST_F(PlayTest, AllConditionsMustHoldAndAMissingOneDoesNot) {
  Buy("2024-06-01");
  play_.conditions = {{"support.open_critical", Comparison::kAtLeast, 1, Effect::kNone}};
  EXPECT_THAT(StatesAt("2024-06-05"), IsEmpty()) << "nobody knows of tickets";
  account_.Ticket("T", TicketContent::Event::kOpened, Severity::kCritical, T("2024-06-02"));
  EXPECT_THAT(StatesAt("2024-06-05"), ElementsAre(Task::State::kOpen));
  play_.conditions.push_back({"health.score", Comparison::kAtLeast, 0, Effect::kNone});
  EXPECT_THAT(StatesAt("2024-06-05"), IsEmpty()) << "the score is missing";
}

TEST_F(PlayTest, ItIsForThoseWhoOwnAndLack) {
  Buy("2024-06-01", "wms");
  play_.owns = {"wms"};
  play_.lacks = {"bi"};
  EXPECT_EQ(TasksAt("2024-06-05").size(), 1u);
  Buy("2024-06-04", "bi");
  EXPECT_THAT(StatesAt("2024-06-05"), IsEmpty());
}

TEST_F(PlayTest, AClosedGateTakesAPitchAwayAndSaysWhich) {
  const Day today = D("2024-06-10");
  account_.Healthy(today);
  Buy("2024-06-01");
  play_.motion = Motion::kSeats;
  play_.within_days = 30;
  EXPECT_THAT(StatesAt("2024-06-10"), ElementsAre(Task::State::kOpen));
  account_.Hold("H", kNever, T("2024-06-10T10:00:00Z"));
  const std::vector<Task> closed = TasksAt("2024-06-10T10:00:00Z");
  ASSERT_EQ(closed.size(), 1u);
  EXPECT_EQ(closed[0].state, Task::State::kWithdrawn);
  EXPECT_THAT(closed[0].gates, ElementsAre("HOLD"));
  play_.motion = Motion::kUnspecified;
  EXPECT_THAT(StatesAt("2024-06-10T10:00:00Z"), ElementsAre(Task::State::kOpen));
}

TEST_F(PlayTest, NothingKnownIsNoPitch) {
  Buy("2024-06-01");
  play_.motion = Motion::kSeats;
  EXPECT_THAT(StatesAt("2024-06-05"), ElementsAre(Task::State::kWithdrawn));
}

TEST_F(PlayTest, AContactWithinThePeriodKeepsTheCadence) {
  play_.clock = PlaySpec::Clock::kCadence;
  play_.every_days = 7;
  play_.steps = {{"employees", 100, 14}};
  account_.Profile("owner", "sato", T("2024-01-01"));
  // 2024-06-03 is a Monday.
  EXPECT_THAT(StatesAt("2024-06-05"), ElementsAre(Task::State::kOpen));
  InteractionContent call;
  call.two_way = true;
  account_.Add(call, T("2024-05-20"));
  const std::vector<Task> tasks = TasksAt("2024-06-05");
  ASSERT_EQ(tasks.size(), 2u);
  EXPECT_EQ(tasks[1].id, "p.2024-06-03");
  EXPECT_EQ(tasks[1].due, D("2024-06-09"));
  EXPECT_EQ(tasks[0].state, Task::State::kLate) << "nobody spoke with them last week";
  EXPECT_EQ(tasks[1].state, Task::State::kOpen);
  account_.Add(call, T("2024-06-04"));
  EXPECT_THAT(StatesAt("2024-06-05"), ElementsAre(Task::State::kDone));
  account_.Profile("sizing.employees", "99000000", T("2024-01-01"));
  EXPECT_EQ(TasksAt("2024-06-05")[0].due - TasksAt("2024-06-05")[0].begin, 9)
      << "within_days, of a period of 14";
}

TEST_F(PlayTest, ARenewalSetsTheClockThatRunsBefore) {
  play_.clock = PlaySpec::Clock::kBeforeRenewal;
  play_.days = 30;
  SubscriptionContent subscription;
  subscription.subscription_id = "S";
  subscription.start = D("2023-07-01");
  subscription.renewal = D("2024-07-01");
  account_.Add(subscription, T("2023-07-01"));
  EXPECT_THAT(StatesAt("2024-05-31"), IsEmpty());
  EXPECT_EQ(TasksAt("2024-06-01")[0].id, "p.2024-07-01");
  EXPECT_THAT(StatesAt("2024-07-01"), IsEmpty()) << "that renewal is over, and no other is known";
  subscription.auto_renew = true;
  account_.Add(subscription, T("2023-07-02"));
  EXPECT_THAT(StatesAt("2025-06-01"), IsEmpty()) << "the term is a leap year's";
  EXPECT_EQ(TasksAt("2025-06-02")[0].id, "p.2025-07-02");
}

TEST_F(PlayTest, AMilestoneSetsTheClockWhileItIsTheHighest) {
  play_.clock = PlaySpec::Clock::kAfterMilestone;
  play_.clock_milestone = Milestone::kOnboarded;
  account_.Add(MilestoneContent{"wms", Milestone::kOnboarded}, T("2024-06-01"));
  EXPECT_EQ(TasksAt("2024-06-02")[0].id, "p.2024-06-01");
  account_.Add(MilestoneContent{"wms", Milestone::kAdopted}, T("2024-06-03"));
  EXPECT_THAT(StatesAt("2024-06-03"), IsEmpty());
}

TEST(PlayRules, WhatAnAuthorCanBreakIsNamed) {
  const auto with = [](const std::function<void(PlaySpec&)>& change) {
    return ViolationsOf([&](Rulebook::Parts& parts) {
      PlaySpec play;
      play.name = "p";
      play.instruction = "Do it.";
      play.clock = PlaySpec::Clock::kBeforeRenewal;
      play.days = 30;
      change(play);
      parts.rules.plays = {play};
    });
  };
  EXPECT_THAT(with([](PlaySpec&) {}), IsEmpty());
  EXPECT_THAT(with([](PlaySpec& p) { p.clock = PlaySpec::Clock::kNone; }),
              ElementsAre(HasSubstr("plays[0]: has no clock")));
  EXPECT_THAT(with([](PlaySpec& p) { p.days = 0; }),
              ElementsAre(HasSubstr("plays[0].before_renewal.days")));
  EXPECT_THAT(with([](PlaySpec& p) { p.days = 365; }), IsEmpty());
  EXPECT_THAT(with([](PlaySpec& p) { p.days = 366; }), ElementsAre(HasSubstr("before_renewal")));
  EXPECT_THAT(with([](PlaySpec& p) { p.within_days = 0; }), ElementsAre(HasSubstr("within_days")));
  EXPECT_THAT(with([](PlaySpec& p) { p.highest_discount = 100.5; }),
              ElementsAre(HasSubstr("highest_discount")));
  EXPECT_THAT(with([](PlaySpec& p) { p.product = "wms"; }),
              ElementsAre(HasSubstr("plays[0].product: needs a motion")));
  EXPECT_THAT(with([](PlaySpec& p) {
                p.conditions = {{"no.such", Comparison::kAbove, 0, Effect::kNone}};
              }),
              ElementsAre(HasSubstr("plays[0].conditions[0].feature")));
  EXPECT_THAT(with([](PlaySpec& p) {
                p.conditions = {{"health.score", Comparison::kBelow, 40, Effect::kDeny}};
              }),
              ElementsAre(HasSubstr("plays[0].conditions[0].effect")));
  EXPECT_THAT(ViolationsOf([](Rulebook::Parts& parts) {
                PlaySpec play;
                play.name = "p";
                play.instruction = "Do it.";
                play.clock = PlaySpec::Clock::kCadence;
                play.every_days = 7;
                parts.rules.plays = {play, play};
              }),
              ElementsAre(HasSubstr("'p' is there twice")));
}

}  // namespace
}  // namespace kizuna::engine
