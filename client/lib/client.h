// SPDX-License-Identifier: Apache-2.0
//
// How does a C++ program talk to Kizuna? One method a call of the API (proto/kizuna/v1), in the
// messages of the API, with a deadline on each, and with CheckPitch failing closed.
//
//   kizuna::client::ClientOptions options;
//   options.server = "127.0.0.1:7410";
//   auto client = kizuna::client::Client::Create(options);
//   kizuna::v1::CheckPitchRequest question;
//   question.set_account("accounts/acme");
//   auto answer = (*client)->CheckPitch(question);
//   if (answer.ok() && answer->verdict() == kizuna::v1::VERDICT_ALLOW) Pitch();

#ifndef KIZUNA_CLIENT_LIB_CLIENT_H_
#define KIZUNA_CLIENT_LIB_CLIENT_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/lib/fact_stream.h"
#include "client/lib/options.h"
#include "client/lib/watch.h"
#include "kizuna/v1/account_service.pb.h"
#include "kizuna/v1/affinity_service.pb.h"
#include "kizuna/v1/catalogue_service.pb.h"
#include "kizuna/v1/decision_service.pb.h"
#include "kizuna/v1/fact_service.pb.h"
#include "kizuna/v1/health_service.pb.h"
#include "kizuna/v1/loyalty_service.pb.h"
#include "kizuna/v1/portfolio_service.pb.h"
#include "kizuna/v1/readiness_service.pb.h"
#include "kizuna/v1/reservation_service.pb.h"
#include "kizuna/v1/rulebook_service.pb.h"
#include "kizuna/v1/source_service.pb.h"
#include "kizuna/v1/status_service.pb.h"
#include "kizuna/v1/task_service.pb.h"

namespace kizuna::client {

// A server, as a program sees it. Thread-safe: one is enough for a program.
//
// Every method blocks until there is an answer or its deadline has passed, and never throws. Errors
// are the server's (error.h). UNAVAILABLE is tried again within the deadline, except by the methods
// that say so. DEADLINE_EXCEEDED and UNAVAILABLE of a write leave open whether it happened.
class Client {
 public:
  // INVALID_ARGUMENT or FAILED_PRECONDITION for options that make no sense (channel.h). Does not
  // connect: a server that is not there shows at the first call.
  static absl::StatusOr<std::unique_ptr<Client>> Create(ClientOptions options);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  const ClientOptions& options() const;

  // May I pitch? Fails closed: without an answer in time it is UNKNOWN with the reason NO_ANSWER,
  // with a senseless one UNKNOWN with MALFORMED_ANSWER (fail_closed.h), and neither is an error. An
  // error is a wrong question: NOT_FOUND (no such account), INVALID_ARGUMENT, PERMISSION_DENIED,
  // UNAUTHENTICATED and the like.
  absl::StatusOr<v1::CheckPitchResponse> CheckPitch(const v1::CheckPitchRequest& request,
                                                    const CallOptions& options = {});
  // CheckPitch for many: always as many results as requests, in order, each failing closed by
  // itself.
  absl::StatusOr<v1::BatchCheckPitchResponse> BatchCheckPitch(
      const v1::BatchCheckPitchRequest& request, const CallOptions& options = {});
  absl::StatusOr<v1::ListReadyResponse> ListReady(const v1::ListReadyRequest& request,
                                                  const CallOptions& options = {});

  // Decisions: an answer replayed from its id, and what would be answered if. An answer of
  // ExplainDecision that is of another id is INTERNAL.
  absl::StatusOr<v1::ExplainDecisionResponse> ExplainDecision(
      const v1::ExplainDecisionRequest& request, const CallOptions& options = {});
  absl::StatusOr<v1::SimulateResponse> Simulate(const v1::SimulateRequest& request,
                                                const CallOptions& options = {});
  // Not tried again by itself: each call makes a key.
  absl::StatusOr<v1::RotateDecisionKeyResponse> RotateDecisionKey(
      const v1::RotateDecisionKeyRequest& request, const CallOptions& options = {});

  // Calls `on_row` with every account that may not be pitched to, in the order of names, until it
  // says false or there are no more. A stream that breaks off is taken up behind its last row.
  // Without a deadline in `options` it takes as long as it takes. An error: not all were told.
  absl::Status ListBlocked(v1::ListBlockedRequest request,
                           const std::function<bool(const v1::ListBlockedResponse&)>& on_row,
                           const CallOptions& options = {});

  // What changes, as it changes (watch.h). It may outlive the client.
  std::unique_ptr<Watcher> WatchAccounts(v1::WatchAccountsRequest request);

