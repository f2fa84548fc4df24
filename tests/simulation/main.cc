// SPDX-License-Identifier: Apache-2.0
//
// kizuna-simulate: as many worlds as one likes. Exits 1 at the first world with a wrong answer.

#include <unistd.h>

#include <cstdio>

#include "CLI/CLI.hpp"
#include "tests/simulation/world.h"

int main(int argc, char** argv) {
  CLI::App app(
      "Runs simulated worlds on the real ledger and compares every answer with a naive "
      "model's.\n\nExample: kizuna-simulate --seeds 200");
  uint64_t seeds = 20, first = 1;
  int steps = 1300;
  app.add_option("--seeds", seeds, "how many worlds (default 20)");
  app.add_option("--first-seed", first, "the first world's seed (default 1)");
  app.add_option("--steps", steps, "steps of each world (default 1300, some 5,000 answers)");
  CLI11_PARSE(app, argc, argv);

  kizuna::simulation::Report all;
  const bool terminal = isatty(STDERR_FILENO) != 0;
  for (uint64_t i = 0; i < seeds; ++i) {
    const kizuna::simulation::Report report = kizuna::simulation::Simulate(first + i, steps);
    all.answers += report.answers;
    all.allowed += report.allowed;
    all.explained += report.explained;
    all.facts += report.facts;
    all.granted += report.granted;
    all.revoked += report.revoked;
    all.failures += report.failures;
    all.restarts += report.restarts;
    all.watched += report.watched;
    if (terminal) {
      std::fprintf(stderr, "\r%llu of %llu worlds, %llu answers", (unsigned long long)(i + 1),
                   (unsigned long long)seeds, (unsigned long long)all.answers);
    }
    if (report.violations.empty()) continue;
    for (const std::string& violation : report.violations) std::printf("%s\n", violation.c_str());
    std::printf("run it again: kizuna-simulate --seeds 1 --first-seed %llu --steps %d\n",
                (unsigned long long)(first + i), steps);
    return 1;
  }
  if (terminal) std::fprintf(stderr, "\n");
  std::printf(
      "%llu worlds from seed %llu: %llu answers as the model's (%llu of them ALLOW), %llu "
      "explained, "
      "%llu facts, %llu reservations granted, %llu revoked, %llu failed commits, "
      "%llu restarts, %llu standings as a watch told them; no violation\n",
      (unsigned long long)seeds, (unsigned long long)first, (unsigned long long)all.answers,
      (unsigned long long)all.allowed, (unsigned long long)all.explained,
      (unsigned long long)all.facts, (unsigned long long)all.granted,
      (unsigned long long)all.revoked, (unsigned long long)all.failures,
      (unsigned long long)all.restarts, (unsigned long long)all.watched);
  return 0;
}
