// SPDX-License-Identifier: Apache-2.0
//
// Are loyalty, touch tier and place what docs/scoring.md says?

#include "server/engine/loyalty.h"

#include "gtest/gtest.h"
#include "tests/engine/account.h"

namespace kizuna::engine {
namespace {

using testing::Account;
using testing::D;
using testing::Starter;
using testing::T;
using testing::Units;

class LoyaltyTest : public ::testing::Test {
 protected:
  LoyaltyTier TierAt(absl::string_view now) {
    return JudgeLoyalty(account_.Folded(), book_->models()[0], Calendar(), T(now)).tier;
  }
  Place PlaceAt(absl::string_view now) {
    return PlaceOf(account_.Folded(), book_->models()[0], Calendar(), T(now));
  }
  void Buy(absl::string_view day, const std::string& product = "", double amount = 10) {
    account_.Add(PurchaseContent{product, Units(amount), 0, D(day)}, T(day));
  }
  SubscriptionContent Sub(const std::string& id, absl::string_view start) {
    SubscriptionContent subscription;
    subscription.subscription_id = id;
    subscription.start = D(start);
    subscription.annual_price = Units(365);
    return subscription;
  }

  Account account_;
  std::shared_ptr<const Rulebook> book_ = Starter();
};

TEST_F(LoyaltyTest, TwoPurchasesOnOneDayAreNoRepeater) {
  Buy("2024-01-01");
  Buy("2024-01-01");
  EXPECT_EQ(TierAt("2024-06-01"), LoyaltyTier::kNone);
  Buy("2024-01-02");
  EXPECT_EQ(TierAt("2024-06-01"), LoyaltyTier::kRepeater);
}

TEST_F(LoyaltyTest, ARenewalThatPassedInForceIsABuyingDay) {
  SubscriptionContent subscription = Sub("S", "2023-06-01");
  subscription.renewal = D("2024-06-01");
  account_.Add(subscription, T("2023-06-01"));
  EXPECT_EQ(TierAt("2024-05-31"), LoyaltyTier::kNone);
  EXPECT_EQ(TierAt("2024-06-01"), LoyaltyTier::kRepeater);
  subscription.end = D("2024-06-01");
  account_.Add(subscription, T("2023-07-01"));
  EXPECT_EQ(TierAt("2024-06-01"), LoyaltyTier::kNone) << "it ended on the day of its renewal";
}

TEST_F(LoyaltyTest, APromoterIsARepeaterThatRecommends) {
  account_.Nps(1, 9, T("2024-05-01")).Nps(2, 8, T("2024-05-01"));
  EXPECT_EQ(TierAt("2024-06-01"), LoyaltyTier::kNone);
  Buy("2024-01-01");
  Buy("2024-01-02");
  EXPECT_EQ(TierAt("2024-06-01"), LoyaltyTier::kPromoter) << "half of all is enough";
  account_.Nps(3, 8, T("2024-05-01"));
  EXPECT_EQ(TierAt("2024-06-01"), LoyaltyTier::kRepeater);
  account_.Person(1, Role::kDecisionMaker, T("2024-05-02"));
  EXPECT_EQ(TierAt("2024-06-01"), LoyaltyTier::kPromoter);
  EXPECT_EQ(TierAt("2025-04-30"), LoyaltyTier::kPromoter) << "age 364";
  EXPECT_EQ(TierAt("2025-05-01"), LoyaltyTier::kRepeater) << "age 365";
}

TEST_F(LoyaltyTest, AReferralRecommendsForTwoYears) {
  Buy("2022-01-01");
  Buy("2022-01-02");
  account_.Add(LoyaltyEvidenceContent{LoyaltyEvidenceContent::Kind::kReferral}, T("2022-06-01"));
  EXPECT_EQ(TierAt("2024-05-30"), LoyaltyTier::kPromoter) << "age 729";
  EXPECT_EQ(TierAt("2024-05-31"), LoyaltyTier::kRepeater) << "age 730";
}

TEST_F(LoyaltyTest, AFanIsAPromoterCommittedByTermProductsOrGrowth) {
  account_.Nps(1, 10, T("2024-05-01"));
  SubscriptionContent subscription = Sub("S", "2024-01-01");
  subscription.renewal = D("2024-01-01") + 729;
  account_.Add(subscription, T("2024-01-01"));
  Buy("2024-02-01", "a");
  EXPECT_EQ(TierAt("2024-06-01"), LoyaltyTier::kPromoter);
  subscription.renewal = D("2024-01-01") + 730;
  account_.Add(subscription, T("2024-01-02"));
  EXPECT_EQ(TierAt("2024-06-01"), LoyaltyTier::kFan);
  subscription.renewal = kNoDay;
  account_.Add(subscription, T("2024-01-03"));
  EXPECT_EQ(TierAt("2024-06-01"), LoyaltyTier::kPromoter);
  Buy("2024-02-02", "b");
  Buy("2024-02-03", "c");
  EXPECT_EQ(TierAt("2024-06-01"), LoyaltyTier::kFan);
}

TEST_F(LoyaltyTest, RevenueUpInEachOfTheLastTwoYearsCommits) {
  account_.Nps(1, 10, T("2024-05-01"));
  Buy("2022-01-01", "", 10);
  Buy("2023-01-01", "", 11);
  Buy("2024-01-01", "", 11);
  EXPECT_EQ(TierAt("2024-06-01"), LoyaltyTier::kPromoter);
  Buy("2024-01-02", "", 0.000001);
  EXPECT_EQ(TierAt("2024-06-01"), LoyaltyTier::kFan);
}

TEST_F(LoyaltyTest, AnOverrideHoldsUntilItsExpiry) {
  account_.Add(LoyaltyOverrideContent{LoyaltyTier::kFan, T("2024-06-01"), "aiko"}, T("2024-01-01"));
  const Model& model = book_->models()[0];
  const State state = account_.Folded();
  EXPECT_EQ(JudgeLoyalty(state, model, Calendar(), T("2024-06-01") - 1).tier, LoyaltyTier::kFan);
  EXPECT_EQ(JudgeLoyalty(state, model, Calendar(), T("2024-06-01")).tier, LoyaltyTier::kNone);
}

TEST_F(LoyaltyTest, RevenueIsPurchasesLessRefundsAndSubscriptionsByTheDay) {
  Buy("2024-03-01", "", 100);
  Buy("2024-03-01", "", -30);
  account_.Add(Sub("S", "2024-03-01"), T("2024-03-01"));
  EXPECT_EQ(RevenueBetween(account_.Folded(), D("2024-03-01"), D("2024-03-11")), Units(80));
  EXPECT_EQ(RevenueBetween(account_.Folded(), D("2024-03-02"), D("2024-03-02")), 0);
  EXPECT_EQ(PlaceAt("2024-03-10").results, Units(80));
  EXPECT_EQ(PlaceAt("2024-03-10").recurring_revenue, Units(365));
}

TEST_F(LoyaltyTest, LifetimeValueIsTheFactElseRevenueAndAYearOfRecurring) {
  Buy("2015-03-01", "", 1000);
  account_.Add(Sub("S", "2024-03-01"), T("2024-03-01"));
  EXPECT_EQ(PlaceAt("2024-03-10").lifetime_value, Units(1000 + 10 + 365));
  account_.Profile("lifetime_value", "5000000", T("2024-03-01"));
  EXPECT_EQ(PlaceAt("2024-03-10").lifetime_value, Units(5));
}

TEST_F(LoyaltyTest, TouchTiersBeginAtTheirThresholds) {
  account_.Profile("lifetime_value", "100000000000", T("2024-03-01"));
  EXPECT_EQ(PlaceAt("2024-03-10").touch, TouchTier::kHigh);
  account_.Profile("lifetime_value", "99999999999", T("2024-03-02"));
  EXPECT_EQ(PlaceAt("2024-03-10").touch, TouchTier::kLow);
  account_.Profile("lifetime_value", "10000000000", T("2024-03-03"));
  EXPECT_EQ(PlaceAt("2024-03-10").touch, TouchTier::kLow);
  account_.Profile("lifetime_value", "9999999999", T("2024-03-04"));
  EXPECT_EQ(PlaceAt("2024-03-10").touch, TouchTier::kTech);
}

TEST_F(LoyaltyTest, AnOverriddenTouchTierStillTellsTheDerivedOne) {
  account_.Profile("lifetime_value", "100000000000", T("2024-03-01"));
  account_.Add(TouchOverrideContent{TouchTier::kTech, T("2024-04-01"), "kim"}, T("2024-03-02"));
  EXPECT_EQ(PlaceAt("2024-03-10").touch, TouchTier::kTech);
  EXPECT_EQ(PlaceAt("2024-03-10").derived_touch, TouchTier::kHigh);
  EXPECT_EQ(PlaceAt("2024-04-02").touch, TouchTier::kHigh);
}

TEST_F(LoyaltyTest, TheMatrixNeedsASizingFigure) {
  EXPECT_EQ(PlaceAt("2024-06-01").cell, Cell::kUnplaced);
  account_.Profile("sizing.employees", "1000000000", T("2024-01-01"));  // 1,000: room 80
  EXPECT_EQ(PlaceAt("2024-06-01").cell, Cell::kB);
  Buy("2024-05-01", "", 50000);
  EXPECT_EQ(PlaceAt("2024-06-01").cell, Cell::kA);
  account_.Profile("sizing.employees", "10000000", T("2024-01-02"));  // 10: room 0
  EXPECT_EQ(PlaceAt("2024-06-01").cell, Cell::kC);
  EXPECT_EQ(PlaceAt("2025-05-01").cell, Cell::kD) << "a year later it is no result any more";
}

TEST_F(LoyaltyTest, WhichMixedCellIsBIsASetting) {
  book_ = Starter([](Rulebook::Parts& p) { p.rules.models[0].matrix.results_first = true; });
  account_.Profile("sizing.employees", "1000000000", T("2024-01-01"));
  EXPECT_EQ(PlaceAt("2024-06-01").cell, Cell::kC);
  account_.Profile("sizing.employees", "10000000", T("2024-01-02"));
  Buy("2024-05-01", "", 50000);
  EXPECT_EQ(PlaceAt("2024-06-01").cell, Cell::kB);
}

TEST_F(LoyaltyTest, TheLargestProductIsOfTheDearestActiveSubscriptionTiesByItsId) {
  account_.Subscribe("S-2", "b", 100, D("2024-01-01"), T("2024-01-01"));
  account_.Subscribe("S-1", "a", 100, D("2024-01-01"), T("2024-01-01"));
  account_.Subscribe("S-3", "c", 900, D("2024-07-01"), T("2024-01-01"));
  EXPECT_EQ(LargestProduct(account_.Folded(), D("2024-06-01")), "a");
  EXPECT_EQ(LargestProduct(account_.Folded(), D("2024-07-01")), "c");
}

}  // namespace
}  // namespace kizuna::engine
