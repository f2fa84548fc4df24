// SPDX-License-Identifier: Apache-2.0
//
// `kizuna today`: what does the day hold for a customer success manager? Tasks, alerts, who turned
// red and what moved them, and renewals, on one page.

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "client/cli/alert_command.h"
#include "client/cli/answer_text.h"
#include "client/cli/command.h"
#include "client/cli/filter.h"
#include "client/cli/moment.h"
#include "client/cli/moved_command.h"
#include "client/cli/sparkline.h"
#include "client/cli/task_command.h"
#include "client/cli/today_read.h"
#include "client/cli/words.h"

namespace kizuna::cli {
namespace {

struct TodayFlags {
  std::string owner;
  int32_t days = 7;
  int32_t renewal_within = 90;
  int64_t limit = -1;
};

constexpr int64_t kRowsForPeople = 10;  // of a list, unless --limit says otherwise

// `text` as a shell takes it for one word.
std::string ShellWord(const std::string& text) {
  const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '.' || c == '-' || c == '_' ||
           c == '@';
  });
  if (plain) return text;
  return absl::StrCat("'", absl::StrReplaceAll(text, {{"'", "'\\''"}}), "'");
}

// --- For programs.

Json ToJson(const TurnedRed& row) {
  return Json::MakeObject()
      .Set("account", IdOf(row.account.name()))
      .Set("display_name", TextJson(row.account.profile().display_name()))
      .Set("owner", TextJson(row.account.profile().owner()))
      .Set("band_before", WordJson(row.before.band()))
      .Set("score_before", OptionalJson(row.before.has_score(), row.before.score()))
      .Set("band", WordJson(row.now.band()))
      .Set("score", OptionalJson(row.now.has_score(), row.now.score()))
      .Set("movement", row.movement.has_value() ? MovementJson(*row.movement) : Json());
}

Json ToJson(const RenewalAhead& row, absl::CivilDay today) {
  const v1::Subscription& subscription = row.subscription;
  return Json::MakeObject()
      .Set("account", IdOf(row.account.name()))
      .Set("display_name", TextJson(row.account.profile().display_name()))
      .Set("owner", TextJson(row.account.profile().owner()))
      .Set("subscription_id", subscription.subscription_id())
      .Set("product", TextJson(IdOf(subscription.product())))
      .Set("plan", TextJson(subscription.plan()))
      .Set("seats", subscription.seats())
      .Set("renewal_date", DayText(row.day))
      .Set("days_left", static_cast<int64_t>(row.day - today))
      .Set("auto_renew", subscription.auto_renew())
      .Set("annual_price", AmountJson(subscription.annual_price()))
      .Set("currency_code", TextJson(subscription.annual_price().currency_code()))
      .Set("band", WordJson(row.health.band()))
      .Set("score", OptionalJson(row.health.has_score(), row.health.score()));
}

// The rows that are shown, or null when they could not be read.
template <typename Row, typename Convert>
Json ArrayOf(const DayList<Row>& list, int64_t limit, const Convert& convert) {
  if (!list.status.ok()) return Json();
  Json array = Json::MakeArray();
  for (size_t i = 0; i < list.rows.size(); ++i) {
    if (limit != 0 && static_cast<int64_t>(i) >= limit) break;
    array.Append(convert(list.rows[i]));
  }
  return array;
}

// What each list is called where an error is told.
std::vector<std::pair<const char*, absl::Status>> Failures(const Day& day) {
  std::vector<std::pair<const char*, absl::Status>> failures;
  const auto add = [&](const char* name, const absl::Status& status) {
    if (!status.ok()) failures.emplace_back(name, status);
  };
  add("tasks", day.tasks.status);
  add("alerts", day.alerts.status);
  add("turned_red", day.turned_red.status);
  add("renewals", day.renewals.status);
  return failures;
}

