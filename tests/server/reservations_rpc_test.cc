// SPDX-License-Identifier: Apache-2.0
//
// Reservations, outcomes, waivers and leaks, through the real handlers.

#include <set>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "kizuna/v1/watch_service.grpc.pb.h"
#include "server/convert/values.h"
#include "server/limits.h"
#include "tests/server/rpc_fixture.h"

namespace kizuna::server {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Stub = v1::ReservationService::Stub;

class ReservationsRpcTest : public RpcTest {
 protected:
  // An account of which the shipped `starter` allows every pitch.
  void MakeReady(const std::string& account) {
    MakeAccount(account);
    std::vector<v1::Fact> facts;
    const engine::Day today = engine::Calendar().DayOf(clock_.Now());
    for (int ago = 70; ago > 0; --ago) {
      const v1::Date date = convert::ToWire(today - ago);
      for (const char* metric : {"activity", "active_users"}) {
        facts.push_back(FactOf(account, absl::StrCat(metric, ago),
                               absl::StrCat("usage { metric: '", metric, "' value: 40 first_date {",
                                            date.ShortDebugString(), "} }")));
      }
    }
    facts.push_back(FactOf(account, "o", "ticket { ticket_id: 't' event: EVENT_OPENED }"));
    facts.push_back(FactOf(account, "c", "ticket { ticket_id: 't' event: EVENT_CLOSED }"));
    facts.push_back(FactOf(account, "n", "survey { kind: KIND_NPS score: 10 contact_id: 'kim' }"));
    Record(facts);
    clock_.Advance(absl::Seconds(1));
  }
  v1::ReservePitchResponse Reserve(const std::string& account, const std::string& team,
                                   const std::string& request_id = "") {
    v1::ReservePitchRequest request;
    request.set_account("accounts/" + account);
    request.set_motion(v1::MOTION_SEATS);
    request.set_team(team);
    request.set_holder("kenji@" + team);
    request.set_request_id(request_id);
    return Call(reservations_, &Stub::ReservePitch, request);
  }
  template <typename Request>
  static Request Of(const v1::Reservation& reservation) {
    Request request;
    request.set_account(reservation.account());
    request.set_reservation_id(reservation.reservation_id());
    request.set_fencing_token(reservation.fencing_token());
    return request;
  }
  v1::RecordOutcomeResponse End(const v1::Reservation& reservation, v1::PitchOutcome outcome) {
    auto request = Of<v1::RecordOutcomeRequest>(reservation);
    request.set_outcome(outcome);
    if (outcome == v1::PITCH_OUTCOME_WON) {
      request.mutable_amount()->set_currency_code("USD");
      request.mutable_amount()->set_units(1200);
      request.add_teams("csm");
    }
    return Call(reservations_, &Stub::RecordOutcome, request);
  }
  v1::CheckPitchResponse Check(const std::string& account, const std::string& team = "") {
    v1::CheckPitchRequest request;
    request.set_account("accounts/" + account);
    request.set_motion(v1::MOTION_SEATS);
    request.set_team(team);
    return Call(readiness_, &v1::ReadinessService::Stub::CheckPitch, request);
  }
  static std::vector<std::string> Codes(const v1::CheckPitchResponse& answer) {
    std::vector<std::string> codes;
    for (const v1::Reason& reason : answer.reasons()) codes.push_back(reason.code());
    return codes;
  }
  v1::Reservation Newest(const std::string& account) {
    v1::GetReservationRequest request;
    request.set_account("accounts/" + account);
    return Call(reservations_, &Stub::GetReservation, request);
  }
  v1::ListLeaksResponse Leaks(const std::string& account = "") {
    v1::ListLeaksRequest request;
    if (!account.empty()) request.set_account("accounts/" + account);
    return Call(reservations_, &Stub::ListLeaks, request);
  }
};

TEST_F(ReservationsRpcTest, OneTeamHoldsItAndTheOtherIsToldWhoDoes) {
  MakeReady("acme");
  const auto first = Reserve("acme", "sales");
  ASSERT_TRUE(first.has_reservation()) << first.ShortDebugString();
  EXPECT_EQ(first.decision().verdict(), v1::VERDICT_ALLOW);
  EXPECT_EQ(first.reservation().status(), v1::Reservation::STATUS_HELD);
  EXPECT_EQ(first.reservation().fencing_token(), 1);
  const auto second = Reserve("acme", "marketing");
  EXPECT_FALSE(second.has_reservation());
  EXPECT_THAT(Codes(second.decision()), ElementsAre("RESERVED"));
  EXPECT_EQ(second.in_the_way().team(), "sales");
  EXPECT_EQ(second.in_the_way().holder(), "kenji@sales");
  EXPECT_EQ(second.in_the_way().expires_at().seconds(), first.reservation().expires_at().seconds());
  EXPECT_EQ(Check("acme", "sales").verdict(), v1::VERDICT_ALLOW);
  EXPECT_EQ(Check("acme").verdict(), v1::VERDICT_DENY);
}

// Who holds a reservation hears from the watch that it was taken away, and by what.
TEST_F(ReservationsRpcTest, AWatchTellsThatItWasTakenThatItRanOutAndThatItWasRevoked) {
  MakeReady("acme");
  MakeReady("globex");
  ASSERT_TRUE(Reserve("acme", "sales").has_reservation());
  Record({FactOf("acme", "bad", "survey { kind: KIND_NPS score: 1 contact_id: 'kim' }")});
  ASSERT_TRUE(Reserve("globex", "sales").has_reservation());
  clock_.Advance(absl::Hours(24 * 30));
  ASSERT_TRUE(server_->ledger().SweepNow().ok());

  const auto stub = v1::WatchService::NewStub(server_->InProcessChannel());
  v1::WatchAccountsRequest request;
  request.set_from_start(true);
  request.add_kinds(v1::CHANGE_KIND_RESERVATION);
  grpc::ClientContext context;
  const auto watch = stub->WatchAccounts(&context, request);
  std::map<std::string, std::vector<std::string>> told;
  v1::WatchAccountsResponse message;
  while (told["accounts/acme"].size() + told["accounts/globex"].size() < 4) {
    ASSERT_TRUE(watch->Read(&message));
    if (!message.has_event()) continue;
    for (const v1::AccountChange& change : message.event().changes()) {
      EXPECT_EQ(change.fencing_token(), 1);
      using Status = v1::Reservation;
      told[message.event().account()].push_back(absl::StrCat(
          change.has_before() ? Status::Status_Name(change.before().reservation_status()) : "none",
          " ", Status::Status_Name(change.after().reservation_status()), " ", change.gate()));
    }
  }
  context.TryCancel();
  EXPECT_THAT(told["accounts/acme"], ElementsAre("none STATUS_HELD ",
                                                 "STATUS_HELD STATUS_REVOKED DISSATISFIED"));
  EXPECT_THAT(told["accounts/globex"],
              ElementsAre("none STATUS_HELD ", "STATUS_HELD STATUS_RAN_OUT "));
}

TEST_F(ReservationsRpcTest, AClosedGateIsAnAnswerAndNothingIsWritten) {
  const uint64_t revision = MakeAccount("acme");
  const auto refused = Reserve("acme", "sales");
  EXPECT_FALSE(refused.has_reservation());
  EXPECT_FALSE(refused.has_in_the_way());
  EXPECT_EQ(refused.decision().verdict(), v1::VERDICT_UNKNOWN);
  EXPECT_EQ(refused.revision(), revision);
  v1::GetReservationRequest request;
  request.set_account("accounts/acme");
  Call(reservations_, &Stub::GetReservation, request, grpc::StatusCode::NOT_FOUND);
}

TEST_F(ReservationsRpcTest, TheSameRequestIdGetsTheSameReservation) {
  MakeReady("acme");
  const auto first = Reserve("acme", "sales", "r-1");
  clock_.Advance(absl::Minutes(1));
  const auto again = Reserve("acme", "sales", "r-1");
  EXPECT_EQ(again.reservation().ShortDebugString(), first.reservation().ShortDebugString());
  EXPECT_EQ(again.revision(), first.revision());
  v1::ReservePitchRequest other;
  other.set_account("accounts/acme");
  other.set_team("sales");
  other.set_holder("k");
  Call(reservations_, &Stub::ReservePitch, other, grpc::StatusCode::ALREADY_EXISTS);
  EXPECT_EQ(Reason(), "HELD_BY_TEAM");
}

TEST_F(ReservationsRpcTest, AGateThatClosesRevokesItInTheSameCommit) {
  MakeReady("acme");
  const auto held = Reserve("acme", "sales").reservation();
  const uint64_t revision =
      Record({FactOf("acme", "bad", "survey { kind: KIND_NPS score: 1 contact_id: 'kim' }")});
  const v1::Reservation newest = Newest("acme");
  EXPECT_EQ(newest.status(), v1::Reservation::STATUS_REVOKED);
  EXPECT_EQ(newest.closed_gate(), "DISSATISFIED");
  EXPECT_EQ(Check("acme", "sales").revision(), revision);
  EXPECT_THAT(Codes(Check("acme", "sales")), ElementsAre("DISSATISFIED"));
  Call(reservations_, &Stub::RenewReservation, Of<v1::RenewReservationRequest>(held),
       grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(Reason(), "RESERVATION_OVER");
}

TEST_F(ReservationsRpcTest, ReleasedItIsFreeAtOnceAndANewOneHasALargerToken) {
  MakeReady("acme");
  const auto held = Reserve("acme", "sales").reservation();
  Call(reservations_, &Stub::ReleaseReservation, Of<v1::ReleaseReservationRequest>(held));
  Call(reservations_, &Stub::ReleaseReservation, Of<v1::ReleaseReservationRequest>(held));
  const auto next = Reserve("acme", "marketing").reservation();
  EXPECT_EQ(next.fencing_token(), held.fencing_token() + 1);
  Call(
      reservations_, &Stub::RecordOutcome,
      [&] {
        auto request = Of<v1::RecordOutcomeRequest>(held);
        request.set_outcome(v1::PITCH_OUTCOME_LOST);
        return request;
      }(),
      grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(Reason(), "NOT_THE_RESERVATION");
  auto stale = Of<v1::ReleaseReservationRequest>(next);
  stale.set_fencing_token(held.fencing_token());
  Call(reservations_, &Stub::ReleaseReservation, stale, grpc::StatusCode::ABORTED);
  EXPECT_EQ(Reason(), "STALE_FENCING_TOKEN");
}

TEST_F(ReservationsRpcTest, AnOutcomeCoolsOffByItsKind) {
  const auto codes_after = [&](v1::PitchOutcome outcome, const std::string& account) {
    MakeReady(account);
    const auto ended = End(Reserve(account, "sales").reservation(), outcome);
    EXPECT_EQ(ended.reservation().status(), v1::Reservation::STATUS_ENDED);
    return Codes(Check(account, "sales"));
  };
  EXPECT_THAT(codes_after(v1::PITCH_OUTCOME_LOST, "a"), ElementsAre("COOLING_OFF"));
  EXPECT_THAT(codes_after(v1::PITCH_OUTCOME_NOT_NOW, "b"), ElementsAre("COOLING_OFF"));
  EXPECT_THAT(codes_after(v1::PITCH_OUTCOME_ASKED_TO_STOP, "c"),
              ElementsAre("COOLING_OFF", "HOLD"));
  EXPECT_THAT(codes_after(v1::PITCH_OUTCOME_WON, "d"), IsEmpty());
  EXPECT_THAT(Newest("d").credited_teams(), ElementsAre("csm", "sales"));
  v1::ListFactsRequest request;
  request.set_parent("accounts/d");
  request.set_page_size(1000);
  int purchases = 0;
  const auto listed = Call(facts_, &v1::FactService::Stub::ListFacts, request);
  for (const auto& recorded : listed.facts()) {
    purchases +=
        recorded.fact().has_purchase() && recorded.fact().purchase().amount().units() == 1200;
  }
  EXPECT_EQ(purchases, 1);
  EXPECT_EQ(Leaks().leaks_size(), 0) << "what was reserved is no leak";
}

TEST_F(ReservationsRpcTest, ALeaseIsWithinItsLimits) {
  MakeReady("acme");
  v1::ReservePitchRequest request;
  request.set_account("accounts/acme");
  request.set_team("sales");
  request.set_holder("kenji");
  for (const int64_t seconds : {int64_t{59}, int64_t{30 * 86400 + 1}, int64_t{-1}}) {
    request.mutable_lease()->set_seconds(seconds);
    Call(reservations_, &Stub::ReservePitch, request, grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_THAT(Fields(), ElementsAre("lease"));
  }
  request.mutable_lease()->set_seconds(60);
  const auto held = Call(reservations_, &Stub::ReservePitch, request).reservation();
  EXPECT_EQ(held.expires_at().seconds() - held.held_since().seconds(), 60);
  clock_.Advance(absl::Seconds(60));
  EXPECT_THAT(Codes(Check("acme", "sales")), ElementsAre("COOLING_OFF"));
}

TEST_F(ReservationsRpcTest, EveryFieldThatIsWrongIsNamed) {
  MakeReady("acme");
  v1::ReservePitchRequest request;
  request.set_account("accounts/acme");
  request.set_motion(v1::MOTION_RENEWAL);
  request.set_product("products/none");
  Call(reservations_, &Stub::ReservePitch, request, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(Fields(), ElementsAre("motion", "product", "team", "holder"));
  v1::RecordOutcomeRequest outcome;
  outcome.set_account("accounts/acme");
  outcome.add_teams("csm");
  Call(reservations_, &Stub::RecordOutcome, outcome, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(Fields(), ElementsAre("reservation_id", "fencing_token", "outcome", "teams"));
}

TEST_F(ReservationsRpcTest, NoClientWritesAReservationByAFact) {
  MakeReady("acme");
  const auto held = Reserve("acme", "sales", "r-1").reservation();
  v1::Fact forged = FactOf("acme", "x", "reservation { status: STATUS_RELEASED }");
  forged.set_retracted(true);
  forged.set_version(1);
  for (const bool retracted : {false, true}) {
    forged.set_retracted(retracted);
    v1::RecordFactsRequest request;
    *request.add_facts() = forged;
    const auto results = Call(facts_, &v1::FactService::Stub::RecordFacts, request).results();
    EXPECT_THAT(FieldsOf(results[0].error()), ElementsAre("facts[0].reservation"));
  }
  EXPECT_EQ(Newest("acme").status(), v1::Reservation::STATUS_HELD);
}

TEST_F(ReservationsRpcTest, APitchBehindAClosedGateIsALeakThatIsCountedAndListed) {
  MakeReady("acme");
  MakeAccount("globex");
  const std::string pitch =
      "interaction { kind: KIND_PITCH direction: DIRECTION_OUTBOUND motion: MOTION_SEATS "
      "team: 'sales' }";
  Record({FactOf("acme", "fine", pitch), FactOf("globex", "leak", pitch)});
  Record({FactOf("acme", "bad", "survey { kind: KIND_NPS score: 1 contact_id: 'kim' }")});
  clock_.Advance(absl::Seconds(1));
  Record({FactOf("acme", "late", pitch)});
  const auto leaks = Leaks();
  ASSERT_EQ(leaks.leaks_size(), 2);
  EXPECT_EQ(leaks.leaks(0).account(), "accounts/acme");
  EXPECT_EQ(leaks.leaks(0).fact_id(), "late");
  EXPECT_EQ(leaks.leaks(0).verdict(), v1::VERDICT_DENY);
  EXPECT_THAT(leaks.leaks(0).gates(), ElementsAre("DISSATISFIED"));
  EXPECT_EQ(leaks.leaks(1).fact_id(), "leak");
  EXPECT_EQ(leaks.leaks(1).verdict(), v1::VERDICT_UNKNOWN);
  EXPECT_EQ(Leaks("globex").leaks_size(), 1);
  EXPECT_EQ(Call(status_service_, &v1::StatusService::Stub::GetStatus, v1::GetStatusRequest())
                .leak_count(),
            2);

  v1::Fact retraction = FactOf("acme", "late", pitch);
  retraction.set_version(1);
  retraction.set_retracted(true);
  Record({retraction});
  EXPECT_EQ(Leaks("acme").leaks_size(), 0) << "a pitch that was not made is none";
}

TEST_F(ReservationsRpcTest, LeaksComeInPagesWithoutGapOrRepeat) {
  std::set<std::string> made;
  for (int i = 0; i < 7; ++i) {
    const std::string account = absl::StrCat("a", i % 3);
    if (i < 3) MakeAccount(account);
    Record({FactOf(account, absl::StrCat("p", i),
                   "interaction { kind: KIND_PITCH direction: DIRECTION_OUTBOUND "
                   "motion: MOTION_SEATS }")});
    made.insert(absl::StrCat("accounts/", account, " p", i));
  }
  v1::ListLeaksRequest request;
  request.set_page_size(2);
  std::vector<std::string> listed;
  do {
    const auto page = Call(reservations_, &Stub::ListLeaks, request);
    EXPECT_LE(page.leaks_size(), 2);
    for (const auto& leak : page.leaks()) {
      listed.push_back(absl::StrCat(leak.account(), " ", leak.fact_id()));
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(listed.size(), made.size());
  EXPECT_EQ(std::set<std::string>(listed.begin(), listed.end()), made);
}

TEST_F(ReservationsRpcTest, AWaiverOpensAGateThatMayBeWaivedAndNoOther) {
  MakeReady("acme");
  Record({FactOf("acme", "bad",
                 "interaction { kind: KIND_PITCH direction: DIRECTION_OUTBOUND "
                 "motion: MOTION_SEATS team: 'sales' outcome: OUTCOME_LOST }")});
  EXPECT_THAT(Codes(Check("acme")), ElementsAre("COOLING_OFF"));
  v1::Fact waiver = FactOf("acme", "w",
                           "waiver { waiver_id: 'w' gate: 'COOLING_OFF' author: 'aiko' "
                           "reason: 'they asked us to come back' }");
  *waiver.mutable_waiver()->mutable_expires_at() =
      convert::TimestampOf(clock_.Now() + 3600 * 1'000'000LL);
  Record({waiver});
  const auto open = Check("acme");
  EXPECT_EQ(open.verdict(), v1::VERDICT_ALLOW);
  ASSERT_THAT(Codes(open), ElementsAre("COOLING_OFF"));
  EXPECT_TRUE(open.reasons(0).waived());
  clock_.Advance(absl::Hours(1));
  EXPECT_EQ(Check("acme").verdict(), v1::VERDICT_DENY);

  for (const char* gate : {"DISSATISFIED", "HOLD", "OPT_OUT", "RESERVED", "NO_SUCH_GATE"}) {
    waiver.mutable_waiver()->set_gate(gate);
    waiver.set_fact_id(gate);
    v1::RecordFactsRequest request;
    *request.add_facts() = waiver;
    const auto results = Call(facts_, &v1::FactService::Stub::RecordFacts, request).results();
    EXPECT_THAT(FieldsOf(results[0].error()), ElementsAre("facts[0].waiver.gate")) << gate;
  }
}

// However many ask at once, one holds it; tokens never repeat.
TEST_F(ReservationsRpcTest, AmongManyAtOnceOneHoldsIt) {
  MakeReady("acme");
  std::set<int64_t> tokens;
  for (int round = 0; round < 20; ++round) {
    std::vector<v1::ReservePitchResponse> answers(8);
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([this, i, &answers] {
        v1::ReservePitchRequest request;
        request.set_account("accounts/acme");
        request.set_motion(v1::MOTION_SEATS);
        request.set_team(absl::StrCat("team-", i));
        request.set_holder("kenji");
        grpc::ClientContext context;
        EXPECT_TRUE(reservations_->ReservePitch(&context, request, &answers[i]).ok());
      });
    }
    for (std::thread& thread : threads) thread.join();
    int holders = 0;
    for (const auto& answer : answers) {
      if (!answer.has_reservation()) continue;
      ++holders;
      EXPECT_TRUE(tokens.insert(answer.reservation().fencing_token()).second);
      Call(reservations_, &Stub::ReleaseReservation,
           Of<v1::ReleaseReservationRequest>(answer.reservation()));
    }
    EXPECT_EQ(holders, 1);
  }
  EXPECT_EQ(*tokens.rbegin(), 20);
}

}  // namespace
}  // namespace kizuna::server
