// SPDX-License-Identifier: Apache-2.0
//
// What is told of an account, and what is held back? The machine of docs/scoring.md, "Alerts":
// examples at, below and above each number, and what must be true of every sequence.

#include "server/engine/alert.h"

#include <algorithm>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "rapidcheck/gtest.h"
#include "tests/engine/account.h"

namespace kizuna::engine {
namespace {

constexpr AlertRules kRules;
constexpr Instant kHour = kMicrosPerDay / 24;
constexpr Instant kStart = 20'000 * kMicrosPerDay;

// A look at an account with this score; GREEN from 70, YELLOW from 40.
Sight Scored(double score, Instant at) {
  Sight sight;
  sight.at = at;
  sight.today = static_cast<Day>(at / kMicrosPerDay);
  sight.score = score;
  sight.yellow_from = 40;
  sight.green_from = 70;
  sight.band = score >= 70 ? Band::kGreen : score >= 40 ? Band::kYellow : Band::kRed;
  return sight;
}
Sight Gated(std::vector<Sight::HoldingGate> gates, Instant at) {
  Sight sight = Scored(90, at);
  sight.gates = std::move(gates);
  return sight;
}
Sight Tiered(LoyaltyTier tier, Instant at) {
  Sight sight = Scored(90, at);
  sight.loyalty = tier;
  return sight;
}

class Follower {
 public:
  explicit Follower(Band band = Band::kGreen, std::vector<std::string> gates = {})
      : memory_(BeginAlerts(band, LoyaltyTier::kNone, TouchTier::kUnknown, std::move(gates))) {}

  // What is told of the look, as "kind subject from>to" lines.
  std::vector<std::string> See(const Sight& sight) {
    const AlertStep step = FollowAlerts(kRules, sight, memory_);
    std::vector<std::string> lines;
    for (const AlertNews& news : step.raised) {
      lines.push_back(std::to_string(static_cast<int>(news.kind)) + " " + news.subject + " " +
                      news.from + ">" + news.to);
    }
    over_ = step.over.size();
    return lines;
  }
  size_t over() const { return over_; }

