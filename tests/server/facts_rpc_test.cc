// SPDX-License-Identifier: Apache-2.0
//
// Facts through the real handlers: results, limits, the stream, reading back.

#include <set>
#include <string>
#include <thread>
#include <vector>

#include "google/protobuf/unknown_field_set.h"
#include "server/limits.h"
#include "tests/server/rpc_fixture.h"

namespace kizuna::server {
namespace {

using Stub = v1::FactService::Stub;

class FactsRpcTest : public RpcTest {
 protected:
  v1::RecordFactsResponse RecordFacts(const v1::RecordFactsRequest& request,
                                      grpc::StatusCode expected = grpc::StatusCode::OK) {
    return Call(facts_, &Stub::RecordFacts, request, expected);
  }
};

TEST_F(FactsRpcTest, EachFactHasAResultOfItsOwnInOrder) {
  MakeAccount("acme");
  v1::RecordFactsRequest request;
  *request.add_facts() = FactOf("acme", "1", "hearing { need_found: true }");
  *request.add_facts() = FactOf("acme", "1", "hearing { need_found: true }");
  *request.add_facts() = FactOf("acme", "1", "hearing { need_found: false }");
  *request.add_facts() = FactOf("acme", "2", "survey { kind: KIND_NPS score: 12 }");
  *request.add_facts() = FactOf("nobody", "3", "hearing { }");
  *request.add_facts() = FactOf("acme", "4", "version: 2 hearing { }");
  *request.add_facts() = FactOf("acme", "4", "version: 1 hearing { need_found: true }");
  const auto response = RecordFacts(request);
  ASSERT_EQ(response.results_size(), 7);
  EXPECT_EQ(response.results(0).accepted().disposition(), v1::FactResult::DISPOSITION_RECORDED);
  EXPECT_EQ(response.results(1).accepted().disposition(), v1::FactResult::DISPOSITION_DUPLICATE);
  EXPECT_EQ(response.results(2).error().code(), grpc::StatusCode::ALREADY_EXISTS);
  EXPECT_EQ(ReasonOf(response.results(2).error()), "FACT_CONFLICT");
  EXPECT_EQ(response.results(3).error().code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(FieldsOf(response.results(3).error()),
            std::vector<std::string>{"facts[3].survey.score"});
  EXPECT_EQ(response.results(4).error().code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(ReasonOf(response.results(4).error()), "ACCOUNT_NOT_FOUND");
  EXPECT_EQ(response.results(5).accepted().disposition(), v1::FactResult::DISPOSITION_RECORDED);
  EXPECT_EQ(response.results(6).accepted().disposition(), v1::FactResult::DISPOSITION_SUPERSEDED);
  EXPECT_GT(response.results(0).accepted().revision(), 0u);
}

TEST_F(FactsRpcTest, ABatchHasOneToAThousandFacts) {
  MakeAccount("acme");
  v1::RecordFactsRequest request;
  RecordFacts(request, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(Fields(), std::vector<std::string>{"facts"});
  for (int i = 0; i < limits::kMaxBatchItems; ++i) {
    *request.add_facts() = FactOf("acme", std::to_string(i), "hearing { }");
  }
  EXPECT_EQ(RecordFacts(request).results_size(), limits::kMaxBatchItems);
  *request.add_facts() = FactOf("acme", "more", "hearing { }");
  RecordFacts(request, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(Fields(), std::vector<std::string>{"facts"});
  EXPECT_EQ(Reason(), "INVALID_FIELD");
}

TEST_F(FactsRpcTest, AnUnknownFieldOfTheRequestIsRefused) {
  v1::RecordFactsRequest request;
  *request.add_facts() = FactOf("acme", "1", "profile { }");
  request.GetReflection()->MutableUnknownFields(&request)->AddVarint(50, 1);
  RecordFacts(request, grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(FactsRpcTest, AMessageOverTheLimitIsRefused) {
  MakeAccount("acme");
  v1::RecordFactsRequest request;
  const std::string words(limits::kMaxWordsBytes, 'x');
  while (request.ByteSizeLong() < static_cast<size_t>(limits::kMaxMessageBytes)) {
    v1::Fact fact = FactOf("acme", std::to_string(request.facts_size()), "hearing { }");
    fact.mutable_hearing()->set_note(words);
    *request.add_facts() = fact;
  }
  RecordFacts(request, grpc::StatusCode::RESOURCE_EXHAUSTED);
  request.mutable_facts()->RemoveLast();
  ASSERT_LE(request.ByteSizeLong(), static_cast<size_t>(limits::kMaxMessageBytes));
  EXPECT_EQ(RecordFacts(request).results_size(), request.facts_size());
}

TEST_F(FactsRpcTest, AStreamAcknowledgesEveryMessageInOrder) {
  MakeAccount("acme");
  grpc::ClientContext context;
  const auto stream = facts_->StreamFacts(&context);
  constexpr int kMessages = 100;  // far more than may wait
  std::thread writer([&] {
    for (int i = 0; i < kMessages; ++i) {
      v1::StreamFactsRequest message;
      message.set_sequence(1000 + i);
      *message.add_facts() = FactOf("acme", std::to_string(i), "hearing { }");
      *message.add_facts() = FactOf("nobody", std::to_string(i), "hearing { }");
      if (!stream->Write(message)) break;
    }
    stream->WritesDone();
  });
  v1::StreamFactsResponse ack;
  for (int i = 0; i < kMessages; ++i) {
    ASSERT_TRUE(stream->Read(&ack)) << i;
    EXPECT_EQ(ack.sequence(), 1000u + i);
    ASSERT_EQ(ack.results_size(), 2);
    EXPECT_TRUE(ack.results(0).has_accepted());
    EXPECT_EQ(ack.results(1).error().code(), grpc::StatusCode::NOT_FOUND);
  }
  EXPECT_FALSE(stream->Read(&ack));
  writer.join();
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_F(FactsRpcTest, AStreamEndsAtAMessageThatCannotBeTakenAfterAcknowledgingTheRest) {
  MakeAccount("acme");
  grpc::ClientContext context;
  const auto stream = facts_->StreamFacts(&context);
  v1::StreamFactsRequest message;
  message.set_sequence(1);
  *message.add_facts() = FactOf("acme", "1", "hearing { }");
  ASSERT_TRUE(stream->Write(message));
  v1::StreamFactsRequest empty;
  empty.set_sequence(2);
  stream->Write(empty);
  v1::StreamFactsResponse ack;
  ASSERT_TRUE(stream->Read(&ack));
  EXPECT_EQ(ack.sequence(), 1u);
  EXPECT_FALSE(stream->Read(&ack));
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(FactsRpcTest, AStreamThatIsCancelledLeavesWhatItRecorded) {
  MakeAccount("acme");
  grpc::ClientContext context;
  const auto stream = facts_->StreamFacts(&context);
  v1::StreamFactsRequest message;
  *message.add_facts() = FactOf("acme", "1", "hearing { }");
  ASSERT_TRUE(stream->Write(message));
  v1::StreamFactsResponse ack;
  ASSERT_TRUE(stream->Read(&ack));
  context.TryCancel();
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
  v1::ListFactsRequest request;
  request.set_parent("accounts/acme");
  EXPECT_EQ(Call(facts_, &Stub::ListFacts, request).facts_size(), 2);
}

TEST_F(FactsRpcTest, AServerThatStopsEndsItsStreamsAndSaysWhy) {
  MakeAccount("acme");
  grpc::ClientContext context;
  const auto stream = facts_->StreamFacts(&context);
  v1::StreamFactsRequest message;
  *message.add_facts() = FactOf("acme", "1", "hearing { }");
  ASSERT_TRUE(stream->Write(message));
  v1::StreamFactsResponse ack;
  ASSERT_TRUE(stream->Read(&ack));
  const absl::Time began = absl::Now();
  std::thread stopper([&] { server_->Stop(); });
  EXPECT_FALSE(stream->Read(&ack));
  const grpc::Status status = stream->Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
  stopper.join();
  EXPECT_LT(absl::Now() - began, absl::Seconds(10)) << "an idle stream must not hold up the end";
}

TEST_F(FactsRpcTest, FactsAreReadBackInPages) {
  MakeAccount("acme");
  std::vector<v1::Fact> facts;
  for (int i = 0; i < 7; ++i) {
    facts.push_back(FactOf("acme", "h" + std::to_string(i), "hearing { note: 'said' }"));
  }
  facts.push_back(FactOf("acme", "h0", "version: 1 hearing { need_found: true note: 'said' }"));
  const uint64_t revision = Record(facts);
  v1::ListFactsRequest request;
  request.set_parent("accounts/acme");
  request.set_page_size(3);
  request.set_include_words(true);
  std::set<std::string> ids;
  int pages = 0;
  do {
    const auto page = Call(facts_, &Stub::ListFacts, request);
    EXPECT_EQ(page.revision(), revision);
    for (const auto& recorded : page.facts()) {
      EXPECT_TRUE(recorded.counts());
      EXPECT_TRUE(ids.insert(recorded.fact().fact_id()).second) << "nothing twice";
      if (recorded.fact().has_hearing()) {
        EXPECT_EQ(recorded.fact().hearing().note(), "said");
      }
    }
    request.set_page_token(page.next_page_token());
    ++pages;
  } while (!request.page_token().empty() && pages < 20);
  EXPECT_EQ(ids.size(), 8u);
  request.clear_page_token();
  request.set_page_size(1000);
  request.set_all_versions(true);
  request.set_include_words(false);
  const auto all = Call(facts_, &Stub::ListFacts, request);
  EXPECT_EQ(all.facts_size(), 9);
  for (const auto& recorded : all.facts()) EXPECT_TRUE(recorded.fact().hearing().note().empty());
}

TEST_F(FactsRpcTest, APageSizeBelowZeroAndATokenOfAnotherRequestAreRefused) {
  MakeAccount("acme");
  v1::ListFactsRequest request;
  request.set_parent("accounts/acme");
  request.set_page_size(-1);
  request.set_page_token("nonsense");
  Call(facts_, &Stub::ListFacts, request, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(Fields(), (std::vector<std::string>{"page_size", "page_token"}));
}

}  // namespace
}  // namespace kizuna::server
