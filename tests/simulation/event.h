// SPDX-License-Identifier: Apache-2.0
//
// What happens in a simulated world? Events in words of the simulation's own, so that the naive
// model that judges them shares nothing with the engine.

#ifndef KIZUNA_TESTS_SIMULATION_EVENT_H_
#define KIZUNA_TESTS_SIMULATION_EVENT_H_

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace kizuna::simulation {

using Micros = int64_t;  // instants in UTC microseconds since 1970; the book's zone is UTC
inline constexpr Micros kForever = std::numeric_limits<Micros>::max();
inline constexpr Micros kDayMicros = 86'400'000'000;

// Days since 1970-01-01.
inline int64_t DayOf(Micros at) {
  return at >= 0 ? at / kDayMicros : -((-at + kDayMicros - 1) / kDayMicros);
}

// One fact. Only the fields of its kind mean anything.
struct Event {
  enum class Kind {
    kProfile,  // lifetime_value
    kContact,  // person, role
    kLeft,     // person
    kArrived,  // person
    kUsage,    // metric, day, days, value
    kNps,      // person, score
    kCsat,     // score 1..5
    kRecovery,
    kTicket,   // id, what: open, update, close; critical, escalated: 1, 0, -1 unchanged
    kInvoice,  // id, what: issued, paid; day: due
    kMail,     // unsolicited, person, team
    kPitch,    // the same, motion, outcome
    kHold,     // id, until, released
    kConsent,  // person, channel, opted_out, until
    kWaiver    // id, gate, until, released
  };
  enum class Role { kUser, kChampion, kDecisionMaker };
  enum class What { kOpen, kUpdate, kClose, kIssued, kPaid };
  enum class Outcome { kNone, kWon, kNotNow, kLost };

  std::string account, source, id;
  uint32_t version = 0;
  bool retracted = false;
  Micros at = 0;

  Kind kind = Kind::kProfile;
  int person = 0;  // 0: nobody in particular
  Role role = Role::kUser;
  What what = What::kOpen;
  Outcome outcome = Outcome::kNone;
  std::string name;  // of a ticket, an invoice, a hold, a waiver
  std::string metric, team, channel, gate, motion;
  int64_t day = 0;
  int days = 1;
  int64_t value = 0;  // whole units
  int score = 0;
  int critical = -1, escalated = -1;
  bool unsolicited = false, released = false, opted_out = false;
  Micros until = kForever;
};

// What is asked.
struct Question {
  std::string account;
  std::string motion;  // "SEATS", "CROSS_SELL", "MENTION", "RENEWAL", "INBOUND", "HEARING"
  std::string team, channel;
  int contact = 0;
};

// A gate that holds, and the answer as a whole.
struct HeldGate {
  std::string code;
  bool denies = false;
  bool waived = false;
  friend bool operator==(const HeldGate& a, const HeldGate& b) {
    return a.code == b.code && a.denies == b.denies && a.waived == b.waived;
  }
};
struct Answer {
  std::string verdict;  // "ALLOW", "DENY", "UNKNOWN"
  std::vector<HeldGate> gates;
};

}  // namespace kizuna::simulation

#endif  // KIZUNA_TESTS_SIMULATION_EVENT_H_
