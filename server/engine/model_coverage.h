// SPDX-License-Identifier: Apache-2.0
//
// What does a model have no evidence for? Counts over accounts, of its measures and its gates
// (docs/scoring.md, "Model coverage").

#ifndef KIZUNA_SERVER_ENGINE_MODEL_COVERAGE_H_
#define KIZUNA_SERVER_ENGINE_MODEL_COVERAGE_H_

#include <cstdint>
#include <vector>

#include "server/engine/rulebook.h"
#include "server/engine/state.h"
#include "server/engine/time.h"

namespace kizuna::engine {

struct MeasureTally {
  int64_t missing = 0;  // no value
  int64_t too_old = 0;  // a value older than the measure's max_age_days
};

struct GateTally {
  int64_t missing = 0;  // nothing that it looks at is known
  int64_t closed = 0;   // of them: it holds for that reason
};

// Of the accounts of one model.
struct ModelTally {
  int64_t accounts = 0;
  int64_t under_minimum = 0;
  double coverage_sum = 0;             // in the order of adding
  std::vector<MeasureTally> measures;  // by dimension, then measure
  std::vector<GateTally> gates;        // of Model::gates
};

// Whether the gate looks at evidence that may be missing, rather than at what was done.
bool NeedsEvidence(const Gate& gate);

// Of each of rulebook.models(), without accounts yet.
std::vector<ModelTally> EmptyTallies(const Rulebook& rulebook);
// Adds the account, judged at `now`, to its model's tally.
void AddCoverage(const State& state, const Rulebook& rulebook, Instant now,
                 std::vector<ModelTally>& tallies);

}  // namespace kizuna::engine

#endif  // KIZUNA_SERVER_ENGINE_MODEL_COVERAGE_H_
