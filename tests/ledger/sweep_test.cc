// SPDX-License-Identifier: Apache-2.0
//
// Who notices what time changes by itself? The sweep brings lists and history up to date; checks
// are right without it.

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/engine/account.h"
#include "tests/ledger/house.h"

namespace kizuna::ledger::testing {
namespace {

using engine::Verdict;
using engine::testing::Account;
using engine::testing::D;
using engine::testing::T;

std::vector<std::string> Allowed(House& house) {
  std::vector<std::string> names;
  const auto page = house.ledger().Ready({});
  EXPECT_TRUE(page.ok()) << page.status();
  for (const auto& row : page->rows) names.push_back(row.view.account);
  return names;
}

TEST(Sweep, AHoldThatEndsAtAnInstantPutsTheAccountBackOnTheList) {
  House house;
  house.Create("acme");
  house.Tell("acme", Account().Healthy(D("2024-06-10")).facts());
  house.Tell("acme", Account().Hold("h", T("2024-06-10T15:30:00Z"), T("2024-06-10")).facts());
  EXPECT_THAT(Allowed(house), ::testing::IsEmpty());
  house.clock().Set(T("2024-06-10T15:30:00Z") - 1);
  EXPECT_EQ(house.Ask("acme").verdict, Verdict::kDeny);
  house.clock().Set(T("2024-06-10T15:30:00Z"));
  EXPECT_EQ(house.Ask("acme").verdict, Verdict::kAllow) << "a check does not wait for the sweep";
  EXPECT_THAT(Allowed(house), ::testing::IsEmpty()) << "the list says how far it was swept";
  ASSERT_TRUE(house.ledger().SweepNow().ok());
  EXPECT_THAT(Allowed(house), ::testing::ElementsAre("acme"));
  EXPECT_EQ(house.ledger().Status().swept_to, house.clock().Now());
}

TEST(Sweep, AnAccountThatFallsSilentLeavesTheListAndEntersHistory) {
  House house;
  house.Create("acme");
  house.Tell("acme", Account().Healthy(D("2024-06-10")).facts());
  ASSERT_THAT(Allowed(house), ::testing::ElementsAre("acme"));
  house.clock().Set(T("2025-06-10"));
  ASSERT_TRUE(house.ledger().SweepNow().ok());
  EXPECT_THAT(Allowed(house), ::testing::IsEmpty());
  const auto history = house.ledger().History("acme", D("2025-06-10"), D("2025-06-11"));
  ASSERT_EQ(history->size(), 1u);
  EXPECT_NE(history->front().verdicts.at(engine::Motion::kSeats), Verdict::kAllow);
}

TEST(Sweep, NothingDueIsNothingWritten) {
  House house;
  house.Create("acme");
  ASSERT_TRUE(house.ledger().SweepNow().ok());
  const uint64_t before = house.store().Stats().batches_committed;
  ASSERT_TRUE(house.ledger().SweepNow().ok());
  EXPECT_EQ(house.store().Stats().batches_committed, before);
}

TEST(Sweep, TheClockNeverRunsBackwards) {
  House house;
  const engine::Instant now = house.ledger().Now();
  house.clock().Set(now - engine::kMicrosPerDay);
  EXPECT_EQ(house.ledger().Now(), now);
}

}  // namespace
}  // namespace kizuna::ledger::testing
