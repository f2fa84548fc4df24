// SPDX-License-Identifier: Apache-2.0
//
// May this be pitched to that account now, why, and when does the answer change?

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/engine/assessment.h"
#include "server/engine/card.h"

namespace kizuna::engine {
namespace {

constexpr size_t kFactsPerItem = 5;
// Instants tried at most when looking for the one at which a gate opens.
constexpr size_t kMostCandidates = 400;
// Days beyond which it is not said when a condition is outgrown.
constexpr double kLongestLease = 36500;

// Everything that stands against the request, in the model's order.
struct Judged {
  Option option;
  std::vector<Finding> findings;
  Verdict verdict = Verdict::kUnknown;
};

// The option the request is about.
Option Choose(const Assessment& assessment, const std::vector<Finding>& account,
              const Request& request) {
  const int product =
      request.product.empty() ? -1 : assessment.rulebook.FindProduct(request.product);
  if (product >= 0 && request.motion != Motion::kUnspecified) {
    return MakeOption(assessment, account, request.motion, product);
  }
  std::optional<Option> best;
  for (Option& option : MakeOptions(assessment, account)) {
    const bool asked = request.motion == Motion::kUnspecified ? option.motion <= Motion::kCrossSell
                                                              : option.motion == request.motion;
    if (!asked || (product >= 0 && option.product != product)) continue;
    if (!best || Better(option, *best)) best = std::move(option);
  }
  if (best) return *std::move(best);
  // A product that no pitch would choose by itself: owned already, most likely.
  return MakeOption(assessment, account, Motion::kCrossSell, product);
}

Judged Judge(const Assessment& assessment, const Request& request) {
  std::vector<Finding> account;
  for (const Gate& gate : assessment.model.gates) {
    if (const auto finding = JudgeAccount(gate, assessment)) account.push_back(*finding);
  }
  Judged judged;
  judged.option = Choose(assessment, account, request);
  const uint32_t motion = MotionBit(judged.option.motion);
  for (const Gate& gate : assessment.model.gates) {
    const auto of_gate = [&](const Finding& finding) { return finding.gate == &gate; };
    const auto own = std::find_if(account.begin(), account.end(), of_gate);
    const auto product =
        std::find_if(judged.option.findings.begin(), judged.option.findings.end(), of_gate);
    const auto asked = JudgeRequest(gate, assessment, request);
    // One reason a gate: the strongest of what it says.
    std::optional<Finding> strongest;
    const auto offer = [&](const Finding& finding) {
      if ((finding.motions & motion) == 0) return;
      if (!strongest || finding.effect > strongest->effect) strongest = finding;
    };
    if (own != account.end()) offer(*own);
    if (product != judged.option.findings.end()) offer(*product);
    if (asked) offer(*asked);
    if (strongest) judged.findings.push_back(*strongest);
  }
  judged.verdict = VerdictOf(judged.option.motion, judged.findings, {});
  return judged;
}

// Whether the gate still holds against the same motion and product at another instant.
bool HoldsAt(const Finding& finding, const Option& option, const Request& request,
             const State& state, const Rulebook& rulebook, Instant at) {
  const Assessment assessment = Assess(state, rulebook, at);
  const Gate& gate = *finding.gate;
  const uint32_t motion = MotionBit(option.motion);
  const auto closes = [&](const std::optional<Finding>& f) {
    return f && (f->motions & motion) != 0;
  };
  return closes(JudgeAccount(gate, assessment)) ||
         JudgeProduct(gate, assessment, option.motion, option.product, option.extended) ||
         closes(JudgeRequest(gate, assessment, request));
}

void AddDays(std::vector<Instant>& instants, const Calendar& calendar, Day today, int32_t days) {
  for (int32_t ahead = 1; ahead <= days; ++ahead) {
    instants.push_back(calendar.StartOf(today + ahead));
  }
}

void AddExpiries(std::vector<Instant>& instants, const State& state) {
  VisitExpiries(state, [&](Instant end) { instants.push_back(end); });
}

// The day on which a condition that is held against a feature that grows by one a day stops
// holding; kNoDay when it does not stop, or when the feature is of another kind.
Day OutgrownOn(const Condition& condition, const Assessment& assessment) {
  switch (assessment.model.features[condition.feature].kind) {
    case FeatureKind::kSentimentAgeDays:
    case FeatureKind::kOldestOpenDays:
    case FeatureKind::kDaysSinceContact:
    case FeatureKind::kWithoutChampionDays:
    case FeatureKind::kDaysOverdue:
    case FeatureKind::kUnderstoodAgeDays:
      break;
    default:
      return kNoDay;
  }
  const std::optional<double>& value = assessment.values[condition.feature].value;
  if (!value || condition.spec.threshold - *value > kLongestLease) return kNoDay;
  switch (condition.spec.comparison) {
    case Comparison::kBelow:
      return assessment.today + static_cast<Day>(std::ceil(condition.spec.threshold) - *value);
    case Comparison::kAtMost:
      return assessment.today + static_cast<Day>(std::floor(condition.spec.threshold) + 1 - *value);
    default:
      return kNoDay;
  }
}

// Instants after now at which the gate may open by time alone, ascending.
std::vector<Instant> OpeningCandidates(const Finding& finding, const Assessment& assessment) {
  const Calendar& calendar = assessment.rulebook.calendar();
  const Gate& gate = *finding.gate;
  const Day today = assessment.today;
  std::vector<Instant> instants;
  switch (gate.builtin) {
    case Builtin::kConditions:
      for (const Condition& condition : gate.conditions) {
        const Feature& feature = assessment.model.features[condition.feature];
        for (const Day day :
             Breakpoints(feature, assessment.state, calendar, today, kLookAheadDays)) {
          instants.push_back(calendar.StartOf(day));
        }
        const Day outgrown = OutgrownOn(condition, assessment);
        if (outgrown != kNoDay) instants.push_back(calendar.StartOf(outgrown));
      }
      break;
    case Builtin::kCoolingOff: {
      const Day free = CooledOffOn(gate.spec, assessment.state, calendar);
      if (free != kNoDay) instants.push_back(calendar.StartOf(free));
      break;
    }
    case Builtin::kContactFatigue:
      AddDays(instants, calendar, today, gate.spec.fatigue_days);
      AddExpiries(instants, assessment.state);
      break;
    case Builtin::kHold:
      AddExpiries(instants, assessment.state);
      break;
    case Builtin::kLoyaltyLow:
      AddDays(instants, calendar, today, kLookAheadDays);
      AddExpiries(instants, assessment.state);
      break;
    case Builtin::kAlreadyOwns:
      for (const SubscriptionState& subscription : assessment.state.subscriptions) {
        if (subscription.now.end != kNoDay) {
          instants.push_back(calendar.StartOf(subscription.now.end));
        }
      }
      break;
    case Builtin::kEvidenceThin:
      // Today's rows are seen tomorrow, and may complete what is missing.
      AddDays(instants, calendar, today, kLookAheadDays);
      break;
    case Builtin::kFeedSilent:
    case Builtin::kValueNotRealised:
    case Builtin::kOptOut:
    case Builtin::kReserved:
    case Builtin::kMargin:
      break;
  }
  std::sort(instants.begin(), instants.end());
  instants.erase(std::unique(instants.begin(), instants.end()), instants.end());
  instants.erase(instants.begin(),
                 std::upper_bound(instants.begin(), instants.end(), assessment.now));
  while (!instants.empty() && instants.back() == kNever) instants.pop_back();
  if (instants.size() > kMostCandidates) instants.resize(kMostCandidates);
  return instants;
}

Instant OpensAt(const Finding& finding, const Option& option, const Request& request,
                const Assessment& assessment) {
  for (const Instant at : OpeningCandidates(finding, assessment)) {
    if (!HoldsAt(finding, option, request, assessment.state, assessment.rulebook, at)) return at;
  }
  return kNever;
}

Instant ChangesAt(const Judged& present, const Request& request, const Assessment& assessment) {
  const Calendar& calendar = assessment.rulebook.calendar();
  std::vector<Instant> instants;
  AddDays(instants, calendar, assessment.today, kLookAheadDays);
  const Instant horizon = instants.back();
  AddExpiries(instants, assessment.state);
  std::sort(instants.begin(), instants.end());
  const auto same_gate = [](const Finding& a, const Finding& b) {
    return a.gate == b.gate && a.effect == b.effect;
  };
  for (const Instant at : instants) {
    if (at <= assessment.now || at > horizon) continue;
    const Judged then = Judge(Assess(assessment.state, assessment.rulebook, at), request);
    if (then.verdict != present.verdict ||
        !std::equal(then.findings.begin(), then.findings.end(), present.findings.begin(),
                    present.findings.end(), same_gate)) {
      return at;
    }
  }
  return kNever;
}

// Tells what a gate looked at. A method for each gate that the engine decides itself.
class Teller {
 public:
  Teller(const Finding& finding, const Option& option, const Request& request,
         const Assessment& assessment)
      : gate_(*finding.gate),
        option_(option),
        request_(request),
        assessment_(assessment),
        state_(assessment.state) {}