void PrintJson(const Day& day, const DayQuestion& question, Session& session) {
  Json errors = Json::MakeArray();
  for (const auto& [name, status] : Failures(day)) {
    errors.Append(
        Json::MakeObject().Set("section", name).Set("message", std::string(status.message())));
  }
  const Json document =
      Json::MakeObject()
          .Set("owner", TextJson(question.owner))
          .Set("date", DayText(question.today))
          .Set("tasks", ArrayOf(day.tasks, question.shown, TaskJson))
          .Set("alerts", ArrayOf(day.alerts, question.shown, AlertJson))
          .Set("turned_red_within_days", question.red_days)
          .Set("turned_red", ArrayOf(day.turned_red, question.shown,
                                     [](const TurnedRed& row) { return ToJson(row); }))
          .Set("renewals_within_days", question.renewal_days)
          .Set("renewals",
               ArrayOf(day.renewals, question.shown,
                       [&](const RenewalAhead& row) { return ToJson(row, question.today); }))
          .Set("errors", std::move(errors));
  session.out() << document.Dump() << "\n";
}

// --- For people.

// The page under way: where its lists go, and how many rows each may have.
struct Page {
  Session& session;
  const TextStyle style;
  const DayQuestion& question;
};

std::string BandedScore(const v1::Health& health) {
  return health.has_score() ? ScoreText(health.score()) : "-";
}

// One list under its heading: its rows, and how to see the rest; or why it could not be read.
template <typename Row, typename Print>
void PrintList(const Page& page, const std::string& heading, const DayList<Row>& list,
               std::vector<ListColumn> columns, Phrase if_empty, const std::string& rest,
               const Print& row_of) {
  const Speech& say = page.style.say;
  std::ostream& out = page.session.out();
  out << Heading(heading, page.style);
  if (!list.status.ok()) {
    out << Paint(say(Phrase::kCouldNotBeRead, list.status.message()), Style::kBad,
                 page.style.colour)
        << "\n";
    return;
  }
  ListPrinter printer(page.session.terminal(), Format::kTable, "", std::move(columns));
  const size_t limit = static_cast<size_t>(page.question.shown);
  const size_t shown = limit == 0 ? list.rows.size() : std::min(limit, list.rows.size());
  for (size_t i = 0; i < shown; ++i) printer.Add(row_of(list.rows[i]));
  printer.Finish(Json::MakeObject(), say(if_empty));
  if (list.rows.size() > shown) {
    out << Paragraph(
        say(Phrase::kMoreRows, Grouped(static_cast<int64_t>(list.rows.size() - shown)), rest), 0,
        page.style);
  }
}

// "12", or "?" when it could not be read.
template <typename Row>
std::string CountText(const DayList<Row>& list) {
  return list.status.ok() ? Grouped(static_cast<int64_t>(list.rows.size())) : "?";
}

// A text for people alone.
ListValue Shown(std::string text, Style style = Style::kPlain) {
  return {Json(), std::move(text), style};
}

// This page with all of its rows.
std::string TodayCommand(const Page& page) {
  const std::string& owner = page.question.owner;
  return absl::StrCat("kizuna today", owner.empty() ? "" : " --owner ", ShellWord(owner),
                      " --limit 0");
}

void PrintTasks(const Page& page, const DayList<v1::Task>& tasks) {
  const Speech& say = page.style.say;
  const int64_t late =
      std::count_if(tasks.rows.begin(), tasks.rows.end(),
                    [](const v1::Task& task) { return task.state() == v1::TASK_STATE_LATE; });
  const std::string& owner = page.question.owner;
  constexpr int kRoomForWho = 110;
  PrintList(page, say(Phrase::kToBeDone, CountText(tasks), Grouped(late)), tasks,
            {{"", say(Phrase::kAccount)},
             {"", say(Phrase::kName), Align::kLeft, true},
             {"", say(Phrase::kState)},
             {"", say(Phrase::kDue)},
             {"", say(Phrase::kWhat), Align::kLeft, true},
             {"", say(Phrase::kWho), Align::kLeft, false, kRoomForWho}},
            Phrase::kNothingToDo,
            absl::StrCat("kizuna task list", owner.empty() ? "" : " --person ", ShellWord(owner)),
            [&](const v1::Task& task) -> std::vector<ListValue> {
              return {Shown(IdOf(task.account())),
                      Shown(task.display_name()),
                      Shown(say.Word(task.state()), StyleOf(task.state())),
                      Shown(DateText(task.due_date())),
                      Shown(say.Instruction(task.play(), task.instruction())),
                      Shown(task.person().empty() ? "-" : task.person())};
            });
}

