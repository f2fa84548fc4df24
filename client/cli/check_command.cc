// SPDX-License-Identifier: Apache-2.0
//
// `kizuna check`: may I pitch this to that account now? The exit code is the answer.

#include "client/cli/answer_json.h"
#include "client/cli/check_answer.h"
#include "client/cli/command.h"
#include "client/cli/question_flags.h"

namespace kizuna::cli {
namespace {

absl::StatusOr<ExitCode> RunCheck(const QuestionFlags& flags, Session& session) {
  const absl::StatusOr<v1::CheckPitchRequest> request = flags.Request();
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
      PrintAnswerCsv(*answer, session.terminal());
      break;
    case Format::kTable:
      PrintAnswerTable(*answer, session);
      break;
  }
  return ExitCodeOf(answer->verdict());
}

}  // namespace

void AddCheckCommand(CommandLine& line) {
  const auto flags = std::make_shared<QuestionFlags>();
  CLI::App* const command = line.Add(
      nullptr, "check", "May I pitch this to that account now? The exit code is the answer.",
      {{"kizuna check acme", "the best pitch for acme"},
       {"kizuna check acme --motion cross-sell --product wms --contact c-1 --channel mail",
        "this product, to this person, by mail"},
       {"kizuna check acme --motion mention && send-mail acme",
        "go on only when it is allowed: exits 0 for ALLOW, 10 for DENY, 11 for UNKNOWN, which is "
        "also the answer when none came in time; anything else is an error"}},
      [flags](Session& session) { return RunCheck(*flags, session); });
  flags->AddTo(command);
}

}  // namespace kizuna::cli
