// SPDX-License-Identifier: Apache-2.0
//
// `kizuna history`: how was an account before? The last card of each day on which something
// changed.

#include "client/cli/command.h"
#include "client/cli/pages.h"
#include "client/cli/words.h"

namespace kizuna::cli {
namespace {

struct HistoryFlags {
  std::string account;
  int64_t limit = -1;
};

// The verdict on the best pitch of that day.
v1::Verdict BestPitch(const v1::HealthHistoryEntry& entry) {
  for (const v1::MotionVerdict& verdict : entry.verdicts()) {
    if (verdict.motion() == v1::MOTION_UNSPECIFIED) return verdict.verdict();
  }
  return v1::VERDICT_UNSPECIFIED;
}

// {"SEATS": "ALLOW", ...}
Json ByMotion(const v1::HealthHistoryEntry& entry) {
  Json verdicts = Json::MakeObject();
  for (const v1::MotionVerdict& verdict : entry.verdicts()) {
    if (verdict.motion() == v1::MOTION_UNSPECIFIED) continue;
    verdicts.Set(Word(verdict.motion()), WordJson(verdict.verdict()));
  }
  return verdicts;
}

std::vector<ListValue> RowOf(const v1::HealthHistoryEntry& entry) {
  return {{DateJson(entry.date()), DateText(entry.date())},
          {OptionalJson(entry.has_score(), entry.score()),
           entry.has_score() ? ScoreText(entry.score()) : "-", StyleOf(entry.band())},
          {WordJson(entry.band()), SpokenWord(entry.band()), StyleOf(entry.band())},
          {entry.coverage(), ShareText(entry.coverage())},
          {WordJson(entry.loyalty_tier()), SpokenWord(entry.loyalty_tier())},
          {WordJson(entry.touch_tier()), SpokenWord(entry.touch_tier())},
          {WordJson(BestPitch(entry)), Word(BestPitch(entry)), StyleOf(BestPitch(entry))},
          {ByMotion(entry), ""},
          {entry.revision(), std::to_string(entry.revision()), Style::kDim},
          {entry.rulebook_number(), std::to_string(entry.rulebook_number()), Style::kDim},
          {TimeJson(entry.checked_at()), ""}};
}

absl::StatusOr<ExitCode> RunHistory(const HistoryFlags& flags, Session& session) {
  const absl::StatusOr<client::Client*> client = session.Client();
  if (!client.ok()) return client.status();
  v1::ListHealthHistoryRequest request;
  request.set_parent(AccountName(flags.account));
  absl::optional<ListPrinter> list;
  const auto take = [&](const v1::ListHealthHistoryResponse& page) {
    if (!list.has_value()) {
      list.emplace(session.terminal(), session.format(), "entries",
                   std::vector<ListColumn>{{"date", "day"},
                                           {"score", "health", Align::kRight},
                                           {"band", "band"},
                                           {"coverage", "evidence", Align::kRight},
                                           {"loyalty_tier", "loyalty"},
                                           {"touch_tier", "touch"},
                                           {"verdict", "best pitch"},
                                           {"verdicts", ""},
                                           {"revision", "revision", Align::kRight},
                                           {"rulebook_number", "rulebook", Align::kRight},
                                           {"checked_at", ""}});
    }
    for (const v1::HealthHistoryEntry& entry : page.entries()) list->Add(RowOf(entry));
    return page.entries_size();
  };
  const absl::StatusOr<v1::ListHealthHistoryResponse> last = ForEachPage(
      session, request, LimitOf(flags.limit, session.format()), "days",
      [&](const v1::ListHealthHistoryRequest& page) { return (*client)->ListHealthHistory(page); },
      take);
  if (!last.ok()) return last.status();
  list->Finish(Json::MakeObject().Set("account", IdOf(request.parent())),
               "No history yet: nothing has changed since the account was created.");
  return kOk;
}

}  // namespace

void AddHistoryCommand(CommandLine& line) {
  const auto flags = std::make_shared<HistoryFlags>();
  CLI::App* const command =
      line.Add(nullptr, "history", "Scores, tiers and verdicts of an account, day by day.",
               {{"kizuna history acme", "the newest day first"},
                {"kizuna history acme --format csv > acme.csv", "all of it, for a spreadsheet"}},
               [flags](Session& session) { return RunHistory(*flags, session); });
  command->add_option("account", flags->account, "the account's id")->required();
  command->add_option("--limit", flags->limit, kLimitHelp)
      ->check(CLI::NonNegativeNumber)
      ->type_name("N");
}

}  // namespace kizuna::cli
