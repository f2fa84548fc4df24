// SPDX-License-Identifier: Apache-2.0
//
// How loyal is an account, how much is it worth, and where does it stand in the matrix of past
// results against room to grow? (docs/scoring.md, "Loyalty, touch, place")

#ifndef KIZUNA_SERVER_ENGINE_LOYALTY_H_
#define KIZUNA_SERVER_ENGINE_LOYALTY_H_

#include <optional>
#include <string>
#include <vector>

#include "server/engine/card.h"
#include "server/engine/rulebook.h"
#include "server/engine/state.h"
#include "server/engine/time.h"

namespace kizuna::engine {

// Money that came in on days in [from, to): purchases less refunds, and subscriptions at a 365th
// of their yearly price for every day in force.
Micros RevenueBetween(const State& state, Day from, Day to);

// The yearly price of the subscriptions in force.
Micros RecurringRevenue(const State& state, Day today);

// Ids of the products of active subscriptions and of purchases, sorted.
std::vector<absl::string_view> OwnedProducts(const State& state, Day today);

// The product of the active subscription with the largest yearly price, ties by the smaller
// subscription id; empty without one.
std::string LargestProduct(const State& state, Day today);

// The sizing curve's value for the account, or nullopt without a sizing figure.
std::optional<double> RoomOf(const State& state, const ModelSpec& model);

Loyalty JudgeLoyalty(const State& state, const Model& model, const Calendar& calendar, Instant now);
Place PlaceOf(const State& state, const Model& model, const Calendar& calendar, Instant now);

}  // namespace kizuna::engine

#endif  // KIZUNA_SERVER_ENGINE_LOYALTY_H_
