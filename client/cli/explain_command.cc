// SPDX-License-Identifier: Apache-2.0
//
// `kizuna explain`: why was that answered then? The answer of a decision id, replayed.

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/answer_json.h"
#include "client/cli/answer_text.h"
#include "client/cli/check_answer.h"
#include "client/cli/command.h"
#include "client/cli/words.h"

namespace kizuna::cli {
namespace {

Json QuestionJson(const v1::ExplainDecisionResponse& explained) {
  const v1::CheckPitchRequest& question = explained.question();
  return Json::MakeObject()
      .Set("account", TextJson(IdOf(question.account())))
      .Set("motion", WordJson(question.motion()))
      .Set("product", TextJson(IdOf(question.product())))
      .Set("team", TextJson(question.team()))
      .Set("contact_id", TextJson(question.contact()))
      .Set("contact_unknown", explained.contact_unknown())
      .Set("channel", TextJson(question.channel()))
      .Set("as_of", TimeJson(question.as_of()))
      .Set("known_at", question.known_at());
}

// "Asked on 2026-11-22 18:30 Asia/Tokyo by team sales, for contact c-1, by mail".
std::string QuestionText(const v1::ExplainDecisionResponse& explained, const TextStyle& style) {
  const v1::CheckPitchRequest& question = explained.question();
  std::vector<std::string> parts = {
      absl::StrCat("Asked on ", TimeText(question.as_of(), style.zone), " ", style.zone_name,
                   question.team().empty() ? "" : absl::StrCat(" by team ", question.team())),
      absl::StrCat("about ", PitchText(question.motion(), question.product()))};
  if (!question.contact().empty()) {
    parts.push_back(absl::StrCat("for contact ", question.contact()));
  }
  if (explained.contact_unknown()) parts.push_back("for a contact who is not known here");
  if (!question.channel().empty()) parts.push_back(absl::StrCat("by ", question.channel()));
  return absl::StrCat(absl::StrJoin(parts, ", "), ". Answered from revision ",
                      explained.answer().revision(), " under rulebook ",
                      explained.answer().rulebook_number(),
                      "; the same facts and rules lead to this answer again:");
}

absl::StatusOr<ExitCode> RunExplain(const std::string& id, Session& session) {
  const absl::StatusOr<client::Client*> client = session.Client();
  if (!client.ok()) return client.status();
  v1::ExplainDecisionRequest request;
  request.set_decision_id(id);
  const absl::StatusOr<v1::ExplainDecisionResponse> explained = (*client)->ExplainDecision(request);
  if (!explained.ok()) return explained.status();
  switch (session.format()) {
    case Format::kJson:
      session.out() << Json::MakeObject()
                           .Set("question", QuestionJson(*explained))
                           .Set("answer", ToJson(explained->answer()))
                           .Dump()
                    << "\n";
      break;
    case Format::kCsv:
      PrintAnswerCsv(explained->answer(), session.terminal());
      break;
    case Format::kTable: {
      const TextStyle style = TextStyleOf(session);
      session.out() << Paragraph(QuestionText(*explained, style), 0, style);
      PrintAnswerTable(explained->answer(), session);
      break;
    }
  }
  return kOk;
}

}  // namespace

void AddExplainCommand(CommandLine& line) {
  const auto id = std::make_shared<std::string>();
  CLI::App* const command = line.Add(
      nullptr, "explain", "Why was that answered then? Replays the answer of a decision id.",
      {{"kizuna explain d1.AQEDAYC...", "the answer that `kizuna check` gave under this id"},
       {"kizuna explain d1.AQEDAYC... --format json", "with what was asked, for a program"}},
      [id](Session& session) { return RunExplain(*id, session); });
  command->add_option("decision_id", *id, "the id, as the answer named it")->required();
}

}  // namespace kizuna::cli
