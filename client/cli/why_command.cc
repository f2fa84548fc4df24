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
#include "client/cli/sparkline.h"

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
std::string ProfileText(const v1::Profile& profile, const Speech& say) {
  std::vector<std::string> parts;
  const auto add = [&](Phrase phrase, const std::string& value) {
    if (!value.empty()) parts.push_back(say(phrase, value));
  };
  add(Phrase::kSegment, profile.segment());
  add(Phrase::kIndustry, profile.industry());
  add(Phrase::kOwnerIs, profile.owner());
  add(Phrase::kSalesOwnerIs, profile.sales_owner());
  add(Phrase::kPartnerIs, profile.partner());
  add(Phrase::kLanguageIs, profile.language());
  return say.Listed(parts);
}

std::string VerdictLine(const v1::ExplainHealthResponse& answer, const TextStyle& style) {
  const Speech& say = style.say;
  const std::string verdict =
      Paint(say.Word(answer.verdict()), StyleOf(answer.verdict()), style.colour);
  const v1::Assessment* const best = BestOf(answer);
  if (best == nullptr) return absl::StrCat(verdict, "  ", say(Phrase::kNothingToPitch), "\n");
  std::string pitch = PitchText(best->motion(), best->product(), say);
  if (best->readiness().has_score()) {
    pitch = say(Phrase::kReadinessOf, pitch, ScoreText(best->readiness().score()));
    if (answer.verdict() != v1::VERDICT_ALLOW) pitch = say(Phrase::kIfItWereOpen, pitch);
  }
  return absl::StrCat(verdict, "  ", pitch, "\n");
}

std::string LoyaltyLine(const v1::Loyalty& loyalty, const TextStyle& style) {
  const Speech& say = style.say;
  std::string line = say(Phrase::kLoyaltyIs, say.Word(loyalty.tier()));
  if (loyalty.has_tier_override()) {
    line += say(Phrase::kByRule, OneLine(loyalty.tier_override().author()),
                TimeText(loyalty.tier_override().expires_at(), style.zone),
                say.Word(loyalty.derived_tier()));
  }
  line += say(Phrase::kTouchIs, say.Word(loyalty.touch_tier()));
  if (loyalty.has_touch_override()) {
    line += say(Phrase::kSetBy, OneLine(loyalty.touch_override().author()),
                TimeText(loyalty.touch_override().expires_at(), style.zone));
  }
  return line + say(Phrase::kCellIs, loyalty.cell() == v1::MATRIX_CELL_UNSPECIFIED
                                         ? say(Phrase::kUnplaced)
                                         : say.Word(loyalty.cell()));
}

std::string MoneyLine(const v1::ExplainHealthResponse& answer, const Speech& say) {
  const v1::Loyalty& loyalty = answer.loyalty();
  std::string line = say(Phrase::kAtStakeAYear, MoneyText(RevenueAtStake(answer)),
                         MoneyText(loyalty.recurring_revenue()));
  if (loyalty.has_lifetime_value()) {
    line += say(Phrase::kLifetimeValue, MoneyText(loyalty.lifetime_value()));
  }
  return line;
}

std::string FactorText(bool has, double value) { return has ? ScoreText(value) : "-"; }

std::string MotionsText(const v1::ExplainHealthResponse& answer, const TextStyle& style) {
  const Speech& say = style.say;
  Table table({{say(Phrase::kMotion)},
               {say(Phrase::kProduct), Align::kLeft, true},
               {say(Phrase::kVerdict)},
               {say(Phrase::kReady), Align::kRight},
               {say(Phrase::kHealth), Align::kRight},
               {say(Phrase::kLoyalShort), Align::kRight},
               {say(Phrase::kNeedShort), Align::kRight},
               {say(Phrase::kTimingShort), Align::kRight},
               {say(Phrase::kRoomShort), Align::kRight},
               {say(Phrase::kAffinityShort), Align::kRight}});
  bool any_closed = false;
  for (const v1::Assessment& assessment : answer.assessments()) {
    const bool open = assessment.verdict() == v1::VERDICT_ALLOW;
    any_closed = any_closed || !open;
    const v1::Readiness& readiness = assessment.readiness();
    const std::string score = FactorText(readiness.has_score(), readiness.score());
    table.AddRow({{say.Word(assessment.motion())},
                  {assessment.product().empty() ? "-" : IdOf(assessment.product())},
                  {say.Word(assessment.verdict()), StyleOf(assessment.verdict())},
                  {open ? score : absl::StrCat("(", score, ")"), open ? Style::kBold : Style::kDim},
                  {FactorText(readiness.has_health(), readiness.health()), Style::kDim},
                  {FactorText(readiness.has_loyalty(), readiness.loyalty()), Style::kDim},
                  {FactorText(readiness.has_need(), readiness.need()), Style::kDim},
                  {FactorText(readiness.has_timing(), readiness.timing()), Style::kDim},
                  {FactorText(readiness.has_potential(), readiness.potential()), Style::kDim},
                  {FactorText(readiness.has_affinity(), readiness.affinity()), Style::kDim}});
  }
  std::string text = table.Render(style.columns, style.colour, 2);
  if (any_closed) absl::StrAppend(&text, "  ", say(Phrase::kInBrackets), "\n");
  return text;
}

