// SPDX-License-Identifier: Apache-2.0
//
// May this be pitched to that account now, why, and when does the answer change?

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "server/engine/assessment.h"
#include "server/engine/card.h"
#include "server/engine/reservation.h"

namespace kizuna::engine {
namespace {

// Instants tried at most when looking for the one at which a gate opens.
constexpr size_t kMostCandidates = 400;
// Days beyond which it is not said when a condition is outgrown.
constexpr double kLongestLease = 36500;

// The option the request is about.
Option Choose(const Assessment& assessment, const Request& request) {
  const int product =
      request.product.empty() ? -1 : assessment.rulebook.FindProduct(request.product);
  if (request.motion == Motion::kUnspecified && product < 0) {
    // What a team would pitch is what it has reserved.
    const ReservationContent* live = LiveReservation(assessment.state, assessment.now);
    if (live != nullptr && !request.team.empty() && live->team == request.team) {
      return MakeOption(assessment, live->motion, assessment.rulebook.FindProduct(live->product));
    }
  }
  if (product >= 0 && request.motion != Motion::kUnspecified) {
    return MakeOption(assessment, request.motion, product);
  }
  std::optional<Option> best;
  for (Option& option : MakeOptions(assessment)) {
    const bool asked = request.motion == Motion::kUnspecified ? option.motion <= Motion::kCrossSell
                                                              : option.motion == request.motion;
    if (!asked || (product >= 0 && option.product != product)) continue;
    if (!best || Better(option, *best)) best = std::move(option);
  }
  if (best) return *std::move(best);
  // A product that no pitch would choose by itself: owned already, most likely.
  return MakeOption(assessment, Motion::kCrossSell, product);
}

// What the gate says; null: it does not hold.
const Finding* OfGate(const std::vector<Finding>& findings, const Gate& gate) {
  const auto at = std::find_if(findings.begin(), findings.end(),
                               [&](const Finding& finding) { return finding.gate == &gate; });
  return at == findings.end() ? nullptr : &*at;
}

Judgement Judge(const Assessment& assessment, const Request& request) {
  Judgement judged;
  judged.option = Choose(assessment, request);
  const uint32_t motion = MotionBit(judged.option.motion);
  for (const Gate& gate : assessment.model.gates) {
    if (Exempts(gate, assessment, request, judged.option.motion, judged.option.product)) continue;
    const Finding* own = OfGate(assessment.findings, gate);
    const Finding* product = OfGate(judged.option.findings, gate);
    const auto asked = JudgeRequest(gate, assessment, request);
    // One reason a gate: the strongest of what it says.
    std::optional<Finding> strongest;
    const auto offer = [&](const Finding& finding) {
      if ((finding.motions & motion) == 0) return;
      if (!strongest || finding.effect > strongest->effect) strongest = finding;
    };
    if (own != nullptr) offer(*own);
    if (product != nullptr) offer(*product);
    if (asked) offer(*asked);
    if (strongest) judged.findings.push_back(*strongest);
  }
  judged.verdict = VerdictOf(judged.option.motion, judged.findings, {});
  return judged;
}

// Whether the gate still counts against the same motion and product at another instant.
bool HoldsAt(const Finding& finding, const Option& option, const Request& request,
             const Assessment& assessment) {
  const Gate& gate = *finding.gate;
  const uint32_t motion = MotionBit(option.motion);
  const auto closes = [&](const auto& f) { return f && !f->waived && (f->motions & motion) != 0; };
  if (Exempts(gate, assessment, request, option.motion, option.product)) return false;
  return closes(OfGate(assessment.findings, gate)) ||
         closes(JudgeProduct(gate, assessment, option.motion, option.product, option.extended)) ||
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
      const auto ended = LastEndedPitch(assessment.state, assessment.now);
      if (ended) instants.push_back(calendar.StartOf(CooledOffOn(gate.spec, *ended, calendar)));
      break;
    }
    case Builtin::kContactFatigue:
      AddDays(instants, calendar, today, gate.spec.fatigue_days);
      AddExpiries(instants, assessment.state);
      break;
    case Builtin::kHold:
    case Builtin::kOptOut:
    case Builtin::kReserved:
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
                const Assessment& present, Outlook& outlook) {
  if (finding.waived) return kNever;
  for (const Instant at : OpeningCandidates(finding, present)) {
    if (!HoldsAt(finding, option, request, outlook.At(at))) return at;
  }
  return kNever;
}

Instant ChangesAt(const Judgement& present, const Request& request, const Assessment& assessment,
                  Outlook& outlook) {
  const Calendar& calendar = assessment.rulebook.calendar();
  std::vector<Instant> instants;
  AddDays(instants, calendar, assessment.today, kLookAheadDays);
  const Instant horizon = instants.back();
  AddExpiries(instants, assessment.state);
  std::sort(instants.begin(), instants.end());
  const auto same_gate = [](const Finding& a, const Finding& b) {
    return a.gate == b.gate && a.effect == b.effect && a.waived == b.waived;
  };
  for (const Instant at : instants) {
    if (at <= assessment.now || at > horizon) continue;
    const Judgement then = Judge(outlook.At(at), request);
    if (then.verdict != present.verdict ||
        !std::equal(then.findings.begin(), then.findings.end(), present.findings.begin(),
                    present.findings.end(), same_gate)) {
      return at;
    }
  }
  return kNever;
}

Decision Decide(Outlook& outlook, const Request& request, Instant now) {
  const Assessment& assessment = outlook.At(now);
  Judgement judged = Judge(assessment, request);
  Decision decision;
  decision.verdict = judged.verdict;
  decision.changes_at = ChangesAt(judged, request, assessment, outlook);
  for (const Finding& finding : judged.findings) {
    Reason reason;
    reason.gate = finding.gate;
    reason.effect = finding.effect;
    reason.missing = finding.missing;
    reason.waived = finding.waived;
    reason.items = Tell(finding, judged.option, request, assessment);
    reason.opens_at = OpensAt(finding, judged.option, request, assessment, outlook);
    decision.reasons.push_back(std::move(reason));
  }
  decision.option = std::move(judged.option);
  return decision;
}

}  // namespace

Judgement Judge(const State& state, const Rulebook& rulebook, const Request& request, Instant now) {
  return Judge(Assess(state, rulebook, now), request);
}

Decision Decide(const State& state, const Rulebook& rulebook, const Request& request, Instant now) {
  Outlook outlook(state, rulebook);
  return Decide(outlook, request, now);
}

std::vector<Decision> DecideAll(const State& state, const Rulebook& rulebook,
                                const std::vector<Request>& requests, Instant now) {
  Outlook outlook(state, rulebook);
  std::vector<Decision> decisions;
  decisions.reserve(requests.size());
  for (const Request& request : requests) decisions.push_back(Decide(outlook, request, now));
  return decisions;
}

}  // namespace kizuna::engine
