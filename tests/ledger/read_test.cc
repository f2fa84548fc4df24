// SPDX-License-Identifier: Apache-2.0
//
// What can be read back? One account now, as of then, as known then; its facts, people and history;
// lists in their order and in pages; and nothing of what was erased.

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/records/keys.h"
#include "tests/engine/account.h"
#include "tests/ledger/house.h"

namespace kizuna::ledger::testing {
namespace {

using engine::Verdict;
using engine::testing::Account;
using engine::testing::D;
using engine::testing::T;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Read, AsOfSeesNoFactThatCameLater) {
  House house;
  house.Create("acme");
  house.Tell("acme", Account().Healthy(D("2024-06-05")).facts());
  house.Tell("acme", {Nps("bad", 77, 0, T("2024-06-09"))});
  ReadOptions then;
  then.as_of = T("2024-06-08");
  const auto view = house.ledger().Read("acme", then);
  ASSERT_TRUE(view.ok());
  EXPECT_EQ(view->checked_at, T("2024-06-08"));
  EXPECT_EQ(engine::Decide(*view->state, *view->rulebook, {}, view->checked_at).verdict,
            Verdict::kAllow);
  EXPECT_EQ(house.Ask("acme").verdict, Verdict::kDeny);
}

TEST(Read, KnownAtSeesNoFactThatWasToldLater) {
  House house;
  house.Create("acme");
  const uint64_t known = house.Tell("acme", Account().Healthy(D("2024-06-10")).facts());
  house.Tell("acme", {Nps("bad", 77, 0, T("2024-06-01"))});
  ReadOptions options;
  options.known_at = known;
  const auto view = house.ledger().Read("acme", options);
  ASSERT_TRUE(view.ok());
  EXPECT_TRUE(view->state->respondents.empty() || view->state->respondents.back().person != 77u);
}

TEST(Read, TheFutureIsRefused) {
  House house;
  house.Create("acme");
  ReadOptions options;
  options.as_of = house.clock().Now();
  EXPECT_TRUE(house.ledger().Read("acme", options).ok());
  options.as_of = house.clock().Now() + 1;
  const auto view = house.ledger().Read("acme", options);
  EXPECT_TRUE(absl::IsInvalidArgument(view.status()));
  EXPECT_THAT(std::string(view.status().message()), HasSubstr("as_of"));
}

TEST(Read, FreshnessIsReachedOrTheCallerIsTold) {
  House house;
  const uint64_t revision = house.Create("acme");
  ReadOptions options;
  options.at_least_as_fresh = revision;
  EXPECT_TRUE(house.ledger().Read("acme", options).ok());
  options.at_least_as_fresh = revision + 1;
  EXPECT_TRUE(absl::IsOutOfRange(house.ledger().Read("acme", options).status()));
}

TEST(Read, FactsComeInPagesWithoutGapsOrRepeats) {
  House house;
  house.Create("acme");
  for (int i = 0; i < 7; ++i) {
    house.Tell("acme", {Nps("n" + std::to_string(i), 1, 9, T("2024-06-01"))});
  }
  std::vector<std::string> ids;
  std::string after;
  do {
    const auto page = house.ledger().ListFacts("acme", after, 3);
    ASSERT_TRUE(page.ok());
    for (const StoredFact& fact : page->facts) ids.push_back(fact.fact.id);
    after = page->next;
  } while (!after.empty());
  EXPECT_THAT(ids, ElementsAre("profile", "n0", "n1", "n2", "n3", "n4", "n5", "n6"));
  EXPECT_TRUE(absl::IsInvalidArgument(house.ledger().ListFacts("acme", "junk", 3).status()));
}

TEST(Read, HistoryKeepsTheLastCardOfEachDay) {
  House house;
  house.Create("acme");
  house.Tell("acme", Account().Healthy(D("2024-06-10")).facts());
  house.clock().Set(T("2024-06-11"));
  house.Tell("acme", {Nps("a", 7, 0, T("2024-06-11"))});
  house.Tell("acme", {Nps("b", 8, 9, T("2024-06-11"))});
  const auto history = house.ledger().History("acme", D("2024-06-01"), D("2024-07-01"));
  ASSERT_TRUE(history.ok());
  ASSERT_EQ(history->size(), 2u);
  EXPECT_EQ(history->at(0).day, D("2024-06-10"));
  EXPECT_EQ(history->at(1).day, D("2024-06-11"));
  EXPECT_EQ(history->at(1).revision, house.Look("acme").revision);
  EXPECT_EQ(history->at(0).verdicts.at(engine::Motion::kSeats), Verdict::kAllow);
  EXPECT_EQ(history->at(1).verdicts.at(engine::Motion::kSeats), Verdict::kDeny);
}

TEST(Read, AccountsComeByNameOverAllShardsInPages) {
  House house;
  for (const char* account : {"delta", "acme", "zeta", "beta", "Gamma"}) house.Create(account);
  const auto first = house.ledger().ListAccounts("", 2, nullptr);
  ASSERT_TRUE(first.ok());
  const auto rest = house.ledger().ListAccounts(first->next, 10, nullptr);
  std::vector<std::string> names;
  for (const auto* page : {&*first, &*rest}) {
    for (const View& view : page->accounts) names.push_back(view.account);
  }
  EXPECT_THAT(names, ElementsAre("Gamma", "acme", "beta", "delta", "zeta"));
  EXPECT_EQ(rest->next, "");
}

TEST(Ready, RanksByReadinessThenStakeThenNameAndOnlyWhoMayBePitched) {
  House house;
  for (const char* account : {"b", "a", "rich", "angry", "silent"}) house.Create(account);
  for (const char* account : {"b", "a", "rich", "angry"}) {
    house.Tell(account, Account().Healthy(D("2024-06-10")).facts());
  }
  house.Tell("angry", {Nps("bad", 7, 0, T("2024-06-09"))});
  house.Tell("rich", Account().Subscribe("s", "", 90000, D("2022-01-01"), T("2022-01-01")).facts());
  const auto names = [&](std::vector<Verdict> verdicts) {
    ReadyQuery query;
    query.verdicts = std::move(verdicts);
    std::vector<std::string> out;
    do {
      query.limit = 2;
      auto page = house.ledger().Ready(query);
      EXPECT_TRUE(page.ok()) << page.status();
      for (const auto& row : page->rows) {
        EXPECT_TRUE(!query.after || Rank::Before(*query.after, row.rank));
        out.push_back(row.view.account);
        query.after = row.rank;
      }
      if (!page->more) break;
    } while (true);
    return out;
  };
  const auto allowed = names({});
  EXPECT_THAT(allowed, ::testing::UnorderedElementsAre("a", "b", "rich"));
  EXPECT_LT(std::find(allowed.begin(), allowed.end(), "a"),
            std::find(allowed.begin(), allowed.end(), "b"));
  EXPECT_THAT(names({Verdict::kDeny}), ElementsAre("angry"));
  EXPECT_THAT(names({Verdict::kUnknown}), ElementsAre("silent"));
  EXPECT_EQ(names({Verdict::kAllow, Verdict::kDeny, Verdict::kUnknown}).size(), 5u);
}

TEST(Erase, LeavesNothingButTheMark) {
  House house;
  house.Create("acme");
  house.Create("other");
  Words words;
  words.contact_id = "c-1";
  words.text = "hello";
  ASSERT_TRUE(house.Try("acme", Nps("1", 7, 9, T("2024-06-01")), words).ok());
  ASSERT_TRUE(house.ledger().Erase("acme").ok());
  EXPECT_TRUE(absl::IsNotFound(house.ledger().Read("acme").status()));
  {
    const auto snapshot = house.store().GetSnapshot();
    const auto rows = snapshot->Scan(storage::ShardOf("acme"), {}, storage::Direction::kForward);
    while (rows->Next()) {
      const std::string key(rows->key());
      const std::string value(rows->value());
      const bool names_it =
          key.find("acme") != std::string::npos || value.find("acme") != std::string::npos;
      EXPECT_TRUE(!names_it || key[0] == 'e') << "a row of family " << key[0] << " is left";
    }
  }
  // It cannot come back, and erasing it again is not an error.
  engine::Fact profile = Nps("1", 7, 9, T("2024-06-01"));
  profile.content = engine::ProfileContent{{{"display_name", "Acme"}}};
  EXPECT_TRUE(absl::IsNotFound(house.Try("acme", profile).status()));
  EXPECT_TRUE(house.ledger().Erase("acme").ok());
  EXPECT_TRUE(absl::IsNotFound(house.ledger().Erase("nobody")));
  EXPECT_EQ(house.ledger().Status().accounts, 1u);
}

}  // namespace
}  // namespace kizuna::ledger::testing
