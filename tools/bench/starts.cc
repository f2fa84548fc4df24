// SPDX-License-Identifier: Apache-2.0
//
// What does the server need to be there: time to start, memory, room on the disk?

#include <filesystem>

#include "tools/bench/benchmarks.h"

namespace kizuna::bench {

Rows Memory(Scene& scene) {
  const double mib = scene.server().ResidentBytes() / (1 << 20);
  return std::vector<Row>{RowOfRounds("memory", "MiB", {mib}, Target{Bound::kAtMost, 1024})};
}

Rows DiskBytes(Scene& scene) {
  // As it lies there, the log of the newest commits included, and not compacted.
  uintmax_t bytes = 0;
  for (const auto& file : std::filesystem::recursive_directory_iterator(scene.data())) {
    std::error_code gone;  // a compaction may have removed it
    const uintmax_t size = file.is_regular_file(gone) ? file.file_size(gone) : 0;
    if (!gone) bytes += size;
  }
  return std::vector<Row>{
      RowOfRounds("disk-bytes", "bytes/fact",
                  {static_cast<double>(bytes) / static_cast<double>(scene.facts())}, std::nullopt)};
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
