// SPDX-License-Identifier: Apache-2.0
//
// Does each gate hold exactly where docs/scoring.md says, and open when it says it will?

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/engine/account.h"

namespace kizuna::engine {
namespace {

using testing::Account;
using testing::Ask;
using testing::Codes;
using ::testing::Contains;
using testing::D;
using ::testing::ElementsAre;
using testing::FindReason;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::Standard;
using testing::Starter;
using testing::T;
using testing::Units;
using Parts = Rulebook::Parts;

constexpr char kNow[] = "2024-06-10";

class GatesTest : public ::testing::Test {
 protected:
  GatesTest() { account_.Healthy(D(kNow)); }

  Decision AskAt(absl::string_view now, Motion motion = Motion::kSeats) {
    return Ask(account_, *book_, motion, T(now));
  }
  // That the gate holds at an instant, and opens when it says.
  void ExpectOpens(const char* code, absl::string_view now, Instant opens_at,
                   Motion motion = Motion::kSeats) {
    const Decision decision = AskAt(now, motion);
    const Reason* reason = FindReason(decision, code);
    ASSERT_NE(reason, nullptr) << code;
    EXPECT_EQ(reason->opens_at, opens_at) << code;
    if (opens_at == kNever) return;
    EXPECT_NE(FindReason(Ask(account_, *book_, motion, opens_at - 1), code), nullptr);
    EXPECT_EQ(FindReason(Ask(account_, *book_, motion, opens_at), code), nullptr);
  }

