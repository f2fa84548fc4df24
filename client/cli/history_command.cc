// SPDX-License-Identifier: Apache-2.0
//
// `kizuna history`: how was an account before? The last card of each day on which something
// changed.

#include "absl/strings/str_cat.h"
#include "client/cli/command.h"
#include "client/cli/moment.h"
#include "client/cli/pages.h"
#include "client/cli/sparkline.h"
#include "client/cli/words.h"

namespace kizuna::cli {
namespace {

struct HistoryFlags {
  std::string account;
  std::string since;
  std::string until;
  int64_t limit = -1;
};

std::vector<ListColumn> Columns(const Speech& say) {
  return {{"date", say(Phrase::kDay)},
          {"score", say(Phrase::kHealth), Align::kRight},
          {"band", say(Phrase::kBand)},
          {"coverage", say(Phrase::kEvidence), Align::kRight},
          {"loyalty_tier", say(Phrase::kLoyalty)},
          {"touch_tier", ""},
          {"verdicts", ""},
          {"", say.Word(v1::MOTION_SEATS)},
          {"", say.Word(v1::MOTION_PLAN)},
          {"", say.Word(v1::MOTION_CROSS_SELL)},
          {"revision", ""},
          {"rulebook_number", ""},
          {"checked_at", ""}};
}

// {"SEATS": "ALLOW", ...}
Json ByMotion(const v1::HealthHistoryEntry& entry) {
  Json verdicts = Json::MakeObject();
  for (const v1::MotionVerdict& verdict : entry.verdicts()) {
    verdicts.Set(Word(verdict.motion()), WordJson(verdict.verdict()));
  }
  return verdicts;
}

// The verdict on a motion on that day.
ListValue PitchCell(v1::Motion motion, const v1::HealthHistoryEntry& entry, const Speech& say) {
  for (const v1::MotionVerdict& verdict : entry.verdicts()) {
    if (verdict.motion() != motion) continue;
    return {Json(), say.Word(verdict.verdict()), StyleOf(verdict.verdict())};
  }
  return {Json(), "-"};
}

std::vector<ListValue> RowOf(const v1::HealthHistoryEntry& entry, const Speech& say) {
  return {{DateJson(entry.date()), DateText(entry.date())},
          {OptionalJson(entry.has_score(), entry.score()),
           entry.has_score() ? ScoreText(entry.score()) : "-", StyleOf(entry.band())},
          {WordJson(entry.band()), say.Word(entry.band()), StyleOf(entry.band())},
          {entry.coverage(), ShareText(entry.coverage())},
          {WordJson(entry.loyalty_tier()), say.Word(entry.loyalty_tier())},
          {WordJson(entry.touch_tier()), ""},
          {ByMotion(entry), ""},
          PitchCell(v1::MOTION_SEATS, entry, say),
          PitchCell(v1::MOTION_PLAN, entry, say),
          PitchCell(v1::MOTION_CROSS_SELL, entry, say),
          {entry.revision(), ""},
          {entry.rulebook_number(), ""},
          {TimeJson(entry.checked_at()), ""}};
}

absl::StatusOr<v1::ListHealthHistoryRequest> RequestOf(const HistoryFlags& flags) {
  v1::ListHealthHistoryRequest request;
  request.set_parent(AccountName(flags.account));
  if (!flags.since.empty()) {
    const absl::StatusOr<absl::CivilDay> day = ParseDay("--since", flags.since);
    if (!day.ok()) return day.status();
    *request.mutable_start_date() = DateOf(*day);
  }
  if (!flags.until.empty()) {
    const absl::StatusOr<absl::CivilDay> day = ParseDay("--until", flags.until);
    if (!day.ok()) return day.status();
    *request.mutable_end_date() = DateOf(*day + 1);
  }
  return request;
}

absl::StatusOr<ExitCode> RunHistory(const HistoryFlags& flags, Session& session) {
  const absl::StatusOr<v1::ListHealthHistoryRequest> request = RequestOf(flags);
  if (!request.ok()) return request.status();
  const absl::StatusOr<client::Client*> client = session.Client();
  if (!client.ok()) return client.status();
  // The server tells the oldest day first, and the newest days are what one looks for: read them
  // all, a line a day at most, and keep the last.
  std::vector<v1::HealthHistoryEntry> entries;
  const absl::StatusOr<v1::ListHealthHistoryResponse> last = ForEachPage(
      session, *request, 0, "days",
      [&](const v1::ListHealthHistoryRequest& page) { return (*client)->ListHealthHistory(page); },
      [&](const v1::ListHealthHistoryResponse& page) {
        entries.insert(entries.end(), page.entries().begin(), page.entries().end());
        return page.entries_size();
      });
  if (!last.ok()) return last.status();
  const size_t limit = static_cast<size_t>(LimitOf(flags.limit, session.format()));
  const size_t first = limit == 0 || entries.size() <= limit ? 0 : entries.size() - limit;
  if (first > 0) {
    session.Note(absl::StrCat("these are the last ", limit, " of ", entries.size(),
                              " days; see all with --limit 0"));
  }
  ListPrinter list(session.terminal(), session.format(), "entries", Columns(session.say()));
  for (size_t i = first; i < entries.size(); ++i) list.Add(RowOf(entries[i], session.say()));
  list.Finish(Json::MakeObject().Set("account", IdOf(request->parent())),
              session.say()(Phrase::kNoDayOfThatTime));
  if (session.format() == Format::kTable && !entries.empty()) {
    const auto trend = TrendOf(entries);
    session.out() << session.say()(Phrase::kTrendOfDays, Sparkline(trend), trend.size()) << "\n";
  }
  return kOk;
}

}  // namespace

void AddHistoryCommand(CommandLine& line) {
  const auto flags = std::make_shared<HistoryFlags>();
  CLI::App* const command = line.Add(
      nullptr, "history", "Scores, tiers and verdicts of an account, day by day.",
      {{"kizuna history acme", "the last days on which something changed"},
       {"kizuna history acme --since 2026-07-01 --format csv > acme.csv", "for a spreadsheet"}},
      [flags](Session& session) { return RunHistory(*flags, session); });
  line.MarkList(command);
  command->add_option("account", flags->account, "the account's id")->required();
  command->add_option("--since", flags->since, "the first day")->type_name("YYYY-MM-DD");
  command->add_option("--until", flags->until, "the last day")->type_name("YYYY-MM-DD");
  command
      ->add_option("--limit", flags->limit,
                   "the last N days; 0: all (default: 50 in a table, all in json and csv)")
      ->check(CLI::NonNegativeNumber)
      ->type_name("N");
}

}  // namespace kizuna::cli
