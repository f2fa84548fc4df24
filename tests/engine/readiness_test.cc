// SPDX-License-Identifier: Apache-2.0
//
// Is each factor of readiness what docs/scoring.md says?

#include <optional>
#include <string>

#include "gtest/gtest.h"
#include "server/engine/assessment.h"
#include "tests/engine/account.h"

namespace kizuna::engine {
namespace {

using testing::Account;
using testing::D;
using testing::Starter;
using testing::T;
using testing::Units;
using Parts = Rulebook::Parts;

class ReadinessTest : public ::testing::Test {
 protected:
  Readiness Of(Motion motion, const std::string& product, absl::string_view now) {
    const State state = account_.Folded();
    const Assessment assessment = Assess(state, *book_, T(now));
    return MakeOption(assessment, motion, book_->FindProduct(product)).readiness;
  }
  std::optional<double> Timing(absl::string_view now) {
    return Of(Motion::kCrossSell, "bi", now).timing;
  }
  static void Catalogue(Parts& p) {
    p.products = {
        {"pro", "", "wms", 1}, {"gold", "", "wms", 2}, {"bi", "", "", 0}, {"tms", "", "", 0}};
    p.rules.issue_map = {{"returns", {}, {"bi"}, false}, {"stock", {"retail"}, {"bi"}, true}};
    p.rules.affinity = {{"pro", "bi", 2}, {"tms", "bi", 3}, {"pro", "tms", 0.5}};
  }

