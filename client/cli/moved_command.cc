// SPDX-License-Identifier: Apache-2.0
//
// `kizuna moved`: what moved the score of an account between two days: new facts, time alone, or
// the model?

#include "client/cli/moved_command.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/answer_json.h"
#include "client/cli/answer_text.h"
#include "client/cli/command.h"
#include "client/cli/display_text.h"
#include "client/cli/fact_text.h"
#include "client/cli/moment.h"
#include "client/cli/question_flags.h"
#include "client/cli/words.h"
#include "client/lib/past.h"

namespace kizuna::cli {
namespace {

struct MovedFlags {
  std::string account;
  std::string since;
  std::string until;
  uint64_t known_at = 0;
};

Json ToJson(const v1::MovementParts& parts) {
  return Json::MakeObject()
      .Set("change", parts.change())
      .Set("facts", parts.facts())
      .Set("time", parts.time())
      .Set("model", parts.model());
}

Json ToJson(const v1::MovementEnd& end) {
  return Json::MakeObject()
      .Set("checked_at", TimeJson(end.checked_at()))
      .Set("score", OptionalJson(end.has_score(), end.score()))
      .Set("raw", OptionalJson(end.has_raw_score(), end.raw_score()))
      .Set("level", end.level())
      .Set("band", WordJson(end.band()))
      .Set("coverage", end.coverage())
      .Set("loyalty_tier", WordJson(end.loyalty_tier()))
      .Set("touch_tier", WordJson(end.touch_tier()))
      .Set("model", end.model())
      .Set("rulebook_number", end.rulebook_number());
}

Json ToJson(const v1::MeasureMovement& measure) {
  return Json::MakeObject()
      .Set("dimension", measure.dimension())
      .Set("feature", measure.feature())
      .Set("value_before", OptionalJson(measure.has_value_before(), measure.value_before()))
      .Set("value_after", OptionalJson(measure.has_value_after(), measure.value_after()))
      .Set("points_before", measure.points_before())
      .Set("points_after", measure.points_after())
      .Set("moved", ToJson(measure.change()))
      .Set("facts", ToJsonArray(measure.facts()));
}

Json ToJson(const v1::CapMovement& cap) {
  return Json::MakeObject()
      .Set("feature", cap.feature())
      .Set("comparison", WordJson(cap.comparison()))
      .Set("threshold", cap.threshold())
      .Set("limit", cap.limit())
      .Set("points_before", cap.points_before())
      .Set("points_after", cap.points_after())
      .Set("moved", ToJson(cap.change()));
}

// The word of a band or a tier.
std::string ValueWord(const v1::ChangeValue& value) {
  switch (value.value_case()) {
    case v1::ChangeValue::kBand:
      return Word(value.band());
    case v1::ChangeValue::kLoyaltyTier:
      return Word(value.loyalty_tier());
    case v1::ChangeValue::kTouchTier:
      return Word(value.touch_tier());
    default:
      return "";
  }
}

Json ToJson(const v1::TierMovement& tier) {
  Json causes = Json::MakeArray();
  for (const int cause : tier.causes()) {
    causes.Append(WordJson(static_cast<v1::MovementCause>(cause)));
  }
  return Json::MakeObject()
      .Set("what", WordJson(tier.kind()))
      .Set("before", TextJson(ValueWord(tier.before())))
      .Set("after", TextJson(ValueWord(tier.after())))
      .Set("causes", std::move(causes));
}

// [ToJson(item), ...]
template <typename Repeated>
Json ArrayOf(const Repeated& items) {
  Json array = Json::MakeArray();
  for (const auto& item : items) array.Append(ToJson(item));
  return array;
}

Json ToJson(const v1::ExplainMovementResponse& answer) {
  Json facts = Json::MakeArray();
  for (const v1::FactCount& count : answer.facts()) {
    facts.Append(Json::MakeObject()
                     .Set("kind", count.kind())
                     .Set("came", count.came())
                     .Set("withdrawn", count.withdrawn()));
  }
  Json newest = Json::MakeArray();
  for (const v1::Fact& fact : answer.newest_facts()) {
    newest.Append(Json::MakeObject()
                      .Set("kind", ContentKind(fact))
                      .Set("source", fact.source())
                      .Set("fact_id", fact.fact_id())
                      .Set("observed_at", TimeJson(fact.observed_at())));
  }
  return Json::MakeObject()
      .Set("account", IdOf(answer.account()))
      .Set("revision", answer.revision())
      .Set("before", ToJson(answer.before()))
      .Set("after", ToJson(answer.after()))
      .Set("moved", ToJson(answer.change()))
      .Set("measures", ArrayOf(answer.measures()))
      .Set("caps", ArrayOf(answer.caps()))
      .Set("tiers", ArrayOf(answer.tiers()))
      .Set("facts", std::move(facts))
      .Set("newest_facts", std::move(newest))
      .Set("other_facts", answer.other_facts());
}

// CSV: a line a measure, then a line a cap.
void PrintCsv(const v1::ExplainMovementResponse& answer, Session& session) {
  ListPrinter list(session.terminal(), Format::kCsv, "measures",
                   {{"account", ""},
                    {"since", ""},
                    {"until", ""},
                    {"dimension", ""},
                    {"feature", ""},
                    {"points_before", ""},
                    {"points_after", ""},
                    {"change", ""},
                    {"facts", ""},
                    {"time", ""},
                    {"model", ""}});
  const auto add = [&](const std::string& dimension, const std::string& feature, double before,
                       double after, const v1::MovementParts& parts) {
    list.Add({IdOf(answer.account()),
              {TimeJson(answer.before().checked_at()), ""},
              {TimeJson(answer.after().checked_at()), ""},
              dimension,
              feature,
              {before, ""},
              {after, ""},
              {parts.change(), ""},
              {parts.facts(), ""},
              {parts.time(), ""},
              {parts.model(), ""}});
  };
  for (const v1::MeasureMovement& measure : answer.measures()) {
    add(measure.dimension(), measure.feature(), measure.points_before(), measure.points_after(),
        measure.change());
  }
  for (const v1::CapMovement& cap : answer.caps()) {
    add("cap", cap.feature(), cap.points_before(), cap.points_after(), cap.change());
  }
  list.Finish(Json::MakeObject(), "");
}

std::string EndText(const v1::MovementEnd& end, const TextStyle& style) {
  const std::string score =
      end.has_score()
          ? ScoreText(end.score())
          : absl::StrCat("no score", end.has_raw_score()
                                         ? absl::StrCat(" (would be ", ScoreText(end.level()), ")")
                                         : "");
  return absl::StrCat(TimeText(end.checked_at(), style.zone), "  ", score, " ",
                      Paint(SpokenWord(end.band()), StyleOf(end.band()), style.colour), "  (model ",
                      end.model(), ", rulebook ", end.rulebook_number(), ")");
}

// "+1.20", or nothing where nothing moved.
TableCell PointsCell(double points) {
  if (points == 0) return {"", Style::kPlain};
  return {PointsText(points), points < 0 ? Style::kBad : Style::kGood};
}

bool Moved(const v1::MovementParts& parts) {
  return parts.change() != 0 || parts.facts() != 0 || parts.time() != 0 || parts.model() != 0;
}

std::string MeasuresText(const v1::ExplainMovementResponse& answer, const TextStyle& style) {
  Table table({{"points", Align::kRight},
               {"facts", Align::kRight},
               {"time", Align::kRight},
               {"model", Align::kRight},
               {"measure", Align::kLeft, true},
               {"was", Align::kRight},
               {"is", Align::kRight}});
  const auto add = [&](const v1::MovementParts& parts, const std::string& name,
                       const std::string& was, const std::string& is) {
    table.AddRow({PointsCell(parts.change()),
                  PointsCell(parts.facts()),
                  PointsCell(parts.time()),
                  PointsCell(parts.model()),
                  {name},
                  {was},
                  {is}});
  };
  for (const v1::MeasureMovement& measure : answer.measures()) {
    if (!Moved(measure.change())) continue;
    add(measure.change(), measure.feature(),
        measure.has_value_before() ? ValueText(measure.value_before()) : "-",
        measure.has_value_after() ? ValueText(measure.value_after()) : "-");
  }
  for (const v1::CapMovement& cap : answer.caps()) {
    if (!Moved(cap.change())) continue;
    add(cap.change(),
        absl::StrCat("cap: ", cap.feature(), " ", ComparisonText(cap.comparison()), " ",
                     ValueText(cap.threshold())),
        ValueText(cap.points_before()), ValueText(cap.points_after()));
  }
  if (table.empty()) return "";
  add(answer.change(), "all", ScoreText(answer.before().level()),
      ScoreText(answer.after().level()));
  return table.Render(style.columns, style.colour, 2);
}

std::string TierText(const v1::TierMovement& tier) {
  std::vector<std::string> causes;
  for (const int cause : tier.causes()) {
    causes.push_back(SpokenWord(static_cast<v1::MovementCause>(cause)));
  }
  const auto spoken = [](const v1::ChangeValue& value) { return Spoken(ValueWord(value)); };
  return absl::StrCat(SpokenWord(tier.kind()), ": ", spoken(tier.before()), " -> ",
                      spoken(tier.after()), ", by ", absl::StrJoin(causes, " and "));
}

void PrintTable(const v1::ExplainMovementResponse& answer, Session& session) {
  const TextStyle style = TextStyleOf(session);
  session.out() << Paint(IdOf(answer.account()), Style::kBold, style.colour) << "\n"
                << "  from  " << EndText(answer.before(), style) << "\n"
                << "  to    " << EndText(answer.after(), style) << "\n";
  for (const v1::TierMovement& tier : answer.tiers()) {
    session.out() << Paragraph(TierText(tier), 2, style);
  }
  const std::string measures = MeasuresText(answer, style);
  session.out() << Heading("What moved the score", style)
                << (measures.empty() ? "  Nothing did.\n" : measures);
  std::vector<std::string> counts;
  for (const v1::FactCount& count : answer.facts()) {
    std::string text = absl::StrCat(count.came(), " ", Spoken(count.kind()));
    if (count.withdrawn() > 0) absl::StrAppend(&text, " (", count.withdrawn(), " withdrawn)");
    counts.push_back(std::move(text));
  }
  if (counts.empty()) return;
  session.out() << Heading("Facts that came and concern it", style)
                << Paragraph(absl::StrJoin(counts, ", "), 2, style);
  for (const v1::Fact& fact : answer.newest_facts()) {
    session.out() << Paragraph(
        absl::StrCat("- ", TimeText(fact.observed_at(), style.zone), "  ",
                     Spoken(ContentKind(fact)), "  ", fact.source(), "/", fact.fact_id()),
        2, style);
  }
}

absl::StatusOr<v1::ExplainMovementRequest> RequestOf(const MovedFlags& flags) {
  v1::ExplainMovementRequest request;
  request.set_name(AccountName(flags.account));
  request.set_known_at(flags.known_at);
  const absl::StatusOr<Moment> since = ParseMoment("--since", flags.since);
  if (!since.ok()) return since.status();
  if (since->day.has_value()) {
    *request.mutable_since_date() = DateOf(*since->day);
  } else {
    *request.mutable_since() = TimestampOf(since->instant);
  }
  if (flags.until.empty()) return request;
  const absl::StatusOr<Moment> until = ParseMoment("--until", flags.until);
  if (!until.ok()) return until.status();
  if (until->day.has_value()) {
    *request.mutable_until_date() = DateOf(*until->day);
  } else {
    *request.mutable_until() = TimestampOf(until->instant);
  }
  return request;
}

absl::StatusOr<ExitCode> RunMoved(const MovedFlags& flags, Session& session) {
  const absl::StatusOr<v1::ExplainMovementRequest> request = RequestOf(flags);
  if (!request.ok()) return request.status();
  const absl::StatusOr<client::Client*> server = session.Client();
  if (!server.ok()) return server.status();
  const auto client = client::PastClient::Create((*server)->options());
  if (!client.ok()) return client.status();
  const absl::StatusOr<v1::ExplainMovementResponse> answer = (*client)->ExplainMovement(*request);
  if (!answer.ok()) return answer.status();
  switch (session.format()) {
    case Format::kJson:
      session.out() << ToJson(*answer).Dump() << "\n";
      break;
    case Format::kCsv:
      PrintCsv(*answer, session);
      break;
    case Format::kTable:
      PrintTable(*answer, session);
      break;
  }
  return kOk;
}

}  // namespace

Json MovementJson(const v1::ExplainMovementResponse& answer) { return ToJson(answer); }

void AddMovedCommand(CommandLine& line) {
  const auto flags = std::make_shared<MovedFlags>();
  CLI::App* const command = line.Add(
      nullptr, "moved", "What moved a score since a day: new facts, time alone, or the model.",
      {{"kizuna moved acme --since 2026-09-30", "since the end of that day"},
       {"kizuna moved acme --since 2026-06-30 --until 2026-09-30", "over a quarter"},
       {"kizuna moved acme --since 2026-09-30 --format json", "for a program, with every digit"}},
      [flags](Session& session) { return RunMoved(*flags, session); });
  line.MarkList(command);
  command->add_option("account", flags->account, "the account's id")->required();
  command
      ->add_option("--since", flags->since,
                   "that day's end, or that instant: YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ")
      ->required()
      ->type_name("DATE");
  command->add_option("--until", flags->until, "the same for the later end (default: now)")
      ->type_name("DATE");
  command
      ->add_option("--known-at", flags->known_at,
                   "what was known at this revision of the account counts as known at --since; "
                   "what was recorded later is new (default: all that was observed by then)")
      ->type_name("REVISION");
}

}  // namespace kizuna::cli
