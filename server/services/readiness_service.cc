// SPDX-License-Identifier: Apache-2.0

#include "server/services/readiness_service.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "google/protobuf/io/coded_stream.h"
#include "server/convert/values.h"
#include "server/engine/lwp.h"
#include "server/limits.h"
#include "server/services/blocked_stream.h"
#include "server/services/filter.h"
#include "server/services/page_token.h"
#include "server/services/question.h"

namespace kizuna::server {
namespace {

// The bytes of a CheckPitchResponse.
absl::StatusOr<std::string> Check(const Environment& environment,
                                  const v1::CheckPitchRequest& request,
                                  const convert::FieldPath& path) {
  convert::Violations violations;
  const Question question = QuestionOf(environment, request, path, violations);
  if (!violations.empty()) return violations.ToStatus();
  auto view = ReadAccount(environment, question.account, question.options);
  if (!view.ok()) return view.status();
  absl::Status status = CheckProduct(*view, question.request, path);
  if (!status.ok()) return status;
  return AnswerBytes(environment, *view, question.request);
}

void Reply(absl::string_view bytes, grpc::ByteBuffer* response) {
  const grpc::Slice slice(bytes.data(), bytes.size());
  *response = grpc::ByteBuffer(&slice, 1);
}

// Writes the tag and the length of a field that holds a message of so many bytes, which follow.
void BeginMessage(int field, size_t size, std::string& out) {
  using google::protobuf::io::CodedOutputStream;
  uint8_t bytes[10];  // two varints of 32 bits at most
  uint8_t* end = CodedOutputStream::WriteTagToArray(static_cast<uint32_t>(field) << 3 | 2, bytes);
  end = CodedOutputStream::WriteVarint32ToArray(static_cast<uint32_t>(size), end);
  out.append(reinterpret_cast<const char*>(bytes), static_cast<size_t>(end - bytes));
}

// A CheckPitchResult, as it stands in a BatchCheckPitchResponse.
void AppendResult(absl::StatusOr<std::string> answer, std::string& out) {
  std::string result;
  if (answer.ok()) {
    BeginMessage(v1::CheckPitchResult::kResponseFieldNumber, answer->size(), result);
    result += *answer;
  } else {
    v1::CheckPitchResult refused;
    *refused.mutable_error() = convert::ToRpcStatus(convert::ForClient(answer.status()));
    result = refused.SerializeAsString();
  }
  BeginMessage(v1::BatchCheckPitchResponse::kResultsFieldNumber, result.size(), out);
  out += result;
}

absl::Status BatchCheck(const Environment& environment, const Call& call,
                        const v1::BatchCheckPitchRequest& request, grpc::ByteBuffer* response) {
  absl::Status status = CheckBatchSize(request.requests_size(), "requests");
  if (!status.ok()) return status;
  const convert::FieldPath path;
  std::string bytes;
  for (int i = 0; i < request.requests_size(); ++i) {
    if (call.Expired()) return convert::DeadlinePassed("the batch took too long");
    const convert::FieldPath item = path.Item("requests", i);
    convert::Violations violations;
    convert::RefuseUnknown(request.requests(i), item, violations);
    const absl::Status understood = violations.ToStatus();
    AppendResult(understood.ok() ? Check(environment, request.requests(i), item) : understood,
                 bytes);
  }
  Reply(bytes, response);
  return absl::OkStatus();
}

// A place in the ranking as a page token's position, and back.
std::string PositionOf(const ledger::Rank& rank) {
  std::string out;
  out += static_cast<char>(rank.cell);
  out += rank.readiness.has_value() ? '\1' : '\0';
  out += static_cast<char>(rank.points);
  const double readiness = rank.readiness.value_or(0);
  out.append(reinterpret_cast<const char*>(&readiness), sizeof(readiness));
  out.append(reinterpret_cast<const char*>(&rank.at_stake), sizeof(rank.at_stake));
  return out + rank.account;
}

std::optional<ledger::Rank> RankAt(absl::string_view position) {
  constexpr size_t kFixed = 3 + sizeof(double) + sizeof(engine::Micros);
  if (position.size() <= kFixed) return std::nullopt;
  ledger::Rank out;
  out.cell = static_cast<engine::Cell>(position[0]);
  double readiness = 0;
  std::memcpy(&readiness, position.data() + 3, sizeof(readiness));
  if (position[1] != 0) out.readiness = readiness;
  out.points = static_cast<uint8_t>(position[2]);
  if (out.points > ledger::Rank::kMostPoints) return std::nullopt;
  std::memcpy(&out.at_stake, position.data() + 3 + sizeof(readiness), sizeof(out.at_stake));
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
  // The number is that of PositionOf's shape: a token of an older one is refused, not misread.
  const PageRequest page(
      {"ListReady 2", request.filter(), absl::StrCat(request.motion()), verdicts});
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
                                                       const grpc::ByteBuffer* request,
                                                       grpc::ByteBuffer* response) {
  v1::CheckPitchRequest question;
  if (absl::Status status = Parse(*request, &question); !status.ok()) return End(context, status);
  return Serve(environment_, context, "ReadinessService/CheckPitch", MethodKind::kRead, &question,
               response, [this](Call&, const auto& in, grpc::ByteBuffer* out) {
                 auto answer = Check(environment_, in, convert::FieldPath());
                 if (answer.ok()) Reply(*answer, out);
                 return answer.status();
               });
}

grpc::ServerUnaryReactor* ReadinessService::BatchCheckPitch(grpc::CallbackServerContext* context,
                                                            const grpc::ByteBuffer* request,
                                                            grpc::ByteBuffer* response) {
  auto questions = std::make_shared<v1::BatchCheckPitchRequest>();
  if (absl::Status status = Parse(*request, questions.get()); !status.ok()) {
    return End(context, status);
  }
  return ServeOnWorker(
      environment_, context, "ReadinessService/BatchCheckPitch", MethodKind::kRead, questions.get(),
      response,
      [this, questions](Call& call, const auto& in, grpc::ByteBuffer* out) {
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
