// SPDX-License-Identifier: Apache-2.0
//
// `kizuna check`: may I pitch this to that account now? The exit code is the answer.

#include "client/cli/answer_json.h"
#include "client/cli/answer_text.h"
#include "client/cli/as_of.h"
#include "client/cli/command.h"

namespace kizuna::cli {
namespace {

struct CheckFlags {
  std::string account;
  std::string motion;
  std::string product;
  std::string team;
  std::string contact;
  std::string channel;
  std::string as_of;
  uint64_t at_least_as_fresh = 0;
};

ExitCode ExitCodeOf(v1::Verdict verdict) {
  switch (verdict) {
    case v1::VERDICT_ALLOW:
      return kOk;
    case v1::VERDICT_DENY:
      return kDeny;
    default:
      return kUnknown;
  }
}

absl::StatusOr<v1::CheckPitchRequest> RequestOf(const CheckFlags& flags) {
  v1::CheckPitchRequest request;
  request.set_account(AccountName(flags.account));
  if (!flags.motion.empty()) {
    const absl::StatusOr<v1::Motion> motion = ParseWord<v1::Motion>("--motion", flags.motion);
    if (!motion.ok()) return motion.status();
    request.set_motion(*motion);
  } else if (!flags.product.empty()) {
    return UsageError("--product", "needs --motion: say what is meant with the product");
  }
  request.set_product(ProductName(flags.product));
  request.set_team(flags.team);
  request.set_contact(flags.contact);
  request.set_channel(flags.channel);
  request.set_at_least_as_fresh(flags.at_least_as_fresh);
  if (const absl::Status wrong = SetAsOf(flags.as_of, &request); !wrong.ok()) return wrong;
  return request;
}

void PrintTable(const v1::CheckPitchResponse& answer, Session& session) {
  TextStyle style;
  if (IsSet(answer.checked_at())) {
    style = TextStyleOf(session);  // asks the server, which has just answered
  } else {
    style.columns = session.terminal().columns;
    style.colour = session.terminal().out_colour;
    style.zone = absl::UTCTimeZone();
  }
  std::ostream& out = session.out();
  out << Paint(Word(answer.verdict()), StyleOf(answer.verdict()), style.colour) << "  "
      << IdOf(answer.account()) << ": " << PitchText(answer.motion(), answer.product()) << "\n";
  if (answer.has_health_score()) {
    out << "  health " << ScoreText(answer.health_score()) << " " << SpokenWord(answer.band())
        << ", from " << ShareText(answer.coverage()) << " of the evidence\n";
  }
  if (answer.has_readiness()) out << "  readiness " << ScoreText(answer.readiness()) << "\n";
  if (answer.has_readiness_if_opened()) {
    out << "  readiness if it were open " << ScoreText(answer.readiness_if_opened()) << "\n";
  }
  for (const v1::Reason& reason : answer.reasons()) out << GateText({reason, {}}, style);
  if (!IsSet(answer.checked_at())) return;
  out << "  valid until " << TimeText(answer.valid_until(), style.zone) << " " << style.zone_name
      << " unless a fact comes in\n";
  if (IsSet(answer.can_change_at())) {
    out << "  changes by itself on " << TimeText(answer.can_change_at(), style.zone) << "\n";
  }
}

void PrintCsv(const v1::CheckPitchResponse& answer, const Terminal& terminal) {
  std::vector<ListColumn> columns;
  std::vector<ListValue> row;
  const Json document = ToJson(answer);
  for (const Json::Field& field : document.fields()) {
    if (field.first == "reasons") continue;
    columns.push_back({field.first, ""});
    row.emplace_back(field.second, "");
  }
  std::string codes;
  for (const v1::Reason& reason : answer.reasons()) {
    codes += (codes.empty() ? "" : ";") + reason.code();
  }
  columns.push_back({"gates", ""});
  row.emplace_back(codes);
  ListPrinter list(terminal, Format::kCsv, "answers", columns);
  list.Add(std::move(row));
  list.Finish(Json::MakeObject(), "");
}

absl::StatusOr<ExitCode> RunCheck(const CheckFlags& flags, Session& session) {
  const absl::StatusOr<v1::CheckPitchRequest> request = RequestOf(flags);
  if (!request.ok()) return request.status();
  const absl::StatusOr<client::Client*> client = session.Client();
  if (!client.ok()) return client.status();
  const absl::StatusOr<v1::CheckPitchResponse> answer = (*client)->CheckPitch(*request);
  if (!answer.ok()) return answer.status();
  switch (session.format()) {
    case Format::kJson:
      session.out() << ToJson(*answer).Dump() << "\n";
      break;
    case Format::kCsv:
      PrintCsv(*answer, session.terminal());
      break;
    case Format::kTable:
      PrintTable(*answer, session);
      break;
  }
  return ExitCodeOf(answer->verdict());
}

}  // namespace

void AddCheckCommand(CommandLine& line) {
  const auto flags = std::make_shared<CheckFlags>();
  CLI::App* const command = line.Add(
      nullptr, "check", "May I pitch this to that account now? The exit code is the answer.",
      {{"kizuna check acme", "the best pitch for acme"},
       {"kizuna check acme --motion cross-sell --product wms --contact c-1 --channel mail",
        "this product, to this person, by mail"},
       {"kizuna check acme --motion mention && send-mail acme",
        "go on only when it is allowed: exits 0 for ALLOW, 10 for DENY, 11 for UNKNOWN, which is "
        "also the answer when none came in time; anything else is an error"}},
      [flags](Session& session) { return RunCheck(*flags, session); });
  command->add_option("account", flags->account, "the account's id")->required();
  command
      ->add_option(
          "--motion", flags->motion,
          "what is meant: " + WordsOf(v1::Motion_descriptor()) + " (default: the best pitch)")
      ->type_name("MOTION");
  command->add_option("--product", flags->product, "what is offered (default: the best)")
      ->type_name("PRODUCT");
  command->add_option("--team", flags->team, "the team that asks")->type_name("TEAM");
  command->add_option("--contact", flags->contact, "the person to be approached, a contact id")
      ->type_name("CONTACT");
  command->add_option("--channel", flags->channel, "the channel, such as mail")
      ->type_name("CHANNEL");
  command->add_option("--as-of", flags->as_of, kAsOfHelp)->type_name("DATE");
  command
      ->add_option("--at-least-as-fresh", flags->at_least_as_fresh,
                   "a revision of the account that the answer must reflect")
      ->type_name("REVISION");
}

}  // namespace kizuna::cli
