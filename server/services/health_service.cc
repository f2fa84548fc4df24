// SPDX-License-Identifier: Apache-2.0

#include "server/services/health_service.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "server/convert/names.h"
#include "server/convert/values.h"
#include "server/services/history.h"

namespace kizuna::server {
namespace {

absl::Status Get(const Environment& environment, const v1::GetHealthRequest& request,
                 const convert::FieldPath& path, v1::Health* response) {
  convert::Violations violations;
  const std::string account =
      convert::AccountIdOf(request.name(), true, path.Field("name"), violations);
  const ledger::ReadOptions options = ReadOptionsOf(environment, request, path, violations);
  if (!violations.empty()) return violations.ToStatus();
  auto view = ReadAccount(environment, account, options);
  if (!view.ok()) return view.status();
  convert::HealthToWire(CardViewOf(environment, *view, false), false, response);
  return absl::OkStatus();
}

absl::Status BatchGet(const Environment& environment, const Call& call,
                      const v1::BatchGetHealthRequest& request,
                      v1::BatchGetHealthResponse* response) {
  absl::Status status = CheckBatchSize(request.requests_size(), "requests");
  if (!status.ok()) return status;
  const convert::FieldPath path;
  for (int i = 0; i < request.requests_size(); ++i) {
    if (call.Expired()) return convert::DeadlinePassed("the batch took too long");
    const convert::FieldPath item = path.Item("requests", i);
    convert::Violations violations;
    convert::RefuseUnknown(request.requests(i), item, violations);
    v1::HealthResult* result = response->add_results();
    v1::Health health;
    absl::Status answer = violations.ToStatus();
    if (answer.ok()) answer = Get(environment, request.requests(i), item, &health);
    if (answer.ok()) {
      *result->mutable_health() = std::move(health);
    } else {
      *result->mutable_error() = convert::ToRpcStatus(convert::ForClient(answer));
    }
  }
  return absl::OkStatus();
}

absl::Status Explain(const Environment& environment, const v1::ExplainHealthRequest& request,
                     v1::ExplainHealthResponse* response) {
  const convert::FieldPath path;
  convert::Violations violations;
  const std::string account =
      convert::AccountIdOf(request.name(), true, path.Field("name"), violations);
  const ledger::ReadOptions options = ReadOptionsOf(environment, request, path, violations);
  if (!violations.empty()) return violations.ToStatus();
  auto read = ReadAccount(environment, account, options);
  if (!read.ok()) return read.status();
  const convert::CardView view = CardViewOf(environment, *read, true);
  convert::AccountToWire(view, response->mutable_account());
  convert::HealthToWire(view, true, response->mutable_health());
  convert::LoyaltyToWire(view, response->mutable_loyalty());
  const engine::Option& best = read->card->Best(engine::Motion::kUnspecified);
  response->set_verdict(convert::ToWire(best.verdict));
  response->set_best_motion(convert::ToWire(best.motion));
  engine::Instant changes_at = engine::kNever;
  std::vector<engine::Request> questions;
  for (const engine::Motion motion : engine::kMotions) questions.emplace_back().motion = motion;
  for (const engine::Decision& decision :
       engine::DecideAll(*read->state, *read->rulebook, questions, read->checked_at)) {
    convert::AssessmentToWire(view, decision, response->add_assessments());
    changes_at = std::min(changes_at, decision.changes_at);
  }
  convert::SetInstant(changes_at, response, &v1::ExplainHealthResponse::mutable_can_change_at);
  return absl::OkStatus();
}

void EntryToWire(const ledger::HistoryRow& row, v1::HealthHistoryEntry* out) {
  *out->mutable_date() = convert::ToWire(row.day);
  if (row.score.has_value()) out->set_score(*row.score);
  if (row.raw.has_value()) out->set_raw_score(*row.raw);
  out->set_band(convert::ToWire(row.band));
  out->set_coverage(row.coverage);
  out->set_loyalty_tier(convert::ToWire(row.loyalty));
  out->set_touch_tier(convert::ToWire(row.touch));
  out->set_cell(convert::ToWire(row.cell));
  for (const auto& [motion, verdict] : row.verdicts) {
    v1::MotionVerdict* added = out->add_verdicts();
    added->set_motion(convert::ToWire(motion));
    added->set_verdict(convert::ToWire(verdict));
  }
  out->set_revision(row.revision);
  out->set_rulebook_number(row.rulebook_number);
  *out->mutable_checked_at() = convert::TimestampOf(row.computed_at);
}

absl::Status History(const Environment& environment, const v1::ListHealthHistoryRequest& request,
                     v1::ListHealthHistoryResponse* response) {
  const convert::FieldPath path;
  convert::Violations violations;
  engine::Day from = kFirstHistoryDay;
  engine::Day to = kLastHistoryDay;
  if (request.has_start_date()) {
    from =
        convert::DayOf(request.start_date(), path.Field("start_date"), violations).value_or(from);
  }
  if (request.has_end_date()) {
    to = convert::DayOf(request.end_date(), path.Field("end_date"), violations).value_or(to);
  }
  auto page = ReadHistory(environment, "ListHealthHistory", request, from, to, violations);
  if (!page.ok()) return page.status();
  for (const ledger::HistoryRow& row : page->rows) EntryToWire(row, response->add_entries());
  response->set_next_page_token(page->next_page_token);
  return absl::OkStatus();
}

}  // namespace

grpc::ServerUnaryReactor* HealthService::GetHealth(grpc::CallbackServerContext* context,
                                                   const v1::GetHealthRequest* request,
                                                   v1::Health* response) {
  return Serve(environment_, context, "HealthService/GetHealth", MethodKind::kRead, request,
               response, [this](Call&, const auto& in, auto* out) {
                 return Get(environment_, in, convert::FieldPath(), out);
               });
}

grpc::ServerUnaryReactor* HealthService::BatchGetHealth(grpc::CallbackServerContext* context,
                                                        const v1::BatchGetHealthRequest* request,
                                                        v1::BatchGetHealthResponse* response) {
  return ServeOnWorker(
      environment_, context, "HealthService/BatchGetHealth", MethodKind::kRead, request, response,
      [this](Call& call, const auto& in, auto* out) {
        return BatchGet(environment_, call, in, out);
      },
      /*items_apart=*/true);
}

grpc::ServerUnaryReactor* HealthService::ExplainHealth(grpc::CallbackServerContext* context,
                                                       const v1::ExplainHealthRequest* request,
                                                       v1::ExplainHealthResponse* response) {
  return ServeOnWorker(
      environment_, context, "HealthService/ExplainHealth", MethodKind::kRead, request, response,
      [this](Call&, const auto& in, auto* out) { return Explain(environment_, in, out); });
}

grpc::ServerUnaryReactor* HealthService::ListHealthHistory(
    grpc::CallbackServerContext* context, const v1::ListHealthHistoryRequest* request,
    v1::ListHealthHistoryResponse* response) {
  return ServeOnWorker(environment_, context, "HealthService/ListHealthHistory", MethodKind::kRead,
                       request, response, [this](Call&, const auto& in, auto* out) {
                         return History(environment_, in, out);
                       });
}

}  // namespace kizuna::server
