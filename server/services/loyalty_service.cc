// SPDX-License-Identifier: Apache-2.0

#include "server/services/loyalty_service.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "server/convert/names.h"
#include "server/convert/values.h"
#include "server/ledger/own_facts.h"
#include "server/services/history.h"
#include "server/services/record.h"

namespace kizuna::server {
namespace {

absl::Status Get(const Environment& environment, const v1::GetLoyaltyRequest& request,
                 v1::Loyalty* response) {
  const convert::FieldPath path;
  convert::Violations violations;
  const std::string account =
      convert::AccountIdOf(request.name(), true, path.Field("name"), violations);
  const ledger::ReadOptions options = ReadOptionsOf(environment, request, path, violations);
  if (!violations.empty()) return violations.ToStatus();
  auto view = ReadAccount(environment, account, options);
  if (!view.ok()) return view.status();
  convert::LoyaltyToWire(CardViewOf(environment, *view, true), response);
  return absl::OkStatus();
}

// Writes an override as a fact and answers with the loyalty from then on. `set` puts the content
// in.
template <typename Request, typename Response, typename Set>
absl::Status Override(const Environment& environment, const Request& request,
                      absl::string_view kind, Set set, Response* response) {
  const convert::FieldPath path;
  convert::Violations violations;
  const std::string account =
      convert::AccountIdOf(request.name(), true, path.Field("name"), violations);
  CheckRequestId(request.request_id(), path.Field("request_id"), violations);
  if (!violations.empty()) return violations.ToStatus();
  v1::Fact fact;
  fact.set_account(request.name());
  fact.set_source(std::string(ledger::kOwnSource));
  fact.set_fact_id(
      absl::StrCat(kind, ".", request.request_id().empty() ? NewFactId() : request.request_id()));
  set(fact);
  auto recorded = RecordOwnFact(environment, fact, path);
  if (!recorded.ok()) return recorded.status();
  ledger::ReadOptions options;
  options.at_least_as_fresh = recorded->revision;
  auto view = ReadAccount(environment, account, options);
  if (!view.ok()) return view.status();
  convert::LoyaltyToWire(CardViewOf(environment, *view, true), response->mutable_loyalty());
  response->set_revision(recorded->revision);
  return absl::OkStatus();
}

// Tier, expiry, author and reason are called the same in the request and in the fact.
template <typename Request, typename Content>
void CopyOverride(const Request& request, Content* content) {
  content->set_tier(request.tier());
  if (request.has_expires_at()) *content->mutable_expires_at() = request.expires_at();
  content->set_author(request.author());
  content->set_reason(request.reason());
}

absl::Status History(const Environment& environment, const v1::ListLoyaltyHistoryRequest& request,
                     v1::ListLoyaltyHistoryResponse* response) {
  // A change shows only beside the day before, so whole history is read and then paged.
  const convert::FieldPath path;
  convert::Violations violations;
  const std::string account =
      convert::AccountIdOf(request.parent(), true, path.Field("parent"), violations);
  const int page_size = PageSizeOf(request.page_size(), path.Field("page_size"), violations);
  const PageRequest page({"ListLoyaltyHistory", account});
  const std::string position =
      page.Position(request.page_token(), path.Field("page_token"), violations);
  if (!violations.empty()) return violations.ToStatus();
  auto rows = environment.ledger->History(account, kFirstHistoryDay, kLastHistoryDay);
  if (!rows.ok()) return convert::ForClient(rows.status(), account);
  engine::Day from = kFirstHistoryDay;
  if (!position.empty() && !absl::SimpleAtoi(position, &from)) from = kFirstHistoryDay;
  const ledger::HistoryRow* before = nullptr;
  for (const ledger::HistoryRow& row : *rows) {
    const bool changed =
        before == nullptr || before->loyalty != row.loyalty || before->touch != row.touch;
    before = &row;
    if (!changed || row.day < from) continue;
    if (response->entries_size() == page_size) {
      response->set_next_page_token(page.Token(absl::StrCat(row.day)));
      break;
    }
    v1::LoyaltyHistoryEntry* entry = response->add_entries();
    *entry->mutable_date() = convert::ToWire(row.day);
    entry->set_tier(convert::ToWire(row.loyalty));
    entry->set_touch_tier(convert::ToWire(row.touch));
    entry->set_revision(row.revision);
    entry->set_rulebook_number(row.rulebook_number);
  }
  return absl::OkStatus();
}

}  // namespace

grpc::ServerUnaryReactor* LoyaltyService::GetLoyalty(grpc::CallbackServerContext* context,
                                                     const v1::GetLoyaltyRequest* request,
                                                     v1::Loyalty* response) {
  return Serve(environment_, context, "LoyaltyService/GetLoyalty", MethodKind::kRead, request,
               response,
               [this](Call&, const auto& in, auto* out) { return Get(environment_, in, out); });
}

grpc::ServerUnaryReactor* LoyaltyService::OverrideLoyalty(grpc::CallbackServerContext* context,
                                                          const v1::OverrideLoyaltyRequest* request,
                                                          v1::OverrideLoyaltyResponse* response) {
  return ServeOnWorker(
      environment_, context, "LoyaltyService/OverrideLoyalty", MethodKind::kWrite, request,
      response, [this](Call&, const auto& in, auto* out) {
        return Override(
            environment_, in, "loyalty",
            [&](v1::Fact& fact) { CopyOverride(in, fact.mutable_loyalty_override()); }, out);
      });
}

grpc::ServerUnaryReactor* LoyaltyService::OverrideTouchTier(
    grpc::CallbackServerContext* context, const v1::OverrideTouchTierRequest* request,
    v1::OverrideTouchTierResponse* response) {
  return ServeOnWorker(
      environment_, context, "LoyaltyService/OverrideTouchTier", MethodKind::kWrite, request,
      response, [this](Call&, const auto& in, auto* out) {
        return Override(
            environment_, in, "touch",
            [&](v1::Fact& fact) { CopyOverride(in, fact.mutable_touch_override()); }, out);
      });
}

grpc::ServerUnaryReactor* LoyaltyService::ListLoyaltyHistory(
    grpc::CallbackServerContext* context, const v1::ListLoyaltyHistoryRequest* request,
    v1::ListLoyaltyHistoryResponse* response) {
  return ServeOnWorker(
      environment_, context, "LoyaltyService/ListLoyaltyHistory", MethodKind::kRead, request,
      response,
      [this](Call&, const auto& in, auto* out) { return History(environment_, in, out); });
}

}  // namespace kizuna::server