// "Change by themselves: seats, plan on 2026-11-25 00:00. ", the earliest first; empty when none
// does.
std::string MotionChangesText(const v1::ExplainHealthResponse& answer, const TextStyle& style) {
  std::map<int64_t, std::vector<std::string>> by_second;
  for (const v1::Assessment& assessment : answer.assessments()) {
    if (!IsSet(assessment.can_change_at())) continue;
    by_second[assessment.can_change_at().seconds()].push_back(style.say.Word(assessment.motion()));
  }
  std::vector<std::string> parts;
  for (const auto& [second, motions] : by_second) {
    parts.push_back(style.say(Phrase::kOnInstant, style.say.Listed(motions),
                              MinuteText(absl::FromUnixSeconds(second), style.zone)));
  }
  if (parts.empty()) return "";
  return style.say(Phrase::kChangeByThemselves, absl::StrJoin(parts, "; "));
}

std::string ChangesText(const v1::ExplainHealthResponse& answer, const TextStyle& style) {
  const v1::Health& health = answer.health();
  const Speech& say = style.say;
  return absl::StrCat(say(Phrase::kAsOfUnderRules, TimeText(health.checked_at(), style.zone),
                          style.zone_name, health.rulebook_number()),
                      MotionChangesText(answer, style),
                      IsSet(answer.can_change_at())
                          ? say(Phrase::kNextChanges, TimeText(answer.can_change_at(), style.zone))
                          : say(Phrase::kNothingChanges));
}

// The line of the score's last points up to the instant of the answer; empty when there are none,
// and when the history cannot be read: the answer is whole without.
std::string TrendLine(const v1::ExplainHealthResponse& answer, const TextStyle& style,
                      client::Client& client) {
  constexpr int kDays = 120;  // each with one point at most
  v1::ListHealthHistoryRequest request;
  request.set_parent(answer.account().name());
  request.set_page_size(kDays + 1);
  const absl::CivilDay day = absl::ToCivilDay(TimeOf(answer.health().checked_at()), style.zone);
  *request.mutable_start_date() = DateOf(day - kDays);
  *request.mutable_end_date() = DateOf(day + 1);
  const absl::StatusOr<v1::ListHealthHistoryResponse> history = client.ListHealthHistory(request);
  if (!history.ok() || history->entries().empty()) return "";
  const auto trend = TrendOf({history->entries().begin(), history->entries().end()});
  return style.say(Phrase::kTrendOfDays, Sparkline(trend), trend.size()) + "\n";
}

void PrintTable(const v1::ExplainHealthResponse& answer, bool with_trend, client::Client& client,
                Session& session) {
  const TextStyle style = TextStyleOf(session);
  std::ostream& out = session.out();
  out << Paint(IdOf(answer.account().name()), Style::kBold, style.colour) << "  "
      << OneLine(answer.account().profile().display_name()) << "\n";
  const std::string profile = ProfileText(answer.account().profile(), style.say);
  if (!profile.empty()) out << Paragraph(profile, 0, style);
  const Speech& say = style.say;
  out << "\n"
      << VerdictLine(answer, style) << say(Phrase::kHealthIs, HealthLine(answer.health(), style))
      << "\n"
      << (with_trend ? TrendLine(answer, style, client) : "")
      << Paragraph(LoyaltyLine(answer.loyalty(), style), 0, style)
      << Paragraph(MoneyLine(answer, say), 0, style) << Heading(say(Phrase::kScoreMadeOf), style)
      << DriversText(answer.health(), style);
  std::vector<const v1::Assessment*> assessments;
  for (const v1::Assessment& assessment : answer.assessments()) assessments.push_back(&assessment);
  out << Heading(say(Phrase::kInTheWay), style);
  const std::vector<ClosedGate> gates = GatesOf(assessments, say);
  if (gates.empty()) out << "  " << say(Phrase::kNothingInTheWay) << "\n";
  for (const ClosedGate& gate : gates) out << GateText(gate, style);
  out << Heading(say(Phrase::kEachMotion), style) << MotionsText(answer, style) << "\n"
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
      // What was known at a revision has no history of its own.
      PrintTable(*answer, flags.known_at == 0, **client, session);
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
