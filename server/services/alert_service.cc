// SPDX-License-Identifier: Apache-2.0

#include "server/services/alert_service.h"

#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/alerts/address.h"
#include "server/convert/alert_to_wire.h"
#include "server/convert/names.h"
#include "server/convert/values.h"
#include "server/limits.h"
#include "server/services/named_page.h"
#include "server/services/page_token.h"
#include "spdlog/spdlog.h"

namespace kizuna::server {
namespace {

using convert::FieldPath;
using convert::Violations;

// Enum values, each stated once: a violation for UNSPECIFIED. Unknown ones are refused before.
template <typename Values>
std::set<uint32_t> SetOf(const Values& values, absl::string_view field, const FieldPath& path,
                         Violations& violations) {
  std::set<uint32_t> set;
  for (int i = 0; i < values.size(); ++i) {
    if (values.Get(i) == 0) {
      violations.Add(path.Item(field, i), "must be stated; send none at all for the default");
    }
    set.insert(static_cast<uint32_t>(values.Get(i)));
  }
  return set;
}

absl::Status List(alerts::Alerts& alerts, const v1::ListAlertsRequest& request,
                  v1::ListAlertsResponse* response) {
  const FieldPath path;
  Violations violations;
  alerts::AlertQuery query;
  query.owner = request.owner();
  convert::CheckText(request.owner(), limits::kMaxFilterBytes, path.Field("owner"), violations);
  query.account =
      request.account().empty()
          ? ""
          : convert::AccountIdOf(request.account(), true, path.Field("account"), violations);
  query.kinds = SetOf(request.kinds(), "kinds", path, violations);
  query.states = SetOf(request.states(), "states", path, violations);
  if (query.states.empty()) query.states = {v1::ALERT_STATE_OPEN};
  query.limit =
      static_cast<size_t>(PageSizeOf(request.page_size(), path.Field("page_size"), violations));
  const std::string kinds = absl::StrJoin(query.kinds, ",");
  const std::string states = absl::StrJoin(query.states, ",");
  const PageRequest page({"ListAlerts", query.owner, query.account, kinds, states});
  const std::string position =
      page.Position(request.page_token(), path.Field("page_token"), violations);
  if (!position.empty()) {
    const auto before = storage::AlertKey::Decode(position);
    if (before.ok())
      query.before = *before;
    else
      violations.Add(path.Field("page_token"), "is not one that ListAlerts gave");
  }
  if (!violations.empty()) return violations.ToStatus();
  const absl::StatusOr<alerts::AlertPage> found = alerts.List(query);
  if (!found.ok()) return found.status();
  for (const alerts::StoredAlert& one : found->alerts) {
    convert::AlertToWire({one.key.raised_at_micros, one.key.tail}, one.record,
                         response->add_alerts());
  }
  if (found->more) {
    response->set_next_page_token(page.Token(found->alerts.back().key.Encode()));
  }
  return absl::OkStatus();
}

absl::Status Acknowledge(alerts::Alerts& alerts, const v1::AcknowledgeAlertRequest& request,
                         v1::Alert* response) {
  const FieldPath path;
  Violations violations;
  const convert::AlertId id = convert::AlertIdOf(request.name(), path.Field("name"), violations);
  convert::CheckText(request.acknowledged_by(), limits::kMaxAcknowledgerBytes,
                     path.Field("acknowledged_by"), violations);
  if (!violations.empty()) return violations.ToStatus();
  const auto record = alerts.Acknowledge({id.raised_at_micros, id.tail}, request.acknowledged_by());
  if (absl::IsNotFound(record.status())) {
    return convert::ResourceNotFound(request.name(),
                                     "it may have been removed; list the alerts with ListAlerts");
  }
  if (!record.ok()) return record.status();
  convert::AlertToWire(id, *record, response);
  return absl::OkStatus();
}

void WebhookToWire(const alerts::Webhook& webhook, v1::Webhook* out) {
  out->set_name(convert::WebhookName(webhook.id));
  out->set_url(webhook.record.url());
  for (const uint32_t kind : webhook.record.kinds()) {
    out->add_kinds(static_cast<v1::AlertKind>(kind));
  }
  out->set_owner(webhook.record.owner());
  *out->mutable_create_time() = convert::TimestampOf(webhook.record.created_at_micros());
}

absl::Status Create(const Environment& environment, alerts::Alerts& alerts,
                    const v1::CreateWebhookRequest& request, v1::Webhook* response) {
  const FieldPath path;
  Violations violations;
  if (request.url().size() > limits::kMaxUrlBytes) {
    violations.Add(path.Field("url"),
                   absl::StrCat("must be at most ", limits::kMaxUrlBytes, " bytes"));
  } else if (const std::string fault = alerts::UrlFault(request.url()); !fault.empty()) {
    violations.Add(path.Field("url"), fault);
  }
  if (request.secret().size() < limits::kMinSecretBytes ||
      request.secret().size() > limits::kMaxSecretBytes) {
    violations.Add(path.Field("secret"), absl::StrCat("must be ", limits::kMinSecretBytes, " to ",
                                                      limits::kMaxSecretBytes,
                                                      " bytes; `openssl rand -hex 32` makes one"));
  }
  convert::CheckText(request.owner(), limits::kMaxFilterBytes, path.Field("owner"), violations);
  storage::v1::WebhookRecord record;
  for (const uint32_t kind : SetOf(request.kinds(), "kinds", path, violations)) {
    record.add_kinds(kind);
  }
  if (!violations.empty()) return violations.ToStatus();
  record.set_url(request.url());
  record.set_secret(request.secret());
  record.set_owner(request.owner());
  record.set_created_at_micros(environment.ledger->Now());
  const absl::StatusOr<alerts::Webhook> webhook = alerts.webhooks().Create(std::move(record));
  if (!webhook.ok()) return webhook.status();
  spdlog::info("event=webhook_created webhook={}", webhook->id);
  WebhookToWire(*webhook, response);
  return absl::OkStatus();
}

absl::Status Delete(alerts::Alerts& alerts, const v1::DeleteWebhookRequest& request) {
  const FieldPath path;
  Violations violations;
  const std::string id = convert::WebhookIdOf(request.name(), true, path.Field("name"), violations);
  if (!violations.empty()) return violations.ToStatus();
  const absl::Status status = alerts.webhooks().Delete(id);
  if (absl::IsNotFound(status)) {
    return convert::ResourceNotFound(request.name(), "list the webhooks with ListWebhooks");
  }
  if (status.ok()) spdlog::info("event=webhook_deleted webhook={}", id);
  return status;
}

absl::Status ListDead(alerts::Alerts& alerts, const v1::ListDeadLettersRequest& request,
                      v1::ListDeadLettersResponse* response) {
  const FieldPath path;
  Violations violations;
  alerts::DeadLetterQuery query;
  query.webhook = convert::WebhookIdOf(request.webhook(), false, path.Field("webhook"), violations);
  query.limit =
      static_cast<size_t>(PageSizeOf(request.page_size(), path.Field("page_size"), violations));
  const PageRequest page({"ListDeadLetters", query.webhook});
  const std::string position =
      page.Position(request.page_token(), path.Field("page_token"), violations);
  if (!position.empty()) {
    auto before = storage::DeliveryKey::Decode(position);
    if (before.ok())
      query.before = *std::move(before);
    else
      violations.Add(path.Field("page_token"), "is not one that ListDeadLetters gave");
  }
  if (!violations.empty()) return violations.ToStatus();
  const absl::StatusOr<alerts::DeadLetterPage> found = alerts.DeadLetters(query);
  if (!found.ok()) return found.status();
  for (const alerts::DeadLetter& one : found->letters) {
    v1::DeadLetter& letter = *response->add_dead_letters();
    letter.set_webhook(convert::WebhookName(one.key.webhook));
    convert::AlertToWire({one.key.alert.raised_at_micros, one.key.alert.tail}, one.alert,
                         letter.mutable_alert());
    letter.set_attempts(static_cast<int32_t>(one.record.attempts()));
    letter.set_error(one.record.error());
  }
  if (found->more) {
    response->set_next_page_token(page.Token(found->letters.back().key.Encode()));
  }
  return absl::OkStatus();
}

absl::Status Replay(alerts::Alerts& alerts, const v1::ReplayDeadLettersRequest& request,
                    v1::ReplayDeadLettersResponse* response) {
  const FieldPath path;
  Violations violations;
  const std::string webhook =
      convert::WebhookIdOf(request.webhook(), false, path.Field("webhook"), violations);
  if (!violations.empty()) return violations.ToStatus();
  if (!webhook.empty() && !alerts.webhooks().Find(webhook).has_value()) {
    return convert::ResourceNotFound(request.webhook(), "list the webhooks with ListWebhooks");
  }
  const absl::StatusOr<int64_t> replayed = alerts.Replay(webhook);
  if (!replayed.ok()) return replayed.status();
  response->set_replayed_count(*replayed);
  return absl::OkStatus();
}

}  // namespace

grpc::ServerUnaryReactor* AlertService::ListAlerts(grpc::CallbackServerContext* context,
                                                   const v1::ListAlertsRequest* request,
                                                   v1::ListAlertsResponse* response) {
  return ServeOnWorker(
      environment_, context, "AlertService/ListAlerts", MethodKind::kRead, request, response,
      [this](Call&, const auto& in, auto* out) { return List(*alerts_, in, out); });
}

grpc::ServerUnaryReactor* AlertService::AcknowledgeAlert(grpc::CallbackServerContext* context,
                                                         const v1::AcknowledgeAlertRequest* request,
                                                         v1::Alert* response) {
  return ServeOnWorker(
      environment_, context, "AlertService/AcknowledgeAlert", MethodKind::kWrite, request, response,
      [this](Call&, const auto& in, auto* out) { return Acknowledge(*alerts_, in, out); });
}

grpc::ServerUnaryReactor* AlertService::CreateWebhook(grpc::CallbackServerContext* context,
                                                      const v1::CreateWebhookRequest* request,
                                                      v1::Webhook* response) {
  return ServeOnWorker(
      environment_, context, "AlertService/CreateWebhook", MethodKind::kWrite, request, response,
      [this](Call&, const auto& in, auto* out) { return Create(environment_, *alerts_, in, out); });
}

grpc::ServerUnaryReactor* AlertService::ListWebhooks(grpc::CallbackServerContext* context,
                                                     const v1::ListWebhooksRequest* request,
                                                     v1::ListWebhooksResponse* response) {
  return Serve(
      environment_, context, "AlertService/ListWebhooks", MethodKind::kRead, request, response,
      [this](Call&, const auto& in, auto* out) {
        return ListByName(
            "ListWebhooks", in, alerts_->webhooks().All(),
            [](const alerts::Webhook& webhook) { return webhook.id; },
            [&](const alerts::Webhook& webhook) { WebhookToWire(webhook, out->add_webhooks()); },
            out);
      });
}

grpc::ServerUnaryReactor* AlertService::DeleteWebhook(grpc::CallbackServerContext* context,
                                                      const v1::DeleteWebhookRequest* request,
                                                      v1::DeleteWebhookResponse* response) {
  return ServeOnWorker(environment_, context, "AlertService/DeleteWebhook", MethodKind::kWrite,
                       request, response,
                       [this](Call&, const auto& in, auto*) { return Delete(*alerts_, in); });
}

grpc::ServerUnaryReactor* AlertService::ListDeadLetters(grpc::CallbackServerContext* context,
                                                        const v1::ListDeadLettersRequest* request,
                                                        v1::ListDeadLettersResponse* response) {
  return ServeOnWorker(
      environment_, context, "AlertService/ListDeadLetters", MethodKind::kRead, request, response,
      [this](Call&, const auto& in, auto* out) { return ListDead(*alerts_, in, out); });
}

grpc::ServerUnaryReactor* AlertService::ReplayDeadLetters(
    grpc::CallbackServerContext* context, const v1::ReplayDeadLettersRequest* request,
    v1::ReplayDeadLettersResponse* response) {
  return ServeOnWorker(
      environment_, context, "AlertService/ReplayDeadLetters", MethodKind::kWrite, request,
      response, [this](Call&, const auto& in, auto* out) { return Replay(*alerts_, in, out); });
}

}  // namespace kizuna::server
