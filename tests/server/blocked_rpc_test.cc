// SPDX-License-Identifier: Apache-2.0
//
// Does the list of the blocked hold everybody whose verdict is not ALLOW, as of the call, and does
// it go on where it broke off?

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "gmock/gmock.h"
#include "server/convert/values.h"
#include "tests/server/rpc_fixture.h"

namespace kizuna::server {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class BlockedRpcTest : public RpcTest {
 protected:
  std::vector<v1::ListBlockedResponse> List(const v1::ListBlockedRequest& request,
                                            grpc::StatusCode expected = grpc::StatusCode::OK) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
    const auto reader = readiness_->ListBlocked(&context, request);
    std::vector<v1::ListBlockedResponse> rows;
    v1::ListBlockedResponse row;
    while (reader->Read(&row)) rows.push_back(row);
    status_ = reader->Finish();
    EXPECT_EQ(status_.error_code(), expected) << status_.error_message();
    return rows;
  }

  std::vector<std::string> Names(const v1::ListBlockedRequest& request) {
    std::vector<std::string> names;
    for (const auto& row : List(request)) names.push_back(row.account());
    return names;
  }

  // Used every day, content, no ticket open: `starter` allows pitches.
  void MakeReady(const std::string& account) {
    MakeAccount(account, "owner: 'sato'");
    std::vector<v1::Fact> facts;
    const absl::CivilDay today =
        absl::ToCivilDay(absl::FromUnixMicros(clock_.Now()), absl::UTCTimeZone());
    for (int ago = 70; ago > 0; --ago) {
      const absl::CivilDay day = today - ago;
      for (const auto& [metric, value] : {std::pair("activity", 400 - ago), {"active_users", 40}}) {
        v1::Fact fact = FactOf(account, absl::StrCat(metric, ago),
                               absl::StrCat("usage { metric: '", metric, "' value: ", value,
                                            " first_date { year: ", day.year(),
                                            " month: ", day.month(), " day: ", day.day(), " } }"));
        *fact.mutable_observed_at() =
            convert::TimestampOf(clock_.Now() - ago * engine::kMicrosPerDay);
        facts.push_back(fact);
      }
    }
    const auto add = [&](const std::string& id, int ago, const std::string& text) {
      facts.push_back(FactOf(account, id, text));
      *facts.back().mutable_observed_at() =
          convert::TimestampOf(clock_.Now() - ago * engine::kMicrosPerDay);
    };
    add("t1", 40, "ticket { ticket_id: 't' event: EVENT_OPENED }");
    add("t2", 39, "ticket { ticket_id: 't' event: EVENT_CLOSED }");
    add("nps", 30, "survey { kind: KIND_NPS score: 10 contact_id: 'c' }");
    add("call", 20, "interaction { kind: KIND_CALL two_way: true direction: DIRECTION_OUTBOUND }");
    Record(facts);
  }

  void Dissatisfy(const std::string& account) {
    Record({FactOf(account, "bad", "survey { kind: KIND_NPS score: 0 contact_id: 'c' }")});
  }
};

TEST_F(BlockedRpcTest, ItHoldsWhoeverIsNotAllowedAtTheMomentOfTheCall) {
  MakeReady("ready");
  MakeReady("angry");
  MakeAccount("silent", "owner: 'kim' display_name: 'Silent Ltd'");
  EXPECT_THAT(Names({}), ElementsAre("accounts/silent"));
  Dissatisfy("angry");
  const auto rows = List({});
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].account(), "accounts/angry");
  EXPECT_EQ(rows[0].verdict(), v1::VERDICT_DENY);
  EXPECT_EQ(rows[1].account(), "accounts/silent");
  EXPECT_EQ(rows[1].verdict(), v1::VERDICT_UNKNOWN);
  EXPECT_EQ(rows[1].display_name(), "Silent Ltd");
  EXPECT_EQ(rows[1].owner(), "kim");
  // The same as a check says, to the last word.
  for (const auto& row : rows) {
    v1::CheckPitchRequest check;
    check.set_account(row.account());
    const auto answer = Call(readiness_, &v1::ReadinessService::Stub::CheckPitch, check);
    EXPECT_EQ(answer.verdict(), row.verdict());
    EXPECT_EQ(answer.motion(), row.motion());
    EXPECT_EQ(answer.product(), row.product());
    EXPECT_EQ(answer.revision(), row.revision());
    ASSERT_EQ(answer.reasons_size(), row.reasons_size());
    ASSERT_GT(row.reasons_size(), 0);
    for (int i = 0; i < row.reasons_size(); ++i) {
      EXPECT_EQ(answer.reasons(i).SerializeAsString(), row.reasons(i).SerializeAsString());
      EXPECT_FALSE(row.reasons(i).remedy().empty());
    }
  }
}

