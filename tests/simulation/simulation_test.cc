// SPDX-License-Identifier: Apache-2.0
//
// No world brings the ledger to a wrong answer, and the worlds in which it has a fault are found.

#include <cstdlib>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/simulation/world.h"
#include "tests/support/seed.h"

namespace kizuna::simulation {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr int kSteps = 300;
constexpr uint64_t kWorlds = 3;

TEST(SimulationTest, EveryAnswerIsTheModels) {
  // The same worlds on every change; KIZUNA_SEED and `tools/simulate` go to others.
  const uint64_t seed = std::getenv("KIZUNA_SEED") != nullptr ? TestSeed() : 100;
  Report all;
  for (uint64_t i = 0; i < kWorlds; ++i) {
    const Report report = Simulate(seed + i, kSteps);
    ASSERT_THAT(report.violations, IsEmpty());
    all.answers += report.answers;
    all.allowed += report.allowed;
    all.granted += report.granted;
    all.revoked += report.revoked;
    all.failures += report.failures;
    all.restarts += report.restarts;
    all.watched += report.watched;
  }
  // A world in which nothing is allowed, granted or taken away proves nothing.
  EXPECT_GT(all.answers, kWorlds * kSteps * 2u);
  EXPECT_GT(all.allowed, all.answers / 20);
  EXPECT_GT(all.granted, 10u);
  EXPECT_GT(all.revoked, 0u);
  EXPECT_GT(all.failures, 10u);
  EXPECT_GT(all.restarts, kWorlds);
  EXPECT_GT(all.watched, 100u);
}

// That a planted bug is found within a few worlds.
void ExpectFound(Bug bug, const char* sign) {
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    const Report report = Simulate(seed, kSteps, bug);
    if (report.violations.empty()) continue;
    EXPECT_THAT(report.violations.front(), HasSubstr(sign));
    return;
  }
  FAIL() << "nobody noticed";
}

TEST(SimulationTest, ASkippedGateIsFound) { ExpectFound(Bug::kSkippedGate, "COOLING_OFF"); }

TEST(SimulationTest, AnAnswerServedPastItsEndIsFound) { ExpectFound(Bug::kStaleCache, "answered"); }

TEST(SimulationTest, AReservationDecidedOnAnOlderLookIsFound) {
  ExpectFound(Bug::kUnguardedReservation, "reserve");
}

TEST(SimulationTest, AChangeThatIsNotToldIsFound) { ExpectFound(Bug::kLostChange, "watch"); }

}  // namespace
}  // namespace kizuna::simulation
