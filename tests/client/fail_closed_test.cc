// SPDX-License-Identifier: Apache-2.0
//
// Whatever a server does, a check that it did not clearly answer with ALLOW is never an ALLOW, and
// never an exception.

#include "client/lib/fail_closed.h"

#include <gtest/gtest.h>

#include "absl/time/clock.h"
#include "client/lib/client.h"
#include "client/lib/error.h"
#include "tests/client/fake_server.h"

namespace kizuna::client {
namespace {

class FailClosedTest : public testing::Test {
 protected:
  FailClosedTest() {
    server_.AddAccount("acme", "Acme", 9);
    server_.AddAccount("angry", "Angry", 2);
  }

  std::unique_ptr<Client> Connect(const std::string& address) {
    ClientOptions options;
    options.server = address;
    options.check_deadline = absl::Milliseconds(300);
    options.retry.initial_backoff = absl::Milliseconds(5);
    auto client = Client::Create(options);
    EXPECT_TRUE(client.ok()) << client.status();
    return *std::move(client);
  }

  static v1::CheckPitchRequest Question(const std::string& account) {
    v1::CheckPitchRequest request;
    request.set_account(account);
    request.set_motion(v1::MOTION_SEATS);
    return request;
  }

  static void ExpectUnknown(const absl::StatusOr<v1::CheckPitchResponse>& answer,
                            absl::string_view code) {
    ASSERT_TRUE(answer.ok()) << answer.status();
    EXPECT_EQ(v1::VERDICT_UNKNOWN, answer->verdict());
    ASSERT_EQ(1, answer->reasons_size());
    EXPECT_EQ(code, answer->reasons(0).code());
    EXPECT_EQ(v1::EFFECT_UNKNOWN, answer->reasons(0).effect());
    EXPECT_FALSE(answer->reasons(0).remedy().empty());
    EXPECT_EQ("accounts/acme", answer->account());
  }

  // What the client makes of the server's answer about acme after `spoil`.
  absl::StatusOr<v1::CheckPitchResponse> AskSpoilt(
      std::function<void(v1::CheckPitchResponse*)> spoil) {
    server_.faults().spoil_check = std::move(spoil);
    return Connect(server_.address())->CheckPitch(Question("accounts/acme"));
  }

