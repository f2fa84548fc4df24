// SPDX-License-Identifier: Apache-2.0
//
// Does the server answer every golden scenario as the engine does? The same data files, through
// the real handlers: catalogue, sources, rulebook and facts written, questions asked `as_of`.

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/time_util.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "kizuna/v1/catalogue_service.grpc.pb.h"
#include "kizuna/v1/fact_service.grpc.pb.h"
#include "kizuna/v1/health_service.grpc.pb.h"
#include "kizuna/v1/loyalty_service.grpc.pb.h"
#include "kizuna/v1/readiness_service.grpc.pb.h"
#include "kizuna/v1/rulebook_service.grpc.pb.h"
#include "kizuna/v1/source_service.grpc.pb.h"
#include "server/runtime/server.h"
#include "spdlog/spdlog.h"
#include "tests/golden/scenario.h"

namespace kizuna::golden {
namespace {

using google::protobuf::Timestamp;
using google::protobuf::util::TimeUtil;

constexpr char kAccount[] = "accounts/acme";

// A scenario told to a server of its own.
class Stage {
 public:
  explicit Stage(const Scenario& scenario) : scenario_(scenario) {
    spdlog::set_level(spdlog::level::off);
    server::Options options;
    options.data = ":memory:";
    options.listen = "127.0.0.1:0";
    options.call_log = server::CallLog::kNone;
    if (!scenario.time_zone().empty()) options.time_zone = scenario.time_zone();
    server_ = server::Server::Create(options).value();
    channel_ = server_->InProcessChannel();
    TellTheBook();
    TellTheFacts();
  }

  Timestamp At(const std::string& text) const {
    return TimeUtil::MicrosecondsToTimestamp(absl::ToUnixMicros(InstantOf(scenario_, text)));
  }