void PrintAlerts(const Page& page, const DayList<v1::Alert>& alerts) {
  const Speech& say = page.style.say;
  const std::string& owner = page.question.owner;
  PrintList(page, say(Phrase::kAlerts, CountText(alerts)), alerts,
            {{"", say(Phrase::kRaised)},
             {"", say(Phrase::kSeverity)},
             {"", say(Phrase::kWhat), Align::kLeft, true}},
            Phrase::kNoAlertOpen,
            absl::StrCat("kizuna alerts", owner.empty() ? "" : " --owner ", ShellWord(owner)),
            [&](const v1::Alert& alert) -> std::vector<ListValue> {
              return {Shown(TimeText(alert.raise_time(), page.style.zone)),
                      Shown(say.Word(alert.severity()), StyleOf(alert.severity())),
                      Shown(AlertText(alert, say))};
            });
}

// "facts -30.20, time -7.70: nps(180) -20.10, logins -9.00": by cause, then the measures and caps
// that took most.
std::string MovementText(const v1::ExplainMovementResponse& movement, const Speech& say) {
  constexpr size_t kMostNamed = 3;
  std::vector<std::string> causes;
  const auto add_cause = [&](Phrase phrase, double points) {
    if (points != 0) causes.push_back(say(phrase, PointsText(points)));
  };
  add_cause(Phrase::kByFacts, movement.change().facts());
  add_cause(Phrase::kByTime, movement.change().time());
  add_cause(Phrase::kByModel, movement.change().model());
  std::vector<std::pair<double, std::string>> takers;
  for (const v1::MeasureMovement& measure : movement.measures()) {
    takers.emplace_back(measure.change().change(), measure.feature());
  }
  for (const v1::CapMovement& cap : movement.caps()) {
    takers.emplace_back(cap.change().change(), absl::StrCat(say(Phrase::kCap), " ", cap.feature()));
  }
  std::stable_sort(takers.begin(), takers.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> named;
  for (const auto& [points, name] : takers) {
    if (points >= 0 || named.size() == kMostNamed) break;
    named.push_back(absl::StrCat(name, " ", PointsText(points)));
  }
  if (named.empty()) return say.Listed(causes);
  return absl::StrCat(say.Listed(causes), say.japanese() ? "：" : ": ", say.Listed(named));
}

void PrintTurnedRed(const Page& page, const DayList<TurnedRed>& turned) {
  const Speech& say = page.style.say;
  PrintList(page, say(Phrase::kTurnedRed, CountText(turned), page.question.red_days), turned,
            {{"", say(Phrase::kAccount)},
             {"", say(Phrase::kName), Align::kLeft, true},
             {"", say(Phrase::kHealthWasIs)},
             {"", say(Phrase::kTrend)},
             {"", say(Phrase::kWhatMovedIt), Align::kLeft, true}},
            Phrase::kNothingTurnedRed, TodayCommand(page),
            [&](const TurnedRed& row) -> std::vector<ListValue> {
              return {Shown(IdOf(row.account.name())), Shown(row.account.profile().display_name()),
                      Shown(absl::StrCat(BandedScore(row.before), " -> ", BandedScore(row.now)),
                            StyleOf(row.now.band())),
                      Shown(Sparkline(row.trend)),
                      Shown(row.movement.has_value() ? MovementText(*row.movement, say) : "")};
            });
}

void PrintRenewals(const Page& page, const DayList<RenewalAhead>& renewals) {
  const Speech& say = page.style.say;
  constexpr int kRoomForProduct = 100;
  const std::string currency =
      renewals.rows.empty() ? "" : renewals.rows[0].subscription.annual_price().currency_code();
  PrintList(page, say(Phrase::kRenewals, CountText(renewals), page.question.renewal_days), renewals,
            {{"", say(Phrase::kRenews)},
             {"", say(Phrase::kDaysLeft), Align::kRight},
             {"", say(Phrase::kAccount)},
             {"", say(Phrase::kName), Align::kLeft, true},
             {"", say(Phrase::kProduct), Align::kLeft, true, kRoomForProduct},
             {"", say(Phrase::kHealth), Align::kRight},
             {"", say(Phrase::kTrend)},
             {"", say(Phrase::kAYear, currency), Align::kRight}},
            Phrase::kNoRenewal, TodayCommand(page),
            [&](const RenewalAhead& row) -> std::vector<ListValue> {
              return {Shown(DayText(row.day)),
                      Shown(absl::StrCat(row.day - page.question.today)),
                      Shown(IdOf(row.account.name())),
                      Shown(row.account.profile().display_name()),
                      Shown(IdOf(row.subscription.product())),
                      Shown(BandedScore(row.health), StyleOf(row.health.band())),
                      Shown(Sparkline(row.trend)),
                      Shown(AmountText(row.subscription.annual_price()))};
            });
}

void PrintTable(const Day& day, const DayQuestion& question, const TextStyle& style,
                Session& session) {
  const Speech& say = style.say;
  const std::string whose = question.owner.empty() ? say(Phrase::kDayOfAll) : question.owner;
  session.out() << Paragraph(say(Phrase::kDayOf, whose, DayText(question.today), style.zone_name),
                             0, style);
  const Page page{session, style, question};
  PrintTasks(page, day.tasks);
  PrintAlerts(page, day.alerts);
  PrintTurnedRed(page, day.turned_red);
  PrintRenewals(page, day.renewals);
}

absl::StatusOr<ExitCode> RunToday(const TodayFlags& flags, Session& session) {
  if (session.format() == Format::kCsv) {
    return UsageError("--format",
                      "a day is four lists; write table or json, or ask for one list as csv: "
                      "`kizuna task list`, `kizuna alerts`, `kizuna account list --band red` or "
                      "`--renewal-within 90`");
  }
  const absl::StatusOr<client::Client*> client = session.Client();
  if (!client.ok()) return client.status();
  const auto alerts = AlertClientOf(session);
  if (!alerts.ok()) return alerts.status();
  const auto past = client::PastClient::Create((*client)->options());
  if (!past.ok()) return past.status();
  // What day it is, the server knows: its clock, in the book's time zone.
  const absl::StatusOr<v1::GetStatusResponse> status = (*client)->GetStatus({});
  if (!status.ok()) return status.status();
  const absl::StatusOr<absl::TimeZone> zone = session.BookTimeZone();
  if (!zone.ok()) return zone.status();
  const bool for_people = session.format() == Format::kTable;
  DayQuestion question;
  question.owner = flags.owner;
  question.today = absl::ToCivilDay(
      IsSet(status->server_time()) ? TimeOf(status->server_time()) : absl::Now(), *zone);
  question.red_days = flags.days;
  question.renewal_days = flags.renewal_within;
  question.shown = flags.limit >= 0 ? flags.limit : for_people ? kRowsForPeople : 0;
  question.with_trends = for_people;
  const Day day = ReadDay({**client, **alerts, **past}, question);
  if (for_people) {
    PrintTable(day, question, TextStyleOf(session), session);
  } else {
    PrintJson(day, question, session);
  }
  const auto failures = Failures(day);
  for (const auto& [name, failure] : failures) {
    session.Note(absl::StrCat(name, " could not be read: ", failure.message()));
  }
  return failures.empty() ? kOk : kError;
}

}  // namespace

