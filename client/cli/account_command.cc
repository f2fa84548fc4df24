// SPDX-License-Identifier: Apache-2.0
//
// `kizuna account`: which accounts are there, who and what belongs to one, and how is one written?

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/account_flags.h"
#include "client/cli/answer_json.h"
#include "client/cli/answer_text.h"
#include "client/cli/command.h"
#include "client/cli/display_text.h"
#include "client/cli/filter.h"
#include "client/cli/pages.h"
#include "client/cli/words.h"

namespace kizuna::cli {
namespace {

struct ListFlags {
  FilterFlags filter;
  int64_t limit = -1;
};

std::vector<ListColumn> AccountColumns() {
  return {{"account", "account"},
          {"display_name", "name", Align::kLeft, true},
          {"segment", "segment", Align::kLeft, true},
          {"industry", "industry", Align::kLeft, true},
          {"country", "country"},
          {"language", ""},
          {"owner", "owner", Align::kLeft, true},
          {"sales_owner", ""},
          {"partner", ""},
          {"parent", ""},
          {"lifetime_value", ""},
          {"budget_month", ""},
          {"product_owners", ""},
          {"aliases", ""},
          {"sizing", ""},
          {"revision", ""}};
}

std::vector<ListValue> RowOf(const v1::Account& account) {
  const v1::Profile& profile = account.profile();
  const Json fields = ToJson(profile);
  const auto text = [&](const char* key, const std::string& shown) {
    return ListValue(*fields.Find(key), shown);
  };
  return {IdOf(account.name()),
          text("display_name", profile.display_name()),
          text("segment", profile.segment()),
          text("industry", profile.industry()),
          text("country", profile.country()),
          text("language", ""),
          text("owner", profile.owner()),
          text("sales_owner", ""),
          text("partner", ""),
          text("parent", ""),
          text("lifetime_value", ""),
          text("budget_month", ""),
          text("product_owners", ""),
          text("aliases", ""),
          text("sizing", ""),
          {account.revision(), ""}};
}

absl::StatusOr<ExitCode> RunList(const ListFlags& flags, Session& session) {
  v1::ListAccountsRequest request;
  absl::StatusOr<std::string> filter = FilterOf(flags.filter);
  if (!filter.ok()) return filter.status();
  request.set_filter(*std::move(filter));
  const absl::StatusOr<client::Client*> client = session.Client();
  if (!client.ok()) return client.status();
  absl::optional<ListPrinter> list;
  const auto take = [&](const v1::ListAccountsResponse& page) {
    if (!list.has_value()) {
      list.emplace(session.terminal(), session.format(), "accounts", AccountColumns());
    }
    for (const v1::Account& account : page.accounts()) list->Add(RowOf(account));
    return page.accounts_size();
  };
  const absl::StatusOr<v1::ListAccountsResponse> last = ForEachPage(
      session, request, LimitOf(flags.limit, session.format()), "accounts",
      [&](const v1::ListAccountsRequest& page) { return (*client)->ListAccounts(page); }, take);
  if (!last.ok()) return last.status();
  list->Finish(Json::MakeObject(),
               request.filter().empty()
                   ? "No accounts yet. Bring some in with `kizuna import`, or write one with "
                     "`kizuna account upsert`."
                   : "No account of that kind.");
  return kOk;
}

// Everything that belongs to an account.
struct Whole {
  v1::Account account;
  std::vector<v1::ContactRecord> contacts;
  std::vector<v1::SubscriptionRecord> subscriptions;
  std::vector<v1::PurchaseRecord> purchases;
};

absl::StatusOr<Whole> ReadWhole(const std::string& name, Session& session) {
  const absl::StatusOr<client::Client*> made = session.Client();
  if (!made.ok()) return made.status();
  client::Client& client = **made;
  Whole whole;
  v1::GetAccountRequest get;
  get.set_name(name);
  absl::StatusOr<v1::Account> account = client.GetAccount(get);
  if (!account.ok()) return account.status();
  whole.account = *std::move(account);
  v1::ListContactsRequest contacts;
  contacts.set_parent(name);
  const absl::Status read_contacts =
      ForEachPage(
          session, contacts, 0, "contacts",
          [&](const v1::ListContactsRequest& page) { return client.ListContacts(page); },
          [&](const v1::ListContactsResponse& page) {
            for (const auto& item : page.contacts()) whole.contacts.push_back(item);
            return page.contacts_size();
          })
          .status();
  v1::ListSubscriptionsRequest subscriptions;
  subscriptions.set_parent(name);
  const absl::Status read_subscriptions =
      ForEachPage(
          session, subscriptions, 0, "subscriptions",
          [&](const v1::ListSubscriptionsRequest& page) { return client.ListSubscriptions(page); },
          [&](const v1::ListSubscriptionsResponse& page) {
            for (const auto& item : page.subscriptions()) whole.subscriptions.push_back(item);
            return page.subscriptions_size();
          })
          .status();
  v1::ListPurchasesRequest purchases;
  purchases.set_parent(name);
  const absl::Status read_purchases =
      ForEachPage(
          session, purchases, 0, "purchases",
          [&](const v1::ListPurchasesRequest& page) { return client.ListPurchases(page); },
          [&](const v1::ListPurchasesResponse& page) {
            for (const auto& item : page.purchases()) whole.purchases.push_back(item);
            return page.purchases_size();
          })
          .status();
  for (const absl::Status& read : {read_contacts, read_subscriptions, read_purchases}) {
    if (!read.ok()) return read;
  }
  return whole;
}

// The profile, a line a field.
std::string ProfileTable(const v1::Profile& profile, const TextStyle& style) {
  Table table({{""}, {"", Align::kLeft, true}});
  const Json document = ToJson(profile);
  for (const Json::Field& field : document.fields()) {
    const Json& value = field.second;
    if (value.is_null() || value.Plain() == "{}") continue;
    std::string text = value.Plain();
    if (value.is_object()) {
      std::vector<std::string> entries;
      for (const Json::Field& entry : value.fields()) {
        entries.push_back(absl::StrCat(entry.first, " ", entry.second.Plain()));
      }
      text = absl::StrJoin(entries, ", ");
    }
    if (field.first == "lifetime_value") text = MoneyText(profile.lifetime_value());
    table.AddRow({{Spoken(field.first), Style::kDim}, {std::move(text)}});
  }
  return table.Render(style.columns, style.colour, 2);
}

void PrintContacts(const std::vector<v1::ContactRecord>& contacts, const TextStyle& style,
                   std::ostream& out) {
  if (contacts.empty()) return;
  Table table({{"contact"},
               {"name", Align::kLeft, true},
               {"role"},
               {"department", Align::kLeft, true},
               {"email", Align::kLeft, true},
               {""}});
  for (const v1::ContactRecord& record : contacts) {
    std::vector<std::string> remarks;
    if (!record.present()) remarks.push_back("left");
    for (const v1::Consent& consent : record.consents()) {
      if (!consent.opted_out()) continue;
      remarks.push_back(
          absl::StrCat("no ", consent.channel().empty() ? "contact" : consent.channel()));
    }
    const v1::Contact& contact = record.contact();
    table.AddRow({{contact.contact_id()},
                  {contact.full_name()},
                  {SpokenWord(contact.role())},
                  {contact.department()},
                  {contact.email()},
                  {absl::StrJoin(remarks, ", "), Style::kWarning}});
  }
  out << Heading("Contacts", style) << table.Render(style.columns, style.colour, 2);
}

void PrintSubscriptions(const std::vector<v1::SubscriptionRecord>& subscriptions,
                        const TextStyle& style, std::ostream& out) {
  if (subscriptions.empty()) return;
  Table table({{"subscription"},
               {"product"},
               {"plan", Align::kLeft, true},
               {"seats", Align::kRight},
               {"a year", Align::kRight},
               {"from"},
               {"to"},
               {"renewal"}});
  for (const v1::SubscriptionRecord& record : subscriptions) {
    const v1::Subscription& subscription = record.subscription();
    const Style look = record.active() ? Style::kPlain : Style::kDim;
    table.AddRow({{subscription.subscription_id(), look},
                  {IdOf(subscription.product()), look},
                  {subscription.plan(), look},
                  {subscription.seats() == 0 ? "" : Grouped(subscription.seats()), look},
                  {MoneyText(subscription.annual_price()), look},
                  {DateText(subscription.start_date()), look},
                  {DateText(subscription.end_date()), look},
                  {DateText(subscription.renewal_date()), look}});
  }
  out << Heading("Subscriptions", style) << table.Render(style.columns, style.colour, 2);
}

void PrintPurchases(const std::vector<v1::PurchaseRecord>& purchases, const TextStyle& style,
                    std::ostream& out) {
  if (purchases.empty()) return;
  Table table({{"day"},
               {"product"},
               {"amount", Align::kRight},
               {"quantity", Align::kRight},
               {"why", Align::kLeft, true}});
  for (const v1::PurchaseRecord& record : purchases) {
    const v1::Purchase& purchase = record.purchase();
    table.AddRow({{DateText(purchase.date())},
                  {IdOf(purchase.product())},
                  {MoneyText(purchase.amount())},
                  {purchase.quantity() == 0 ? "" : ValueText(purchase.quantity())},
                  {purchase.reason()}});
  }
  out << Heading("Purchases", style) << table.Render(style.columns, style.colour, 2);
}

// "; answers for bolt, bolt-2": the duplicates that were merged into it.
std::string DuplicatesText(const v1::Account& account) {
  if (account.merged_accounts().empty()) return "";
  return absl::StrCat("; answers for ",
                      absl::StrJoin(account.merged_accounts(), ", ",
                                    [](std::string* out, const std::string& name) {
                                      absl::StrAppend(out, IdOf(name));
                                    }));
}

absl::StatusOr<ExitCode> RunShow(const std::string& id, Session& session) {
  const absl::StatusOr<Whole> whole = ReadWhole(AccountName(id), session);
  if (!whole.ok()) return whole.status();
  if (session.format() == Format::kJson) {
    session.out() << ToJson(whole->account)
                         .Set("contacts", ToJsonArray(whole->contacts))
                         .Set("subscriptions", ToJsonArray(whole->subscriptions))
                         .Set("purchases", ToJsonArray(whole->purchases))
                         .Dump()
                  << "\n";
    return kOk;
  }
  if (session.format() == Format::kCsv) {
    ListPrinter list(session.terminal(), Format::kCsv, "accounts", AccountColumns());
    list.Add(RowOf(whole->account));
    list.Finish(Json::MakeObject(), "");
    return kOk;
  }
  const TextStyle style = TextStyleOf(session);
  session.out() << Paint(IdOf(whole->account.name()), Style::kBold, style.colour) << ", revision "
                << whole->account.revision() << DuplicatesText(whole->account) << "\n"
                << ProfileTable(whole->account.profile(), style);
  PrintContacts(whole->contacts, style, session.out());
  PrintSubscriptions(whole->subscriptions, style, session.out());
  PrintPurchases(whole->purchases, style, session.out());
  return kOk;
}

absl::StatusOr<ExitCode> RunUpsert(const UpsertFlags& flags, Session& session) {
  v1::UpdateAccountRequest request;
  request.set_allow_missing(true);
  request.mutable_account()->set_name(AccountName(flags.account));
  absl::StatusOr<v1::Profile> profile = ProfileOf(flags);
  if (!profile.ok()) return profile.status();
  *request.mutable_account()->mutable_profile() = *std::move(profile);
  const absl::StatusOr<client::Client*> client = session.Client();
  if (!client.ok()) return client.status();
  const absl::StatusOr<v1::Account> account = (*client)->UpdateAccount(request);
  if (!account.ok()) return account.status();
  if (session.format() == Format::kTable) {
    const bool created = account->create_revision() == account->revision();
    session.out() << (created ? "created " : "updated ") << IdOf(account->name()) << ", revision "
                  << account->revision() << "\n";
  } else if (session.format() == Format::kJson) {
    session.out() << ToJson(*account).Dump() << "\n";
  } else {
    ListPrinter list(session.terminal(), Format::kCsv, "accounts", AccountColumns());
    list.Add(RowOf(*account));
    list.Finish(Json::MakeObject(), "");
  }
  return kOk;
}

void AddList(CommandLine& line, CLI::App* group) {
  const auto flags = std::make_shared<ListFlags>();
  CLI::App* const list =
      line.Add(group, "list", "The accounts, in the order of their ids.",
               {{"kizuna account list --owner sato", "whom Sato looks after"},
                {"kizuna account list --band red --format csv", "all that are red, for a program"}},
               [flags](Session& session) { return RunList(*flags, session); });
  list->add_option("--limit", flags->limit, kLimitHelp)
      ->check(CLI::NonNegativeNumber)
      ->type_name("N");
  line.MarkList(list);
  AddFilterFlags(list, &flags->filter);
}

}  // namespace

void AddAccountCommands(CommandLine& line) {
  CLI::App* const group = line.AddGroup("account", "Accounts: list, show, upsert, merge, erase.");
  AddList(line, group);
  const auto shown = std::make_shared<std::string>();
  line.Add(group, "show", "An account with its contacts, subscriptions and purchases.",
           {{"kizuna account show acme", "profile, people, contracts, purchases"}},
           [shown](Session& session) { return RunShow(*shown, session); })
      ->add_option("account", *shown, "the account's id")
      ->required();
  const auto upsert = std::make_shared<UpsertFlags>();
  AddUpsertFlags(
      line.Add(
          group, "upsert", "Create an account, or set fields of its profile; others stay.",
          {{"kizuna account upsert acme --name \"Acme Corp\" --segment enterprise --owner sato",
            "creates acme, or sets these three fields"},
           {"kizuna account upsert acme --sizing employees=250 --alias crm=0012 --clear partner",
            "sets a sizing figure and an alias, empties the partner"}},
          [upsert](Session& session) { return RunUpsert(*upsert, session); }),
      upsert.get());
  AddAccountEndings(line, group);
}

}  // namespace kizuna::cli
