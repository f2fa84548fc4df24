// SPDX-License-Identifier: Apache-2.0
//
// The questions, through the real handlers: check, health, why, ranking, loyalty, history.

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "grpcpp/generic/generic_stub.h"
#include "server/convert/values.h"
#include "server/limits.h"
#include "tests/server/rpc_fixture.h"

namespace kizuna::server {
namespace {

class AnswersRpcTest : public RpcTest {
 protected:
  v1::CheckPitchResponse Check(const v1::CheckPitchRequest& request,
                               grpc::StatusCode expected = grpc::StatusCode::OK) {
    return Call(readiness_, &v1::ReadinessService::Stub::CheckPitch, request, expected);
  }
  static v1::CheckPitchRequest CheckOf(const std::string& account,
                                       v1::Motion motion = v1::MOTION_SEATS) {
    v1::CheckPitchRequest request;
    request.set_account("accounts/" + account);
    request.set_motion(motion);
    return request;
  }
  static bool Holds(const v1::CheckPitchResponse& response, const std::string& code) {
    for (const v1::Reason& reason : response.reasons()) {
      if (reason.code() == code) return true;
    }
    return false;
  }
};

TEST_F(AnswersRpcTest, ADissatisfiedAnswerClosesTheGateAtOnce) {
  MakeAccount("acme");
  const uint64_t revision =
      Record({FactOf("acme", "n1", "survey { kind: KIND_NPS score: 2 contact_id: 'kim' }")});
  const auto response = Check(CheckOf("acme"));
  EXPECT_EQ(response.verdict(), v1::VERDICT_DENY);
  ASSERT_TRUE(Holds(response, "DISSATISFIED"));
  EXPECT_EQ(response.revision(), revision);
  EXPECT_GT(response.rulebook_number(), 0u);
  EXPECT_TRUE(response.has_checked_at());
  EXPECT_TRUE(response.has_valid_until());
  EXPECT_FALSE(response.has_readiness());
  for (const v1::Reason& reason : response.reasons()) {
    EXPECT_FALSE(reason.remedy().empty()) << reason.code();
    EXPECT_FALSE(reason.who_can_act().empty()) << reason.code();
    if (reason.code() != "DISSATISFIED") continue;
    EXPECT_FALSE(reason.waivable());
    ASSERT_GT(reason.evidence_size(), 0);
    EXPECT_EQ(reason.evidence(0).facts(0).fact().fact_id(), "n1");
  }
}

TEST_F(AnswersRpcTest, ACheckOfAnAccountThatDoesNotExistIsNotFound) {
  Check(CheckOf("nobody"), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(Reason(), "ACCOUNT_NOT_FOUND");
}

TEST_F(AnswersRpcTest, ACheckThatCannotBeIsRefusedByField) {
  MakeAccount("acme");
  v1::CheckPitchRequest request = CheckOf("acme", v1::MOTION_UNSPECIFIED);
  request.set_product("products/none");
  request.set_team(std::string(limits::kMaxIdBytes + 1, 'x'));
  *request.mutable_as_of() = convert::TimestampOf(clock_.Now() + 1);
  Check(request, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(Fields(), (std::vector<std::string>{"motion", "product", "team", "as_of"}));
  request = CheckOf("acme");
  request.set_team(std::string(limits::kMaxIdBytes, 'x'));
  *request.mutable_as_of() = convert::TimestampOf(clock_.Now());
  Check(request);
}

TEST_F(AnswersRpcTest, ARevisionThatIsNotReachedIsOutOfRange) {
  const uint64_t revision = MakeAccount("acme");
  v1::CheckPitchRequest request = CheckOf("acme");
  request.set_at_least_as_fresh(revision);
  Check(request);
  request.set_at_least_as_fresh(revision + 1'000'000);
  Check(request, grpc::StatusCode::OUT_OF_RANGE);
  EXPECT_EQ(Reason(), "NOT_FRESH_ENOUGH");
}

TEST_F(AnswersRpcTest, ADateMeansItsEndAndTodayMeansNow) {
  MakeAccount("acme");
  v1::CheckPitchRequest request = CheckOf("acme");
  *request.mutable_as_of_date() = convert::ToWire(engine::Calendar().DayOf(clock_.Now()));
  const auto today = Check(request);
  EXPECT_EQ(convert::TimestampOf(clock_.Now()).seconds(), today.checked_at().seconds());
  *request.mutable_as_of_date() = convert::ToWire(engine::Calendar().DayOf(clock_.Now()) + 1);
  Check(request, grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(AnswersRpcTest, ABatchAnswersEachItemInOrder) {
  MakeAccount("acme");
  v1::BatchCheckPitchRequest batch;
  *batch.add_requests() = CheckOf("acme");
  *batch.add_requests() = CheckOf("nobody");
  *batch.add_requests() = CheckOf("a b");
  *batch.add_requests() = CheckOf("acme", v1::MOTION_HEARING);
  const auto response = Call(readiness_, &v1::ReadinessService::Stub::BatchCheckPitch, batch);
  ASSERT_EQ(response.results_size(), 4);
  EXPECT_TRUE(response.results(0).has_response());
  EXPECT_EQ(response.results(1).error().code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(FieldsOf(response.results(2).error()), std::vector<std::string>{"requests[2].account"});
  EXPECT_EQ(response.results(3).response().motion(), v1::MOTION_HEARING);
}

TEST_F(AnswersRpcTest, ABatchHasOneToAThousandItems) {
  MakeAccount("acme");
  v1::BatchCheckPitchRequest batch;
  const auto check = &v1::ReadinessService::Stub::BatchCheckPitch;
  Call(readiness_, check, batch, grpc::StatusCode::INVALID_ARGUMENT);
  for (int i = 0; i < limits::kMaxBatchItems; ++i) *batch.add_requests() = CheckOf("acme");
  EXPECT_EQ(Call(readiness_, check, batch).results_size(), limits::kMaxBatchItems);
  *batch.add_requests() = CheckOf("acme");
  Call(readiness_, check, batch, grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(AnswersRpcTest, DriversAddUpToTheRawScore) {
  MakeAccount("acme");
  Record({FactOf("acme", "n1", "survey { kind: KIND_NPS score: 9 contact_id: 'kim' }"),
          FactOf("acme", "t1", "ticket { ticket_id: 't1' event: EVENT_OPENED }")});
  v1::GetHealthRequest request;
  request.set_name("accounts/acme");
  const auto health = Call(health_, &v1::HealthService::Stub::GetHealth, request);
  ASSERT_TRUE(health.has_raw_score());
  double points = 0, dimension_points = 0, shares = 0;
  for (const v1::Driver& driver : health.drivers()) {
    points += driver.points();
    shares += driver.share();
    if (driver.has_y()) {
      EXPECT_NEAR(driver.points(), driver.share() * driver.y(), 1e-9);
    }
  }
  for (const v1::DimensionScore& dimension : health.dimensions()) {
    dimension_points += dimension.points();
  }
  EXPECT_NEAR(points, health.raw_score(), 1e-9);
  EXPECT_NEAR(dimension_points, health.raw_score(), 1e-9);
  EXPECT_NEAR(shares, 1, 1e-9);
}

TEST_F(AnswersRpcTest, TheWhyHasEveryMotionAndTheFacts) {
  MakeAccount("acme", "display_name: 'Acme'");
  Record({FactOf("acme", "n1", "survey { kind: KIND_NPS score: 2 contact_id: 'kim' }")});
  v1::ExplainHealthRequest request;
  request.set_name("accounts/acme");
  const auto why = Call(health_, &v1::HealthService::Stub::ExplainHealth, request);
  EXPECT_EQ(why.account().profile().display_name(), "Acme");
  EXPECT_EQ(why.assessments_size(), 7);
  EXPECT_EQ(why.verdict(), v1::VERDICT_DENY);
  bool cited = false;
  for (const v1::Driver& driver : why.health().drivers()) {
    for (const v1::EvidenceItem& item : driver.facts()) {
      cited |= item.fact().fact_id() == "n1" && item.contact_id() == "kim";
    }
  }
  EXPECT_TRUE(cited) << why.health().DebugString();
}

TEST_F(AnswersRpcTest, AnErasedPersonIsGoneFromAnAnswerThatWasGivenBefore) {
  MakeAccount("acme");
  Record({FactOf("acme", "n1", "survey { kind: KIND_NPS score: 2 contact_id: 'kim' }")});
  const auto named = [this] {
    const auto answer = Call(readiness_, &v1::ReadinessService::Stub::CheckPitch, CheckOf("acme"));
    return answer.DebugString().find("\"kim\"") != std::string::npos;
  };
  EXPECT_TRUE(named());
  EXPECT_TRUE(named()) << "as it was told before";
  v1::ErasePersonRequest erase;
  erase.set_account("accounts/acme");
  erase.set_contact_id("kim");
  Call(accounts_, &v1::AccountService::Stub::ErasePerson, erase);
  EXPECT_FALSE(named());
}

TEST_F(AnswersRpcTest, AnAnswerGivenAgainDiffersInItsInstantAndIdAlone) {
  MakeAccount("acme");
  Record({FactOf("acme", "n1", "survey { kind: KIND_NPS score: 2 contact_id: 'kim' }")});
  const auto check = &v1::ReadinessService::Stub::CheckPitch;
  v1::CheckPitchResponse first = Call(readiness_, check, CheckOf("acme"));
  clock_.Advance(absl::Minutes(1));
  v1::CheckPitchResponse second = Call(readiness_, check, CheckOf("acme"));
  EXPECT_EQ(second.checked_at().seconds(), first.checked_at().seconds() + 60);
  EXPECT_NE(second.decision_id(), first.decision_id());
  for (v1::CheckPitchResponse* each : {&first, &second}) {
    each->clear_checked_at();
    each->clear_decision_id();
  }
  EXPECT_EQ(second.DebugString(), first.DebugString());
}

TEST_F(AnswersRpcTest, BytesThatAreNoQuestionAreRefused) {
  for (const char* method : {"CheckPitch", "BatchCheckPitch"}) {
    grpc::GenericStub stub(server_->InProcessChannel());
    grpc::ClientContext context;
    const grpc::Slice slice(
        std::string("\x0a\x7f"
                    "cut off"));
    const grpc::ByteBuffer nonsense(&slice, 1);
    grpc::ByteBuffer answer;
    absl::Notification ended;
    grpc::Status status;
    stub.UnaryCall(&context, absl::StrCat("/kizuna.v1.ReadinessService/", method),
                   grpc::StubOptions(), &nonsense, &answer, [&](grpc::Status ending) {
                     status = std::move(ending);
                     ended.Notify();
                   });
    ended.WaitForNotification();
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_NE(status.error_message().find("PitchRequest"), std::string::npos)
        << status.error_message();
  }
}

TEST_F(AnswersRpcTest, ABatchOfHealthsAnswersEachItem) {
  MakeAccount("acme");
  v1::BatchGetHealthRequest batch;
  batch.add_requests()->set_name("accounts/acme");
  batch.add_requests()->set_name("accounts/nobody");
  const auto response = Call(health_, &v1::HealthService::Stub::BatchGetHealth, batch);
  ASSERT_EQ(response.results_size(), 2);
  EXPECT_EQ(response.results(0).health().account(), "accounts/acme");
  EXPECT_EQ(response.results(1).error().code(), grpc::StatusCode::NOT_FOUND);
}

TEST_F(AnswersRpcTest, TheRankingListsWhatWasAskedForInPages) {
  for (int i = 0; i < 5; ++i) MakeAccount("acct-" + std::to_string(i));
  v1::ListReadyRequest request;
  const auto list = &v1::ReadinessService::Stub::ListReady;
  EXPECT_EQ(Call(readiness_, list, request).accounts_size(), 0) << "ALLOW alone by default";
  request.add_verdicts(v1::VERDICT_DENY);
  request.add_verdicts(v1::VERDICT_UNKNOWN);
  request.set_page_size(2);
  std::vector<std::string> names;
  for (int pages = 0; pages < 10; ++pages) {
    const auto page = Call(readiness_, list, request);
    for (const auto& row : page.accounts()) {
      names.push_back(row.account());
      EXPECT_NE(row.verdict(), v1::VERDICT_ALLOW);
      EXPECT_GT(row.gates_size(), 0);
    }
    request.set_page_token(page.next_page_token());
    if (page.next_page_token().empty()) break;
  }
  EXPECT_EQ(names.size(), 5u);
  request.clear_page_token();
  request.add_verdicts(v1::VERDICT_DENY);
  Call(readiness_, list, request, grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(AnswersRpcTest, AnOverrideHoldsUntilItsExpiry) {
  MakeAccount("acme");
  v1::OverrideLoyaltyRequest request;
  request.set_name("accounts/acme");
  Call(loyalty_, &v1::LoyaltyService::Stub::OverrideLoyalty, request,
       grpc::StatusCode::INVALID_ARGUMENT);
  request.set_tier(v1::LOYALTY_TIER_FAN);
  request.set_author("kim");
  request.set_reason("they spoke at our conference");
  *request.mutable_expires_at() = convert::TimestampOf(clock_.Now() + 60'000'000);
  request.set_request_id("r1");
  const auto overridden = Call(loyalty_, &v1::LoyaltyService::Stub::OverrideLoyalty, request);
  EXPECT_EQ(overridden.loyalty().tier(), v1::LOYALTY_TIER_FAN);
  EXPECT_EQ(overridden.loyalty().derived_tier(), v1::LOYALTY_TIER_NONE);
  EXPECT_EQ(overridden.loyalty().tier_override().author(), "kim");
  EXPECT_EQ(Call(loyalty_, &v1::LoyaltyService::Stub::OverrideLoyalty, request).revision(),
            overridden.revision());
  clock_.Advance(absl::Seconds(61));
  v1::GetLoyaltyRequest get;
  get.set_name("accounts/acme");
  EXPECT_EQ(Call(loyalty_, &v1::LoyaltyService::Stub::GetLoyalty, get).tier(),
            v1::LOYALTY_TIER_NONE);
}

TEST_F(AnswersRpcTest, HistoryHasADay) {
  MakeAccount("acme");
  Record({FactOf("acme", "n1", "survey { kind: KIND_NPS score: 9 }")});
  v1::ListHealthHistoryRequest request;
  request.set_parent("accounts/acme");
  const auto history = Call(health_, &v1::HealthService::Stub::ListHealthHistory, request);
  ASSERT_EQ(history.entries_size(), 1);
  EXPECT_EQ(history.entries(0).date().year(), 2026);
  v1::ListLoyaltyHistoryRequest loyalty;
  loyalty.set_parent("accounts/acme");
  EXPECT_EQ(Call(loyalty_, &v1::LoyaltyService::Stub::ListLoyaltyHistory, loyalty).entries_size(),
            1);
}

}  // namespace
}  // namespace kizuna::server
