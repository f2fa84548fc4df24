// SPDX-License-Identifier: Apache-2.0
//
// Which facts stand behind a feature's value, and on which days may it change by itself?

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "server/engine/feature.h"
#include "server/engine/rulebook.h"
#include "server/engine/usage.h"

namespace kizuna::engine {
namespace {

Evidence Of(const Stamp& stamp, std::string subject = "", PersonKey person = kNobody) {
  return {std::move(subject), person, stamp, stamp.observed_at};
}

void AddUsage(const Feature& feature, const State& state, const Rulebook& rulebook, Day today,
              std::vector<Evidence>& evidence) {
  const Day newest =
      UsageMetric(state, feature.metric, rulebook.FindMetric(feature.metric), today).Newest();
  if (newest == kNoDay) return;
  evidence.push_back({feature.metric, kNobody, {}, rulebook.calendar().EndOf(newest)});
}

// Answers behind a sentiment feature: for shares and key detractors the open detractors alone,
// for the score the detractors.
void AddAnswers(const Feature& feature, const State& state, const Rulebook& rulebook, Day today,
                std::vector<Evidence>& evidence) {
  const bool key_only = feature.kind == FeatureKind::kKeyDetractor;
  const bool open_only = feature.kind != FeatureKind::kNps;
  const auto within = [&](const Stamp& stamp) {
    return key_only || today - rulebook.calendar().DayOf(stamp.observed_at) < feature.window_days;
  };
  for (const RespondentState& respondent : state.respondents) {
    if (!respondent.answered.given() || respondent.score > kDetractorTo) continue;
    if (open_only && !IsOpenDetractor(respondent)) continue;
    if (key_only && !IsKeyPerson(state, respondent.person)) continue;
    if (within(respondent.answered)) {
      evidence.push_back(Of(respondent.answered, "", respondent.person));
    }
  }
  if (key_only) return;
  for (const AnonymousAnswer& answer : state.anonymous) {
    const bool recovered = answer.answered.observed_at < state.anonymous_recovered.observed_at;
    if (answer.score > kDetractorTo || (open_only && recovered)) continue;
    if (within(answer.answered)) evidence.push_back(Of(answer.answered));
  }
}

void AddTickets(const Feature& feature, const State& state, std::vector<Evidence>& evidence) {
  for (const TicketState& ticket : state.tickets) {
    if (!IsOpen(ticket)) continue;
    if (feature.kind == FeatureKind::kOpenCritical && ticket.severity != Severity::kCritical) {
      continue;
    }
    if (feature.kind == FeatureKind::kEscalationsOpen && !ticket.escalated) continue;
    evidence.push_back(Of(OpenSince(ticket), ticket.ticket_id));
  }
}

void AddAdoption(const Feature& feature, const State& state, std::vector<Evidence>& evidence) {
  for (const AdoptionState& adoption : state.adoption) {
    if (!feature.product.empty() && adoption.product != feature.product) continue;
    const Stamp& stamp = feature.kind == FeatureKind::kMilestone ? adoption.milestone_reached
                         : feature.kind == FeatureKind::kSeatUtilisation ? adoption.seats
                                                                         : adoption.features;
    if (stamp.given()) evidence.push_back(Of(stamp, adoption.product));
  }
}

void AddUnderstanding(const State& state, std::vector<Evidence>& evidence) {
  for (const IssueState& issue : state.issues) {
    const Stamp& stamp = std::max(issue.confirmed, issue.solution_confirmed);
    if (stamp.given()) evidence.push_back(Of(stamp, issue.issue_id));
  }
  if (state.newest_hearing.given()) evidence.push_back(Of(state.newest_hearing));
}

}  // namespace

std::vector<Evidence> Explain(const Feature& feature, const State& state, const Rulebook& rulebook,
                              Day today, size_t limit) {
  std::vector<Evidence> evidence;
  const auto add = [&](const Stamp& stamp) {
    if (stamp.given()) evidence.push_back(Of(stamp));
  };
  switch (feature.kind) {
    case FeatureKind::kUsageMean:
    case FeatureKind::kUsageSum:
    case FeatureKind::kUsageLast:
    case FeatureKind::kUsageMax:
    case FeatureKind::kUsageActiveDays:
    case FeatureKind::kUsagePerSeat:
    case FeatureKind::kUsageTrend:
    case FeatureKind::kUsageTrendYoy:
      AddUsage(feature, state, rulebook, today, evidence);
      break;
    case FeatureKind::kSeatUtilisation:
    case FeatureKind::kFeatureBreadth:
    case FeatureKind::kMilestone:
      AddAdoption(feature, state, evidence);
      break;
    case FeatureKind::kNps:
    case FeatureKind::kDetractorShare:
    case FeatureKind::kKeyDetractor:
      AddAnswers(feature, state, rulebook, today, evidence);
      break;
    case FeatureKind::kCsatMean:
      add(state.newest_csat);
      break;
    case FeatureKind::kCesMean:
      add(state.newest_ces);
      break;
    case FeatureKind::kSentimentAgeDays:
      add(state.newest_answer);
      break;
    case FeatureKind::kOpenCritical:
    case FeatureKind::kOldestOpenDays:
    case FeatureKind::kEscalationsOpen:
    case FeatureKind::kOpenTickets:
      AddTickets(feature, state, evidence);
      break;
    case FeatureKind::kDaysSinceContact:
      add(state.newest_two_way);
      break;
    case FeatureKind::kWithoutChampionDays:
      for (const PersonState& person : state.people) {
        if (person.role == Role::kChampion && person.left.given()) {
          evidence.push_back(Of(person.left, "", person.person));
        }
      }
      break;
    case FeatureKind::kAttainment:
      for (const ObjectiveState& objective : state.objectives) {
        evidence.push_back(Of(objective.stamp, objective.now.objective_id));
      }
      break;
    case FeatureKind::kDaysOverdue:
      for (const InvoiceState& invoice : state.invoices) {
        if (IsUnpaid(invoice) && (invoice.due == kNoDay || invoice.due < today)) {
          evidence.push_back(Of(invoice.issued, invoice.invoice_id));
        }
      }
      break;
    case FeatureKind::kUnderstoodAgeDays:
      AddUnderstanding(state, evidence);
      break;
    case FeatureKind::kHealthScore:
    case FeatureKind::kHealthCoverage:
    case FeatureKind::kLoyaltyTier:
      break;
  }
  std::stable_sort(evidence.begin(), evidence.end(), [](const Evidence& a, const Evidence& b) {
    return a.observed_at > b.observed_at;
  });
  if (evidence.size() > limit) evidence.resize(limit);
  return evidence;
}

std::vector<Day> Breakpoints(const Feature& feature, const State& state, const Calendar& calendar,
                             Day today, int32_t look_ahead) {
  std::vector<Day> days;
  const auto leaves = [&](Day day) { days.push_back(day + feature.window_days); };
  switch (feature.kind) {
    case FeatureKind::kNps:
    case FeatureKind::kDetractorShare:
      for (const RespondentState& respondent : state.respondents) {
        if (respondent.answered.given()) leaves(calendar.DayOf(respondent.answered.observed_at));
      }
      for (const AnonymousAnswer& answer : state.anonymous) {
        leaves(calendar.DayOf(answer.answered.observed_at));
      }
      break;
    case FeatureKind::kCsatMean:
      for (const SatisfactionCell& cell : state.csat) leaves(cell.day);
      break;
    case FeatureKind::kCesMean:
      for (const SatisfactionCell& cell : state.ces) leaves(cell.day);
      break;
    case FeatureKind::kUsageMean:
    case FeatureKind::kUsageSum:
    case FeatureKind::kUsageLast:
    case FeatureKind::kUsageMax:
    case FeatureKind::kUsageActiveDays:
    case FeatureKind::kUsagePerSeat:
    case FeatureKind::kUsageTrend:
    case FeatureKind::kUsageTrendYoy:
    case FeatureKind::kHealthScore:
    case FeatureKind::kHealthCoverage:
    case FeatureKind::kLoyaltyTier:
    case FeatureKind::kAttainment:
      for (int32_t ahead = 1; ahead <= look_ahead; ++ahead) days.push_back(today + ahead);
      break;
    default:
      break;
  }
  std::sort(days.begin(), days.end());
  days.erase(std::unique(days.begin(), days.end()), days.end());
  days.erase(days.begin(), std::upper_bound(days.begin(), days.end(), today));
  return days;
}

}  // namespace kizuna::engine
