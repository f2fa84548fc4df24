// SPDX-License-Identifier: Apache-2.0
//
// A stream of facts loses none and counts none twice, however the connection breaks.

#include "client/lib/fact_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "client/lib/client.h"
#include "tests/client/fake_server.h"

namespace kizuna::client {
namespace {

std::vector<v1::Fact> FactsFrom(int first, int count) {
  std::vector<v1::Fact> facts;
  for (int i = first; i < first + count; ++i) {
    v1::Fact fact;
    fact.set_account("accounts/acme");
    fact.set_source("test");
    fact.set_fact_id(absl::StrCat("f-", i));
    fact.mutable_interest()->set_product("products/wms");
    facts.push_back(fact);
  }
  return facts;
}

class FactStreamTest : public testing::Test {
 protected:
  FactStreamTest() {
    server_.AddAccount("acme", "Acme", 9);
    ClientOptions options;
    options.server = server_.address();
    options.retry.initial_backoff = absl::Milliseconds(5);
    client_ = *Client::Create(options);
  }

  std::unique_ptr<FactStream> Open(FactStreamOptions options = {}) {
    return client_->StreamFacts(
        options, [this](const v1::StreamFactsRequest& sent, const v1::StreamFactsResponse& ack) {
          EXPECT_EQ(sent.facts_size(), ack.results_size());
          // In order, each once.
          EXPECT_EQ(absl::StrCat("f-", acknowledged_.load()), sent.facts(0).fact_id());
          acknowledged_ += sent.facts_size();
        });
  }

  test::FakeServer server_;
  std::unique_ptr<Client> client_;
  std::atomic<int> acknowledged_{0};
};

TEST_F(FactStreamTest, EveryFactIsAcknowledgedOnce) {
  const auto stream = Open();
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(stream->Write(FactsFrom(i * 10, 10)).ok());
  EXPECT_TRUE(stream->Finish().ok());
  EXPECT_EQ(1000, acknowledged_);
  EXPECT_EQ(1000, server_.fact_count());
  EXPECT_EQ(1, server_.seen().streams);
}

TEST_F(FactStreamTest, AStreamWithoutFactsEnds) { EXPECT_TRUE(Open()->Finish().ok()); }

TEST_F(FactStreamTest, ABrokenConnectionIsMadeAgainAndNothingIsLost) {
  server_.faults().break_stream_after = 3;
  const auto stream = Open();
  for (int i = 0; i < 40; ++i) ASSERT_TRUE(stream->Write(FactsFrom(i, 1)).ok());
  const absl::Status ended = stream->Finish();
  EXPECT_TRUE(ended.ok()) << ended;
  EXPECT_EQ(40, acknowledged_);
  EXPECT_EQ(40, server_.fact_count());
  EXPECT_GT(server_.seen().streams, 5);
}

TEST_F(FactStreamTest, AServerThatIsNotThereIsAnErrorSoon) {
  ClientOptions options;
  options.server = "127.0.0.1:1";
  options.retry.initial_backoff = absl::Milliseconds(5);
  const auto client = Client::Create(options);
  const auto stream = (*client)->StreamFacts({}, [](const auto&, const auto&) {});
  const absl::Time begun = absl::Now();
  (void)stream->Write(FactsFrom(0, 1));
  EXPECT_TRUE(absl::IsUnavailable(stream->Finish()));
  EXPECT_LT(absl::Now() - begun, absl::Seconds(10));
  EXPECT_TRUE(absl::IsUnavailable(stream->Write(FactsFrom(1, 1))));
}

TEST_F(FactStreamTest, AServerThatNeverAcknowledgesIsGivenUp) {
  server_.faults().never_acknowledge = true;
  FactStreamOptions options;
  options.ack_deadline = absl::Milliseconds(200);
  options.max_in_flight = 2;
  const auto stream = Open(options);
  absl::Status written;
  for (int i = 0; i < 10 && written.ok(); ++i) written = stream->Write(FactsFrom(i, 1));
  EXPECT_TRUE(absl::IsUnavailable(written)) << written;
  EXPECT_EQ(0, acknowledged_);
  EXPECT_EQ(4, server_.seen().streams);
}

TEST_F(FactStreamTest, AnAcknowledgementThatPairsWithNothingIsAnError) {
  server_.faults().shift_sequence = 1;
  const auto stream = Open();
  (void)stream->Write(FactsFrom(0, 1));
  EXPECT_TRUE(absl::IsInternal(stream->Finish()));
  EXPECT_EQ(0, acknowledged_);
}

TEST_F(FactStreamTest, MessagesOfNoneOrTooManyFactsAreRefused) {
  const auto stream = Open();
  EXPECT_TRUE(absl::IsInvalidArgument(stream->Write({})));
  EXPECT_TRUE(absl::IsInvalidArgument(stream->Write(FactsFrom(0, 1001))));
  EXPECT_TRUE(stream->Write(FactsFrom(0, 1000)).ok());
  EXPECT_TRUE(stream->Finish().ok());
  EXPECT_EQ(1000, acknowledged_);
}

TEST_F(FactStreamTest, AStreamThatIsDroppedGivesUp) {
  server_.faults().never_acknowledge = true;
  const absl::Time begun = absl::Now();
  {
    const auto stream = Open();
    EXPECT_TRUE(stream->Write(FactsFrom(0, 1)).ok());
  }
  EXPECT_LT(absl::Now() - begun, absl::Seconds(5));
}

}  // namespace
}  // namespace kizuna::client
