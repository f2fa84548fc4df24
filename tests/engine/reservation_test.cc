// SPDX-License-Identifier: Apache-2.0
//
// May a team have the account to itself, for how long, and what comes of it? And which gates can a
// person open?

#include "server/engine/reservation.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/engine/account.h"

namespace kizuna::engine {
namespace {

using ::kizuna::engine::testing::Account;
using ::kizuna::engine::testing::D;
using ::kizuna::engine::testing::Starter;
using ::kizuna::engine::testing::T;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Outcome = Ruling::Outcome;
using Status = ReservationContent::Status;

constexpr Instant kHour = int64_t{3600} * 1'000'000;

class ReservationTest : public ::testing::Test {
 protected:
  ReservationTest() { account_.Healthy(D("2024-06-10")); }

  ReservationContent Wish(const std::string& id, const std::string& team) const {
    ReservationContent wish;
    wish.reservation_id = id;
    wish.team = team;
    wish.holder = "kenji";
    wish.motion = Motion::kSeats;
    wish.expires_at = now_ + 10 * kHour;
    return wish;
  }
  // Carries the wish out, as a commit does.
  Ruling Ask(const std::string& id, const std::string& team) {
    return Keep(Reserve(account_.Folded(), *book_, Wish(id, team), now_));
  }
  Ruling Keep(Ruling ruling) {
    if (ruling.fact) account_.AddFrom("kizuna", *ruling.fact, now_);
    return ruling;
  }
  Decision Check(const std::string& team, Motion motion = Motion::kSeats) const {
    Request request;
    request.motion = motion;
    request.team = team;
    return Decide(account_.Folded(), *book_, request, now_);
  }
  std::vector<std::string> Codes(const Decision& decision) const {
    std::vector<std::string> codes;
    for (const Reason& reason : decision.reasons) {
      codes.push_back(reason.gate->spec.code + (reason.waived ? " (waived)" : ""));
    }
    return codes;
  }
  InteractionContent Mail(const std::string& team) const {
    InteractionContent mail;
    mail.kind = InteractionContent::Kind::kPitch;
    mail.outbound = mail.unsolicited = true;
    mail.team = team;
    mail.motion = Motion::kSeats;
    return mail;
  }