 private:
  AlertMemory memory_;
  size_t over_ = 0;
};

using Lines = std::vector<std::string>;
const Lines kNothing;
const Lines kRed = {"1  GREEN>RED"};

TEST(BandAlertTest, EachWorseBandIsToldOnce) {
  Follower account;
  EXPECT_EQ(account.See(Scored(69.9, kStart)), Lines{"1  GREEN>YELLOW"});
  EXPECT_EQ(account.See(Scored(40, kStart + 1)), kNothing);
  EXPECT_EQ(account.See(Scored(39, kStart + 2)), Lines{"1  YELLOW>RED"});
  EXPECT_EQ(account.See(Scored(0, kStart + 3)), kNothing);
}

TEST(BandAlertTest, ARecoveryCountsOnceItIsADayOldAndClearOfTheBound) {
  for (const auto& [height, lasted, told] :
       {std::tuple(44.9, kRules.band_settled, false), std::tuple(45.0, kRules.band_settled, true),
        std::tuple(45.0, kRules.band_settled - 1, false)}) {
    Follower account;
    EXPECT_EQ(account.See(Scored(39, kStart)), kRed);
    EXPECT_EQ(account.See(Scored(69, kStart + kHour)), kNothing);
    EXPECT_EQ(account.over(), 0u);
    EXPECT_EQ(account.See(Scored(height, kStart + kHour + lasted)), kNothing);
    EXPECT_EQ(account.over(), told ? 1u : 0u);
    EXPECT_EQ(account.See(Scored(39, kStart + 2 * kHour + lasted)),
              told ? Lines{"1  YELLOW>RED"} : kNothing);
  }
}

TEST(BandAlertTest, ABandThatStayedBetterForSevenDaysIsWhereItFallsFrom) {
  for (const auto& [better_for, told] :
       {std::pair(kRules.band_rest - 1, false), std::pair(kRules.band_rest, true)}) {
    Follower account;
    EXPECT_EQ(account.See(Scored(39, kStart)), kRed);
    EXPECT_EQ(account.See(Scored(41, kStart + kHour)), kNothing);
    EXPECT_EQ(account.See(Scored(39, kStart + kHour + better_for)),
              told ? Lines{"1  YELLOW>RED"} : kNothing);
  }
}

TEST(BandAlertTest, NotKnownIsNeitherBetterNorWorse) {
  Follower account;
  Sight unknown = Scored(90, kStart);
  unknown.band = Band::kUnknown;
  unknown.score.reset();
  EXPECT_EQ(account.See(unknown), kNothing);
  EXPECT_EQ(account.See(Scored(30, kStart + kHour)), kRed);
  unknown.at = kStart + 2 * kHour;
  EXPECT_EQ(account.See(unknown), kNothing);
  EXPECT_EQ(account.See(Scored(30, kStart + 3 * kHour)), kNothing);
  // An account that was never known begins with what is known first.
  Follower fresh(Band::kUnknown);
  EXPECT_EQ(fresh.See(Scored(30, kStart)), kNothing);
}

// Any sequence about a bound that stays within the margin, and is never better for as long as the
// rest, tells once.
RC_GTEST_PROP(BandAlertProperty, FlappingWithinTheMarginRaisesExactlyOne, ()) {
  Follower account;
  Instant at = kStart;
  size_t told = account.See(Scored(39, at)).size();
  const int looks = *rc::gen::inRange(1, 200);
  for (int i = 0; i < looks; ++i) {
    const bool better = *rc::gen::arbitrary<bool>();
    at += *rc::gen::inRange<Instant>(1, 2 * kMicrosPerDay);
    if (better) told += account.See(Scored(40 + *rc::gen::inRange(0, 499) / 100.0, at)).size();
    at += *rc::gen::inRange<Instant>(1, 2 * kMicrosPerDay);
    told += account.See(Scored(*rc::gen::inRange(3000, 4000) / 100.0, at)).size();
  }
  RC_ASSERT(told == 1u);
}

// ... and so does any that is never better for a day, however far it goes.
RC_GTEST_PROP(BandAlertProperty, FlappingWithinADayRaisesExactlyOne, ()) {
  Follower account;
  Instant at = kStart;
  size_t told = account.See(Scored(39, at)).size();
  const int looks = *rc::gen::inRange(1, 200);
  for (int i = 0; i < looks; ++i) {
    at += *rc::gen::inRange<Instant>(1, kMicrosPerDay);
    told += account.See(Scored(*rc::gen::inRange(40, 101), at)).size();
    at += *rc::gen::inRange<Instant>(1, kMicrosPerDay);
    told += account.See(Scored(*rc::gen::inRange(0, 40), at)).size();
  }
  RC_ASSERT(told == 1u);
}

// Whatever the score does, two alerts of RED have a recovery between them, and RED never goes
// untold.
RC_GTEST_PROP(BandAlertProperty, RedIsAlwaysToldAndNeverTwiceInARow, ()) {
  Follower account;
  Instant at = kStart;
  bool red_told = false;
  const int looks = *rc::gen::inRange(1, 100);
  for (int i = 0; i < looks; ++i) {
    at += *rc::gen::inRange<Instant>(1, 9 * kMicrosPerDay);
    const double score = *rc::gen::inRange(0, 10001) / 100.0;
    for (const std::string& line : account.See(Scored(score, at))) {
      if (line.find(">RED") == std::string::npos) continue;
      RC_ASSERT(!red_told || account.over() > 0u);
      red_told = true;
    }
    if (account.over() > 0 && score >= 40) red_told = false;
    RC_ASSERT(score >= 40 || red_told);
  }
}

TEST(GateAlertTest, ClosingIsToldAtOnceAndOpeningOnceItLastedADay) {
  Follower account;
  EXPECT_EQ(account.See(Gated({{"HOLD", true}}, kStart)), Lines{"2 HOLD OPEN>CLOSED"});
  EXPECT_EQ(account.See(Gated({{"HOLD", true}}, kStart + 1)), kNothing);
  EXPECT_EQ(account.See(Gated({}, kStart + 2)), kNothing);
  EXPECT_EQ(account.See(Gated({}, kStart + 1 + kRules.gate_rest)), kNothing);
  EXPECT_EQ(account.See(Gated({}, kStart + 2 + kRules.gate_rest)), Lines{"3 HOLD CLOSED>OPEN"});
  EXPECT_EQ(account.over(), 1u);
  EXPECT_EQ(account.See(Gated({{"HOLD", true}}, kStart + 3 + kRules.gate_rest)),
            Lines{"2 HOLD OPEN>CLOSED"});
}

TEST(GateAlertTest, WantOfEvidenceIsNoNewsAndNoOpeningEither) {
  Follower account;
  EXPECT_EQ(account.See(Gated({{"FEED_SILENT", false}}, kStart)), kNothing);
  EXPECT_EQ(account.See(Gated({{"HOLD", true}}, kStart + 1)), Lines{"2 HOLD OPEN>CLOSED"});
  EXPECT_EQ(account.See(Gated({{"HOLD", false}}, kStart + 5 * kMicrosPerDay)), kNothing);
}

TEST(GateAlertTest, WhatHeldFromTheBeginningIsNoNewsUntilItClosesAgain) {
  Follower account(Band::kGreen, {"OVERDUE", "OVERDUE"});
  EXPECT_EQ(account.See(Gated({{"OVERDUE", true}}, kStart)), kNothing);
  EXPECT_EQ(account.See(Gated({}, kStart + 1)), kNothing);
  EXPECT_EQ(account.See(Gated({}, kStart + 3 * kMicrosPerDay)), kNothing);
  EXPECT_EQ(account.See(Gated({{"OVERDUE", true}}, kStart + 4 * kMicrosPerDay)),
            Lines{"2 OVERDUE OPEN>CLOSED"});
}

RC_GTEST_PROP(GateAlertProperty, FlappingFasterThanTheRestRaisesExactlyOneAndTheLastWordIsTrue,
              ()) {
  Follower account;
  Instant at = kStart;
  Lines told = account.See(Gated({{"HEALTH_LOW", true}}, at));
  bool closed = true;
  const int looks = *rc::gen::inRange(0, 100);
  for (int i = 0; i < looks; ++i) {
    closed = !closed;
    at += *rc::gen::inRange<Instant>(1, kRules.gate_rest);
    const Lines more =
        account.See(Gated(closed ? std::vector<Sight::HoldingGate>{{"HEALTH_LOW", true}}
                                 : std::vector<Sight::HoldingGate>{},
                          at));
    told.insert(told.end(), more.begin(), more.end());
  }
  RC_ASSERT(told.size() == 1u);
  at += 2 * kRules.gate_rest;
  const Lines last =
      account.See(Gated(closed ? std::vector<Sight::HoldingGate>{{"HEALTH_LOW", true}}
                               : std::vector<Sight::HoldingGate>{},
                        at));
  RC_ASSERT(last == (closed ? kNothing : Lines{"3 HEALTH_LOW CLOSED>OPEN"}));
}

TEST(TierAlertTest, GoingBackIsHeldForSevenDaysAndThenTold) {
  Follower account;
  EXPECT_EQ(account.See(Tiered(LoyaltyTier::kPromoter, kStart)), Lines{"4  NONE>PROMOTER"});
  EXPECT_EQ(account.See(Tiered(LoyaltyTier::kNone, kStart + kHour)), kNothing);
  EXPECT_EQ(account.See(Tiered(LoyaltyTier::kPromoter, kStart + 2 * kHour)), kNothing);
  EXPECT_EQ(account.See(Tiered(LoyaltyTier::kNone, kStart + kRules.tier_rest - 1)), kNothing);
  EXPECT_EQ(account.See(Tiered(LoyaltyTier::kNone, kStart + kRules.tier_rest)),
            Lines{"4  PROMOTER>NONE"});
  EXPECT_EQ(account.See(Tiered(LoyaltyTier::kFan, kStart + kRules.tier_rest + 1)),
            Lines{"4  NONE>FAN"});
}

TEST(TierAlertTest, TheFirstTouchTierIsNoNews) {
  Follower account;
  Sight sight = Scored(90, kStart);
  sight.touch = TouchTier::kLow;
  EXPECT_EQ(account.See(sight), kNothing);
  sight.touch = TouchTier::kHigh;
  EXPECT_EQ(account.See(sight), Lines{"5  LOW>HIGH"});
}

TEST(OnceAlertTest, ARenewalIsToldOnceForEachDateAndADepartureOnce) {
  Follower account;
  Sight sight = Scored(90, kStart);
  sight.renewals = {{"sub-1", sight.today + 30, false}};
  sight.departures = {{7, kStart - kHour}};
  EXPECT_EQ(account.See(sight), (Lines{"6 sub-1 >2024-11-03", "7  >"}));
  EXPECT_EQ(account.See(sight), kNothing);
  sight.renewals[0].day += 1;
  EXPECT_EQ(account.See(sight), Lines{"6 sub-1 >2024-11-04"});
  EXPECT_EQ(account.over(), 1u);
  sight.departures[0].left += 1;
  EXPECT_EQ(account.See(sight), Lines{"7  >"});
}

TEST(OnceAlertTest, ALateTaskIsToldOnceAndOverWhenItIsDone) {
  Follower account;
  Sight sight = Scored(90, kStart);
  sight.late_tasks = {{"old.2024-01-01", sight.today - 8}, {"new.2024-09-20", sight.today - 7}};
  EXPECT_EQ(account.See(sight), Lines{"9 new.2024-09-20 >2024-09-27"});
  EXPECT_EQ(account.See(sight), kNothing);
  const std::vector<Sight::LateTask> late = std::exchange(sight.late_tasks, {});
  EXPECT_EQ(account.See(sight), kNothing);
  EXPECT_EQ(account.over(), 1u);
  sight.late_tasks = late;  // a gate opens again, or somebody took it back
  EXPECT_EQ(account.See(sight), kNothing);
  sight.late_tasks.clear();
  EXPECT_EQ(account.See(sight), kNothing);
  EXPECT_EQ(account.over(), 0u);
}

TEST(SightTest, ShowsTasksFromTheDayAfterTheyWereDue) {
  using testing::D;
  using testing::T;
  PlaySpec play;
  play.name = "p";
  play.instruction = "Do it.";
  play.clock = PlaySpec::Clock::kAfterPurchase;
  play.within_days = 10;
  const auto rulebook =
      testing::Starter([&](Rulebook::Parts& parts) { parts.rules.plays = {play}; });
  testing::Account account;
  account.Add(PurchaseContent{"wms", testing::Units(10), 0, D("2024-06-01")}, T("2024-06-01"));
  const auto late_at = [&](const char* now) {
    const State state = account.Folded();
    return SightOf(kRules, state, *rulebook, Evaluate(state, *rulebook, T(now))).late_tasks;
  };
  EXPECT_TRUE(late_at("2024-06-10").empty());
  ASSERT_EQ(late_at("2024-06-11").size(), 1u);
  EXPECT_EQ(late_at("2024-06-11")[0].id, "p.2024-06-01");
  EXPECT_EQ(late_at("2024-06-11")[0].due, D("2024-06-10"));
  EXPECT_EQ(late_at("2024-09-08").size(), 1u) << "missed is late still";
  EXPECT_TRUE(late_at("2024-09-09").empty()) << "forgotten";
  account.Add(TaskContent{"p.2024-06-01", TaskContent::Status::kDone, kNoDay, "sato"},
              T("2024-06-11"));
  EXPECT_TRUE(late_at("2024-06-12").empty());
}

TEST(SightTest, ShowsRenewalsAndDeparturesWithinTheirDays) {
  using testing::D;
  using testing::T;
  const auto rulebook = testing::Starter();
  const Instant now = T("2024-10-04");
  for (const auto& [days, seen] :
       {std::pair(-1, 0), std::pair(0, 1), std::pair(30, 1), std::pair(31, 0)}) {
    testing::Account account;
    account.Healthy(D("2024-10-04"));
    SubscriptionContent subscription;
    subscription.subscription_id = "sub-1";
    subscription.start = D("2023-01-01");
    subscription.renewal = D("2024-10-04") + days;
    account.Add(subscription, T("2024-01-01"));
    const State state = account.Folded();
    const Card card = Evaluate(state, *rulebook, now);
    EXPECT_EQ(SightOf(kRules, state, *rulebook, card).renewals.size(), static_cast<size_t>(seen))
        << days;
  }
  for (const auto& [left, seen] :
       {std::pair("2024-09-03", 0), std::pair("2024-09-04", 1), std::pair("2024-10-04", 1)}) {
    testing::Account account;
    account.Person(1, Role::kChampion, T("2024-01-01")).Left(1, T(left));
    account.Person(2, Role::kUser, T("2024-01-01")).Left(2, T(left));
    const State state = account.Folded();
    const Card card = Evaluate(state, *rulebook, now);
    EXPECT_EQ(SightOf(kRules, state, *rulebook, card).departures.size(), static_cast<size_t>(seen))
        << left;
  }
}

TEST(SightTest, ShowsTheGatesOfTheBestPitch) {
  using testing::D;
  using testing::T;
  const auto rulebook = testing::Starter();
  const Instant now = T("2024-10-04");
  testing::Account account;
  account.Healthy(D("2024-10-04"));
  EXPECT_TRUE(
      SightOf(kRules, account.Folded(), *rulebook, Evaluate(account.Folded(), *rulebook, now))
          .gates.empty());
  account.Hold("h1", T("2024-12-01"), T("2024-10-03"));
  const State state = account.Folded();
  const Sight held = SightOf(kRules, state, *rulebook, Evaluate(state, *rulebook, now));
  ASSERT_EQ(held.gates.size(), 1u);
  EXPECT_EQ(held.gates[0].code, "HOLD");
  EXPECT_TRUE(held.gates[0].denies);
}

TEST(SilentSourcesTest, ASourceIsBehindItsCadenceFromTheDayAfter) {
  const Day today = testing::D("2024-10-04");
  const auto with = [&](int32_t every, bool required, Instant complete) {
    return testing::Starter([=](Rulebook::Parts& parts) {
      Source source;
      source.name = "feed";
      source.expected_every_days = every;
      source.required = required;
      source.complete_through = complete;
      parts.sources = {source};
    });
  };
  const Calendar utc;
  const Lines feed = {"feed"};
  EXPECT_EQ(SilentSources(*with(2, false, utc.EndOf(today - 2)), today), kNothing);
  EXPECT_EQ(SilentSources(*with(2, false, utc.EndOf(today - 3)), today), feed);
  EXPECT_EQ(SilentSources(*with(0, false, utc.EndOf(today - 90)), today), kNothing);
  EXPECT_EQ(SilentSources(*with(2, false, kLongAgo), today), kNothing);
  EXPECT_EQ(SilentSources(*with(2, true, kLongAgo), today), feed);
}

}  // namespace
}  // namespace kizuna::engine