  Account account_;
  std::shared_ptr<const Rulebook> book_ = Starter(Catalogue);
};

TEST_F(ReadinessTest, IsTheWeightedMeanOfWhatIsKnown) {
  const Readiness nothing = Of(Motion::kCrossSell, "bi", "2024-06-10");
  EXPECT_EQ(nothing.score, 0) << "loyalty alone is always known";
  EXPECT_FALSE(nothing.health || nothing.need || nothing.timing || nothing.potential ||
               nothing.affinity);
  account_.Add(PurchaseContent{"tms", Units(1), 0, D("2024-06-01")}, T("2024-06-01"));
  const Readiness some = Of(Motion::kCrossSell, "bi", "2024-06-10");
  EXPECT_EQ(some.timing, 100);
  EXPECT_EQ(some.affinity, 100);
  EXPECT_DOUBLE_EQ(*some.score, (15 * 0 + 15 * 100 + 10 * 100) / 40.0);
}

TEST_F(ReadinessTest, SeatsThatRunOutAreNeed) {
  account_.Subscribe("S", "pro", 1, D("2023-01-01"), T("2023-01-01"));
  account_.Add(AdoptionContent{"pro", 1000, 775, -1, -1}, T("2024-06-01"));
  EXPECT_DOUBLE_EQ(*Of(Motion::kSeats, "pro", "2024-06-10").need, 50);
  EXPECT_DOUBLE_EQ(*Of(Motion::kPlan, "gold", "2024-06-10").need, 50) << "of the plan below";
  EXPECT_EQ(Of(Motion::kCrossSell, "tms", "2024-06-10").need, std::nullopt);
}

TEST_F(ReadinessTest, ConfirmedIssuesThatTheProductSolvesAreNeed) {
  using Status = IssueContent::Status;
  account_.Add(IssueContent{"X", "returns", Status::kConfirmed}, T("2024-06-01"));
  EXPECT_EQ(Of(Motion::kCrossSell, "bi", "2024-06-10").need, 100);
  EXPECT_EQ(Of(Motion::kCrossSell, "tms", "2024-06-10").need, std::nullopt);
  account_.Add(IssueContent{"X", "returns", Status::kSolved}, T("2024-06-02"));
  EXPECT_EQ(Of(Motion::kCrossSell, "bi", "2024-06-10").need, std::nullopt);
  account_.Add(IssueContent{"Y", "returns", Status::kAssumed}, T("2024-06-02"));
  EXPECT_EQ(Of(Motion::kCrossSell, "bi", "2024-06-10").need, 60);
}

TEST_F(ReadinessTest, WhatIsAssumedOfASegmentGivesWayToWhatIsKnown) {
  using Status = IssueContent::Status;
  account_.Profile("segment", "retail", T("2024-01-01"));
  EXPECT_EQ(Of(Motion::kCrossSell, "bi", "2024-06-10").need, 60);
  account_.Add(IssueContent{"X", "stock", Status::kSolved}, T("2024-06-01"));
  EXPECT_EQ(Of(Motion::kCrossSell, "bi", "2024-06-10").need, std::nullopt);
}

TEST_F(ReadinessTest, APurchaseIsAGoodTimeFor60Days) {
  EXPECT_EQ(Timing("2024-06-10"), std::nullopt);
  account_.Add(PurchaseContent{"", Units(1), 0, D("2024-06-01")}, T("2024-06-01"));
  EXPECT_EQ(Timing("2024-07-30"), 100) << "age 59";
  EXPECT_EQ(Timing("2024-07-31"), 30) << "age 60";
}

TEST_F(ReadinessTest, From90To30DaysBeforeARenewalIsAGoodTime) {
  SubscriptionContent subscription;
  subscription.subscription_id = "S";
  subscription.start = D("2023-12-01");
  subscription.renewal = D("2024-12-01");
  account_.Add(subscription, T("2023-12-01"));
  EXPECT_EQ(Timing("2024-09-01"), 30) << "91 days";
  EXPECT_EQ(Timing("2024-09-02"), 100) << "90 days";
  EXPECT_EQ(Timing("2024-11-01"), 100) << "30 days";
  EXPECT_EQ(Timing("2024-11-02"), 30) << "29 days";
  EXPECT_EQ(Timing("2025-10-01"), 30) << "it passed, and nobody said when the next is";
  subscription.auto_renew = true;
  account_.Add(subscription, T("2023-12-02"));
  EXPECT_EQ(Timing("2025-10-01"), 100) << "62 days before 2025-12-02, a term later";
}

TEST_F(ReadinessTest, AShortTermsRenewalIsNoDate) {
  SubscriptionContent subscription;
  subscription.subscription_id = "S";
  subscription.start = D("2024-01-01");
  subscription.renewal = subscription.start + 179;
  account_.Add(subscription, T("2024-01-01"));
  EXPECT_EQ(Timing("2024-05-01"), 30);
  subscription.renewal = subscription.start + 180;
  account_.Add(subscription, T("2024-01-02"));
  EXPECT_EQ(Timing("2024-05-01"), 100);
}

TEST_F(ReadinessTest, TheBudgetMonthAndTheOneBeforeAreAGoodTime) {
  account_.Profile("budget_month", "1", T("2024-01-01"));
  EXPECT_EQ(Timing("2024-11-30"), 30);
  EXPECT_EQ(Timing("2024-12-01"), 100);
  EXPECT_EQ(Timing("2025-01-31"), 100);
  EXPECT_EQ(Timing("2025-02-01"), 30);
}

TEST_F(ReadinessTest, InterestInTheProductIsAGoodTimeFor30Days) {
  account_.Add(InterestContent{"bi"}, T("2024-06-01"));
  EXPECT_EQ(Timing("2024-06-30"), 100);
  EXPECT_EQ(Timing("2024-07-01"), 30);
  EXPECT_EQ(Of(Motion::kCrossSell, "tms", "2024-06-02").timing, std::nullopt);
}

TEST_F(ReadinessTest, AffinityIsTheLargestLiftFromWhatIsOwned) {
  account_.Subscribe("S", "pro", 1, D("2023-01-01"), T("2023-01-01"));
  EXPECT_EQ(Of(Motion::kCrossSell, "bi", "2024-06-10").affinity, 50);
  EXPECT_EQ(Of(Motion::kCrossSell, "tms", "2024-06-10").affinity, 0);
  EXPECT_EQ(Of(Motion::kCrossSell, "gold", "2024-06-10").affinity, std::nullopt);
}

TEST_F(ReadinessTest, BehindAClosedGateItIsShownAndOpensNothing) {
  account_.Nps(1, 0, T("2024-06-01"));
  const State state = account_.Folded();
  const Card card = Evaluate(state, *book_, T("2024-06-10"));
  EXPECT_EQ(card.Best(Motion::kCrossSell).verdict, Verdict::kDeny);
  EXPECT_TRUE(card.Best(Motion::kCrossSell).readiness.score.has_value());
}

}  // namespace
}  // namespace kizuna::engine
