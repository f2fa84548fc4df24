// SPDX-License-Identifier: Apache-2.0
//
// What does a store that went back still know, and what does it say of the time that it lost?

#include "server/ledger/epochs.h"

#include <string>

#include "gtest/gtest.h"
#include "server/ledger/change_log.h"
#include "storage/records/keys.h"
#include "tests/engine/account.h"
#include "tests/ledger/house.h"

namespace kizuna::ledger::testing {
namespace {

using engine::testing::T;

constexpr storage::CommitNumber kJumpedTo = uint64_t{1} << 40;

// Epoch 1, of which the store has everything up to `revision` in the shard of `account`, and up to
// rulebook `rulebook`.
PastEpoch FirstEpoch(const std::string& account, uint64_t revision, uint64_t rulebook = 1) {
  PastEpoch past;
  past.last_revisions[storage::ShardOf(account).byte()] = revision;
  past.last_rulebook = rulebook;
  past.jumped_to = kJumpedTo;
  return past;
}

std::string IdNow(House& house, const std::string& account) {
  return house.ledger().DecisionIdOf(house.Look(account), {}, house.Ask(account));
}

class EpochsTest : public ::testing::Test {
 protected:
  EpochsTest() {
    first_ = house_.Create("acme");
    of_first_ = IdNow(house_, "acme");
    second_ = house_.Tell("acme", {Nps("n1", 7, 9, T("2024-06-01"))});
    of_second_ = IdNow(house_, "acme");
  }

  absl::Status Replay(const std::string& id) { return house_.ledger().Replay(id).status(); }

  House house_;
  uint64_t first_ = 0, second_ = 0;
  std::string of_first_, of_second_;
};

TEST_F(EpochsTest, ADecisionOfTheLostTimeIsRefusedAndOneFromBeforeIsReplayed) {
  house_.Reopen(Epochs(50, {FirstEpoch("acme", first_)}));
  EXPECT_TRUE(Replay(of_first_).ok());
  // The account has reached that revision again, by other facts.
  EXPECT_TRUE(absl::IsOutOfRange(Replay(of_second_)));
  const std::string now = IdNow(house_, "acme");
  EXPECT_TRUE(Replay(now).ok());

  house_.Reopen(Epochs(50, {FirstEpoch("acme", second_, 0)}));
  EXPECT_TRUE(absl::IsOutOfRange(Replay(of_first_))) << "its rulebook was lost";

  // Another life of the same backup, which knows nothing of epoch 50.
  house_.Reopen(Epochs(60, {FirstEpoch("acme", second_)}));
  EXPECT_TRUE(Replay(of_second_).ok());
  EXPECT_TRUE(absl::IsOutOfRange(Replay(now)));
}

TEST_F(EpochsTest, ARevisionOfTheLostTimeIsDataLossWhateverCameSince) {
  house_.Reopen(Epochs(50, {FirstEpoch("acme", first_)}));
  ReadOptions fresh;
  fresh.at_least_as_fresh = second_;
  EXPECT_TRUE(absl::IsDataLoss(house_.ledger().Read("acme", fresh).status()));
  ReadOptions known;
  known.known_at = second_;
  EXPECT_TRUE(absl::IsDataLoss(house_.ledger().Read("acme", known).status()));
  known.known_at = fresh.at_least_as_fresh = first_;
  EXPECT_TRUE(house_.ledger().Read("acme", known).ok());
  EXPECT_TRUE(house_.ledger().Read("acme", fresh).ok());
}

TEST_F(EpochsTest, APositionOfAnEarlierEpochIsGoodUpToWhereItIsThePast) {
  const uint64_t then = house_.ledger().log().epoch();
  LogPosition position;
  const auto shard = storage::ShardOf("acme").byte();
  house_.Reopen(Epochs(50, {FirstEpoch("acme", first_)}));
  const ChangeLog& log = house_.ledger().log();
  // The log's epoch counts with the store's.
  const uint64_t earlier = log.epoch() - 49;
  position.revisions[shard] = first_;
  EXPECT_TRUE(log.Check(earlier, position).ok());
  EXPECT_TRUE(log.Check(log.epoch(), position).ok());
  EXPECT_TRUE(absl::IsDataLoss(log.Check(earlier + 1, position))) << "of an unknown life";
  position.revisions[shard] = second_;
  EXPECT_TRUE(absl::IsDataLoss(log.Check(earlier, position)));
  EXPECT_EQ(then, log.epoch()) << "a house's logs are all of one";
}

TEST_F(EpochsTest, NumbersThatWereJumpedOverAreNotBehind) {
  const auto shard = storage::ShardOf("acme");
  storage::WriteBatch jump(shard);
  jump.set_commit_number(kJumpedTo);
  ASSERT_TRUE(house_.store().Commit(jump).ok());
  house_.Reopen(Epochs(50, {FirstEpoch("acme", second_)}));
  house_.Tell("acme", {Nps("n2", 7, 9, T("2024-06-02"))});
  LogPosition position;
  position.revisions[shard.byte()] = first_;
  EXPECT_EQ(house_.ledger().log().Behind(position), second_ - first_ + 1);
  position.revisions[shard.byte()] = kJumpedTo;
  EXPECT_EQ(house_.ledger().log().Behind(position), 1u);
}

}  // namespace
}  // namespace kizuna::ledger::testing
