// SPDX-License-Identifier: Apache-2.0
//
// Does the fold remember what the features need, and nothing that depends on the order?

#include "server/engine/fold.h"

#include "gtest/gtest.h"
#include "server/engine/canonical.h"
#include "server/engine/feature.h"
#include "tests/engine/account.h"

namespace kizuna::engine {
namespace {

using testing::Account;
using testing::D;
using testing::T;
using testing::Units;

TEST(FoldTest, TheLaterObservedWinsWhateverArrivesFirst) {
  Account forwards, backwards;
  forwards.Profile("segment", "old", T("2024-01-01")).Profile("segment", "new", T("2024-02-01"));
  backwards.Profile("segment", "new", T("2024-02-01")).Profile("segment", "old", T("2024-01-01"));
  EXPECT_EQ(forwards.Folded().Profile("segment"), "new");
  EXPECT_EQ(backwards.Folded().Profile("segment"), "new");
}

TEST(FoldTest, AtOneInstantTheLargerSourceThenTheLargerIdWins) {
  Account account;
  account.AddFrom("b", ProfileContent{{{"segment", "of b"}}}, T("2024-01-01"));
  account.AddFrom("a", ProfileContent{{{"segment", "of a"}}}, T("2024-01-01"));
  EXPECT_EQ(account.Folded().Profile("segment"), "of b");
  account.AddFrom("b", ProfileContent{{{"segment", "of b again"}}}, T("2024-01-01"));
  EXPECT_EQ(account.Folded().Profile("segment"), "of b again");
}

TEST(FoldTest, FieldsOfAProfileWinOneByOne) {
  Account account;
  account.Add(ProfileContent{{{"industry", "retail"}, {"segment", "smb"}}}, T("2024-01-01"));
  account.Add(ProfileContent{{{"segment", ""}}}, T("2024-02-01"));
  EXPECT_EQ(account.Folded().Profile("industry"), "retail");
  EXPECT_EQ(account.Folded().Profile("segment"), "");
}

TEST(FoldTest, ARetractedFactIsNotThere) {
  Account account;
  account.Nps(1, 2, T("2024-01-01"));
  std::vector<Fact> facts = account.facts();
  facts[0].retracted = true;
  EXPECT_EQ(CanonicalState(Fold(facts, Calendar())), CanonicalState(State()));
}

TEST(FoldTest, ACountIsSpreadEvenlyAndTheFirstDaysTakeWhatDoesNotDivide) {
  Account account;
  account.Add(UsageContent{"activity", MetricKind::kCount, D("2024-01-01"), 3, 11},
              T("2024-01-03"));
  const State state = account.Folded();
  ASSERT_EQ(state.usage.size(), 1u);
  ASSERT_EQ(state.usage[0].cells.size(), 3u);
  EXPECT_EQ(state.usage[0].cells[0].value, 4);
  EXPECT_EQ(state.usage[0].cells[1].value, 4);
  EXPECT_EQ(state.usage[0].cells[2].value, 3);
}

TEST(FoldTest, AGaugeIsTheSameOnEachOfItsDaysAndTheLaterObservedWins) {
  Account account;
  account.Add(UsageContent{"users", MetricKind::kGauge, D("2024-01-01"), 2, Units(5)},
              T("2024-01-09"));
  account.Add(UsageContent{"users", MetricKind::kGauge, D("2024-01-02"), 1, Units(3)},
              T("2024-01-03"));
  const State state = account.Folded();
  EXPECT_EQ(state.usage[0].cells[0].value, Units(5));
  EXPECT_EQ(state.usage[0].cells[1].value, Units(5));
}

// This month's row reaches past today; taking its last day for the newest would have moved the
// state's beginning ahead of the clock.
TEST(FoldTest, ARowThatReachesIntoDaysToComeDoesNotMakeTheStateUnusableToday) {
  Account account;
  account.Add(UsageContent{"users", MetricKind::kGauge, D("2024-01-01"), 31, Units(5)},
              T("2024-01-01T08:00:00Z"));
  EXPECT_LE(account.Folded().exact_from, T("2024-01-01T08:00:00Z"));
}

TEST(FoldTest, APurchaseDatedAheadCountsOnTheDayItWasObserved) {
  Account account;
  account.Add(PurchaseContent{"wms", Units(10), 0, D("2024-01-03")}, T("2024-01-02"));
  const State state = account.Folded();
  ASSERT_EQ(state.revenue.size(), 1u);
  EXPECT_EQ(state.revenue[0].day, D("2024-01-02"));
  EXPECT_EQ(state.last_purchase_day, D("2024-01-02"));
}

TEST(FoldTest, ARefundIsNoPurchase) {
  Account account;
  account.Add(PurchaseContent{"wms", Units(-10), 0, D("2024-01-01")}, T("2024-01-02"));
  const State state = account.Folded();
  EXPECT_TRUE(state.purchase_days.empty());
  EXPECT_TRUE(state.purchased.empty());
  EXPECT_EQ(state.revenue[0].refunded, Units(10));
}

TEST(FoldTest, OnlyTheEarliestPurchaseDaysAreKept) {
  Account account;
  for (int i = 11; i >= 0; --i) {
    account.Add(PurchaseContent{"", Units(1), 0, D("2024-01-01") + i}, T("2024-02-01"));
  }
  const State state = account.Folded();
  ASSERT_EQ(state.purchase_days.size(), kPurchaseDays);
  EXPECT_EQ(state.purchase_days.front(), D("2024-01-01"));
  EXPECT_EQ(state.purchase_days.back(), D("2024-01-10"));
}

TEST(FoldTest, RevenueOlderThanThreeYearsIsKeptAsASum) {
  Account account;
  account.Add(PurchaseContent{"", Units(7), 0, D("2020-01-01")}, T("2020-01-01"));
  account.Add(PurchaseContent{"", Units(-2), 0, D("2020-01-01")}, T("2020-01-01"));
  account.Add(PurchaseContent{"", Units(1), 0, D("2024-01-01")}, T("2024-01-01"));
  const State state = account.Folded();
  ASSERT_EQ(state.revenue.size(), 1u);
  EXPECT_EQ(state.revenue_before.paid, Units(7));
  EXPECT_EQ(state.revenue_before.refunded, Units(2));
}

TEST(FoldTest, SatisfactionIsScaledToTheTrillionthDownwards) {
  SurveyContent answer;
  answer.kind = SurveyContent::Kind::kCes;
  answer.score = Units(2);
  answer.scale_min = Units(1);
  answer.scale_max = Units(4);
  Account account;
  account.Add(answer, T("2024-01-01"));
  EXPECT_EQ(account.Folded().ces[0].sum, 333'333'333'333);
}

TEST(FoldTest, SatisfactionStatedByNobodyInParticularIsNoAnswer) {
  InteractionContent call;
  call.kind = InteractionContent::Kind::kCall;
  call.satisfaction = Units(1);
  call.satisfaction_min = Units(1);
  call.satisfaction_max = Units(5);
  Account account;
  account.Add(call, T("2024-01-01"));
  EXPECT_TRUE(account.Folded().csat.empty());
  call.person = 3;
  account.Add(call, T("2024-01-02"));
  EXPECT_EQ(account.Folded().csat.size(), 1u);
}

TEST(FoldTest, AnInvoiceKeepsItsDueDateWhenALaterFactDoesNotRepeatIt) {
  using Event = InvoiceContent::Event;
  Account account;
  account.Add(InvoiceContent{"I-1", Event::kIssued, D("2024-01-31"), Units(10)}, T("2024-01-01"));
  account.Add(InvoiceContent{"I-1", Event::kOverdue, kNoDay, 0}, T("2024-03-01"));
  const State state = account.Folded();
  EXPECT_EQ(state.invoices[0].due, D("2024-01-31"));
  EXPECT_EQ(state.invoices[0].amount, Units(10));
}

// The longest window from the earliest instant at which the state is exact must still be there.
TEST(FoldTest, CellsReachBackAsFarAsAnyWindowFromTheEarliestExactInstant) {
  Account account;
  const Day newest = D("2024-06-01");
  account.Activity(newest - kSlackDays - kMaxWindowDays, 1, 28);
  account.Nps(1, 9, Calendar().StartOf(newest));
  State state = account.Folded();
  const Day today = newest - kSlackDays;
  EXPECT_EQ(Calendar().StartOf(today), Calendar().StartOf(state.anchor - kSlackDays));
  ASSERT_EQ(state.usage[0].cells.size(), 1u);
  EXPECT_EQ(state.usage[0].cells[0].day, today - kMaxWindowDays);
}

}  // namespace
}  // namespace kizuna::engine
