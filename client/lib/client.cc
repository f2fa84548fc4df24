// SPDX-License-Identifier: Apache-2.0
//
// One method a call; what they share is Call(). What is more than a call stands at the end.

#include "client/lib/client.h"

#include <grpcpp/channel.h>

#include <utility>

#include "absl/strings/str_format.h"
#include "client/lib/caller.h"
#include "client/lib/channel.h"
#include "client/lib/error.h"
#include "client/lib/fail_closed.h"
#include "kizuna/v1/account_service.grpc.pb.h"
#include "kizuna/v1/affinity_service.grpc.pb.h"
#include "kizuna/v1/catalogue_service.grpc.pb.h"
#include "kizuna/v1/decision_service.grpc.pb.h"
#include "kizuna/v1/fact_service.grpc.pb.h"
#include "kizuna/v1/health_service.grpc.pb.h"
#include "kizuna/v1/loyalty_service.grpc.pb.h"
#include "kizuna/v1/portfolio_service.grpc.pb.h"
#include "kizuna/v1/readiness_service.grpc.pb.h"
#include "kizuna/v1/reservation_service.grpc.pb.h"
#include "kizuna/v1/rulebook_service.grpc.pb.h"
#include "kizuna/v1/source_service.grpc.pb.h"
#include "kizuna/v1/status_service.grpc.pb.h"
#include "kizuna/v1/task_service.grpc.pb.h"

