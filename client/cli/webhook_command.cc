// SPDX-License-Identifier: Apache-2.0
//
// `kizuna webhook`: where alerts are posted, what could not be, and trying that again.

#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/alert_command.h"
#include "client/cli/answer_text.h"
#include "client/cli/command.h"
#include "client/cli/input_file.h"
#include "client/cli/pages.h"
#include "client/cli/words.h"

namespace kizuna::cli {
namespace {

constexpr char kSecretVariable[] = "KIZUNA_WEBHOOK_SECRET";

struct AddFlags {
  std::string url;
  std::string secret_file;
  std::vector<std::string> kinds;
  std::string owner;
};

struct NameFlags {
  std::string webhook;
  int64_t limit = -1;
};

std::string WebhookName(const std::string& id) {
  if (id.empty() || absl::StartsWith(id, "webhooks/")) return id;
  return absl::StrCat("webhooks/", id);
}

std::vector<ListColumn> WebhookColumns() {
  return {{"webhook", "webhook"},
          {"url", "url", Align::kLeft, true},
          {"kinds", "kinds", Align::kLeft, true},
          {"owner", "owner", Align::kLeft, true},
          {"create_time", "since"}};
}

std::vector<ListValue> RowOf(const v1::Webhook& webhook, Session& session, absl::TimeZone zone) {
  std::vector<std::string> kinds;
  Json array = Json::MakeArray();
  for (int i = 0; i < webhook.kinds_size(); ++i) {
    kinds.push_back(Word(webhook.kinds(i)));
    array.Append(kinds.back());
  }
  const bool csv = session.format() == Format::kCsv;
  return {{IdOf(webhook.name()), IdOf(webhook.name())},
          {TextJson(webhook.url()), webhook.url()},
          {csv ? Json(absl::StrJoin(kinds, ";")) : std::move(array),
           kinds.empty() ? "all" : absl::AsciiStrToLower(absl::StrJoin(kinds, ", "))},
          {TextJson(webhook.owner()), webhook.owner().empty() ? "all" : webhook.owner()},
          {TimeJson(webhook.create_time()), TimeText(webhook.create_time(), zone)}};
}

absl::TimeZone ZoneOf(Session& session) {
  return session.format() == Format::kTable ? TextStyleOf(session).zone : absl::UTCTimeZone();
}

// The secret, from a file or the environment: never from the command line, where anybody on the
// machine could read it.
absl::StatusOr<std::string> SecretOf(const AddFlags& flags, Session& session) {
  if (!flags.secret_file.empty()) {
    const absl::StatusOr<std::string> text = ReadInput("--secret-file", flags.secret_file, session);
    if (!text.ok()) return text.status();
    return std::string(absl::StripTrailingAsciiWhitespace(*text));
  }
  if (const char* const secret = std::getenv(kSecretVariable); secret != nullptr) return secret;
  return UsageError("--secret-file",
                    absl::StrCat("name a file with the secret, or set ", kSecretVariable,
                                 "; `openssl rand -hex 32` "
                                 "makes one"));
}

absl::StatusOr<ExitCode> RunAdd(const AddFlags& flags, Session& session) {
  v1::CreateWebhookRequest request;
  request.set_url(flags.url);
  request.set_owner(flags.owner);
  for (const std::string& word : flags.kinds) {
    const absl::StatusOr<v1::AlertKind> kind = ParseWord<v1::AlertKind>("--kind", word);
    if (!kind.ok()) return kind.status();
    request.add_kinds(*kind);
  }
  absl::StatusOr<std::string> secret = SecretOf(flags, session);
  if (!secret.ok()) return secret.status();
  request.set_secret(*std::move(secret));
  const auto client = AlertClientOf(session);
  if (!client.ok()) return client.status();
  const absl::StatusOr<v1::Webhook> webhook = (*client)->CreateWebhook(request);
  if (!webhook.ok()) return webhook.status();
  ListPrinter list(session.terminal(), session.format(), "webhooks", WebhookColumns());
  list.Add(RowOf(*webhook, session, ZoneOf(session)));
  list.Finish(Json::MakeObject(), "");
  return kOk;
}

absl::StatusOr<ExitCode> RunList(int64_t limit, Session& session) {
  const auto client = AlertClientOf(session);
  if (!client.ok()) return client.status();
  const absl::TimeZone zone = ZoneOf(session);
  ListPrinter list(session.terminal(), session.format(), "webhooks", WebhookColumns());
  const auto last = ForEachPage(
      session, v1::ListWebhooksRequest(), LimitOf(limit, session.format()), "webhooks",
      [&](const v1::ListWebhooksRequest& page) { return (*client)->ListWebhooks(page); },
      [&](const v1::ListWebhooksResponse& page) {
        for (const v1::Webhook& webhook : page.webhooks()) {
          list.Add(RowOf(webhook, session, zone));
        }
        return page.webhooks_size();
      });
  if (!last.ok()) return last.status();
  list.Finish(Json::MakeObject(), "Alerts are posted nowhere.");
  return kOk;
}

absl::StatusOr<ExitCode> RunRemove(const NameFlags& flags, Session& session) {
  const auto client = AlertClientOf(session);
  if (!client.ok()) return client.status();
  v1::DeleteWebhookRequest request;
  request.set_name(WebhookName(flags.webhook));
  const auto done = (*client)->DeleteWebhook(request);
  if (!done.ok()) return done.status();
  const std::string id = IdOf(request.name());
  switch (session.format()) {
    case Format::kJson:
      session.out() << Json::MakeObject().Set("removed", id).Dump() << "\n";
      break;
    case Format::kCsv:
      session.out() << CsvLine({"removed"}) << CsvLine({id});
      break;
    case Format::kTable:
      session.out() << "alerts are no longer posted to " << id << "\n";
      break;
  }
  return kOk;
}

absl::StatusOr<ExitCode> RunDead(const NameFlags& flags, Session& session) {
  const auto client = AlertClientOf(session);
  if (!client.ok()) return client.status();
  v1::ListDeadLettersRequest request;
  request.set_webhook(WebhookName(flags.webhook));
  const absl::TimeZone zone = ZoneOf(session);
  ListPrinter list(session.terminal(), session.format(), "dead_letters",
                   {{"alert", "alert"},
                    {"webhook", "webhook"},
                    {"raise_time", "raised"},
                    {"text", "what", Align::kLeft, true},
                    {"attempts", "tries", Align::kRight},
                    {"error", "why", Align::kLeft, true}});
  const auto last = ForEachPage(
      session, request, LimitOf(flags.limit, session.format()), "dead letters",
      [&](const v1::ListDeadLettersRequest& page) { return (*client)->ListDeadLetters(page); },
      [&](const v1::ListDeadLettersResponse& page) {
        for (const v1::DeadLetter& letter : page.dead_letters()) {
          const v1::Alert& alert = letter.alert();
          list.Add({{IdOf(alert.name()), IdOf(alert.name())},
                    {IdOf(letter.webhook()), IdOf(letter.webhook())},
                    {TimeJson(alert.raise_time()), TimeText(alert.raise_time(), zone)},
                    {TextJson(alert.text()), alert.text()},
                    {letter.attempts(), absl::StrCat(letter.attempts())},
                    {TextJson(letter.error()), letter.error()}});
        }
        return page.dead_letters_size();
      });
  if (!last.ok()) return last.status();
  list.Finish(Json::MakeObject(), "Every alert was delivered, or is still tried.");
  return kOk;
}

absl::StatusOr<ExitCode> RunReplay(const NameFlags& flags, Session& session) {
  const auto client = AlertClientOf(session);
  if (!client.ok()) return client.status();
  v1::ReplayDeadLettersRequest request;
  request.set_webhook(WebhookName(flags.webhook));
  const auto done = (*client)->ReplayDeadLetters(request);
  if (!done.ok()) return done.status();
  const int64_t count = done->replayed_count();
  switch (session.format()) {
    case Format::kJson:
      session.out() << Json::MakeObject().Set("replayed_count", count).Dump() << "\n";
      break;
    case Format::kCsv:
      session.out() << CsvLine({"replayed_count"}) << CsvLine({absl::StrCat(count)});
      break;
    case Format::kTable:
      session.out() << Counted(count, "alert is", "alerts are") << " tried again\n";
      break;
  }
  return kOk;
}

}  // namespace

void AddWebhookCommands(CommandLine& line) {
  CLI::App* const group = line.AddGroup("webhook", "Where alerts are posted.");
  const auto add_flags = std::make_shared<AddFlags>();
  CLI::App* const add =
      line.Add(group, "add", "Has alerts posted to a url from now on.",
               {{"kizuna webhook add https://hooks.example.com/kizuna --secret-file secret.txt",
                 "every alert, signed with the secret in the file"},
                {"kizuna webhook add https://hooks.example.com/sato --secret-file - --owner sato "
                 "< secret.txt",
                 "Sato's alone"}},
               [add_flags](Session& session) { return RunAdd(*add_flags, session); });
  add->add_option("URL", add_flags->url, "https://..., or http:// to this machine alone")
      ->required();
  add->add_option("--secret-file", add_flags->secret_file,
                  std::string("a file with the secret that signs, 16 to 256 bytes; - is standard "
                              "input (default: the environment's ") +
                      kSecretVariable + ")")
      ->type_name("FILE");
  add->add_option("--kind", add_flags->kinds,
                  "only these kinds: " + WordsOf(v1::AlertKind_descriptor()))
      ->type_name("KIND");
  add->add_option("--owner", add_flags->owner, "only alerts for this owner")->type_name("OWNER");

  const auto list_flags = std::make_shared<NameFlags>();
  CLI::App* const list =
      line.Add(group, "list", "The webhooks, without their secrets.",
               {{"kizuna webhook list", "where alerts are posted"}},
               [list_flags](Session& session) { return RunList(list_flags->limit, session); });
  const auto remove_flags = std::make_shared<NameFlags>();
  CLI::App* const remove =
      line.Add(group, "remove", "Posts no more to a webhook; what it has not got is forgotten.",
               {{"kizuna webhook remove 0a1b2c3d4e5f6071", "posts no more there"}},
               [remove_flags](Session& session) { return RunRemove(*remove_flags, session); });
  remove->add_option("WEBHOOK", remove_flags->webhook, "as `kizuna webhook list` shows it")
      ->required();
  const auto dead_flags = std::make_shared<NameFlags>();
  CLI::App* const dead =
      line.Add(group, "dead", "The alerts that could not be delivered.",
               {{"kizuna webhook dead", "what nobody took, and why"}},
               [dead_flags](Session& session) { return RunDead(*dead_flags, session); });
  const auto replay_flags = std::make_shared<NameFlags>();
  CLI::App* const replay =
      line.Add(group, "replay", "Tries to deliver again what could not be.",
               {{"kizuna webhook replay", "once the receiver is mended"}},
               [replay_flags](Session& session) { return RunReplay(*replay_flags, session); });
  for (const auto& [command, flags] : {std::pair(dead, dead_flags), {replay, replay_flags}}) {
    command->add_option("--webhook", flags->webhook, "only of this webhook")->type_name("WEBHOOK");
  }
  for (const auto& [command, flags] : {std::pair(list, list_flags), {dead, dead_flags}}) {
    line.MarkList(command);
    command->add_option("--limit", flags->limit, kLimitHelp)
        ->check(CLI::NonNegativeNumber)
        ->type_name("N");
  }
}

}  // namespace kizuna::cli
