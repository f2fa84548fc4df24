// SPDX-License-Identifier: Apache-2.0
//
// Does an erasure outlive a restore? What is written down of it, and what a store that went back
// finds of the list.

#include "server/ledger/erasures.h"

#include <set>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/convert/person.h"
#include "server/ledger/change_log.h"
#include "tests/engine/account.h"
#include "tests/ledger/house.h"

namespace kizuna::ledger::testing {
namespace {

using engine::testing::T;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

Erasure Of(const std::string& account) { return {ErasedDigest(account)}; }
Erasure OfPerson(const std::string& account, const std::string& contact) {
  return {ErasedDigest(account), convert::PersonKeyOf(contact)};
}

void Name(House& house, const std::string& account, const std::string& contact) {
  engine::Fact fact;
  fact.source = "crm";
  fact.id = "contact-" + contact;
  fact.observed_at = T("2024-03-01");
  engine::ContactContent content;
  content.person = convert::PersonKeyOf(contact);
  fact.content = content;
  ASSERT_TRUE(house.Try(account, fact, {contact, "Name of " + contact, "", "", ""}).ok());
}

// The store as it was when the backup was made.
void Fill(House& house) {
  for (const char* account : {"acme", "globex", "initech"}) {
    house.Create(account);
    Name(house, account, "kim");
    Name(house, account, "lee");
  }
}

TEST(Erasures, AreWrittenDownBeforeTheyBeginAndDoNotBeginOtherwise) {
  House house;
  Fill(house);
  std::set<Erasure> list;
  bool full = true;
  house.write_down_erasure = [&](const Erasure& erasure) {
    if (full) return absl::UnavailableError("the disk is full");
    list.insert(erasure);
    return absl::OkStatus();
  };
  house.Reopen();
  EXPECT_TRUE(absl::IsUnavailable(house.ledger().Erase("acme")));
  EXPECT_TRUE(absl::IsUnavailable(house.ledger().ErasePerson("globex", "kim")));
  EXPECT_TRUE(house.ledger().Read("acme").ok());
  EXPECT_EQ(house.ledger().People("globex")->size(), 2u);
  EXPECT_THAT(*ErasuresOf(house.store()), IsEmpty());
  full = false;
  EXPECT_TRUE(house.ledger().Erase("acme").ok());
  EXPECT_TRUE(house.ledger().ErasePerson("globex", "kim").ok());
  EXPECT_TRUE(absl::IsNotFound(house.ledger().Erase("nobody")));
  EXPECT_TRUE(absl::IsNotFound(house.ledger().ErasePerson("globex", "nobody")));
  const std::set<Erasure> expected = {Of("acme"), OfPerson("globex", "kim")};
  EXPECT_EQ(list, expected);
  EXPECT_EQ(*ErasuresOf(house.store()), expected) << "a lost list is made from the marks";
}

TEST(Erasures, ThatAStoreBroughtBackAreFoundByTheList) {
  House house;
  Fill(house);
  const std::set<Erasure> list = {Of("acme"), OfPerson("acme", "kim"), OfPerson("globex", "lee"),
                                  OfPerson("globex", "nobody"), Of("born-later")};
  auto unerased = FindUnerased(house.store(), list);
  ASSERT_TRUE(unerased.ok()) << unerased.status();
  EXPECT_THAT(unerased->accounts, ElementsAre("acme"));
  EXPECT_THAT(unerased->people, ElementsAre(Pair("globex", "lee")));
  ASSERT_TRUE(house.ledger().Erase("acme").ok());
  ASSERT_TRUE(house.ledger().ErasePerson("globex", "lee").ok());
  unerased = FindUnerased(house.store(), list);
  EXPECT_THAT(unerased->accounts, IsEmpty());
  EXPECT_THAT(unerased->people, IsEmpty());
}

TEST(Erasures, OfWhatIsNotThereAreMarkedSoThatItDoesNotComeBack) {
  House house;
  Fill(house);
  ASSERT_TRUE(house.ledger().Erase("acme").ok());
  const std::set<Erasure> list = {Of("acme"), Of("born-later"), OfPerson("globex", "told-later"),
                                  OfPerson("globex", "kim")};
  ASSERT_TRUE(MarkAbsent(house.store(), list, house.clock().Now()).ok());
  house.Reopen();
  engine::Fact profile;
  profile.source = "crm";
  profile.id = "profile";
  profile.observed_at = T("2024-01-01");
  profile.content = engine::ProfileContent{};
  EXPECT_TRUE(absl::IsNotFound(house.Try("born-later", profile).status()));
  EXPECT_TRUE(house.Try("another", profile).ok());
  Name(house, "globex", "told-later");
  const auto people = house.ledger().People("globex");
  EXPECT_EQ(people->at(convert::PersonKeyOf("told-later")).full_name, "");
  EXPECT_EQ(people->at(convert::PersonKeyOf("kim")).full_name, "Name of kim")
      << "who is there is erased, not marked";
  EXPECT_EQ(house.ledger().Status().accounts, 3u);
}

}  // namespace
}  // namespace kizuna::ledger::testing
