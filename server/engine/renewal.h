// SPDX-License-Identifier: Apache-2.0
//
// When does a subscription come up for renewal, and was it renewed? From what its newest fact says
// of it (docs/scoring.md, "Renewals").

#ifndef KIZUNA_SERVER_ENGINE_RENEWAL_H_
#define KIZUNA_SERVER_ENGINE_RENEWAL_H_

#include <cstdint>

#include "server/engine/fact.h"
#include "server/engine/state.h"
#include "server/engine/time.h"

namespace kizuna::engine {

// So many days after its end a subscription may still be replaced by another.
inline constexpr int32_t kReplacementDays = 30;

// The first day from `today` on on which the subscription, in force today, is renewed or ends;
// kNoDay: not in force, or none is known.
Day NextRenewal(const SubscriptionContent& subscription, Day today);
// The earliest of the account's; kNoDay: none is known.
Day NextRenewal(const State& state, Day today);

// What became of a subscription on the days in (from, to].
enum class RenewalOutcome : uint8_t {
  kNotDue,   // it neither ended nor came to a renewal
  kRenewed,  // it was renewed, or it ended and another of its product took its place
  kLost
};
// `subscription` must be one of the state's.
RenewalOutcome OutcomeWithin(const State& state, const SubscriptionContent& subscription, Day from,
                             Day to);

}  // namespace kizuna::engine

#endif  // KIZUNA_SERVER_ENGINE_RENEWAL_H_
