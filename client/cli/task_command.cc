// SPDX-License-Identifier: Apache-2.0
//
// `kizuna task`: what is to be done, by whom, until when; what was done; and are the plays
// followed?

#include "client/cli/task_command.h"

#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/types/optional.h"
#include "client/cli/answer_text.h"
#include "client/cli/command.h"
#include "client/cli/filter.h"
#include "client/cli/input_file.h"
#include "client/cli/moment.h"
#include "client/cli/pages.h"
#include "client/cli/words.h"

namespace kizuna::cli {
namespace {

struct ListFlags {
  FilterFlags filter;
  std::string person;
  std::string states;
  bool all = false;
  std::string rules;
  int64_t limit = -1;
};

struct UpdateFlags {
  std::string account, task;
  std::string until;
  std::string author, note;
};

constexpr v1::TaskState kStates[] = {
    v1::TASK_STATE_OPEN, v1::TASK_STATE_LATE,      v1::TASK_STATE_SNOOZED, v1::TASK_STATE_WITHDRAWN,
    v1::TASK_STATE_DONE, v1::TASK_STATE_DISMISSED, v1::TASK_STATE_MISSED};

absl::StatusOr<v1::ListTasksRequest> RequestOf(const ListFlags& flags, Session& session) {
  v1::ListTasksRequest request;
  request.set_person(flags.person);
  if (flags.all) request.mutable_states()->Add(std::begin(kStates), std::end(kStates));
  for (const absl::string_view word : absl::StrSplit(flags.states, ',', absl::SkipEmpty())) {
    const absl::StatusOr<v1::TaskState> state = ParseWord<v1::TaskState>("--state", word);
    if (!state.ok()) return state.status();
    request.add_states(*state);
  }
  absl::StatusOr<std::string> filter = FilterOf(flags.filter);
  if (!filter.ok()) return filter.status();
  request.set_filter(*std::move(filter));
  if (!flags.rules.empty()) {
    absl::StatusOr<std::string> text = ReadInput("--try", flags.rules, session);
    if (!text.ok()) return text.status();
    request.set_rules_text(*std::move(text));
  }
  return request;
}

std::string TaskIdOf(const v1::Task& task) {
  return task.name().substr(task.name().rfind('/') + 1);
}

// Gates are there only of tasks that were withdrawn: `gated` tells whether any may be. Where there
// is little room, who does it goes first, then the account's name.
std::vector<ListColumn> Columns(bool gated, const Speech& say) {
  constexpr int kRoomForPerson = 120;
  constexpr int kRoomForName = 100;
  return {{"account", say(Phrase::kAccount)},
          {"display_name", say(Phrase::kName), Align::kLeft, true, kRoomForName},
          {"task_id", say(Phrase::kTask), Align::kLeft, true},
          {"play", ""},
          {"state", say(Phrase::kState)},
          {"due_date", say(Phrase::kDue)},
          {"begin_date", ""},
          {"until_date", ""},
          {"done_late", ""},
          {"instruction", say(Phrase::kWhat), Align::kLeft, true},
          {"person", say(Phrase::kWho), Align::kLeft, false, kRoomForPerson},
          {"doer", ""},
          {"gates", gated ? say(Phrase::kClosedGates) : "", Align::kLeft, true},
          {"motion", ""},
          {"product", ""},
          {"channel", ""},
          {"contact_role", ""},
          {"highest_discount", ""}};
}

std::vector<ListValue> RowOf(const v1::Task& task, Format format, const Speech& say) {
  Json gates = Json::MakeArray();
  std::vector<std::string> names;
  for (const std::string& code : task.gates()) {
    gates.Append(code);
    names.push_back(say.Gate(code));
  }
  return {{IdOf(task.account()), IdOf(task.account())},
          {TextJson(task.display_name()), task.display_name()},
          {TaskIdOf(task), TaskIdOf(task)},
          {task.play(), ""},
          {WordJson(task.state()), say.Word(task.state()), StyleOf(task.state())},
          {DateJson(task.due_date()), DateText(task.due_date())},
          {DateJson(task.begin_date()), ""},
          {DateJson(task.until_date()), ""},
          {task.done_late(), ""},
          {task.instruction(), say.Instruction(task.play(), task.instruction())},
          {TextJson(task.person()), task.person().empty() ? "-" : task.person()},
          {WordJson(task.doer()), ""},
          {format == Format::kCsv ? Json(absl::StrJoin(task.gates(), ";")) : std::move(gates),
           say.Listed(names)},
          {WordJson(task.motion()), ""},
          {TextJson(IdOf(task.product())), ""},
          {TextJson(task.channel()), ""},
          {WordJson(task.contact_role()), ""},
          {task.highest_discount(), ""}};
}

absl::StatusOr<ExitCode> RunList(const ListFlags& flags, Session& session) {
  const absl::StatusOr<v1::ListTasksRequest> request = RequestOf(flags, session);
  if (!request.ok()) return request.status();
  const absl::StatusOr<client::Client*> client = session.Client();
  if (!client.ok()) return client.status();
  ListPrinter list(session.terminal(), session.format(), "tasks",
                   Columns(!request->states().empty(), session.say()));
  const auto last = ForEachPage(
      session, *request, LimitOf(flags.limit, session.format()), "tasks",
      [&](const v1::ListTasksRequest& page) { return (*client)->ListTasks(page); },
      [&](const v1::ListTasksResponse& page) {
        for (const v1::Task& task : page.tasks())
          list.Add(RowOf(task, session.format(), session.say()));
        return static_cast<int64_t>(page.tasks_size());
      });
  if (!last.ok()) return last.status();
  list.Finish(Json::MakeObject()
                  .Set("checked_at", TimeJson(last->checked_at()))
                  .Set("rulebook_number", last->rulebook_number()),
              session.say()(Phrase::kNothingToDo));
  return kOk;
}

// Of one play and person: how many tasks there are of each state.
struct Kept {
  int64_t done = 0, done_late = 0, open = 0, late = 0, missed = 0, withdrawn = 0, dismissed = 0;

