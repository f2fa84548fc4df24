// SPDX-License-Identifier: Apache-2.0
//
// A whole server over a store in memory, asked through gRPC within the process, with a clock that a
// test holds in its hand.

#ifndef KIZUNA_TESTS_SERVER_RPC_FIXTURE_H_
#define KIZUNA_TESTS_SERVER_RPC_FIXTURE_H_

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "kizuna/v1/account_service.grpc.pb.h"
#include "kizuna/v1/catalogue_service.grpc.pb.h"
#include "kizuna/v1/fact_service.grpc.pb.h"
#include "kizuna/v1/health_service.grpc.pb.h"
#include "kizuna/v1/loyalty_service.grpc.pb.h"
#include "kizuna/v1/readiness_service.grpc.pb.h"
#include "kizuna/v1/reservation_service.grpc.pb.h"
#include "kizuna/v1/rulebook_service.grpc.pb.h"
#include "kizuna/v1/source_service.grpc.pb.h"
#include "kizuna/v1/status_service.grpc.pb.h"
#include "server/ledger/clock.h"
#include "server/runtime/server.h"

namespace kizuna::server {

class FakeClock final : public ledger::Clock {
 public:
  engine::Instant Now() const override { return now_.load(); }
  void Advance(absl::Duration by) { now_ += absl::ToInt64Microseconds(by); }

 private:
  std::atomic<engine::Instant> now_{1'795'000'000'000'000};  // 2026-11-18T10:26:40Z
};

class RpcTest : public testing::Test {
 protected:
  RpcTest();

  // Calls a method and expects it to end so; the answer.
  template <typename Stub, typename Request, typename Response>
  Response Call(const std::unique_ptr<Stub>& stub,
                grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                const Request& request, grpc::StatusCode expected = grpc::StatusCode::OK) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
    Response response;
    status_ = (stub.get()->*method)(&context, request, &response);
    EXPECT_EQ(status_.error_code(), expected) << status_.error_message();
    return response;
  }

  // Of the last call: the reason of its ErrorInfo, and the fields of its BadRequest.
  std::string Reason() const { return ReasonOf(Details()); }
  std::vector<std::string> Fields() const { return FieldsOf(Details()); }
  google::rpc::Status Details() const;
  static std::string ReasonOf(const google::rpc::Status& status);
  static std::vector<std::string> FieldsOf(const google::rpc::Status& status);

  // A fact of the text, about `account`, observed now.
  v1::Fact FactOf(const std::string& account, const std::string& id, const std::string& text) const;
  // Records them and expects every one to be taken; the last one's revision.
  uint64_t Record(const std::vector<v1::Fact>& facts);
  // An account with a profile of its name.
  uint64_t MakeAccount(const std::string& account, const std::string& profile = "");

  FakeClock clock_;
  std::unique_ptr<Server> server_;
  std::unique_ptr<v1::AccountService::Stub> accounts_;
  std::unique_ptr<v1::CatalogueService::Stub> catalogue_;
  std::unique_ptr<v1::FactService::Stub> facts_;
  std::unique_ptr<v1::HealthService::Stub> health_;
  std::unique_ptr<v1::LoyaltyService::Stub> loyalty_;
  std::unique_ptr<v1::ReservationService::Stub> reservations_;
  std::unique_ptr<v1::ReadinessService::Stub> readiness_;
  std::unique_ptr<v1::RulebookService::Stub> rulebooks_;
  std::unique_ptr<v1::SourceService::Stub> sources_;
  std::unique_ptr<v1::StatusService::Stub> status_service_;
  grpc::Status status_;  // of the last call
};

}  // namespace kizuna::server

#endif  // KIZUNA_TESTS_SERVER_RPC_FIXTURE_H_
