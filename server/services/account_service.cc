// SPDX-License-Identifier: Apache-2.0

#include "server/services/account_service.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "server/convert/fact_to_wire.h"
#include "server/convert/names.h"
#include "server/convert/values.h"
#include "server/engine/feature.h"
#include "server/ledger/own_facts.h"
#include "server/limits.h"
#include "server/services/account_update.h"
#include "server/services/filter.h"
#include "server/services/page_token.h"
#include "server/services/record.h"

namespace kizuna::server {
namespace {

v1::Fact ProfileFact(absl::string_view account, absl::string_view fact_id, v1::Profile profile) {
  v1::Fact fact;
  fact.set_account(convert::AccountName(account));
  fact.set_source(std::string(ledger::kOwnSource));
  fact.set_fact_id(std::string(fact_id));
  *fact.mutable_profile() = std::move(profile);
  return fact;
}

void TellAccount(const Environment& environment, const ledger::View& view, v1::Account* out) {
  convert::AccountToWire(CardViewOf(environment, view, false), out);
  for (const std::string& duplicate : environment.ledger->Duplicates(view.account)) {
    out->add_merged_accounts(convert::AccountName(duplicate));
  }
}

// Records the profile and answers with the account as it is then.
absl::Status RecordProfile(const Environment& environment, const v1::Fact& fact,
                           absl::string_view account, const convert::FieldPath& path,
                           v1::Account* response) {
  auto recorded = RecordOwnFact(environment, fact, path);
  if (!recorded.ok()) return recorded.status();
  ledger::ReadOptions options;
  options.at_least_as_fresh = recorded->revision;
  auto view = ReadAccount(environment, account, options);
  if (!view.ok()) return view.status();
  TellAccount(environment, *view, response);
  return absl::OkStatus();
}

// Whether the account holds the fact that this very request wrote before. Rare: only for a retry.
absl::StatusOr<bool> WroteBefore(const Environment& environment, absl::string_view account,
                                 absl::string_view fact_id) {
  std::string after;
  do {
    auto page = environment.ledger->ListFacts(account, after, limits::kMaxPageSize);
    if (!page.ok()) return convert::ForClient(page.status(), account);
    for (const ledger::StoredFact& stored : page->facts) {
      if (stored.fact.source == ledger::kOwnSource && stored.fact.id == fact_id) return true;
    }
    after = page->next;
  } while (!after.empty());
  return false;
}

absl::Status Create(const Environment& environment, const v1::CreateAccountRequest& request,
                    v1::Account* response) {
  const convert::FieldPath path;
  convert::Violations violations;
  if (!convert::IsAccountId(request.account_id())) {
    violations.Add(path.Field("account_id"),
                   "must be 1 to 63 characters of A-Z a-z 0-9 . _ ~ - that begin with a letter or "
                   "digit");
  }
  const convert::FieldPath account_path = path.Field("account");
  if (!request.account().name().empty() &&
      request.account().name() != convert::AccountName(request.account_id())) {
    violations.Add(account_path.Field("name"), "must be empty or agree with account_id");
  }
  CheckRequestId(request.request_id(), path.Field("request_id"), violations);
  if (!violations.empty()) return violations.ToStatus();

  const std::string fact_id =
      absl::StrCat("create.", request.request_id().empty() ? NewFactId() : request.request_id());
  auto existing = ReadAccount(environment, request.account_id());
  if (existing.ok()) {
    bool wrote_before = false;
    if (!request.request_id().empty()) {
      auto answer = WroteBefore(environment, request.account_id(), fact_id);
      if (!answer.ok()) return answer.status();
      wrote_before = *answer;
    }
    if (!wrote_before) {
      return convert::ResourceExists(convert::AccountName(request.account_id()),
                                     "change it with UpdateAccount");
    }
  } else if (!absl::IsNotFound(existing.status())) {
    return existing.status();
  }
  return RecordProfile(environment,
                       ProfileFact(request.account_id(), fact_id, request.account().profile()),
                       request.account_id(), account_path, response);
}

absl::Status Update(const Environment& environment, const v1::UpdateAccountRequest& request,
                    v1::Account* response) {
  const convert::FieldPath path;
  convert::Violations violations;
  const convert::FieldPath account_path = path.Field("account");
  const std::string account =
      convert::AccountIdOf(request.account().name(), true, account_path.Field("name"), violations);
  CheckRequestId(request.request_id(), path.Field("request_id"), violations);
  if (!violations.empty()) return violations.ToStatus();

  v1::Account present;
  auto view = ReadAccount(environment, account);
  if (view.ok()) {
    TellAccount(environment, *view, &present);
  } else if (!request.allow_missing() || !absl::IsNotFound(view.status())) {
    return view.status();
  }
  v1::Profile profile = ProfileUpdate(request.update_mask(), request.account().profile(),
                                      present.profile(), path.Field("update_mask"), violations);
  if (!violations.empty()) return violations.ToStatus();
  const std::string fact_id =
      absl::StrCat("update.", request.request_id().empty() ? NewFactId() : request.request_id());
  return RecordProfile(environment, ProfileFact(account, fact_id, std::move(profile)), account,
                       account_path, response);
}

absl::Status List(const Environment& environment, const v1::ListAccountsRequest& request,
                  v1::ListAccountsResponse* response) {
  const convert::FieldPath path;
  convert::Violations violations;
  const int page_size = PageSizeOf(request.page_size(), path.Field("page_size"), violations);
  const AccountFilter filter = AccountFilter::Parse(request.filter(), path.Field("filter"),
                                                    *environment.ledger->rulebook(), violations);
  if (!request.order_by().empty() && request.order_by() != "name") {
    violations.Add(path.Field("order_by"), "must be name, the only order; or leave it out");
  }
  const PageRequest page({"ListAccounts", request.filter()});
  const std::string after =
      page.Position(request.page_token(), path.Field("page_token"), violations);
  if (!violations.empty()) return violations.ToStatus();

  auto accounts = environment.ledger->ListAccounts(after, page_size, filter.Predicate());
  if (!accounts.ok()) return accounts.status();
  for (const ledger::View& view : accounts->accounts) {
    TellAccount(environment, view, response->add_accounts());
  }
  if (!accounts->next.empty()) response->set_next_page_token(page.Token(accounts->next));
  return absl::OkStatus();
}

// The parts that the three lists within one account share: which account, which page.
struct ListWithin {
  std::string account;
  int page_size = 0;
  size_t first = 0;  // index of the page's first item
};

template <typename Request>
absl::StatusOr<ledger::View> BeginList(const Environment& environment, const Request& request,
                                       const PageRequest& page, ListWithin& list) {
  const convert::FieldPath path;
  convert::Violations violations;
  list.account = convert::AccountIdOf(request.parent(), true, path.Field("parent"), violations);
  list.page_size = PageSizeOf(request.page_size(), path.Field("page_size"), violations);
  const std::string position =
      page.Position(request.page_token(), path.Field("page_token"), violations);
  if (!violations.empty()) return violations.ToStatus();
  uint64_t first = 0;
  if (!position.empty() && absl::SimpleAtoi(position, &first)) list.first = first;
  ledger::ReadOptions options;
  options.at_least_as_fresh = request.at_least_as_fresh();
  return ReadAccount(environment, list.account, options);
}

// Calls `add` for the page's items and says where the next page begins.
template <typename Item, typename Add>
std::string AddPage(const std::vector<Item>& items, const ListWithin& list, const PageRequest& page,
                    Add add) {
  const size_t end = std::min(items.size(), list.first + list.page_size);
  for (size_t i = list.first; i < end; ++i) add(items[i]);
  return end < items.size() ? page.Token(absl::StrCat(end)) : std::string();
}

absl::Status Merge(const Environment& environment, const v1::MergeAccountsRequest& request,
                   v1::Account* response) {
  const convert::FieldPath path;
  convert::Violations violations;
  const std::string duplicate =
      convert::AccountIdOf(request.name(), true, path.Field("name"), violations);
  const std::string into =
      convert::AccountIdOf(request.into(), true, path.Field("into"), violations);
  if (!violations.empty()) return violations.ToStatus();
  // Which of the two is missing is told by name.
  if (auto view = ReadAccount(environment, into); !view.ok()) return view.status();
  const absl::Status merged = environment.ledger->Merge(duplicate, into);
  if (absl::IsInvalidArgument(merged)) {
    violations.Add(path.Field("into"), "is the same account; name the one that stays");
    return violations.ToStatus();
  }
  if (!merged.ok()) return convert::ForClient(merged, duplicate);
  auto view = ReadAccount(environment, into);
  if (!view.ok()) return view.status();
  TellAccount(environment, *view, response);
  return absl::OkStatus();
}

absl::Status ErasePersonIn(const Environment& environment, const v1::ErasePersonRequest& request) {
  const convert::FieldPath path;
  convert::Violations violations;
  const std::string account =
      convert::AccountIdOf(request.account(), true, path.Field("account"), violations);
  convert::CheckId(request.contact_id(), limits::kMaxIdBytes, true, path.Field("contact_id"),
                   violations);
  if (!violations.empty()) return violations.ToStatus();
  if (auto view = ReadAccount(environment, account); !view.ok()) return view.status();
  const absl::Status status = environment.ledger->ErasePerson(account, request.contact_id());
  if (!absl::IsNotFound(status)) return convert::ForClient(status, account);
  return convert::ResourceNotFound(absl::StrCat("such contact of accounts/", account),
                                   "list them with AccountService.ListContacts");
}

absl::Status Contacts(const Environment& environment, const v1::ListContactsRequest& request,
                      v1::ListContactsResponse* response) {
  const PageRequest page({"ListContacts", request.parent()});
  ListWithin list;
  auto view = BeginList(environment, request, page, list);
  if (!view.ok()) return view.status();
  auto people = environment.ledger->People(list.account);
  if (!people.ok()) return convert::ForClient(people.status(), list.account);
  const convert::CardView card = CardViewOf(environment, *view, true);
  std::vector<v1::ContactRecord> records;
  for (const engine::PersonState& person : view->state->people) {
    v1::ContactRecord& record = records.emplace_back();
    convert::ContactToWire(card, person, &record);
    const auto words = people->find(person.person);
    if (words == people->end()) continue;
    record.mutable_contact()->set_full_name(words->second.full_name);
    record.mutable_contact()->set_email(words->second.email);
    record.mutable_contact()->set_title(words->second.title);
  }
  std::sort(records.begin(), records.end(), [](const auto& a, const auto& b) {
    return a.contact().contact_id() < b.contact().contact_id();
  });
  response->set_next_page_token(AddPage(records, list, page, [&](const v1::ContactRecord& record) {
    *response->add_contacts() = record;
  }));
  response->set_revision(view->revision);
  return absl::OkStatus();
}

absl::Status Subscriptions(const Environment& environment,
                           const v1::ListSubscriptionsRequest& request,
                           v1::ListSubscriptionsResponse* response) {
  const PageRequest page({"ListSubscriptions", request.parent()});
  ListWithin list;
  auto view = BeginList(environment, request, page, list);
  if (!view.ok()) return view.status();
  const engine::Day today = view->rulebook->calendar().DayOf(view->checked_at);
  response->set_next_page_token(
      AddPage(view->state->subscriptions, list, page, [&](const engine::SubscriptionState& item) {
        v1::SubscriptionRecord* record = response->add_subscriptions();
        convert::SubscriptionToWire(item.now, environment.currency(),
                                    record->mutable_subscription());
        record->set_active(engine::IsActive(item.now, today));
        *record->mutable_fact() = convert::FactReferenceOf(item.stamp);
      }));
  response->set_revision(view->revision);
  return absl::OkStatus();
}

absl::Status Purchases(const Environment& environment, const v1::ListPurchasesRequest& request,
                       v1::ListPurchasesResponse* response) {
  const PageRequest page({"ListPurchases", request.parent()});
  ListWithin list;
  auto view = BeginList(environment, request, page, list);
  if (!view.ok()) return view.status();
  // The state keeps sums, not purchases: they are read from the facts.
  std::vector<ledger::StoredFact> purchases;
  std::string after;
  do {
    auto facts = environment.ledger->ListFacts(list.account, after, limits::kMaxPageSize);
    if (!facts.ok()) return convert::ForClient(facts.status(), list.account);
    for (ledger::StoredFact& stored : facts->facts) {
      if (stored.counts && !stored.fact.retracted &&
          std::holds_alternative<engine::PurchaseContent>(stored.fact.content)) {
        purchases.push_back(std::move(stored));
      }
    }
    after = facts->next;
  } while (!after.empty());
  const auto day_of = [](const ledger::StoredFact& stored) {
    return std::get<engine::PurchaseContent>(stored.fact.content).day;
  };
  std::sort(purchases.begin(), purchases.end(), [&](const auto& a, const auto& b) {
    return day_of(a) != day_of(b) ? day_of(a) > day_of(b) : b.fact.stamp() < a.fact.stamp();
  });
  response->set_next_page_token(
      AddPage(purchases, list, page, [&](const ledger::StoredFact& stored) {
        v1::PurchaseRecord* record = response->add_purchases();
        v1::Fact fact;
        convert::FactToWire(stored.fact, stored.words, environment.currency(), &fact);
        *record->mutable_purchase() = std::move(*fact.mutable_purchase());
        *record->mutable_fact() = convert::FactReferenceOf(stored.fact.stamp());
      }));
  response->set_revision(view->revision);
  return absl::OkStatus();
}

}  // namespace

grpc::ServerUnaryReactor* AccountService::CreateAccount(grpc::CallbackServerContext* context,
                                                        const v1::CreateAccountRequest* request,
                                                        v1::Account* response) {
  return ServeOnWorker(
      environment_, context, "AccountService/CreateAccount", MethodKind::kWrite, request, response,
      [this](Call&, const auto& in, auto* out) { return Create(environment_, in, out); });
}

grpc::ServerUnaryReactor* AccountService::GetAccount(grpc::CallbackServerContext* context,
                                                     const v1::GetAccountRequest* request,
                                                     v1::Account* response) {
  return Serve(environment_, context, "AccountService/GetAccount", MethodKind::kRead, request,
               response, [this](Call&, const auto& in, auto* out) -> absl::Status {
                 const convert::FieldPath path;
                 convert::Violations violations;
                 const std::string account =
                     convert::AccountIdOf(in.name(), true, path.Field("name"), violations);
                 if (!violations.empty()) return violations.ToStatus();
                 ledger::ReadOptions options;
                 options.at_least_as_fresh = in.at_least_as_fresh();
                 auto view = ReadAccount(environment_, account, options);
                 if (!view.ok()) return view.status();
                 TellAccount(environment_, *view, out);
                 return absl::OkStatus();
               });
}

grpc::ServerUnaryReactor* AccountService::ListAccounts(grpc::CallbackServerContext* context,
                                                       const v1::ListAccountsRequest* request,
                                                       v1::ListAccountsResponse* response) {
  return ServeOnWorker(
      environment_, context, "AccountService/ListAccounts", MethodKind::kRead, request, response,
      [this](Call&, const auto& in, auto* out) { return List(environment_, in, out); });
}

grpc::ServerUnaryReactor* AccountService::UpdateAccount(grpc::CallbackServerContext* context,
                                                        const v1::UpdateAccountRequest* request,
                                                        v1::Account* response) {
  return ServeOnWorker(
      environment_, context, "AccountService/UpdateAccount", MethodKind::kWrite, request, response,
      [this](Call&, const auto& in, auto* out) { return Update(environment_, in, out); });
}

grpc::ServerUnaryReactor* AccountService::DeleteAccount(grpc::CallbackServerContext* context,
                                                        const v1::DeleteAccountRequest* request,
                                                        v1::DeleteAccountResponse* response) {
  return ServeOnWorker(environment_, context, "AccountService/DeleteAccount", MethodKind::kWrite,
                       request, response, [this](Call&, const auto& in, auto*) -> absl::Status {
                         const convert::FieldPath path;
                         convert::Violations violations;
                         const std::string account =
                             convert::AccountIdOf(in.name(), true, path.Field("name"), violations);
                         if (!violations.empty()) return violations.ToStatus();
                         return convert::ForClient(environment_.ledger->Erase(account), account);
                       });
}

grpc::ServerUnaryReactor* AccountService::MergeAccounts(grpc::CallbackServerContext* context,
                                                        const v1::MergeAccountsRequest* request,
                                                        v1::Account* response) {
  return ServeOnWorker(
      environment_, context, "AccountService/MergeAccounts", MethodKind::kWrite, request, response,
      [this](Call&, const auto& in, auto* out) { return Merge(environment_, in, out); });
}

grpc::ServerUnaryReactor* AccountService::ErasePerson(grpc::CallbackServerContext* context,
                                                      const v1::ErasePersonRequest* request,
                                                      v1::ErasePersonResponse* response) {
  return ServeOnWorker(
      environment_, context, "AccountService/ErasePerson", MethodKind::kWrite, request, response,
      [this](Call&, const auto& in, auto*) { return ErasePersonIn(environment_, in); });
}

grpc::ServerUnaryReactor* AccountService::ListContacts(grpc::CallbackServerContext* context,
                                                       const v1::ListContactsRequest* request,
                                                       v1::ListContactsResponse* response) {
  return ServeOnWorker(
      environment_, context, "AccountService/ListContacts", MethodKind::kRead, request, response,
      [this](Call&, const auto& in, auto* out) { return Contacts(environment_, in, out); });
}

grpc::ServerUnaryReactor* AccountService::ListSubscriptions(
    grpc::CallbackServerContext* context, const v1::ListSubscriptionsRequest* request,
    v1::ListSubscriptionsResponse* response) {
  return ServeOnWorker(environment_, context, "AccountService/ListSubscriptions", MethodKind::kRead,
                       request, response, [this](Call&, const auto& in, auto* out) {
                         return Subscriptions(environment_, in, out);
                       });
}

grpc::ServerUnaryReactor* AccountService::ListPurchases(grpc::CallbackServerContext* context,
                                                        const v1::ListPurchasesRequest* request,
                                                        v1::ListPurchasesResponse* response) {
  return ServeOnWorker(
      environment_, context, "AccountService/ListPurchases", MethodKind::kRead, request, response,
      [this](Call&, const auto& in, auto* out) { return Purchases(environment_, in, out); });
}

}  // namespace kizuna::server