  void Add(const v1::Task& task) {
    switch (task.state()) {
      case v1::TASK_STATE_DONE:
        ++(task.done_late() ? done_late : done);
        break;
      case v1::TASK_STATE_LATE:
        ++late;
        break;
      case v1::TASK_STATE_MISSED:
        ++missed;
        break;
      case v1::TASK_STATE_WITHDRAWN:
        ++withdrawn;
        break;
      case v1::TASK_STATE_DISMISSED:
        ++dismissed;
        break;
      default:
        ++open;
    }
  }

  // Of the tasks that are done or whose time is over, the share that was done in time; nullopt:
  // there are none.
  absl::optional<double> InTime() const {
    const int64_t over = done + done_late + late + missed;
    if (over == 0) return absl::nullopt;
    return static_cast<double>(done) / static_cast<double>(over);
  }
};

absl::StatusOr<ExitCode> RunCompliance(const ListFlags& flags, Session& session) {
  absl::StatusOr<v1::ListTasksRequest> request = RequestOf(flags, session);
  if (!request.ok()) return request.status();
  const absl::StatusOr<client::Client*> client = session.Client();
  if (!client.ok()) return client.status();
  std::map<std::pair<std::string, std::string>, Kept> kept;
  const auto last = ForEachPage(
      session, *request, 0, "tasks",
      [&](const v1::ListTasksRequest& page) { return (*client)->ListTasks(page); },
      [&](const v1::ListTasksResponse& page) {
        for (const v1::Task& task : page.tasks()) kept[{task.play(), task.person()}].Add(task);
        return static_cast<int64_t>(page.tasks_size());
      });
  if (!last.ok()) return last.status();
  ListPrinter list(session.terminal(), session.format(), "plays",
                   {{"play", "play"},
                    {"person", "who"},
                    {"done", "done", Align::kRight},
                    {"done_late", "done late", Align::kRight},
                    {"late", "late", Align::kRight},
                    {"missed", "missed", Align::kRight},
                    {"open", "open", Align::kRight},
                    {"withdrawn", "withdrawn", Align::kRight},
                    {"dismissed", "dismissed", Align::kRight},
                    {"in_time", "in time", Align::kRight}});
  const auto count = [](int64_t n) { return ListValue(n, absl::StrCat(n)); };
  for (const auto& [who, sums] : kept) {
    const absl::optional<double> share = sums.InTime();
    list.Add({{who.first, who.first},
              {TextJson(who.second), who.second.empty() ? "-" : who.second},
              count(sums.done),
              count(sums.done_late),
              count(sums.late),
              count(sums.missed),
              count(sums.open),
              count(sums.withdrawn),
              count(sums.dismissed),
              {OptionalJson(share.has_value(), share.value_or(0)),
               share.has_value() ? ShareText(*share) : "-"}});
  }
  list.Finish(Json::MakeObject().Set("checked_at", TimeJson(last->checked_at())),
              "No play has given a task in the last 90 days.");
  return kOk;
}

absl::StatusOr<ExitCode> RunUpdate(v1::TaskUpdate::Status status, const UpdateFlags& flags,
                                   Session& session) {
  v1::UpdateTaskRequest request;
  request.set_name(absl::StrCat(AccountName(flags.account), "/tasks/", flags.task));
  request.set_status(status);
  request.set_author(flags.author);
  request.set_note(flags.note);
  if (!flags.until.empty()) {
    const absl::StatusOr<absl::CivilDay> day = ParseDay("--until", flags.until);
    if (!day.ok()) return day.status();
    *request.mutable_until_date() = DateOf(*day);
  }
  const absl::StatusOr<client::Client*> client = session.Client();
  if (!client.ok()) return client.status();
  const absl::StatusOr<v1::UpdateTaskResponse> answer = (*client)->UpdateTask(request);
  if (!answer.ok()) return answer.status();
  ListPrinter list(session.terminal(), session.format(), "tasks",
                   Columns(answer->task().gates_size() > 0, session.say()));
  list.Add(RowOf(answer->task(), session.format(), session.say()));
  list.Finish(Json::MakeObject().Set("revision", answer->revision()), "");
  return kOk;
}

void AddUpdate(CommandLine& line, CLI::App* group, const std::string& verb,
               v1::TaskUpdate::Status status, const std::string& summary, Example example) {
  const auto flags = std::make_shared<UpdateFlags>();
  CLI::App* const command =
      line.Add(group, verb, summary, {std::move(example)},
               [flags, status](Session& session) { return RunUpdate(status, *flags, session); });
  command->add_option("account", flags->account, "the account's id")->required();
  command->add_option("task", flags->task, "the task, as `kizuna task list` names it")->required();
  command->add_option("--author", flags->author, "who says so")->type_name("PERSON")->required();
  command->add_option("--note", flags->note, "what came of it")->type_name("TEXT");
  if (status == v1::TaskUpdate::STATUS_SNOOZED) {
    command->add_option("--until", flags->until, "the day it is back: YYYY-MM-DD")
        ->type_name("DATE")
        ->required();
  }
}

void AddListFlags(CLI::App* command, const std::shared_ptr<ListFlags>& flags) {
  command->add_option("--person", flags->person, "only tasks of this person")->type_name("PERSON");
  command
      ->add_option("--try", flags->rules,
                   "the plays of this rulebook text instead of those in force; - reads standard "
                   "input")
      ->type_name("FILE");
  AddFilterFlags(command, &flags->filter);
}

}  // namespace

Style StyleOf(v1::TaskState state) {
  switch (state) {
    case v1::TASK_STATE_LATE:
    case v1::TASK_STATE_MISSED:
      return Style::kBad;
    case v1::TASK_STATE_DONE:
      return Style::kGood;
    case v1::TASK_STATE_OPEN:
      return Style::kPlain;
    default:
      return Style::kDim;
  }
}

Json TaskJson(const v1::Task& task) {
  const std::vector<ListColumn> columns = Columns(true, Speech());
  std::vector<ListValue> row = RowOf(task, Format::kJson, Speech());
  Json object = Json::MakeObject();
  for (size_t i = 0; i < row.size(); ++i) object.Set(columns[i].key, std::move(row[i].value));
  return object;
}

void AddTaskCommands(CommandLine& line) {
  CLI::App* const group = line.AddGroup("task", "What the plays ask for, and what was done.");
  const auto listed = std::make_shared<ListFlags>();
  CLI::App* const list =
      line.Add(group, "list", "What is to be done, by whom, until when.",
               {{"kizuna task list --person sato", "what Sato has to do"},
                {"kizuna task list --all --segment enterprise", "of every state"},
                {"kizuna task list --try mine.textproto", "what other plays would ask for today"}},
               [listed](Session& session) { return RunList(*listed, session); });
  CLI::Option* const states =
      list->add_option("--state", listed->states,
                       "only these, joined by commas: " + WordsOf(v1::TaskState_descriptor()) +
                           " (default: open,late)")
          ->type_name("STATES");
  list->add_flag("--all", listed->all, "every state")->excludes(states);
  list->add_option("--limit", listed->limit, kLimitHelp)
      ->check(CLI::NonNegativeNumber)
      ->type_name("N");
  line.MarkList(list);
  AddListFlags(list, listed);

  AddUpdate(line, group, "done", v1::TaskUpdate::STATUS_DONE, "Say that a task was done.",
            {"kizuna task done acme welcome.2026-11-02 --author sato --note \"they are live\"",
             "and what came of it"});
  AddUpdate(line, group, "snooze", v1::TaskUpdate::STATUS_SNOOZED, "Put a task off.",
            {"kizuna task snooze acme welcome.2026-11-02 --until 2026-12-01 --author sato",
             "it is back on that day"});
  AddUpdate(line, group, "dismiss", v1::TaskUpdate::STATUS_DISMISSED,
            "Say that a task will not be done.",
            {"kizuna task dismiss acme welcome.2026-11-02 --author sato --note \"met in person\"",
             "and why"});
  AddUpdate(line, group, "reopen", v1::TaskUpdate::STATUS_REOPENED, "Take back what was said.",
            {"kizuna task reopen acme welcome.2026-11-02 --author sato", "it is to be done again"});

  const auto counted = std::make_shared<ListFlags>();
  counted->all = true;
  CLI::App* const compliance = line.Add(
      group, "compliance", "Are the plays followed? By play and person, of the last 90 days.",
      {{"kizuna task compliance", "everybody"},
       {"kizuna task compliance --segment enterprise --format csv", "of the big accounts"}},
      [counted](Session& session) { return RunCompliance(*counted, session); });
  line.MarkList(compliance);
  AddListFlags(compliance, counted);
}

}  // namespace kizuna::cli
