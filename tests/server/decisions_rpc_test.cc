// SPDX-License-Identifier: Apache-2.0
//
// Decisions, through the real handlers: ids that replay, why they may not, and what would be if.

#include <functional>
#include <string>
#include <vector>

#include "google/protobuf/util/message_differencer.h"
#include "kizuna/v1/decision_service.grpc.pb.h"
#include "server/convert/values.h"
#include "server/limits.h"
#include "server/rulebooks/rulebooks.h"
#include "tests/server/rpc_fixture.h"

namespace kizuna::server {
namespace {

using google::protobuf::util::MessageDifferencer;

class DecisionsRpcTest : public RpcTest {
 protected:
  DecisionsRpcTest() : decisions_(v1::DecisionService::NewStub(server_->InProcessChannel())) {}

  v1::CheckPitchResponse Check(const v1::CheckPitchRequest& request,
                               grpc::StatusCode expected = grpc::StatusCode::OK) {
    return Call(readiness_, &v1::ReadinessService::Stub::CheckPitch, request, expected);
  }
  static v1::CheckPitchRequest CheckOf(const std::string& account) {
    v1::CheckPitchRequest request;
    request.set_account("accounts/" + account);
    request.set_motion(v1::MOTION_SEATS);
    return request;
  }
  v1::ExplainDecisionResponse Explain(const std::string& id,
                                      grpc::StatusCode expected = grpc::StatusCode::OK) {
    v1::ExplainDecisionRequest request;
    request.set_decision_id(id);
    return Call(decisions_, &v1::DecisionService::Stub::ExplainDecision, request, expected);
  }
  v1::SimulateResponse Simulate(const v1::SimulateRequest& request,
                                grpc::StatusCode expected = grpc::StatusCode::OK) {
    return Call(decisions_, &v1::DecisionService::Stub::Simulate, request, expected);
  }
  void ExpectExplained(const v1::CheckPitchResponse& given, const std::string& after) {
    const auto explained = Explain(given.decision_id());
    EXPECT_TRUE(MessageDifferencer::Equals(explained.answer(), given))
        << after << "\nthen: " << given.DebugString()
        << "\nnow: " << explained.answer().DebugString();
  }
  void MakeSource(bool required) {
    v1::UpdateSourceRequest request;
    request.set_allow_missing(true);
    request.mutable_source()->set_name("sources/survey");
    request.mutable_source()->add_kinds(v1::FACT_KIND_SURVEY);
    request.mutable_source()->set_required(required);
    request.mutable_source()->set_expected_every_days(1);
    *request.mutable_source()->mutable_complete_through() = convert::TimestampOf(clock_.Now());
    Call(sources_, &v1::SourceService::Stub::UpdateSource, request);
  }
  // An account that answered 9, and the fact of it.
  v1::Fact MakeContent(const std::string& account) {
    MakeAccount(account);
    v1::Fact answer = FactOf(account, "n1", "survey { kind: KIND_NPS score: 9 contact_id: 'kim' }");
    Record(
        {answer, FactOf(account, "c1", "contact { contact_id: 'kim' full_name: 'Kim Secret' }")});
    return answer;
  }

