// SPDX-License-Identifier: Apache-2.0

#include "server/services/decision_service.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/convert/fact_from_wire.h"
#include "server/convert/names.h"
#include "server/convert/values.h"
#include "server/limits.h"
#include "server/services/question.h"
#include "server/services/rules_text.h"
#include "spdlog/spdlog.h"

namespace kizuna::server {
namespace {

// The ledger's words on an id that it could not replay, with the reasons that they have here.
absl::Status ReplayError(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kInvalidArgument:
      return convert::DecisionInvalid("decision_id", status.message());
    case absl::StatusCode::kNotFound:
      return convert::WithReason(status, convert::reason::kAccountNotFound);
    case absl::StatusCode::kOutOfRange:
      spdlog::error("event=decision_from_lost_time message=\"{}\"", std::string(status.message()));
      return convert::DecisionFromLostTime(status.message());
    default:
      return status;
  }
}

// What was asked, as it could be asked again; contacts by their ids where they are known.
void QuestionToWire(const Environment& environment, const ledger::Replayed& replayed,
                    v1::ExplainDecisionResponse* response) {
  const ledger::View& view = replayed.view;
  v1::CheckPitchRequest* question = response->mutable_question();
  question->set_account(convert::AccountName(view.account));
  if (replayed.request.motion != engine::Motion::kUnspecified) {
    question->set_motion(convert::ToWire(replayed.request.motion));
  }
  question->set_product(convert::ProductName(replayed.request.product));
  question->set_team(replayed.request.team);
  question->set_channel(replayed.request.channel);
  *question->mutable_as_of() = convert::TimestampOf(view.checked_at);
  question->set_known_at(view.revision);
  if (replayed.request.contact == engine::kNobody) return;
  question->set_contact(PeopleOf(*environment.ledger, view.account)(replayed.request.contact));
  response->set_contact_unknown(question->contact().empty());
}

absl::Status Explain(const Environment& environment, const v1::ExplainDecisionRequest& request,
                     v1::ExplainDecisionResponse* response) {
  auto replayed = environment.ledger->Replay(request.decision_id());
  if (!replayed.ok()) return ReplayError(replayed.status());
  if (!replayed->same) {
    // The promise that every answer can be explained is broken: somebody must look at once.
    spdlog::critical("event=decision_differs decision_id={} account={} revision={} rulebook={}",
                     request.decision_id(), replayed->view.account, replayed->view.revision,
                     replayed->view.rulebook->number());
    return convert::DecisionDiffers();
  }
  convert::DecisionToWire(CardViewOf(environment, replayed->view, true), replayed->decision,
                          response->mutable_answer());
  response->mutable_answer()->set_decision_id(request.decision_id());
  QuestionToWire(environment, *replayed, response);
  return absl::OkStatus();
}

// The fact with what may be left out filled in.
v1::Fact Completed(const v1::Fact& wire, int number, const std::string& account) {
  v1::Fact fact = wire;
  if (fact.account().empty()) fact.set_account(account);
  if (fact.source().empty()) fact.set_source("what-if");
  if (fact.fact_id().empty()) fact.set_fact_id(absl::StrCat(number));
  return fact;
}

absl::StatusOr<std::vector<engine::Fact>> SupposedFacts(const Environment& environment,
                                                        const v1::SimulateRequest& request) {
  const convert::FieldPath path;
  if (request.facts_size() > limits::kMaxSupposedFacts) {
    return convert::InvalidField("facts",
                                 absl::StrCat("has ", request.facts_size(), " items; send at most ",
                                              limits::kMaxSupposedFacts));
  }
  const auto rulebook = environment.ledger->rulebook();
  const convert::FactContext context{rulebook.get(), environment.ledger->Now(),
                                     environment.currency()};
  std::vector<engine::Fact> facts;
  for (int i = 0; i < request.facts_size(); ++i) {
    const convert::FieldPath item = path.Item("facts", i);
    const v1::Fact fact = Completed(request.facts(i), i + 1, request.question().account());
    if (fact.account() != request.question().account()) {
      return convert::InvalidField(item.Field("account").ToString(),
                                   "is of another account than the question; leave it out");
    }
    auto read = convert::FactFromWire(fact, context, item);
    if (!read.ok()) return read.status();
    facts.push_back(std::move(read->fact));
  }
  return facts;
}

absl::Status ConflictError(const std::vector<ledger::Simulated::Conflict>& conflicts) {
  convert::Violations violations;
  const convert::FieldPath path;
  for (const ledger::Simulated::Conflict& conflict : conflicts) {
    const convert::FieldPath item = path.Item("facts", static_cast<int>(conflict.fact));
    violations.Add(item.Field("version"),
                   absl::StrCat("is not above ", conflict.version,
                                ", the version of this fact that counts; raise it, or leave "
                                "fact_id out for another fact"));
  }
  return violations.ToStatus();
}

absl::Status Simulate(const Environment& environment, const v1::SimulateRequest& request,
                      v1::SimulateResponse* response) {
  const convert::FieldPath path;
  const convert::FieldPath asked = path.Field("question");
  convert::Violations violations;
  const Question question = QuestionOf(environment, request.question(), asked, violations);
  if (!violations.empty()) return violations.ToStatus();
  auto facts = SupposedFacts(environment, request);
  if (!facts.ok()) return facts.status();
  if (!request.rulebook_text().empty()) {
    absl::Status status = CheckRulesText(environment, request.rulebook_text());
    if (!status.ok()) return status;
  }
  auto simulated = environment.ledger->Simulate(question.account, question.options,
                                                *std::move(facts), request.rulebook_text());
  if (!simulated.ok()) return convert::ForClient(simulated.status(), question.account);
  if (!simulated->conflicts.empty()) return ConflictError(simulated->conflicts);
  for (const ledger::View* view : {&simulated->before, &simulated->after}) {
    absl::Status status = CheckProduct(*view, question.request, asked);
    if (!status.ok()) return status;
  }
  Answer(environment, simulated->before, question.request, response->mutable_before());
  Answer(environment, simulated->after, question.request, response->mutable_after());
  convert::HealthToWire(CardViewOf(environment, simulated->before, false), false,
                        response->mutable_health_before());
  convert::HealthToWire(CardViewOf(environment, simulated->after, false), false,
                        response->mutable_health_after());
  if (!request.rulebook_text().empty()) {
    // The rules have no number before they are in force.
    response->mutable_after()->clear_rulebook_number();
    response->mutable_health_after()->clear_rulebook_number();
  }
  return absl::OkStatus();
}

}  // namespace