namespace kizuna::client {

struct Client::Stubs {
  ClientOptions options;
  std::shared_ptr<grpc::Channel> channel;
  std::unique_ptr<v1::AccountService::Stub> account;
  std::unique_ptr<v1::AffinityService::Stub> affinity;
  std::unique_ptr<v1::CatalogueService::Stub> catalogue;
  std::unique_ptr<v1::DecisionService::Stub> decision;
  std::unique_ptr<v1::FactService::Stub> fact;
  std::unique_ptr<v1::HealthService::Stub> health;
  std::unique_ptr<v1::LoyaltyService::Stub> loyalty;
  std::unique_ptr<v1::PortfolioService::Stub> portfolio;
  std::unique_ptr<v1::ReservationService::Stub> reservation;
  std::unique_ptr<v1::ReadinessService::Stub> readiness;
  std::unique_ptr<v1::RulebookService::Stub> rulebook;
  std::unique_ptr<v1::SourceService::Stub> source;
  std::unique_ptr<v1::StatusService::Stub> status;
  std::unique_ptr<v1::TaskService::Stub> task;
};

Client::Client(std::unique_ptr<Stubs> stubs) : stubs_(std::move(stubs)) {}
Client::~Client() = default;

absl::StatusOr<std::unique_ptr<Client>> Client::Create(ClientOptions options) {
  const absl::StatusOr<std::shared_ptr<grpc::Channel>> made = MakeChannel(options);
  if (!made.ok()) return made.status();
  const std::shared_ptr<grpc::Channel>& channel = *made;
  auto stubs = std::make_unique<Stubs>();
  stubs->options = std::move(options);
  stubs->channel = channel;
  stubs->account = v1::AccountService::NewStub(channel);
  stubs->affinity = v1::AffinityService::NewStub(channel);
  stubs->catalogue = v1::CatalogueService::NewStub(channel);
  stubs->decision = v1::DecisionService::NewStub(channel);
  stubs->fact = v1::FactService::NewStub(channel);
  stubs->health = v1::HealthService::NewStub(channel);
  stubs->loyalty = v1::LoyaltyService::NewStub(channel);
  stubs->portfolio = v1::PortfolioService::NewStub(channel);
  stubs->reservation = v1::ReservationService::NewStub(channel);
  stubs->readiness = v1::ReadinessService::NewStub(channel);
  stubs->rulebook = v1::RulebookService::NewStub(channel);
  stubs->source = v1::SourceService::NewStub(channel);
  stubs->status = v1::StatusService::NewStub(channel);
  stubs->task = v1::TaskService::NewStub(channel);
  return std::unique_ptr<Client>(new Client(std::move(stubs)));
}

const ClientOptions& Client::options() const { return stubs_->options; }

absl::StatusOr<v1::ListReadyResponse> Client::ListReady(const v1::ListReadyRequest& request,
                                                        const CallOptions& options) {
  return Call(stubs_->options, Repeat::kSafe, *stubs_->readiness,
              &v1::ReadinessService::Stub::ListReady, request, options);
}

absl::StatusOr<v1::GetPortfolioResponse> Client::GetPortfolio(
    const v1::GetPortfolioRequest& request, const CallOptions& options) {
  return Call(stubs_->options, Repeat::kSafe, *stubs_->portfolio,
              &v1::PortfolioService::Stub::GetPortfolio, request, options);
}

absl::StatusOr<v1::GetModelCoverageResponse> Client::GetModelCoverage(
    const v1::GetModelCoverageRequest& request, const CallOptions& options) {
  return Call(stubs_->options, Repeat::kSafe, *stubs_->portfolio,
              &v1::PortfolioService::Stub::GetModelCoverage, request, options);
}

absl::StatusOr<v1::ExplainDecisionResponse> Client::ExplainDecision(
    const v1::ExplainDecisionRequest& request, const CallOptions& options) {
  absl::StatusOr<v1::ExplainDecisionResponse> response =
      Call(stubs_->options, Repeat::kSafe, *stubs_->decision,
           &v1::DecisionService::Stub::ExplainDecision, request, options);
  if (response.ok() && response->answer().decision_id() != request.decision_id()) {
    return absl::InternalError("the server explained another decision than the one asked about");
  }
  return response;
}

absl::StatusOr<v1::SimulateResponse> Client::Simulate(const v1::SimulateRequest& request,
                                                      const CallOptions& options) {
  return Call(stubs_->options, Repeat::kSafe, *stubs_->decision,
              &v1::DecisionService::Stub::Simulate, request, options);
}

absl::StatusOr<v1::RotateDecisionKeyResponse> Client::RotateDecisionKey(
    const v1::RotateDecisionKeyRequest& request, const CallOptions& options) {
  return Call(stubs_->options, Repeat::kNever, *stubs_->decision,
              &v1::DecisionService::Stub::RotateDecisionKey, request, options);
}

absl::StatusOr<v1::Health> Client::GetHealth(const v1::GetHealthRequest& request,
                                             const CallOptions& options) {
  return Call(stubs_->options, Repeat::kSafe, *stubs_->health, &v1::HealthService::Stub::GetHealth,
              request, options);
}

absl::StatusOr<v1::BatchGetHealthResponse> Client::BatchGetHealth(
    const v1::BatchGetHealthRequest& request, const CallOptions& options) {
  return Call(stubs_->options, Repeat::kSafe, *stubs_->health,
              &v1::HealthService::Stub::BatchGetHealth, request, options);
}

absl::StatusOr<v1::ExplainHealthResponse> Client::ExplainHealth(
    const v1::ExplainHealthRequest& request, const CallOptions& options) {
  return Call(stubs_->options, Repeat::kSafe, *stubs_->health,
              &v1::HealthService::Stub::ExplainHealth, request, options);
}

absl::StatusOr<v1::ListHealthHistoryResponse> Client::ListHealthHistory(
    const v1::ListHealthHistoryRequest& request, const CallOptions& options) {
  return Call(stubs_->options, Repeat::kSafe, *stubs_->health,
              &v1::HealthService::Stub::ListHealthHistory, request, options);
}

absl::StatusOr<v1::Loyalty> Client::GetLoyalty(const v1::GetLoyaltyRequest& request,
                                               const CallOptions& options) {
  return Call(stubs_->options, Repeat::kSafe, *stubs_->loyalty,
              &v1::LoyaltyService::Stub::GetLoyalty, request, options);
}

absl::StatusOr<v1::ListLoyaltyHistoryResponse> Client::ListLoyaltyHistory(
    const v1::ListLoyaltyHistoryRequest& request, const CallOptions& options) {
  return Call(stubs_->options, Repeat::kSafe, *stubs_->loyalty,
              &v1::LoyaltyService::Stub::ListLoyaltyHistory, request, options);
}

absl::StatusOr<v1::MineAffinityResponse> Client::MineAffinity(
    const v1::MineAffinityRequest& request, const CallOptions& options) {
  return Call(stubs_->options, Repeat::kSafe, *stubs_->affinity,
              &v1::AffinityService::Stub::MineAffinity, request, options);
}

absl::StatusOr<v1::ListOffersResponse> Client::ListOffers(const v1::ListOffersRequest& request,
                                                          const CallOptions& options) {
  return Call(stubs_->options, Repeat::kSafe, *stubs_->affinity,
              &v1::AffinityService::Stub::ListOffers, request, options);
}

absl::StatusOr<v1::ListFactsResponse> Client::ListFacts(const v1::ListFactsRequest& request,
                                                        const CallOptions& options) {
  return Call(stubs_->options, Repeat::kSafe, *stubs_->fact, &v1::FactService::Stub::ListFacts,
              request, options);
}

absl::StatusOr<v1::Account> Client::GetAccount(const v1::GetAccountRequest& request,
                                               const CallOptions& options) {
  return Call(stubs_->options, Repeat::kSafe, *stubs_->account,
              &v1::AccountService::Stub::GetAccount, request, options);
}

absl::StatusOr<v1::ListAccountsResponse> Client::ListAccounts(
    const v1::ListAccountsRequest& request, const CallOptions& options) {
  return Call(stubs_->options, Repeat::kSafe, *stubs_->account,
              &v1::AccountService::Stub::ListAccounts, request, options);
}

absl::StatusOr<v1::DeleteAccountResponse> Client::DeleteAccount(
    const v1::DeleteAccountRequest& request, const CallOptions& options) {
  return Call(stubs_->options, Repeat::kNever, *stubs_->account,
              &v1::AccountService::Stub::DeleteAccount, request, options);
}

absl::StatusOr<v1::Account> Client::MergeAccounts(const v1::MergeAccountsRequest& request,
                                                  const CallOptions& options) {
  return Call(stubs_->options, Repeat::kSafe, *stubs_->account,
              &v1::AccountService::Stub::MergeAccounts, request, options);
}

absl::StatusOr<v1::ErasePersonResponse> Client::ErasePerson(const v1::ErasePersonRequest& request,
                                                            const CallOptions& options) {
  return Call(stubs_->options, Repeat::kNever, *stubs_->account,
              &v1::AccountService::Stub::ErasePerson, request, options);
}

absl::StatusOr<v1::ListContactsResponse> Client::ListContacts(
    const v1::ListContactsRequest& request, const CallOptions& options) {
  return Call(stubs_->options, Repeat::kSafe, *stubs_->account,
              &v1::AccountService::Stub::ListContacts, request, options);
}

absl::StatusOr<v1::ListSubscriptionsResponse> Client::ListSubscriptions(
    const v1::ListSubscriptionsRequest& request, const CallOptions& options) {
  return Call(stubs_->options, Repeat::kSafe, *stubs_->account,
              &v1::AccountService::Stub::ListSubscriptions, request, options);
}

absl::StatusOr<v1::ListPurchasesResponse> Client::ListPurchases(
    const v1::ListPurchasesRequest& request, const CallOptions& options) {
  return Call(stubs_->options, Repeat::kSafe, *stubs_->account,
              &v1::AccountService::Stub::ListPurchases, request, options);
}

absl::StatusOr<v1::Product> Client::CreateProduct(const v1::CreateProductRequest& request,
                                                  const CallOptions& options) {
  return Call(stubs_->options, Repeat::kNever, *stubs_->catalogue,
              &v1::CatalogueService::Stub::CreateProduct, request, options);
}

absl::StatusOr<v1::Product> Client::GetProduct(const v1::GetProductRequest& request,
                                               const CallOptions& options) {
  return Call(stubs_->options, Repeat::kSafe, *stubs_->catalogue,
              &v1::CatalogueService::Stub::GetProduct, request, options);
}

absl::StatusOr<v1::ListProductsResponse> Client::ListProducts(
    const v1::ListProductsRequest& request, const CallOptions& options) {
  return Call(stubs_->options, Repeat::kSafe, *stubs_->catalogue,
              &v1::CatalogueService::Stub::ListProducts, request, options);
}

absl::StatusOr<v1::Product> Client::UpdateProduct(const v1::UpdateProductRequest& request,
                                                  const CallOptions& options) {
  return Call(stubs_->options, Repeat::kSafe, *stubs_->catalogue,
              &v1::CatalogueService::Stub::UpdateProduct, request, options);
}

absl::StatusOr<v1::DeleteProductResponse> Client::DeleteProduct(
    const v1::DeleteProductRequest& request, const CallOptions& options) {
  return Call(stubs_->options, Repeat::kNever, *stubs_->catalogue,
              &v1::CatalogueService::Stub::DeleteProduct, request, options);
}

absl::StatusOr<v1::CreateMetricResponse> Client::CreateMetric(
    const v1::CreateMetricRequest& request, const CallOptions& options) {
  return Call(stubs_->options, Repeat::kNever, *stubs_->catalogue,
              &v1::CatalogueService::Stub::CreateMetric, request, options);
}

absl::StatusOr<v1::ListMetricsResponse> Client::ListMetrics(const v1::ListMetricsRequest& request,
                                                            const CallOptions& options) {
  return Call(stubs_->options, Repeat::kSafe, *stubs_->catalogue,
              &v1::CatalogueService::Stub::ListMetrics, request, options);
}

absl::StatusOr<v1::Source> Client::GetSource(const v1::GetSourceRequest& request,
                                             const CallOptions& options) {
  return Call(stubs_->options, Repeat::kSafe, *stubs_->source, &v1::SourceService::Stub::GetSource,
              request, options);
}

absl::StatusOr<v1::ListSourcesResponse> Client::ListSources(const v1::ListSourcesRequest& request,
                                                            const CallOptions& options) {
  return Call(stubs_->options, Repeat::kSafe, *stubs_->source,
              &v1::SourceService::Stub::ListSources, request, options);
}

absl::StatusOr<v1::Source> Client::UpdateSource(const v1::UpdateSourceRequest& request,
                                                const CallOptions& options) {
  return Call(stubs_->options, Repeat::kSafe, *stubs_->source,
              &v1::SourceService::Stub::UpdateSource, request, options);
}

absl::StatusOr<v1::RulebookVersion> Client::GetRulebook(const v1::GetRulebookRequest& request,
                                                        const CallOptions& options) {
  return Call(stubs_->options, Repeat::kSafe, *stubs_->rulebook,
              &v1::RulebookService::Stub::GetRulebook, request, options);
}

absl::StatusOr<v1::ListRulebooksResponse> Client::ListRulebooks(
    const v1::ListRulebooksRequest& request, const CallOptions& options) {
  return Call(stubs_->options, Repeat::kSafe, *stubs_->rulebook,
              &v1::RulebookService::Stub::ListRulebooks, request, options);
}

absl::StatusOr<v1::ValidateRulebookResponse> Client::ValidateRulebook(
    const v1::ValidateRulebookRequest& request, const CallOptions& options) {
  return Call(stubs_->options, Repeat::kSafe, *stubs_->rulebook,
              &v1::RulebookService::Stub::ValidateRulebook, request, options);
}

absl::StatusOr<v1::PreviewRulebookResponse> Client::PreviewRulebook(
    const v1::PreviewRulebookRequest& request, const CallOptions& options) {
  return Call(stubs_->options, Repeat::kSafe, *stubs_->rulebook,
              &v1::RulebookService::Stub::PreviewRulebook, request, options);
}

absl::StatusOr<v1::ActivateRulebookResponse> Client::ActivateRulebook(
    const v1::ActivateRulebookRequest& request, const CallOptions& options) {
  return Call(stubs_->options, Repeat::kNever, *stubs_->rulebook,
              &v1::RulebookService::Stub::ActivateRulebook, request, options);
}

absl::StatusOr<v1::GetStatusResponse> Client::GetStatus(const v1::GetStatusRequest& request,
                                                        const CallOptions& options) {
  return Call(stubs_->options, Repeat::kSafe, *stubs_->status, &v1::StatusService::Stub::GetStatus,
              request, options);
}

absl::StatusOr<v1::CreateBackupResponse> Client::CreateBackup(
    const v1::CreateBackupRequest& request, const CallOptions& options) {
  return Call(stubs_->options, Repeat::kNever, *stubs_->status,
              &v1::StatusService::Stub::CreateBackup, request, options);
}

absl::StatusOr<v1::OverrideLoyaltyResponse> Client::OverrideLoyalty(
    v1::OverrideLoyaltyRequest request, const CallOptions& options) {
  EnsureRequestId(&request);
  return Call(stubs_->options, Repeat::kSafe, *stubs_->loyalty,
              &v1::LoyaltyService::Stub::OverrideLoyalty, request, options);
}

absl::StatusOr<v1::OverrideTouchTierResponse> Client::OverrideTouchTier(
    v1::OverrideTouchTierRequest request, const CallOptions& options) {
  EnsureRequestId(&request);
  return Call(stubs_->options, Repeat::kSafe, *stubs_->loyalty,
              &v1::LoyaltyService::Stub::OverrideTouchTier, request, options);
}

absl::StatusOr<v1::ReservePitchResponse> Client::ReservePitch(v1::ReservePitchRequest request,
                                                              const CallOptions& options) {
  EnsureRequestId(&request);
  return Call(stubs_->options, Repeat::kSafe, *stubs_->reservation,
              &v1::ReservationService::Stub::ReservePitch, request, options);
}

absl::StatusOr<v1::RenewReservationResponse> Client::RenewReservation(
    const v1::RenewReservationRequest& request, const CallOptions& options) {
  return Call(stubs_->options, Repeat::kSafe, *stubs_->reservation,
              &v1::ReservationService::Stub::RenewReservation, request, options);
}

absl::StatusOr<v1::ReleaseReservationResponse> Client::ReleaseReservation(
    const v1::ReleaseReservationRequest& request, const CallOptions& options) {
  return Call(stubs_->options, Repeat::kSafe, *stubs_->reservation,
              &v1::ReservationService::Stub::ReleaseReservation, request, options);
}

absl::StatusOr<v1::RecordOutcomeResponse> Client::RecordOutcome(
    const v1::RecordOutcomeRequest& request, const CallOptions& options) {
  return Call(stubs_->options, Repeat::kSafe, *stubs_->reservation,
              &v1::ReservationService::Stub::RecordOutcome, request, options);
}

absl::StatusOr<v1::Reservation> Client::GetReservation(const v1::GetReservationRequest& request,
                                                       const CallOptions& options) {
  return Call(stubs_->options, Repeat::kSafe, *stubs_->reservation,
              &v1::ReservationService::Stub::GetReservation, request, options);
}

absl::StatusOr<v1::ListLeaksResponse> Client::ListLeaks(const v1::ListLeaksRequest& request,
                                                        const CallOptions& options) {
  return Call(stubs_->options, Repeat::kSafe, *stubs_->reservation,
              &v1::ReservationService::Stub::ListLeaks, request, options);
}

absl::StatusOr<v1::ListTasksResponse> Client::ListTasks(const v1::ListTasksRequest& request,
                                                        const CallOptions& options) {
  return Call(stubs_->options, Repeat::kSafe, *stubs_->task, &v1::TaskService::Stub::ListTasks,
              request, options);
}

absl::StatusOr<v1::UpdateTaskResponse> Client::UpdateTask(v1::UpdateTaskRequest request,
                                                          const CallOptions& options) {
  EnsureRequestId(&request);
  return Call(stubs_->options, Repeat::kSafe, *stubs_->task, &v1::TaskService::Stub::UpdateTask,
              request, options);
}

absl::StatusOr<v1::Account> Client::CreateAccount(v1::CreateAccountRequest request,
                                                  const CallOptions& options) {
  EnsureRequestId(&request);
  return Call(stubs_->options, Repeat::kSafe, *stubs_->account,
              &v1::AccountService::Stub::CreateAccount, request, options);
}

absl::StatusOr<v1::Account> Client::UpdateAccount(v1::UpdateAccountRequest request,
                                                  const CallOptions& options) {
  EnsureRequestId(&request);
  return Call(stubs_->options, Repeat::kSafe, *stubs_->account,
              &v1::AccountService::Stub::UpdateAccount, request, options);
}

absl::StatusOr<v1::RecordFactsResponse> Client::RecordFacts(const v1::RecordFactsRequest& request,
                                                            const CallOptions& options) {
  absl::StatusOr<v1::RecordFactsResponse> response =
      Call(stubs_->options, Repeat::kSafe, *stubs_->fact, &v1::FactService::Stub::RecordFacts,
           request, options);
  if (response.ok() && response->results_size() != request.facts_size()) {
    return absl::InternalError(absl::StrFormat(
        "the server answered %d facts with %d results; send them again: what was recorded counts "
        "once",
        request.facts_size(), response->results_size()));
  }
  return response;
}

std::unique_ptr<FactStream> Client::StreamFacts(FactStreamOptions options,
                                                FactStream::OnAck on_ack) {
  return OpenFactStream(stubs_->options, stubs_->channel, options, std::move(on_ack));
}

std::unique_ptr<Watcher> Client::WatchAccounts(v1::WatchAccountsRequest request) {
  return OpenWatch(stubs_->options, stubs_->channel, std::move(request));
}

absl::Status Client::ListBlocked(v1::ListBlockedRequest request,
                                 const std::function<bool(const v1::ListBlockedResponse&)>& on_row,
                                 const CallOptions& options) {
  const auto read_rows = [&](grpc::ClientContext* context) {
    const auto rows = stubs_->readiness->ListBlocked(context, request);
    v1::ListBlockedResponse row;
    while (rows->Read(&row)) {
      request.set_cursor(row.cursor());
      if (on_row(row)) continue;
      context->TryCancel();
      rows->Finish();
      return grpc::Status::OK;
    }
    return rows->Finish();
  };
  return MakeCall(stubs_->options, options.deadline.value_or(absl::InfiniteDuration()),
                  Repeat::kSafe, read_rows);
}

absl::StatusOr<v1::CheckPitchResponse> Client::CheckPitch(const v1::CheckPitchRequest& request,
                                                          const CallOptions& options) {
  CallOptions hurried = options;
  if (!hurried.deadline.has_value()) hurried.deadline = stubs_->options.check_deadline;
  absl::StatusOr<v1::CheckPitchResponse> answer =
      Call(stubs_->options, Repeat::kSafe, *stubs_->readiness,
           &v1::ReadinessService::Stub::CheckPitch, request, hurried);
  const absl::Status outcome = answer.status();
  return FailClosed(request, outcome, outcome.ok() ? *std::move(answer) : v1::CheckPitchResponse());
}

absl::StatusOr<v1::BatchCheckPitchResponse> Client::BatchCheckPitch(
    const v1::BatchCheckPitchRequest& request, const CallOptions& options) {
  CallOptions hurried = options;
  if (!hurried.deadline.has_value()) hurried.deadline = stubs_->options.check_deadline;
  absl::StatusOr<v1::BatchCheckPitchResponse> answer =
      Call(stubs_->options, Repeat::kSafe, *stubs_->readiness,
           &v1::ReadinessService::Stub::BatchCheckPitch, request, hurried);
  if (!answer.ok() && !IsNoAnswer(answer.status())) return answer.status();
  return FailClosed(request, std::move(answer));
}

}  // namespace kizuna::client
