// SPDX-License-Identifier: Apache-2.0
//
// Accounts through the real handlers: standard methods, masks, filters, pages, erasure.

#include <string>
#include <vector>

#include "tests/server/rpc_fixture.h"

namespace kizuna::server {
namespace {

using Stub = v1::AccountService::Stub;

class AccountsRpcTest : public RpcTest {
 protected:
  v1::Account Get(const std::string& id, grpc::StatusCode expected = grpc::StatusCode::OK) {
    v1::GetAccountRequest request;
    request.set_name("accounts/" + id);
    return Call(accounts_, &Stub::GetAccount, request, expected);
  }
  static v1::CreateAccountRequest CreateOf(const std::string& id, const std::string& request_id) {
    v1::CreateAccountRequest request;
    request.set_account_id(id);
    request.mutable_account()->mutable_profile()->set_display_name("Acme 株式会社");
    request.set_request_id(request_id);
    return request;
  }
};

TEST_F(AccountsRpcTest, AnAccountIsCreatedOnce) {
  const auto created = Call(accounts_, &Stub::CreateAccount, CreateOf("acme", "r1"));
  EXPECT_EQ(created.name(), "accounts/acme");
  EXPECT_EQ(created.profile().display_name(), "Acme 株式会社");
  EXPECT_GT(created.revision(), 0u);
  // The same request again is a retry; another is an error.
  const auto again = Call(accounts_, &Stub::CreateAccount, CreateOf("acme", "r1"));
  EXPECT_EQ(again.revision(), created.revision());
  Call(accounts_, &Stub::CreateAccount, CreateOf("acme", "r2"), grpc::StatusCode::ALREADY_EXISTS);
  EXPECT_EQ(Reason(), "ALREADY_EXISTS");
  Call(accounts_, &Stub::CreateAccount, CreateOf("acme", ""), grpc::StatusCode::ALREADY_EXISTS);
  EXPECT_EQ(Get("acme").revision(), created.revision());
}

TEST_F(AccountsRpcTest, AnIdThatCannotBeIsRefused) {
  for (const char* id : {"", "a/b", "株式会社", "-a"}) {
    Call(accounts_, &Stub::CreateAccount, CreateOf(id, ""), grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_EQ(Fields(), std::vector<std::string>{"account_id"}) << id;
  }
  Call(accounts_, &Stub::CreateAccount, CreateOf("acme", "no spaces"),
       grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(Fields(), std::vector<std::string>{"request_id"});
}

TEST_F(AccountsRpcTest, AnAccountThatDoesNotExistIsNotFoundAndSaysHowToFindOthers) {
  Get("nobody", grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(Reason(), "ACCOUNT_NOT_FOUND");
  EXPECT_NE(status_.error_message().find("ListAccounts"), std::string::npos);
}

TEST_F(AccountsRpcTest, AnUpdateSetsAndClearsWhatTheMaskNames) {
  MakeAccount("acme", "segment: 'smb' owner: 'kim' industry: 'food'");
  v1::UpdateAccountRequest request;
  request.mutable_account()->set_name("accounts/acme");
  request.mutable_account()->mutable_profile()->set_segment("enterprise");
  request.mutable_account()->mutable_profile()->set_industry("steel");
  request.mutable_update_mask()->add_paths("profile.segment");
  request.mutable_update_mask()->add_paths("profile.owner");
  clock_.Advance(absl::Seconds(1));
  const auto updated = Call(accounts_, &Stub::UpdateAccount, request);
  EXPECT_EQ(updated.profile().segment(), "enterprise");
  EXPECT_FALSE(updated.profile().has_owner());
  EXPECT_EQ(updated.profile().industry(), "food");
  request.mutable_update_mask()->add_paths("profile.colour");
  Call(accounts_, &Stub::UpdateAccount, request, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(Fields(), std::vector<std::string>{"update_mask.paths[2]"});
}

TEST_F(AccountsRpcTest, AnUpdateCreatesOnlyWhenItMay) {
  v1::UpdateAccountRequest request;
  request.mutable_account()->set_name("accounts/new");
  request.mutable_account()->mutable_profile()->set_segment("smb");
  Call(accounts_, &Stub::UpdateAccount, request, grpc::StatusCode::NOT_FOUND);
  request.set_allow_missing(true);
  const auto created = Call(accounts_, &Stub::UpdateAccount, request);
  EXPECT_EQ(created.revision(), created.create_revision());
  const auto updated = Call(accounts_, &Stub::UpdateAccount, request);
  EXPECT_EQ(updated.create_revision(), created.create_revision());
}

TEST_F(AccountsRpcTest, AccountsAreListedByNameInPagesThroughAFilter) {
  for (int i = 0; i < 9; ++i) {
    MakeAccount("acct-" + std::to_string(i), i % 3 == 0 ? "owner: 'kim'" : "owner: 'lee'");
  }
  v1::ListAccountsRequest request;
  request.set_page_size(2);
  request.set_filter("owner = \"lee\"");
  std::vector<std::string> names;
  for (int pages = 0; pages < 10; ++pages) {
    const auto page = Call(accounts_, &Stub::ListAccounts, request);
    EXPECT_LE(page.accounts_size(), 2);
    for (const auto& account : page.accounts()) names.push_back(account.name());
    request.set_page_token(page.next_page_token());
    if (page.next_page_token().empty()) break;
  }
  EXPECT_EQ(names,
            (std::vector<std::string>{"accounts/acct-1", "accounts/acct-2", "accounts/acct-4",
                                      "accounts/acct-5", "accounts/acct-7", "accounts/acct-8"}));
  request.clear_page_token();
  const auto page = Call(accounts_, &Stub::ListAccounts, request);
  request.set_page_token(page.next_page_token());
  request.set_filter("owner = \"kim\"");
  Call(accounts_, &Stub::ListAccounts, request, grpc::StatusCode::INVALID_ARGUMENT);
  request.clear_page_token();
  request.set_order_by("revenue");
  request.set_filter("size > 3");
  Call(accounts_, &Stub::ListAccounts, request, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(Fields(), (std::vector<std::string>{"filter", "order_by"}));
}

TEST_F(AccountsRpcTest, AnErasedAccountIsGone) {
  MakeAccount("acme");
  v1::DeleteAccountRequest request;
  request.set_name("accounts/acme");
  Call(accounts_, &Stub::DeleteAccount, request);
  Get("acme", grpc::StatusCode::NOT_FOUND);
  // Again: a retry, or an erasure that was cut short; what never was is not found.
  Call(accounts_, &Stub::DeleteAccount, request);
  request.set_name("accounts/nobody");
  Call(accounts_, &Stub::DeleteAccount, request, grpc::StatusCode::NOT_FOUND);
}

TEST_F(AccountsRpcTest, ADuplicateIsMergedAndItsNameGoesOn) {
  MakeAccount("acme", "aliases { system: 'crm' id: '1' }");
  MakeAccount("acme-2", "aliases { system: 'crm' id: '2' }");
  v1::MergeAccountsRequest request;
  request.set_name("accounts/acme-2");
  request.set_into("accounts/acme");
  for (int again = 0; again < 2; ++again) {
    const auto merged = Call(accounts_, &Stub::MergeAccounts, request);
    EXPECT_EQ(merged.name(), "accounts/acme");
    ASSERT_EQ(merged.merged_accounts_size(), 1);
    EXPECT_EQ(merged.merged_accounts(0), "accounts/acme-2");
    ASSERT_EQ(merged.profile().aliases_size(), 2);
    EXPECT_EQ(merged.profile().aliases(1).system(), "crm.2");
  }
  EXPECT_EQ(Get("acme-2").name(), "accounts/acme");
  v1::CheckPitchRequest check;
  check.set_account("accounts/acme-2");
  EXPECT_EQ(Call(readiness_, &v1::ReadinessService::Stub::CheckPitch, check).account(),
            "accounts/acme");
  v1::CreateAccountRequest create;
  create.set_account_id("acme-2");
  Call(accounts_, &Stub::CreateAccount, create, grpc::StatusCode::ALREADY_EXISTS);
  v1::DeleteAccountRequest erase;
  erase.set_name("accounts/acme");
  Call(accounts_, &Stub::DeleteAccount, erase);
  Get("acme-2", grpc::StatusCode::NOT_FOUND);
}

TEST_F(AccountsRpcTest, AMergeThatCannotBeIsRefusedByItsField) {
  MakeAccount("acme");
  v1::MergeAccountsRequest request;
  request.set_name("acme");
  Call(accounts_, &Stub::MergeAccounts, request, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(Fields(), (std::vector<std::string>{"name", "into"}));
  request.set_name("accounts/acme");
  request.set_into("accounts/acme");
  Call(accounts_, &Stub::MergeAccounts, request, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(Fields(), std::vector<std::string>{"into"});
  request.set_into("accounts/nobody");
  Call(accounts_, &Stub::MergeAccounts, request, grpc::StatusCode::NOT_FOUND);
  EXPECT_NE(status_.error_message().find("nobody"), std::string::npos);
  request.set_name("accounts/no-one");
  request.set_into("accounts/acme");
  Call(accounts_, &Stub::MergeAccounts, request, grpc::StatusCode::NOT_FOUND);
  EXPECT_NE(status_.error_message().find("no-one"), std::string::npos);
}

TEST_F(AccountsRpcTest, WhatBelongsToAnAccountIsListed) {
  MakeAccount("acme");
  Record(
      {FactOf("acme", "c1",
              "contact { contact_id: 'kim' role: ROLE_CHAMPION full_name: 'Kim Lee' }"),
       FactOf("acme", "c2", "contact { contact_id: 'aya' full_name: '鈴木 彩' }"),
       FactOf("acme", "c3", "contact_change { contact_id: 'kim' change: CHANGE_LEFT }"),
       FactOf("acme", "o1", "consent { contact_id: 'aya' channel: 'mail' opted_out: true }"),
       FactOf("acme", "s1",
              "subscription { subscription_id: 's1' annual_price { units: 1200 } start_date { "
              "year: 2026 month: 1 day: 1 } }"),
       FactOf("acme", "s2",
              "subscription { subscription_id: 's2' start_date { year: 2025 month: 1 day: 1 } "
              "end_date { year: 2026 month: 1 day: 1 } }"),
       FactOf("acme", "p1", "purchase { amount { units: 5 } date { year: 2026 month: 1 day: 1 } }"),
       FactOf(
           "acme", "p2",
           "purchase { amount { units: 6 } date { year: 2026 month: 2 day: 1 } reason: 'need' }")});
  v1::ListContactsRequest contacts;
  contacts.set_parent("accounts/acme");
  const auto people = Call(accounts_, &Stub::ListContacts, contacts);
  ASSERT_EQ(people.contacts_size(), 2);
  EXPECT_EQ(people.contacts(0).contact().contact_id(), "aya");
  EXPECT_EQ(people.contacts(0).contact().full_name(), "鈴木 彩");
  EXPECT_TRUE(people.contacts(0).present());
  ASSERT_EQ(people.contacts(0).consents_size(), 1);
  EXPECT_TRUE(people.contacts(0).consents(0).opted_out());
  v1::ListSubscriptionsRequest subscriptions;
  subscriptions.set_parent("accounts/acme");
  subscriptions.set_page_size(1);
  const auto first = Call(accounts_, &Stub::ListSubscriptions, subscriptions);
  ASSERT_EQ(first.subscriptions_size(), 1);
  EXPECT_TRUE(first.subscriptions(0).active());
  EXPECT_EQ(first.subscriptions(0).fact().fact_id(), "s1");
  subscriptions.set_page_token(first.next_page_token());
  const auto second = Call(accounts_, &Stub::ListSubscriptions, subscriptions);
  ASSERT_EQ(second.subscriptions_size(), 1);
  EXPECT_FALSE(second.subscriptions(0).active());
  EXPECT_TRUE(second.next_page_token().empty());
  v1::ListPurchasesRequest purchases;
  purchases.set_parent("accounts/acme");
  const auto bought = Call(accounts_, &Stub::ListPurchases, purchases);
  ASSERT_EQ(bought.purchases_size(), 2);
  EXPECT_EQ(bought.purchases(0).purchase().reason(), "need");
}

}  // namespace
}  // namespace kizuna::server
