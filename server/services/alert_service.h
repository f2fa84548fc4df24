// SPDX-License-Identifier: Apache-2.0
//
// kizuna.v1.AlertService: who needs to be told what, and where it is posted.

#ifndef KIZUNA_SERVER_SERVICES_ALERT_SERVICE_H_
#define KIZUNA_SERVER_SERVICES_ALERT_SERVICE_H_

#include "kizuna/v1/alert_service.grpc.pb.h"
#include "server/alerts/alerts.h"
#include "server/services/environment.h"

namespace kizuna::server {

class AlertService final : public v1::AlertService::CallbackService {
 public:
  // Both outlive it.
  AlertService(const Environment& environment, alerts::Alerts* alerts)
      : environment_(environment), alerts_(alerts) {}

  grpc::ServerUnaryReactor* ListAlerts(grpc::CallbackServerContext* context,
                                       const v1::ListAlertsRequest* request,
                                       v1::ListAlertsResponse* response) override;
  grpc::ServerUnaryReactor* AcknowledgeAlert(grpc::CallbackServerContext* context,
                                             const v1::AcknowledgeAlertRequest* request,
                                             v1::Alert* response) override;
  grpc::ServerUnaryReactor* CreateWebhook(grpc::CallbackServerContext* context,
                                          const v1::CreateWebhookRequest* request,
                                          v1::Webhook* response) override;
  grpc::ServerUnaryReactor* ListWebhooks(grpc::CallbackServerContext* context,
                                         const v1::ListWebhooksRequest* request,
                                         v1::ListWebhooksResponse* response) override;
  grpc::ServerUnaryReactor* DeleteWebhook(grpc::CallbackServerContext* context,
                                          const v1::DeleteWebhookRequest* request,
                                          v1::DeleteWebhookResponse* response) override;
  grpc::ServerUnaryReactor* ListDeadLetters(grpc::CallbackServerContext* context,
                                            const v1::ListDeadLettersRequest* request,
                                            v1::ListDeadLettersResponse* response) override;
  grpc::ServerUnaryReactor* ReplayDeadLetters(grpc::CallbackServerContext* context,
                                              const v1::ReplayDeadLettersRequest* request,
                                              v1::ReplayDeadLettersResponse* response) override;

 private:
  const Environment& environment_;
  alerts::Alerts* const alerts_;
};

}  // namespace kizuna::server

#endif  // KIZUNA_SERVER_SERVICES_ALERT_SERVICE_H_