  Account account_;
  std::shared_ptr<const Rulebook> book_ = Starter();
  Instant now_ = T("2024-06-10T12:00:00Z");
};

TEST_F(ReservationTest, TheSecondTeamIsDeniedWithWhoHoldsItSinceWhenAndUntilWhen) {
  const Ruling first = Ask("R-1", "sales");
  ASSERT_TRUE(first.fact.has_value());
  EXPECT_EQ(first.fact->fencing_token, 1);
  EXPECT_EQ(first.fact->since, now_);
  now_ += kHour;
  const Ruling second = Ask("R-2", "marketing");
  EXPECT_EQ(second.outcome, Outcome::kClosed);
  EXPECT_FALSE(second.fact.has_value());
  ASSERT_THAT(Codes(*second.decision), ElementsAre("RESERVED"));
  const Reason& reason = second.decision->reasons[0];
  EXPECT_EQ(reason.opens_at, now_ + 9 * kHour) << "until when";
  ASSERT_EQ(reason.items.size(), 1u);
  EXPECT_EQ(reason.items[0].facts[0].subject, "held by sales");
  EXPECT_EQ(reason.items[0].facts[0].observed_at, now_ - kHour);
}

TEST_F(ReservationTest, ItClosesPitchesAndMentionsOfOthersAndNothingOfItsHolder) {
  Ask("R-1", "sales");
  for (const Motion motion : {Motion::kSeats, Motion::kMention}) {
    EXPECT_EQ(Check("marketing", motion).verdict, Verdict::kDeny);
    EXPECT_EQ(Check("", motion).verdict, Verdict::kDeny) << "a team that is not stated";
    EXPECT_EQ(Check("sales", motion).verdict, Verdict::kAllow);
  }
  EXPECT_EQ(Check("marketing", Motion::kRenewal).verdict, Verdict::kAllow);
  EXPECT_EQ(Check("marketing", Motion::kInbound).verdict, Verdict::kAllow);
}

TEST_F(ReservationTest, TheSameWishAgainIsTheSameReservation) {
  Ask("R-1", "sales");
  now_ += kHour;
  const Ruling again = Ask("R-1", "sales");
  EXPECT_EQ(again.outcome, Outcome::kDone);
  EXPECT_FALSE(again.fact.has_value());
  EXPECT_EQ(Ask("R-2", "sales").outcome, Outcome::kHeldByTeam);
}

TEST_F(ReservationTest, ItRunsOutAtItsInstantAndThenTheAccountCoolsOff) {
  Ask("R-1", "sales");
  const Instant end = now_ + 10 * kHour;
  now_ = end - 1;
  EXPECT_EQ(Check("sales").verdict, Verdict::kAllow);
  EXPECT_THAT(Codes(Check("marketing")), ElementsAre("RESERVED"));
  EXPECT_EQ(Evaluate(account_.Folded(), *book_, now_).valid_until, end);
  now_ = end;
  EXPECT_THAT(Codes(Check("marketing")), ElementsAre("COOLING_OFF"));
  EXPECT_THAT(Codes(Check("sales")), ElementsAre("COOLING_OFF")) << "it holds nothing any more";
  now_ = T("2024-07-10T00:00:00Z");  // 30 days after the day on which it ran out
  account_.Healthy(D("2024-07-10"));
  EXPECT_THAT(Codes(Check("marketing")), IsEmpty());
}

TEST_F(ReservationTest, ALaterReservationHasALargerToken) {
  Ask("R-1", "sales");
  Keep(Release(account_.Folded(), "R-1", 1, now_));
  EXPECT_EQ(Check("marketing").verdict, Verdict::kAllow) << "given back, nothing cools off";
  const Ruling next = Ask("R-2", "marketing");
  ASSERT_TRUE(next.fact.has_value()) << "in the same microsecond, too";
  EXPECT_EQ(next.fact->fencing_token, 2);
  EXPECT_EQ(LiveReservation(account_.Folded(), now_)->reservation_id, "R-2");
  EXPECT_EQ(Release(account_.Folded(), "R-1", 1, now_).outcome, Outcome::kNotThisOne);
  EXPECT_EQ(Release(account_.Folded(), "R-2", 1, now_).outcome, Outcome::kStale);
}

TEST_F(ReservationTest, ARenewalMovesTheEndWhileEveryGateIsOpen) {
  Ask("R-1", "sales");
  now_ += 5 * kHour;
  Keep(Renew(account_.Folded(), *book_, "R-1", 1, now_ + 20 * kHour, now_));
  EXPECT_EQ(LiveReservation(account_.Folded(), now_)->expires_at, now_ + 20 * kHour);
  EXPECT_EQ(LiveReservation(account_.Folded(), now_)->since, now_ - 5 * kHour);
  account_.Nps(7, 2, now_);
  const Ruling closed = Renew(account_.Folded(), *book_, "R-1", 1, now_ + 30 * kHour, now_);
  EXPECT_EQ(closed.outcome, Outcome::kClosed);
  now_ += 20 * kHour;
  EXPECT_EQ(Renew(account_.Folded(), *book_, "R-1", 1, now_ + kHour, now_).outcome, Outcome::kOver);
}

TEST_F(ReservationTest, AGateThatClosesRevokesItAndSaysWhich) {
  Ask("R-1", "sales");
  EXPECT_FALSE(Revocation(account_.Folded(), *book_, now_).has_value());
  account_.Nps(7, 2, now_);
  const auto revoked = Revocation(account_.Folded(), *book_, now_);
  ASSERT_TRUE(revoked.has_value());
  EXPECT_EQ(revoked->status, Status::kRevoked);
  EXPECT_EQ(revoked->gate, "DISSATISFIED");
  account_.AddFrom("kizuna", *revoked, now_);
  EXPECT_EQ(LiveReservation(account_.Folded(), now_), nullptr);
  EXPECT_FALSE(Revocation(account_.Folded(), *book_, now_).has_value());
}

TEST_F(ReservationTest, ItsOwnPitchNeverClosesItsOwnGate) {
  Ask("R-1", "sales");
  for (int i = 0; i < 9; ++i) account_.Add(Mail("sales"), now_ + i);
  InteractionContent lost = Mail("sales");
  lost.outcome = PitchOutcome::kNotNow;
  account_.Add(lost, now_ + 9);
  now_ += kHour;
  EXPECT_EQ(Check("sales").verdict, Verdict::kAllow);
  EXPECT_FALSE(Revocation(account_.Folded(), *book_, now_).has_value());
  EXPECT_THAT(Codes(Check("marketing")), ElementsAre("COOLING_OFF", "CONTACT_FATIGUE", "RESERVED"));
  // Another pitch than the one it is for is somebody else's.
  EXPECT_THAT(Codes(Check("sales", Motion::kPlan)), ElementsAre("COOLING_OFF", "CONTACT_FATIGUE"));
}

TEST_F(ReservationTest, AnOutcomeEndsItOnceAndCreditsEveryTeam) {
  Ask("R-1", "sales");
  const Ruling won =
      Keep(Conclude(account_.Folded(), "R-1", 1, PitchOutcome::kWon, {"partner-x", "csm"}));
  ASSERT_TRUE(won.fact.has_value());
  EXPECT_THAT(won.fact->credited, ElementsAre("csm", "partner-x", "sales"));
  EXPECT_EQ(LiveReservation(account_.Folded(), now_), nullptr);
  EXPECT_FALSE(
      Conclude(account_.Folded(), "R-1", 1, PitchOutcome::kWon, {"csm", "partner-x"}).fact);
  EXPECT_EQ(Conclude(account_.Folded(), "R-1", 1, PitchOutcome::kLost, {}).outcome, Outcome::kOver);
}

TEST_F(ReservationTest, AnOutcomeMayComeAfterItRanOutOrWasRevoked) {
  Ask("R-1", "sales");
  now_ += 11 * kHour;
  EXPECT_EQ(Release(account_.Folded(), "R-1", 1, now_).outcome, Outcome::kOver);
  EXPECT_TRUE(Conclude(account_.Folded(), "R-1", 1, PitchOutcome::kLost, {}).fact);
}

TEST_F(ReservationTest, APitchWithoutAnOpenGateAndWithoutAReservationIsALeak) {
  EXPECT_FALSE(LeakOf(account_.Folded(), *book_, Mail("sales"), now_)) << "every gate is open";
  Ask("R-1", "marketing");
  const auto leak = LeakOf(account_.Folded(), *book_, Mail("sales"), now_);
  ASSERT_TRUE(leak.has_value());
  ASSERT_THAT(leak->findings, SizeIs(1));
  EXPECT_EQ(leak->findings[0].gate->spec.code, "RESERVED");
  EXPECT_FALSE(LeakOf(account_.Folded(), *book_, Mail("marketing"), now_));
  account_.Nps(7, 2, now_);
  EXPECT_FALSE(LeakOf(account_.Folded(), *book_, Mail("marketing"), now_)) << "until it is revoked";
}

TEST_F(ReservationTest, AWaivedGateIsListedAndDoesNotCount) {
  account_.Person(5, Role::kChampion, T("2023-01-01")).Left(5, T("2024-06-01"));
  EXPECT_THAT(Codes(Check("sales")), ElementsAre("CHAMPION_LEFT"));
  const Instant end = now_ + kHour;
  account_.Add(WaiverContent{"V-1", "CHAMPION_LEFT", end, "aiko", false}, now_);
  const Decision waived = Check("sales");
  EXPECT_EQ(waived.verdict, Verdict::kAllow);
  EXPECT_THAT(Codes(waived), ElementsAre("CHAMPION_LEFT (waived)"));
  EXPECT_EQ(waived.changes_at, end);
  EXPECT_EQ(Evaluate(account_.Folded(), *book_, now_).valid_until, end);
  now_ = end;
  EXPECT_EQ(Check("sales").verdict, Verdict::kDeny);
}

TEST_F(ReservationTest, AWaiverThatIsTakenBackDoesNotCount) {
  account_.Person(5, Role::kChampion, T("2023-01-01")).Left(5, T("2024-06-01"));
  account_.Add(WaiverContent{"V-1", "CHAMPION_LEFT", kNever, "aiko", false}, now_);
  account_.Add(WaiverContent{"V-1", "CHAMPION_LEFT", kNever, "aiko", true}, now_ + 1);
  now_ += 2;
  EXPECT_EQ(Check("sales").verdict, Verdict::kDeny);
}

TEST_F(ReservationTest, DissatisfactionAHoldAnOptOutAndAReservationAreNeverWaived) {
  account_.Nps(7, 2, now_).Hold("H", kNever, now_);
  account_.Add(ConsentContent{kNobody, "", true}, now_);
  for (const char* code : {"DISSATISFIED", "HOLD", "OPT_OUT", "RESERVED"}) {
    account_.Add(WaiverContent{code, code, kNever, "aiko", false}, now_);
  }
  EXPECT_EQ(Check("sales").verdict, Verdict::kDeny);
  EXPECT_THAT(Codes(Check("sales")), ElementsAre("DISSATISFIED", "OPT_OUT", "HOLD"));
}

TEST_F(ReservationTest, AnOptOutEndsAtItsInstant) {
  const Instant end = now_ + kHour;
  account_.Add(ConsentContent{kNobody, "", true, end, "aiko"}, now_);
  const Decision denied = Check("sales");
  ASSERT_THAT(Codes(denied), ElementsAre("OPT_OUT"));
  EXPECT_EQ(denied.reasons[0].opens_at, end);
  now_ = end;
  EXPECT_EQ(Check("sales").verdict, Verdict::kAllow);
}

}  // namespace
}  // namespace kizuna::engine