  std::unique_ptr<v1::DecisionService::Stub> decisions_;
};

TEST_F(DecisionsRpcTest, AnAnswerIsExplainedWhateverComesLater) {
  v1::Fact fact = MakeContent("acme");
  v1::CheckPitchRequest request = CheckOf("acme");
  request.set_contact("kim");
  request.set_team("sales");
  request.set_channel("mail");
  const auto given = Check(request);
  EXPECT_EQ(given.decision_id().find("d1."), 0u);
  EXPECT_EQ(given.decision_id().find("kim"), std::string::npos);
  ExpectExplained(given, "nothing");

  clock_.Advance(absl::Hours(30));
  fact.set_version(1);
  fact.mutable_survey()->set_score(1);
  Record({fact});
  ASSERT_NE(Check(request).verdict(), given.verdict());
  ExpectExplained(given, "a correction to the past");
  fact.set_version(2);
  fact.set_retracted(true);
  Record({fact});
  ExpectExplained(given, "a retraction");
  v1::Fact late = FactOf("acme", "n0", "survey { kind: KIND_NPS score: 0 contact_id: 'kim' }");
  *late.mutable_observed_at() = convert::TimestampOf(clock_.Now() - 40 * engine::kMicrosPerDay);
  Record({late});
  ExpectExplained(given, "a late fact that was observed before");
  v1::CreateProductRequest product;
  product.set_product_id("wms");
  Call(catalogue_, &v1::CatalogueService::Stub::CreateProduct, product);
  ExpectExplained(given, "a new product");
  MakeSource(true);
  ExpectExplained(given, "a new source");
  clock_.Advance(absl::Hours(400));
  MakeSource(true);
  ExpectExplained(given, "a watermark that moved");
  v1::ActivateRulebookRequest activate;
  activate.set_text(std::string(rulebooks::StandardText()));
  activate.set_author("kim");
  Call(rulebooks_, &v1::RulebookService::Stub::ActivateRulebook, activate);
  ExpectExplained(given, "new rules");
  ASSERT_TRUE(server_->ledger().RotateDecisionKey().ok());
  ExpectExplained(given, "a new key");
  ExpectExplained(Check(request), "under the new key");
}

TEST_F(DecisionsRpcTest, AnExplanationSaysWhatWasAsked) {
  const uint64_t revision = MakeAccount("acme");
  Record({FactOf("acme", "c1", "contact { contact_id: 'kim' }")});
  v1::CheckPitchRequest request = CheckOf("acme");
  request.set_contact("kim");
  request.set_team("sales");
  request.set_channel("mail");
  const auto given = Check(request);
  clock_.Advance(absl::Hours(1));
  auto explained = Explain(given.decision_id());
  EXPECT_EQ(explained.question().account(), "accounts/acme");
  EXPECT_EQ(explained.question().motion(), v1::MOTION_SEATS);
  EXPECT_EQ(explained.question().contact(), "kim");
  EXPECT_EQ(explained.question().team(), "sales");
  EXPECT_EQ(explained.question().channel(), "mail");
  EXPECT_EQ(explained.question().as_of().seconds(), given.checked_at().seconds());
  EXPECT_EQ(explained.question().known_at(), given.revision());
  EXPECT_FALSE(explained.contact_unknown());
  // What was asked can be asked again, under the rules in force.
  auto again = Check(explained.question());
  EXPECT_EQ(again.decision_id(), given.decision_id());
  EXPECT_GT(given.revision(), revision);

  request.set_contact("nobody-we-know");
  explained = Explain(Check(request).decision_id());
  EXPECT_TRUE(explained.contact_unknown());
  EXPECT_EQ(explained.question().contact(), "");
  request.clear_contact();
  request.clear_motion();
  explained = Explain(Check(request).decision_id());
  EXPECT_FALSE(explained.contact_unknown());
  EXPECT_EQ(explained.question().motion(), v1::MOTION_UNSPECIFIED) << "the best pitch was asked";
}

TEST_F(DecisionsRpcTest, EveryItemOfABatchHasItsId) {
  MakeContent("acme");
  v1::BatchCheckPitchRequest batch;
  *batch.add_requests() = CheckOf("acme");
  *batch.add_requests() = CheckOf("nobody");
  *batch.add_requests() = CheckOf("acme");
  batch.mutable_requests(2)->set_motion(v1::MOTION_HEARING);
  const auto response = Call(readiness_, &v1::ReadinessService::Stub::BatchCheckPitch, batch);
  ExpectExplained(response.results(0).response(), "the first");
  ExpectExplained(response.results(2).response(), "the third");
}

TEST_F(DecisionsRpcTest, AnIdThatWasNotGivenOutIsInvalid) {
  MakeAccount("acme");
  const std::string id = Check(CheckOf("acme")).decision_id();
  std::string tampered = id;
  tampered[id.size() / 2] = tampered[id.size() / 2] == 'A' ? 'B' : 'A';
  for (const std::string& wrong : {tampered, id.substr(1), id + "A", std::string("x"),
                                   std::string(), std::string(100'000, 'A')}) {
    Explain(wrong, grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_EQ(Reason(), "DECISION_INVALID");
    EXPECT_EQ(Fields(), std::vector<std::string>{"decision_id"});
  }
}

TEST_F(DecisionsRpcTest, ANewKeyIsMadeByEachCallAndOldIdsStayGood) {
  MakeAccount("acme");
  const auto given = Check(CheckOf("acme"));
  for (const uint64_t number : {2u, 3u}) {
    const auto key = Call(decisions_, &v1::DecisionService::Stub::RotateDecisionKey,
                          v1::RotateDecisionKeyRequest());
    EXPECT_EQ(key.key_number(), number);
    EXPECT_EQ(key.create_time().seconds(), clock_.Now() / 1'000'000);
    ExpectExplained(given, "a new key");
    const auto after = Check(CheckOf("acme"));
    EXPECT_NE(after.decision_id(), given.decision_id()) << "another key signs";
    ExpectExplained(after, "under it");
  }
}

TEST_F(DecisionsRpcTest, AServerWithoutAFolderForThemMakesNoBackups) {
  Call(status_service_, &v1::StatusService::Stub::CreateBackup, v1::CreateBackupRequest(),
       grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(Reason(), "FAILED_PRECONDITION");
  EXPECT_NE(status_.error_message().find("--backup-to"), std::string::npos);
}

TEST_F(DecisionsRpcTest, AnErasedAccountIsNotFound) {
  MakeAccount("acme");
  const std::string id = Check(CheckOf("acme")).decision_id();
  v1::DeleteAccountRequest request;
  request.set_name("accounts/acme");
  Call(accounts_, &v1::AccountService::Stub::DeleteAccount, request);
  Explain(id, grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(Reason(), "ACCOUNT_NOT_FOUND");
}

TEST_F(DecisionsRpcTest, LostTimeAndAnotherAnswerAreDataLossEachByItsReason) {
  MakeAccount("acme");
  auto view = server_->ledger().Read("acme");
  ASSERT_TRUE(view.ok());
  engine::Decision decision = engine::Decide(*view->state, *view->rulebook, {}, view->checked_at);
  view->revision++;
  Explain(server_->ledger().DecisionIdOf(*view, {}, decision), grpc::StatusCode::DATA_LOSS);
  EXPECT_EQ(Reason(), "DECISION_FROM_LOST_TIME");
  view->revision--;
  Explain(server_->ledger().DecisionIdOf(*view, {}, decision));
  decision.verdict = engine::Verdict::kAllow;
  Explain(server_->ledger().DecisionIdOf(*view, {}, decision), grpc::StatusCode::DATA_LOSS);
  EXPECT_EQ(Reason(), "DECISION_DIFFERS");
}

TEST_F(DecisionsRpcTest, WhatWasKnownThenIsAskedByRevision) {
  v1::Fact fact = MakeContent("acme");
  v1::CheckPitchRequest check = CheckOf("acme");
  const auto then = Check(check);
  clock_.Advance(absl::Minutes(1));
  fact.set_version(1);
  fact.mutable_survey()->set_score(0);
  Record({fact});
  EXPECT_NE(Check(check).verdict(), then.verdict());
  check.set_known_at(then.revision());
  EXPECT_EQ(Check(check).verdict(), then.verdict());
  EXPECT_EQ(Check(check).revision(), then.revision());
  v1::GetHealthRequest health;
  health.set_name("accounts/acme");
  health.set_known_at(then.revision());
  const auto get = &v1::HealthService::Stub::GetHealth;
  EXPECT_EQ(Call(health_, get, health).raw_score(), [&] {
    v1::ExplainHealthRequest why;
    why.set_name("accounts/acme");
    why.set_known_at(then.revision());
    return Call(health_, &v1::HealthService::Stub::ExplainHealth, why).health().raw_score();
  }());
  check.set_known_at(1'000'000);
  Check(check, grpc::StatusCode::OUT_OF_RANGE);
  EXPECT_EQ(Reason(), "NOT_FRESH_ENOUGH");
}

TEST_F(DecisionsRpcTest, ASimulationShowsBeforeAndAfterAndStoresNothing) {
  MakeContent("acme");
  const auto digest = server_->ledger().Verify();
  v1::SimulateRequest request;
  *request.mutable_question() = CheckOf("acme");
  v1::Fact* fact = request.add_facts();
  fact->mutable_survey()->set_kind(v1::Survey::KIND_NPS);
  fact->mutable_survey()->set_score(1);
  fact->mutable_survey()->set_contact_id("lee");
  const auto simulated = Simulate(request);
  EXPECT_EQ(simulated.before().verdict(), Check(CheckOf("acme")).verdict());
  EXPECT_NE(simulated.before().verdict(), v1::VERDICT_DENY);
  EXPECT_EQ(simulated.after().verdict(), v1::VERDICT_DENY);
  EXPECT_EQ(simulated.before().decision_id(), "");
  EXPECT_EQ(simulated.after().decision_id(), "");
  EXPECT_GT(simulated.health_before().raw_score(), simulated.health_after().raw_score());
  bool cited = false;
  for (const v1::Reason& reason : simulated.after().reasons()) {
    for (const v1::Evidence& evidence : reason.evidence()) {
      for (const auto& item : evidence.facts()) {
        cited |= item.fact().source() == "what-if" && item.fact().fact_id() == "1";
      }
    }
  }
  EXPECT_TRUE(cited) << simulated.after().DebugString();
  EXPECT_EQ(server_->ledger().Verify()->digest, digest->digest);
  EXPECT_EQ(Check(CheckOf("acme")).verdict(), simulated.before().verdict());
}

TEST_F(DecisionsRpcTest, ASimulationOfOtherRulesHasNoNumber) {
  MakeContent("acme");
  v1::SimulateRequest request;
  *request.mutable_question() = CheckOf("acme");
  request.set_rulebook_text(std::string(rulebooks::StandardText()));
  const auto simulated = Simulate(request);
  EXPECT_EQ(simulated.before().rulebook_number(), 1u);
  EXPECT_EQ(simulated.after().rulebook_number(), 0u);
  EXPECT_EQ(simulated.health_after().rulebook_number(), 0u);
  EXPECT_NE(simulated.health_after().drivers_size(), simulated.health_before().drivers_size());
  request.set_rulebook_text("models { name: 'x' }");
  Simulate(request, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(Reason(), "INVALID_FIELD");
  EXPECT_FALSE(Fields().empty());
}

TEST_F(DecisionsRpcTest, ASimulationThatCannotBeIsRefusedByField) {
  MakeContent("acme");
  v1::SimulateRequest request;
  *request.mutable_question() = CheckOf("nobody");
  Simulate(request, grpc::StatusCode::NOT_FOUND);
  request.mutable_question()->set_account("acme");
  Simulate(request, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(Fields(), std::vector<std::string>{"question.account"});
  *request.mutable_question() = CheckOf("acme");
  request.add_facts()->mutable_survey()->set_kind(v1::Survey::KIND_NPS);
  request.mutable_facts(0)->mutable_survey()->set_score(12);
  Simulate(request, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(Fields(), std::vector<std::string>{"facts[0].survey.score"});
  *request.mutable_facts(0) = FactOf("globex", "n9", "hearing { }");
  Simulate(request, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(Fields(), std::vector<std::string>{"facts[0].account"});
  *request.mutable_facts(0) = FactOf("acme", "n1", "hearing { }");
  Simulate(request, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(Fields(), std::vector<std::string>{"facts[0].version"}) << "it is there already";
  request.clear_facts();
  for (int i = 0; i < limits::kMaxSupposedFacts; ++i) request.add_facts()->mutable_hearing();
  Simulate(request);
  request.add_facts()->mutable_hearing();
  Simulate(request, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(Fields(), std::vector<std::string>{"facts"});
}

}  // namespace
}  // namespace kizuna::server
