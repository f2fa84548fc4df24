// SPDX-License-Identifier: Apache-2.0

#include "server/services/task_service.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/convert/names.h"
#include "server/convert/values.h"
#include "server/engine/play.h"
#include "server/ledger/own_facts.h"
#include "server/services/filter.h"
#include "server/services/page_token.h"
#include "server/services/record.h"
#include "server/services/rules_text.h"

namespace kizuna::server {
namespace {

constexpr absl::string_view kTasks = "/tasks/";
constexpr int kMostSnoozedDays = 366;

static_assert(static_cast<int>(engine::Task::State::kMissed) == v1::TASK_STATE_MISSED);

v1::Task TaskToWire(const ledger::View& view, const engine::Task& task) {
  const engine::PlaySpec& play = task.play->spec;
  v1::Task out;
  out.set_account(convert::AccountName(view.account));
  out.set_name(absl::StrCat(out.account(), kTasks, task.id));
  out.set_display_name(view.state->Profile("display_name"));
  out.set_play(play.name);
  out.set_instruction(play.instruction);
  out.set_doer(static_cast<v1::Play::Doer>(static_cast<int>(play.doer) + 1));
  out.set_person(engine::DoerOf(*task.play, *view.state));
  out.set_state(static_cast<v1::TaskState>(task.state));
  *out.mutable_begin_date() = convert::ToWire(task.begin);
  *out.mutable_due_date() = convert::ToWire(task.due);
  if (task.state == engine::Task::State::kSnoozed) {
    *out.mutable_until_date() = convert::ToWire(task.until);
  }
  out.set_done_late(task.done_late);
  for (const std::string& gate : task.gates) out.add_gates(gate);
  out.set_motion(convert::ToWire(play.motion));
  out.set_product(convert::ProductName(play.product));
  out.set_channel(play.channel);
  out.set_contact_role(static_cast<v1::Role>(play.contact_role));
  out.set_highest_discount(play.highest_discount);
  return out;
}

// Which tasks a list shows.
class Selection {
 public:
  static Selection Of(const v1::ListTasksRequest& request, const convert::FieldPath& path,
                      convert::Violations& violations) {
    Selection selection;
    selection.person_ = request.person();
    for (int i = 0; i < request.states_size(); ++i) {
      if (request.states(i) == v1::TASK_STATE_UNSPECIFIED ||
          !v1::TaskState_IsValid(request.states(i))) {
        violations.Add(path.Item("states", i), "must be a state");
      }
      selection.states_.push_back(request.states(i));
    }
    if (selection.states_.empty()) selection.states_ = {v1::TASK_STATE_OPEN, v1::TASK_STATE_LATE};
    return selection;
  }

  bool Keeps(const v1::Task& task) const {
    const bool state = std::find(states_.begin(), states_.end(), task.state()) != states_.end();
    return state && (person_.empty() || task.person() == person_);
  }

