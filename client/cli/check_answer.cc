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
  // Not wrapped: it is copied as it stands.
  if (!answer.decision_id().empty()) out << "  decision " << answer.decision_id() << "\n";
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
