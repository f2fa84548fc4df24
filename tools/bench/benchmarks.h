// SPDX-License-Identifier: Apache-2.0
//
// What is measured? Each piece of work is a function over the scene that gives one row or a few.

#ifndef KIZUNA_TOOLS_BENCH_BENCHMARKS_H_
#define KIZUNA_TOOLS_BENCH_BENCHMARKS_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "tools/bench/report.h"
#include "tools/bench/scene.h"

namespace kizuna::bench {

using Rows = absl::StatusOr<std::vector<Row>>;

// One piece of work. An error of `measure`: it could not be measured, so nothing is said.
struct Benchmark {
  const char* name;  // for --only
  const char* what;
  Rows (*measure)(Scene& scene);
};

// All of them, in the order in which they are run: those that end the server come last.
absl::Span<const Benchmark> Benchmarks();

// checks.cc
Rows CheckHot(Scene& scene);
Rows CheckUniform(Scene& scene);
Rows CheckWhileWriting(Scene& scene);
Rows CheckEighth(Scene& scene);
Rows CheckLone(Scene& scene);
Rows BatchCheck(Scene& scene);
// ingest.cc
Rows IngestStream(Scene& scene);
Rows IngestUnary(Scene& scene);
// import.cc
Rows Import(Scene& scene);
// pure.cc
Rows Pure(Scene& scene);
// lists.cc
Rows ReadyPages(Scene& scene);
// refresh.cc
Rows Refresh(Scene& scene);
// starts.cc
Rows Memory(Scene& scene);
Rows DiskBytes(Scene& scene);
Rows Start(Scene& scene);

}  // namespace kizuna::bench

#endif  // KIZUNA_TOOLS_BENCH_BENCHMARKS_H_
