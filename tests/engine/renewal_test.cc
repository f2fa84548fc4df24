// SPDX-License-Identifier: Apache-2.0
//
// Are renewals what docs/scoring.md says: when the next one is, and which were kept?

#include "server/engine/renewal.h"

#include <string>

#include "gtest/gtest.h"
#include "tests/engine/account.h"

namespace kizuna::engine {
namespace {

using testing::Account;
using testing::D;
using testing::T;

class RenewalTest : public ::testing::Test {
 protected:
  // A subscription to `wms` from 2023-01-01, renewed on `renewal` and ended on `end` ("" for none).
  SubscriptionContent& Sub(const std::string& id, absl::string_view renewal, absl::string_view end,
                           bool auto_renew = false, absl::string_view start = "2023-01-01") {
    SubscriptionContent subscription;
    subscription.subscription_id = id;
    subscription.product = "wms";
    subscription.start = D(start);
    if (!renewal.empty()) subscription.renewal = D(renewal);
    if (!end.empty()) subscription.end = D(end);
    subscription.auto_renew = auto_renew;
    state_.subscriptions.push_back({subscription, Stamp{1, "crm", id}});
    return state_.subscriptions.back().now;
  }
  Day Next(absl::string_view today) { return NextRenewal(state_, D(today)); }
  RenewalOutcome Outcome(absl::string_view from, absl::string_view to) {
    return OutcomeWithin(state_, state_.subscriptions[0].now, D(from), D(to));
  }

  State state_;
};

TEST_F(RenewalTest, TheNextIsTodayOrLater) {
  Sub("S", "2024-01-01", "");
  EXPECT_EQ(Next("2022-12-31"), kNoDay) << "not in force yet";
  EXPECT_EQ(Next("2023-12-31"), D("2024-01-01"));
  EXPECT_EQ(Next("2024-01-01"), D("2024-01-01"));
  EXPECT_EQ(Next("2024-01-02"), kNoDay) << "nobody said when the next one is";
}

TEST_F(RenewalTest, OneThatRenewsItselfGoesOnByItsTerm) {
  Sub("S", "2024-01-01", "", true);
  EXPECT_EQ(Next("2024-01-02"), D("2024-12-31")) << "a term of 365 days";
  EXPECT_EQ(Next("2024-12-31"), D("2024-12-31"));
  EXPECT_EQ(Next("2025-01-01"), D("2025-12-31"));
}

TEST_F(RenewalTest, AnEndIsADecisionToo) {
  Sub("S", "2024-01-01", "2023-07-01");
  EXPECT_EQ(Next("2023-02-01"), D("2023-07-01")) << "the renewal never comes";
  EXPECT_EQ(Next("2023-06-30"), D("2023-07-01"));
  EXPECT_EQ(Next("2023-07-01"), kNoDay);
  Sub("T", "", "2024-03-01");
  EXPECT_EQ(Next("2023-07-01"), D("2024-03-01"));
}

TEST_F(RenewalTest, TheEarliestOfTheAccountCounts) {
  Sub("S", "2024-01-01", "");
  Sub("T", "2023-09-01", "");
  EXPECT_EQ(Next("2023-02-01"), D("2023-09-01"));
  EXPECT_EQ(Next("2023-09-02"), D("2024-01-01"));
}

TEST_F(RenewalTest, ARenewalThatPassedInForceIsKept) {
  Sub("S", "2024-01-01", "");
  EXPECT_EQ(Outcome("2023-01-02", "2023-12-31"), RenewalOutcome::kNotDue);
  EXPECT_EQ(Outcome("2023-01-02", "2024-01-01"), RenewalOutcome::kRenewed);
  EXPECT_EQ(Outcome("2023-12-31", "2024-12-30"), RenewalOutcome::kRenewed);
  EXPECT_EQ(Outcome("2024-01-01", "2024-12-31"), RenewalOutcome::kNotDue) << "the day is outside";
}

TEST_F(RenewalTest, OneThatRenewsItselfIsKeptAgain) {
  Sub("S", "2024-01-01", "", true);
  EXPECT_EQ(Outcome("2024-01-01", "2024-12-30"), RenewalOutcome::kNotDue);
  EXPECT_EQ(Outcome("2024-01-01", "2024-12-31"), RenewalOutcome::kRenewed);
}

TEST_F(RenewalTest, AnEndIsLostUnlessAnotherTakesItsPlace) {
  Sub("S", "2024-01-01", "2024-01-01");
  EXPECT_EQ(Outcome("2023-01-02", "2023-12-31"), RenewalOutcome::kNotDue);
  EXPECT_EQ(Outcome("2023-01-02", "2024-01-01"), RenewalOutcome::kLost);
  EXPECT_EQ(Outcome("2024-01-01", "2024-12-31"), RenewalOutcome::kNotDue);
  SubscriptionContent& next = Sub("T", "", "", false, "2024-02-01");
  EXPECT_EQ(Outcome("2023-01-02", "2024-01-01"), RenewalOutcome::kLost) << "31 days later";
  next.start = D("2024-01-31");
  EXPECT_EQ(Outcome("2023-01-02", "2024-01-01"), RenewalOutcome::kRenewed);
  next.product = "bi";
  EXPECT_EQ(Outcome("2023-01-02", "2024-01-01"), RenewalOutcome::kLost);
  next.product = "wms";
  next.end = D("2024-01-01");
  EXPECT_EQ(Outcome("2023-01-02", "2024-01-01"), RenewalOutcome::kLost) << "it ended as well";
}

TEST_F(RenewalTest, OneThatNeverRanIsNotDue) {
  Sub("S", "", "2023-01-01");
  EXPECT_EQ(Outcome("2022-01-01", "2024-01-01"), RenewalOutcome::kNotDue);
}

}  // namespace
}  // namespace kizuna::engine
