// SPDX-License-Identifier: Apache-2.0

#include "server/engine/review.h"

#include <algorithm>
#include <limits>
#include <map>
#include <tuple>
#include <utility>
#include <variant>

#include "server/engine/feature.h"
#include "server/engine/renewal.h"

namespace kizuna::engine {
namespace {

constexpr int kMicrosPerMinute = 60'000'000;

bool IsOpen(const IssueState& issue) {
  return issue.status == IssueContent::Status::kConfirmed;
}

bool IsSolved(const IssueState& issue) {
  return issue.status >= IssueContent::Status::kSolved;
}

bool IsUnderWay(const ObjectiveContent& objective, Day day) {
  return objective.start <= day && objective.closed == kNoDay &&
         objective.progress < objective.target;
}

template <typename Row, typename KeyOf>
const Row* Find(const std::vector<Row>& rows, const std::string& key, const KeyOf& key_of) {
  const auto found = std::lower_bound(
      rows.begin(), rows.end(), key,
      [&](const Row& row, const std::string& wanted) { return key_of(row) < wanted; });
  return found != rows.end() && key_of(*found) == key ? &*found : nullptr;
}

class Actions {
 public:
  Actions(const State& then, Day then_day, const State& now, Day now_day, const Calendar& calendar)
      : then_(then), now_(now), then_day_(then_day), now_day_(now_day), calendar_(calendar) {}

  std::vector<ReviewAction> All() {
    Issues();
    Tickets();
    Objectives();
    Milestones();
    Renewals();
    std::sort(actions_.begin(), actions_.end(), [](const ReviewAction& a, const ReviewAction& b) {
      return Order(a) < Order(b);
    });
    return std::move(actions_);
  }

 private:
  static std::tuple<Day, ReviewAction::Kind, const std::string&, const std::string&> Order(
      const ReviewAction& action) {
    const Day due = action.due == kNoDay ? std::numeric_limits<Day>::max() : action.due;
    return {due, action.kind, action.subject, action.id};
  }

  ReviewAction& Add(ReviewAction::Kind kind, const std::string& id, const std::string& subject) {
    ReviewAction& action = actions_.emplace_back();
    action.kind = kind;
    action.id = id;
    action.subject = subject;
    return action;
  }

  void SetDone(ReviewAction& action, const Stamp& stamp) const {
    action.state = ReviewAction::State::kDone;
    if (stamp.given()) action.done = calendar_.DayOf(stamp.observed_at);
  }

  // The state of what has a due date and is not done.
  ReviewAction::State Waiting(Day due) const {
    return due != kNoDay && due < now_day_ ? ReviewAction::State::kLate
                                           : ReviewAction::State::kOpen;
  }

  void Issues() {
    for (const IssueState& issue : then_.issues) {
      if (!IsOpen(issue)) continue;
      ReviewAction& action = Add(ReviewAction::Kind::kIssue, issue.issue_id, issue.category);
      const IssueState* present =
          Find(now_.issues, issue.issue_id,
               [](const IssueState& row) -> const std::string& { return row.issue_id; });
      if (present == nullptr || present->status == IssueContent::Status::kAssumed) {
        action.state = ReviewAction::State::kDropped;
      } else if (IsSolved(*present)) {
        SetDone(action, present->status_set);
      }
    }
  }

  void Tickets() {
    for (const TicketState& ticket : then_.tickets) {
      if (!IsOpen(ticket)) continue;
      ReviewAction& action = Add(ReviewAction::Kind::kTicket, ticket.ticket_id, ticket.ticket_id);
      action.severity = ticket.severity;
      const TicketState* present =
          Find(now_.tickets, ticket.ticket_id,
               [](const TicketState& row) -> const std::string& { return row.ticket_id; });
      // A state forgets what was closed long ago.
      if (present == nullptr || !IsOpen(*present)) {
        SetDone(action, present == nullptr ? Stamp() : present->closed);
      }
    }
  }