  // Health.
  absl::StatusOr<v1::Health> GetHealth(const v1::GetHealthRequest& request,
                                       const CallOptions& options = {});
  absl::StatusOr<v1::BatchGetHealthResponse> BatchGetHealth(
      const v1::BatchGetHealthRequest& request, const CallOptions& options = {});
  absl::StatusOr<v1::ExplainHealthResponse> ExplainHealth(const v1::ExplainHealthRequest& request,
                                                          const CallOptions& options = {});
  absl::StatusOr<v1::ListHealthHistoryResponse> ListHealthHistory(
      const v1::ListHealthHistoryRequest& request, const CallOptions& options = {});

  // Loyalty. An override without a request_id gets one of its own, so that it can be tried again.
  absl::StatusOr<v1::Loyalty> GetLoyalty(const v1::GetLoyaltyRequest& request,
                                         const CallOptions& options = {});
  absl::StatusOr<v1::OverrideLoyaltyResponse> OverrideLoyalty(v1::OverrideLoyaltyRequest request,
                                                              const CallOptions& options = {});
  absl::StatusOr<v1::OverrideTouchTierResponse> OverrideTouchTier(
      v1::OverrideTouchTierRequest request, const CallOptions& options = {});
  absl::StatusOr<v1::ListLoyaltyHistoryResponse> ListLoyaltyHistory(
      const v1::ListLoyaltyHistoryRequest& request, const CallOptions& options = {});

  // The whole book. Each reads every account: give it a deadline of minutes where there are many.
  absl::StatusOr<v1::GetPortfolioResponse> GetPortfolio(const v1::GetPortfolioRequest& request,
                                                        const CallOptions& options = {});
  absl::StatusOr<v1::GetModelCoverageResponse> GetModelCoverage(
      const v1::GetModelCoverageRequest& request, const CallOptions& options = {});

  // Reservations. ReservePitch gives a request_id of its own to a request that has none, so that
  // all of these can be tried again. Without an answer nothing is held: do not pitch.
  absl::StatusOr<v1::ReservePitchResponse> ReservePitch(v1::ReservePitchRequest request,
                                                        const CallOptions& options = {});
  absl::StatusOr<v1::RenewReservationResponse> RenewReservation(
      const v1::RenewReservationRequest& request, const CallOptions& options = {});
  absl::StatusOr<v1::ReleaseReservationResponse> ReleaseReservation(
      const v1::ReleaseReservationRequest& request, const CallOptions& options = {});
  absl::StatusOr<v1::RecordOutcomeResponse> RecordOutcome(const v1::RecordOutcomeRequest& request,
                                                          const CallOptions& options = {});
  absl::StatusOr<v1::Reservation> GetReservation(const v1::GetReservationRequest& request,
                                                 const CallOptions& options = {});
  absl::StatusOr<v1::ListLeaksResponse> ListLeaks(const v1::ListLeaksRequest& request,
                                                  const CallOptions& options = {});

  // Tasks. An update without a request_id gets one of its own, so that it can be tried again.
  absl::StatusOr<v1::ListTasksResponse> ListTasks(const v1::ListTasksRequest& request,
                                                  const CallOptions& options = {});
  absl::StatusOr<v1::UpdateTaskResponse> UpdateTask(v1::UpdateTaskRequest request,
                                                    const CallOptions& options = {});

  // Facts. Recorded facts count once by their ids, so a batch is tried again after UNAVAILABLE. A
  // fact without observed_at gets the time of its commit, and a repeated one is still a duplicate.
  // An answer with fewer or more results than facts is INTERNAL.
  absl::StatusOr<v1::RecordFactsResponse> RecordFacts(const v1::RecordFactsRequest& request,
                                                      const CallOptions& options = {});
  absl::StatusOr<v1::ListFactsResponse> ListFacts(const v1::ListFactsRequest& request,
                                                  const CallOptions& options = {});
  // A stream for many facts (fact_stream.h). It may outlive the client.
  std::unique_ptr<FactStream> StreamFacts(FactStreamOptions options, FactStream::OnAck on_ack);

