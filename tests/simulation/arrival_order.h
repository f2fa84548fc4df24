// SPDX-License-Identifier: Apache-2.0
//
// Does it matter in which order facts arrive?

#ifndef KIZUNA_TESTS_SIMULATION_ARRIVAL_ORDER_H_
#define KIZUNA_TESTS_SIMULATION_ARRIVAL_ORDER_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "server/ledger/clock.h"
#include "tests/simulation/naive_model.h"

namespace kizuna::simulation {

// The digest of a house that gets all of the model's events in an order made of `seed`, after what
// opens each account.
absl::StatusOr<std::string> DigestInOrder(const NaiveModel& model, const std::string& rules_text,
                                          const ledger::Clock& clock, uint64_t seed);

}  // namespace kizuna::simulation

#endif  // KIZUNA_TESTS_SIMULATION_ARRIVAL_ORDER_H_
