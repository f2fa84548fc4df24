// SPDX-License-Identifier: Apache-2.0
//
// How do facts become a state? Each fact is applied to the state; the result is the same whatever
// the order, because every part of the state is a sum, a minimum, a maximum or a last writer by
// Stamp. A fact that replaces or retracts an earlier version cannot be applied: the account is
// folded again from its facts.

#ifndef KIZUNA_SERVER_ENGINE_FOLD_H_
#define KIZUNA_SERVER_ENGINE_FOLD_H_

#include "absl/types/span.h"
#include "server/engine/fact.h"
#include "server/engine/state.h"
#include "server/engine/time.h"

namespace kizuna::engine {

// Adds one fact, not retracted and of an identity the state has not seen.
void Apply(const Fact& fact, const Calendar& calendar, State& state);

// The state of an account whose counting facts are `facts`, in any order; retracted ones are
// skipped. One version of an identity at most.
State Fold(absl::Span<const Fact> facts, const Calendar& calendar);

}  // namespace kizuna::engine

#endif  // KIZUNA_SERVER_ENGINE_FOLD_H_
