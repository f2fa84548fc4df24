// SPDX-License-Identifier: Apache-2.0
//
// What may a state forget? The cells of days that no question can reach any more, so that a state
// stays compact however long an account lives. For fold.cc.

#ifndef KIZUNA_SERVER_ENGINE_PRUNE_H_
#define KIZUNA_SERVER_ENGINE_PRUNE_H_

#include <limits>

#include "server/engine/fact.h"
#include "server/engine/state.h"
#include "server/engine/time.h"

namespace kizuna::engine {

// Adds two non-negative numbers, stopping at the largest: so the order of a sum does not matter.
inline Micros SaturatingAdd(Micros a, Micros b) {
  return a > std::numeric_limits<Micros>::max() - b ? std::numeric_limits<Micros>::max() : a + b;
}

// What is dropped depends on the newest observed day alone, so it does not matter when it happens.
void Prune(const Calendar& calendar, State& state);

}  // namespace kizuna::engine

#endif  // KIZUNA_SERVER_ENGINE_PRUNE_H_
