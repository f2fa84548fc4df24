// SPDX-License-Identifier: Apache-2.0
//
// Does a review judge what was planned, promised and answered as docs/scoring.md says, and does it
// propose only what may be proposed?

#include "server/engine/review.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/engine/account.h"

namespace kizuna::engine {
namespace {

using testing::Account;
using testing::D;
using testing::Starter;
using testing::T;
using testing::Units;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Lines = std::vector<std::string>;
using Event = TicketContent::Event;

const Days kQuarter = {D("2024-04-01"), D("2024-07-01")};
const Instant kUntil = T("2024-06-30T23:59:59Z");

// "ticket T-1 done 2024-05-01": kind, subject, state, the day it was done.
Lines Told(const std::vector<ReviewAction>& actions) {
  static constexpr const char* kKinds[] = {"", "issue", "ticket", "objective", "milestone",
                                           "renewal"};
  static constexpr const char* kStates[] = {"", "open", "done", "late", "dropped"};
  Lines lines;
  for (const ReviewAction& action : actions) {
    lines.push_back(absl::StrCat(
        kKinds[static_cast<int>(action.kind)], " ", action.subject, " ",
        kStates[static_cast<int>(action.state)],
        action.done == kNoDay ? "" : absl::StrCat(" day ", action.done - kQuarter.first)));
  }
  return lines;
}

Lines ActionsBetween(const Account& then, const Account& now) {
  return Told(ActionsOf(then.Folded(), D("2024-03-31"), now.Folded(), D("2024-06-30"), Calendar()));
}

ObjectiveContent Objective(Day start, Day due, double target, double progress,
                           Day closed = kNoDay) {
  return {"O-1", start, due, Units(target), Units(progress), closed};
}

TEST(ReviewActions, TicketsAndIssuesAreDoneWhenTheyAreClosedAndSolved) {
  Account then;
  then.Ticket("open", Event::kOpened, Severity::kHigh, T("2024-03-01"));
  then.Ticket("shut", Event::kOpened, Severity::kLow, T("2024-03-02"));
  then.Ticket("old", Event::kOpened, Severity::kLow, T("2024-01-02"));
  then.Ticket("old", Event::kClosed, Severity::kLow, T("2024-02-02"));
  then.Add(IssueContent{"I-1", "stock", IssueContent::Status::kConfirmed}, T("2024-03-03"));
  then.Add(IssueContent{"I-2", "labour", IssueContent::Status::kConfirmed}, T("2024-03-03"));
  then.Add(IssueContent{"I-3", "guess", IssueContent::Status::kAssumed}, T("2024-03-03"));
  Account now = then;
  now.Ticket("shut", Event::kClosed, Severity::kLow, T("2024-04-02"));
  now.Add(IssueContent{"I-2", "labour", IssueContent::Status::kSolved}, T("2024-04-11"));
  EXPECT_THAT(ActionsBetween(then, now),
              ElementsAre("issue labour done day 10", "issue stock open", "ticket open open",
                          "ticket shut done day 1"));
}

TEST(ReviewActions, ObjectivesMilestonesAndRenewalsCarryTheirDates) {
  Account then;
  then.Add(Objective(D("2024-01-01"), D("2024-05-01"), 10, 4), T("2024-03-01"));
  then.Add(MilestoneContent{"crm", Milestone::kOnboarded}, T("2024-02-01"));
  SubscriptionContent subscription;
  subscription.subscription_id = "S-1";
  subscription.product = "crm";
  subscription.start = D("2023-06-01");
  subscription.renewal = D("2024-06-01");
  subscription.auto_renew = true;
  then.Add(subscription, T("2024-01-01"));
  EXPECT_THAT(ActionsBetween(then, then),
              ElementsAre("objective O-1 late", "renewal crm done day 61", "milestone crm open"));
  Account now = then;
  now.Add(Objective(D("2024-01-01"), D("2024-05-01"), 10, 10, D("2024-04-21")), T("2024-04-25"));
  now.Add(MilestoneContent{"crm", Milestone::kAdopted}, T("2024-04-03"));
  subscription.end = D("2024-06-01");
  subscription.auto_renew = false;
  now.Add(subscription, T("2024-05-20"));
  EXPECT_THAT(ActionsBetween(then, now),
              ElementsAre("objective O-1 done day 20", "renewal crm dropped",
                          "milestone crm done day 2"));
}

TEST(ReviewObjectives, ResultFollowsTheTimeThatPassed) {
  using Result = ObjectiveStanding::Result;
  const Day start = D("2024-04-01"), due = D("2024-04-11");
  const auto result = [&](double progress, Day day, Day closed = kNoDay) {
    return StandingOf(Objective(start, due, 100, progress, closed), day).result;
  };
  EXPECT_EQ(result(49.999999, start + 5), Result::kBehind);
  EXPECT_EQ(result(50, start + 5), Result::kOnTrack);
  EXPECT_EQ(result(0, start - 1), Result::kOnTrack);
  EXPECT_EQ(result(99, due), Result::kBehind) << "its last day is not over";
  EXPECT_EQ(result(99, due + 1), Result::kMissed);
  EXPECT_EQ(result(100, start), Result::kMet);
  EXPECT_EQ(result(60, start + 5, start + 5), Result::kMissed) << "closed short of the target";
  EXPECT_EQ(StandingOf(Objective(start, due, 100, 0), start + 5).expected, Units(50));
}

TEST(ReviewObjectives, RunsOnDaysBetweenStartAndClosing) {
  EXPECT_TRUE(RanIn(Objective(kQuarter.end - 1, kQuarter.end + 9, 1, 0), kQuarter));
  EXPECT_FALSE(RanIn(Objective(kQuarter.end, kQuarter.end + 9, 1, 0), kQuarter));
  EXPECT_TRUE(RanIn(Objective(0, 9, 1, 0, kQuarter.first), kQuarter));
  EXPECT_FALSE(RanIn(Objective(0, 9, 1, 0, kQuarter.first - 1), kQuarter));
}

TEST(ReviewVoice, CountsTheNewestAnswerOfAPersonInTheQuarter) {
  Account account;
  account.Nps(1, 2, T("2024-04-02")).Nps(1, 9, T("2024-05-02")).Nps(2, 7, T("2024-05-02"));
  account.Nps(kNobody, 6, T("2024-05-03")).Nps(kNobody, 10, T("2024-05-03"));
  account.Nps(3, 0, T("2024-03-31")).Nps(4, 0, T("2024-07-01"));
  account.Csat(5, T("2024-04-01")).Csat(3, T("2024-04-01"));
  const VoiceFigures figures = VoiceOf(account.facts(), Calendar(), kQuarter);
  EXPECT_EQ(figures.promoters, 2);
  EXPECT_EQ(figures.passives, 1);
  EXPECT_EQ(figures.detractors, 1);
  EXPECT_EQ(figures.nps, 25.0);
  EXPECT_EQ(figures.csat, 0.75);
  EXPECT_EQ(figures.csat_answers, 2);
  EXPECT_EQ(VoiceOf({}, Calendar(), kQuarter).nps, std::nullopt);
}

TEST(ReviewSupport, JudgesAgainstWhatWasPromised) {
  Account account;
  SubscriptionContent subscription;
  subscription.subscription_id = "S";
  subscription.start = D("2023-01-01");
  subscription.promised_response_minutes = 60;
  account.Add(subscription, T("2024-01-01"));
  account.Ticket("in time", Event::kOpened, Severity::kLow, T("2024-04-02T10:00:00Z"));
  account.Ticket("in time", Event::kUpdated, Severity::kLow, T("2024-04-02T11:00:00Z"));
  account.Ticket("in time", Event::kClosed, Severity::kLow, T("2024-04-02T14:00:00Z"));
  account.Ticket("late", Event::kOpened, Severity::kCritical, T("2024-04-03T10:00:00Z"));
  account.Ticket("late", Event::kClosed, Severity::kCritical, T("2024-04-03T11:00:01Z"));
  account.Ticket("silent", Event::kOpened, Severity::kNormal, T("2024-06-01T10:00:00Z"));
  account.Ticket("fresh", Event::kOpened, Severity::kNormal, T("2024-06-30T23:30:00Z"));
  account.Ticket("before", Event::kOpened, Severity::kNormal, T("2024-03-31T10:00:00Z"));
  const SupportFigures figures = SupportOf(account.Folded(), Calendar(), kQuarter, kUntil);
  EXPECT_EQ(figures.opened, 4);
  EXPECT_EQ(figures.closed, 2);
  EXPECT_EQ(figures.open_at_end, 3);
  EXPECT_EQ(figures.promised_minutes, 60);
  EXPECT_EQ(figures.judged, 3) << "the fresh one may yet be answered in time";
  EXPECT_EQ(figures.in_time, 1);
  EXPECT_NEAR(figures.median_response_minutes.value_or(0), 60.0083, 0.001);
  EXPECT_NEAR(figures.median_hours_to_close.value_or(0), 2.50014, 0.001);
  EXPECT_THAT(figures.by_severity, ElementsAre(0, 1, 2, 0, 1));
}

class ReviewProposals : public ::testing::Test {
 protected:
  // "good a", "best b+a": the tier and its products.
  static Lines Told(const std::vector<Offer>& offers) {
    const auto book = Starter([](Rulebook::Parts& parts) {
      parts.products = {{"a", "", "one"}, {"b", "", "one"}, {"c", "", "two"}};
    });
    static constexpr const char* kTiers[] = {"", "good", "better", "best"};
    Lines lines;
    for (const Proposal& proposal : ProposalsOf(offers, *book)) {
      std::string line = kTiers[static_cast<int>(proposal.tier)];
      for (const Offer* offer : proposal.offers) {
        absl::StrAppend(&line, " ", book->products()[offer->option.product].id);
      }
      lines.push_back(line);
    }
    return lines;
  }
  static Offer Made(int product, double gain, Verdict verdict = Verdict::kAllow) {
    Offer offer;
    offer.option.product = product;
    offer.option.verdict = verdict;
    offer.yearly_gain = Units(gain);
    return offer;
  }
};

TEST_F(ReviewProposals, HoldNothingBehindAClosedGate) {
  EXPECT_THAT(Told({}), IsEmpty());
  EXPECT_THAT(Told({Made(0, 5, Verdict::kDeny), Made(2, 5, Verdict::kUnknown)}), IsEmpty());
  EXPECT_THAT(Told({Made(0, 9), Made(2, 5, Verdict::kDeny)}), ElementsAre("good a"));
}

TEST_F(ReviewProposals, AreTheSmallestTheFirstAndBothTogether) {
  EXPECT_THAT(Told({Made(2, 9), Made(0, 5)}), ElementsAre("good a", "better c", "best c a"));
  EXPECT_THAT(Told({Made(1, 9), Made(0, 5)}), ElementsAre("good a", "better b"))
      << "two plans of one family replace each other";
  EXPECT_THAT(Told({Made(1, 9), Made(0, 5), Made(2, 7)}),
              ElementsAre("good a", "better b", "best b c"));
  EXPECT_THAT(Told({Made(0, 5), Made(2, 9)}), ElementsAre("good a", "better c", "best c a"));
}

TEST_F(ReviewProposals, SayWhatTheyDoForTheCustomer) {
  Offer offer = Made(0, 1);
  offer.grounds = {{OfferGround::Kind::kSeatsInUse, "a", 0.9},
                   {OfferGround::Kind::kIssue, "stock", 1.0},
                   {OfferGround::Kind::kLadder, "a", std::nullopt},
                   {OfferGround::Kind::kAffinity, "b", 2.0}};
  EXPECT_THAT(BenefitsOf(offer), ElementsAre(Benefit::kSolvesIssue, Benefit::kMoreFromOwned,
                                             Benefit::kLikelyNeed));
  offer.grounds = {{OfferGround::Kind::kIssue, "stock", 0.0}};
  EXPECT_THAT(BenefitsOf(offer), ElementsAre(Benefit::kLikelyNeed)) << "only assumed";
}

}  // namespace
}  // namespace kizuna::engine
