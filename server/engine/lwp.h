// SPDX-License-Identifier: Apache-2.0
//
// Is an account on the target list, what of its past marks a likely cross-sell, and at what pace
// are they contacted and do they order? (docs/scoring.md, "List, what, pace") For people to look
// at: nothing is opened or ranked by it.

#ifndef KIZUNA_SERVER_ENGINE_LWP_H_
#define KIZUNA_SERVER_ENGINE_LWP_H_

#include <cstdint>
#include <optional>
#include <string>

#include "server/engine/card.h"
#include "server/engine/rulebook.h"
#include "server/engine/state.h"
#include "server/engine/time.h"

namespace kizuna::engine {

// How far back pace looks, and how far back a stated interest is a sign, in days.
inline constexpr int32_t kPaceDays = 90;
inline constexpr int32_t kInterestDays = 365;
// The alias whose id is the name of the target list.
inline constexpr char kTargetListField[] = "alias.target-list";

// A reason to think that a product would be bought. The order of the kinds is that of strength.
struct CrossSellSign {
  enum class Kind : uint8_t { kNone = 0, kConfirmedIssue, kStatedInterest, kAffinity };
  Kind kind = Kind::kNone;
  int product = -1;              // index into Rulebook::products(); -1 without a sign
  std::string category;          // kConfirmedIssue: the issue's
  int owned = -1;                // kAffinity: the product that they own
  double lift = 0;               // kAffinity: above 1
  Instant observed_at = kNever;  // of the confirmation or the interest; kNever for kAffinity
};

struct Lwp {
  std::string list;  // the name of the target list; empty: on none
  CrossSellSign what;
  int32_t contacts = 0;  // unsolicited outbound ones within kPaceDays
  int32_t orders = 0;    // days within kPaceDays with a purchase, or a start or renewal in force
  std::optional<int32_t> days_since_contact;  // of the newest two-way one
};

// At `card.computed_at`; `card` must be of this state and rulebook. O(products x owned products).
Lwp JudgeLwp(const State& state, const Rulebook& rulebook, const Card& card);

}  // namespace kizuna::engine

#endif  // KIZUNA_SERVER_ENGINE_LWP_H_