grpc::ServerUnaryReactor* DecisionService::ExplainDecision(
    grpc::CallbackServerContext* context, const v1::ExplainDecisionRequest* request,
    v1::ExplainDecisionResponse* response) {
  return ServeOnWorker(environment_, context, "DecisionService/ExplainDecision", MethodKind::kRead,
                       request, response, [this](Call&, const auto& in, auto* out) {
                         return Explain(environment_, in, out);
                       });
}

grpc::ServerUnaryReactor* DecisionService::Simulate(grpc::CallbackServerContext* context,
                                                    const v1::SimulateRequest* request,
                                                    v1::SimulateResponse* response) {
  return ServeOnWorker(
      environment_, context, "DecisionService/Simulate", MethodKind::kRead, request, response,
      [this](Call&, const auto& in, auto* out) { return server::Simulate(environment_, in, out); });
}

grpc::ServerUnaryReactor* DecisionService::RotateDecisionKey(
    grpc::CallbackServerContext* context, const v1::RotateDecisionKeyRequest* request,
    v1::RotateDecisionKeyResponse* response) {
  return ServeOnWorker(environment_, context, "DecisionService/RotateDecisionKey",
                       MethodKind::kWrite, request, response,
                       [this](Call&, const auto&, auto* out) {
                         const auto key = environment_.ledger->RotateDecisionKey();
                         if (!key.ok()) return key.status();
                         spdlog::info("event=decision_key_rotated key_number={}", key->number);
                         out->set_key_number(key->number);
                         *out->mutable_create_time() = convert::TimestampOf(key->created_at);
                         return absl::OkStatus();
                       });
}

}  // namespace kizuna::server
