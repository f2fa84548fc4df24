// SPDX-License-Identifier: Apache-2.0

#include "server/services/rulebook_service.h"

#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "server/convert/rulebook_from_text.h"
#include "server/convert/values.h"
#include "server/limits.h"
#include "server/rulebooks/rulebooks.h"
#include "server/services/page_token.h"
#include "server/services/rules_text.h"

namespace kizuna::server {
namespace {

// The version without what only the active rulebook can tell.
void EntryToWire(const Environment& environment, const ledger::BookEntry& entry,
                 v1::RulebookVersion* out) {
  out->set_name(absl::StrCat("rulebooks/", entry.number));
  out->set_number(entry.number);
  out->set_active(entry.active);
  *out->mutable_activate_time() = convert::TimestampOf(entry.activated_at);
  out->set_author(entry.author);
  out->set_note(entry.note);
  v1::Rulebook rules;
  if (convert::ParseViolations(entry.rules_text, rules).empty()) out->set_rules_name(rules.name());
  const auto rulebook = environment.ledger->rulebook();
  if (rulebook->number() == entry.number) {
    out->set_product_count(static_cast<int64_t>(rulebook->products().size()));
    out->set_metric_count(static_cast<int64_t>(rulebook->metrics().size()));
    out->set_source_count(static_cast<int64_t>(rulebook->parts().sources.size()));
  }
}

// A rulebook that ships with the server: its text alone. False: there is none of that name.
bool ShippedToWire(absl::string_view name, v1::RulebookVersion* out) {
  absl::string_view text;
  if (name == "starter") {
    text = rulebooks::StarterText();
  } else if (name == "standard") {
    text = rulebooks::StandardText();
  } else {
    return false;
  }
  out->set_name(absl::StrCat("rulebooks/", name));
  out->set_rules_name(std::string(name));
  out->set_text(std::string(text));
  return true;
}

absl::Status Get(const Environment& environment, const v1::GetRulebookRequest& request,
                 v1::RulebookVersion* response) {
  absl::string_view id = request.name();
  if (absl::ConsumePrefix(&id, "rulebooks/") && ShippedToWire(id, response)) {
    return absl::OkStatus();
  }
  uint64_t number = 0;
  const bool numbered = absl::SimpleAtoi(id, &number) && number > 0;
  if (id.size() == request.name().size() || (id != "active" && !numbered)) {
    return convert::InvalidField(
        "name",
        "must be rulebooks/<number>, rulebooks/active, rulebooks/starter or "
        "rulebooks/standard");
  }
  auto entry = environment.ledger->GetBook(number);
  if (absl::IsNotFound(entry.status())) {
    return convert::ResourceNotFound(request.name(),
                                     "list the rulebooks with RulebookService.ListRulebooks");
  }
  if (!entry.ok()) return entry.status();
  EntryToWire(environment, *entry, response);
  response->set_text(entry->rules_text);
  return absl::OkStatus();
}

absl::Status List(const Environment& environment, const v1::ListRulebooksRequest& request,
                  v1::ListRulebooksResponse* response) {
  const convert::FieldPath path;
  convert::Violations violations;
  const size_t page_size = PageSizeOf(request.page_size(), path.Field("page_size"), violations);
  const PageRequest page({"ListRulebooks"});
  const std::string position =
      page.Position(request.page_token(), path.Field("page_token"), violations);
  if (!violations.empty()) return violations.ToStatus();
  uint64_t before = 0;
  if (!position.empty() && !absl::SimpleAtoi(position, &before)) before = 0;
  auto entries = environment.ledger->ListBooks(before, page_size + 1);
  if (!entries.ok()) return entries.status();
  for (size_t i = 0; i < entries->size() && i < page_size; ++i) {
    EntryToWire(environment, (*entries)[i], response->add_rulebooks());
  }
  if (entries->size() > page_size) {
    response->set_next_page_token(page.Token(absl::StrCat((*entries)[page_size - 1].number)));
  }
  return absl::OkStatus();
}

template <typename Response>
absl::Status AnswerViolations(const Environment& environment, absl::string_view text,
                              Response* response) {
  auto violations = ViolationsOf(environment, text);
  if (!violations.ok()) return violations.status();
  for (const engine::Violation& violation : *violations) {
    v1::RulebookViolation* out = response->add_violations();
    out->set_field(violation.field);
    out->set_reason(violation.reason);
  }
  return absl::OkStatus();
}

absl::Status Preview(const Environment& environment, const v1::PreviewRulebookRequest& request,
                     v1::PreviewRulebookResponse* response) {
  const convert::FieldPath path;
  convert::Violations wrong;
  convert::CheckRange(int64_t{request.max_changes()}, 0, limits::kMaxPreviewChanges,
                      path.Field("max_changes"), wrong);
  if (!wrong.empty()) return wrong.ToStatus();
  absl::Status status = AnswerViolations(environment, request.text(), response);
  if (!status.ok() || response->violations_size() > 0) return status;
  auto preview = environment.ledger->PreviewRules(
      request.text(),
      request.max_changes() == 0 ? limits::kDefaultPreviewChanges : request.max_changes());
  if (!preview.ok()) return preview.status();
  response->set_account_count(static_cast<int64_t>(preview->accounts));
  response->set_changed_count(static_cast<int64_t>(preview->changed));
  response->set_rulebook_number(environment.ledger->rulebook()->number());
  for (const auto& [shift, count] : preview->counts) {
    v1::VerdictShift* out = response->add_shifts();
    out->set_from(convert::ToWire(shift.first));
    out->set_to(convert::ToWire(shift.second));
    out->set_count(static_cast<int64_t>(count));
  }
  for (const auto& change : preview->changes) {
    v1::VerdictChange* out = response->add_changes();
    out->set_account("accounts/" + change.account);
    out->set_motion(convert::ToWire(change.motion));
    out->set_from(convert::ToWire(change.before));
    out->set_to(convert::ToWire(change.after));
  }
  return absl::OkStatus();
}

absl::Status Activate(const Environment& environment, const v1::ActivateRulebookRequest& request,
                      v1::ActivateRulebookResponse* response) {
  const convert::FieldPath path;
  convert::Violations wrong;
  convert::CheckId(request.author(), limits::kMaxIdBytes, true, path.Field("author"), wrong);
  convert::CheckText(request.note(), limits::kMaxTextBytes, path.Field("note"), wrong);
  if (!wrong.empty()) return wrong.ToStatus();
  absl::Status status = CheckRulesText(environment, request.text());
  if (!status.ok()) return status;
  const uint64_t active = environment.ledger->rulebook()->number();
  if (request.expected_number() != 0 && request.expected_number() != active) {
    return convert::RulebookMoved(request.expected_number(), active);
  }
  uint64_t number = 0;
  if (!request.validate_only()) {
    auto activated = environment.ledger->Activate(request.text(), request.author(), request.note());
    if (!activated.ok()) return activated.status();
    number = *activated;
  }
  auto entry = environment.ledger->GetBook(number);
  if (!entry.ok()) return entry.status();
  EntryToWire(environment, *entry, response->mutable_rulebook());
  return absl::OkStatus();
}

}  // namespace

grpc::ServerUnaryReactor* RulebookService::GetRulebook(grpc::CallbackServerContext* context,
                                                       const v1::GetRulebookRequest* request,
                                                       v1::RulebookVersion* response) {
  return ServeOnWorker(
      environment_, context, "RulebookService/GetRulebook", MethodKind::kRead, request, response,
      [this](Call&, const auto& in, auto* out) { return Get(environment_, in, out); });
}

grpc::ServerUnaryReactor* RulebookService::ListRulebooks(grpc::CallbackServerContext* context,
                                                         const v1::ListRulebooksRequest* request,
                                                         v1::ListRulebooksResponse* response) {
  return ServeOnWorker(
      environment_, context, "RulebookService/ListRulebooks", MethodKind::kRead, request, response,
      [this](Call&, const auto& in, auto* out) { return List(environment_, in, out); });
}

grpc::ServerUnaryReactor* RulebookService::ValidateRulebook(
    grpc::CallbackServerContext* context, const v1::ValidateRulebookRequest* request,
    v1::ValidateRulebookResponse* response) {
  return ServeOnWorker(environment_, context, "RulebookService/ValidateRulebook", MethodKind::kRead,
                       request, response, [this](Call&, const auto& in, auto* out) {
                         return AnswerViolations(environment_, in.text(), out);
                       });
}

grpc::ServerUnaryReactor* RulebookService::PreviewRulebook(
    grpc::CallbackServerContext* context, const v1::PreviewRulebookRequest* request,
    v1::PreviewRulebookResponse* response) {
  return ServeOnWorker(environment_, context, "RulebookService/PreviewRulebook", MethodKind::kRead,
                       request, response, [this](Call&, const auto& in, auto* out) {
                         return Preview(environment_, in, out);
                       });
}

grpc::ServerUnaryReactor* RulebookService::ActivateRulebook(
    grpc::CallbackServerContext* context, const v1::ActivateRulebookRequest* request,
    v1::ActivateRulebookResponse* response) {
  return ServeOnWorker(
      environment_, context, "RulebookService/ActivateRulebook", MethodKind::kWrite, request,
      response,
      [this](Call&, const auto& in, auto* out) { return Activate(environment_, in, out); });
}

}  // namespace kizuna::server