void AddTodayCommand(CommandLine& line) {
  const auto flags = std::make_shared<TodayFlags>();
  CLI::App* const command =
      line.Add(nullptr, "today",
               "The day of a customer success manager: tasks, alerts, who turned "
               "red, renewals.",
               {{"kizuna today --owner sato", "what Sato has before the first call"},
                {"kizuna today --owner sato --days 30", "who turned red within a month"},
                {"kizuna today --lang ja", "everybody's, in Japanese"}},
               [flags](Session& session) { return RunToday(*flags, session); });
  CLI::Option* const owner =
      command
          ->add_option(
              "--owner", flags->owner,
              "accounts and alerts of this owner, tasks of this person (default: everybody)")
          ->type_name("NAME");
  AddEveryoneFlag(command, owner);
  command->add_option("--days", flags->days, "who turned red in the last so many days (default 7)")
      ->check(CLI::Range(1, 365).description(""))
      ->type_name("DAYS");
  command
      ->add_option("--renewal-within", flags->renewal_within,
                   "what is renewed in the next so many days (default 90)")
      ->check(CLI::Range(1, 3650).description(""))
      ->type_name("DAYS");
  command
      ->add_option("--limit", flags->limit,
                   "at most N rows of each list; 0: all (default: 10 in a table, all in json)")
      ->check(CLI::NonNegativeNumber)
      ->type_name("N");
}

}  // namespace kizuna::cli
