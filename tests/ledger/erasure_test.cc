// SPDX-License-Identifier: Apache-2.0
//
// What is left of an account, or of a person, that was erased? No row that names them, and for a
// person every score as it was.

#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/convert/person.h"
#include "server/ledger/change_log.h"
#include "storage/records/records.h"
#include "tests/engine/account.h"
#include "tests/ledger/house.h"

namespace kizuna::ledger::testing {
namespace {

using engine::testing::Account;
using engine::testing::D;
using engine::testing::T;
using storage::Partition;

// Whether any row of the store holds the text, in its key or its value.
bool AnyRowHolds(House& house, const std::string& text) {
  const auto snapshot = house.store().GetSnapshot();
  for (int shard = 0; shard < Partition::kShards; ++shard) {
    const auto rows = snapshot->Scan(Partition::Shard(shard), {}, storage::Direction::kForward);
    while (rows->Next()) {
      if (absl::StrContains(rows->key(), text) || absl::StrContains(rows->value(), text)) {
        return true;
      }
    }
  }
  return false;
}

// Facts with words: what the person is called, and an answer of theirs; one of somebody else.
void Speak(House& house, const std::string& contact) {
  engine::Fact named;
  named.source = "crm";
  named.id = "contact";
  named.observed_at = T("2024-03-01");
  engine::ContactContent content;
  content.person = convert::PersonKeyOf(contact);
  named.content = content;
  ASSERT_TRUE(house.Try("acme", named, {contact, "Philomena", "phil@example.com", "CTO", ""}).ok());
  const auto answer = Nps("hers", convert::PersonKeyOf(contact), 9, T("2024-06-01"));
  ASSERT_TRUE(house.Try("acme", answer, {contact, "", "", "", "quite unlike any other"}).ok());
  const auto other = Nps("his", convert::PersonKeyOf("c-2"), 8, T("2024-06-02"));
  ASSERT_TRUE(house.Try("acme", other, {"c-2", "", "", "", "what he said"}).ok());
}

TEST(Erasure, OfAnAccountLeavesNoRowThatHoldsItsId) {
  House house;
  house.Create("zebulon");
  house.Tell("zebulon", Account().Healthy(D("2024-06-10")).facts());
  house.Create("acme");
  ASSERT_TRUE(AnyRowHolds(house, "zebulon"));
  ASSERT_TRUE(house.ledger().Erase("zebulon").ok());
  EXPECT_FALSE(AnyRowHolds(house, "zebulon"));
  EXPECT_TRUE(AnyRowHolds(house, "acme"));
  EXPECT_TRUE(house.ledger().Erase("zebulon").ok()) << "again, to complete what was cut short";
  house.Reopen();
  engine::Fact profile;
  profile.source = "crm";
  profile.id = "profile";
  profile.content = engine::ProfileContent{{{"display_name", "Again"}}};
  EXPECT_TRUE(absl::IsNotFound(house.Try("zebulon", profile).status()));
  EXPECT_TRUE(absl::IsNotFound(house.ledger().Erase("zebulo"))) << "which never was";
}

TEST(Erasure, AMarkOfAnEarlierProgramIsHonouredAndRenewed) {
  House house;
  storage::WriteBatch batch(storage::ShardOf("zebulon"));
  storage::v1::ErasedRecord mark;
  mark.set_revision(7);
  storage::PutRecord(batch, storage::ErasedKey{"zebulon"}, mark);
  ASSERT_TRUE(house.store().Commit(batch).ok());
  engine::Fact profile;
  profile.source = "crm";
  profile.id = "profile";
  profile.content = engine::ProfileContent{{{"display_name", "Again"}}};
  EXPECT_TRUE(absl::IsNotFound(house.Try("zebulon", profile).status()));
  ASSERT_TRUE(house.ledger().Erase("zebulon").ok());
  EXPECT_FALSE(AnyRowHolds(house, "zebulon"));
  EXPECT_TRUE(absl::IsNotFound(house.Try("zebulon", profile).status())) << "still erased";
}

TEST(Erasure, OfAPersonTakesNamesAndWordsAndChangesNothingElse) {
  House house;
  house.Create("acme");
  Speak(house, "c-philomena");
  const std::string digest = house.DigestOf();
  const View before = house.Look("acme");
  ASSERT_TRUE(house.ledger().ErasePerson("acme", "c-philomena").ok());
  for (const char* text : {"c-philomena", "Philomena", "phil@example.com", "unlike any other"}) {
    EXPECT_FALSE(AnyRowHolds(house, text)) << text;
  }
  EXPECT_TRUE(AnyRowHolds(house, "what he said")) << "others keep their words";
  EXPECT_EQ(house.DigestOf(), digest);
  EXPECT_EQ(house.Look("acme").revision, before.revision);
  EXPECT_EQ(house.Look("acme").card->health.raw, before.card->health.raw);
  const auto people = house.ledger().People("acme");
  ASSERT_TRUE(people.ok());
  EXPECT_EQ(people->at(convert::PersonKeyOf("c-philomena")).contact_id, "");
  EXPECT_EQ(people->at(convert::PersonKeyOf("c-2")).contact_id, "c-2");
  EXPECT_TRUE(house.ledger().ErasePerson("acme", "c-philomena").ok()) << "again";
}

TEST(Erasure, WhatIsToldOfAnErasedPersonLaterIsKeptWithoutWords) {
  House house;
  house.Create("acme");
  Speak(house, "c-philomena");
  ASSERT_TRUE(house.ledger().ErasePerson("acme", "c-philomena").ok());
  const auto later = Nps("later", convert::PersonKeyOf("c-philomena"), 2, T("2024-06-09"));
  const auto told = house.Try("acme", later, {"c-philomena", "", "", "", "quite unlike any other"});
  ASSERT_TRUE(told.ok());
  EXPECT_EQ(told->outcome, Recorded::Outcome::kAccepted) << "the answer counts";
  // Another version of a fact of hers, and of one that somebody else spoke of too.
  const auto corrected = Nps("hers", convert::PersonKeyOf("c-philomena"), 3, T("2024-06-01"), 1);
  ASSERT_TRUE(house.Try("acme", corrected, {"c-philomena", "", "", "", "unlike any other"}).ok());
  EXPECT_FALSE(AnyRowHolds(house, "c-philomena"));
  EXPECT_FALSE(AnyRowHolds(house, "unlike any other"));
  const auto facts = house.ledger().ListFacts("acme", "", 100);
  ASSERT_TRUE(facts.ok());
  for (const StoredFact& stored : facts->facts) {
    if (stored.fact.id == "later") {
      EXPECT_TRUE(stored.words.empty());
    }
  }
}

TEST(Erasure, OfSomebodyUnknownIsNotFound) {
  House house;
  EXPECT_TRUE(absl::IsNotFound(house.ledger().ErasePerson("acme", "c")));
  house.Create("acme");
  EXPECT_TRUE(absl::IsNotFound(house.ledger().ErasePerson("acme", "c")));
}

}  // namespace
}  // namespace kizuna::ledger::testing