  // Accounts. Create and update give a request_id of their own to a request that has none, so that
  // they can be tried again. DeleteAccount and ErasePerson are not tried again; MergeAccounts finds
  // what it did before.
  absl::StatusOr<v1::Account> CreateAccount(v1::CreateAccountRequest request,
                                            const CallOptions& options = {});
  absl::StatusOr<v1::Account> GetAccount(const v1::GetAccountRequest& request,
                                         const CallOptions& options = {});
  absl::StatusOr<v1::ListAccountsResponse> ListAccounts(const v1::ListAccountsRequest& request,
                                                        const CallOptions& options = {});
  absl::StatusOr<v1::Account> UpdateAccount(v1::UpdateAccountRequest request,
                                            const CallOptions& options = {});
  absl::StatusOr<v1::DeleteAccountResponse> DeleteAccount(const v1::DeleteAccountRequest& request,
                                                          const CallOptions& options = {});
  absl::StatusOr<v1::Account> MergeAccounts(const v1::MergeAccountsRequest& request,
                                            const CallOptions& options = {});
  absl::StatusOr<v1::ErasePersonResponse> ErasePerson(const v1::ErasePersonRequest& request,
                                                      const CallOptions& options = {});
  absl::StatusOr<v1::ListContactsResponse> ListContacts(const v1::ListContactsRequest& request,
                                                        const CallOptions& options = {});
  absl::StatusOr<v1::ListSubscriptionsResponse> ListSubscriptions(
      const v1::ListSubscriptionsRequest& request, const CallOptions& options = {});
  absl::StatusOr<v1::ListPurchasesResponse> ListPurchases(const v1::ListPurchasesRequest& request,
                                                          const CallOptions& options = {});

  // Products and metrics. CreateProduct, DeleteProduct and CreateMetric are not tried again;
  // UpdateProduct sets the same values again.
  absl::StatusOr<v1::Product> CreateProduct(const v1::CreateProductRequest& request,
                                            const CallOptions& options = {});
  absl::StatusOr<v1::Product> GetProduct(const v1::GetProductRequest& request,
                                         const CallOptions& options = {});
  absl::StatusOr<v1::ListProductsResponse> ListProducts(const v1::ListProductsRequest& request,
                                                        const CallOptions& options = {});
  absl::StatusOr<v1::Product> UpdateProduct(const v1::UpdateProductRequest& request,
                                            const CallOptions& options = {});
  absl::StatusOr<v1::DeleteProductResponse> DeleteProduct(const v1::DeleteProductRequest& request,
                                                          const CallOptions& options = {});
  absl::StatusOr<v1::CreateMetricResponse> CreateMetric(const v1::CreateMetricRequest& request,
                                                        const CallOptions& options = {});
  absl::StatusOr<v1::ListMetricsResponse> ListMetrics(const v1::ListMetricsRequest& request,
                                                      const CallOptions& options = {});

  // Sources.
  absl::StatusOr<v1::Source> GetSource(const v1::GetSourceRequest& request,
                                       const CallOptions& options = {});
  absl::StatusOr<v1::ListSourcesResponse> ListSources(const v1::ListSourcesRequest& request,
                                                      const CallOptions& options = {});
  absl::StatusOr<v1::Source> UpdateSource(const v1::UpdateSourceRequest& request,
                                          const CallOptions& options = {});

  // Affinity. Mining reads every account: give it a deadline of minutes.
  absl::StatusOr<v1::MineAffinityResponse> MineAffinity(const v1::MineAffinityRequest& request,
                                                        const CallOptions& options = {});
  absl::StatusOr<v1::ListOffersResponse> ListOffers(const v1::ListOffersRequest& request,
                                                    const CallOptions& options = {});

  // Rulebooks. ActivateRulebook is not tried again.
  absl::StatusOr<v1::RulebookVersion> GetRulebook(const v1::GetRulebookRequest& request,
                                                  const CallOptions& options = {});
  absl::StatusOr<v1::ListRulebooksResponse> ListRulebooks(const v1::ListRulebooksRequest& request,
                                                          const CallOptions& options = {});
  absl::StatusOr<v1::ValidateRulebookResponse> ValidateRulebook(
      const v1::ValidateRulebookRequest& request, const CallOptions& options = {});
  absl::StatusOr<v1::PreviewRulebookResponse> PreviewRulebook(
      const v1::PreviewRulebookRequest& request, const CallOptions& options = {});
  absl::StatusOr<v1::ActivateRulebookResponse> ActivateRulebook(
      const v1::ActivateRulebookRequest& request, const CallOptions& options = {});

  // The server itself.
  absl::StatusOr<v1::GetStatusResponse> GetStatus(const v1::GetStatusRequest& request,
                                                  const CallOptions& options = {});
  // Takes as long as copying the store does: give it a deadline of minutes. Not tried again by
  // itself.
  absl::StatusOr<v1::CreateBackupResponse> CreateBackup(const v1::CreateBackupRequest& request,
                                                        const CallOptions& options = {});

 private:
  struct Stubs;
  explicit Client(std::unique_ptr<Stubs> stubs);

  const std::unique_ptr<Stubs> stubs_;
};

}  // namespace kizuna::client

#endif  // KIZUNA_CLIENT_LIB_CLIENT_H_
