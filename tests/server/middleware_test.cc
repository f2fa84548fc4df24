// SPDX-License-Identifier: Apache-2.0
//
// What does every call go through, in which order, and when is it refused?

#include <atomic>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/synchronization/notification.h"
#include "google/protobuf/unknown_field_set.h"
#include "gtest/gtest.h"
#include "kizuna/v1/readiness_service.pb.h"
#include "server/convert/errors.h"
#include "server/convert/validation.h"
#include "server/limits.h"
#include "server/middleware/standard.h"
#include "server/middleware/workers.h"
#include "spdlog/sinks/ostream_sink.h"
#include "spdlog/spdlog.h"

namespace kizuna::server {
namespace {

// Writes down what happens to it.
class Witness final : public Middleware {
 public:
  Witness(std::string name, absl::Status begin, std::vector<std::string>& seen)
      : name_(std::move(name)), begin_(std::move(begin)), seen_(seen) {}
  absl::string_view name() const override { return name_; }
  absl::Status Begin(Call&) override {
    seen_.push_back("begin " + name_);
    return begin_;
  }
  void End(const Call&, const absl::Status&) override { seen_.push_back("end " + name_); }

 private:
  const std::string name_;
  const absl::Status begin_;
  std::vector<std::string>& seen_;
};

Call NewCall(const google::protobuf::Message* request = nullptr) {
  Call call;
  call.method = "ReadinessService/CheckPitch";
  call.request = request;
  call.started_at = absl::Now();
  return call;
}

TEST(MiddlewareTest, TheOrderIsThis) {
  CallGate gate;
  const MiddlewareChain chain(StandardMiddleware(&gate, CallLog::kNone));
  EXPECT_EQ(chain.names(),
            (std::vector<absl::string_view>{"request_log", "call_gate", "deadline", "understood"}));
}

TEST(MiddlewareTest, WhatHasBegunEndsInTheOppositeOrder) {
  std::vector<std::string> seen;
  std::vector<std::unique_ptr<Middleware>> list;
  list.push_back(std::make_unique<Witness>("a", absl::OkStatus(), seen));
  list.push_back(std::make_unique<Witness>("b", absl::AbortedError("no"), seen));
  list.push_back(std::make_unique<Witness>("c", absl::OkStatus(), seen));
  const MiddlewareChain chain(std::move(list));
  Call call = NewCall();
  EXPECT_EQ(chain.Begin(call).code(), absl::StatusCode::kAborted);
  chain.End(call, absl::OkStatus());
  EXPECT_EQ(seen, (std::vector<std::string>{"begin a", "begin b", "end b", "end a"}));
}

TEST(MiddlewareTest, CallsAreTakenUpToTheLimitAndCountedDownAgain) {
  CallGate gate(2);
  EXPECT_TRUE(gate.Enter().ok());
  EXPECT_TRUE(gate.Enter().ok());
  const absl::Status refused = gate.Enter();
  EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(convert::ReasonOf(refused), "TOO_MUCH_AT_ONCE");
  gate.Leave();
  EXPECT_TRUE(gate.Enter().ok());
  EXPECT_EQ(gate.under_way(), 2);
}

TEST(MiddlewareTest, ARefusedCallIsNotCountedDown) {
  CallGate gate(0);
  const MiddlewareChain chain(StandardMiddleware(&gate, CallLog::kNone));
  Call call = NewCall();
  const absl::Status status = chain.Begin(call);
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  chain.End(call, status);
  EXPECT_EQ(gate.under_way(), 0);
}

TEST(MiddlewareTest, AClosedGateSaysThatTheServerEnds) {
  CallGate gate;
  ASSERT_TRUE(gate.Enter().ok());
  gate.Close();
  const absl::Status refused = gate.Enter();
  EXPECT_EQ(refused.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(convert::ReasonOf(refused), "DRAINING");
  EXPECT_FALSE(gate.WaitUntilEmpty(absl::Milliseconds(10)));
  gate.Leave();
  EXPECT_TRUE(gate.WaitUntilEmpty(absl::ZeroDuration()));
}

TEST(MiddlewareTest, TheDeadlineIsTheClientsWithinOurs) {
  const absl::Time now = absl::FromUnixSeconds(1000);
  const auto effective = [&](absl::Duration client) {
    return EffectiveDeadline(MethodKind::kRead, now + client, now) - now;
  };
  EXPECT_EQ(effective(absl::InfiniteDuration()), limits::kDefaultDeadline);
  EXPECT_EQ(effective(absl::Seconds(1)), absl::Seconds(1));
  EXPECT_EQ(effective(limits::kMaxDeadline), limits::kMaxDeadline);
  EXPECT_EQ(effective(limits::kMaxDeadline + absl::Seconds(1)), limits::kMaxDeadline);
  EXPECT_EQ(EffectiveDeadline(MethodKind::kStream, absl::InfiniteFuture(), now),
            absl::InfiniteFuture());
}

TEST(MiddlewareTest, ACallWhoseDeadlineHasPassedIsNotRun) {
  CallGate gate;
  const MiddlewareChain chain(StandardMiddleware(&gate, CallLog::kNone));
  Call call = NewCall();
  call.deadline = call.started_at;
  EXPECT_EQ(chain.Begin(call).code(), absl::StatusCode::kDeadlineExceeded);
}

TEST(MiddlewareTest, AFieldThatIsNotKnownIsRefused) {
  CallGate gate;
  const MiddlewareChain chain(StandardMiddleware(&gate, CallLog::kNone));
  v1::BatchCheckPitchRequest request;
  auto* item = request.add_requests();
  Call call = NewCall(&request);
  EXPECT_TRUE(chain.Begin(call).ok());
  item->GetReflection()->MutableUnknownFields(item)->AddVarint(99, 1);
  Call again = NewCall(&request);
  EXPECT_EQ(chain.Begin(again).code(), absl::StatusCode::kInvalidArgument);
  // Where items are answered one by one, only what is beside them is looked at here.
  Call apart = NewCall(&request);
  apart.items_apart = true;
  EXPECT_TRUE(chain.Begin(apart).ok());
}

TEST(MiddlewareTest, TheLogSaysWhatHappenedAndNothingOfTheRequest) {
  std::ostringstream lines;
  const auto before = spdlog::default_logger();
  spdlog::set_default_logger(std::make_shared<spdlog::logger>(
      "test", std::make_shared<spdlog::sinks::ostream_sink_mt>(lines)));
  CallGate gate;
  const MiddlewareChain chain(StandardMiddleware(&gate, CallLog::kAll));
  v1::CheckPitchRequest request;
  request.set_account("accounts/secret-customer");
  Call call = NewCall(&request);
  ASSERT_TRUE(chain.Begin(call).ok());
  chain.End(call, convert::AccountNotFound("secret-customer"));
  spdlog::set_default_logger(before);
  const std::string line = lines.str();
  EXPECT_NE(line.find("event=call method=ReadinessService/CheckPitch code=NOT_FOUND "
                      "reason=ACCOUNT_NOT_FOUND ms="),
            std::string::npos)
      << line;
  EXPECT_EQ(line.find("secret-customer"), std::string::npos) << line;
}

TEST(WorkersTest, JobsBeyondTheQueueAreRefusedAndTheRestRuns) {
  absl::Notification begun, go;
  std::atomic<int> ran{0};
  {
    Workers workers(1, 2);
    ASSERT_TRUE(workers.Run([&] {
      begun.Notify();
      go.WaitForNotification();
      ++ran;
    }));
    begun.WaitForNotification();
    EXPECT_TRUE(workers.Run([&] { ++ran; }));
    EXPECT_TRUE(workers.Run([&] { ++ran; }));
    EXPECT_FALSE(workers.Run([&] { ++ran; }));
    go.Notify();
  }
  EXPECT_EQ(ran, 3);
}

TEST(ErrorsTest, DetailsTravelWithTheStatus) {
  const grpc::Status status =
      ToGrpcStatus(convert::InvalidField("facts[3].observed_at", "is ahead; check the clock"));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  google::rpc::Status details;
  ASSERT_TRUE(details.ParseFromString(status.error_details()));
  EXPECT_EQ(details.code(), 3);
  ASSERT_EQ(details.details_size(), 2);
  EXPECT_EQ(details.details(0).type_url(), "type.googleapis.com/google.rpc.ErrorInfo");
  EXPECT_EQ(details.details(1).type_url(), "type.googleapis.com/google.rpc.BadRequest");
}

TEST(ErrorsTest, AClientNeverSeesWhatALibrarySaid) {
  const absl::Status status = convert::ForClient(absl::InternalError("rocksdb: /var/lib/..."));
  EXPECT_EQ(status.message().find("rocksdb"), absl::string_view::npos);
  EXPECT_EQ(convert::ReasonOf(status), "INTERNAL");
}

TEST(ErrorsTest, ManyViolationsAreCounted) {
  convert::Violations violations;
  const convert::FieldPath path;
  for (int i = 0; i < limits::kMaxViolations + 5; ++i) violations.Add(path.Item("facts", i), "no");
  EXPECT_EQ(violations.listed().size(), static_cast<size_t>(limits::kMaxViolations));
  EXPECT_EQ(violations.count(), static_cast<size_t>(limits::kMaxViolations) + 5);
  EXPECT_NE(violations.ToStatus().message().find("and 52 more"), absl::string_view::npos)
      << violations.ToStatus();
}

}  // namespace
}  // namespace kizuna::server
