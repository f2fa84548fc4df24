// SPDX-License-Identifier: Apache-2.0
//
// Can the real ledger be brought to a wrong answer? A world made of one seed: writers, checkers,
// reservers, changes of the rulebook, jumps of time, restarts, and a store that fails, all on the
// real ledger, with every answer held against the naive model's.

#ifndef KIZUNA_TESTS_SIMULATION_WORLD_H_
#define KIZUNA_TESTS_SIMULATION_WORLD_H_

#include <cstdint>
#include <string>
#include <vector>

namespace kizuna::simulation {

// Faults that are planted to prove that the simulation finds them.
enum class Bug {
  kNone,
  kSkippedGate,           // the ledger's rules lack a gate
  kStaleCache,            // an answer is served past its `valid_until`
  kUnguardedReservation,  // a reservation is decided on an older look at the account
  kLostChange,            // a row of the change log does not reach whoever watches
};

struct Report {
  uint64_t answers = 0;    // compared with the model's
  uint64_t allowed = 0;    // ... that were ALLOW
  uint64_t explained = 0;  // replayed from their ids
  uint64_t facts = 0;
  uint64_t granted = 0;
  uint64_t revoked = 0;
  uint64_t failures = 0;  // commits that the store failed
  uint64_t restarts = 0;
  uint64_t watched = 0;  // times that an account's standing was compared with what a watch told
  std::vector<std::string> violations;  // the first few, each with what led to it
};

// Runs the world of `seed` for so many steps, of some five answers each.
Report Simulate(uint64_t seed, int steps, Bug bug = Bug::kNone);

}  // namespace kizuna::simulation

#endif  // KIZUNA_TESTS_SIMULATION_WORLD_H_
