// SPDX-License-Identifier: Apache-2.0
//
// What becomes of a fact that is recorded? New, the same again, another content, a correction, a
// retraction, late, ahead of the clock, for nobody.

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/engine/account.h"
#include "tests/ledger/house.h"

namespace kizuna::ledger::testing {
namespace {

using engine::testing::T;
using ::testing::HasSubstr;
using Outcome = Recorded::Outcome;

double NpsOf(House& house) {
  const View view = house.Look("acme");
  auto feature = engine::ParseFeature("nps(180)");
  const auto value = engine::Evaluate(*feature, *view.state, *view.rulebook,
                                      view.rulebook->calendar().DayOf(view.checked_at));
  return value.value.value_or(-1000);
}

TEST(Record, AProfileMakesTheAccount) {
  House house;
  EXPECT_TRUE(absl::IsNotFound(house.ledger().Read("acme").status()));
  const uint64_t revision = house.Create("acme", "Acme K.K.");
  EXPECT_EQ(house.Look("acme").revision, revision);
  EXPECT_EQ(house.Look("acme").state->Profile("display_name"), "Acme K.K.");
  EXPECT_EQ(house.ledger().Status().accounts, 1u);
}

TEST(Record, AFactForNobodyIsRefusedAndNothingIsKept) {
  House house;
  const auto result = house.Try("acme", Nps("1", 7, 9, T("2024-06-01")));
  EXPECT_TRUE(absl::IsNotFound(result.status()));
  EXPECT_THAT(std::string(result.status().message()), HasSubstr("list the accounts"));
  EXPECT_TRUE(absl::IsNotFound(house.ledger().Read("acme").status()));
}

TEST(Record, InOneBatchTheProfileMayComeFirst) {
  House house;
  engine::Fact profile;
  profile.account = "acme";
  profile.source = "crm";
  profile.id = "p";
  profile.observed_at = T("2024-01-01");
  profile.content = engine::ProfileContent{{{"display_name", "Acme"}}};
  engine::Fact answer = Nps("1", 7, 9, T("2024-06-01"));
  answer.account = "acme";
  const auto results = house.ledger().RecordAndWait({{answer, {}}, {profile, {}}, {answer, {}}});
  EXPECT_TRUE(absl::IsNotFound(results[0].status()));
  EXPECT_TRUE(results[1].ok());
  EXPECT_TRUE(results[2].ok());
  EXPECT_EQ(results[1]->revision, results[2]->revision) << "one account, one commit";
}

TEST(Record, TheSameFactTwiceCountsOnceAndIsAcknowledged) {
  House house;
  house.Create("acme");
  const auto first = house.Try("acme", Nps("1", 7, 9, T("2024-06-01")));
  const auto again = house.Try("acme", Nps("1", 7, 9, T("2024-06-01")));
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(first->outcome, Outcome::kAccepted);
  EXPECT_EQ(again->outcome, Outcome::kDuplicate);
  EXPECT_EQ(again->revision, first->revision);
  EXPECT_EQ(house.Look("acme").revision, first->revision);
  EXPECT_EQ(house.ledger().ListFacts("acme", "", 10)->facts.size(), 2u);
}

TEST(Record, TheSameFactTwiceInOneBatchCountsOnce) {
  House house;
  house.Create("acme");
  engine::Fact fact = Nps("1", 7, 9, T("2024-06-01"));
  fact.account = "acme";
  const auto results = house.ledger().RecordAndWait({{fact, {}}, {fact, {}}});
  EXPECT_EQ(results[0]->outcome, Outcome::kAccepted);
  EXPECT_EQ(results[1]->outcome, Outcome::kDuplicate);
  EXPECT_EQ(results[0]->revision, results[1]->revision);
}

TEST(Record, VersionZeroWithOtherContentIsRefusedAndTheFirstStands) {
  House house;
  house.Create("acme");
  ASSERT_TRUE(house.Try("acme", Nps("1", 7, 9, T("2024-06-01"))).ok());
  const auto other = house.Try("acme", Nps("1", 7, 2, T("2024-06-01")));
  EXPECT_TRUE(absl::IsAlreadyExists(other.status()));
  EXPECT_THAT(std::string(other.status().message()), HasSubstr("higher version"));
  EXPECT_EQ(NpsOf(house), 100);
}

TEST(Record, ACorrectionReplacesAndNothingIsDeleted) {
  House house;
  house.Create("acme");
  ASSERT_TRUE(house.Try("acme", Nps("1", 7, 2, T("2024-06-01"))).ok());
  EXPECT_EQ(NpsOf(house), -100);
  EXPECT_EQ(house.Try("acme", Nps("1", 7, 9, T("2024-06-01"), 1))->outcome, Outcome::kAccepted);
  EXPECT_EQ(NpsOf(house), 100);
  const auto facts = house.ledger().ListFacts("acme", "", 10)->facts;
  ASSERT_EQ(facts.size(), 3u);
  EXPECT_FALSE(facts[1].counts);
  EXPECT_TRUE(facts[2].counts);
}

TEST(Record, ACorrectionMayComeBeforeItsOriginal) {
  House house;
  house.Create("acme");
  EXPECT_EQ(house.Try("acme", Nps("1", 7, 9, T("2024-06-01"), 1))->outcome, Outcome::kAccepted);
  EXPECT_EQ(house.Try("acme", Nps("1", 7, 2, T("2024-06-01"), 0))->outcome, Outcome::kSuperseded);
  EXPECT_EQ(NpsOf(house), 100);
}

TEST(Record, ARetractionTakesAFactBack) {
  House house;
  house.Create("acme");
  ASSERT_TRUE(house.Try("acme", Nps("1", 7, 2, T("2024-06-01"))).ok());
  engine::Fact retraction = Nps("1", 7, 2, T("2024-06-01"), 1);
  retraction.retracted = true;
  ASSERT_TRUE(house.Try("acme", retraction).ok());
  EXPECT_EQ(NpsOf(house), -1000) << "no answer is left";
}

TEST(Record, WordsBelongToTheContent) {
  House house;
  house.Create("acme");
  Words words;
  words.contact_id = "c-1";
  words.text = "slow";
  ASSERT_TRUE(house.Try("acme", Nps("1", 7, 2, T("2024-06-01")), words).ok());
  EXPECT_EQ(house.Try("acme", Nps("1", 7, 2, T("2024-06-01")), words)->outcome,
            Outcome::kDuplicate);
  words.text = "fast";
  EXPECT_TRUE(
      absl::IsAlreadyExists(house.Try("acme", Nps("1", 7, 2, T("2024-06-01")), words).status()));
  const auto facts = house.ledger().ListFacts("acme", "", 10)->facts;
  EXPECT_EQ(facts[1].words.text, "slow");
  EXPECT_EQ(house.ledger().People("acme")->begin()->second.contact_id, "c-1");
}

TEST(Record, WithoutAnInstantItIsObservedNowAndComesAgainAsADuplicate) {
  House house;
  house.Create("acme");
  engine::Fact fact = Nps("1", 7, 9, 0);
  fact.observed_at_given = false;
  ASSERT_TRUE(house.Try("acme", fact).ok());
  house.clock().Set(T("2024-06-11"));
  EXPECT_EQ(house.Try("acme", fact)->outcome, Outcome::kDuplicate);
}

TEST(Record, FortyEightHoursAheadIsTheLimit) {
  House house;
  house.Create("acme");
  const engine::Instant limit = house.clock().Now() + 2 * engine::kMicrosPerDay;
  EXPECT_TRUE(house.Try("acme", Nps("below", 1, 9, limit - 1)).ok());
  EXPECT_TRUE(house.Try("acme", Nps("at", 2, 9, limit)).ok());
  const auto above = house.Try("acme", Nps("above", 3, 9, limit + 1));
  EXPECT_TRUE(absl::IsInvalidArgument(above.status()));
  EXPECT_THAT(std::string(above.status().message()), HasSubstr("observed_at"));
}

TEST(Record, AFactAheadOfTheClockIsNotThereYet) {
  House house;
  house.Create("acme");
  const engine::Instant later = house.clock().Now() + engine::kMicrosPerDay;
  ASSERT_TRUE(house.Try("acme", Nps("1", 7, 2, later)).ok());
  EXPECT_EQ(NpsOf(house), -1000);
  EXPECT_EQ(house.Look("acme").card->valid_until,
            std::min(later, engine::Calendar().StartOf(engine::Calendar().DayOf(later))));
  house.clock().Set(later - 1);
  EXPECT_EQ(NpsOf(house), -1000);
  house.clock().Set(later);
  EXPECT_EQ(NpsOf(house), -100);
}

TEST(Record, WhatIsAcknowledgedIsInTheNextAnswer) {
  House house;
  house.Create("acme");
  house.Tell("acme", engine::testing::Account().Healthy(engine::testing::D("2024-06-10")).facts());
  ASSERT_EQ(house.Ask("acme").verdict, engine::Verdict::kAllow);
  std::atomic<bool> told{false};
  std::atomic<int> allowed_after{0};
  std::vector<std::thread> askers;
  for (int i = 0; i < 3; ++i) {
    askers.emplace_back([&] {
      for (int n = 0; n < 300; ++n) {
        const bool knew = told.load();
        const bool allow = house.Ask("acme").verdict == engine::Verdict::kAllow;
        if (knew && allow) ++allowed_after;
      }
    });
  }
  engine::Fact answer = Nps("bad", 99, 0, house.clock().Now());
  ASSERT_TRUE(house.Try("acme", answer).ok());
  told = true;
  for (std::thread& asker : askers) asker.join();
  EXPECT_EQ(allowed_after, 0);
}

}  // namespace
}  // namespace kizuna::ledger::testing
