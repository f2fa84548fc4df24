// SPDX-License-Identifier: Apache-2.0
//
// Does the order of arrival matter? Never to the state, to the byte: two stores that were told the
// same, however, have one digest.

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/engine/account.h"
#include "tests/ledger/house.h"
#include "tests/support/seed.h"

namespace kizuna::ledger::testing {
namespace {

using engine::testing::D;
using engine::testing::T;

std::vector<engine::Fact> Story() {
  std::vector<engine::Fact> facts =
      engine::testing::Account()
          .Healthy(D("2024-06-10"))
          .Person(7, engine::Role::kChampion, T("2024-01-05"))
          .Left(7, T("2024-05-01"))
          .Ticket("t", engine::TicketContent::Event::kOpened, engine::Severity::kCritical,
                  T("2024-06-02"))
          .Subscribe("s", "suite", 1200, D("2023-06-01"), T("2023-06-01"))
          .Hold("h", T("2024-07-01"), T("2024-06-03"))
          .facts();
  for (uint32_t version = 0; version < 3; ++version) {
    facts.push_back(
        Nps("corrected", 8, 2 + 3 * static_cast<int>(version), T("2024-06-01"), version));
  }
  engine::Fact gone = Nps("retracted", 9, 0, T("2024-06-02"));
  facts.push_back(gone);
  gone.version = 1;
  gone.retracted = true;
  facts.push_back(gone);
  // Two corrections of one version: the larger fingerprint counts, whoever came first.
  facts.push_back(Nps("twice", 10, 3, T("2024-06-03"), 1));
  facts.push_back(Nps("twice", 10, 9, T("2024-06-03"), 1));
  return facts;
}

TEST(Order, AnyOrderAndAnyBatchingGiveOneDigest) {
  std::mt19937_64 random(TestSeed());
  House first;
  for (const char* account : {"acme", "beta"}) {
    first.Create(account);
    first.Tell(account, Story());
  }
  const std::string digest = first.DigestOf();
  for (int round = 0; round < 10; ++round) {
    House other;
    for (const char* account : {"beta", "acme"}) {
      other.Create(account);
      std::vector<engine::Fact> facts = Story();
      std::shuffle(facts.begin(), facts.end(), random);
      for (size_t begin = 0; begin < facts.size();) {
        const size_t size = std::min<size_t>(1 + random() % 9, facts.size() - begin);
        other.Tell(account, {facts.begin() + static_cast<std::ptrdiff_t>(begin),
                             facts.begin() + static_cast<std::ptrdiff_t>(begin + size)});
        begin += size;
      }
      other.Tell(account, Story());  // all duplicates
    }
    EXPECT_EQ(other.DigestOf(), digest);
  }
}

TEST(Order, OneFactMoreIsAnotherDigest) {
  House house;
  house.Create("acme");
  const std::string before = house.DigestOf();
  house.Tell("acme", {Nps("1", 7, 9, T("2024-06-01"))});
  EXPECT_NE(house.DigestOf(), before);
}

TEST(Order, AReopenedStoreHasTheSameDigestAndAnswers) {
  House house;
  house.Create("acme");
  const uint64_t revision = house.Tell("acme", Story());
  const std::string digest = house.DigestOf();
  const auto verdict = house.Ask("acme").verdict;
  house.Reopen();
  EXPECT_EQ(house.DigestOf(), digest);
  EXPECT_EQ(house.Look("acme").revision, revision);
  EXPECT_EQ(house.Ask("acme").verdict, verdict);
  EXPECT_EQ(house.ledger().Status().accounts, 1u);
  EXPECT_GT(house.Tell("acme", {Nps("new", 7, 9, T("2024-06-01"))}), revision);
}

}  // namespace
}  // namespace kizuna::ledger::testing
