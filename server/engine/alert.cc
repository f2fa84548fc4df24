// SPDX-License-Identifier: Apache-2.0

#include "server/engine/alert.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "server/engine/feature.h"
#include "server/engine/play.h"

namespace kizuna::engine {
namespace {

// As the API calls them, without their type.
constexpr std::array<const char*, 4> kBands = {"UNKNOWN", "RED", "YELLOW", "GREEN"};
constexpr std::array<const char*, 4> kLoyaltyTiers = {"NONE", "REPEATER", "PROMOTER", "FAN"};
constexpr std::array<const char*, 4> kTouchTiers = {"UNKNOWN", "TECH", "LOW", "HIGH"};

std::string DateText(Day day) { return absl::FormatCivilTime(absl::CivilDay(1970, 1, 1) + day); }

// From which score on a band is reached, RED and UNKNOWN from any.
double BoundOf(Band band, const Sight& sight) {
  if (band == Band::kGreen) return sight.green_from;
  return band == Band::kYellow ? sight.yellow_from : 0;
}

// The best band that the score has reached with the margin to spare.
Band SafelyReached(const AlertRules& rules, const Sight& sight) {
  for (const Band band : {Band::kGreen, Band::kYellow}) {
    if (band <= sight.band && *sight.score >= BoundOf(band, sight) + rules.band_margin) return band;
  }
  return Band::kRed;
}

void FollowBand(const AlertRules& rules, const Sight& sight, AlertMemory::BandTold& memory,
                AlertStep& step) {
  // It was better for long enough before this look, whatever this look shows.
  if (memory.better_since != kNever && sight.at - memory.better_since >= rules.band_rest) {
    memory.told = memory.standing;
    memory.better_since = kNever;
    step.over.push_back({AlertKind::kBand, ""});
  }
  if (sight.band == Band::kUnknown) return;  // not known is neither better nor worse
  memory.standing = sight.band;
  if (memory.told == Band::kUnknown) memory.told = sight.band;
  if (sight.band < memory.told) {
    step.raised.push_back(
        {AlertKind::kBand,
         sight.band == Band::kRed ? AlertSeverity::kCritical : AlertSeverity::kWarning, "",
         kBands[static_cast<int>(memory.told)], kBands[static_cast<int>(sight.band)]});
    memory.told = sight.band;
  }
  if (sight.band == memory.told) {
    memory.better_since = kNever;
    return;
  }
  if (memory.better_since == kNever) memory.better_since = sight.at;
  if (sight.at - memory.better_since < rules.band_settled || !sight.score.has_value()) return;
  const Band reached = SafelyReached(rules, sight);
  if (reached <= memory.told) return;
  memory.told = reached;
  memory.better_since = reached == sight.band ? kNever : sight.at;
  step.over.push_back({AlertKind::kBand, ""});
}

void FollowTier(const AlertRules& rules, AlertKind kind, const std::array<const char*, 4>& words,
                uint8_t tier, Instant at, AlertMemory::TierTold& memory, AlertStep& step) {
  if (tier == memory.told) return;
  const bool goes_back = memory.told_at != kLongAgo && tier == memory.before;
  if (goes_back && at - memory.told_at < rules.tier_rest) return;
  step.raised.push_back({kind, tier < memory.told ? AlertSeverity::kWarning : AlertSeverity::kInfo,
                         "", words[memory.told], words[tier]});
  memory.before = memory.told;
  memory.told = tier;
  memory.told_at = at;
}

void FollowGates(const AlertRules& rules, const Sight& sight,
                 std::vector<AlertMemory::GateTold>& memory, AlertStep& step) {
  std::vector<AlertMemory::GateTold> kept;
  const auto holds = [&](const std::string& code) {
    return std::any_of(sight.gates.begin(), sight.gates.end(),
                       [&](const Sight::HoldingGate& gate) { return gate.code == code; });
  };
  for (AlertMemory::GateTold& gate : memory) {
    if (!holds(gate.code) && gate.open_since == kNever) gate.open_since = sight.at;
    const bool rested = gate.open_since != kNever && sight.at - gate.open_since >= rules.gate_rest;
    if (!gate.told && gate.open_since != kNever) continue;
    if (rested) {
      step.over.push_back({AlertKind::kGateClosed, gate.code});
      if (!holds(gate.code)) {
        step.raised.push_back(
            {AlertKind::kGateOpened, AlertSeverity::kInfo, gate.code, "CLOSED", "OPEN"});
      }
      continue;
    }
    if (holds(gate.code)) gate.open_since = kNever;
    kept.push_back(std::move(gate));
  }
  for (const Sight::HoldingGate& gate : sight.gates) {
    const bool known = std::any_of(kept.begin(), kept.end(), [&](const AlertMemory::GateTold& one) {
      return one.code == gate.code;
    });
    if (known || !gate.denies) continue;
    step.raised.push_back(
        {AlertKind::kGateClosed, AlertSeverity::kWarning, gate.code, "OPEN", "CLOSED"});
    kept.push_back({gate.code, true, kNever});
  }
  std::sort(kept.begin(), kept.end(), [](const auto& a, const auto& b) { return a.code < b.code; });
  memory = std::move(kept);
}

void FollowRenewals(const Sight& sight, std::vector<AlertMemory::RenewalTold>& memory,
                    AlertStep& step) {
  const auto same = [](const AlertMemory::RenewalTold& told, const Sight::Renewal& seen) {
    return told.subscription == seen.subscription && told.day == seen.day;
  };
  std::vector<AlertMemory::RenewalTold> kept;
  for (const AlertMemory::RenewalTold& told : memory) {
    const bool stands = std::any_of(sight.renewals.begin(), sight.renewals.end(),
                                    [&](const auto& seen) { return same(told, seen); });
    if (stands) {
      kept.push_back(told);
    } else {
      step.over.push_back({AlertKind::kRenewal, told.subscription});
    }
  }
  for (const Sight::Renewal& seen : sight.renewals) {
    if (std::any_of(kept.begin(), kept.end(), [&](const auto& told) { return same(told, seen); })) {
      continue;
    }
    step.raised.push_back({AlertKind::kRenewal,
                           seen.automatic ? AlertSeverity::kInfo : AlertSeverity::kWarning,
                           seen.subscription, "", DateText(seen.day)});
    kept.push_back({seen.subscription, seen.day});
  }
  memory = std::move(kept);
}

void FollowDepartures(const Sight& sight, std::vector<Sight::Departure>& memory, AlertStep& step) {
  const auto told = [&](const Sight::Departure& seen) {
    return std::any_of(memory.begin(), memory.end(), [&](const Sight::Departure& one) {
      return one.person == seen.person && one.left == seen.left;
    });
  };
  for (const Sight::Departure& seen : sight.departures) {
    if (told(seen)) continue;
    step.raised.push_back({AlertKind::kChampionLeft, AlertSeverity::kCritical, "", "", ""});
  }
  // Those that are seen no more are too old to be seen again, or came back.
  memory = sight.departures;
}

void FollowTasks(const AlertRules& rules, const Sight& sight,
                 std::vector<AlertMemory::TaskTold>& memory, AlertStep& step) {
  std::vector<AlertMemory::TaskTold> kept;
  for (AlertMemory::TaskTold& told : memory) {
    const bool late = std::any_of(sight.late_tasks.begin(), sight.late_tasks.end(),
                                  [&](const auto& seen) { return seen.id == told.id; });
    if (told.stands && !late) step.over.push_back({AlertKind::kRuleNotFollowed, told.id});
    told.stands = told.stands && late;
    if (int64_t{sight.today} - told.due <= kMissedDays) kept.push_back(std::move(told));
  }
  for (const Sight::LateTask& seen : sight.late_tasks) {
    const bool known =
        std::any_of(kept.begin(), kept.end(), [&](const auto& told) { return told.id == seen.id; });
    if (known || int64_t{sight.today} - seen.due > rules.late_days) continue;
    step.raised.push_back(
        {AlertKind::kRuleNotFollowed, AlertSeverity::kWarning, seen.id, "", DateText(seen.due)});
    kept.push_back({seen.id, seen.due, true});
  }
  memory = std::move(kept);
}

}  // namespace

Sight SightOf(const AlertRules& rules, const State& state, const Rulebook& rulebook,
              const Card& card) {
  Sight sight;
  sight.at = card.computed_at;
  sight.today = rulebook.calendar().DayOf(card.computed_at);
  sight.band = card.health.band;
  sight.score = card.health.score;
  sight.yellow_from = card.model->spec.yellow_from;
  sight.green_from = card.model->spec.green_from;
  sight.loyalty = card.loyalty.tier;
  sight.touch = card.place.touch;
  const Option& best = card.Best(Motion::kUnspecified);
  const auto look = [&](const Finding& finding) {
    const bool holds = (finding.motions & MotionBit(best.motion)) != 0 && !finding.waived;
    if (!holds || finding.gate->builtin == Builtin::kReserved) return;
    sight.gates.push_back({finding.gate->spec.code, finding.effect == Effect::kDeny});
  };
  for (const Finding& finding : card.findings) look(finding);
  for (const Finding& finding : best.findings) look(finding);
  std::sort(sight.gates.begin(), sight.gates.end(),
            [](const auto& a, const auto& b) { return a.code < b.code; });
  for (const SubscriptionState& one : state.subscriptions) {
    const SubscriptionContent& now = one.now;
    if (now.renewal == kNoDay || !IsActive(now, sight.today)) continue;
    const int64_t days = int64_t{now.renewal} - sight.today;
    if (days < 0 || days > rules.renewal_days) continue;
    sight.renewals.push_back({now.subscription_id, now.renewal, now.auto_renew});
  }
  for (const PersonState& person : state.people) {
    if (person.role != Role::kChampion || IsPresent(person)) continue;
    if (person.left.observed_at > sight.at) continue;
    const Day day = rulebook.calendar().DayOf(person.left.observed_at);
    if (sight.today - day > rules.departure_days) continue;
    sight.departures.push_back({person.person, person.left.observed_at});
  }
  for (Task& task : TasksOf(state, rulebook, card.computed_at)) {
    if (task.state != Task::State::kLate && task.state != Task::State::kMissed) continue;
    sight.late_tasks.push_back({std::move(task.id), task.due});
  }
  return sight;
}

AlertMemory BeginAlerts(Band band, LoyaltyTier loyalty, TouchTier touch,
                        std::vector<std::string> gates) {
  AlertMemory memory;
  memory.begun = true;
  memory.band.told = memory.band.standing = band;
  memory.loyalty.told = static_cast<uint8_t>(loyalty);
  memory.touch.told = static_cast<uint8_t>(touch);
  std::sort(gates.begin(), gates.end());
  gates.erase(std::unique(gates.begin(), gates.end()), gates.end());
  for (std::string& code : gates) memory.gates.push_back({std::move(code), false, kNever});
  return memory;
}

AlertStep FollowAlerts(const AlertRules& rules, const Sight& sight, AlertMemory& memory) {
  AlertStep step;
  FollowBand(rules, sight, memory.band, step);
  FollowGates(rules, sight, memory.gates, step);
  FollowTier(rules, AlertKind::kLoyaltyTier, kLoyaltyTiers, static_cast<uint8_t>(sight.loyalty),
             sight.at, memory.loyalty, step);
  // The first touch tier is where the account begins.
  if (memory.touch.told == 0) memory.touch.told = static_cast<uint8_t>(sight.touch);
  FollowTier(rules, AlertKind::kTouchTier, kTouchTiers, static_cast<uint8_t>(sight.touch), sight.at,
             memory.touch, step);
  FollowRenewals(sight, memory.renewals, step);
  FollowDepartures(sight, memory.left, step);
  FollowTasks(rules, sight, memory.tasks, step);
  return step;
}

std::vector<std::string> SilentSources(const Rulebook& rulebook, Day today) {
  std::vector<std::string> silent;
  for (const Source& source : rulebook.parts().sources) {
    const bool declared = source.complete_through != kLongAgo;
    if (source.expected_every_days <= 0 || !(source.required || declared)) continue;
    const bool in_time =
        declared && int64_t{today} - rulebook.calendar().DayOf(source.complete_through) <=
                        source.expected_every_days;
    if (!in_time) silent.push_back(source.name);
  }
  std::sort(silent.begin(), silent.end());
  return silent;
}

std::string SentenceOf(const AlertNews& news, absl::string_view name) {
  switch (news.kind) {
    case AlertKind::kBand:
      return absl::StrCat(name, ": health fell from ", news.from, " to ", news.to, ".");
    case AlertKind::kGateClosed:
      return absl::StrCat(name, ": do not pitch, the gate ", news.subject, " closed.");
    case AlertKind::kGateOpened:
      return absl::StrCat(name, ": the gate ", news.subject, " has been open for a day.");
    case AlertKind::kLoyaltyTier:
      return absl::StrCat(name, ": the loyalty tier was ", news.from, " and is ", news.to, ".");
    case AlertKind::kTouchTier:
      return absl::StrCat(name, ": the touch tier was ", news.from, " and is ", news.to, ".");
    case AlertKind::kRenewal:
      return absl::StrCat(name, ": subscription ", news.subject, " is renewed on ", news.to, ".");
    case AlertKind::kChampionLeft:
      return absl::StrCat(name, ": a champion left.");
    case AlertKind::kSourceSilent:
      return absl::StrCat("Source ", name, " is silent: what it should have delivered is late.");
    case AlertKind::kRuleNotFollowed:
      return absl::StrCat(name, ": the task ", news.subject, " was due on ", news.to,
                          " and is not done.");
    case AlertKind::kUnspecified:
      break;
  }
  return "";
}

}  // namespace kizuna::engine
