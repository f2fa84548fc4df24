// SPDX-License-Identifier: Apache-2.0
#include "client/cli/check_answer.h"

#include "client/cli/answer_json.h"
#include "client/cli/answer_text.h"
#include "client/cli/output.h"
#include "client/cli/words.h"

namespace kizuna::cli {

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

void PrintAnswerTable(const v1::CheckPitchResponse& answer, Session& session) {
  TextStyle style;
  if (IsSet(answer.checked_at())) {
    style = TextStyleOf(session);  // asks the server, which has just answered
  } else {
    style.columns = session.terminal().columns;
    style.colour = session.terminal().out_colour;
    style.zone = absl::UTCTimeZone();
    style.say = session.say();
  }
  std::ostream& out = session.out();
  const Speech& say = style.say;
  const auto add = [&](const std::string& line) { out << "  " << line << "\n"; };
  out << Paint(say.Word(answer.verdict()), StyleOf(answer.verdict()), style.colour) << "  "
      << IdOf(answer.account()) << ": " << PitchText(answer.motion(), answer.product(), say)
      << "\n";
  if (answer.has_health_score()) {
    add(say(Phrase::kCheckHealth, ScoreText(answer.health_score()), say.Word(answer.band()),
            ShareText(answer.coverage())));
  }
  if (answer.has_readiness()) add(say(Phrase::kReadiness, ScoreText(answer.readiness())));
  if (answer.has_readiness_if_opened()) {
    add(say(Phrase::kReadinessIfOpen, ScoreText(answer.readiness_if_opened())));
  }
  for (const v1::Reason& reason : answer.reasons()) out << GateText({reason, {}}, style);
  if (!IsSet(answer.checked_at())) return;
  add(say(Phrase::kValidUntil, TimeText(answer.valid_until(), style.zone), style.zone_name));
  if (IsSet(answer.can_change_at())) {
    add(say(Phrase::kChangesOn, TimeText(answer.can_change_at(), style.zone)));
  }
  // Not wrapped: it is copied as it stands.
  if (!answer.decision_id().empty()) add(say(Phrase::kDecision, answer.decision_id()));
}

void PrintAnswerCsv(const v1::CheckPitchResponse& answer, const Terminal& terminal) {
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

}  // namespace kizuna::cli