  Account account_;
  std::shared_ptr<const Rulebook> book_ = Starter();
};

TEST_F(GatesTest, AHealthyAccountIsAllowed) {
  const Decision decision = AskAt(kNow);
  EXPECT_EQ(decision.verdict, Verdict::kAllow);
  EXPECT_THAT(decision.reasons, IsEmpty());
}

TEST_F(GatesTest, AnAccountOfWhichNothingIsKnownIsUnknown) {
  const Decision decision = Ask(Account(), *book_, Motion::kCrossSell, T(kNow));
  EXPECT_EQ(decision.verdict, Verdict::kUnknown);
  EXPECT_THAT(Codes(decision), ElementsAre("SENTIMENT_STALE", "EVIDENCE_THIN"));
}

TEST_F(GatesTest, DissatisfiedByTheShareOfOpenDetractors) {
  for (int i = 0; i < 8; ++i) account_.Nps(100 + i, 9, T("2024-06-01"));  // 9 with Healthy()
  account_.Nps(200, 6, T("2024-06-01"));                                  // 1 of 10
  EXPECT_THAT(Codes(AskAt(kNow)), ElementsAre("DISSATISFIED"));
  account_.Nps(201, 9, T("2024-06-01"));  // 1 of 11
  EXPECT_THAT(Codes(AskAt(kNow)), IsEmpty());
}

TEST_F(GatesTest, DissatisfiedClosesAMentionAndNotARequest) {
  account_.Nps(7, 2, T("2024-06-05"));
  for (const Motion motion :
       {Motion::kSeats, Motion::kPlan, Motion::kCrossSell, Motion::kMention}) {
    EXPECT_EQ(AskAt(kNow, motion).verdict, Verdict::kDeny);
  }
  for (const Motion motion : {Motion::kRenewal, Motion::kInbound, Motion::kHearing}) {
    EXPECT_EQ(AskAt(kNow, motion).verdict, Verdict::kAllow);
  }
}

TEST_F(GatesTest, AnswersLeaveTheirWindowsAndOpenTheGate) {
  account_.Csat(2, T("2024-06-01"));  // mean 0.25 for 28 days; age 28 on 2024-06-29
  ExpectOpens("DISSATISFIED", kNow, T("2024-06-29T00:00:00Z"));
}

TEST_F(GatesTest, AKeyDetractorClosesUntilSomebodyActs) {
  account_.Person(8, Role::kDecisionMaker, T("2020-01-01")).Nps(8, 3, T("2020-01-01"));
  for (int i = 0; i < 20; ++i) account_.Nps(100 + i, 10, T("2024-06-01"));
  ExpectOpens("DISSATISFIED", kNow, kNever);
}

TEST_F(GatesTest, TheContactInQuestionIsAKeyPerson) {
  for (int i = 0; i < 20; ++i) account_.Nps(100 + i, 10, T("2024-06-01"));
  account_.Nps(9, 4, T("2024-06-01"));
  EXPECT_EQ(AskAt(kNow).verdict, Verdict::kAllow);
  Request request;
  request.motion = Motion::kSeats;
  request.contact = 9;
  const Decision decision = Decide(account_.Folded(), *book_, request, T(kNow));
  EXPECT_EQ(decision.verdict, Verdict::kDeny);
  ASSERT_THAT(Codes(decision), ElementsAre("DISSATISFIED"));
  ASSERT_EQ(decision.reasons[0].items.size(), 1u);
  EXPECT_EQ(decision.reasons[0].items[0].feature, "sentiment.key_detractor");
  EXPECT_EQ(decision.reasons[0].items[0].facts[0].person, 9u);
}

TEST_F(GatesTest, SentimentIsStaleAfter180Days) {
  // Answered on 2024-05-31.
  EXPECT_EQ(FindReason(AskAt("2024-11-27"), "SENTIMENT_STALE"), nullptr) << "age 180";
  const Decision decision = AskAt("2024-11-28");
  const Reason* stale = FindReason(decision, "SENTIMENT_STALE");
  ASSERT_NE(stale, nullptr) << "age 181";
  EXPECT_FALSE(stale->missing);
  EXPECT_EQ(stale->opens_at, kNever);
}

TEST_F(GatesTest, CriticalTicketsAndEscalationsClose) {
  account_.Ticket("T-9", TicketContent::Event::kOpened, Severity::kHigh, T("2024-06-01"));
  EXPECT_EQ(FindReason(AskAt(kNow), "CRITICAL_TICKET"), nullptr);
  account_.Add(TicketContent{"T-9", TicketContent::Event::kUpdated, Severity::kUnspecified, 1},
               T("2024-06-02"));
  const Decision decision = AskAt(kNow, Motion::kMention);
  ASSERT_THAT(Codes(decision), ElementsAre("CRITICAL_TICKET"));
  EXPECT_EQ(decision.reasons[0].items[0].facts[0].subject, "T-9");
}

TEST_F(GatesTest, ARequiredSourceThatIsLateMakesThePitchUnknown) {
  book_ = Starter([](Parts& p) {
    p.sources = {{"telemetry", 0, {}, 2, true, Calendar().EndOf(D("2024-06-08"))}};
  });
  EXPECT_EQ(AskAt("2024-06-10").verdict, Verdict::kAllow);
  EXPECT_THAT(Codes(AskAt("2024-06-11")), ElementsAre("FEED_SILENT"));
  EXPECT_EQ(AskAt("2024-06-11").verdict, Verdict::kUnknown);
  EXPECT_EQ(AskAt("2024-06-11", Motion::kMention).verdict, Verdict::kAllow);
}

TEST_F(GatesTest, AChampionWhoLeftDeniesFor90DaysAndThenIsUnknown) {
  account_.Person(5, Role::kChampion, T("2024-01-01")).Left(5, T("2024-03-12"));
  for (const auto& [now, effect] : {std::pair("2024-06-09", Effect::kDeny),        // 89
                                    std::pair("2024-06-10", Effect::kDeny),        // 90
                                    std::pair("2024-06-11", Effect::kUnknown)}) {  // 91
    const Decision decision = AskAt(now);
    const Reason* left = FindReason(decision, "CHAMPION_LEFT");
    ASSERT_NE(left, nullptr) << now;
    EXPECT_EQ(left->effect, effect) << now;
    EXPECT_EQ(left->opens_at, kNever);
  }
}

TEST_F(GatesTest, OverdueByMoreThan30Days) {
  account_.Add(InvoiceContent{"I-1", InvoiceContent::Event::kIssued, D("2024-05-11"), Units(5)},
               T("2024-05-01"));
  EXPECT_EQ(AskAt("2024-06-10").verdict, Verdict::kAllow) << "30 days";
  EXPECT_THAT(Codes(AskAt("2024-06-11")), ElementsAre("OVERDUE"));
}

TEST_F(GatesTest, CoolingOffDependsOnHowTheLastPitchEnded) {
  InteractionContent pitch;
  pitch.kind = InteractionContent::Kind::kPitch;
  pitch.outbound = true;
  const struct {
    PitchOutcome outcome;
    int32_t days;
  } cases[] = {{PitchOutcome::kWon, 0},
               {PitchOutcome::kExpired, 30},
               {PitchOutcome::kNotNow, 90},
               {PitchOutcome::kLost, 180},
               {PitchOutcome::kAskedToStop, 180}};
  for (const auto& [outcome, days] : cases) {
    Account account;
    account.Healthy(D(kNow));
    pitch.outcome = outcome;
    account.Add(pitch, Calendar().StartOf(D(kNow)));
    const Decision decision = Ask(account, *book_, Motion::kSeats, T(kNow));
    const Reason* cooling = FindReason(decision, "COOLING_OFF");
    if (days == 0) {
      EXPECT_EQ(cooling, nullptr);
      continue;
    }
    ASSERT_NE(cooling, nullptr) << days;
    EXPECT_EQ(cooling->opens_at, Calendar().StartOf(D(kNow) + days));
  }
}

TEST_F(GatesTest, TheLastPitchAloneCounts) {
  InteractionContent pitch;
  pitch.kind = InteractionContent::Kind::kPitch;
  pitch.outcome = PitchOutcome::kLost;
  account_.Add(pitch, T("2024-06-01"));
  pitch.outcome = PitchOutcome::kWon;
  account_.Add(pitch, T("2024-06-02"));
  EXPECT_EQ(AskAt(kNow).verdict, Verdict::kAllow);
}

TEST_F(GatesTest, FiveUnsolicitedContactsWithin14DaysTire) {
  InteractionContent mail;
  mail.kind = InteractionContent::Kind::kMail;
  mail.outbound = mail.unsolicited = true;
  for (int i = 0; i < 4; ++i) account_.Add(mail, T("2024-06-01T08:00:00Z") + i);
  EXPECT_EQ(AskAt(kNow, Motion::kHearing).verdict, Verdict::kAllow) << "4 of 5";
  account_.Add(mail, T("2024-06-05T08:00:00Z"));
  EXPECT_THAT(Codes(AskAt(kNow, Motion::kHearing)), ElementsAre("CONTACT_FATIGUE"));
  ExpectOpens("CONTACT_FATIGUE", kNow, T("2024-06-15T00:00:00Z"));  // age 14 of the first four
}

TEST_F(GatesTest, ThreeContactsTireOnePersonAndHighTouchBearsEight) {
  account_.Profile("lifetime_value", "100000000000", T("2024-01-01"));
  InteractionContent mail;
  mail.kind = InteractionContent::Kind::kMail;
  mail.outbound = mail.unsolicited = true;
  mail.person = 4;
  for (int i = 0; i < 3; ++i) account_.Add(mail, T("2024-06-01T08:00:00Z") + i);
  Request request;
  request.motion = Motion::kSeats;
  request.contact = 4;
  EXPECT_THAT(Codes(Decide(account_.Folded(), *book_, request, T(kNow))),
              ElementsAre("CONTACT_FATIGUE"));
  request.contact = 5;
  EXPECT_EQ(Decide(account_.Folded(), *book_, request, T(kNow)).verdict, Verdict::kAllow);
  for (int i = 0; i < 4; ++i) account_.Add(mail, T("2024-06-02T08:00:00Z") + i);
  EXPECT_EQ(AskAt(kNow).verdict, Verdict::kAllow) << "7 of 8";
  account_.Add(mail, T("2024-06-02T09:00:00Z"));
  EXPECT_EQ(AskAt(kNow).verdict, Verdict::kDeny);
}

TEST_F(GatesTest, AnOptOutClosesAllButAnAnswer) {
  account_.Add(ConsentContent{kNobody, "", true}, T("2024-06-01"));
  for (const Motion motion : kMotions) {
    EXPECT_EQ(AskAt(kNow, motion).verdict,
              motion == Motion::kInbound ? Verdict::kAllow : Verdict::kDeny);
  }
}

TEST_F(GatesTest, AnOptOutOfAChannelOrAPersonIsDecidedPerRequest) {
  account_.Add(ConsentContent{kNobody, "mail", true}, T("2024-06-01"));
  account_.Add(ConsentContent{4, "", true}, T("2024-06-01"));
  account_.Add(ConsentContent{5, "phone", true}, T("2024-06-01"));
  const auto ask = [&](PersonKey contact, const char* channel) {
    Request request;
    request.motion = Motion::kSeats;
    request.contact = contact;
    request.channel = channel;
    return Decide(account_.Folded(), *book_, request, T(kNow)).verdict;
  };
  EXPECT_EQ(ask(kNobody, ""), Verdict::kAllow);
  EXPECT_EQ(ask(kNobody, "mail"), Verdict::kDeny);
  EXPECT_EQ(ask(4, ""), Verdict::kDeny);
  EXPECT_EQ(ask(4, "phone"), Verdict::kDeny);
  EXPECT_EQ(ask(5, ""), Verdict::kAllow);
  EXPECT_EQ(ask(5, "phone"), Verdict::kDeny);
  EXPECT_EQ(ask(5, "visit"), Verdict::kAllow);
}

TEST_F(GatesTest, AHoldEndsAtItsInstant) {
  account_.Hold("H-1", T("2024-06-10T15:30:00Z"), T("2024-06-01"));
  ExpectOpens("HOLD", kNow, T("2024-06-10T15:30:00Z"));
  account_.Hold("H-2", kNever, T("2024-06-01"));
  ExpectOpens("HOLD", kNow, kNever);
  account_.Add(HoldContent{"H-2", kNever, "kenji", true}, T("2024-06-02"));
  ExpectOpens("HOLD", kNow, T("2024-06-10T15:30:00Z"));
}

TEST_F(GatesTest, AllThatHoldAreListedInTheModelsOrderAndDenyOutweighs) {
  account_.Hold("H", kNever, T("2024-06-01"));
  account_.Person(5, Role::kChampion, T("2023-01-01")).Left(5, T("2023-03-12"));
  account_.Ticket("T-9", TicketContent::Event::kOpened, Severity::kCritical, T("2024-06-01"));
  const Decision decision = AskAt(kNow);
  EXPECT_EQ(decision.verdict, Verdict::kDeny);
  EXPECT_THAT(Codes(decision),
              ElementsAre("HEALTH_LOW", "CRITICAL_TICKET", "CHAMPION_LEFT", "HOLD"));
}

// Today's rows complete the evidence at midnight, with no new fact.
TEST_F(GatesTest, ThinEvidenceMayFillUpByItself) {
  Account account;
  account.Nps(1, 9, T("2024-06-01"));
  account.Ticket("T", TicketContent::Event::kClosed, Severity::kNormal, T("2024-06-01"));
  account.Activity(D("2024-06-10"), 1, 30);
  const Instant now = Calendar().EndOf(D("2024-06-10"));
  const Decision decision = Ask(account, *book_, Motion::kSeats, now);
  const Reason* thin = FindReason(decision, "EVIDENCE_THIN");
  ASSERT_NE(thin, nullptr);
  EXPECT_EQ(thin->opens_at, now + 1);
}

TEST_F(GatesTest, AConditionThatIsOutgrownSaysWhen) {
  book_ = Starter([](Parts& p) {
    GateSpec own = testing::GateOf(p, "HEALTH_LOW");
    own.code = "JUST_SPOKEN";
    own.conditions = {{"relationship.days_since_contact", Comparison::kBelow, 45}};
    p.rules.models[0].gates.push_back(own);
  });
  InteractionContent call;
  call.two_way = true;
  account_.Add(call, T("2024-06-09"));
  ExpectOpens("JUST_SPOKEN", kNow, Calendar().StartOf(D("2024-06-09") + 45));
}

// --- products

class ProductGatesTest : public ::testing::Test {
 protected:
  ProductGatesTest() {
    account_.Healthy(D(kNow));
    account_.Add(HearingContent{true}, T("2024-06-01"));
    account_.Subscribe("S-1", "pro", 1000, D("2023-01-01"), T("2023-01-01"));
    account_.Subscribe("S-2", "addon", 10, D("2023-02-01"), T("2023-01-01"));
    account_.Add(MilestoneContent{"pro", Milestone::kAdopted}, T("2023-06-01"));
    account_.Add(AdoptionContent{"pro", 10, 9, 10, 5}, T("2024-06-01"));
    InteractionContent call;
    call.two_way = true;
    account_.Add(call, T("2024-06-05"));
    account_.Add(InvoiceContent{"I", InvoiceContent::Event::kPaid, kNoDay, 0}, T("2024-06-01"));
  }
  static void Catalogue(Parts& p) {
    p.products = {
        {"basic", "", "wms", 1, Units(500)},         {"pro", "", "wms", 2, Units(1000)},
        {"gold", "", "wms", 3, Units(3000)},         {"addon", "", "extra", 1, Units(10)},
        {"tms", "", "tms", 1, Units(700), 0.2, 0.3}, {"bi", "", "", 0, Units(400), 0.3, 0.3}};
  }
  Decision AskFor(Motion motion, const std::string& product = "") {
    return Ask(account_, *book_, motion, T(kNow), product);
  }
  std::string IdOf(const Decision& decision) {
    return decision.option.product < 0 ? "" : book_->products()[decision.option.product].id;
  }