  std::vector<Reason::Item> Tell() const {
    switch (gate_.builtin) {
      case Builtin::kConditions:
        return Conditions();
      case Builtin::kEvidenceThin:
        return {Item("health.coverage", assessment_.health.coverage, Comparison::kBelow,
                     assessment_.model.spec.minimum_coverage)};
      case Builtin::kFeedSilent:
        return Sources();
      case Builtin::kValueNotRealised:
        return Value();
      case Builtin::kLoyaltyLow:
        return {Item("loyalty.tier", static_cast<double>(assessment_.loyalty.tier),
                     Comparison::kBelow, static_cast<double>(gate_.spec.minimum_loyalty))};
      case Builtin::kCoolingOff:
        return CoolingOff();
      case Builtin::kContactFatigue:
        return Fatigue();
      case Builtin::kOptOut:
        return OptOut();
      case Builtin::kHold:
        return Holds();
      case Builtin::kAlreadyOwns:
        return Owned();
      case Builtin::kMargin:
        return Margin();
      case Builtin::kReserved:
        return {};
    }
    return {};
  }

 private:
  static Reason::Item Item(std::string feature, std::optional<double> value,
                           std::optional<Comparison> comparison = std::nullopt,
                           double threshold = 0) {
    return {std::move(feature), value, comparison, threshold, {}};
  }

