// SPDX-License-Identifier: Apache-2.0

#include "server/services/review_service.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "server/convert/fingerprint.h"
#include "server/convert/names.h"
#include "server/convert/review_from_wire.h"
#include "server/convert/values.h"
#include "server/ledger/own_facts.h"
#include "server/review/review.h"
#include "server/services/question.h"
#include "server/services/record.h"

namespace kizuna::server {
namespace {

constexpr absl::string_view kReviews = "/reviews/";

struct ReviewName {
  std::string account;
  review::Period period;
};

ReviewName NameOf(const Environment& environment, absl::string_view name,
                  const convert::FieldPath& path, convert::Violations& violations) {
  ReviewName out;
  const size_t at = name.find(kReviews);
  if (at == absl::string_view::npos) {
    violations.Add(path, "must be accounts/{account}/reviews/{quarter}, such as "
                         "accounts/acme/reviews/2026Q3");
    return out;
  }
  out.account = convert::AccountIdOf(name.substr(0, at), true, path, violations);
  const auto quarter = convert::QuarterOf(name.substr(at + kReviews.size()), path, violations);
  if (!quarter) return out;
  const engine::Calendar& calendar = environment.ledger->calendar();
  out.period = review::PeriodOf(calendar, *quarter);
  if (calendar.StartOf(out.period.first) > environment.ledger->Now()) {
    violations.Add(path, "the quarter has not begun");
  }
  return out;
}

// The account's facts as of a revision, as of an instant under a rulebook.
absl::StatusOr<review::Material> MaterialOf(const Environment& environment,
                                            const std::string& account, uint64_t revision,
                                            review::Rules rules, engine::Instant now) {
  auto known = environment.ledger->KnownFacts(account, revision);
  if (!known.ok()) return convert::ForClient(known.status(), account);
  std::vector<review::Told> told;
  told.reserve(known->size());
  for (ledger::Submission& one : *known) {
    told.push_back({std::move(one.fact), std::move(one.words)});
  }
  return review::Material(account, revision, environment.currency(), std::move(told),
                          std::move(rules), now);
}

absl::StatusOr<v1::Review> PreparedFrom(const Environment& environment,
                                        const review::Material& material,
                                        const review::Period& period, v1::ReviewCopy copy) {
  const engine::Calendar& calendar = material.calendar();
  auto then = environment.ledger->RulebookAt(calendar.StartOf(period.first) - 1);
  if (!then.ok()) return then.status();
  // Until the quarter is over its rules are those of the preparation.
  const engine::Instant end = calendar.StartOf(period.end) - 1;
  absl::StatusOr<review::Rules> until = material.shared_rules();
  if (end < material.now()) until = environment.ledger->RulebookAt(end);
  if (!until.ok()) return until.status();
  return review::Prepare(material, period, *std::move(then), *std::move(until), copy);
}

// The same for the same message, whoever asks: its fields in their order.
std::string BytesOf(const v1::Review& review) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream out(&stream);
  out.SetSerializationDeterministic(true);
  review.SerializeToCodedStream(&out);
  out.Trim();
  return bytes;
}

// What both copies tell, as a digest in hex.
absl::StatusOr<std::string> DigestOf(const Environment& environment,
                                     const review::Material& material,
                                     const review::Period& period) {
  std::string bytes;
  for (const auto copy : {v1::REVIEW_COPY_CUSTOMER, v1::REVIEW_COPY_INTERNAL}) {
    auto prepared = PreparedFrom(environment, material, period, copy);
    if (!prepared.ok()) return prepared.status();
    bytes += BytesOf(*prepared);
  }
  const engine::Fingerprint digest = convert::FingerprintOf(bytes);
  return absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(digest.data()), digest.size()));
}

// As it was sent: from the revision, at the instant and under the rules of then.
absl::StatusOr<v1::Review> AsSent(const Environment& environment, const std::string& account,
                                  const review::Period& period, v1::ReviewCopy copy,
                                  const engine::Fact& sent, uint64_t newest) {
  const auto& content = std::get<engine::ReviewContent>(sent.content);
  auto rules = environment.ledger->RulebookNumbered(content.rulebook_number);
  if (!rules.ok()) return rules.status();
  // A revision of another store, from which the fact was taken over, says nothing here.
  const uint64_t revision = std::min(content.revision, newest);
  auto material =
      MaterialOf(environment, account, revision, *std::move(rules), content.prepared_at);
  if (!material.ok()) return material.status();
  auto prepared = PreparedFrom(environment, *material, period, copy);
  if (!prepared.ok()) return prepared.status();
  auto digest = DigestOf(environment, *material, period);
  if (!digest.ok()) return digest.status();
  prepared->set_sent(true);
  *prepared->mutable_sent_at() = convert::TimestampOf(sent.observed_at);
  prepared->set_differs_from_sent(*digest != content.digest);
  return prepared;
}