  Account account_;
  std::shared_ptr<const Rulebook> book_ = Standard(Catalogue);
};

TEST_F(ProductGatesTest, SeatsOfWhatIsAdoptedAreAllowed) {
  const Decision decision = AskFor(Motion::kSeats);
  EXPECT_EQ(decision.verdict, Verdict::kAllow) << ::testing::PrintToString(Codes(decision));
  EXPECT_EQ(IdOf(decision), "pro");
}

TEST_F(ProductGatesTest, ValueIsJudgedOfTheProductExtended) {
  EXPECT_THAT(Codes(AskFor(Motion::kSeats, "addon")), ElementsAre("VALUE_NOT_REALISED"));
  EXPECT_EQ(AskFor(Motion::kSeats, "addon").verdict, Verdict::kUnknown) << "no milestone is known";
  account_.Add(MilestoneContent{"addon", Milestone::kFirstValue}, T("2023-06-01"));
  EXPECT_EQ(AskFor(Motion::kSeats, "addon").verdict, Verdict::kDeny);
  EXPECT_EQ(AskFor(Motion::kCrossSell, "bi").verdict, Verdict::kAllow)
      << "a cross-sell looks at the largest subscription";
}

TEST_F(ProductGatesTest, APlanBuildsOnTheOwnedRungBelow) {
  const Decision decision = AskFor(Motion::kPlan);
  EXPECT_EQ(IdOf(decision), "gold");
  EXPECT_EQ(decision.option.extended, "pro");
  EXPECT_EQ(decision.option.yearly_gain, Units(2000));
  EXPECT_EQ(decision.verdict, Verdict::kAllow);
}

TEST_F(ProductGatesTest, APlanNamedByWhatIsOwnedMeansTheNextOne) {
  EXPECT_EQ(IdOf(AskFor(Motion::kPlan, "pro")), "gold");
  EXPECT_EQ(AskFor(Motion::kPlan, "pro").verdict, Verdict::kAllow);
}

TEST_F(ProductGatesTest, APlanBelowOrWithNothingAboveIsOwnedAlready) {
  EXPECT_THAT(Codes(AskFor(Motion::kPlan, "basic")), Contains("ALREADY_OWNS"));
  EXPECT_THAT(Codes(AskFor(Motion::kPlan, "addon")), Contains("ALREADY_OWNS"));
}

TEST_F(ProductGatesTest, AnOwnedProductIsNoCrossSell) {
  const Decision decision = AskFor(Motion::kCrossSell, "pro");
  EXPECT_THAT(Codes(decision), ElementsAre("ALREADY_OWNS"));
  EXPECT_EQ(decision.reasons[0].items[0].facts[0].subject, "pro");
}

TEST_F(ProductGatesTest, ASubscriptionThatEndsOpensTheCrossSellAgain) {
  SubscriptionContent subscription;
  subscription.subscription_id = "S-2";
  subscription.product = "addon";
  subscription.start = D("2023-02-01");
  subscription.end = D("2024-09-01");
  account_.Add(subscription, T("2024-06-01"));
  const Decision decision = AskFor(Motion::kCrossSell, "addon");
  const Reason* owns = FindReason(decision, "ALREADY_OWNS");
  ASSERT_NE(owns, nullptr);
  EXPECT_EQ(owns->opens_at, Calendar().StartOf(D("2024-09-01")));
}

TEST_F(ProductGatesTest, AMarginUnderItsFloorDeniesAndAtItDoesNot) {
  EXPECT_THAT(Codes(AskFor(Motion::kCrossSell, "tms")), ElementsAre("MARGIN"));
  EXPECT_THAT(Codes(AskFor(Motion::kCrossSell, "bi")), IsEmpty());
}

TEST_F(ProductGatesTest, ACrossSellNeedsARepeater) {
  Account account;
  account.Healthy(D(kNow));
  account.Subscribe("S-1", "pro", 1000, D("2023-01-01"), T("2023-01-01"));
  EXPECT_THAT(Codes(Ask(account, *book_, Motion::kCrossSell, T(kNow), "bi")),
              Contains("LOYALTY_LOW"));
  EXPECT_THAT(Codes(Ask(account, *book_, Motion::kSeats, T(kNow))), Not(Contains("LOYALTY_LOW")));
}

TEST_F(ProductGatesTest, WithoutAProductTheBestAllowedOneIsNamed) {
  EXPECT_EQ(IdOf(AskFor(Motion::kCrossSell)), "bi") << "tms is under its margin";
  EXPECT_EQ(AskFor(Motion::kUnspecified).verdict, Verdict::kAllow);
}

TEST_F(ProductGatesTest, TheHigherPlanComesBeforeARelatedProductThatEarnsLess) {
  // Seats run out, so seats and plan are ready alike; the plan earns more in a year.
  EXPECT_EQ(AskFor(Motion::kUnspecified).option.motion, Motion::kPlan);
}

}  // namespace
}  // namespace kizuna::engine
