// SPDX-License-Identifier: Apache-2.0
//
// `kizuna what-if`: what would be answered if this were so? Facts and rules that are only supposed,
// before and after; nothing of it is stored.

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/answer_json.h"
#include "client/cli/answer_text.h"
#include "client/cli/command.h"
#include "client/cli/fact_json.h"
#include "client/cli/input_file.h"
#include "client/cli/question_flags.h"
#include "client/cli/words.h"
#include "kizuna/v1/decision_service.pb.h"

namespace kizuna::cli {
namespace {

struct WhatIfFlags {
  QuestionFlags question;
  int nps = -1;
  std::string contact;
  std::vector<std::string> close_tickets;
  std::string facts;
  std::string rulebook;
};

absl::StatusOr<v1::SimulateRequest> RequestOf(const WhatIfFlags& flags, Session& session) {
  if (!flags.contact.empty() && flags.nps < 0) {
    return UsageError("--contact", "needs --nps: it says who would answer; --to is who is asked");
  }
  absl::StatusOr<v1::CheckPitchRequest> question = flags.question.Request();
  if (!question.ok()) return question.status();
  v1::SimulateRequest request;
  *request.mutable_question() = *std::move(question);
  if (flags.nps >= 0) {
    v1::Survey* const answer = request.add_facts()->mutable_survey();
    answer->set_kind(v1::Survey::KIND_NPS);
    answer->set_score(flags.nps);
    answer->set_contact_id(flags.contact);
  }
  for (const std::string& id : flags.close_tickets) {
    v1::Ticket* const ticket = request.add_facts()->mutable_ticket();
    ticket->set_ticket_id(id);
    ticket->set_event(v1::Ticket::EVENT_CLOSED);
  }
  if (!flags.facts.empty()) {
    const absl::StatusOr<std::string> text = ReadInput("--facts", flags.facts, session);
    if (!text.ok()) return text.status();
    const absl::StatusOr<std::vector<v1::Fact>> facts =
        ParseFacts("--facts", *text, flags.question.account);
    if (!facts.ok()) return facts.status();
    for (const v1::Fact& fact : *facts) *request.add_facts() = fact;
  }
  if (!flags.rulebook.empty()) {
    const absl::StatusOr<std::string> text = ReadInput("--rulebook", flags.rulebook, session);
    if (!text.ok()) return text.status();
    if (text->empty()) return UsageError("--rulebook", "the file is empty");
    request.set_rulebook_text(*text);
  }
  if (request.facts().empty() && request.rulebook_text().empty()) {
    return UsageError("what-if",
                      "say what is supposed: --nps, --close-ticket, --facts or "
                      "--rulebook");
  }
  return request;
}

// The codes of `some` that `others` has not.
std::vector<std::string> CodesMissing(const v1::CheckPitchResponse& some,
                                      const v1::CheckPitchResponse& others) {
  std::vector<std::string> codes;
  for (const v1::Reason& reason : some.reasons()) {
    const bool there =
        std::any_of(others.reasons().begin(), others.reasons().end(),
                    [&](const v1::Reason& other) { return other.code() == reason.code(); });
    if (!there) codes.push_back(reason.code());
  }
  return codes;
}

Json CodesJson(const std::vector<std::string>& codes) {
  Json array = Json::MakeArray();
  for (const std::string& code : codes) array.Append(code);
  return array;
}

Json Document(const v1::SimulateResponse& simulated) {
  return Json::MakeObject()
      .Set("before", ToJson(simulated.before()))
      .Set("after", ToJson(simulated.after()))
      .Set("gates_opened", CodesJson(CodesMissing(simulated.before(), simulated.after())))
      .Set("gates_closed", CodesJson(CodesMissing(simulated.after(), simulated.before())))
      .Set("health_before", ToJson(simulated.health_before()))
      .Set("health_after", ToJson(simulated.health_after()));
}

std::string ReadinessText(const v1::CheckPitchResponse& answer) {
  if (answer.has_readiness()) return ScoreText(answer.readiness());
  if (!answer.has_readiness_if_opened()) return "-";
  return absl::StrCat(ScoreText(answer.readiness_if_opened()), " if it were open");
}

std::string HealthText(const v1::Health& health) {
  if (health.has_score()) {
    return absl::StrCat(ScoreText(health.score()), " ", SpokenWord(health.band()));
  }
  if (!health.has_raw_score()) return "unknown";
  return absl::StrCat("unknown (would score ", ScoreText(health.raw_score()), ")");
}

void PrintTable(const v1::SimulateResponse& simulated, Session& session) {
  const TextStyle style = TextStyleOf(session);
  const v1::CheckPitchResponse& before = simulated.before();
  const v1::CheckPitchResponse& after = simulated.after();
  std::ostream& out = session.out();
  out << Paint(IdOf(after.account()), Style::kBold, style.colour)
      << "  what if; nothing is stored\n";
  Table table({{""}, {"as it is", Align::kLeft, true}, {"as it would be", Align::kLeft, true}});
  table.AddRow({{"verdict"},
                {Word(before.verdict()), StyleOf(before.verdict())},
                {Word(after.verdict()), StyleOf(after.verdict())}});
  table.AddRow({{"pitch"},
                {PitchText(before.motion(), before.product())},
                {PitchText(after.motion(), after.product())}});
  table.AddRow({{"readiness"}, {ReadinessText(before)}, {ReadinessText(after)}});
  table.AddRow({{"health"},
                {HealthText(simulated.health_before()), StyleOf(before.band())},
                {HealthText(simulated.health_after()), StyleOf(after.band())}});
  table.AddRow({{"evidence"}, {ShareText(before.coverage())}, {ShareText(after.coverage())}});
  out << table.Render(style.columns, style.colour, 2);
  const auto gates = [&](const char* title, const std::vector<std::string>& codes) {
    if (codes.empty()) return;
    out << Paragraph(absl::StrCat(title, ": ", absl::StrJoin(codes, ", ")), 2, style);
  };
  gates("would open", CodesMissing(before, after));
  gates("would close", CodesMissing(after, before));
  if (after.reasons().empty()) return;
  out << Heading("What would stand in the way", style);
  for (const v1::Reason& reason : after.reasons()) out << GateText({reason, {}}, style);
}

// CSV: a line each for `before` and `after`.
void PrintCsv(const v1::SimulateResponse& simulated, const Terminal& terminal) {
  std::vector<ListColumn> columns = {{"when", ""}};
  std::vector<std::vector<ListValue>> rows;
  for (const v1::CheckPitchResponse* answer : {&simulated.before(), &simulated.after()}) {
    std::vector<ListValue>& row = rows.emplace_back();
    row.emplace_back(std::string(rows.size() == 1 ? "before" : "after"));
    const Json document = ToJson(*answer);
    for (const Json::Field& field : document.fields()) {
      if (field.first == "reasons" || field.first == "decision_id") continue;
      if (rows.size() == 1) columns.push_back({field.first, ""});
      row.emplace_back(field.second, "");
    }
    row.emplace_back(absl::StrJoin(CodesMissing(*answer, v1::CheckPitchResponse()), ";"));
  }
  columns.push_back({"gates", ""});
  ListPrinter list(terminal, Format::kCsv, "answers", columns);
  for (std::vector<ListValue>& row : rows) list.Add(std::move(row));
  list.Finish(Json::MakeObject(), "");
}

absl::StatusOr<ExitCode> RunWhatIf(const WhatIfFlags& flags, Session& session) {
  const absl::StatusOr<v1::SimulateRequest> request = RequestOf(flags, session);
  if (!request.ok()) return request.status();
  const absl::StatusOr<client::Client*> client = session.Client();
  if (!client.ok()) return client.status();
  const absl::StatusOr<v1::SimulateResponse> simulated = (*client)->Simulate(*request);
  if (!simulated.ok()) return simulated.status();
  switch (session.format()) {
    case Format::kJson:
      session.out() << Document(*simulated).Dump() << "\n";
      break;
    case Format::kCsv:
      PrintCsv(*simulated, session.terminal());
      break;
    case Format::kTable:
      PrintTable(*simulated, session);
      break;
  }
  return kOk;
}

}  // namespace

void AddWhatIfCommand(CommandLine& line) {
  const auto flags = std::make_shared<WhatIfFlags>();
  CLI::App* const command = line.Add(
      nullptr, "what-if", "What would be answered if this were so? Nothing of it is stored.",
      {{"kizuna what-if acme --nps 9 --contact c-1", "if c-1 answered 9 now"},
       {"kizuna what-if acme --close-ticket t-17 --motion seats", "if that ticket were closed"},
       {"kizuna what-if acme --facts plan.json", "if these facts, as for `signal record`, were so"},
       {"kizuna what-if acme --rulebook mine.textproto", "if these rules were in force"}},
      [flags](Session& session) { return RunWhatIf(*flags, session); });
  flags->question.AddTo(command, "--to");
  command->add_option("--nps", flags->nps, "an answer of 0 to 10 to the NPS question")
      ->check(CLI::Range(0, 10).description(""))
      ->type_name("SCORE");
  command->add_option("--contact", flags->contact, "who would give that answer, a contact id")
      ->type_name("CONTACT");
  command->add_option("--close-ticket", flags->close_tickets, "a ticket that would be closed")
      ->allow_extra_args(false)
      ->type_name("TICKET");
  command->add_option("--facts", flags->facts, "facts as JSON; - for standard input")
      ->type_name("FILE");
  command->add_option("--rulebook", flags->rulebook, "the rules; - for standard input")
      ->type_name("FILE");
}

}  // namespace kizuna::cli
