// SPDX-License-Identifier: Apache-2.0
//
// When is somebody told that an account has changed? A pure state machine: what an account looks
// like, and what was told of it before, give what is to be told now. It holds back what goes to and
// fro, so that a score that flaps about a bound raises one alert and not one a day. The numbers are
// those of docs/scoring.md, "Alerts".

#ifndef KIZUNA_SERVER_ENGINE_ALERT_H_
#define KIZUNA_SERVER_ENGINE_ALERT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "server/engine/card.h"
#include "server/engine/rulebook.h"
#include "server/engine/state.h"
#include "server/engine/time.h"

namespace kizuna::engine {

// What an alert is about. Stored and sent by number: DO NOT CHANGE.
enum class AlertKind : uint8_t {
  kUnspecified = 0,
  kBand = 1,             // the band of its health is worse
  kGateClosed = 2,       // a gate denies the best pitch
  kGateOpened = 3,       // ... and no longer does, for a day
  kLoyaltyTier = 4,      // another loyalty tier is in force
  kTouchTier = 5,        // another touch tier is in force
  kRenewal = 6,          // a subscription is renewed soon
  kChampionLeft = 7,     // a champion left
  kSourceSilent = 8,     // a source went silent: of the source, not of its accounts
  kRuleNotFollowed = 9,  // a play's task was not done in time
};

// How much it presses. Stored and sent by number: DO NOT CHANGE.
enum class AlertSeverity : uint8_t { kUnspecified = 0, kInfo = 1, kWarning = 2, kCritical = 3 };

struct AlertRules {
  // A band is told as worse once more only after it was better for a while: this long, if the score
  // is then this far above the bound, in points,
  Instant band_settled = kMicrosPerDay;
  double band_margin = 5;
  // ... or this long, whatever the score.
  Instant band_rest = 7 * kMicrosPerDay;
  // A gate is told as open once it was open for so long; until then, closing again is no news.
  Instant gate_rest = kMicrosPerDay;
  // A tier that goes back to the one before within so long is no news, until it has stayed there.
  Instant tier_rest = 7 * kMicrosPerDay;
  // A renewal is told so many days before, at most.
  int32_t renewal_days = 30;
  // A departure that was observed longer ago is no news: a history that is brought in.
  int32_t departure_days = 30;
  // A task that was due longer ago when it is first seen late is no news, either.
  int32_t late_days = 7;
};

// What there is to see of an account at an instant.
struct Sight {
  Instant at = 0;
  Day today = 0;
  Band band = Band::kUnknown;
  std::optional<double> score;  // [0, 100]
  double yellow_from = 0;       // the model's bounds
  double green_from = 0;
  LoyaltyTier loyalty = LoyaltyTier::kNone;
  TouchTier touch = TouchTier::kUnknown;
  // The gates that hold against the best pitch and are not waived, but for a reservation, which is
  // an approach under way. By code.
  struct HoldingGate {
    std::string code;
    bool denies = false;  // else it leaves the verdict UNKNOWN
  };
  std::vector<HoldingGate> gates;
  // Terms of active subscriptions that end within AlertRules::renewal_days, by id.
  struct Renewal {
    std::string subscription;
    Day day = 0;
    bool automatic = false;
  };
  std::vector<Renewal> renewals;
  // Champions that left within AlertRules::departure_days.
  struct Departure {
    PersonKey person = kNobody;
    Instant left = 0;
  };
  std::vector<Departure> departures;
  // Tasks that are late or missed, by due date, then id.
  struct LateTask {
    std::string id;
    Day due = 0;
  };
  std::vector<LateTask> late_tasks;
};

// `card` is that of the state at `card.computed_at`.
Sight SightOf(const AlertRules& rules, const State& state, const Rulebook& rulebook,
              const Card& card);

// What was told of an account, and what goes on meanwhile. Holds no words of people.
struct AlertMemory {
  struct BandTold {
    Band told = Band::kUnknown;      // what a worse one is measured by
    Band standing = Band::kUnknown;  // at the last look that knew it
    Instant better_since = kNever;   // since when `standing` is better than `told`
  };
  struct TierTold {
    uint8_t told = 0;
    uint8_t before = 0;          // what it was before that
    Instant told_at = kLongAgo;  // kLongAgo: nothing was told yet
  };
  struct GateTold {
    std::string code;
    bool told = false;            // false: it held when the account was first seen
    Instant open_since = kNever;  // since when it does not hold
  };
  struct RenewalTold {
    std::string subscription;
    Day day = 0;
  };
  struct TaskTold {
    std::string id;
    Day due = 0;
    bool stands = false;  // it is late still
  };

  bool begun = false;
  BandTold band;
  TierTold loyalty, touch;
  std::vector<GateTold> gates;         // by code
  std::vector<RenewalTold> renewals;   // by subscription
  std::vector<Sight::Departure> left;  // told, within AlertRules::departure_days
  std::vector<TaskTold> tasks;         // told, for as long as the play remembers them
};

// One thing to be told.
struct AlertNews {
  AlertKind kind = AlertKind::kUnspecified;
  AlertSeverity severity = AlertSeverity::kUnspecified;
  // What of the account it is about: a gate's code, a subscription's or a task's id; else empty.
  std::string subject;
  // What it was and is, in the API's words: a band, a tier; of a renewal and a task `to` is its
  // date.
  std::string from, to;
};

// Something told before that is no longer so. As in AlertNews.
struct AlertOver {
  AlertKind kind = AlertKind::kUnspecified;
  std::string subject;
};

struct AlertStep {
  std::vector<AlertNews> raised;  // by kind
  std::vector<AlertOver> over;
};

// Where an account begins: what it was when it was created or first looked at is no news. `gates`
// are codes.
AlertMemory BeginAlerts(Band band, LoyaltyTier loyalty, TouchTier touch,
                        std::vector<std::string> gates);

// What is to be told of `sight`; `memory`, which was begun, is brought up to date. Looks at no
// earlier instant than the last one did.
AlertStep FollowAlerts(const AlertRules& rules, const Sight& sight, AlertMemory& memory);

// The sources that promised a cadence and are behind it on `today`, by name: those that are
// required, and those that once declared how far they are complete.
std::vector<std::string> SilentSources(const Rulebook& rulebook, Day today);

// One sentence in English. `name`: of the account or source.
std::string SentenceOf(const AlertNews& news, absl::string_view name);

}  // namespace kizuna::engine

#endif  // KIZUNA_SERVER_ENGINE_ALERT_H_
