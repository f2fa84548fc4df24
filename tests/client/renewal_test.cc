// SPDX-License-Identifier: Apache-2.0
//
// The day on which a subscription comes up, as docs/scoring.md has it under "Renewals".

#include "client/cli/renewal.h"

#include <gtest/gtest.h>

#include "client/cli/words.h"

namespace kizuna::cli {
namespace {

const absl::CivilDay kToday(2026, 11, 22);

v1::SubscriptionRecord Starting(absl::CivilDay start) {
  v1::SubscriptionRecord record;
  record.set_active(true);
  *record.mutable_subscription()->mutable_start_date() = DateOf(start);
  return record;
}

TEST(RenewalTest, TheRenewalOrTheEndWhicheverIsFirst) {
  v1::SubscriptionRecord record = Starting(absl::CivilDay(2026, 1, 1));
  EXPECT_FALSE(NextRenewal(record, kToday).has_value());
  *record.mutable_subscription()->mutable_end_date() = DateOf(absl::CivilDay(2027, 3, 1));
  EXPECT_EQ(absl::CivilDay(2027, 3, 1), NextRenewal(record, kToday));
  *record.mutable_subscription()->mutable_renewal_date() = DateOf(absl::CivilDay(2027, 1, 1));
  EXPECT_EQ(absl::CivilDay(2027, 1, 1), NextRenewal(record, kToday));
  record.set_active(false);
  EXPECT_FALSE(NextRenewal(record, kToday).has_value());
}

TEST(RenewalTest, ARenewalTodayCountsAndOneYesterdayOnlyWhenItGoesOn) {
  v1::SubscriptionRecord record = Starting(absl::CivilDay(2025, 11, 22));
  v1::Subscription& subscription = *record.mutable_subscription();
  *subscription.mutable_renewal_date() = DateOf(kToday);
  EXPECT_EQ(kToday, NextRenewal(record, kToday));
  *subscription.mutable_renewal_date() = DateOf(kToday - 1);
  EXPECT_FALSE(NextRenewal(record, kToday).has_value());
  subscription.set_auto_renew(true);  // a term of 364 days
  EXPECT_EQ(kToday - 1 + 364, NextRenewal(record, kToday));
  *subscription.mutable_start_date() = DateOf(kToday - 1);  // no term
  EXPECT_FALSE(NextRenewal(record, kToday).has_value());
}

TEST(RenewalTest, ManyTermsLaterItIsStillOnTheDay) {
  v1::SubscriptionRecord record = Starting(kToday - 100);
  v1::Subscription& subscription = *record.mutable_subscription();
  subscription.set_auto_renew(true);
  *subscription.mutable_renewal_date() = DateOf(kToday - 90);
  EXPECT_EQ(kToday, NextRenewal(record, kToday));
  EXPECT_EQ(kToday + 10, NextRenewal(record, kToday + 1));
}

}  // namespace
}  // namespace kizuna::cli
