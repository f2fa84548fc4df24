// SPDX-License-Identifier: Apache-2.0
//
// `kizuna alerts`: what needs somebody's eye, and `kizuna alerts ack`: it has been seen to.

#include "client/cli/alert_command.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "client/cli/answer_text.h"
#include "client/cli/command.h"
#include "client/cli/filter.h"
#include "client/cli/pages.h"
#include "client/cli/words.h"

namespace kizuna::cli {
namespace {

struct AlertFlags {
  std::string owner;
  std::string account;
  std::vector<std::string> kinds;
  bool all = false;
  int64_t limit = -1;
};

struct AckFlags {
  std::string alert;
  std::string by;
};

absl::StatusOr<v1::ListAlertsRequest> RequestOf(const AlertFlags& flags) {
  v1::ListAlertsRequest request;
  request.set_owner(flags.owner);
  if (!flags.account.empty()) request.set_account(AccountName(flags.account));
  for (const std::string& word : flags.kinds) {
    const absl::StatusOr<v1::AlertKind> kind = ParseWord<v1::AlertKind>("--kind", word);
    if (!kind.ok()) return kind.status();
    request.add_kinds(*kind);
  }
  if (!flags.all) return request;
  for (const v1::AlertState state :
       {v1::ALERT_STATE_OPEN, v1::ALERT_STATE_ACKNOWLEDGED, v1::ALERT_STATE_CLOSED}) {
    request.add_states(state);
  }
  return request;
}

// Where there is little room, who is to be told and how much it presses go first: the sentence's
// colour tells the latter, too. Where the state is shown, the time goes as well. The id stays,
// whole: it is copied.
std::vector<ListColumn> Columns(bool all, const Speech& say) {
  constexpr int kRoomForTime = 100;
  constexpr int kRoomForAll = 120;
  return {{"alert", say(Phrase::kAlert)},
          {"raise_time", say(Phrase::kRaised), Align::kLeft, false, all ? kRoomForTime : 0},
          {"kind", ""},
          {"severity", say(Phrase::kSeverity), Align::kLeft, false, kRoomForAll},
          {"state", all ? say(Phrase::kState) : ""},
          {"account", ""},
          {"display_name", ""},
          {"source", ""},
          {"owner", say(Phrase::kOwner), Align::kLeft, true, kRoomForAll},
          {"text", say(Phrase::kWhat), Align::kLeft, true},
          {"from", ""},
          {"to", ""},
          {"gate", ""},
          {"subscription_id", ""},
          {"task_id", ""},
          {"revision", ""},
          {"cause", ""},
          {"rulebook_number", ""},
          {"acknowledge_time", ""},
          {"acknowledged_by", ""},
          {"close_time", ""}};
}

std::vector<ListValue> RowOf(const v1::Alert& alert, absl::TimeZone zone, const Speech& say) {
  const v1::AlertEvidence& evidence = alert.evidence();
  return {{IdOf(alert.name()), IdOf(alert.name())},
          {TimeJson(alert.raise_time()), TimeText(alert.raise_time(), zone)},
          {WordJson(alert.kind()), ""},
          {WordJson(alert.severity()), say.Word(alert.severity()), StyleOf(alert.severity())},
          {WordJson(alert.state()), say.Word(alert.state())},
          {TextJson(IdOf(alert.account())), ""},
          {TextJson(alert.display_name()), ""},
          {TextJson(IdOf(alert.source())), ""},
          {TextJson(alert.owner()), alert.owner()},
          {TextJson(alert.text()), AlertText(alert, say), StyleOf(alert.severity())},
          {TextJson(evidence.from()), ""},
          {TextJson(evidence.to()), ""},
          {TextJson(evidence.gate()), ""},
          {TextJson(evidence.subscription_id()), ""},
          {TextJson(evidence.task_id()), ""},
          {evidence.revision(), ""},
          {WordJson(evidence.cause()), ""},
          {evidence.rulebook_number(), ""},
          {TimeJson(alert.acknowledge_time()), ""},
          {TextJson(alert.acknowledged_by()), ""},
          {TimeJson(alert.close_time()), ""}};
}

absl::StatusOr<ExitCode> RunList(const AlertFlags& flags, Session& session) {
  const absl::StatusOr<v1::ListAlertsRequest> request = RequestOf(flags);
  if (!request.ok()) return request.status();
  const auto client = AlertClientOf(session);
  if (!client.ok()) return client.status();
  const absl::TimeZone zone =
      session.format() == Format::kTable ? TextStyleOf(session).zone : absl::UTCTimeZone();
  ListPrinter list(session.terminal(), session.format(), "alerts",
                   Columns(flags.all, session.say()));
  const auto last = ForEachPage(
      session, *request, LimitOf(flags.limit, session.format()), "alerts",
      [&](const v1::ListAlertsRequest& page) { return (*client)->ListAlerts(page); },
      [&](const v1::ListAlertsResponse& page) {
        for (const v1::Alert& alert : page.alerts()) list.Add(RowOf(alert, zone, session.say()));
        return page.alerts_size();
      });
  if (!last.ok()) return last.status();
  list.Finish(Json::MakeObject(),
              session.say()(flags.all ? Phrase::kNoAlertRaised : Phrase::kNoAlertOpen));
  return kOk;
}

absl::StatusOr<ExitCode> RunAck(const AckFlags& flags, Session& session) {
  const auto client = AlertClientOf(session);
  if (!client.ok()) return client.status();
  v1::AcknowledgeAlertRequest request;
  request.set_name(absl::StartsWith(flags.alert, "alerts/") ? flags.alert
                                                            : absl::StrCat("alerts/", flags.alert));
  request.set_acknowledged_by(flags.by);
  const absl::StatusOr<v1::Alert> alert = (*client)->AcknowledgeAlert(request);
  if (!alert.ok()) return alert.status();
  const absl::TimeZone zone =
      session.format() == Format::kTable ? TextStyleOf(session).zone : absl::UTCTimeZone();
  ListPrinter list(session.terminal(), session.format(), "alerts", Columns(true, session.say()));
  list.Add(RowOf(*alert, zone, session.say()));
  list.Finish(Json::MakeObject(), "");
  return kOk;
}

}  // namespace

Style StyleOf(v1::AlertSeverity severity) {
  if (severity == v1::ALERT_SEVERITY_CRITICAL) return Style::kBad;
  return severity == v1::ALERT_SEVERITY_WARNING ? Style::kWarning : Style::kPlain;
}

std::string AlertText(const v1::Alert& alert, const Speech& say) {
  // The server's own sentence is English, and tells kinds too that this version does not know.
  if (!say.japanese()) return alert.text();
  const std::string name =
      alert.display_name().empty() ? IdOf(alert.account()) : alert.display_name();
  const v1::AlertEvidence& evidence = alert.evidence();
  const auto changed = [&](Phrase phrase, absl::string_view prefix) {
    return say(phrase, name, say.TextWord(prefix, evidence.from()),
               say.TextWord(prefix, evidence.to()));
  };
  switch (alert.kind()) {
    case v1::ALERT_KIND_BAND:
      return changed(Phrase::kAlertBand, "BAND");
    case v1::ALERT_KIND_GATE_CLOSED:
      return say(Phrase::kAlertGateClosed, name, say.Gate(evidence.gate()));
    case v1::ALERT_KIND_GATE_OPENED:
      return say(Phrase::kAlertGateOpened, name, say.Gate(evidence.gate()));
    case v1::ALERT_KIND_LOYALTY_TIER:
      return changed(Phrase::kAlertLoyaltyTier, "LOYALTY_TIER");
    case v1::ALERT_KIND_TOUCH_TIER:
      return changed(Phrase::kAlertTouchTier, "TOUCH_TIER");
    case v1::ALERT_KIND_RENEWAL:
      return say(Phrase::kAlertRenewal, name, evidence.subscription_id(), evidence.to());
    case v1::ALERT_KIND_CHAMPION_LEFT:
      return say(Phrase::kAlertChampionLeft, name);
    case v1::ALERT_KIND_SOURCE_SILENT:
      return say(Phrase::kAlertSourceSilent, IdOf(alert.source()));
    case v1::ALERT_KIND_RULE_NOT_FOLLOWED:
      return say(Phrase::kAlertRuleNotFollowed, name, evidence.task_id(), evidence.to());
    default:
      return alert.text();
  }
}

Json AlertJson(const v1::Alert& alert) {
  const std::vector<ListColumn> columns = Columns(true, Speech());
  std::vector<ListValue> row = RowOf(alert, absl::UTCTimeZone(), Speech());
  Json object = Json::MakeObject();
  for (size_t i = 0; i < row.size(); ++i) object.Set(columns[i].key, std::move(row[i].value));
  return object;
}

absl::StatusOr<std::unique_ptr<client::AlertClient>> AlertClientOf(Session& session) {
  const absl::StatusOr<client::Client*> client = session.Client();
  if (!client.ok()) return client.status();
  return client::AlertClient::Create((*client)->options());
}

void AddAlertCommands(CommandLine& line) {
  const auto flags = std::make_shared<AlertFlags>();
  CLI::App* const list = line.Add(
      nullptr, "alerts", "What changed that somebody should know, the newest first.",
      {{"kizuna alerts --owner sato@example.com", "what Sato has to look at"},
       {"kizuna alerts --kind gate-closed --all", "every gate that closed, seen to or not"}},
      [flags](Session& session) { return RunList(*flags, session); });
  CLI::Option* const owner =
      list->add_option("--owner", flags->owner, "only those for this owner")->type_name("OWNER");
  AddEveryoneFlag(list, owner);
  list->add_option("--account", flags->account, "only those of this account")->type_name("ACCOUNT");
  list->add_option("--kind", flags->kinds,
                   "only these kinds: " + WordsOf(v1::AlertKind_descriptor()))
      ->type_name("KIND");
  list->add_flag("--all", flags->all, "also those that were acknowledged or are over");
  list->add_option("--limit", flags->limit, kLimitHelp)
      ->check(CLI::NonNegativeNumber)
      ->type_name("N");
  line.MarkList(list);
  list->require_subcommand(0, 1);

  const auto ack_flags = std::make_shared<AckFlags>();
  CLI::App* const ack = line.Add(
      list, "ack", "Says that somebody has seen to an alert.",
      {{"kizuna alerts ack 00064f1c0d6a30003c01020304050607 --by sato", "Sato has seen to it"}},
      [ack_flags](Session& session) { return RunAck(*ack_flags, session); });
  ack->add_option("ALERT", ack_flags->alert, "the alert, as `kizuna alerts` shows it")->required();
  ack->add_option("--by", ack_flags->by, "who has seen to it")->type_name("NAME");
}

}  // namespace kizuna::cli
