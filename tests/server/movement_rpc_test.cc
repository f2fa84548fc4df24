// SPDX-License-Identifier: Apache-2.0
//
// What moved a score, through the real handlers.

#include <cmath>
#include <memory>
#include <string>

#include "gmock/gmock.h"
#include "kizuna/v1/movement_service.grpc.pb.h"
#include "server/convert/values.h"
#include "tests/server/rpc_fixture.h"

namespace kizuna::server {
namespace {

using testing::ElementsAre;

class MovementRpcTest : public RpcTest {
 protected:
  MovementRpcTest() : movement_(v1::MovementService::NewStub(server_->InProcessChannel())) {}

  v1::ExplainMovementResponse Explain(const v1::ExplainMovementRequest& request,
                                      grpc::StatusCode expected = grpc::StatusCode::OK) {
    return Call(movement_, &v1::MovementService::Stub::ExplainMovement, request, expected);
  }
  v1::ExplainMovementRequest Since(engine::Instant since, const std::string& account = "acme") {
    v1::ExplainMovementRequest request;
    request.set_name("accounts/" + account);
    *request.mutable_since() = convert::TimestampOf(since);
    return request;
  }
  v1::Health Health() {
    v1::GetHealthRequest request;
    request.set_name("accounts/acme");
    return Call(health_, &v1::HealthService::Stub::GetHealth, request);
  }
  // Millionths, in which everything adds up exactly.
  static int64_t Micros(double points) { return std::llround(points * 1e6); }
  static void ExpectAddsUp(const v1::ExplainMovementResponse& answer) {
    const auto check = [](const v1::MovementParts& parts) {
      EXPECT_EQ(Micros(parts.time()) + Micros(parts.facts()) + Micros(parts.model()),
                Micros(parts.change()));
    };
    check(answer.change());
    int64_t before = 0, after = 0, change = 0;
    const auto add = [&](const auto& driver) {
      check(driver.change());
      before += Micros(driver.points_before());
      after += Micros(driver.points_after());
      change += Micros(driver.change().change());
    };
    for (const auto& measure : answer.measures()) add(measure);
    for (const auto& cap : answer.caps()) add(cap);
    EXPECT_EQ(before, Micros(answer.before().level()));
    EXPECT_EQ(after, Micros(answer.after().level()));
    EXPECT_EQ(change, Micros(answer.change().change()));
    EXPECT_EQ(change, after - before);
  }