  test::FakeServer server_;
};

TEST_F(FailClosedTest, AClearAnswerIsPassedOn) {
  const auto client = Connect(server_.address());
  EXPECT_EQ(v1::VERDICT_ALLOW, client->CheckPitch(Question("accounts/acme"))->verdict());
  EXPECT_EQ(v1::VERDICT_DENY, client->CheckPitch(Question("accounts/angry"))->verdict());
}

TEST_F(FailClosedTest, AServerThatIsNotThereIsUnknown) {
  ExpectUnknown(Connect("127.0.0.1:1")->CheckPitch(Question("accounts/acme")), kNoAnswer);
}

TEST_F(FailClosedTest, AServerThatNeverAnswersIsUnknownInTime) {
  server_.faults().hang = true;
  const absl::Time begun = absl::Now();
  ExpectUnknown(Connect(server_.address())->CheckPitch(Question("accounts/acme")), kNoAnswer);
  EXPECT_LT(absl::Now() - begun, absl::Seconds(3));
}

TEST_F(FailClosedTest, AServerThatStaysUnavailableIsUnknown) {
  server_.faults().unavailable = 1000;
  ExpectUnknown(Connect(server_.address())->CheckPitch(Question("accounts/acme")), kNoAnswer);
}

TEST_F(FailClosedTest, AServerThatIsBrieflyUnavailableIsAskedAgain) {
  server_.faults().unavailable = 2;
  const auto answer = Connect(server_.address())->CheckPitch(Question("accounts/acme"));
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(v1::VERDICT_ALLOW, answer->verdict());
  EXPECT_EQ(3, server_.seen().calls);
}

TEST_F(FailClosedTest, AnUnknownAccountStaysAnError) {
  const auto answer = Connect(server_.address())->CheckPitch(Question("accounts/nobody"));
  ASSERT_TRUE(absl::IsNotFound(answer.status()));
  EXPECT_EQ("ACCOUNT_NOT_FOUND", ReasonOf(answer.status()));
}

TEST_F(FailClosedTest, AVerdictThatIsNotStatedIsUnknown) {
  ExpectUnknown(AskSpoilt([](v1::CheckPitchResponse* answer) { answer->clear_verdict(); }),
                kMalformedAnswer);
}

TEST_F(FailClosedTest, AVerdictOfALaterReleaseIsUnknown) {
  ExpectUnknown(AskSpoilt([](v1::CheckPitchResponse* answer) {
                  answer->set_verdict(static_cast<v1::Verdict>(17));
                }),
                kMalformedAnswer);
}

TEST_F(FailClosedTest, AnEmptyAnswerIsUnknown) {
  ExpectUnknown(AskSpoilt([](v1::CheckPitchResponse* answer) { answer->Clear(); }),
                kMalformedAnswer);
}

TEST_F(FailClosedTest, AnAnswerAboutAnotherAccountIsUnknown) {
  ExpectUnknown(
      AskSpoilt([](v1::CheckPitchResponse* answer) { answer->set_account("accounts/other"); }),
      kMalformedAnswer);
}

TEST_F(FailClosedTest, AnAnswerAboutAnotherMotionIsUnknown) {
  ExpectUnknown(
      AskSpoilt([](v1::CheckPitchResponse* answer) { answer->set_motion(v1::MOTION_HEARING); }),
      kMalformedAnswer);
}

TEST_F(FailClosedTest, AnAllowThatNamesAClosedGateIsUnknown) {
  ExpectUnknown(AskSpoilt([](v1::CheckPitchResponse* answer) {
                  answer->add_reasons()->set_effect(v1::EFFECT_DENY);
                }),
                kMalformedAnswer);
}

TEST_F(FailClosedTest, WrongQuestionsAreErrorsAndFaultsOfServersAreNot) {
  using absl::StatusCode;
  for (const StatusCode code : {StatusCode::kInvalidArgument, StatusCode::kNotFound,
                                StatusCode::kPermissionDenied, StatusCode::kUnauthenticated,
                                StatusCode::kFailedPrecondition, StatusCode::kUnimplemented}) {
    EXPECT_FALSE(IsNoAnswer(absl::Status(code, ""))) << absl::StatusCodeToString(code);
  }
  for (const StatusCode code :
       {StatusCode::kUnavailable, StatusCode::kDeadlineExceeded, StatusCode::kInternal,
        StatusCode::kUnknown, StatusCode::kCancelled, StatusCode::kResourceExhausted,
        StatusCode::kAborted, StatusCode::kDataLoss, StatusCode::kOutOfRange}) {
    EXPECT_TRUE(IsNoAnswer(absl::Status(code, ""))) << absl::StatusCodeToString(code);
  }
}

v1::BatchCheckPitchRequest Questions() {
  v1::BatchCheckPitchRequest request;
  for (const char* const account : {"accounts/acme", "accounts/nobody", "accounts/angry"}) {
    request.add_requests()->set_account(account);
  }
  return request;
}

TEST_F(FailClosedTest, ABatchKeepsTheErrorsOfItsItems) {
  const auto answer = Connect(server_.address())->BatchCheckPitch(Questions());
  ASSERT_TRUE(answer.ok());
  ASSERT_EQ(3, answer->results_size());
  EXPECT_EQ(v1::VERDICT_ALLOW, answer->results(0).response().verdict());
  EXPECT_EQ(5, answer->results(1).error().code());
  EXPECT_EQ(v1::VERDICT_DENY, answer->results(2).response().verdict());
}

TEST_F(FailClosedTest, ABatchWithoutAnswerIsUnknownForEach) {
  const auto answer = Connect("127.0.0.1:1")->BatchCheckPitch(Questions());
  ASSERT_TRUE(answer.ok());
  ASSERT_EQ(3, answer->results_size());
  for (const v1::CheckPitchResult& result : answer->results()) {
    EXPECT_EQ(v1::VERDICT_UNKNOWN, result.response().verdict());
    EXPECT_EQ(kNoAnswer, result.response().reasons(0).code());
  }
}

TEST_F(FailClosedTest, ABatchThatIsCutOrSwappedIsUnknown) {
  server_.faults().spoil_batch = [](v1::BatchCheckPitchResponse* answer) {
    answer->mutable_results()->RemoveLast();
  };
  const auto cut = Connect(server_.address())->BatchCheckPitch(Questions());
  ASSERT_EQ(3, cut->results_size());
  for (const v1::CheckPitchResult& result : cut->results()) {
    EXPECT_EQ(v1::VERDICT_UNKNOWN, result.response().verdict());
  }
  server_.faults().spoil_batch = [](v1::BatchCheckPitchResponse* answer) {
    answer->mutable_results()->SwapElements(0, 2);
  };
  const auto swapped = Connect(server_.address())->BatchCheckPitch(Questions());
  EXPECT_EQ(v1::VERDICT_UNKNOWN, swapped->results(0).response().verdict());
  EXPECT_EQ(v1::VERDICT_UNKNOWN, swapped->results(2).response().verdict());
}

}  // namespace
}  // namespace kizuna::client
