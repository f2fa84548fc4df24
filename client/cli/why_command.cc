// SPDX-License-Identifier: Apache-2.0
//
// `kizuna why`: what must a person know before a call? Whether to pitch, the score and what it is
// made of, what stands in the way and who can take it away, and when time alone changes the answer.

#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/answer_json.h"
#include "client/cli/answer_text.h"
#include "client/cli/as_of.h"
#include "client/cli/command.h"
#include "client/cli/display_text.h"
#include "client/cli/moment.h"
#include "client/cli/question_flags.h"

namespace kizuna::cli {
namespace {

struct WhyFlags {
  std::string account;
  std::string as_of;
  uint64_t known_at = 0;
};

const v1::Assessment* BestOf(const v1::ExplainHealthResponse& answer) {
  for (const v1::Assessment& assessment : answer.assessments()) {
    if (answer.best_motion() != v1::MOTION_UNSPECIFIED &&
        assessment.motion() == answer.best_motion()) {
      return &assessment;
    }
  }
  return nullptr;
}

// docs/scoring.md: recurring revenue, and for a ready account the yearly gain of its best product.
v1::Money RevenueAtStake(const v1::ExplainHealthResponse& answer) {
  const v1::Money& recurring = answer.loyalty().recurring_revenue();
  const v1::Assessment* const best = BestOf(answer);
  const bool ready = answer.verdict() == v1::VERDICT_ALLOW && best != nullptr;
  return MoneyOfMicros(MicrosOf(recurring) + (ready ? MicrosOf(best->yearly_gain()) : 0),
                       recurring.currency_code());
}

Json Document(const v1::ExplainHealthResponse& answer) {
  const v1::Assessment* const best = BestOf(answer);
  return Json::MakeObject()
      .Set("account", ToJson(answer.account()))
      .Set("verdict", WordJson(answer.verdict()))
      .Set("best_motion", WordJson(answer.best_motion()))
      .Set("best_product", best == nullptr ? Json() : TextJson(IdOf(best->product())))
      .Set("health", ToJson(answer.health()))
      .Set("loyalty", ToJson(answer.loyalty()))
      .Set("revenue_at_stake", AmountJson(RevenueAtStake(answer)))
      .Set("currency_code", TextJson(answer.loyalty().recurring_revenue().currency_code()))
      .Set("assessments", ToJsonArray(answer.assessments()))
      .Set("can_change_at", TimeJson(answer.can_change_at()));
}

// "segment enterprise, industry retail, owner sato": what is known of the account.
std::string ProfileText(const v1::Profile& profile) {
  std::vector<std::string> parts;
  const auto add = [&parts](absl::string_view label, const std::string& value) {
    if (!value.empty()) parts.push_back(absl::StrCat(label, " ", value));
  };
  add("segment", profile.segment());
  add("industry", profile.industry());
  add("owner", profile.owner());
  add("sales", profile.sales_owner());
  add("partner", profile.partner());
  add("language", profile.language());
  return absl::StrJoin(parts, ", ");
}

std::string VerdictLine(const v1::ExplainHealthResponse& answer, const TextStyle& style) {
  std::string line = Paint(Word(answer.verdict()), StyleOf(answer.verdict()), style.colour);
  const v1::Assessment* const best = BestOf(answer);
  if (best == nullptr) return absl::StrCat(line, "  nothing to pitch\n");
  absl::StrAppend(&line, "  ", PitchText(best->motion(), best->product()));
  if (best->readiness().has_score()) {
    absl::StrAppend(&line, ", readiness ", ScoreText(best->readiness().score()),
                    answer.verdict() == v1::VERDICT_ALLOW ? "" : " if it were open");
  }
  return line + "\n";
}

std::string LoyaltyLine(const v1::Loyalty& loyalty, const TextStyle& style) {
  std::string line = absl::StrCat("loyalty ", SpokenWord(loyalty.tier()));
  if (loyalty.has_tier_override()) {
    absl::StrAppend(&line, " (set by ", OneLine(loyalty.tier_override().author()), " until ",
                    TimeText(loyalty.tier_override().expires_at(), style.zone), ", by rule ",
                    SpokenWord(loyalty.derived_tier()), ")");
  }
  absl::StrAppend(&line, ", touch ", SpokenWord(loyalty.touch_tier()));
  if (loyalty.has_touch_override()) {
    absl::StrAppend(&line, " (set by ", OneLine(loyalty.touch_override().author()), " until ",
                    TimeText(loyalty.touch_override().expires_at(), style.zone), ")");
  }
  absl::StrAppend(
      &line, ", matrix cell ",
      loyalty.cell() == v1::MATRIX_CELL_UNSPECIFIED ? "unplaced" : Word(loyalty.cell()));
  return line;
}

std::string MoneyLine(const v1::ExplainHealthResponse& answer) {
  const v1::Loyalty& loyalty = answer.loyalty();
  std::string line = absl::StrCat("at stake ", MoneyText(RevenueAtStake(answer)),
                                  " a year, recurring ", MoneyText(loyalty.recurring_revenue()));
  if (loyalty.has_lifetime_value()) {
    absl::StrAppend(&line, ", lifetime value ", MoneyText(loyalty.lifetime_value()));
  }
  return line;
}

std::string FactorText(bool has, double value) { return has ? ScoreText(value) : "-"; }

std::string MotionsText(const v1::ExplainHealthResponse& answer, const TextStyle& style) {
  Table table({{"motion"},
               {"product", Align::kLeft, true},
               {"verdict"},
               {"ready", Align::kRight},
               {"health", Align::kRight},
               {"loyal", Align::kRight},
               {"need", Align::kRight},
               {"timing", Align::kRight},
               {"room", Align::kRight},
               {"affin", Align::kRight}});
  bool any_closed = false;
  for (const v1::Assessment& assessment : answer.assessments()) {
    const bool open = assessment.verdict() == v1::VERDICT_ALLOW;
    any_closed = any_closed || !open;
    const v1::Readiness& readiness = assessment.readiness();
    const std::string score = FactorText(readiness.has_score(), readiness.score());
    table.AddRow({{SpokenWord(assessment.motion())},
                  {assessment.product().empty() ? "-" : IdOf(assessment.product())},
                  {Word(assessment.verdict()), StyleOf(assessment.verdict())},
                  {open ? score : absl::StrCat("(", score, ")"), open ? Style::kBold : Style::kDim},
                  {FactorText(readiness.has_health(), readiness.health()), Style::kDim},
                  {FactorText(readiness.has_loyalty(), readiness.loyalty()), Style::kDim},
                  {FactorText(readiness.has_need(), readiness.need()), Style::kDim},
                  {FactorText(readiness.has_timing(), readiness.timing()), Style::kDim},
                  {FactorText(readiness.has_potential(), readiness.potential()), Style::kDim},
                  {FactorText(readiness.has_affinity(), readiness.affinity()), Style::kDim}});
  }
  std::string text = table.Render(style.columns, style.colour, 2);
  if (any_closed) text += "  In brackets: how ready it would be if its gates were open.\n";
  return text;
}

// "Change by themselves: seats, plan on 2026-11-25 00:00. ", the earliest first; empty when none
// does.
std::string MotionChangesText(const v1::ExplainHealthResponse& answer, const TextStyle& style) {
  std::map<int64_t, std::vector<std::string>> by_second;
  for (const v1::Assessment& assessment : answer.assessments()) {
    if (!IsSet(assessment.can_change_at())) continue;
    by_second[assessment.can_change_at().seconds()].push_back(SpokenWord(assessment.motion()));
  }
  std::vector<std::string> parts;
  for (const auto& [second, motions] : by_second) {
    parts.push_back(absl::StrCat(absl::StrJoin(motions, ", "), " on ",
                                 MinuteText(absl::FromUnixSeconds(second), style.zone)));
  }
  if (parts.empty()) return "";
  return absl::StrCat("Change by themselves: ", absl::StrJoin(parts, "; "), ". ");
}

std::string ChangesText(const v1::ExplainHealthResponse& answer, const TextStyle& style) {
  const v1::Health& health = answer.health();
  std::string text = absl::StrCat("As of ", TimeText(health.checked_at(), style.zone), " ",
                                  style.zone_name, ", rulebook ", health.rulebook_number(), ". ");
  absl::StrAppend(&text, MotionChangesText(answer, style));
  if (IsSet(answer.can_change_at())) {
    absl::StrAppend(&text, "Without a new fact, a verdict, gate, band or tier next changes on ",
                    TimeText(answer.can_change_at(), style.zone), ".");
  } else {
    absl::StrAppend(&text,
                    "Without a new fact, no verdict, gate, band or tier changes within 32 days.");
  }
  return text;
}

void PrintTable(const v1::ExplainHealthResponse& answer, Session& session) {
  const TextStyle style = TextStyleOf(session);
  std::ostream& out = session.out();
  out << Paint(IdOf(answer.account().name()), Style::kBold, style.colour) << "  "
      << OneLine(answer.account().profile().display_name()) << "\n";
  const std::string profile = ProfileText(answer.account().profile());
  if (!profile.empty()) out << Paragraph(profile, 0, style);
  out << "\n"
      << VerdictLine(answer, style) << "health " << HealthLine(answer.health(), style) << "\n"
      << Paragraph(LoyaltyLine(answer.loyalty(), style), 0, style)
      << Paragraph(MoneyLine(answer), 0, style) << Heading("What the score is made of", style)
      << DriversText(answer.health(), style);
  std::vector<const v1::Assessment*> assessments;
  for (const v1::Assessment& assessment : answer.assessments()) assessments.push_back(&assessment);
  out << Heading("What stands in the way", style);
  const std::vector<ClosedGate> gates = GatesOf(assessments);
  if (gates.empty()) out << "  nothing: every gate is open\n";
  for (const ClosedGate& gate : gates) out << GateText(gate, style);
  out << Heading("Each motion", style) << MotionsText(answer, style) << "\n"
      << Paragraph(ChangesText(answer, style), 0, style);
}

// CSV: a line a motion and gate that holds for it; a motion without one has one line.
void PrintCsv(const v1::ExplainHealthResponse& answer, const Terminal& terminal) {
  ListPrinter list(terminal, Format::kCsv, "gates",
                   {{"account", ""},
                    {"motion", ""},
                    {"product", ""},
                    {"verdict", ""},
                    {"readiness", ""},
                    {"if_opened", ""},
                    {"code", ""},
                    {"effect", ""},
                    {"missing", ""},
                    {"remedy", ""},
                    {"who_can_act", ""},
                    {"waivable", ""},
                    {"opens_at", ""},
                    {"evidence", ""}});
  for (const v1::Assessment& assessment : answer.assessments()) {
    const Json judged = ToJson(assessment);
    const auto add = [&](std::vector<Json> of_gate) {
      std::vector<ListValue> row;
      row.emplace_back(IdOf(answer.account().name()));
      for (const char* const key : {"motion", "product", "verdict"}) {
        row.emplace_back(*judged.Find(key), "");
      }
      row.emplace_back(*judged.Find("readiness")->Find("score"), "");
      row.emplace_back(*judged.Find("if_opened"), "");
      for (Json& value : of_gate) row.emplace_back(std::move(value), "");
      list.Add(std::move(row));
    };
    if (assessment.reasons().empty()) add(std::vector<Json>(8));
    for (const v1::Reason& reason : assessment.reasons()) {
      const Json gate = ToJson(reason);
      add({*gate.Find("code"), *gate.Find("effect"), *gate.Find("missing"), *gate.Find("remedy"),
           *gate.Find("who_can_act"), *gate.Find("waivable"), *gate.Find("opens_at"),
           *gate.Find("evidence")});
    }
  }
  list.Finish(Json::MakeObject(), "");
}

absl::StatusOr<ExitCode> RunWhy(const WhyFlags& flags, Session& session) {
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
      session.out() << Document(*answer).Dump() << "\n";
      break;
    case Format::kCsv:
      PrintCsv(*answer, session.terminal());
      break;
    case Format::kTable:
      PrintTable(*answer, session);
      break;
  }
  return kOk;
}

}  // namespace

void AddWhyCommand(CommandLine& line) {
  const auto flags = std::make_shared<WhyFlags>();
  CLI::App* const command = line.Add(
      nullptr, "why", "All that one needs to know before calling an account.",
      {{"kizuna why acme", "verdict, score with drivers that add up, gates, remedies, motions"},
       {"kizuna why acme --as-of 2026-09-30", "the same as it was seen at that day's end"}},
      [flags](Session& session) { return RunWhy(*flags, session); });
  command->add_option("account", flags->account, "the account's id")->required();
  command->add_option("--as-of", flags->as_of, kAsOfHelp)->type_name("DATE");
  command->add_option("--known-at", flags->known_at, kKnownAtHelp)->type_name("REVISION");
}

}  // namespace kizuna::cli
