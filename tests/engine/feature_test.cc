// SPDX-License-Identifier: Apache-2.0
//
// Is each feature what docs/scoring.md says, at, below and above every limit?

#include "server/engine/feature.h"

#include <optional>
#include <string>

#include "gtest/gtest.h"
#include "tests/engine/account.h"

namespace kizuna::engine {
namespace {

using testing::Account;
using testing::D;
using testing::Starter;
using testing::T;
using testing::Units;
using testing::ValueOf;
using Event = TicketContent::Event;

class FeatureTest : public ::testing::Test {
 protected:
  std::optional<double> At(const std::string& feature, absl::string_view today) {
    return ValueOf(feature, account_, D(today), *book_);
  }
  // Declares that `source` delivers activity and tickets, complete through the end of `day`.
  void Watermark(const std::string& source, absl::string_view day, int32_t every = 1) {
    sources_.push_back({source, 1u << 10, {"activity"}, every, false, Calendar().EndOf(D(day))});
    book_ = Starter([&](Rulebook::Parts& parts) { parts.sources = sources_; });
  }

  Account account_;
  std::vector<Source> sources_;
  std::shared_ptr<const Rulebook> book_ = Starter();
};

TEST_F(FeatureTest, ARowOfTodayIsSeenTomorrow) {
  account_.Activity(D("2024-06-10"), 1, 5);
  EXPECT_EQ(At("usage.activity.sum(7)", "2024-06-10"), std::nullopt);
  EXPECT_EQ(At("usage.activity.sum(7)", "2024-06-11"), 5);
}

// Until a row is seen it must not tell that the days before it were silent.
TEST_F(FeatureTest, ARowOfTodayDoesNotMakeTheDaysBeforeItKnown) {
  account_.Activity(D("2024-06-01"), 1, 5).Activity(D("2024-06-10"), 1, 5);
  EXPECT_EQ(At("usage.activity.mean(28)", "2024-06-10"), 5);
  EXPECT_EQ(At("usage.activity.mean(28)", "2024-06-11"), 1);
}

TEST_F(FeatureTest, SilenceBetweenTheFirstAndTheLastDayIsZero) {
  account_.Activity(D("2024-06-01"), 1, 5).Activity(D("2024-06-05"), 1, 5);
  EXPECT_EQ(At("usage.activity.mean(28)", "2024-06-20"), 2);
  EXPECT_EQ(At("usage.activity.active_days(28)", "2024-06-20"), 2);
  EXPECT_EQ(At("usage.activity.last(28)", "2024-06-20"), 5);
  EXPECT_EQ(At("usage.activity.max(28)", "2024-06-20"), 5);
}

TEST_F(FeatureTest, SilenceUpToTheWatermarkIsZeroAndBeyondItUnknown) {
  account_.Activity(D("2024-06-01"), 1, 10);
  Watermark("telemetry", "2024-06-05");
  EXPECT_EQ(At("usage.activity.mean(28)", "2024-06-20"), 2);
  EXPECT_EQ(At("usage.activity.last(28)", "2024-06-20"), 0);
}

TEST_F(FeatureTest, AWatermarkMustBeDeclaredByEverySourceOfTheMetric) {
  account_.Activity(D("2024-06-01"), 1, 10);
  Watermark("telemetry", "2024-06-10");
  Watermark("billing", "2024-06-02");
  EXPECT_EQ(At("usage.activity.mean(28)", "2024-06-20"), 5);
}

TEST_F(FeatureTest, ASourceThatNobodyDeclaredLeavesSilenceUnknown) {
  account_.Activity(D("2024-06-01"), 1, 10);
  account_.AddFrom("export", UsageContent{"activity", MetricKind::kCount, D("2024-06-01"), 1, 0},
                   T("2024-06-02"));
  Watermark("telemetry", "2024-06-10");
  EXPECT_EQ(At("usage.activity.mean(28)", "2024-06-20"), 10);
}

// A row of a day to come is not there yet, for any purpose.
TEST_F(FeatureTest, AnUndeclaredSourceIsNoSourceUntilItsRowIsSeen) {
  account_.Activity(D("2024-06-01"), 1, 10);
  account_.AddFrom("export", UsageContent{"activity", MetricKind::kCount, D("2024-06-12"), 1, 0},
                   T("2024-06-02"));
  Watermark("telemetry", "2024-06-05");
  EXPECT_EQ(At("usage.activity.mean(28)", "2024-06-12"), 2);
  EXPECT_EQ(At("usage.activity.active_days(28)", "2024-06-12"), 1);
  EXPECT_EQ(At("usage.activity.mean(28)", "2024-06-13"), 10.0 / 12);
}

TEST_F(FeatureTest, TheWindowIsTheDaysBeforeToday) {
  account_.Activity(D("2024-06-01"), 1, 10).Activity(D("2024-06-08"), 1, 1);
  EXPECT_EQ(At("usage.activity.sum(7)", "2024-06-08"), 10);
  EXPECT_EQ(At("usage.activity.sum(7)", "2024-06-09"), 1);
}

TEST_F(FeatureTest, CountsOfTwoSourcesAddUpAndOfGaugesTheLaterObservedWins) {
  const Day day = D("2024-06-01");
  for (const char* source : {"a", "b"}) {
    account_.AddFrom(source, UsageContent{"activity", MetricKind::kCount, day, 1, Units(2)},
                     T("2024-06-02"));
    account_.AddFrom(
        source,
        UsageContent{"active_users", MetricKind::kGauge, day, 1, Units(*source == 'a' ? 7 : 9)},
        T("2024-06-02"));
  }
  EXPECT_EQ(At("usage.activity.sum(7)", "2024-06-03"), 4);
  EXPECT_EQ(At("usage.active_users.sum(7)", "2024-06-03"), 9);
  account_.AddFrom("a", UsageContent{"active_users", MetricKind::kGauge, day, 1, Units(3)},
                   T("2024-06-02") + 1);
  EXPECT_EQ(At("usage.active_users.sum(7)", "2024-06-03"), 3);
}

TEST_F(FeatureTest, ATrendNeedsHalfOfEachHalf) {
  account_.Activity(D("2024-06-01"), 1, 100).Activity(D("2024-06-14"), 1, 150);
  // [11, 25): 4 known days of 14; [4..] fewer than half.
  EXPECT_EQ(At("usage.activity.trend(14)", "2024-06-25"), std::nullopt);
  // Last [8, 22): days 8 to 14 are known: 7 of 14. Before [-6, 8): 1 to 7: 7 of 14.
  EXPECT_NEAR(*At("usage.activity.trend(14)", "2024-06-22"), 0.5, 1e-12);
  // One day later the earlier half knows 8 days, the later 6.
  EXPECT_EQ(At("usage.activity.trend(14)", "2024-06-23"), std::nullopt);
}

TEST_F(FeatureTest, ATrendIsClampedAndHandlesZero) {
  account_.Activity(D("2024-06-01"), 7, 21).Activity(D("2024-06-08"), 7, 700);
  EXPECT_EQ(At("usage.activity.trend(7)", "2024-06-15"), 1);
  account_.Activity(D("2024-06-15"), 7, 0);
  EXPECT_EQ(At("usage.activity.trend(7)", "2024-06-22"), -1);
  account_.Activity(D("2024-06-22"), 7, 70);
  EXPECT_EQ(At("usage.activity.trend(7)", "2024-06-29"), 1);
}

TEST_F(FeatureTest, ATrendOfNothingIsFlatWhereNoVolumeIsAsked) {
  book_ = Starter([](Rulebook::Parts& parts) { parts.rules.metrics[0].min_volume = 0; });
  account_.Activity(D("2024-06-01"), 14, 0);
  EXPECT_EQ(At("usage.activity.trend(7)", "2024-06-15"), 0);
}

TEST_F(FeatureTest, ATrendUnderTheMinimumVolumeIsMissing) {
  account_.Activity(D("2024-06-01"), 7, 10).Activity(D("2024-06-08"), 7, 9.999999);
  EXPECT_EQ(At("usage.activity.trend(7)", "2024-06-15"), std::nullopt);
  account_.Activity(D("2024-06-08"), 1, 0.000001);
  EXPECT_TRUE(At("usage.activity.trend(7)", "2024-06-15").has_value());
}

TEST_F(FeatureTest, TheYearlyTrendLooksAtTheSameWeekdaysAYearAgo) {
  account_.Activity(D("2024-06-15") - 364 - 7, 7, 70).Activity(D("2024-06-08"), 7, 35);
  EXPECT_EQ(At("usage.activity.trend_yoy(7)", "2024-06-15"), -0.5);
}

TEST_F(FeatureTest, UsePerSeatDividesByTheSeatsOfActiveSubscriptions) {
  account_.ActiveUsers(D("2024-06-01"), 7, 6);
  EXPECT_EQ(At("usage.active_users.per_seat(7)", "2024-06-08"), std::nullopt);
  account_.Add(AdoptionContent{"wms", 24, 6, -1, -1}, T("2024-06-02"));
  EXPECT_EQ(At("usage.active_users.per_seat(7)", "2024-06-08"), 0.25);
  SubscriptionContent subscription;
  subscription.subscription_id = "S-1";
  subscription.seats = 12;
  subscription.start = D("2024-06-08");
  account_.Add(subscription, T("2024-06-02"));
  EXPECT_EQ(At("usage.active_users.per_seat(7)", "2024-06-07"), 0.25);
  EXPECT_EQ(At("usage.active_users.per_seat(7)", "2024-06-08"), 0.5);
}

TEST_F(FeatureTest, SeatUtilisationIsNotClamped) {
  account_.Add(AdoptionContent{"wms", 10, 12, 8, 2}, T("2024-06-01"));
  account_.Add(AdoptionContent{"tms", 10, 3, -1, -1}, T("2024-06-01"));
  EXPECT_EQ(At("adoption.seat_utilisation", "2024-06-02"), 0.75);
  EXPECT_EQ(At("adoption.seat_utilisation(wms)", "2024-06-02"), 1.2);
  EXPECT_EQ(At("adoption.feature_breadth", "2024-06-02"), 0.25);
  EXPECT_EQ(At("adoption.feature_breadth(tms)", "2024-06-02"), std::nullopt);
}

TEST_F(FeatureTest, TheHighestMilestoneHolds) {
  EXPECT_EQ(At("adoption.milestone(wms)", "2024-06-02"), std::nullopt);
  account_.Add(MilestoneContent{"wms", Milestone::kAdopted}, T("2024-06-01"));
  account_.Add(MilestoneContent{"wms", Milestone::kDeployed}, T("2024-06-02"));
  EXPECT_EQ(At("adoption.milestone(wms)", "2030-01-01"), 4);
}

TEST_F(FeatureTest, NpsTakesTheNewestAnswerOfEachRespondentAndEveryAnonymousOne) {
  account_.Nps(1, 0, T("2024-05-01")).Nps(1, 9, T("2024-05-02")).Nps(2, 6, T("2024-05-01"));
  EXPECT_EQ(At("nps(180)", "2024-06-01"), 0);
  account_.Nps(kNobody, 10, T("2024-05-01")).Nps(kNobody, 7, T("2024-05-01"));
  EXPECT_EQ(At("nps(180)", "2024-06-01"), 25);
}

TEST_F(FeatureTest, EightIsNoPromoterAndSevenNoDetractor) {
  account_.Nps(1, 8, T("2024-05-01")).Nps(2, 7, T("2024-05-01"));
  EXPECT_EQ(At("nps(180)", "2024-06-01"), 0);
  EXPECT_EQ(At("sentiment.detractor_share(365)", "2024-06-01"), 0);
}

TEST_F(FeatureTest, WithinNDaysMeansAnAgeBelowN) {
  account_.Nps(1, 9, T("2024-01-01"));
  EXPECT_EQ(At("nps(30)", "2024-01-30"), 100);           // age 29
  EXPECT_EQ(At("nps(30)", "2024-01-31"), std::nullopt);  // age 30
}

TEST_F(FeatureTest, ADetractorIsOpenUntilALaterRecovery) {
  account_.Nps(1, 2, T("2024-05-10"));
  account_.Add(RecoveryContent{1}, T("2024-05-10"));
  EXPECT_EQ(At("sentiment.detractor_share(365)", "2024-06-01"), 1) << "at the same instant";
  account_.Add(RecoveryContent{1}, T("2024-05-10") + 1);
  EXPECT_EQ(At("sentiment.detractor_share(365)", "2024-06-01"), 0);
  EXPECT_EQ(At("nps(180)", "2024-06-01"), -100) << "the answer itself stands";
}

TEST_F(FeatureTest, ARecoveryOfNobodyInParticularIsOfTheAnonymousAnswersAlone) {
  account_.Nps(1, 2, T("2024-05-10")).Nps(kNobody, 2, T("2024-05-10"));
  account_.Add(RecoveryContent{kNobody}, T("2024-05-11"));
  EXPECT_EQ(At("sentiment.detractor_share(365)", "2024-06-01"), 0.5);
}

TEST_F(FeatureTest, OnlyAnOpenDetractorWithAKeyRoleIsAKeyDetractor) {
  EXPECT_EQ(At("sentiment.key_detractor", "2024-06-01"), std::nullopt);
  account_.Nps(kNobody, 2, T("2024-05-01"));
  EXPECT_EQ(At("sentiment.key_detractor", "2024-06-01"), std::nullopt) << "it may be anybody";
  account_.Nps(1, 6, T("2024-05-01"));
  EXPECT_EQ(At("sentiment.key_detractor", "2024-06-01"), 0);
  account_.Person(1, Role::kChampion, T("2024-05-02"));
  EXPECT_EQ(At("sentiment.key_detractor", "2024-06-01"), 1);
  EXPECT_EQ(At("sentiment.key_detractor", "2034-06-01"), 1) << "however old";
  account_.Person(1, Role::kUser, T("2024-05-03"));
  EXPECT_EQ(At("sentiment.key_detractor", "2024-06-01"), 0);
}

TEST_F(FeatureTest, CsatIsTheMeanOverAllAnswers) {
  account_.Csat(1, T("2024-05-01")).Csat(5, T("2024-05-01")).Csat(4, T("2024-05-20"));
  EXPECT_DOUBLE_EQ(*At("csat.mean(90)", "2024-06-01"), (0 + 1 + 0.75) / 3);
  EXPECT_DOUBLE_EQ(*At("csat.mean(28)", "2024-06-01"), 0.75);
  EXPECT_EQ(At("csat.mean(28)", "2024-06-16"), 0.75) << "age 27";
  EXPECT_EQ(At("csat.mean(28)", "2024-06-17"), std::nullopt) << "age 28";
}

TEST_F(FeatureTest, TheAgeOfSentimentIsThatOfTheNewestNpsOrCsat) {
  EXPECT_EQ(At("sentiment.age_days", "2024-06-01"), std::nullopt);
  account_.Nps(1, 9, T("2024-05-01")).Csat(4, T("2024-05-22"));
  EXPECT_EQ(At("sentiment.age_days", "2024-06-01"), 10);
}

TEST_F(FeatureTest, NothingOpenIsZeroOnlyWhereTicketsAreCovered) {
  EXPECT_EQ(At("support.open_critical", "2024-06-10"), std::nullopt);
  Watermark("desk", "2024-06-08", 2);
  EXPECT_EQ(At("support.open_critical", "2024-06-10"), 0) << "age 2 of 2";
  EXPECT_EQ(At("support.open_critical", "2024-06-11"), std::nullopt) << "age 3 of 2";
}

TEST_F(FeatureTest, ATicketFactCoversForGood) {
  account_.Ticket("T-1", Event::kOpened, Severity::kCritical, T("2020-01-01"));
  account_.Ticket("T-1", Event::kClosed, Severity::kUnspecified, T("2020-01-02"));
  EXPECT_EQ(At("support.open_critical", "2024-06-10"), 0);
  EXPECT_EQ(At("support.oldest_open_days", "2024-06-10"), 0);
}

TEST_F(FeatureTest, TheNewestStatedSeverityAndEscalationCount) {
  account_.Ticket("T-1", Event::kOpened, Severity::kLow, T("2024-06-01"));
  account_.Ticket("T-1", Event::kUpdated, Severity::kCritical, T("2024-06-02"));
  account_.Ticket("T-1", Event::kUpdated, Severity::kUnspecified, T("2024-06-03"));
  account_.Add(TicketContent{"T-1", Event::kUpdated, Severity::kUnspecified, 1}, T("2024-06-03"));
  EXPECT_EQ(At("support.open_critical", "2024-06-10"), 1);
  EXPECT_EQ(At("support.escalations_open", "2024-06-10"), 1);
  EXPECT_EQ(At("support.oldest_open_days", "2024-06-10"), 9);
  EXPECT_EQ(At("support.open", "2024-06-10"), 1);
}

TEST_F(FeatureTest, ASingleOpeningWithAClosingIsClosedWhateverTheirOrder) {
  account_.Ticket("T-1", Event::kOpened, Severity::kNormal, T("2024-06-01T23:59:59Z"));
  account_.Ticket("T-1", Event::kClosed, Severity::kUnspecified, T("2024-06-01T09:00:00Z"));
  EXPECT_EQ(At("support.open", "2024-06-10"), 0);
}

TEST_F(FeatureTest, ASecondOpeningAfterTheClosingReopens) {
  account_.Ticket("T-1", Event::kOpened, Severity::kNormal, T("2024-06-01"));
  account_.Ticket("T-1", Event::kClosed, Severity::kUnspecified, T("2024-06-03"));
  account_.Ticket("T-1", Event::kOpened, Severity::kUnspecified, T("2024-06-06"));
  EXPECT_EQ(At("support.open", "2024-06-10"), 1);
  EXPECT_EQ(At("support.oldest_open_days", "2024-06-10"), 4);
}

// An opening that is sent twice must not make a ticket look young.
TEST_F(FeatureTest, AnOpeningSentAgainLeavesTheTicketAsOldAsItIs) {
  account_.Ticket("T-1", Event::kOpened, Severity::kNormal, T("2024-06-01"));
  account_.Ticket("T-1", Event::kOpened, Severity::kNormal, T("2024-06-09"));
  EXPECT_EQ(At("support.oldest_open_days", "2024-06-10"), 9);
}

TEST_F(FeatureTest, AChampionWhoLeftIsMissedUntilOneIsPresent) {
  EXPECT_EQ(At("relationship.without_champion_days", "2024-06-10"), std::nullopt);
  account_.Person(1, Role::kChampion, T("2024-01-01"));
  EXPECT_EQ(At("relationship.without_champion_days", "2024-06-10"), std::nullopt);
  account_.Left(1, T("2024-06-01"));
  EXPECT_EQ(At("relationship.without_champion_days", "2024-06-10"), 9);
  account_.Person(1, Role::kChampion, T("2024-06-05"));
  EXPECT_EQ(At("relationship.without_champion_days", "2024-06-10"), 9)
      << "the address book was sent again, the person did not come back";
  account_.Person(2, Role::kChampion, T("2024-06-07"));
  EXPECT_EQ(At("relationship.without_champion_days", "2024-06-10"), std::nullopt);
}

TEST_F(FeatureTest, AttainmentComparesProgressWithTheTimeThatHasPassed) {
  ObjectiveContent objective{"O-1",      D("2024-04-01"), D("2024-07-10"),
                             Units(100), Units(25),       kNoDay};
  account_.Add(objective, T("2024-04-02"));
  EXPECT_EQ(At("outcomes.attainment", "2024-03-31"), std::nullopt) << "not started";
  EXPECT_EQ(At("outcomes.attainment", "2024-04-01"), 1) << "expected is at least 0.05";
  EXPECT_DOUBLE_EQ(*At("outcomes.attainment", "2024-05-21"), 0.5)
      << "half the time, a quarter done";
  EXPECT_DOUBLE_EQ(*At("outcomes.attainment", "2024-12-31"), 0.25) << "expected is at most 1";
  objective.closed = D("2024-06-30");
  account_.Add(objective, T("2024-06-30"));
  EXPECT_TRUE(At("outcomes.attainment", "2024-06-30").has_value()) << "closed in this quarter";
  EXPECT_EQ(At("outcomes.attainment", "2024-07-01"), std::nullopt) << "closed before it";
}

TEST_F(FeatureTest, OverdueIsTheAgeOfTheOldestUnpaidDueDate) {
  using Invoice = InvoiceContent::Event;
  account_.Add(InvoiceContent{"I-1", Invoice::kIssued, D("2024-06-10"), Units(5)}, T("2024-05-10"));
  EXPECT_EQ(At("billing.days_overdue", "2024-06-01"), 0);
  EXPECT_EQ(At("billing.days_overdue", "2024-06-10"), 0);
  EXPECT_EQ(At("billing.days_overdue", "2024-06-11"), 1);
  account_.Add(InvoiceContent{"I-1", Invoice::kPaid, kNoDay, 0}, T("2024-06-20"));
  EXPECT_EQ(At("billing.days_overdue", "2024-06-20"), 0);
  account_.Add(InvoiceContent{"I-2", Invoice::kIssued, D("2024-06-01"), Units(-5)},
               T("2024-05-10"));
  EXPECT_EQ(At("billing.days_overdue", "2024-06-20"), 0) << "a credit note is not owed";
}

TEST_F(FeatureTest, AnInvoiceCalledOverdueWithoutADateIsDueThatDay) {
  using Invoice = InvoiceContent::Event;
  account_.Add(InvoiceContent{"I-1", Invoice::kOverdue, kNoDay, 0}, T("2024-06-10"));
  account_.Add(InvoiceContent{"I-1", Invoice::kOverdue, kNoDay, 0}, T("2024-06-15"));
  EXPECT_EQ(At("billing.days_overdue", "2024-06-20"), 10);
}

TEST_F(FeatureTest, UnderstandingIsAConfirmedIssueOrSolutionOrAHearing) {
  using Status = IssueContent::Status;
  account_.Add(IssueContent{"X", "returns", Status::kAssumed}, T("2024-06-01"));
  EXPECT_EQ(At("issue.understood_age_days", "2024-06-10"), std::nullopt);
  account_.Add(IssueContent{"X", "returns", Status::kConfirmed}, T("2024-06-02"));
  account_.Add(IssueContent{"X", "returns", Status::kSolved}, T("2024-06-08"));
  EXPECT_EQ(At("issue.understood_age_days", "2024-06-10"), 8);
  account_.Add(HearingContent{false}, T("2024-06-09"));
  EXPECT_EQ(At("issue.understood_age_days", "2024-06-10"), 1);
}

TEST(FeatureNameTest, WindowsOfUsageAreMultiplesOfSevenWithinTheirLimits) {
  for (const char* good : {"usage.a.mean(7)", "usage.a.mean(392)", "usage.a.trend(196)",
                           "usage.a.trend_yoy(28)", "nps(1)", "nps(392)", "csat.mean(28)",
                           "adoption.milestone(wms)", "adoption.seat_utilisation(wms)"}) {
    EXPECT_TRUE(ParseFeature(good).ok()) << good << ": " << ParseFeature(good).status();
  }
  for (const char* bad : {"usage.a.mean(8)",
                          "usage.a.mean(0)",
                          "usage.a.mean(399)",
                          "usage.a.trend(203)",
                          "usage.a.trend_yoy(35)",
                          "nps(0)",
                          "nps(393)",
                          "nps",
                          "nps(180",
                          "nps(+180)",
                          "nps( 180)",
                          "nps(0180)",
                          "nps(-7)",
                          "nps(7.0)",
                          "usage.a.median(7)",
                          "usage..mean(7)",
                          "usage.A.mean(7)",
                          "usage.mean(7)",
                          "adoption.milestone",
                          "adoption.milestone()",
                          "adoption.seat_utilisation()",
                          "support.open_critical()",
                          "support.open_critical(1)",
                          "happiness",
                          ""}) {
    EXPECT_FALSE(ParseFeature(bad).ok()) << bad;
  }
}

TEST(FeatureNameTest, AnErrorSaysWhatWouldDo) {
  EXPECT_EQ(ParseFeature("usage.a.mean(8)").status().message(),
            "'usage.a.mean(8)' needs a window in days: a multiple of 7 from 7 to 392");
}

}  // namespace
}  // namespace kizuna::engine
