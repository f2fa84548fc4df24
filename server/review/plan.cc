// SPDX-License-Identifier: Apache-2.0
//
// What was planned, what became of it, and what comes next.

#include <algorithm>
#include <tuple>
#include <vector>

#include "server/convert/names.h"
#include "server/convert/values.h"
#include "server/review/sections.h"

namespace kizuna::review {
namespace {

using Action = engine::ReviewAction;

static_assert(static_cast<int>(Action::Kind::kRenewal) == v1::ReviewAction::KIND_RENEWAL);
static_assert(static_cast<int>(Action::State::kDropped) == v1::ReviewAction::STATE_DROPPED);

void ActionToWire(const Material& material, const Action& action, v1::ReviewAction* out) {
  out->set_kind(static_cast<v1::ReviewAction::Kind>(action.kind));
  out->set_state(static_cast<v1::ReviewAction::State>(action.state));
  out->set_subject(action.subject);
  if (action.kind == Action::Kind::kIssue) out->set_text(material.TextOf(action.id, true));
  if (action.kind == Action::Kind::kTicket) out->set_text(material.TicketText(action.id));
  if (action.kind == Action::Kind::kObjective) out->set_text(material.ObjectiveText(action.id));
  out->set_milestone(static_cast<v1::Milestone>(action.milestone));
  if (action.due != engine::kNoDay) *out->mutable_due_date() = convert::ToWire(action.due);
  if (action.done != engine::kNoDay) *out->mutable_done_date() = convert::ToWire(action.done);
  out->set_severity(static_cast<v1::Ticket::Severity>(action.severity));
}

}  // namespace

void ObjectiveToWire(const Material& material, const engine::ObjectiveContent& objective,
                     engine::Day day, v1::ReviewObjective* out) {
  const engine::ObjectiveStanding standing = engine::StandingOf(objective, day);
  out->set_objective_id(objective.objective_id);
  out->set_title(material.ObjectiveText(objective.objective_id));
  *out->mutable_start_date() = convert::ToWire(objective.start);
  *out->mutable_due_date() = convert::ToWire(objective.due);
  out->set_target(convert::DoubleOf(objective.target));
  out->set_progress(convert::DoubleOf(objective.progress));
  out->set_expected(convert::DoubleOf(standing.expected));
  out->set_result(static_cast<v1::ReviewObjective::Result>(standing.result));
}

void FillPlan(const Scene& scene, v1::Review* out) {
  const Material& material = scene.material;
  const engine::Calendar& calendar = material.calendar();
  const engine::Day until = scene.DayOf(scene.until.at), today = scene.DayOf(material.now());
  for (const Action& action :
       engine::ActionsOf(scene.before.state, scene.DayOf(scene.before.at), scene.until.state,
                         until, calendar)) {
    ActionToWire(material, action, out->add_actions());
  }
  for (const Action& action :
       engine::ActionsOf(scene.now.state, today, scene.now.state, today, calendar)) {
    ActionToWire(material, action, out->add_plan());
  }
  std::vector<const engine::ObjectiveContent*> objectives;
  for (const engine::ObjectiveState& objective : scene.until.state.objectives) {
    if (engine::RanIn(objective.now, scene.Quarter())) objectives.push_back(&objective.now);
  }
  std::sort(objectives.begin(), objectives.end(), [](const auto* a, const auto* b) {
    return std::tie(a->due, a->objective_id) < std::tie(b->due, b->objective_id);
  });
  for (const auto* objective : objectives) {
    ObjectiveToWire(material, *objective, until, out->add_objectives());
  }
}

void IssueToWire(const Material& material, const engine::IssueState& issue, bool confirmed,
                 v1::ReviewIssue* out) {
  const engine::Calendar& calendar = material.calendar();
  out->set_category(issue.category);
  out->set_text(material.TextOf(issue.issue_id, confirmed));
  out->set_status(static_cast<v1::Issue::Status>(issue.status));
  // To the customer an issue begins when they confirm it.
  const engine::Instant first = confirmed && issue.confirmed.given()
                                    ? issue.confirmed.observed_at
                                    : material.FirstTold(issue.issue_id);
  if (first != engine::kLongAgo) {
    *out->mutable_first_date() = convert::ToWire(calendar.DayOf(first));
  }
  if (issue.status >= engine::IssueContent::Status::kSolved) {
    *out->mutable_solved_date() = convert::ToWire(calendar.DayOf(issue.status_set.observed_at));
  }
}

void FillIssues(const Scene& scene, v1::Review* out) {
  using Status = engine::IssueContent::Status;
  std::vector<const engine::IssueState*> issues;
  for (const engine::IssueState& issue : scene.until.state.issues) {
    const bool open = issue.status == Status::kConfirmed;
    const bool solved = issue.status >= Status::kSolved &&
                        scene.InQuarter(issue.status_set.observed_at);
    if (open || solved) issues.push_back(&issue);
  }
  std::sort(issues.begin(), issues.end(), [&](const auto* a, const auto* b) {
    const auto order = [&](const engine::IssueState& issue) {
      return std::tuple(issue.status >= Status::kSolved, scene.material.FirstTold(issue.issue_id),
                        issue.issue_id);
    };
    return order(*a) < order(*b);
  });
  for (const auto* issue : issues) {
    IssueToWire(scene.material, *issue, !scene.internal, out->add_issues());
  }
}

}  // namespace kizuna::review
