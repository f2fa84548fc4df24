// SPDX-License-Identifier: Apache-2.0
//
// Is what was erased still listed after a crash, a lost file, or a change of folders?

#include "server/runtime/erasure_list.h"

#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "gtest/gtest.h"
#include "tests/support/temporary_directory.h"

namespace kizuna::server {
namespace {

using ledger::Erasure;

const Erasure kAccount = {
    std::string("\x82\x2b\x33\xad\x87\xc1\x48\xa0\xa2\x0a\x5b\xa7\xcd\x5e"
                "\xbc\xaa",
                16)};
const Erasure kPerson = {std::string(16, '\x01'), 0x0123456789abcdef};
constexpr char kText[] =
    "kizuna erasures 1\n"
    "person 01010101010101010101010101010101 0123456789abcdef\n"
    "account 822b33ad87c148a0a20a5ba7cd5ebcaa\n";

class ErasureListTest : public testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<ErasureList>> Open(const std::vector<std::string>& paths) {
    return ErasureList::Open(paths, [this]() -> absl::StatusOr<std::set<Erasure>> {
      ++asked_;
      return known_;
    });
  }
  static std::string Contents(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  static void Write(const std::string& path, const std::string& text) {
    std::ofstream(path, std::ios::binary) << text;
  }

  TemporaryDirectory directory_;
  const std::string inside_ = directory_.path() + "/ERASURES";
  const std::string beside_ = directory_.path() + "/backups/erasures";
  std::set<Erasure> known_;
  int asked_ = 0;  // for the marks of the store
};

TEST_F(ErasureListTest, WhatIsAddedIsInEveryFileAndNamesNobody) {
  {
    auto list = Open({inside_, beside_});
    ASSERT_TRUE(list.ok()) << list.status();
    EXPECT_TRUE((*list)->Add(kPerson).ok());
    EXPECT_TRUE((*list)->Add(kAccount).ok());
    EXPECT_TRUE((*list)->Add(kAccount).ok()) << "an erasure is tried again";
  }
  const std::set<Erasure> both = {kAccount, kPerson};
  EXPECT_EQ(*ErasureList::Read(inside_), both);
  EXPECT_EQ(*ErasureList::Read(beside_), both);
  EXPECT_EQ(Contents(beside_).substr(0, sizeof kText - 1), kText);
  EXPECT_TRUE(absl::IsNotFound(ErasureList::Read(directory_.path() + "/none").status()));
}

TEST_F(ErasureListTest, ACutOffLineIsOfAnErasureThatDidNotBegin) {
  const std::string text = kText;
  for (size_t size = 0; size < text.size(); ++size) {
    Write(inside_, text.substr(0, size));
    const auto listed = ErasureList::Read(inside_);
    const size_t lines = size < 18 ? 0 : size < 75 ? 0 : 1;
    if (size < 18) {
      EXPECT_TRUE(absl::IsDataLoss(listed.status())) << size;
      continue;
    }
    ASSERT_TRUE(listed.ok()) << size << listed.status();
    EXPECT_EQ(listed->size(), lines) << size;
    auto list = Open({inside_});
    ASSERT_TRUE(list.ok()) << list.status();
    ASSERT_TRUE((*list)->Add(kAccount).ok());
    EXPECT_EQ(ErasureList::Read(inside_)->size(), lines + 1) << size;
  }
}

TEST_F(ErasureListTest, FilesThatDifferAreBroughtTogether) {
  Write(inside_, "kizuna erasures 1\naccount 822b33ad87c148a0a20a5ba7cd5ebcaa\n");
  ASSERT_TRUE(Open({inside_, beside_}).ok());
  EXPECT_EQ(asked_, 1) << "one was missing";
  EXPECT_EQ(*ErasureList::Read(beside_), std::set<Erasure>{kAccount});
  ASSERT_TRUE((*Open({inside_}))->Add(kPerson).ok());
  ASSERT_TRUE(Open({inside_, beside_}).ok());
  EXPECT_EQ(ErasureList::Read(beside_)->count(kPerson), 1u) << "of a run without it";
  EXPECT_EQ(asked_, 1);
}

TEST_F(ErasureListTest, AMissingListIsMadeFromTheMarksOfTheStore) {
  known_ = {kPerson};
  ASSERT_TRUE(Open({inside_}).ok());
  EXPECT_EQ(*ErasureList::Read(inside_), known_);
}

TEST_F(ErasureListTest, ADamagedListIsRefused) {
  for (const std::string line :
       {"account 822b33ad87c148a0a20a5ba7cd5ebca\n", "account 822B33AD87C148A0A20A5BA7CD5EBCAA\n",
        "person 822b33ad87c148a0a20a5ba7cd5ebcaa\n", "\n", "account\n",
        "person 822b33ad87c148a0a20a5ba7cd5ebcaa 123\n",
        "account 822b33ad87c148a0a20a5ba7cd5ebcaa 0123456789abcdef\n"}) {
    Write(inside_, "kizuna erasures 1\n" + line);
    EXPECT_TRUE(absl::IsDataLoss(ErasureList::Read(inside_).status())) << line;
    EXPECT_TRUE(absl::IsDataLoss(Open({inside_}).status())) << line;
  }
  Write(inside_, "kizuna erasures 2\n");
  EXPECT_TRUE(absl::IsDataLoss(ErasureList::Read(inside_).status()));
}

}  // namespace
}  // namespace kizuna::server
