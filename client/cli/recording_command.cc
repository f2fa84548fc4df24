// SPDX-License-Identifier: Apache-2.0
//
// `kizuna issue`, `objective`, `hearing`, `hold`, `waiver`, `override`: what a customer success
// manager writes down by hand, each a short command that makes one fact.

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "client/cli/command.h"
#include "client/cli/fact_id.h"
#include "client/cli/moment.h"
#include "client/cli/recording.h"
#include "client/cli/words.h"

namespace kizuna::cli {
namespace {

// What was typed, of whichever verb.
struct Typed {
  std::string account;
  std::string id;  // of the issue, objective, hold or waiver
  std::string category, text, author, reason, expires_at;
  std::string gate, tier;
  std::string target, progress, start_date, due_date, closed_date;
  bool assumed = false, need_found = false;
};
using Flags = std::shared_ptr<Typed>;

// The id that was given, or a short new one that a person can type.
std::string IdOrNew(const Typed& typed) {
  return typed.id.empty() ? NewFactId().substr(0, 8) : typed.id;
}

// --- issue

absl::StatusOr<ExitCode> AddIssue(const Typed& typed, Session& session) {
  v1::Fact fact;
  v1::Issue& issue = *fact.mutable_issue();
  issue.set_issue_id(IdOrNew(typed));
  issue.set_category(typed.category);
  issue.set_status(typed.assumed ? v1::Issue::STATUS_ASSUMED : v1::Issue::STATUS_CONFIRMED);
  issue.set_description(typed.text);
  return RecordAndTell(typed.account, fact, absl::StrCat("issue ", issue.issue_id(), " added"),
                       {{"issue_id", "--id"}}, session);
}

absl::StatusOr<v1::Fact> IssueOf(const Typed& typed, Session& session) {
  return NewestFact(
      typed.account, "ISSUE",
      [&](const v1::Fact& fact) { return fact.issue().issue_id() == typed.id; }, session);
}

// The issue as it was, with another status.
absl::StatusOr<ExitCode> SetIssue(const Typed& typed, const v1::Fact& was, v1::Issue::Status status,
                                  absl::string_view what, Session& session) {
  v1::Fact fact;
  *fact.mutable_issue() = was.issue();
  fact.mutable_issue()->set_status(status);
  if (!typed.text.empty()) fact.mutable_issue()->set_description(typed.text);
  return RecordAndTell(typed.account, fact, absl::StrCat("issue ", typed.id, " ", what),
                       {{"issue_id", "ISSUE"}}, session);
}

absl::StatusOr<ExitCode> SolveIssue(const Typed& typed, Session& session) {
  const absl::StatusOr<v1::Fact> was = IssueOf(typed, session);
  if (!was.ok()) return was.status();
  return SetIssue(typed, *was, v1::Issue::STATUS_SOLVED, "solved", session);
}

absl::StatusOr<ExitCode> ConfirmIssue(const Typed& typed, Session& session) {
  const absl::StatusOr<v1::Fact> was = IssueOf(typed, session);
  if (!was.ok()) return was.status();
  switch (was->issue().status()) {
    case v1::Issue::STATUS_ASSUMED:
      return SetIssue(typed, *was, v1::Issue::STATUS_CONFIRMED, "confirmed", session);
    case v1::Issue::STATUS_SOLVED:
      return SetIssue(typed, *was, v1::Issue::STATUS_SOLUTION_CONFIRMED, "confirmed as solved",
                      session);
    case v1::Issue::STATUS_CONFIRMED:
      return UsageError("ISSUE",
                        "the customer confirmed it already; when it is solved, say `kizuna issue "
                        "solve` first");
    default:
      return UsageError("ISSUE", "the customer confirmed its solution already");
  }
}

// --- objective

absl::Status FillObjective(const Typed& typed, v1::Objective* objective) {
  absl::Status status;
  if (!typed.start_date.empty()) {
    status = SetDay("--start-date", typed.start_date, objective->mutable_start_date());
  }
  if (status.ok() && !typed.due_date.empty()) {
    status = SetDay("--due-date", typed.due_date, objective->mutable_due_date());
  }
  if (status.ok() && !typed.closed_date.empty()) {
    status = SetDay("--on", typed.closed_date, objective->mutable_closed_date());
  }
  if (!status.ok()) return status;
  if (!typed.target.empty()) {
    const absl::StatusOr<double> target = NumberOf("--target", typed.target);
    if (!target.ok()) return target.status();
    objective->set_target(*target);
  }
  if (!typed.progress.empty()) {
    const absl::StatusOr<double> progress = NumberOf("PROGRESS", typed.progress);
    if (!progress.ok()) return progress.status();
    objective->set_progress(*progress);
  }
  if (!typed.text.empty()) objective->set_title(typed.text);
  return absl::OkStatus();
}

absl::StatusOr<ExitCode> SetObjective(const Typed& typed, Session& session) {
  v1::Fact fact;
  v1::Objective& objective = *fact.mutable_objective();
  objective.set_objective_id(IdOrNew(typed));
  if (const absl::Status wrong = FillObjective(typed, &objective); !wrong.ok()) return wrong;
  return RecordAndTell(typed.account, fact,
                       absl::StrCat("objective ", objective.objective_id(), " set"),
                       {{"objective_id", "--id"}}, session);
}

// The objective as it was, with what was typed.
absl::StatusOr<ExitCode> ChangeObjective(const Typed& typed, absl::string_view what,
                                         Session& session) {
  absl::StatusOr<v1::Fact> was = NewestFact(
      typed.account, "OBJECTIVE",
      [&](const v1::Fact& fact) { return fact.objective().objective_id() == typed.id; }, session);
  if (!was.ok()) return was.status();
  v1::Fact fact;
  *fact.mutable_objective() = was->objective();
  if (const absl::Status wrong = FillObjective(typed, fact.mutable_objective()); !wrong.ok()) {
    return wrong;
  }
  return RecordAndTell(
      typed.account, fact, absl::StrCat("objective ", typed.id, " ", what),
      {{"objective_id", "OBJECTIVE"}, {"progress", "PROGRESS"}, {"closed_date", "--on"}}, session);
}

absl::StatusOr<ExitCode> CloseObjective(Typed typed, Session& session) {
  if (typed.closed_date.empty()) {
    const absl::StatusOr<absl::TimeZone> zone = session.BookTimeZone();
    if (!zone.ok()) return zone.status();
    typed.closed_date = DayText(absl::Now(), *zone);
  }
  return ChangeObjective(typed, absl::StrCat("closed on ", typed.closed_date), session);
}

// --- hearing, hold, waiver, override

absl::StatusOr<ExitCode> Hear(const Typed& typed, Session& session) {
  v1::Fact fact;
  fact.mutable_hearing()->set_need_found(typed.need_found);
  fact.mutable_hearing()->set_note(typed.text);
  return RecordAndTell(typed.account, fact, "hearing noted", {}, session);
}

// Author, reason and end are called the same in all that a person decides.
template <typename Content>
absl::Status FillDecision(const Typed& typed, Session& session, Content* content) {
  content->set_author(typed.author);
  content->set_reason(typed.reason);
  if (typed.expires_at.empty()) return absl::OkStatus();
  return SetInstant("--expires-at", typed.expires_at, session, content->mutable_expires_at());
}

absl::StatusOr<ExitCode> PlaceHold(const Typed& typed, Session& session) {
  v1::Fact fact;
  v1::Hold& hold = *fact.mutable_hold();
  hold.set_hold_id(IdOrNew(typed));
  if (const absl::Status wrong = FillDecision(typed, session, &hold); !wrong.ok()) return wrong;
  return RecordAndTell(typed.account, fact, absl::StrCat("hold ", hold.hold_id(), " placed"),
                       {{"hold_id", "--id"}}, session);
}

absl::StatusOr<ExitCode> ReleaseHold(const Typed& typed, Session& session) {
  const absl::StatusOr<v1::Fact> was = NewestFact(
      typed.account, "HOLD",
      [&](const v1::Fact& fact) { return fact.hold().hold_id() == typed.id; }, session);
  if (!was.ok()) return was.status();
  if (was->hold().released()) return UsageError("HOLD", "it is released already");
  v1::Fact fact;
  v1::Hold& hold = *fact.mutable_hold();
  hold.set_hold_id(typed.id);
  hold.set_released(true);
  if (const absl::Status wrong = FillDecision(typed, session, &hold); !wrong.ok()) return wrong;
  return RecordAndTell(typed.account, fact, absl::StrCat("hold ", typed.id, " released"),
                       {{"hold_id", "HOLD"}}, session);
}

absl::StatusOr<ExitCode> GrantWaiver(const Typed& typed, Session& session) {
  v1::Fact fact;
  v1::Waiver& waiver = *fact.mutable_waiver();
  waiver.set_waiver_id(IdOrNew(typed));
  waiver.set_gate(typed.gate);
  if (const absl::Status wrong = FillDecision(typed, session, &waiver); !wrong.ok()) return wrong;
  return RecordAndTell(
      typed.account, fact,
      absl::StrCat("waiver ", waiver.waiver_id(), " of ", waiver.gate(), " granted"),
      {{"waiver_id", "--id"}, {"gate", "GATE"}}, session);
}

absl::StatusOr<ExitCode> RevokeWaiver(const Typed& typed, Session& session) {
  const absl::StatusOr<v1::Fact> was = NewestFact(
      typed.account, "WAIVER",
      [&](const v1::Fact& fact) { return fact.waiver().waiver_id() == typed.id; }, session);
  if (!was.ok()) return was.status();
  if (was->waiver().released()) return UsageError("WAIVER", "it is revoked already");
  v1::Fact fact;
  *fact.mutable_waiver() = was->waiver();
  v1::Waiver& waiver = *fact.mutable_waiver();
  waiver.set_released(true);
  waiver.set_author(typed.author);
  waiver.set_reason(typed.reason);
  return RecordAndTell(typed.account, fact, absl::StrCat("waiver ", typed.id, " revoked"),
                       {{"waiver_id", "WAIVER"}}, session);
}

absl::StatusOr<ExitCode> OverrideLoyalty(const Typed& typed, Session& session) {
  const absl::StatusOr<v1::LoyaltyTier> tier = ParseWord<v1::LoyaltyTier>("TIER", typed.tier);
  if (!tier.ok()) return tier.status();
  v1::Fact fact;
  fact.mutable_loyalty_override()->set_tier(*tier);
  const absl::Status wrong = FillDecision(typed, session, fact.mutable_loyalty_override());
  if (!wrong.ok()) return wrong;
  return RecordAndTell(typed.account, fact,
                       absl::StrCat("loyalty tier set to ", Spoken(Word(*tier))),
                       {{"tier", "TIER"}}, session);
}

absl::StatusOr<ExitCode> OverrideTouch(const Typed& typed, Session& session) {
  const absl::StatusOr<v1::TouchTier> tier = ParseWord<v1::TouchTier>("TIER", typed.tier);
  if (!tier.ok()) return tier.status();
  v1::Fact fact;
  fact.mutable_touch_override()->set_tier(*tier);
  const absl::Status wrong = FillDecision(typed, session, fact.mutable_touch_override());
  if (!wrong.ok()) return wrong;
  return RecordAndTell(typed.account, fact, absl::StrCat("touch tier set to ", Spoken(Word(*tier))),
                       {{"tier", "TIER"}}, session);
}

// --- the command line

using Run = absl::StatusOr<ExitCode> (*)(const Typed&, Session&);

CLI::App* AddVerb(CommandLine& line, CLI::App* group, const char* name, const char* summary,
                  Example example, const Flags& typed, Run run) {
  CLI::App* const command =
      line.Add(group, name, summary, {std::move(example)},
               [typed, run](Session& session) { return run(*typed, session); });
  command->add_option("account", typed->account, "the account's id")->required();
  return command;
}

void AddNewId(CLI::App* command, const Flags& typed) {
  command->add_option("--id", typed->id, "its id (default: a new one, which is told)")
      ->type_name("ID");
}

void AddDecision(CLI::App* command, const Flags& typed, bool expires, bool must_expire) {
  command->add_option("--author", typed->author, "who decided")->type_name("TEXT")->required();
  command->add_option("--reason", typed->reason, "why")->type_name("TEXT")->required();
  if (!expires) return;
  CLI::Option* const end =
      command->add_option("--expires-at", typed->expires_at, "when it ends by itself")
          ->type_name("DATE");
  if (must_expire) end->required();
}

void AddIssueVerbs(CommandLine& line, const Flags& typed) {
  CLI::App* const group = line.AddGroup("issue", "A customer's problem: add, solve, confirm.");
  CLI::App* const add =
      AddVerb(line, group, "add", "Write down a problem that the customer has.",
              {"kizuna issue add acme --category picking --description \"pickers walk too far\"",
               "confirmed with the customer; --assumed for one that its segment has"},
              typed, AddIssue);
  add->add_option("--category", typed->category, "as the rulebook's issue map names it")
      ->type_name("TEXT")
      ->required();
  add->add_option("--description", typed->text, "the problem")->type_name("TEXT");
  add->add_flag("--assumed", typed->assumed, "not confirmed with the customer yet");
  AddNewId(add, typed);
  CLI::App* const solve = AddVerb(
      line, group, "solve", "We hold it to be solved.",
      {"kizuna issue solve acme i-3", "the customer has yet to confirm it"}, typed, SolveIssue);
  CLI::App* const confirm =
      AddVerb(line, group, "confirm",
              "The customer confirmed it: an assumed problem, or the solution of a solved one.",
              {"kizuna issue confirm acme i-3", "solved before: the solution is confirmed"}, typed,
              ConfirmIssue);
  for (CLI::App* const command : {solve, confirm}) {
    command->add_option("issue", typed->id, "the issue's id")->required();
    command->add_option("--description", typed->text, "other words for it")->type_name("TEXT");
  }
}

void AddObjectiveVerbs(CommandLine& line, const Flags& typed) {
  CLI::App* const group =
      line.AddGroup("objective", "What the customer wants to achieve: set, progress, close.");
  CLI::App* const set = AddVerb(
      line, group, "set", "Write down an objective, or replace one.",
      {"kizuna objective set acme --title \"orders a day\" --target 500 --start-date 2026-10-01 "
       "--due-date 2026-12-31",
       "500 orders a day by the end of the year"},
      typed, SetObjective);
  set->add_option("--title", typed->text, "the objective")->type_name("TEXT");
  set->add_option("--target", typed->target, "what is to be reached, in its own unit")
      ->type_name("NUMBER")
      ->required();
  set->add_option("--start-date", typed->start_date, "the day it starts")
      ->type_name("YYYY-MM-DD")
      ->required();
  set->add_option("--due-date", typed->due_date, "the day it is to be reached")
      ->type_name("YYYY-MM-DD")
      ->required();
  set->add_option("--progress", typed->progress, "what is reached (default 0)")
      ->type_name("NUMBER");
  AddNewId(set, typed);
  CLI::App* const progress =
      AddVerb(line, group, "progress", "Say how far they are.",
              {"kizuna objective progress acme o-1 320", "in the unit of the target"}, typed,
              [](const Typed& all, Session& session) {
                return ChangeObjective(all, absl::StrCat("is at ", all.progress), session);
              });
  progress->add_option("objective", typed->id, "the objective's id")->required();
  progress->add_option("progress", typed->progress, "what is reached")->required();
  CLI::App* const close =
      AddVerb(line, group, "close", "End an objective, reached or not.",
              {"kizuna objective close acme o-1", "today"}, typed,
              [](const Typed& all, Session& session) { return CloseObjective(all, session); });
  close->add_option("objective", typed->id, "the objective's id")->required();
  close->add_option("--on", typed->closed_date, "the day (default: today)")
      ->type_name("YYYY-MM-DD");
}

void AddHearing(CommandLine& line, const Flags& typed) {
  CLI::App* const hearing =
      AddVerb(line, nullptr, "hearing", "We asked what they need, and this is what they said.",
              {"kizuna hearing acme --need-found --note \"a second site next spring\"",
               "without --need-found: they named none, which is worth knowing too"},
              typed, Hear);
  hearing->add_flag("--need-found", typed->need_found, "they named a need");
  hearing->add_option("--note", typed->text, "what they said")->type_name("TEXT");
}

void AddHoldVerbs(CommandLine& line, const Flags& typed) {
  CLI::App* const group = line.AddGroup("hold", "Close an account to outreach: place, release.");
  CLI::App* const place =
      AddVerb(line, group, "place", "Nobody is to approach this account.",
              {"kizuna hold place acme --author sato --reason \"merger under way\" --expires-at "
               "2026-12-31",
               "until the end of that day; without --expires-at until it is released"},
              typed, PlaceHold);
  AddDecision(place, typed, true, false);
  AddNewId(place, typed);
  CLI::App* const release =
      AddVerb(line, group, "release", "The account may be approached again.",
              {"kizuna hold release acme h-1 --author sato --reason \"merger done\"",
               "other gates may still hold"},
              typed, ReleaseHold);
  release->add_option("hold", typed->id, "the hold's id")->required();
  AddDecision(release, typed, false, false);
}

void AddWaiverVerbs(CommandLine& line, const Flags& typed) {
  CLI::App* const group =
      line.AddGroup("waiver", "Open a gate for a time though it holds: grant, revoke.");
  CLI::App* const grant =
      AddVerb(line, group, "grant", "Open one gate, on somebody's authority.",
              {"kizuna waiver grant acme COOLING_OFF --author sato --reason \"they asked us to "
               "come back\" --expires-at 2026-12-31",
               "dissatisfaction can never be waived"},
              typed, GrantWaiver);
  grant->add_option("gate", typed->gate, "its code, such as COOLING_OFF")->required();
  AddDecision(grant, typed, true, true);
  AddNewId(grant, typed);
  CLI::App* const revoke =
      AddVerb(line, group, "revoke", "Take a waiver back.",
              {"kizuna waiver revoke acme w-1 --author sato --reason \"they changed their mind\"",
               "the gate holds again"},
              typed, RevokeWaiver);
  revoke->add_option("waiver", typed->id, "the waiver's id")->required();
  AddDecision(revoke, typed, false, false);
}

void AddOverrides(CommandLine& line, const Flags& typed) {
  CLI::App* const group =
      line.AddGroup("override", "Set a tier by hand, for a time: loyalty, touch.");
  CLI::App* const loyalty =
      AddVerb(line, group, "loyalty", "Set the loyalty tier.",
              {"kizuna override loyalty acme promoter --author sato --reason \"spoke for us in "
               "May\" --expires-at 2027-05-31",
               "afterwards the derived tier counts again"},
              typed, OverrideLoyalty);
  loyalty->add_option("tier", typed->tier, WordsOf(v1::LoyaltyTier_descriptor()))->required();
  AddDecision(loyalty, typed, true, true);
  CLI::App* const touch =
      AddVerb(line, group, "touch", "Set the touch tier.",
              {"kizuna override touch acme high --author sato --reason \"opens a second site\" "
               "--expires-at 2027-05-31",
               "afterwards the derived tier counts again"},
              typed, OverrideTouch);
  touch->add_option("tier", typed->tier, WordsOf(v1::TouchTier_descriptor()))->required();
  AddDecision(touch, typed, true, true);
}

}  // namespace

void AddRecordingCommands(CommandLine& line) {
  const auto typed = std::make_shared<Typed>();
  AddIssueVerbs(line, typed);
  AddObjectiveVerbs(line, typed);
  AddHearing(line, typed);
  AddHoldVerbs(line, typed);
  AddWaiverVerbs(line, typed);
  AddOverrides(line, typed);
}

}  // namespace kizuna::cli