void CheckCopy(v1::ReviewCopy copy, const convert::FieldPath& path,
                       convert::Violations& violations) {
  if (copy != v1::REVIEW_COPY_CUSTOMER && copy != v1::REVIEW_COPY_INTERNAL) {
    violations.Add(path, "must be CUSTOMER or INTERNAL");
  }
}

absl::Status Review(const Environment& environment, const v1::PrepareReviewRequest& request,
                    v1::PrepareReviewResponse* response) {
  const convert::FieldPath path;
  convert::Violations violations;
  const ReviewName name = NameOf(environment, request.name(), path.Field("name"), violations);
  CheckCopy(request.copy(), path.Field("copy"), violations);
  if (!violations.empty()) return violations.ToStatus();
  ledger::ReadOptions options;
  options.at_least_as_fresh = request.at_least_as_fresh();
  const auto view = ReadAccount(environment, name.account, options);
  if (!view.ok()) return view.status();
  const auto material =
      MaterialOf(environment, view->account, view->revision, view->rulebook, view->checked_at);
  if (!material.ok()) return material.status();
  const engine::Fact* sent = review::SentFact(*material, name.period);
  auto prepared = sent != nullptr ? AsSent(environment, view->account, name.period, request.copy(),
                                           *sent, view->revision)
                                  : PreparedFrom(environment, *material, name.period,
                                                 request.copy());
  if (!prepared.ok()) return prepared.status();
  *response->mutable_review() = *std::move(prepared);
  return absl::OkStatus();
}

absl::Status AlreadySent(absl::string_view quarter) {
  return convert::WithReason(
      absl::FailedPreconditionError(absl::StrCat(
          "the review of ", quarter, " was sent, and stays as it was; write in the next one")),
      convert::reason::kReviewSent);
}

// A fact of the server's own about the review.
v1::Fact OwnFact(const std::string& account, const std::string& request_id) {
  v1::Fact fact;
  fact.set_account(convert::AccountName(account));
  fact.set_source(std::string(ledger::kOwnSource));
  fact.set_fact_id(absl::StrCat("review.", request_id.empty() ? NewFactId() : request_id));
  return fact;
}

// Whether the fact of that request is there already: then the request is answered once more.
bool IsRepeated(const review::Material& material, const v1::Fact& fact,
                const std::string& request_id) {
  if (request_id.empty()) return false;
  const auto facts = material.facts();
  return std::any_of(facts.begin(), facts.end(), [&](const engine::Fact& known) {
    return known.source == fact.source() && known.id == fact.fact_id();
  });
}

// Records the fact unless the review was sent.
absl::StatusOr<uint64_t> RecordUnlessSent(const Environment& environment, const ReviewName& name,
                                          const v1::Fact& fact, const std::string& request_id) {
  const auto view = ReadAccount(environment, name.account);
  if (!view.ok()) return view.status();
  const auto material =
      MaterialOf(environment, view->account, view->revision, view->rulebook, view->checked_at);
  if (!material.ok()) return material.status();
  const bool sent = review::SentFact(*material, name.period) != nullptr;
  if (sent && !IsRepeated(*material, fact, request_id)) return AlreadySent(name.period.name);
  auto recorded = RecordOwnFact(environment, fact, convert::FieldPath());
  if (!recorded.ok()) return recorded.status();
  return recorded->revision;
}

absl::Status Edit(const Environment& environment, const v1::EditReviewRequest& request,
                  v1::EditReviewResponse* response) {
  const convert::FieldPath path;
  convert::Violations violations;
  const ReviewName name = NameOf(environment, request.name(), path.Field("name"), violations);
  CheckRequestId(request.request_id(), path.Field("request_id"), violations);
  v1::Fact fact = OwnFact(name.account, request.request_id());
  v1::ReviewUpdate* update = fact.mutable_review();
  update->set_quarter(name.period.name);
  update->set_event(v1::ReviewUpdate::EVENT_EDITED);
  update->set_copy(request.copy());
  update->set_section(request.section());
  update->set_language(request.language());
  update->set_text(request.text());
  update->set_author(request.author());
  if (violations.empty()) convert::ReviewFromWire(*update, path, violations);
  if (!violations.empty()) return violations.ToStatus();
  const auto revision = RecordUnlessSent(environment, name, fact, request.request_id());
  if (!revision.ok()) return revision.status();
  response->set_revision(*revision);
  return absl::OkStatus();
}