  void Objectives() {
    for (const ObjectiveState& objective : then_.objectives) {
      if (!IsUnderWay(objective.now, then_day_)) continue;
      const std::string& id = objective.now.objective_id;
      ReviewAction& action = Add(ReviewAction::Kind::kObjective, id, id);
      const ObjectiveState* present =
          Find(now_.objectives, id, [](const ObjectiveState& row) -> const std::string& {
            return row.now.objective_id;
          });
      action.due = present != nullptr ? present->now.due : objective.now.due;
      if (present == nullptr) {
        action.state = ReviewAction::State::kDropped;
      } else if (present->now.progress >= present->now.target) {
        SetDone(action, present->stamp);
        if (present->now.closed != kNoDay) action.done = present->now.closed;
      } else if (present->now.closed != kNoDay && present->now.closed <= now_day_) {
        action.state = ReviewAction::State::kDropped;
      } else {
        action.state = Waiting(action.due);
      }
    }
  }

  void Milestones() {
    for (const AdoptionState& adoption : then_.adoption) {
      if (!adoption.milestone_reached.given() ||
          adoption.milestone == Milestone::kValueRealised) {
        continue;
      }
      ReviewAction& action = Add(ReviewAction::Kind::kMilestone, "", adoption.product);
      action.milestone = static_cast<Milestone>(static_cast<int>(adoption.milestone) + 1);
      const AdoptionState* present =
          Find(now_.adoption, adoption.product,
               [](const AdoptionState& row) -> const std::string& { return row.product; });
      if (present != nullptr && present->milestone >= action.milestone) {
        SetDone(action, present->milestone_reached);
      }
    }
  }

  void Renewals() {
    for (const SubscriptionState& row : then_.subscriptions) {
      const Day due = NextRenewal(row.now, then_day_);
      if (due == kNoDay || due > then_day_ + kPlanDays) continue;
      ReviewAction& action =
          Add(ReviewAction::Kind::kRenewal, row.now.subscription_id, row.now.product);
      action.due = due;
      if (due > now_day_) continue;
      const SubscriptionState* present = Find(
          now_.subscriptions, row.now.subscription_id,
          [](const SubscriptionState& s) -> const std::string& { return s.now.subscription_id; });
      const RenewalOutcome outcome =
          present == nullptr ? RenewalOutcome::kLost
                             : OutcomeWithin(now_, present->now, then_day_, now_day_);
      action.state = outcome == RenewalOutcome::kLost ? ReviewAction::State::kDropped
                                                      : ReviewAction::State::kDone;
      if (action.state == ReviewAction::State::kDone) action.done = due;
    }
  }