  static Evidence Fact(const Stamp& stamp, std::string subject, PersonKey person = kNobody) {
    return {std::move(subject), person, stamp, stamp.observed_at};
  }

  std::vector<Reason::Item> Conditions() const {
    std::vector<Reason::Item> items;
    for (const Condition& condition : gate_.conditions) {
      const Feature& feature = assessment_.model.features[condition.feature];
      const FeatureValue& value = assessment_.values[condition.feature];
      const bool missing = !value.value && gate_.spec.when_missing == WhenMissing::kUnknown;
      const bool holds = value.value && engine::Holds(*value.value, condition.spec.comparison,
                                                      condition.spec.threshold);
      const bool in_question = feature.kind == FeatureKind::kKeyDetractor && ContactDetracts();
      if (!missing && !holds && !in_question) continue;
      Reason::Item item = Item(feature.name, in_question ? 1 : value.value,
                               condition.spec.comparison, condition.spec.threshold);
      item.facts = Explain(feature, state_, assessment_.rulebook, assessment_.today, kFactsPerItem);
      if (in_question) AddContactsAnswer(item);
      items.push_back(std::move(item));
    }
    return items;
  }

  bool ContactDetracts() const {
    return request_.contact != kNobody &&
           std::any_of(state_.respondents.begin(), state_.respondents.end(),
                       [&](const RespondentState& r) {
                         return r.person == request_.contact && IsOpenDetractor(r);
                       });
  }

  void AddContactsAnswer(Reason::Item& item) const {
    for (const RespondentState& respondent : state_.respondents) {
      const bool told = std::any_of(item.facts.begin(), item.facts.end(), [&](const Evidence& e) {
        return e.person == respondent.person;
      });
      if (respondent.person == request_.contact && !told) {
        item.facts.push_back(Fact(respondent.answered, "", respondent.person));
      }
    }
  }

  std::vector<Reason::Item> Sources() const {
    std::vector<Reason::Item> items;
    for (const Source* source : assessment_.rulebook.Silent(assessment_.today)) {
      Reason::Item item =
          Item("source.silent_days", std::nullopt, Comparison::kAbove, source->expected_every_days);
      if (source->complete_through != kLongAgo) {
        item.value =
            assessment_.today - assessment_.rulebook.calendar().DayOf(source->complete_through);
      }
      item.facts.push_back({source->name, kNobody, {}, source->complete_through});
      items.push_back(std::move(item));
    }
    return items;
  }

  std::vector<Reason::Item> Value() const {
    const std::string& product =
        option_.motion == Motion::kCrossSell ? assessment_.largest : option_.extended;
    Reason::Item item = Item(absl::StrCat("adoption.milestone(", product, ")"), std::nullopt,
                             Comparison::kBelow, static_cast<double>(gate_.spec.minimum_milestone));
    for (const AdoptionState& adoption : state_.adoption) {
      if (adoption.product != product || !adoption.milestone_reached.given()) continue;
      item.value = static_cast<double>(adoption.milestone);
      item.facts.push_back(Fact(adoption.milestone_reached, product));
    }
    return {std::move(item)};
  }