TEST_F(BlockedRpcTest, GateFilterAndMotionChooseRows) {
  MakeReady("ready");
  MakeReady("angry");
  MakeAccount("silent", "owner: 'kim'");
  Dissatisfy("angry");
  v1::ListBlockedRequest request;
  request.set_gate("DISSATISFIED");
  EXPECT_THAT(Names(request), ElementsAre("accounts/angry"));
  request.set_gate("");
  request.set_filter("owner = \"kim\"");
  EXPECT_THAT(Names(request), ElementsAre("accounts/silent"));
  request.set_gate("DISSATISFIED");
  EXPECT_THAT(Names(request), IsEmpty());
  request.Clear();
  request.set_motion(v1::MOTION_HEARING);
  for (const auto& row : List(request)) EXPECT_EQ(row.motion(), v1::MOTION_HEARING);
}

TEST_F(BlockedRpcTest, AWrongRequestIsRefusedFieldByField) {
  MakeAccount("silent");
  v1::ListBlockedRequest request;
  request.set_gate("NO_SUCH_GATE");
  request.set_filter("colour = red");
  request.set_cursor("x");
  EXPECT_THAT(List(request, grpc::StatusCode::INVALID_ARGUMENT), IsEmpty());
  EXPECT_THAT(Fields(), ElementsAre("gate", "filter", "cursor"));
  request.Clear();
  const std::string cursor = List(request).front().cursor();
  request.set_cursor(cursor);
  EXPECT_THAT(List(request), IsEmpty());
  request.set_motion(v1::MOTION_SEATS);
  EXPECT_THAT(List(request, grpc::StatusCode::INVALID_ARGUMENT), IsEmpty()) << "another list";
  EXPECT_THAT(Fields(), ElementsAre("cursor"));
}

TEST_F(BlockedRpcTest, ALongListIsInOrderAndGoesOnBehindAnyRow) {
  std::vector<v1::Fact> facts;
  std::vector<std::string> expected;
  for (int i = 0; i < 600; ++i) {  // several steps of a worker
    facts.push_back(FactOf(absl::StrCat("a", i), "profile", "profile { }"));
    expected.push_back(absl::StrCat("accounts/a", i));
  }
  Record(facts);
  std::sort(expected.begin(), expected.end());
  const auto all = List({});
  ASSERT_EQ(all.size(), 600u);
  for (size_t i = 0; i < all.size(); ++i) EXPECT_EQ(all[i].account(), expected[i]);
  for (const size_t cut : {0, 1, 254, 255, 256, 300, 598, 599}) {
    v1::ListBlockedRequest request;
    request.set_cursor(all[cut].cursor());
    EXPECT_EQ(Names(request), std::vector<std::string>(expected.begin() + cut + 1, expected.end()))
        << cut;
  }
}

TEST_F(BlockedRpcTest, AClientThatLeavesEndsItAndSoDoesAServerThatStops) {
  std::vector<v1::Fact> facts;
  for (int i = 0; i < 600; ++i) {
    facts.push_back(FactOf(absl::StrCat("a", i), "profile", "profile { }"));
  }
  Record(facts);
  grpc::ClientContext context;
  const auto reader = readiness_->ListBlocked(&context, {});
  v1::ListBlockedResponse row;
  ASSERT_TRUE(reader->Read(&row));
  context.TryCancel();
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::CANCELLED);
  // And a server that stops ends those that are open.
  grpc::ClientContext open;
  const auto left = readiness_->ListBlocked(&open, {});
  left->WaitForInitialMetadata();
  const absl::Time began = absl::Now();
  std::thread stopper([this] { server_->Stop(); });
  while (left->Read(&row)) {
  }
  EXPECT_EQ(left->Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
  stopper.join();
  EXPECT_LT(absl::Now() - began, absl::Seconds(10));
}

}  // namespace
}  // namespace kizuna::server