  const State& then_;
  const State& now_;
  const Day then_day_, now_day_;
  const Calendar& calendar_;
  std::vector<ReviewAction> actions_;
};

// The middle one, or the mean of both in the middle.
std::optional<double> Median(std::vector<double> values) {
  if (values.empty()) return std::nullopt;
  std::sort(values.begin(), values.end());
  const size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

// The newest answer of each person, all of nobody in particular.
class Answers {
 public:
  void Add(PersonKey person, const Stamp& stamp, double value) {
    if (person == kNobody) {
      of_nobody_.push_back(value);
      return;
    }
    auto& [newest, kept] = of_person_[person];
    if (newest.given() && stamp < newest) return;
    newest = stamp;
    kept = value;
  }

  std::vector<double> All() const {
    std::vector<double> all = of_nobody_;
    for (const auto& [person, answer] : of_person_) all.push_back(answer.second);
    return all;
  }

 private:
  std::map<PersonKey, std::pair<Stamp, double>> of_person_;
  std::vector<double> of_nobody_;
};

// The shortest response that is promised on that day; 0: none is.
int64_t PromiseOn(const State& state, Day day) {
  int64_t promised = 0;
  for (const SubscriptionState& subscription : state.subscriptions) {
    const int64_t minutes = subscription.now.promised_response_minutes;
    if (minutes == 0 || !IsActive(subscription.now, day)) continue;
    promised = promised == 0 ? minutes : std::min(promised, minutes);
  }
  return promised;
}

// The earliest event that is not an opening; kNever: none is known.
Instant AnsweredAt(const TicketState& ticket) {
  Instant answered = kNever;
  if (ticket.updated.given()) answered = ticket.updated.observed_at;
  if (ticket.closed.given()) answered = std::min(answered, ticket.closed.observed_at);
  return std::max(answered, ticket.first_opened.observed_at);
}

void Judge(const TicketState& ticket, Instant until, SupportFigures& figures,
           std::vector<double>& minutes) {
  const Instant answered = AnsweredAt(ticket);
  const Instant opened = ticket.first_opened.observed_at;
  if (answered <= until) {
    minutes.push_back(static_cast<double>(answered - opened) / kMicrosPerMinute);
  }
  if (figures.promised_minutes == 0) return;
  const bool late = std::min(answered, until) - opened >
                    figures.promised_minutes * int64_t{kMicrosPerMinute};
  if (answered > until && !late) return;  // it may yet be answered in time
  ++figures.judged;
  if (!late) ++figures.in_time;
}

bool GoTogether(const Offer& a, const Offer& b, const Rulebook& rulebook) {
  const Product& one = rulebook.products()[a.option.product];
  const Product& other = rulebook.products()[b.option.product];
  if (one.id == other.id) return false;
  return one.family.empty() || one.family != other.family;
}

void AddBenefits(const std::vector<Benefit>& benefits, std::vector<Benefit>& to) {
  to.insert(to.end(), benefits.begin(), benefits.end());
  std::sort(to.begin(), to.end());
  to.erase(std::unique(to.begin(), to.end()), to.end());
}

}  // namespace

std::vector<ReviewAction> ActionsOf(const State& then, Day then_day, const State& now, Day now_day,
                                    const Calendar& calendar) {
  return Actions(then, then_day, now, now_day, calendar).All();
}

bool RanIn(const ObjectiveContent& objective, Days days) {
  return objective.start < days.end &&
         (objective.closed == kNoDay || objective.closed >= days.first);
}

ObjectiveStanding StandingOf(const ObjectiveContent& objective, Day day) {
  using Result = ObjectiveStanding::Result;
  ObjectiveStanding standing;
  const Day passed = std::clamp(day, objective.start, objective.due) - objective.start;
  const double share = static_cast<double>(passed) / (objective.due - objective.start);
  standing.expected = static_cast<Micros>(static_cast<double>(objective.target) * share);
  const bool over = (objective.closed != kNoDay && objective.closed <= day) || objective.due < day;
  if (objective.progress >= objective.target) {
    standing.result = Result::kMet;
  } else if (over) {
    standing.result = Result::kMissed;
  } else {
    standing.result =
        objective.progress >= standing.expected ? Result::kOnTrack : Result::kBehind;
  }
  return standing;
}

VoiceFigures VoiceOf(absl::Span<const Fact> facts, const Calendar& calendar, Days days) {
  Answers nps, csat;
  for (const Fact& fact : facts) {
    if (!days.Holds(calendar.DayOf(fact.observed_at))) continue;
    const auto share = [](Micros score, Micros least, Micros most) {
      return static_cast<double>(score - least) / static_cast<double>(most - least);
    };
    if (const auto* survey = std::get_if<SurveyContent>(&fact.content)) {
      if (survey->kind == SurveyContent::Kind::kNps) {
        nps.Add(survey->respondent, fact.stamp(), static_cast<double>(survey->score));
      } else if (survey->kind == SurveyContent::Kind::kCsat) {
        csat.Add(survey->respondent, fact.stamp(),
                 share(survey->score, survey->scale_min, survey->scale_max));
      }
    } else if (const auto* met = std::get_if<InteractionContent>(&fact.content)) {
      if (met->satisfaction_max <= met->satisfaction_min) continue;
      csat.Add(met->person, fact.stamp(),
               share(met->satisfaction, met->satisfaction_min, met->satisfaction_max));
    }
  }
  VoiceFigures figures;
  for (const double score : nps.All()) {
    ++(score >= kPromoterFrom  ? figures.promoters
       : score > kDetractorTo   ? figures.passives
                               : figures.detractors);
  }
  const int32_t answers = figures.promoters + figures.passives + figures.detractors;
  if (answers > 0) figures.nps = 100.0 * (figures.promoters - figures.detractors) / answers;
  const std::vector<double> shares = csat.All();
  figures.csat_answers = static_cast<int32_t>(shares.size());
  if (!shares.empty()) {
    double sum = 0;
    for (const double share : shares) sum += share;
    figures.csat = sum / static_cast<double>(shares.size());
  }
  return figures;
}

SupportFigures SupportOf(const State& state, const Calendar& calendar, Days days, Instant until) {
  SupportFigures figures;
  figures.promised_minutes =
      PromiseOn(state, std::min(days.end - 1, calendar.DayOf(until)));
  std::vector<double> minutes, hours;
  for (const TicketState& ticket : state.tickets) {
    if (IsOpen(ticket)) ++figures.open_at_end;
    if (!IsOpen(ticket) && days.Holds(calendar.DayOf(ticket.closed.observed_at))) {
      ++figures.closed;
      if (ticket.first_opened.given() && ticket.first_opened < ticket.closed) {
        hours.push_back(static_cast<double>(ticket.closed.observed_at -
                                            ticket.first_opened.observed_at) /
                        (60.0 * kMicrosPerMinute));
      }
    }
    if (!ticket.first_opened.given() ||
        !days.Holds(calendar.DayOf(ticket.first_opened.observed_at))) {
      continue;
    }
    ++figures.opened;
    if (ticket.escalated) ++figures.escalated;
    ++figures.by_severity[static_cast<size_t>(ticket.severity)];
    Judge(ticket, until, figures, minutes);
  }
  figures.median_response_minutes = Median(std::move(minutes));
  figures.median_hours_to_close = Median(std::move(hours));
  return figures;
}

Day CustomerSince(const State& state) {
  Day since = state.purchase_days.empty() ? kNoDay : state.purchase_days.front();
  for (const SubscriptionState& subscription : state.subscriptions) {
    const Day start = subscription.now.start;
    if (since == kNoDay || start < since) since = start;
  }
  return since;
}

std::vector<Benefit> BenefitsOf(const Offer& offer) {
  std::vector<Benefit> benefits;
  for (const OfferGround& ground : offer.grounds) {
    switch (ground.kind) {
      case OfferGround::Kind::kSeatsInUse:
      case OfferGround::Kind::kLadder:
        benefits.push_back(Benefit::kMoreFromOwned);
        break;
      case OfferGround::Kind::kIssue:
        benefits.push_back(ground.value == 1 ? Benefit::kSolvesIssue : Benefit::kLikelyNeed);
        break;
      case OfferGround::Kind::kInterest:
        benefits.push_back(Benefit::kAskedFor);
        break;
      case OfferGround::Kind::kRelated:
        benefits.push_back(Benefit::kLessEffort);
        break;
      case OfferGround::Kind::kIssueOfSegment:
      case OfferGround::Kind::kAffinity:
        benefits.push_back(Benefit::kLikelyNeed);
        break;
    }
  }
  std::vector<Benefit> each_once;
  AddBenefits(benefits, each_once);
  return each_once;
}

std::vector<Proposal> ProposalsOf(const std::vector<Offer>& offers, const Rulebook& rulebook) {
  std::vector<const Offer*> allowed;
  for (const Offer& offer : offers) {
    if (offer.option.verdict == Verdict::kAllow) allowed.push_back(&offer);
  }
  std::vector<Proposal> proposals;
  if (allowed.empty()) return proposals;
  const Offer* good = *std::min_element(
      allowed.begin(), allowed.end(), [](const Offer* a, const Offer* b) {
        constexpr Micros kUnknown = std::numeric_limits<Micros>::max();
        return a->yearly_gain.value_or(kUnknown) < b->yearly_gain.value_or(kUnknown);
      });
  proposals.push_back({Proposal::Tier::kGood, {good}, BenefitsOf(*good)});
  const auto better = std::find_if(allowed.begin(), allowed.end(),
                                   [&](const Offer* offer) { return offer != good; });
  if (better == allowed.end()) return proposals;
  proposals.push_back({Proposal::Tier::kBetter, {*better}, BenefitsOf(**better)});
  const auto beside = std::find_if(allowed.begin(), allowed.end(), [&](const Offer* offer) {
    return offer != *better && GoTogether(**better, *offer, rulebook);
  });
  const Offer* second = GoTogether(**better, *good, rulebook) ? good
                        : beside != allowed.end()             ? *beside
                                                              : nullptr;
  if (second == nullptr) return proposals;
  Proposal& best = proposals.emplace_back();
  best.tier = Proposal::Tier::kBest;
  best.offers = {*better, second};
  best.benefits = BenefitsOf(**better);
  AddBenefits(BenefitsOf(*second), best.benefits);
  AddBenefits({Benefit::kLessEffort}, best.benefits);
  return proposals;
}

}  // namespace kizuna::engine
