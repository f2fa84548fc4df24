// SPDX-License-Identifier: Apache-2.0

#include "tests/server/rpc_fixture.h"

#include "google/protobuf/text_format.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "server/convert/values.h"
#include "spdlog/spdlog.h"

namespace kizuna::server {

RpcTest::RpcTest() {
  spdlog::set_level(spdlog::level::off);
  Options options;
  options.data = ":memory:";
  options.listen = "127.0.0.1:0";
  options.call_log = CallLog::kNone;
  auto server = Server::Create(options, &clock_);
  if (!server.ok()) {
    ADD_FAILURE() << server.status();
    std::abort();
  }
  server_ = *std::move(server);
  const auto channel = server_->InProcessChannel();
  accounts_ = v1::AccountService::NewStub(channel);
  catalogue_ = v1::CatalogueService::NewStub(channel);
  facts_ = v1::FactService::NewStub(channel);
  health_ = v1::HealthService::NewStub(channel);
  loyalty_ = v1::LoyaltyService::NewStub(channel);
  reservations_ = v1::ReservationService::NewStub(channel);
  readiness_ = v1::ReadinessService::NewStub(channel);
  rulebooks_ = v1::RulebookService::NewStub(channel);
  sources_ = v1::SourceService::NewStub(channel);
  status_service_ = v1::StatusService::NewStub(channel);
}

google::rpc::Status RpcTest::Details() const {
  google::rpc::Status details;
  EXPECT_TRUE(details.ParseFromString(status_.error_details()));
  return details;
}

std::string RpcTest::ReasonOf(const google::rpc::Status& status) {
  for (const auto& detail : status.details()) {
    google::rpc::ErrorInfo info;
    if (detail.UnpackTo(&info)) {
      EXPECT_EQ(info.domain(), "kizuna.dev");
      return info.reason();
    }
  }
  return "";
}

std::vector<std::string> RpcTest::FieldsOf(const google::rpc::Status& status) {
  std::vector<std::string> fields;
  for (const auto& detail : status.details()) {
    google::rpc::BadRequest bad_request;
    if (!detail.UnpackTo(&bad_request)) continue;
    for (const auto& violation : bad_request.field_violations())
      fields.push_back(violation.field());
  }
  return fields;
}

v1::Fact RpcTest::FactOf(const std::string& account, const std::string& id,
                         const std::string& text) const {
  v1::Fact fact;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &fact)) << text;
  fact.set_account("accounts/" + account);
  fact.set_source("test");
  fact.set_fact_id(id);
  if (!fact.has_observed_at()) *fact.mutable_observed_at() = convert::TimestampOf(clock_.Now());
  return fact;
}

uint64_t RpcTest::Record(const std::vector<v1::Fact>& facts) {
  v1::RecordFactsRequest request;
  for (const v1::Fact& fact : facts) *request.add_facts() = fact;
  const auto response = Call(facts_, &v1::FactService::Stub::RecordFacts, request);
  uint64_t revision = 0;
  EXPECT_EQ(response.results_size(), request.facts_size());
  for (const auto& result : response.results()) {
    EXPECT_TRUE(result.has_accepted()) << result.error().message();
    revision = result.accepted().revision();
  }
  return revision;
}

uint64_t RpcTest::MakeAccount(const std::string& account, const std::string& profile) {
  return Record({FactOf(account, "profile", "profile { " + profile + " }")});
}

}  // namespace kizuna::server