  std::vector<Reason::Item> CoolingOff() const {
    const Calendar& calendar = assessment_.rulebook.calendar();
    const Day ended = calendar.DayOf(state_.pitch_ended.observed_at);
    Reason::Item item = Item("pitch.days_since_ended", assessment_.today - ended,
                             Comparison::kBelow, CooledOffOn(gate_.spec, state_, calendar) - ended);
    item.facts.push_back(Fact(state_.pitch_ended, ""));
    return {std::move(item)};
  }

  std::vector<Reason::Item> Fatigue() const {
    std::vector<Reason::Item> items;
    const std::string feature = absl::StrCat("contacts.unsolicited(", gate_.spec.fatigue_days, ")");
    const auto add = [&](std::optional<PersonKey> person, int32_t limit) {
      const int32_t count = RecentContacts(gate_.spec, state_, assessment_.today, person);
      if (count < limit) return;
      Reason::Item item = Item(feature, count, Comparison::kAtLeast, limit);
      for (auto cell = state_.outbound.rbegin(); cell != state_.outbound.rend(); ++cell) {
        if (item.facts.size() == kFactsPerItem) break;
        if (assessment_.today - cell->day >= gate_.spec.fatigue_days) break;
        if (person && cell->person != *person) continue;
        item.facts.push_back({absl::StrCat(cell->count, " contacts"),
                              cell->person,
                              {},
                              assessment_.rulebook.calendar().StartOf(cell->day)});
      }
      items.push_back(std::move(item));
    };
    add(std::nullopt, ContactLimit(gate_.spec, assessment_.place.touch));
    if (request_.contact != kNobody) add(request_.contact, gate_.spec.per_person);
    return items;
  }

  std::vector<Reason::Item> OptOut() const {
    Reason::Item item = Item("consent.opted_out", 1);
    for (const ConsentState& consent : state_.consents) {
      const bool person = consent.person == kNobody || consent.person == request_.contact;
      const bool channel = consent.channel.empty() || consent.channel == request_.channel;
      if (consent.opted_out && person && channel) {
        item.facts.push_back(Fact(consent.stamp, consent.channel, consent.person));
      }
    }
    return {std::move(item)};
  }

  std::vector<Reason::Item> Holds() const {
    Reason::Item item = Item("hold.in_force", 1);
    for (const HoldState& hold : state_.holds) {
      if (InForce(hold, assessment_.now)) {
        item.facts.push_back(Fact(hold.stamp, hold.now.hold_id));
      }
    }
    return {std::move(item)};
  }

  std::vector<Reason::Item> Owned() const {
    Reason::Item item = Item("product.owned", 1);
    for (const SubscriptionState& subscription : state_.subscriptions) {
      if (item.facts.size() == kFactsPerItem) break;
      const bool about =
          option_.product < 0 ||
          subscription.now.product == assessment_.rulebook.products()[option_.product].id;
      if (about && IsActive(subscription.now, assessment_.today)) {
        item.facts.push_back(Fact(subscription.stamp, subscription.now.product));
      }
    }
    return {std::move(item)};
  }

  std::vector<Reason::Item> Margin() const {
    const Product& product = assessment_.rulebook.products()[option_.product];
    Reason::Item item =
        Item("product.margin", std::nullopt, Comparison::kBelow, product.margin_floor);
    if (product.margin >= 0) item.value = product.margin;
    item.facts.push_back({product.id, kNobody, {}, kLongAgo});
    return {std::move(item)};
  }

  const Gate& gate_;
  const Option& option_;
  const Request& request_;
  const Assessment& assessment_;
  const State& state_;
};

}  // namespace

Decision Decide(const State& state, const Rulebook& rulebook, const Request& request, Instant now) {
  const Assessment assessment = Assess(state, rulebook, now);
  Judged judged = Judge(assessment, request);
  Decision decision;
  decision.verdict = judged.verdict;
  decision.changes_at = ChangesAt(judged, request, assessment);
  for (const Finding& finding : judged.findings) {
    Reason reason;
    reason.gate = finding.gate;
    reason.effect = finding.effect;
    reason.missing = finding.missing;
    reason.items = Teller(finding, judged.option, request, assessment).Tell();
    reason.opens_at = OpensAt(finding, judged.option, request, assessment);
    decision.reasons.push_back(std::move(reason));
  }
  decision.option = std::move(judged.option);
  return decision;
}

}  // namespace kizuna::engine
