// SPDX-License-Identifier: Apache-2.0

#include "server/engine/feature.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "absl/numeric/int128.h"
#include "server/engine/rulebook.h"
#include "server/engine/usage.h"

namespace kizuna::engine {
namespace {

constexpr double kLeastExpected = 0.05;

// Positions in the Content variant of the kinds a source may cover.
constexpr int kTicketContent = 10;
constexpr int kInvoiceContent = 11;
static_assert(std::is_same_v<std::variant_alternative_t<kTicketContent, Content>, TicketContent>);
static_assert(std::is_same_v<std::variant_alternative_t<kInvoiceContent, Content>, InvoiceContent>);

constexpr FeatureValue kMissing{};

// Everything one evaluation looks at.
struct View {
  const Feature& feature;
  const State& state;
  const Rulebook& rulebook;
  Day today;

  Day DayOf(const Stamp& stamp) const { return rulebook.calendar().DayOf(stamp.observed_at); }
  int32_t Age(const Stamp& stamp) const { return today - DayOf(stamp); }
  bool Within(const Stamp& stamp) const {
    return stamp.given() && Age(stamp) < feature.window_days;
  }
};

// --- usage

UsageMetric MetricOf(const View& view) {
  return UsageMetric(view.state, view.feature.metric, view.rulebook.FindMetric(view.feature.metric),
                     view.today);
}

int64_t SeatsOf(const View& view) {
  const Metric* metric = view.rulebook.FindMetric(view.feature.metric);
  const std::string product = metric == nullptr ? "" : metric->spec.product;
  int64_t seats = 0;
  for (const SubscriptionState& subscription : view.state.subscriptions) {
    if (!IsActive(subscription.now, view.today)) continue;
    if (product.empty() || subscription.now.product == product) seats += subscription.now.seats;
  }
  if (seats > 0) return seats;
  for (const AdoptionState& adoption : view.state.adoption) {
    if (adoption.seats.given() && (product.empty() || adoption.product == product)) {
      seats += adoption.seats_purchased;
    }
  }
  return seats;
}

std::optional<double> TrendOf(const View& view, const UsageMetric& metric, Day before_end) {
  const int32_t days = view.feature.window_days;
  const UsageWindow last = metric.Over(view.today - days, view.today);
  const UsageWindow before = metric.Over(before_end - days, before_end);
  if (2 * last.known_days < days || 2 * before.known_days < days) return std::nullopt;
  const Metric* declared = view.rulebook.FindMetric(view.feature.metric);
  if (declared != nullptr && last.sum + before.sum < declared->spec.min_volume) {
    return std::nullopt;
  }
  const double now = last.sum / last.known_days;
  const double then = before.sum / before.known_days;
  if (then == 0) return now == 0 ? 0.0 : 1.0;
  return std::clamp(now / then - 1, -1.0, 1.0);
}

FeatureValue Usage(const View& view) {
  const UsageMetric metric = MetricOf(view);
  FeatureValue result;
  result.newest = metric.Newest();
  if (view.feature.kind == FeatureKind::kUsageTrend) {
    result.value = TrendOf(view, metric, view.today - view.feature.window_days);
    return result;
  }
  if (view.feature.kind == FeatureKind::kUsageTrendYoy) {
    result.value = TrendOf(view, metric, view.today - 364);
    return result;
  }
  const UsageWindow window = metric.Over(view.today - view.feature.window_days, view.today);
  if (window.known_days == 0) return kMissing;
  const double mean = window.sum / window.known_days;
  switch (view.feature.kind) {
    case FeatureKind::kUsageSum:
      result.value = window.sum;
      break;
    case FeatureKind::kUsageLast:
      result.value = window.last;
      break;
    case FeatureKind::kUsageMax:
      result.value = window.max;
      break;
    case FeatureKind::kUsageActiveDays:
      result.value = window.active_days;
      break;
    case FeatureKind::kUsagePerSeat:
      if (const int64_t seats = SeatsOf(view); seats > 0) {
        result.value = mean / static_cast<double>(seats);
      }
      break;
    default:
      result.value = mean;
  }
  return result;
}

// --- adoption

FeatureValue Adoption(const View& view) {
  const bool seats = view.feature.kind == FeatureKind::kSeatUtilisation;
  double used = 0, available = 0;
  FeatureValue result;
  for (const AdoptionState& adoption : view.state.adoption) {
    if (!view.feature.product.empty() && adoption.product != view.feature.product) continue;
    const Stamp& stamp = seats ? adoption.seats : adoption.features;
    if (!stamp.given()) continue;
    used += static_cast<double>(seats ? adoption.seats_active : adoption.features_used);
    available +=
        static_cast<double>(seats ? adoption.seats_purchased : adoption.features_available);
    result.newest = std::max(result.newest, view.DayOf(stamp));
  }
  if (available <= 0) return kMissing;
  result.value = used / available;
  return result;
}

FeatureValue MilestoneOf(const View& view) {
  for (const AdoptionState& adoption : view.state.adoption) {
    if (adoption.product == view.feature.product && adoption.milestone_reached.given()) {
      return {static_cast<double>(adoption.milestone), kNoDay};
    }
  }
  return kMissing;
}

// --- sentiment

NpsAnswers AnswersWithin(const View& view) {
  return NpsAnswersWithin(view.state, view.rulebook.calendar(), view.today,
                          view.feature.window_days);
}

FeatureValue Nps(const View& view) {
  const NpsAnswers answers = AnswersWithin(view);
  if (answers.count == 0) return kMissing;
  return {answers.Score(), answers.newest};
}

FeatureValue DetractorShare(const View& view) {
  const NpsAnswers answers = AnswersWithin(view);
  if (answers.count == 0) return kMissing;
  return {static_cast<double>(answers.open_detractors) / static_cast<double>(answers.count),
          answers.newest};
}

FeatureValue KeyDetractor(const View& view) {
  FeatureValue result;
  for (const RespondentState& respondent : view.state.respondents) {
    if (!respondent.answered.given()) continue;
    const bool key = IsOpenDetractor(respondent) && IsKeyPerson(view.state, respondent.person);
    result.value = std::max(result.value.value_or(0), key ? 1.0 : 0.0);
  }
  return result;
}

FeatureValue Satisfaction(const View& view, const std::vector<SatisfactionCell>& cells) {
  int64_t count = 0;
  absl::int128 sum = 0;
  FeatureValue result;
  for (auto cell = cells.rbegin(); cell != cells.rend(); ++cell) {
    if (cell->day > view.today) continue;
    if (view.today - cell->day >= view.feature.window_days) break;
    count += cell->count;
    sum += cell->sum;
    result.newest = std::max(result.newest, cell->day);
  }
  if (count == 0) return kMissing;
  result.value = static_cast<double>(sum) / kSatisfactionOne / static_cast<double>(count);
  return result;
}

// The age in days of the newest of `stamps`; missing when none is given.
FeatureValue AgeOfNewest(const View& view, std::initializer_list<const Stamp*> stamps) {
  Instant newest = kLongAgo;
  for (const Stamp* stamp : stamps) newest = std::max(newest, stamp->observed_at);
  if (newest == kLongAgo) return kMissing;
  const Day day = view.rulebook.calendar().DayOf(newest);
  return {static_cast<double>(view.today - day), day};
}

// --- support and billing

FeatureValue Support(const View& view) {
  if (!view.state.tickets_known && !view.rulebook.Covered(kTicketContent, view.today)) {
    return kMissing;
  }
  double count = 0;
  int32_t oldest = 0;
  for (const TicketState& ticket : view.state.tickets) {
    if (!IsOpen(ticket)) continue;
    oldest = std::max(oldest, view.Age(OpenSince(ticket)));
    count += view.feature.kind == FeatureKind::kOpenCritical
                 ? ticket.severity == Severity::kCritical
             : view.feature.kind == FeatureKind::kEscalationsOpen ? ticket.escalated
                                                                  : true;
  }
  return {view.feature.kind == FeatureKind::kOldestOpenDays ? oldest : count, kNoDay};
}

FeatureValue DaysOverdue(const View& view) {
  if (!view.state.invoices_known && !view.rulebook.Covered(kInvoiceContent, view.today)) {
    return kMissing;
  }
  int32_t days = 0;
  for (const InvoiceState& invoice : view.state.invoices) {
    if (!IsUnpaid(invoice)) continue;
    const Day due = invoice.due == kNoDay ? view.DayOf(invoice.issued) : invoice.due;
    days = std::max(days, view.today - due);
  }
  return {static_cast<double>(days), kNoDay};
}

// --- relationship, outcomes, issues

FeatureValue WithoutChampion(const View& view) {
  Stamp last_departure;
  for (const PersonState& person : view.state.people) {
    if (person.role != Role::kChampion) continue;
    if (IsPresent(person)) return kMissing;
    last_departure = std::max(last_departure, person.left);
  }
  FeatureValue age = AgeOfNewest(view, {&last_departure});
  age.newest = kNoDay;
  return age;
}

FeatureValue Attainment(const View& view) {
  const Day quarter = view.rulebook.calendar().QuarterStart(view.today);
  double sum = 0;
  int64_t count = 0;
  FeatureValue result;
  for (const ObjectiveState& objective : view.state.objectives) {
    const ObjectiveContent& now = objective.now;
    if (now.start > view.today || (now.closed != kNoDay && now.closed < quarter)) continue;
    const double elapsed = static_cast<double>(view.today - now.start) / (now.due - now.start);
    const double expected = std::clamp(elapsed, kLeastExpected, 1.0);
    const double reached =
        std::max(0.0, static_cast<double>(now.progress) / static_cast<double>(now.target));
    sum += std::min(1.0, reached / expected);
    count++;
    result.newest = std::max(result.newest, view.DayOf(objective.stamp));
  }
  if (count == 0) return kMissing;
  result.value = sum / static_cast<double>(count);
  return result;
}

FeatureValue UnderstoodAge(const View& view) {
  Stamp newest = view.state.newest_hearing;
  for (const IssueState& issue : view.state.issues) {
    newest = std::max({newest, issue.confirmed, issue.solution_confirmed});
  }
  return AgeOfNewest(view, {&newest});
}

}  // namespace

NpsAnswers NpsAnswersWithin(const State& state, const Calendar& calendar, Day today,
                            int32_t window_days) {
  NpsAnswers answers;
  const auto add = [&](const Stamp& answered, Micros score, bool open) {
    const Day day = calendar.DayOf(answered.observed_at);
    if (today - day >= window_days) return;
    answers.count++;
    answers.promoters += score >= kPromoterFrom;
    answers.detractors += score <= kDetractorTo;
    answers.open_detractors += open;
    answers.newest = std::max(answers.newest, day);
  };
  for (const RespondentState& respondent : state.respondents) {
    if (!respondent.answered.given()) continue;
    add(respondent.answered, respondent.score, IsOpenDetractor(respondent));
  }
  for (const AnonymousAnswer& answer : state.anonymous) {
    const bool open = answer.score <= kDetractorTo &&
                      state.anonymous_recovered.observed_at <= answer.answered.observed_at;
    add(answer.answered, answer.score, open);
  }
  return answers;
}

bool IsOpen(const TicketState& ticket) {
  if (!ticket.closed.given()) return OpenSince(ticket).given();
  // A first opening may carry only its date, and so seem later than its closing; only a second
  // opening opens a closed ticket again.
  return ticket.first_opened < ticket.opened && ticket.closed < ticket.opened;
}

const Stamp& OpenSince(const TicketState& ticket) {
  if (!ticket.opened.given()) return ticket.updated;
  return ticket.closed.given() ? ticket.opened : ticket.first_opened;
}

bool IsUnpaid(const InvoiceState& invoice) {
  return invoice.issued.given() && !invoice.settled.given() && invoice.amount >= 0;
}

bool IsPresent(const PersonState& person) {
  return !person.left.given() || person.left < person.arrived;
}

bool IsOpenDetractor(const RespondentState& respondent) {
  return respondent.answered.given() && respondent.score <= kDetractorTo &&
         respondent.recovered.observed_at <= respondent.answered.observed_at;
}

bool IsActive(const SubscriptionContent& subscription, Day today) {
  return subscription.start <= today && (subscription.end == kNoDay || today < subscription.end);
}

bool IsKeyPerson(const State& state, PersonKey person) {
  const auto at =
      std::lower_bound(state.people.begin(), state.people.end(), person,
                       [](const PersonState& p, PersonKey key) { return p.person < key; });
  return at != state.people.end() && at->person == person &&
         (at->role == Role::kDecisionMaker || at->role == Role::kChampion);
}

FeatureValue Evaluate(const Feature& feature, const State& state, const Rulebook& rulebook,
                      Day today) {
  const View view{feature, state, rulebook, today};
  switch (feature.kind) {
    case FeatureKind::kUsageMean:
    case FeatureKind::kUsageSum:
    case FeatureKind::kUsageLast:
    case FeatureKind::kUsageMax:
    case FeatureKind::kUsageActiveDays:
    case FeatureKind::kUsagePerSeat:
    case FeatureKind::kUsageTrend:
    case FeatureKind::kUsageTrendYoy:
      return Usage(view);
    case FeatureKind::kSeatUtilisation:
    case FeatureKind::kFeatureBreadth:
      return Adoption(view);
    case FeatureKind::kMilestone:
      return MilestoneOf(view);
    case FeatureKind::kNps:
      return Nps(view);
    case FeatureKind::kCsatMean:
      return Satisfaction(view, state.csat);
    case FeatureKind::kCesMean:
      return Satisfaction(view, state.ces);
    case FeatureKind::kDetractorShare:
      return DetractorShare(view);
    case FeatureKind::kKeyDetractor:
      return KeyDetractor(view);
    case FeatureKind::kSentimentAgeDays:
      return AgeOfNewest(view, {&state.newest_answer});
    case FeatureKind::kOpenCritical:
    case FeatureKind::kOldestOpenDays:
    case FeatureKind::kEscalationsOpen:
    case FeatureKind::kOpenTickets:
      return Support(view);
    case FeatureKind::kDaysSinceContact:
      return AgeOfNewest(view, {&state.newest_two_way});
    case FeatureKind::kWithoutChampionDays:
      return WithoutChampion(view);
    case FeatureKind::kAttainment:
      return Attainment(view);
    case FeatureKind::kDaysOverdue:
      return DaysOverdue(view);
    case FeatureKind::kUnderstoodAgeDays:
      return UnderstoodAge(view);
    case FeatureKind::kHealthScore:
    case FeatureKind::kHealthCoverage:
    case FeatureKind::kLoyaltyTier:
      return kMissing;
  }
  return kMissing;
}

}  // namespace kizuna::engine