  std::unique_ptr<v1::MovementService::Stub> movement_;
};

TEST_F(MovementRpcTest, AnAnswerThatCameIsToldAsTheCause) {
  MakeAccount("acme");
  Record({FactOf("acme", "n1", "survey { kind: KIND_NPS score: 10 contact_id: 'kim' }")});
  const engine::Instant then = clock_.Now();
  const v1::Health before = Health();
  clock_.Advance(absl::Minutes(1));
  Record({FactOf("acme", "n2", "survey { kind: KIND_NPS score: 2 contact_id: 'lee' }"),
          FactOf("acme", "h1", "hold { hold_id: 'h' author: 'sato' reason: 'audit' }")});
  const auto answer = Explain(Since(then));
  ExpectAddsUp(answer);
  EXPECT_EQ(answer.account(), "accounts/acme");
  EXPECT_NEAR(answer.before().raw_score(), before.raw_score(), 0);
  EXPECT_NEAR(answer.after().raw_score(), Health().raw_score(), 0);
  EXPECT_LT(answer.change().facts(), 0);
  EXPECT_EQ(answer.change().time(), 0);
  EXPECT_EQ(answer.change().model(), 0);
  ASSERT_EQ(answer.facts_size(), 1);
  EXPECT_EQ(answer.facts(0).kind(), "survey");
  EXPECT_EQ(answer.facts(0).came(), 1);
  ASSERT_EQ(answer.newest_facts_size(), 1);
  EXPECT_EQ(answer.newest_facts(0).fact_id(), "n2");
  EXPECT_EQ(answer.newest_facts(0).survey().comment(), "");
  EXPECT_EQ(answer.other_facts(), 1);
  bool cited = false;
  for (const v1::MeasureMovement& measure : answer.measures()) {
    for (const v1::EvidenceItem& item : measure.facts()) {
      EXPECT_EQ(item.fact().fact_id(), "n2");
      EXPECT_EQ(item.contact_id(), "lee");
      cited = true;
    }
  }
  EXPECT_TRUE(cited);
}

TEST_F(MovementRpcTest, TimeAloneMovesWhatGrowsOld) {
  MakeAccount("acme");
  Record({FactOf("acme", "n1", "survey { kind: KIND_NPS score: 10 contact_id: 'kim' }"),
          FactOf("acme", "t1", "ticket { ticket_id: 't' event: EVENT_OPENED }")});
  const engine::Instant then = clock_.Now();
  clock_.Advance(absl::Hours(24 * 20));
  const auto answer = Explain(Since(then));
  ExpectAddsUp(answer);
  EXPECT_LT(answer.change().time(), 0);
  EXPECT_EQ(answer.change().facts(), 0);
  EXPECT_EQ(answer.facts_size(), 0);
}

TEST_F(MovementRpcTest, OtherRulesAreTheModelAndAWatermarkIsNot) {
  MakeAccount("acme");
  Record({FactOf("acme", "n1", "survey { kind: KIND_NPS score: 8 contact_id: 'kim' }")});
  const engine::Instant then = clock_.Now();
  clock_.Advance(absl::Minutes(1));
  v1::UpdateSourceRequest source;
  source.mutable_source()->set_name("sources/desk");
  source.mutable_source()->add_kinds(v1::FACT_KIND_TICKET);
  source.mutable_source()->set_expected_every_days(30);
  *source.mutable_source()->mutable_complete_through() = convert::TimestampOf(then);
  source.set_allow_missing(true);
  Call(sources_, &v1::SourceService::Stub::UpdateSource, source);
  auto answer = Explain(Since(then));
  ExpectAddsUp(answer);
  EXPECT_NE(answer.before().rulebook_number(), answer.after().rulebook_number());
  EXPECT_NE(answer.change().facts(), 0) << "tickets are covered now";
  EXPECT_EQ(answer.change().model(), 0);

  v1::GetRulebookRequest get;
  get.set_name("rulebooks/standard");
  v1::ActivateRulebookRequest activate;
  activate.set_text(Call(rulebooks_, &v1::RulebookService::Stub::GetRulebook, get).text());
  activate.set_author("test");
  const engine::Instant watermarked = clock_.Now();
  clock_.Advance(absl::Minutes(1));
  Call(rulebooks_, &v1::RulebookService::Stub::ActivateRulebook, activate);
  answer = Explain(Since(watermarked));
  ExpectAddsUp(answer);
  EXPECT_EQ(answer.before().rulebook_number() + 1, answer.after().rulebook_number());
  EXPECT_EQ(answer.change().facts(), 0);
  EXPECT_EQ(answer.change().time(), 0);
  EXPECT_NE(answer.change().model(), 0);
  // Up to an instant before the rules came, they have no part in it.
  auto until = Since(then);
  *until.mutable_until() = convert::TimestampOf(watermarked);
  answer = Explain(until);
  EXPECT_EQ(answer.change().model(), 0);
  EXPECT_EQ(answer.before().rulebook_number() + 1, answer.after().rulebook_number());
}

TEST_F(MovementRpcTest, WhatWasRecordedLateIsNewToWhoeverAsksWhatWasKnown) {
  const uint64_t first = MakeAccount("acme");
  const engine::Instant then = clock_.Now();
  clock_.Advance(absl::Hours(1));
  v1::Fact late = FactOf("acme", "n1", "survey { kind: KIND_NPS score: 1 contact_id: 'kim' }");
  *late.mutable_observed_at() = convert::TimestampOf(then - 1);
  Record({late});
  EXPECT_EQ(Explain(Since(then)).facts_size(), 0) << "observed before, so it was there";
  auto known = Since(then);
  known.set_known_at(first);
  const auto answer = Explain(known);
  ExpectAddsUp(answer);
  ASSERT_EQ(answer.facts_size(), 1);
  EXPECT_EQ(answer.facts(0).came(), 1);
  EXPECT_FALSE(answer.before().has_raw_score());

  late.set_version(1);
  late.set_retracted(true);
  const uint64_t newest = Record({late});
  known.set_known_at(newest - 1);
  const auto withdrawn = Explain(known);
  ExpectAddsUp(withdrawn);
  ASSERT_EQ(withdrawn.facts_size(), 1);
  EXPECT_EQ(withdrawn.facts(0).came(), 0);
  EXPECT_EQ(withdrawn.facts(0).withdrawn(), 1);
}

TEST_F(MovementRpcTest, AQuestionThatMakesNoSenseNamesItsField) {
  const uint64_t revision = MakeAccount("acme");
  v1::ExplainMovementRequest request;
  request.set_name("accounts/acme");
  Explain(request, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(Fields(), ElementsAre("since"));
  request = Since(clock_.Now());
  request.set_name("acme");
  Explain(request, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(Fields(), ElementsAre("name"));
  Explain(Since(clock_.Now() + 1), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(Fields(), ElementsAre("since"));
  // At the same instant both ends are one; a microsecond before it the order is lost.
  request = Since(clock_.Now());
  *request.mutable_until() = convert::TimestampOf(clock_.Now());
  EXPECT_EQ(Explain(request).change().change(), 0);
  *request.mutable_until() = convert::TimestampOf(clock_.Now() - 1);
  Explain(request, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(Fields(), ElementsAre("since"));
  request = Since(clock_.Now());
  *request.mutable_until_date() = convert::ToWire(1 << 20);
  Explain(request, grpc::StatusCode::INVALID_ARGUMENT);
  Explain(Since(clock_.Now(), "nobody"), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(Reason(), "ACCOUNT_NOT_FOUND");
  request = Since(clock_.Now());
  request.set_known_at(revision + 1);
  Explain(request, grpc::StatusCode::OUT_OF_RANGE);
  EXPECT_EQ(Reason(), "NOT_FRESH_ENOUGH");
  request.set_known_at(0);
  request.set_at_least_as_fresh(revision + 1);
  Explain(request, grpc::StatusCode::OUT_OF_RANGE);
}

TEST_F(MovementRpcTest, ADateMeansItsLastMicrosecond) {
  MakeAccount("acme");
  Record({FactOf("acme", "n1", "survey { kind: KIND_NPS score: 9 contact_id: 'kim' }")});
  const engine::Calendar& calendar = server_->ledger().calendar();
  const engine::Day today = calendar.DayOf(clock_.Now());
  clock_.Advance(absl::Hours(48));
  v1::ExplainMovementRequest request;
  request.set_name("accounts/acme");
  *request.mutable_since_date() = convert::ToWire(today);
  *request.mutable_until_date() = convert::ToWire(today + 1);
  const auto answer = Explain(request);
  EXPECT_EQ(answer.before().checked_at().seconds(), calendar.EndOf(today) / 1'000'000);
  EXPECT_EQ(answer.after().checked_at().seconds(), calendar.EndOf(today + 1) / 1'000'000);
  // Today means now, at both ends.
  *request.mutable_since_date() = convert::ToWire(today + 2);
  request.clear_until_date();
  EXPECT_EQ(Explain(request).change().change(), 0);
}

}  // namespace
}  // namespace kizuna::server