absl::Status Send(const Environment& environment, const v1::SendReviewRequest& request,
                  v1::SendReviewResponse* response) {
  const convert::FieldPath path;
  convert::Violations violations;
  const ReviewName name = NameOf(environment, request.name(), path.Field("name"), violations);
  CheckRequestId(request.request_id(), path.Field("request_id"), violations);
  v1::Fact fact = OwnFact(name.account, request.request_id());
  v1::ReviewUpdate* update = fact.mutable_review();
  update->set_quarter(name.period.name);
  update->set_event(v1::ReviewUpdate::EVENT_SENT);
  update->set_author(request.author());
  update->set_revision(request.revision());
  if (request.has_prepared_at()) *update->mutable_prepared_at() = request.prepared_at();
  update->set_rulebook_number(request.rulebook_number());
  update->set_digest("-");  // not known yet
  if (violations.empty()) convert::ReviewFromWire(*update, path, violations);
  const auto prepared_at =
      InstantAt(environment, request.prepared_at(), path.Field("prepared_at"), violations);
  if (!violations.empty()) return violations.ToStatus();
  auto rules = environment.ledger->RulebookNumbered(request.rulebook_number());
  if (!rules.ok()) return rules.status();
  const auto material = MaterialOf(environment, name.account, request.revision(),
                                   *std::move(rules), prepared_at.value_or(0));
  if (!material.ok()) return material.status();
  auto digest = DigestOf(environment, *material, name.period);
  if (!digest.ok()) return digest.status();
  update->set_digest(*std::move(digest));
  const auto revision = RecordUnlessSent(environment, name, fact, request.request_id());
  if (!revision.ok()) return revision.status();
  response->set_revision(*revision);
  return absl::OkStatus();
}

absl::Status GateClosed(const v1::Assessment& assessment) {
  std::vector<std::string> gates;
  for (const v1::Reason& reason : assessment.reasons()) {
    if (reason.waived()) continue;
    gates.push_back(absl::StrCat(reason.code(), " (", reason.remedy(), ")"));
  }
  const bool unknown = assessment.verdict() == v1::VERDICT_UNKNOWN;
  return convert::WithReason(
      absl::FailedPreconditionError(absl::StrCat(
          unknown ? "nothing may be proposed while this is not known: "
                  : "nothing may be proposed behind a closed gate: ",
          absl::StrJoin(gates, ", "))),
      unknown ? convert::reason::kGatesUnknown : convert::reason::kGatesClosed);
}

absl::Status Propose(const Environment& environment, const v1::PrepareProposalRequest& request,
                     v1::PrepareProposalResponse* response) {
  const convert::FieldPath path;
  convert::Violations violations;
  engine::Request question;
  const std::string account =
      convert::AccountIdOf(request.name(), true, path.Field("name"), violations);
  question.product =
      convert::ProductIdOf(request.product(), true, path.Field("product"), violations);
  question.motion = convert::MotionOf(request.motion());
  if (question.motion > engine::Motion::kCrossSell) {
    violations.Add(path.Field("motion"), "must be SEATS, PLAN or CROSS_SELL, or left out");
  }
  if (!violations.empty()) return violations.ToStatus();
  const auto view = ReadAccount(environment, account);
  if (!view.ok()) return view.status();
  if (absl::Status status = CheckProduct(*view, question, path); !status.ok()) return status;
  const auto material =
      MaterialOf(environment, view->account, view->revision, view->rulebook, view->checked_at);
  if (!material.ok()) return material.status();
  const engine::Decision decision =
      engine::Decide(*view->state, *view->rulebook, question, view->checked_at);
  const review::Sight sight{view->checked_at, view->rulebook, *view->state, *view->card};
  v1::Proposal proposal = review::Propose(*material, sight, question, decision);
  if (decision.verdict != engine::Verdict::kAllow) return GateClosed(proposal.assessment());
  proposal.set_decision_id(environment.ledger->DecisionIdOf(*view, question, decision));
  *response->mutable_proposal() = std::move(proposal);
  return absl::OkStatus();
}

}  // namespace

grpc::ServerUnaryReactor* ReviewService::PrepareReview(grpc::CallbackServerContext* context,
                                                       const v1::PrepareReviewRequest* request,
                                                       v1::PrepareReviewResponse* response) {
  return ServeOnWorker(
      environment_, context, "ReviewService/PrepareReview", MethodKind::kRead, request, response,
      [this](Call&, const auto& in, auto* out) { return Review(environment_, in, out); });
}

grpc::ServerUnaryReactor* ReviewService::EditReview(grpc::CallbackServerContext* context,
                                                    const v1::EditReviewRequest* request,
                                                    v1::EditReviewResponse* response) {
  return ServeOnWorker(
      environment_, context, "ReviewService/EditReview", MethodKind::kWrite, request, response,
      [this](Call&, const auto& in, auto* out) { return Edit(environment_, in, out); });
}

grpc::ServerUnaryReactor* ReviewService::SendReview(grpc::CallbackServerContext* context,
                                                    const v1::SendReviewRequest* request,
                                                    v1::SendReviewResponse* response) {
  return ServeOnWorker(
      environment_, context, "ReviewService/SendReview", MethodKind::kWrite, request, response,
      [this](Call&, const auto& in, auto* out) { return Send(environment_, in, out); });
}

grpc::ServerUnaryReactor* ReviewService::PrepareProposal(
    grpc::CallbackServerContext* context, const v1::PrepareProposalRequest* request,
    v1::PrepareProposalResponse* response) {
  return ServeOnWorker(
      environment_, context, "ReviewService/PrepareProposal", MethodKind::kRead, request, response,
      [this](Call&, const auto& in, auto* out) { return Propose(environment_, in, out); });
}

}  // namespace kizuna::server