 private:
  std::vector<int> states_;
  std::string person_;
};

std::vector<v1::Task> TasksOf(const ledger::View& view, const engine::Rulebook& rulebook,
                              const Selection& selection) {
  std::vector<v1::Task> tasks;
  for (const engine::Task& task : engine::TasksOf(*view.state, rulebook, view.checked_at)) {
    v1::Task wire = TaskToWire(view, task);
    if (selection.Keeps(wire)) tasks.push_back(std::move(wire));
  }
  return tasks;
}

// What a request's page token is bound to.
PageRequest PageOf(const v1::ListTasksRequest& request) {
  std::string states;
  for (const int state : request.states()) absl::StrAppend(&states, state, ",");
  return PageRequest(
      {"ListTasks", request.filter(), states, request.person(), request.rules_text()});
}

absl::Status List(const Environment& environment, const v1::ListTasksRequest& request,
                  v1::ListTasksResponse* response) {
  const convert::FieldPath path;
  convert::Violations violations;
  const int page_size = PageSizeOf(request.page_size(), path.Field("page_size"), violations);
  const AccountFilter filter = AccountFilter::Parse(request.filter(), path.Field("filter"),
                                                    *environment.ledger->rulebook(), violations);
  const Selection selection = Selection::Of(request, path, violations);
  const PageRequest page = PageOf(request);
  const std::string after =
      page.Position(request.page_token(), path.Field("page_token"), violations);
  if (!violations.empty()) return violations.ToStatus();
  std::shared_ptr<const engine::Rulebook> rulebook = environment.ledger->rulebook();
  if (!request.rules_text().empty()) {
    if (absl::Status status = CheckRulesText(environment, request.rules_text()); !status.ok()) {
      return status;
    }
    auto tried = environment.ledger->CompileRules(request.rules_text());
    if (!tried.ok()) return tried.status();
    rulebook = *std::move(tried);
  }
  const auto has_any = [&](const ledger::View& view) {
    return filter.Keeps(view) && !TasksOf(view, *rulebook, selection).empty();
  };
  auto accounts = environment.ledger->ListAccounts(after, page_size, has_any);
  if (!accounts.ok()) return accounts.status();
  for (const ledger::View& view : accounts->accounts) {
    for (v1::Task& task : TasksOf(view, *rulebook, selection)) {
      *response->add_tasks() = std::move(task);
    }
  }
  if (!accounts->next.empty()) response->set_next_page_token(page.Token(accounts->next));
  *response->mutable_checked_at() = convert::TimestampOf(environment.ledger->Now());
  if (request.rules_text().empty()) response->set_rulebook_number(rulebook->number());
  return absl::OkStatus();
}

// The account's task of that id as it stands at the view's instant.
std::optional<engine::Task> FindTask(const ledger::View& view, absl::string_view id) {
  for (engine::Task& task : engine::TasksOf(*view.state, *view.rulebook, view.checked_at)) {
    if (task.id == id) return std::move(task);
  }
  return std::nullopt;
}

struct TaskName {
  std::string account;
  std::string task;
};

TaskName NameOf(absl::string_view name, const convert::FieldPath& path,
                convert::Violations& violations) {
  const size_t at = name.find(kTasks);
  if (at == absl::string_view::npos || at + kTasks.size() == name.size()) {
    violations.Add(path, "must be accounts/{account}/tasks/{task}, as ListTasks names it");
    return {};
  }
  return {convert::AccountIdOf(name.substr(0, at), true, path, violations),
          std::string(name.substr(at + kTasks.size()))};
}

void CheckUntil(const Environment& environment, const v1::UpdateTaskRequest& request,
                const convert::FieldPath& path, convert::Violations& violations) {
  if (!request.has_until_date()) return;
  const auto until = convert::DayOf(request.until_date(), path, violations);
  const engine::Day today = environment.ledger->calendar().DayOf(environment.ledger->Now());
  if (until && (*until <= today || *until > today + kMostSnoozedDays)) {
    violations.Add(path, absl::StrCat("must lie 1 to ", kMostSnoozedDays, " days ahead"));
  }
}

v1::Fact FactOf(const v1::UpdateTaskRequest& request, const TaskName& name) {
  v1::Fact fact;
  fact.set_account(convert::AccountName(name.account));
  fact.set_source(std::string(ledger::kOwnSource));
  fact.set_fact_id(
      absl::StrCat("task.", request.request_id().empty() ? NewFactId() : request.request_id()));
  v1::TaskUpdate* update = fact.mutable_task();
  update->set_task_id(name.task);
  update->set_status(request.status());
  if (request.has_until_date()) *update->mutable_until_date() = request.until_date();
  update->set_author(request.author());
  update->set_note(request.note());
  return fact;
}

absl::Status Update(const Environment& environment, const v1::UpdateTaskRequest& request,
                    v1::UpdateTaskResponse* response) {
  const convert::FieldPath path;
  convert::Violations violations;
  const TaskName name = NameOf(request.name(), path.Field("name"), violations);
  CheckUntil(environment, request, path.Field("until_date"), violations);
  CheckRequestId(request.request_id(), path.Field("request_id"), violations);
  if (!violations.empty()) return violations.ToStatus();
  auto view = ReadAccount(environment, name.account);
  if (!view.ok()) return view.status();
  const absl::Status no_such_task = absl::NotFoundError(
      absl::StrCat("the account has no task '", name.task, "' now; list them with ListTasks"));
  if (!FindTask(*view, name.task)) return no_such_task;
  auto recorded = RecordOwnFact(environment, FactOf(request, name), path);
  if (!recorded.ok()) return recorded.status();
  ledger::ReadOptions options;
  options.at_least_as_fresh = recorded->revision;
  view = ReadAccount(environment, name.account, options);
  if (!view.ok()) return view.status();
  const std::optional<engine::Task> task = FindTask(*view, name.task);
  if (!task) return no_such_task;
  *response->mutable_task() = TaskToWire(*view, *task);
  response->set_revision(recorded->revision);
  return absl::OkStatus();
}

}  // namespace

grpc::ServerUnaryReactor* TaskService::ListTasks(grpc::CallbackServerContext* context,
                                                 const v1::ListTasksRequest* request,
                                                 v1::ListTasksResponse* response) {
  return ServeOnWorker(
      environment_, context, "TaskService/ListTasks", MethodKind::kRead, request, response,
      [this](Call&, const auto& in, auto* out) { return List(environment_, in, out); });
}

grpc::ServerUnaryReactor* TaskService::UpdateTask(grpc::CallbackServerContext* context,
                                                  const v1::UpdateTaskRequest* request,
                                                  v1::UpdateTaskResponse* response) {
  return ServeOnWorker(
      environment_, context, "TaskService/UpdateTask", MethodKind::kWrite, request, response,
      [this](Call&, const auto& in, auto* out) { return Update(environment_, in, out); });
}

}  // namespace kizuna::server
