// SPDX-License-Identifier: Apache-2.0
//
// `kizuna account merge` and `kizuna account erase`: how an account ends. Neither can be undone, so
// both ask first.

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "client/cli/answer_json.h"
#include "client/cli/answer_text.h"
#include "client/cli/command.h"
#include "client/cli/display_text.h"

namespace kizuna::cli {
namespace {

// What is to be erased.
struct EraseFlags {
  std::string account;
  std::string contact;  // empty: the whole account
  bool yes = false;
};

// Whether whoever sits at the terminal means it.
absl::StatusOr<bool> ConfirmErasure(const EraseFlags& flags, client::Client& client,
                                    Session& session) {
  if (!session.can_ask()) {
    return UsageError("--yes", "erasing cannot be undone; without a terminal to ask on, say --yes");
  }
  v1::GetAccountRequest get;
  get.set_name(AccountName(flags.account));
  const absl::StatusOr<v1::Account> account = client.GetAccount(get);
  if (!account.ok()) return account.status();
  const std::string who =
      absl::StrCat(IdOf(account->name()), " ", OneLine(account->profile().display_name()));
  return session.Confirm(
      flags.contact.empty()
          ? absl::StrCat("Erase ", who,
                         " for good, with every fact, word and score? This cannot be undone.")
          : absl::StrCat("Erase the contact ", OneLine(flags.contact), " of ", who,
                         " for good, with all they said? This cannot be undone."));
}

absl::Status Erase(const EraseFlags& flags, client::Client& client) {
  if (flags.contact.empty()) {
    v1::DeleteAccountRequest request;
    request.set_name(AccountName(flags.account));
    return client.DeleteAccount(request).status();
  }
  v1::ErasePersonRequest request;
  request.set_account(AccountName(flags.account));
  request.set_contact_id(flags.contact);
  return client.ErasePerson(request).status();
}

absl::StatusOr<ExitCode> RunErase(const EraseFlags& flags, Session& session) {
  const absl::StatusOr<client::Client*> client = session.Client();
  if (!client.ok()) return client.status();
  if (!flags.yes) {
    const absl::StatusOr<bool> meant = ConfirmErasure(flags, **client, session);
    if (!meant.ok()) return meant.status();
    if (!*meant) {
      session.Note("nothing was erased");
      return kError;
    }
  }
  if (const absl::Status status = Erase(flags, **client); !status.ok()) return status;
  const std::string account = IdOf(flags.account);
  if (session.format() == Format::kTable) {
    session.out() << "erased " << (flags.contact.empty() ? account : "the contact")
                  << " for good\n";
  } else if (session.format() == Format::kJson) {
    session.out() << Json::MakeObject().Set("account", account).Set("erased", true).Dump() << "\n";
  } else {
    session.out() << CsvLine({"account", "erased"}) << CsvLine({account, "true"});
  }
  return kOk;
}

struct MergeFlags {
  std::string duplicate;
  std::string into;
  bool yes = false;
};

absl::StatusOr<std::string> NameOf(const std::string& id, client::Client& client) {
  v1::GetAccountRequest get;
  get.set_name(AccountName(id));
  const absl::StatusOr<v1::Account> account = client.GetAccount(get);
  if (!account.ok()) return account.status();
  return absl::StrCat(IdOf(account->name()), " ", OneLine(account->profile().display_name()));
}

absl::StatusOr<bool> ConfirmMerge(const MergeFlags& flags, client::Client& client,
                                  Session& session) {
  if (!session.can_ask()) {
    return UsageError("--yes", "merging cannot be undone; without a terminal to ask on, say --yes");
  }
  const absl::StatusOr<std::string> duplicate = NameOf(flags.duplicate, client);
  if (!duplicate.ok()) return duplicate.status();
  const absl::StatusOr<std::string> into = NameOf(flags.into, client);
  if (!into.ok()) return into.status();
  return session.Confirm(absl::StrCat("Merge ", *duplicate, " into ", *into,
                                      ", with every fact? This cannot be undone."));
}

absl::StatusOr<ExitCode> RunMerge(const MergeFlags& flags, Session& session) {
  const absl::StatusOr<client::Client*> client = session.Client();
  if (!client.ok()) return client.status();
  if (!flags.yes) {
    const absl::StatusOr<bool> meant = ConfirmMerge(flags, **client, session);
    if (!meant.ok()) return meant.status();
    if (!*meant) {
      session.Note("nothing was merged");
      return kError;
    }
  }
  v1::MergeAccountsRequest request;
  request.set_name(AccountName(flags.duplicate));
  request.set_into(AccountName(flags.into));
  const absl::StatusOr<v1::Account> account = (*client)->MergeAccounts(request);
  if (!account.ok()) return account.status();
  const std::string duplicate = IdOf(flags.duplicate), into = IdOf(account->name());
  if (session.format() == Format::kTable) {
    session.out() << "merged " << duplicate << " into " << into << ", which is at revision "
                  << account->revision() << " and goes by both names\n";
  } else if (session.format() == Format::kJson) {
    session.out() << ToJson(*account).Dump() << "\n";
  } else {
    session.out() << CsvLine({"account", "merged_into"}) << CsvLine({duplicate, into});
  }
  return kOk;
}

void AddErase(CommandLine& line, CLI::App* group) {
  const auto flags = std::make_shared<EraseFlags>();
  CLI::App* const erase = line.Add(
      group, "erase", "Erase an account for good, or one of its people.",
      {{"kizuna account erase acme", "every fact, word, contact and score; asks first"},
       {"kizuna account erase acme --yes", "does not ask: for scripts"},
       {"kizuna account erase acme --contact c-17", "one person: names and words; scores stay"}},
      [flags](Session& session) { return RunErase(*flags, session); });
  erase->add_option("account", flags->account, "the account's id")->required();
  erase->add_option("--contact", flags->contact, "only this person of the account")
      ->type_name("CONTACT");
  erase->add_flag("--yes", flags->yes, "do not ask");
}

void AddMerge(CommandLine& line, CLI::App* group) {
  const auto flags = std::make_shared<MergeFlags>();
  CLI::App* const merge =
      line.Add(group, "merge", "Merge a duplicate into the account that stays.",
               {{"kizuna account merge acme-2 --into acme",
                 "acme has the facts of both and goes by both names; asks first"}},
               [flags](Session& session) { return RunMerge(*flags, session); });
  merge->add_option("duplicate", flags->duplicate, "the duplicate's id")->required();
  merge->add_option("--into", flags->into, "the id of the account that stays")
      ->required()
      ->type_name("ACCOUNT");
  merge->add_flag("--yes", flags->yes, "do not ask");
}

}  // namespace

void AddAccountEndings(CommandLine& line, CLI::App* group) {
  AddMerge(line, group);
  AddErase(line, group);
}

}  // namespace kizuna::cli
