// SPDX-License-Identifier: Apache-2.0
//
// What does an import cost, beside what reading the same file takes?

#include <csv.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tools/bench/benchmarks.h"
#include "tools/bench/signals.h"

namespace kizuna::bench {
namespace {

constexpr char kMapping[] = R"(
source: "product-analytics"
files {
  name: "usage"
  glob: "usage.csv"
  records {
    name: "usage"
    account: "{account}"
    id: "{id}"
    observed_at: "{at}"
    usage { metric: "{metric}" value: "{value}" }
  }
}
)";

// A file of signals, 100 of one account after the other; its rows.
int WriteFile(const Scene& scene, const std::string& path, generate::Random& random) {
  std::ofstream file(path);
  file << "account,id,at,metric,value\n";
  const int messages = scene.settings().quick ? 4 : 200;
  for (int i = 0; i < messages; ++i) {
    for (const v1::Fact& fact : SignalsOf(scene, 100, random)) {
      const absl::Time at = absl::FromUnixSeconds(fact.observed_at().seconds());
      file << fact.account().substr(fact.account().find('/') + 1) << ',' << fact.fact_id() << ','
           << absl::FormatTime(absl::RFC3339_sec, at, absl::UTCTimeZone()) << ','
           << fact.usage().metric() << ',' << fact.usage().value() << '\n';
    }
  }
  return messages * kSignalsPerMessage;
}

// Reads the file by libcsv and counts its rows.
absl::StatusOr<double> ParseSeconds(const std::string& path, int rows) {
  const absl::Time began = absl::Now();
  csv_parser parser;
  if (csv_init(&parser, 0) != 0) return absl::InternalError("libcsv does not start");
  int counted = 0;
  const auto end_of_row = [](int, void* count) { ++*static_cast<int*>(count); };
  std::FILE* const file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) return absl::InternalError(absl::StrCat(path, " cannot be read"));
  char buffer[1 << 16];
  while (const size_t size = std::fread(buffer, 1, sizeof(buffer), file)) {
    csv_parse(&parser, buffer, size, nullptr, end_of_row, &counted);
  }
  csv_fini(&parser, nullptr, end_of_row, &counted);
  csv_free(&parser);
  std::fclose(file);
  if (counted != rows + 1) return absl::InternalError("libcsv counts other rows");
  return absl::ToDoubleSeconds(absl::Now() - began);
}

absl::StatusOr<double> ImportSeconds(Scene& scene, const std::string& folder) {
  const std::string command =
      absl::StrCat("'", FolderOfThisProgram(), "/kizuna' --server ", scene.server().address(),
                   " import --mapping '", folder, "/mapping' --rejects '", folder, "/rejects' '",
                   folder, "/usage.csv' > '", folder, "/import.log' 2>&1");
  const absl::Time began = absl::Now();
  if (std::system(command.c_str()) == 0) return absl::ToDoubleSeconds(absl::Now() - began);
  std::stringstream said;
  said << std::ifstream(folder + "/import.log").rdbuf();
  return absl::InternalError(said.str());
}

}  // namespace

Rows Import(Scene& scene) {
  std::ofstream(scene.folder() + "/mapping") << kMapping;
  generate::Random random(static_cast<uint64_t>(absl::GetCurrentTimeNanos()));
  std::vector<double> parsed, imported;
  for (int round = 0; round < (scene.settings().quick ? 1 : 3); ++round) {
    const std::string path = scene.folder() + "/usage.csv";
    const int rows = WriteFile(scene, path, random);
    auto floor = ParseSeconds(path, rows);
    if (!floor.ok()) return floor.status();
    auto ours = ImportSeconds(scene, scene.folder());
    if (!ours.ok()) return ours.status();
    parsed.push_back(rows / *floor);
    imported.push_back(rows / *ours);
  }
  return std::vector<Row>{
      RowOfTurns("import", "rows/s", parsed, imported, Target{Bound::kAtLeast, 0.25})};
}

}  // namespace kizuna::bench
