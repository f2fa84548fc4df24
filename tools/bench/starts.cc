// SPDX-License-Identifier: Apache-2.0
//
// What does the server need to be there: time to start, memory, room on the disk?

#include <utility>

#include "absl/time/clock.h"
#include "tools/bench/benchmarks.h"
#include "tools/bench/raw.h"
#include "tools/bench/signals.h"

namespace kizuna::bench {

namespace {

// Bytes in the folder after everything was compacted; the server is started again.
absl::StatusOr<double> CompactedBytes(Scene& scene) {
  if (absl::Status status = scene.server().Stop(); !status.ok()) return status;
  if (absl::Status status = Compact(scene.data()); !status.ok()) return status;
  const double bytes = BytesIn(scene.data());
  if (auto started = scene.StartServer(); !started.ok()) return started.status();
  return bytes;
}

}  // namespace

Rows Memory(Scene& scene) {
  const double mib = scene.server().ResidentBytes() / (1 << 20);
  return std::vector<Row>{RowOfRounds("memory", "MiB", {mib}, Target{Bound::kAtMost, 1024})};
}

Rows DiskBytes(Scene& scene) {
  // As it lies there, the log of the newest commits included, and not compacted.
  const double each = BytesIn(scene.data()) / static_cast<double>(scene.facts());
  const Row lying = RowOfRounds("disk-bytes", "bytes/fact", {each}, std::nullopt);
  // What signals add to a compacted store, their share of states and history included.
  auto before = CompactedBytes(scene);
  if (!before.ok()) return before.status();
  const int messages = scene.settings().quick ? 4 : 400;
  generate::Random random(static_cast<uint64_t>(absl::GetCurrentTimeNanos()));
  std::vector<std::vector<v1::Fact>> made;
  for (int i = 0; i < messages; ++i) made.push_back(SignalsOf(scene, 100, random));
  if (absl::Status status = StreamSignals(scene, std::move(made)); !status.ok()) return status;
  auto after = CompactedBytes(scene);
  if (!after.ok()) return after.status();
  return std::vector<Row>{
      lying, RowOfRounds("disk-bytes-compacted", "bytes/fact",
                         {(*after - *before) / (1.0 * messages * kSignalsPerMessage)},
                         Target{Bound::kAtMost, 32})};
}

Rows Start(Scene& scene) {
  std::vector<double> clean, killed;
  for (int round = 0; round < (scene.settings().quick ? 1 : 3); ++round) {
    if (absl::Status status = scene.server().Stop(); !status.ok()) return status;
    auto took = scene.StartServer();
    if (!took.ok()) return took.status();
    clean.push_back(*took);
    scene.server().Kill();
    took = scene.StartServer();
    if (!took.ok()) return took.status();
    killed.push_back(*took);
  }
  return std::vector<Row>{RowOfRounds("start-clean", "s", clean, Target{Bound::kAtMost, 2}),
                          RowOfRounds("start-killed", "s", killed, Target{Bound::kAtMost, 10})};
}

}  // namespace kizuna::bench
