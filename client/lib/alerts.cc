// SPDX-License-Identifier: Apache-2.0

#include "client/lib/alerts.h"

#include <grpcpp/channel.h>

#include <utility>

#include "client/lib/caller.h"
#include "client/lib/channel.h"
#include "kizuna/v1/alert_service.grpc.pb.h"

namespace kizuna::client {

using Service = v1::AlertService::Stub;

struct AlertClient::Stub {
  ClientOptions options;
  std::unique_ptr<Service> service;
};

AlertClient::AlertClient(std::unique_ptr<Stub> stub) : stub_(std::move(stub)) {}
AlertClient::~AlertClient() = default;

absl::StatusOr<std::unique_ptr<AlertClient>> AlertClient::Create(ClientOptions options) {
  const absl::StatusOr<std::shared_ptr<grpc::Channel>> channel = MakeChannel(options);
  if (!channel.ok()) return channel.status();
  auto stub = std::make_unique<Stub>();
  stub->options = std::move(options);
  stub->service = v1::AlertService::NewStub(*channel);
  return std::unique_ptr<AlertClient>(new AlertClient(std::move(stub)));
}

absl::StatusOr<v1::ListAlertsResponse> AlertClient::ListAlerts(const v1::ListAlertsRequest& request,
                                                               const CallOptions& options) {
  return Call(stub_->options, Repeat::kSafe, *stub_->service, &Service::ListAlerts, request,
              options);
}

absl::StatusOr<v1::Alert> AlertClient::AcknowledgeAlert(const v1::AcknowledgeAlertRequest& request,
                                                        const CallOptions& options) {
  return Call(stub_->options, Repeat::kSafe, *stub_->service, &Service::AcknowledgeAlert, request,
              options);
}

absl::StatusOr<v1::Webhook> AlertClient::CreateWebhook(const v1::CreateWebhookRequest& request,
                                                       const CallOptions& options) {
  return Call(stub_->options, Repeat::kNever, *stub_->service, &Service::CreateWebhook, request,
              options);
}

absl::StatusOr<v1::ListWebhooksResponse> AlertClient::ListWebhooks(
    const v1::ListWebhooksRequest& request, const CallOptions& options) {
  return Call(stub_->options, Repeat::kSafe, *stub_->service, &Service::ListWebhooks, request,
              options);
}

absl::StatusOr<v1::DeleteWebhookResponse> AlertClient::DeleteWebhook(
    const v1::DeleteWebhookRequest& request, const CallOptions& options) {
  return Call(stub_->options, Repeat::kNever, *stub_->service, &Service::DeleteWebhook, request,
              options);
}

absl::StatusOr<v1::ListDeadLettersResponse> AlertClient::ListDeadLetters(
    const v1::ListDeadLettersRequest& request, const CallOptions& options) {
  return Call(stub_->options, Repeat::kSafe, *stub_->service, &Service::ListDeadLetters, request,
              options);
}

absl::StatusOr<v1::ReplayDeadLettersResponse> AlertClient::ReplayDeadLetters(
    const v1::ReplayDeadLettersRequest& request, const CallOptions& options) {
  return Call(stub_->options, Repeat::kNever, *stub_->service, &Service::ReplayDeadLetters, request,
              options);
}

}  // namespace kizuna::client
