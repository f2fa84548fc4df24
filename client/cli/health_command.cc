// SPDX-License-Identifier: Apache-2.0
//
// `kizuna health`: how well is an account, and which facts is the score made of?

#include "absl/strings/str_cat.h"
#include "client/cli/answer_json.h"
#include "client/cli/answer_text.h"
#include "client/cli/as_of.h"
#include "client/cli/command.h"
#include "client/cli/display_text.h"
#include "client/cli/question_flags.h"

namespace kizuna::cli {
namespace {

struct HealthFlags {
  std::string account;
  std::string as_of;
  uint64_t known_at = 0;
};

// CSV: a line a driver, the cut the last, each with the score that it belongs to.
void PrintCsv(const v1::Health& health, const Terminal& terminal) {
  ListPrinter list(terminal, Format::kCsv, "drivers",
                   {{"account", ""},
                    {"checked_at", ""},
                    {"score", ""},
                    {"raw", ""},
                    {"band", ""},
                    {"coverage", ""},
                    {"dimension", ""},
                    {"feature", ""},
                    {"value", ""},
                    {"y", ""},
                    {"share", ""},
                    {"points", ""},
                    {"newest_evidence_date", ""},
                    {"too_old", ""}});
  const Json document = ToJson(health);
  const auto add = [&](std::vector<Json> of_driver) {
    std::vector<ListValue> row;
    for (const char* const key : {"account", "checked_at", "score", "raw", "band", "coverage"}) {
      row.emplace_back(*document.Find(key), "");
    }
    for (Json& value : of_driver) row.emplace_back(std::move(value), "");
    list.Add(std::move(row));
  };
  for (const v1::Driver& driver : health.drivers()) {
    const Json fields = ToJson(driver);
    add({*fields.Find("dimension"), *fields.Find("feature"), *fields.Find("value"),
         *fields.Find("y"), *fields.Find("share"), *fields.Find("points"),
         *fields.Find("newest_evidence_date"), *fields.Find("too_old")});
  }
  if (health.has_cap()) {
    add({"cap", health.cap().feature(), health.cap().value(), Json(), Json(), health.cap().points(),
         Json(), false});
  }
  list.Finish(Json::MakeObject(), "");
}

void PrintTable(const v1::ExplainHealthResponse& answer, Session& session) {
  const TextStyle style = TextStyleOf(session);
  const v1::Health& health = answer.health();
  session.out() << Paint(IdOf(answer.account().name()), Style::kBold, style.colour) << "  "
                << OneLine(answer.account().profile().display_name()) << "\n"
                << "health " << HealthLine(health, style) << "\n"
                << Heading("What the score is made of", style) << DriversText(health, style);
  Table facts({{"measure", Align::kLeft, true}, {"facts it rests on", Align::kLeft, true}});
  for (const v1::Driver& driver : health.drivers()) {
    for (const v1::EvidenceItem& item : driver.facts()) {
      facts.AddRow({{driver.feature()}, {FactText(item, style)}});
    }
  }
  if (!facts.empty()) {
    session.out() << Heading("The facts behind it", style)
                  << facts.Render(style.columns, style.colour, 2);
  }
  session.out() << "\n"
                << Paragraph(
                       absl::StrCat("As of ", TimeText(health.checked_at(), style.zone), " ",
                                    style.zone_name, "; without a new fact nothing changes before ",
                                    TimeText(health.valid_until(), style.zone), "."),
                       0, style);
}

absl::StatusOr<ExitCode> RunHealth(const HealthFlags& flags, Session& session) {
  v1::ExplainHealthRequest request;
  request.set_name(AccountName(flags.account));
  if (const absl::Status wrong = SetAsOf(flags.as_of, &request); !wrong.ok()) return wrong;
  request.set_known_at(flags.known_at);
  const absl::StatusOr<client::Client*> client = session.Client();
  if (!client.ok()) return client.status();
  const absl::StatusOr<v1::ExplainHealthResponse> answer = (*client)->ExplainHealth(request);
  if (!answer.ok()) return answer.status();
  switch (session.format()) {
    case Format::kJson:
      session.out() << ToJson(answer->health()).Dump() << "\n";
      break;
    case Format::kCsv:
      PrintCsv(answer->health(), session.terminal());
      break;
    case Format::kTable:
      PrintTable(*answer, session);
      break;
  }
  return kOk;
}

}  // namespace

void AddHealthCommand(CommandLine& line) {
  const auto flags = std::make_shared<HealthFlags>();
  CLI::App* const command =
      line.Add(nullptr, "health", "The health score of an account and what it is made of.",
               {{"kizuna health acme", "the score, its drivers and the facts behind them"},
                {"kizuna health acme --as-of 2026-09-30", "as it was seen at that day's end"},
                {"kizuna health acme --format json", "for a program, with every digit"}},
               [flags](Session& session) { return RunHealth(*flags, session); });
  line.MarkList(command);
  command->add_option("account", flags->account, "the account's id")->required();
  command->add_option("--as-of", flags->as_of, kAsOfHelp)->type_name("DATE");
  command->add_option("--known-at", flags->known_at, kKnownAtHelp)->type_name("REVISION");
}

}  // namespace kizuna::cli
