// SPDX-License-Identifier: Apache-2.0
//
// Deadlines, retries, tokens and errors of the client library, against a fake server.

#include "client/lib/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/time/clock.h"
#include "client/lib/caller.h"
#include "client/lib/error.h"
#include "tests/client/fake_server.h"

namespace kizuna::client {
namespace {

using testing::HasSubstr;

ClientOptions OptionsFor(const std::string& address) {
  ClientOptions options;
  options.server = address;
  options.deadline = absl::Milliseconds(500);
  options.retry.initial_backoff = absl::Milliseconds(5);
  return options;
}

v1::GetAccountRequest Acme() {
  v1::GetAccountRequest request;
  request.set_name("accounts/acme");
  return request;
}

TEST(ClientTest, AReadIsTriedAgainAfterUnavailable) {
  test::FakeServer server;
  server.AddAccount("acme", "Acme", 9);
  server.faults().unavailable = 3;
  const auto client = Client::Create(OptionsFor(server.address()));
  EXPECT_TRUE((*client)->GetAccount(Acme()).ok());
  EXPECT_EQ(4, server.seen().calls);
}

TEST(ClientTest, AnErasureIsNotTriedAgain) {
  test::FakeServer server;
  server.AddAccount("acme", "Acme", 9);
  server.faults().unavailable = 1;
  const auto client = Client::Create(OptionsFor(server.address()));
  v1::DeleteAccountRequest request;
  request.set_name("accounts/acme");
  EXPECT_TRUE(absl::IsUnavailable((*client)->DeleteAccount(request).status()));
  EXPECT_EQ(1, server.seen().calls);
}

TEST(ClientTest, OtherErrorsAreNotTriedAgain) {
  test::FakeServer server;
  const auto client = Client::Create(OptionsFor(server.address()));
  const auto account = (*client)->GetAccount(Acme());
  EXPECT_TRUE(absl::IsNotFound(account.status()));
  EXPECT_EQ("ACCOUNT_NOT_FOUND", ReasonOf(account.status()));
  EXPECT_EQ(1, server.seen().calls);
}

TEST(ClientTest, EveryCallHasADeadline) {
  test::FakeServer server;
  server.faults().hang = true;
  const auto client = Client::Create(OptionsFor(server.address()));
  const absl::Time begun = absl::Now();
  const auto account = (*client)->GetAccount(Acme());
  EXPECT_TRUE(absl::IsDeadlineExceeded(account.status())) << account.status();
  EXPECT_THAT(std::string(account.status().message()), HasSubstr(server.address()));
  EXPECT_LT(absl::Now() - begun, absl::Seconds(3));
}

TEST(ClientTest, AServerThatIsNotThereIsNamed) {
  const auto client = Client::Create(OptionsFor("127.0.0.1:1"));
  const auto account = (*client)->GetAccount(Acme());
  EXPECT_TRUE(absl::IsUnavailable(account.status()));
  EXPECT_THAT(std::string(account.status().message()), HasSubstr("127.0.0.1:1"));
}

TEST(ClientTest, TheTokenIsSentWithEachCall) {
  test::FakeServer server;
  server.AddAccount("acme", "Acme", 9);
  server.faults().token = "secret";
  ClientOptions options = OptionsFor(server.address());
  EXPECT_TRUE(absl::IsUnauthenticated((*Client::Create(options))->GetAccount(Acme()).status()));
  options.bearer_token = [] { return absl::StatusOr<std::string>("secret"); };
  EXPECT_TRUE((*Client::Create(options))->GetAccount(Acme()).ok());
  options.bearer_token = [] {
    return absl::StatusOr<std::string>(absl::PermissionDeniedError("no token to be had"));
  };
  EXPECT_TRUE(absl::IsPermissionDenied((*Client::Create(options))->GetAccount(Acme()).status()));
}

TEST(ClientTest, ATokenIsNeverSentInTheClearOverANetwork) {
  ClientOptions options = OptionsFor("192.0.2.1:7410");
  options.bearer_token = [] { return absl::StatusOr<std::string>("secret"); };
  EXPECT_TRUE(absl::IsFailedPrecondition(Client::Create(options).status()));
  options.tls.emplace();
  EXPECT_TRUE(Client::Create(options).ok());
}

TEST(ClientTest, OptionsThatMakeNoSenseAreRefused) {
  ClientOptions options;
  options.server = "";
  EXPECT_TRUE(absl::IsInvalidArgument(Client::Create(options).status()));
  options = ClientOptions();
  options.deadline = absl::ZeroDuration();
  EXPECT_TRUE(absl::IsInvalidArgument(Client::Create(options).status()));
  options = ClientOptions();
  options.retry.max_attempts = 0;
  EXPECT_TRUE(absl::IsInvalidArgument(Client::Create(options).status()));
}

TEST(ClientTest, ViolationsBecomeSentences) {
  test::FakeServer server;
  server.AddAccount("acme", "Acme", 9);
  const auto client = Client::Create(OptionsFor(server.address()));
  v1::RecordFactsRequest request;
  request.add_facts()->set_account("accounts/acme");
  request.mutable_facts(0)->mutable_survey()->set_score(11);
  const auto response = (*client)->RecordFacts(request);
  ASSERT_TRUE(response.ok());
  const absl::Status error = StatusOfItem(response->results(0).error());
  EXPECT_TRUE(absl::IsInvalidArgument(error));
  EXPECT_THAT(std::string(error.message()),
              HasSubstr("survey.score: is out of range; write 0 to 10"));
  EXPECT_EQ("FACT_INVALID", ReasonOf(error));
}

TEST(ClientTest, AnExplanationOfAnotherDecisionIsNone) {
  v1::ExplainDecisionRequest request;
  request.set_decision_id("d1.acme");
  {
    test::FakeServer server;
    server.AddAccount("acme", "Acme", 9);
    const auto client = Client::Create(OptionsFor(server.address()));
    const auto explained = (*client)->ExplainDecision(request);
    ASSERT_TRUE(explained.ok()) << explained.status();
    EXPECT_EQ(explained->answer().decision_id(), "d1.acme");
  }
  test::FakeServer server;
  server.AddAccount("acme", "Acme", 9);
  server.faults().other_id = "-and-more";
  const auto client = Client::Create(OptionsFor(server.address()));
  EXPECT_TRUE(absl::IsInternal((*client)->ExplainDecision(request).status()));
}

TEST(ClientTest, BackoffGrowsWithinItsBounds) {
  RetryPolicy policy;
  policy.initial_backoff = absl::Milliseconds(100);
  policy.max_backoff = absl::Seconds(1);
  for (int i = 0; i < 100; ++i) {
    EXPECT_LE(BackoffAfter(1, policy), absl::Milliseconds(100));
    EXPECT_GE(BackoffAfter(1, policy), absl::Milliseconds(50));
    EXPECT_GE(BackoffAfter(3, policy), absl::Milliseconds(200));
    EXPECT_LE(BackoffAfter(30, policy), absl::Seconds(1));
  }
}

}  // namespace
}  // namespace kizuna::client
