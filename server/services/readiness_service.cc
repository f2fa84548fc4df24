// SPDX-License-Identifier: Apache-2.0

#include "server/services/readiness_service.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/convert/values.h"
#include "server/engine/lwp.h"
#include "server/limits.h"
#include "server/services/blocked_stream.h"
#include "server/services/filter.h"
#include "server/services/page_token.h"
#include "server/services/question.h"

namespace kizuna::server {
namespace {

absl::Status Check(const Environment& environment, const v1::CheckPitchRequest& request,
                   const convert::FieldPath& path, v1::CheckPitchResponse* response) {
  convert::Violations violations;
  const Question question = QuestionOf(environment, request, path, violations);
  if (!violations.empty()) return violations.ToStatus();
  auto view = ReadAccount(environment, question.account, question.options);
  if (!view.ok()) return view.status();
  absl::Status status = CheckProduct(*view, question.request, path);
  if (!status.ok()) return status;
  const auto answered = Answer(environment, *view, question.request, response);
  response->set_decision_id(environment.ledger->DecisionIdOf(*view, question.request, *answered));
  return absl::OkStatus();
}

absl::Status BatchCheck(const Environment& environment, const Call& call,
                        const v1::BatchCheckPitchRequest& request,
                        v1::BatchCheckPitchResponse* response) {
  absl::Status status = CheckBatchSize(request.requests_size(), "requests");
  if (!status.ok()) return status;
  const convert::FieldPath path;
  for (int i = 0; i < request.requests_size(); ++i) {
    if (call.Expired()) return convert::DeadlinePassed("the batch took too long");
    const convert::FieldPath item = path.Item("requests", i);
    convert::Violations violations;
    convert::RefuseUnknown(request.requests(i), item, violations);
    v1::CheckPitchResult* result = response->add_results();
    v1::CheckPitchResponse answer;
    absl::Status checked = violations.ToStatus();
    if (checked.ok()) checked = Check(environment, request.requests(i), item, &answer);
    if (checked.ok()) {
      *result->mutable_response() = std::move(answer);
    } else {
      *result->mutable_error() = convert::ToRpcStatus(convert::ForClient(checked));
    }
  }
  return absl::OkStatus();
}

// A place in the ranking as a page token's position, and back.
std::string PositionOf(const ledger::Rank& rank) {
  std::string out;
  out += static_cast<char>(rank.cell);
  out += rank.readiness.has_value() ? '\1' : '\0';
  const double readiness = rank.readiness.value_or(0);
  out.append(reinterpret_cast<const char*>(&readiness), sizeof(readiness));
  out.append(reinterpret_cast<const char*>(&rank.at_stake), sizeof(rank.at_stake));
  return out + rank.account;
}

std::optional<ledger::Rank> RankAt(absl::string_view position) {
  constexpr size_t kFixed = 2 + sizeof(double) + sizeof(engine::Micros);
  if (position.size() <= kFixed) return std::nullopt;
  ledger::Rank out;
  out.cell = static_cast<engine::Cell>(position[0]);
  double readiness = 0;
  std::memcpy(&readiness, position.data() + 2, sizeof(readiness));
  if (position[1] != 0) out.readiness = readiness;
  std::memcpy(&out.at_stake, position.data() + 2 + sizeof(readiness), sizeof(out.at_stake));
  out.account = std::string(position.substr(kFixed));
  return out;
}

absl::Status Ready(const Environment& environment, const v1::ListReadyRequest& request,
                   v1::ListReadyResponse* response) {
  const convert::FieldPath path;
  convert::Violations violations;
  ledger::ReadyQuery query;
  query.limit = PageSizeOf(request.page_size(), path.Field("page_size"), violations);
  query.motion = convert::MotionOf(request.motion());
  std::string verdicts;
  for (int i = 0; i < request.verdicts_size(); ++i) {
    const engine::Verdict verdict = convert::VerdictOf(request.verdicts(i));
    if (verdict == engine::Verdict::kUnspecified) {
      violations.Add(path.Item("verdicts", i), "must be ALLOW, DENY or UNKNOWN");
    } else if (std::find(query.verdicts.begin(), query.verdicts.end(), verdict) !=
               query.verdicts.end()) {
      violations.Add(path.Item("verdicts", i), "is there twice; send it once");
    }
    query.verdicts.push_back(verdict);
    absl::StrAppend(&verdicts, request.verdicts(i), ",");
  }
  query.keep = AccountFilter::Parse(request.filter(), path.Field("filter"),
                                    *environment.ledger->rulebook(), violations)
                   .Predicate();
  const PageRequest page({"ListReady", request.filter(), absl::StrCat(request.motion()), verdicts});
  query.after = RankAt(page.Position(request.page_token(), path.Field("page_token"), violations));
  if (!violations.empty()) return violations.ToStatus();

  auto ready = environment.ledger->Ready(query);
  if (!ready.ok()) return ready.status();
  for (const ledger::ReadyPage::Row& row : ready->rows) {
    v1::ReadyAccount* out = response->add_accounts();
    const convert::CardView view = CardViewOf(environment, row.view, false);
    convert::ReadyToWire(view, query.motion, out);
    convert::LwpToWire(view, engine::JudgeLwp(*view.state, *view.rulebook, *view.card),
                       out->mutable_lwp());
    *out->mutable_revenue_at_stake() = convert::MoneyOf(row.rank.at_stake, environment.currency());
  }
  if (ready->more && !ready->rows.empty()) {
    response->set_next_page_token(page.Token(PositionOf(ready->rows.back().rank)));
  }
  convert::SetInstant(ready->swept_to, response, &v1::ListReadyResponse::mutable_swept_to);
  response->set_rulebook_number(environment.ledger->rulebook()->number());
  response->set_swept_rulebook_number(ready->swept_number);
  return absl::OkStatus();
}

}  // namespace

grpc::ServerUnaryReactor* ReadinessService::CheckPitch(grpc::CallbackServerContext* context,
                                                       const v1::CheckPitchRequest* request,
                                                       v1::CheckPitchResponse* response) {
  return Serve(environment_, context, "ReadinessService/CheckPitch", MethodKind::kRead, request,
               response, [this](Call&, const auto& in, auto* out) {
                 return Check(environment_, in, convert::FieldPath(), out);
               });
}

grpc::ServerUnaryReactor* ReadinessService::BatchCheckPitch(
    grpc::CallbackServerContext* context, const v1::BatchCheckPitchRequest* request,
    v1::BatchCheckPitchResponse* response) {
  return ServeOnWorker(
      environment_, context, "ReadinessService/BatchCheckPitch", MethodKind::kRead, request,
      response,
      [this](Call& call, const auto& in, auto* out) {
        return BatchCheck(environment_, call, in, out);
      },
      /*items_apart=*/true);
}

grpc::ServerUnaryReactor* ReadinessService::ListReady(grpc::CallbackServerContext* context,
                                                      const v1::ListReadyRequest* request,
                                                      v1::ListReadyResponse* response) {
  return ServeOnWorker(
      environment_, context, "ReadinessService/ListReady", MethodKind::kRead, request, response,
      [this](Call&, const auto& in, auto* out) { return Ready(environment_, in, out); });
}

grpc::ServerWriteReactor<v1::ListBlockedResponse>* ReadinessService::ListBlocked(
    grpc::CallbackServerContext* context, const v1::ListBlockedRequest* request) {
  return NewBlockedStream(environment_, context, request);
}

}  // namespace kizuna::server
