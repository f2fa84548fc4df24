// SPDX-License-Identifier: Apache-2.0
//
// What does a commit do, when is it refused, and what does a refusal leave behind?

#include <string>
#include <thread>
#include <vector>

#include "tests/conformance/conformance.h"

namespace kizuna::storage {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

using CommitTest = ConformanceTest;
KIZUNA_RUN_WITH_ALL_ENGINES(CommitTest);

std::vector<absl::StatusCode> Codes(const std::vector<absl::Status>& statuses) {
  std::vector<absl::StatusCode> codes;
  for (const absl::Status& status : statuses) codes.push_back(status.code());
  return codes;
}

constexpr auto kOk = absl::StatusCode::kOk;
constexpr auto kAborted = absl::StatusCode::kAborted;
constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

TEST_P(CommitTest, LaterChangesOfABatchWin) {
  WriteBatch batch(kShard);
  batch.Put("a", "1");
  batch.Put("a", "2");
  batch.Put("b", "1");
  batch.Delete("b");
  batch.Delete("c");
  batch.Put("c", "1");
  ASSERT_TRUE(store().Commit(batch).ok());
  EXPECT_THAT(Scan(KeyRange{}), ElementsAre(Pair("a", "2"), Pair("c", "1")));
}

TEST_P(CommitTest, ARangeIsDeletedInItsPlaceAmongTheChanges) {
  for (const char* key : {"a", "b", "c", "d"}) Put(key, "old");
  Put("b", "old", Partition::Shard(8));
  WriteBatch batch(kShard);
  batch.Put("bb", "gone too");
  batch.DeleteRange(KeyRange{"b", "d"});
  batch.Put("c", "new");
  ASSERT_TRUE(store().Commit(batch).ok());
  EXPECT_THAT(Scan(KeyRange{}), ElementsAre(Pair("a", "old"), Pair("c", "new"), Pair("d", "old")));
  EXPECT_EQ(Get("b", Partition::Shard(8)), "old");
}

TEST_P(CommitTest, DeletingToTheEndStopsAtThePartition) {
  Put("z", "", Partition::Shard(63));
  Put(std::string(kMaxKeyBytes, '\xff'), "", Partition::Shard(63));
  Put("a", "", Partition::Book());
  Put(std::string(kMaxKeyBytes, '\xff'), "", Partition::Book());
  for (const Partition partition : {Partition::Shard(63), Partition::Book()}) {
    WriteBatch batch(partition);
    batch.DeleteRange(KeyRange{});
    ASSERT_TRUE(store().Commit(batch).ok());
    EXPECT_THAT(Scan(KeyRange{}, Direction::kForward, partition), IsEmpty());
    EXPECT_EQ(Get("a", Partition::Book()).has_value(), partition.is_shard());
  }
}

TEST_P(CommitTest, DeletingWhatIsNotThereIsNoError) {
  WriteBatch batch(kShard);
  batch.Delete("nothing");
  batch.DeleteRange(KeyRange{"x", "x"});
  EXPECT_TRUE(store().Commit(batch).ok());
}

TEST_P(CommitTest, NothingToDoIsDone) {
  EXPECT_THAT(store().Commit(absl::Span<const WriteBatch>()), IsEmpty());
  EXPECT_TRUE(store().Commit(WriteBatch(kShard)).ok());
}

TEST_P(CommitTest, GuardsThatHoldLetTheBatchThrough) {
  Put("there", "v");
  Put("empty", "");
  WriteBatch batch(kShard);
  batch.GuardEquals("there", "v");
  batch.GuardEquals("empty", "");
  batch.GuardAbsent("absent");
  batch.Put("done", "yes");
  EXPECT_TRUE(store().Commit(batch).ok());
  EXPECT_EQ(Get("done"), "yes");
}

TEST_P(CommitTest, AGuardThatDoesNotHoldAbortsTheWholeBatch) {
  Put("there", "v");
  std::vector<WriteBatch> losers(4, WriteBatch(kShard));
  losers[0].GuardAbsent("there");
  losers[1].GuardEquals("there", "w");
  losers[2].GuardEquals("absent", "v");
  losers[3].GuardEquals("absent", "");
  for (WriteBatch& loser : losers) {
    loser.Put("there", "changed");
    loser.Put("more", "");
    loser.set_commit_number(9);
    EXPECT_TRUE(absl::IsAborted(store().Commit(loser)));
  }
  EXPECT_THAT(Scan(KeyRange{}), ElementsAre(Pair("there", "v")));
  EXPECT_EQ(Newest(), 0u);
}

TEST_P(CommitTest, GuardsLookAtTheirOwnPartition) {
  Put("k", "v", Partition::Shard(8));
  WriteBatch batch(kShard);
  batch.GuardAbsent("k");
  EXPECT_TRUE(store().Commit(batch).ok());
}

TEST_P(CommitTest, GuardsLookAtTheStoreBeforeTheirBatch) {
  WriteBatch batch(kShard);
  batch.Put("k", "v");
  batch.GuardAbsent("k");
  EXPECT_TRUE(store().Commit(batch).ok());
  EXPECT_TRUE(absl::IsAborted(store().Commit(batch)));
}

TEST_P(CommitTest, GuardsSeeTheBatchesAheadInTheGroup) {
  Put("counter", "0");
  std::vector<WriteBatch> group(5, WriteBatch(kShard));
  group[0].GuardEquals("counter", "0");
  group[0].Put("counter", "1");
  group[1].GuardEquals("counter", "0");  // loses: it is 1 by now
  group[1].Put("counter", "stale");
  group[2].GuardEquals("counter", "1");  // and does not see what the loser would have put
  group[2].Delete("counter");
  group[3].GuardAbsent("counter");
  group[3].Put("counter", "3");
  group[4].GuardAbsent("counter");
  EXPECT_THAT(Codes(store().Commit(group)), ElementsAre(kOk, kAborted, kOk, kOk, kAborted));
  EXPECT_EQ(Get("counter"), "3");
}

TEST_P(CommitTest, GuardsSeeRangesDeletedAheadInTheGroup) {
  Put("b", "stored");
  std::vector<WriteBatch> group(4, WriteBatch(kShard));
  group[0].Put("bb", "ahead");
  group[1].DeleteRange(KeyRange{"b", "c"});
  group[1].Put("bc", "after");
  group[2].GuardAbsent("b");
  group[2].GuardAbsent("bb");
  group[2].GuardEquals("bc", "after");
  group[2].Put("seen", "yes");
  group[3].GuardEquals("b", "stored");
  EXPECT_THAT(Codes(store().Commit(group)), ElementsAre(kOk, kOk, kOk, kAborted));
  EXPECT_EQ(Get("seen"), "yes");
}

TEST_P(CommitTest, AnInvalidBatchIsRefusedAlone) {
  std::vector<WriteBatch> group(3, WriteBatch(kShard));
  group[0].Put("a", "");
  group[1].Put("", "no key");
  group[1].Put("b", "");
  group[2].Put("c", "");
  EXPECT_THAT(Codes(store().Commit(group)), ElementsAre(kOk, kInvalid, kOk));
  EXPECT_THAT(Scan(KeyRange{}), ElementsAre(Pair("a", ""), Pair("c", "")));
}

TEST_P(CommitTest, CommitNumbersRise) {
  EXPECT_EQ(Newest(), 0u);
  WriteBatch batch(kShard);
  batch.set_commit_number(1);
  EXPECT_TRUE(store().Commit(batch).ok());
  EXPECT_EQ(Newest(), 1u);
  EXPECT_TRUE(absl::IsAborted(store().Commit(batch))) << "a number is used once";
  batch.set_commit_number(10);
  EXPECT_TRUE(store().Commit(batch).ok()) << "gaps are allowed";
  batch.set_commit_number(9);
  batch.Put("late", "");
  EXPECT_TRUE(absl::IsAborted(store().Commit(batch)));
  EXPECT_EQ(Get("late"), std::nullopt);
  EXPECT_EQ(Newest(), 10u);
  EXPECT_EQ(Newest(Partition::Shard(8)), 0u) << "each partition counts for itself";
}

TEST_P(CommitTest, CommitNumbersSeeTheBatchesAheadInTheGroup) {
  std::vector<WriteBatch> group(4, WriteBatch(kShard));
  group[0].set_commit_number(5);
  group[1].set_commit_number(5);
  group[2].set_commit_number(7);
  group[2].GuardEquals("absent", "v");
  group[3].set_commit_number(6);
  EXPECT_THAT(Codes(store().Commit(group)), ElementsAre(kOk, kAborted, kAborted, kOk));
  EXPECT_EQ(Newest(), 6u);
}

TEST_P(CommitTest, ASnapshotHasTheCommitNumberOfItsMoment) {
  WriteBatch batch(kShard);
  batch.set_commit_number(3);
  ASSERT_TRUE(store().Commit(batch).ok());
  const auto moment = store().GetSnapshot();
  batch.set_commit_number(std::numeric_limits<CommitNumber>::max());
  ASSERT_TRUE(store().Commit(batch).ok());
  EXPECT_EQ(*moment->NewestCommit(kShard), 3u);
  EXPECT_EQ(Newest(), std::numeric_limits<CommitNumber>::max());
}

TEST_P(CommitTest, CommitNumbersAreNoRows) {
  for (const Partition partition : {Partition::Shard(63), Partition::Book()}) {
    WriteBatch batch(partition);
    batch.set_commit_number(3);
    ASSERT_TRUE(store().Commit(batch).ok());
    EXPECT_THAT(Scan(KeyRange{}, Direction::kForward, partition), IsEmpty());
  }
}

TEST_P(CommitTest, UnnumberedCommitsLeaveTheNumber) {
  WriteBatch batch(kShard);
  batch.set_commit_number(3);
  ASSERT_TRUE(store().Commit(batch).ok());
  Put("k", "v");
  EXPECT_EQ(Newest(), 3u);
}

// A lost update would show as a sum that is too small.
TEST_P(CommitTest, ConcurrentGuardedWritersLoseNoUpdate) {
  constexpr int kThreads = 8;
  constexpr int kIncrements = 40;
  Put("sum", "0");
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([this] {
      for (int done = 0; done < kIncrements;) {
        const std::string read = Get("sum").value_or("?");
        WriteBatch batch(kShard);
        batch.GuardEquals("sum", read);
        batch.Put("sum", std::to_string(std::stoi(read) + 1));
        const absl::Status status = store().Commit(batch);
        ASSERT_TRUE(status.ok() || absl::IsAborted(status)) << status;
        if (status.ok()) ++done;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(Get("sum"), std::to_string(kThreads * kIncrements));
}

// A batch that was seen in part would show as two rows that differ.
TEST_P(CommitTest, ConcurrentReadersSeeBatchesWhole) {
  Put("x", "0");
  Put("y", "0");
  std::thread writer([this] {
    for (int i = 1; i <= 200; ++i) {
      WriteBatch batch(kShard);
      batch.Put("x", std::to_string(i));
      batch.Put("y", std::to_string(i));
      ASSERT_TRUE(store().Commit(batch).ok());
    }
  });
  std::string newest;
  while (newest != "200") {
    const auto snapshot = store().GetSnapshot();
    const Rows rows = Scan(*snapshot, KeyRange{});
    ASSERT_EQ(rows.size(), 2u);
    EXPECT_EQ(rows[0].second, rows[1].second);
    newest = *Get(*snapshot, "y");
    EXPECT_EQ(newest, rows[0].second);
  }
  writer.join();
}

TEST_P(CommitTest, AnAnswerIsVisibleAtOnceToEverybody) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([this, t] {
      for (int i = 0; i < 50; ++i) {
        const std::string key = std::to_string(t) + "/" + std::to_string(i);
        Put(key, "v", Partition::Shard(t));
        ASSERT_EQ(Get(key, Partition::Shard(t)), "v");
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST_P(CommitTest, CountsWhatItDid) {
  Put("k", "v");
  WriteBatch loser(kShard);
  loser.GuardAbsent("k");
  EXPECT_TRUE(absl::IsAborted(store().Commit(loser)));
  const StoreStats stats = store().Stats();
  EXPECT_EQ(stats.engine, GetParam().name);
  EXPECT_EQ(stats.batches_committed, 1u);
  EXPECT_EQ(stats.batches_aborted, 1u);
  EXPECT_GE(stats.syncs, 1u);
  EXPECT_GT(stats.data_bytes, 0u);
}

}  // namespace
}  // namespace kizuna::storage
