// SPDX-License-Identifier: Apache-2.0
//
// Which gates hold? A gate made of conditions asks features; the others are decided here, each in
// a function of its own.

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "server/engine/assessment.h"
#include "server/engine/reservation.h"

namespace kizuna::engine {
namespace {

Finding Closed(const Gate& gate, Effect effect, bool missing = false) {
  Finding finding;
  finding.gate = &gate;
  finding.effect = effect;
  finding.motions = gate.motions;
  finding.missing = missing;
  return finding;
}

// Evidence is missing: that closes the gate, or not, as the model says.
std::optional<Finding> Missing(const Gate& gate) {
  if (gate.spec.when_missing == WhenMissing::kOpen) return std::nullopt;
  return Closed(gate, Effect::kUnknown, true);
}

// The strongest of the conditions that hold; of those equally strong, the first.
std::optional<Finding> JudgeConditions(const Gate& gate, const Assessment& assessment) {
  std::optional<Finding> strongest;
  const auto offer = [&](Finding finding, size_t index) {
    finding.condition = static_cast<int>(index);
    if (!strongest || finding.effect > strongest->effect) strongest = finding;
  };
  for (size_t i = 0; i < gate.conditions.size(); ++i) {
    const Condition& condition = gate.conditions[i];
    const std::optional<double>& value = assessment.values[condition.feature].value;
    if (!value) {
      if (const auto finding = Missing(gate)) offer(*finding, i);
    } else if (Holds(*value, condition.spec.comparison, condition.spec.threshold)) {
      const Effect own = condition.spec.effect;
      offer(Closed(gate, own == Effect::kNone ? gate.spec.effect : own), i);
    }
  }
  return strongest;
}

std::optional<Finding> ClosedIf(bool holds, const Gate& gate) {
  if (!holds) return std::nullopt;
  return Closed(gate, gate.spec.effect);
}

bool OptedOut(const Assessment& assessment, PersonKey person, const std::string& channel) {
  const auto& consents = assessment.state.consents;
  return std::any_of(consents.begin(), consents.end(), [&](const ConsentState& consent) {
    return IsOptOut(consent, person, channel, assessment.now);
  });
}

bool AnyHold(const Assessment& assessment) {
  const auto& holds = assessment.state.holds;
  return std::any_of(holds.begin(), holds.end(),
                     [&](const HoldState& hold) { return InForce(hold, assessment.now); });
}

bool CoolingOff(const Gate& gate, const Assessment& assessment) {
  const std::optional<EndedPitch> ended = LastEndedPitch(assessment.state, assessment.now);
  return ended && assessment.today < CooledOffOn(gate.spec, *ended, assessment.rulebook.calendar());
}

bool Fatigued(const Gate& gate, const Assessment& assessment) {
  return RecentContacts(gate.spec, assessment.state, assessment.today, std::nullopt) >=
         ContactLimit(gate.spec, assessment.place.touch);
}

std::optional<Finding> JudgeValue(const Gate& gate, const Assessment& assessment,
                                  const std::string& extended) {
  for (const AdoptionState& adoption : assessment.state.adoption) {
    if (adoption.product != extended || !adoption.milestone_reached.given()) continue;
    return ClosedIf(adoption.milestone < gate.spec.minimum_milestone, gate);
  }
  return Missing(gate);
}

bool AlreadyOwns(const Assessment& assessment, Motion motion, int product) {
  const auto owned = [&](int p) {
    return std::find(assessment.owned_catalogued.begin(), assessment.owned_catalogued.end(), p) !=
           assessment.owned_catalogued.end();
  };
  if (motion == Motion::kCrossSell) {
    // Without a product to offer: everything in the catalogue is owned.
    return product >= 0
               ? owned(product)
               : !assessment.rulebook.products().empty() && !assessment.owned_catalogued.empty();
  }
  if (motion != Motion::kPlan) return false;
  if (product < 0) return !assessment.owned_catalogued.empty();
  const auto& catalogue = assessment.rulebook.products();
  return std::any_of(
      assessment.owned_catalogued.begin(), assessment.owned_catalogued.end(), [&](int p) {
        return p == product ||
               (!catalogue[p].family.empty() && catalogue[p].family == catalogue[product].family &&
                catalogue[p].ladder_rank >= catalogue[product].ladder_rank);
      });
}

std::optional<Finding> JudgeMargin(const Gate& gate, const Assessment& assessment, int product) {
  if (product < 0) return std::nullopt;
  const Product& offered = assessment.rulebook.products()[product];
  if (offered.margin < 0) return Missing(gate);
  return ClosedIf(offered.margin < offered.margin_floor, gate);
}

// The contact in question counts as a key person.
std::optional<Finding> JudgeContactDissatisfied(const Gate& gate, const Assessment& assessment,
                                                const Request& request) {
  if (request.contact == kNobody) return std::nullopt;
  for (size_t i = 0; i < gate.conditions.size(); ++i) {
    const Feature& feature = assessment.model.features[gate.conditions[i].feature];
    if (feature.kind != FeatureKind::kKeyDetractor) continue;
    for (const RespondentState& respondent : assessment.state.respondents) {
      if (respondent.person != request.contact || !IsOpenDetractor(respondent)) continue;
      Finding finding = Closed(gate, gate.spec.effect);
      finding.condition = static_cast<int>(i);
      return finding;
    }
  }
  return std::nullopt;
}

std::optional<Finding> AccountFinding(const Gate& gate, const Assessment& assessment) {
  switch (gate.builtin) {
    case Builtin::kConditions:
      return JudgeConditions(gate, assessment);
    case Builtin::kEvidenceThin:
      return ClosedIf(assessment.health.coverage < assessment.model.spec.minimum_coverage ||
                          !assessment.health.raw,
                      gate);
    case Builtin::kFeedSilent:
      return ClosedIf(!assessment.rulebook.Silent(assessment.today).empty(), gate);
    case Builtin::kLoyaltyLow:
      return ClosedIf(assessment.loyalty.tier < gate.spec.minimum_loyalty, gate);
    case Builtin::kCoolingOff:
      return ClosedIf(CoolingOff(gate, assessment), gate);
    case Builtin::kContactFatigue:
      return ClosedIf(Fatigued(gate, assessment), gate);
    case Builtin::kOptOut:
      return ClosedIf(OptedOut(assessment, kNobody, ""), gate);
    case Builtin::kHold:
      return ClosedIf(AnyHold(assessment), gate);
    case Builtin::kReserved:
      return ClosedIf(LiveReservation(assessment.state, assessment.now) != nullptr, gate);
    case Builtin::kValueNotRealised:
    case Builtin::kAlreadyOwns:
    case Builtin::kMargin:
      return std::nullopt;
  }
  return std::nullopt;
}

std::optional<Finding> ProductFinding(const Gate& gate, const Assessment& assessment, Motion motion,
                                      int product, const std::string& extended) {
  if ((gate.motions & MotionBit(motion)) == 0) return std::nullopt;
  switch (gate.builtin) {
    case Builtin::kValueNotRealised:
      return JudgeValue(gate, assessment,
                        motion == Motion::kCrossSell ? assessment.largest : extended);
    case Builtin::kAlreadyOwns:
      return ClosedIf(AlreadyOwns(assessment, motion, product), gate);
    case Builtin::kMargin:
      return JudgeMargin(gate, assessment, product);
    default:
      return std::nullopt;
  }
}

std::optional<Finding> RequestFinding(const Gate& gate, const Assessment& assessment,
                                      const Request& request) {
  if (gate.builtin == Builtin::kConditions) {
    return JudgeContactDissatisfied(gate, assessment, request);
  }
  if (gate.builtin == Builtin::kContactFatigue && request.contact != kNobody) {
    return ClosedIf(RecentContacts(gate.spec, assessment.state, assessment.today,
                                   request.contact) >= gate.spec.per_person,
                    gate);
  }
  if (gate.builtin == Builtin::kOptOut) {
    const bool person = request.contact != kNobody;
    const bool channel = !request.channel.empty();
    return ClosedIf(
        (channel && OptedOut(assessment, kNobody, request.channel)) ||
            (person && OptedOut(assessment, request.contact, "")) ||
            (person && channel && OptedOut(assessment, request.contact, request.channel)),
        gate);
  }
  return std::nullopt;
}

// A finding of a gate that a waiver in force opens stays on the list, but does not count.
std::optional<Finding> WithWaiver(std::optional<Finding> finding, const Assessment& assessment) {
  if (!finding || assessment.state.waivers.empty() || !finding->gate->spec.waivable) return finding;
  for (const WaiverState& waiver : assessment.state.waivers) {
    finding->waived |= waiver.now.gate == finding->gate->spec.code && !waiver.now.released &&
                       assessment.now < waiver.now.expires_at;
  }
  return finding;
}

}  // namespace

bool InForce(const HoldState& hold, Instant now) {
  return !hold.now.released && now < hold.now.expires_at;
}

bool IsOptOut(const ConsentState& consent, PersonKey person, const std::string& channel,
              Instant now) {
  return consent.now.opted_out && consent.now.person == person && consent.now.channel == channel &&
         now < consent.now.expires_at;
}

std::optional<EndedPitch> LastEndedPitch(const State& state, Instant now) {
  std::optional<EndedPitch> last;
  if (state.pitch_ended.given()) {
    last = EndedPitch{state.pitch_ended, state.pitch_ended.observed_at, state.pitch_outcome};
  }
  const ReservationContent* ran_out = RanOutReservation(state, now);
  if (ran_out != nullptr && (!last || last->at < ran_out->expires_at)) {
    last = EndedPitch{state.reservation.stamp, ran_out->expires_at, PitchOutcome::kExpired};
  }
  return last;
}

Day CooledOffOn(const GateSpec& gate, const EndedPitch& ended, const Calendar& calendar) {
  const Day day = calendar.DayOf(ended.at);
  switch (ended.outcome) {
    case PitchOutcome::kWon:
      return day + gate.won_days;
    case PitchOutcome::kExpired:
      return day + gate.expired_days;
    case PitchOutcome::kNotNow:
      return day + gate.not_now_days;
    case PitchOutcome::kLost:
    case PitchOutcome::kAskedToStop:
      return day + gate.lost_days;
    case PitchOutcome::kUnspecified:
      return day;
  }
  return day;
}

int32_t RecentContacts(const GateSpec& gate, const State& state, Day today,
                       std::optional<PersonKey> person) {
  int32_t count = 0;
  for (const OutboundCell& cell : state.outbound) {
    if (today - cell.day >= gate.fatigue_days || cell.day > today) continue;
    if (!person || cell.person == *person) count += cell.count;
  }
  return count;
}

int32_t ContactLimit(const GateSpec& gate, TouchTier tier) {
  switch (tier) {
    case TouchTier::kHigh:
      return gate.per_account_high;
    case TouchTier::kLow:
      return gate.per_account_low;
    case TouchTier::kTech:
    case TouchTier::kUnknown:
      return gate.per_account_tech;
  }
  return gate.per_account_tech;
}

bool Exempts(const Gate& gate, const Assessment& assessment, const Request& request, Motion motion,
             int product) {
  const ReservationContent* live = LiveReservation(assessment.state, assessment.now);
  if (live == nullptr || request.team.empty() || request.team != live->team) return false;
  switch (gate.builtin) {
    case Builtin::kReserved:
      return true;
    case Builtin::kCoolingOff:
    case Builtin::kContactFatigue: {
      const bool any = live->product.empty();
      return motion == live->motion &&
             (any || assessment.rulebook.FindProduct(live->product) == product);
    }
    default:
      return false;
  }
}

std::optional<Finding> JudgeAccount(const Gate& gate, const Assessment& assessment) {
  return WithWaiver(AccountFinding(gate, assessment), assessment);
}

std::optional<Finding> JudgeProduct(const Gate& gate, const Assessment& assessment, Motion motion,
                                    int product, const std::string& extended) {
  return WithWaiver(ProductFinding(gate, assessment, motion, product, extended), assessment);
}

std::optional<Finding> JudgeRequest(const Gate& gate, const Assessment& assessment,
                                    const Request& request) {
  return WithWaiver(RequestFinding(gate, assessment, request), assessment);
}

Verdict VerdictOf(Motion motion, const std::vector<Finding>& account,
                  const std::vector<Finding>& product) {
  Effect strongest = Effect::kNone;
  for (const auto* findings : {&account, &product}) {
    for (const Finding& finding : *findings) {
      if (!finding.waived && (finding.motions & MotionBit(motion)) != 0) {
        strongest = std::max(strongest, finding.effect);
      }
    }
  }
  switch (strongest) {
    case Effect::kDeny:
      return Verdict::kDeny;
    case Effect::kUnknown:
      return Verdict::kUnknown;
    case Effect::kNone:
      return Verdict::kAllow;
  }
  return Verdict::kUnknown;
}

}  // namespace kizuna::engine
