// SPDX-License-Identifier: Apache-2.0
//
// How does a C++ program ask for alerts, say where they are posted, and include no more than that
// of the API? A method a call of AlertService, with the deadlines and retries of Client (client.h).

#ifndef KIZUNA_CLIENT_LIB_ALERTS_H_
#define KIZUNA_CLIENT_LIB_ALERTS_H_

#include <memory>

#include "absl/status/statusor.h"
#include "client/lib/options.h"
#include "kizuna/v1/alert_service.pb.h"

namespace kizuna::client {

// A server's alerts, as a program sees them. Thread-safe. Errors as Client's.
class AlertClient {
 public:
  // `options` as for Client::Create; a connection of its own, made at the first call.
  static absl::StatusOr<std::unique_ptr<AlertClient>> Create(ClientOptions options);
  ~AlertClient();
  AlertClient(const AlertClient&) = delete;
  AlertClient& operator=(const AlertClient&) = delete;

  absl::StatusOr<v1::ListAlertsResponse> ListAlerts(const v1::ListAlertsRequest& request,
                                                    const CallOptions& options = {});
  absl::StatusOr<v1::Alert> AcknowledgeAlert(const v1::AcknowledgeAlertRequest& request,
                                             const CallOptions& options = {});
  // Not tried again by itself: each call makes a webhook.
  absl::StatusOr<v1::Webhook> CreateWebhook(const v1::CreateWebhookRequest& request,
                                            const CallOptions& options = {});
  absl::StatusOr<v1::ListWebhooksResponse> ListWebhooks(const v1::ListWebhooksRequest& request,
                                                        const CallOptions& options = {});
  // Not tried again by itself: the second time there would be none.
  absl::StatusOr<v1::DeleteWebhookResponse> DeleteWebhook(const v1::DeleteWebhookRequest& request,
                                                          const CallOptions& options = {});
  absl::StatusOr<v1::ListDeadLettersResponse> ListDeadLetters(
      const v1::ListDeadLettersRequest& request, const CallOptions& options = {});
  // Not tried again by itself: the second time there would be none.
  absl::StatusOr<v1::ReplayDeadLettersResponse> ReplayDeadLetters(
      const v1::ReplayDeadLettersRequest& request, const CallOptions& options = {});

 private:
  struct Stub;
  explicit AlertClient(std::unique_ptr<Stub> stub);

  const std::unique_ptr<Stub> stub_;
};

}  // namespace kizuna::client

#endif  // KIZUNA_CLIENT_LIB_ALERTS_H_