  template <typename Service, typename Request, typename Response>
  Response Call(grpc::Status (Service::Stub::*method)(grpc::ClientContext*, const Request&,
                                                      Response*),
                const Request& request) const {
    const auto stub = Service::NewStub(channel_);
    grpc::ClientContext context;
    Response response;
    const grpc::Status status = (stub.get()->*method)(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message() << "\n" << request.DebugString();
    return response;
  }

 private:
  void TellTheBook() {
    for (const v1::Product& product : scenario_.products()) {
      v1::UpdateProductRequest request;
      *request.mutable_product() = product;
      request.set_allow_missing(true);
      Call<v1::CatalogueService>(&v1::CatalogueService::Stub::UpdateProduct, request);
    }
    for (const v1::Source& source : SourcesOf(scenario_)) {
      v1::UpdateSourceRequest request;
      *request.mutable_source() = source;
      request.set_allow_missing(true);
      Call<v1::SourceService>(&v1::SourceService::Stub::UpdateSource, request);
    }
    if (scenario_.rules() != "standard") return;
    v1::GetRulebookRequest get;
    get.set_name("rulebooks/standard");
    v1::ActivateRulebookRequest activate;
    activate.set_text(
        Call<v1::RulebookService>(&v1::RulebookService::Stub::GetRulebook, get).text());
    activate.set_author("test");
    Call<v1::RulebookService>(&v1::RulebookService::Stub::ActivateRulebook, activate);
  }

  void TellTheFacts() {
    v1::RecordFactsRequest request;
    // A profile creates the account; this one says nothing and is older than every question.
    v1::Fact* account = request.add_facts();
    account->set_account(kAccount);
    account->set_source("test");
    account->set_fact_id("account");
    *account->mutable_observed_at() = TimeUtil::SecondsToTimestamp(0);
    account->mutable_profile();
    for (v1::Fact& fact : FactsFor(scenario_, kAccount)) *request.add_facts() = std::move(fact);
    const auto response = Call<v1::FactService>(&v1::FactService::Stub::RecordFacts, request);
    for (const v1::FactResult& result : response.results()) {
      EXPECT_TRUE(result.has_accepted()) << result.error().message();
    }
  }

  const Scenario& scenario_;
  std::unique_ptr<server::Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
};

void CompareReasons(const Question& question, const v1::CheckPitchResponse& answer,
                    const Stage& stage) {
  std::vector<std::string> expected, found;
  for (const ExpectedReason& reason : question.reasons()) expected.push_back(reason.code());
  for (const v1::Reason& reason : answer.reasons()) found.push_back(reason.code());
  ASSERT_EQ(found, expected);
  for (int i = 0; i < answer.reasons_size(); ++i) {
    const ExpectedReason& want = question.reasons(i);
    const v1::Reason& reason = answer.reasons(i);
    if (want.effect() != v1::EFFECT_UNSPECIFIED) {
      EXPECT_EQ(reason.effect(), want.effect()) << want.code();
    }
    EXPECT_EQ(reason.missing(), want.missing()) << want.code();
    if (want.opens_at() == "never") {
      EXPECT_FALSE(reason.has_opens_at()) << want.code();
    } else if (!want.opens_at().empty()) {
      EXPECT_EQ(reason.opens_at(), stage.At(want.opens_at())) << want.code();
    }
    for (const v1::Evidence& evidence : reason.evidence()) {
      for (const v1::EvidenceItem& item : evidence.facts()) {
        EXPECT_LE(item.observed_at(), stage.At(question.at())) << "cites what was yet to happen";
      }
    }
  }
}

void CompareNumber(bool given, double expected, bool found, double value, const char* what) {
  if (!given) return;
  ASSERT_TRUE(found) << what << " is missing";
  EXPECT_NEAR(value, expected, 1e-6) << what;
}

void CompareCard(const Question& question, const Stage& stage) {
  v1::GetHealthRequest ask;
  ask.set_name(kAccount);
  *ask.mutable_as_of() = stage.At(question.at());
  const v1::Health health = stage.Call<v1::HealthService>(&v1::HealthService::Stub::GetHealth, ask);
  CompareNumber(question.has_score(), question.score(), health.has_score(), health.score(),
                "score");
  CompareNumber(question.has_raw_score(), question.raw_score(), health.has_raw_score(),
                health.raw_score(), "raw score");
  CompareNumber(question.has_coverage(), question.coverage(), true, health.coverage(), "coverage");
  if (question.band() != v1::BAND_UNSPECIFIED) {
    EXPECT_EQ(health.band(), question.band());
  }
  v1::GetLoyaltyRequest loyalty_of;
  loyalty_of.set_name(kAccount);
  *loyalty_of.mutable_as_of() = stage.At(question.at());
  const v1::Loyalty loyalty =
      stage.Call<v1::LoyaltyService>(&v1::LoyaltyService::Stub::GetLoyalty, loyalty_of);
  if (question.loyalty() != v1::LOYALTY_TIER_UNSPECIFIED) {
    EXPECT_EQ(loyalty.tier(), question.loyalty());
  }
  if (question.touch() != v1::TOUCH_TIER_UNSPECIFIED) {
    EXPECT_EQ(loyalty.touch_tier(), question.touch());
  }
  if (question.cell() != v1::MATRIX_CELL_UNSPECIFIED) {
    EXPECT_EQ(loyalty.cell(), question.cell());
  }
}

class GoldenRpcTest : public testing::TestWithParam<NamedScenario> {};

TEST_P(GoldenRpcTest, IsAnsweredAsItMustBe) {
  const Scenario& scenario = GetParam().scenario;
  const Stage stage(scenario);
  for (const Question& question : scenario.questions()) {
    SCOPED_TRACE(absl::StrCat(scenario.title(), "\n", question.ShortDebugString()));
    v1::CheckPitchRequest check;
    check.set_account(kAccount);
    check.set_motion(question.motion());
    check.set_product(question.product());
    check.set_contact(question.contact());
    check.set_channel(question.channel());
    *check.mutable_as_of() = stage.At(question.at());
    const v1::CheckPitchResponse answer =
        stage.Call<v1::ReadinessService>(&v1::ReadinessService::Stub::CheckPitch, check);
    EXPECT_EQ(answer.verdict(), question.verdict());
    CompareReasons(question, answer, stage);
    if (!question.offered().empty()) {
      EXPECT_EQ(answer.product(), question.offered());
    }
    const bool allowed = answer.verdict() == v1::VERDICT_ALLOW;
    CompareNumber(question.has_readiness(), question.readiness(),
                  allowed ? answer.has_readiness() : answer.has_readiness_if_opened(),
                  allowed ? answer.readiness() : answer.readiness_if_opened(), "readiness");
    CompareCard(question, stage);
  }
}

INSTANTIATE_TEST_SUITE_P(Golden, GoldenRpcTest, testing::ValuesIn(LoadScenarios()),
                         [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace kizuna::golden
