// SPDX-License-Identifier: Apache-2.0
//
// Which signals are sent to measure ingest? Raw usage events with ids of 8 random bytes, in
// messages of 500.

#ifndef KIZUNA_TOOLS_BENCH_SIGNALS_H_
#define KIZUNA_TOOLS_BENCH_SIGNALS_H_

#include <vector>

#include "absl/status/status.h"
#include "kizuna/v1/fact.pb.h"
#include "tools/bench/scene.h"
#include "tools/generate/random.h"

namespace kizuna::bench {

inline constexpr int kSignalsPerMessage = 500;

// One message: runs of `adjacent` signals (1 to 500) of one account each, the accounts at random.
std::vector<v1::Fact> SignalsOf(const Scene& scene, int adjacent, generate::Random& random);

// Sends every message by one stream and waits until the last one is on disk. The first refusal of a
// signal is an error.
absl::Status StreamSignals(Scene& scene, std::vector<std::vector<v1::Fact>> messages);

}  // namespace kizuna::bench

#endif  // KIZUNA_TOOLS_BENCH_SIGNALS_H_
