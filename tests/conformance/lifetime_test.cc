// SPDX-License-Identifier: Apache-2.0
//
// What outlives a store, what does not outlive an erasure, and what happens after the end?

#include <string>
#include <thread>
#include <vector>

#include "tests/conformance/conformance.h"

namespace kizuna::storage {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

using LifetimeTest = ConformanceTest;
KIZUNA_RUN_WITH_ALL_ENGINES(LifetimeTest);

TEST_P(LifetimeTest, WhatWasCommittedIsThereAfterReopening) {
  if (!engine().Persists()) GTEST_SKIP() << "this engine forgets, as it says";
  WriteBatch batch(kShard);
  batch.Put("a", "1");
  batch.Put("b", "2");
  batch.Delete("b");
  batch.set_commit_number(41);
  ASSERT_TRUE(store().Commit(batch).ok());
  Put("c", "3", Partition::Book());
  for (int i = 0; i < 3; ++i) {
    engine().Open();
    EXPECT_THAT(Scan(KeyRange{}), ElementsAre(Pair("a", "1")));
    EXPECT_EQ(Get("c", Partition::Book()), "3");
    EXPECT_EQ(Newest(), 41u);
  }
  EXPECT_TRUE(absl::IsAborted(store().Commit(batch))) << "numbers are never used again";
}

TEST_P(LifetimeTest, ErasingTakesTheRangeAndNothingElse) {
  for (const char* key : {"a", "b", "b1", "c"}) Put(key, "v");
  Put("b", "v", Partition::Shard(8));
  ASSERT_TRUE(store().EraseRange(kShard, KeyRange{"b", "c"}).ok());
  EXPECT_THAT(Scan(KeyRange{}), ElementsAre(Pair("a", "v"), Pair("c", "v")));
  EXPECT_EQ(Get("b", Partition::Shard(8)), "v");
  ASSERT_TRUE(store().EraseRange(kShard, KeyRange{}).ok());
  EXPECT_THAT(Scan(KeyRange{}), IsEmpty());
  EXPECT_TRUE(store().EraseRange(kShard, KeyRange{"x", "x"}).ok());
}

TEST_P(LifetimeTest, WhatWasDeletedOrOverwrittenBeforeGoesWithAnErasure) {
  const std::string secret = "the-words-of-a-person";
  const std::string name = "the-name-in-a-key";
  // Rows that move, as those of an index do, each round into files of its own.
  for (int round = 0; round < 3; ++round) {
    const std::string now = std::to_string(round);
    Put("r" + now + name, "");
    Put("log", secret + now);
    for (int i = 0; i < 20; ++i) {
      Put("z" + std::to_string(i), std::string(20'000, static_cast<char>('a' + i % 26)));
    }
    WriteBatch moved(kShard);
    moved.Delete("r" + now + name);
    moved.Put("log", "nothing");
    ASSERT_TRUE(store().Commit(moved).ok());
    if (engine().Persists()) {
      EXPECT_TRUE(engine().FilesContain(secret));
      engine().Open();
    }
  }
  Put("m", "mine");
  ASSERT_TRUE(store().EraseRange(kShard, KeyRange{"m", "n"}).ok());
  EXPECT_FALSE(engine().FilesContain(secret));
  EXPECT_FALSE(engine().FilesContain(name));
  EXPECT_EQ(Scan(KeyRange{}).size(), 21u);
}

TEST_P(LifetimeTest, ErasedTextIsFoundInNoFile) {
  const std::string secret = "the-words-of-a-person";
  const std::string name = "the-name-in-a-key";
  // Old versions, deleted rows and rows between others, in files and in the log.
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 50; ++i) {
      const std::string key = "m" + std::to_string(i);
      Put("a" + key, std::string(20'000, static_cast<char>('a' + i % 26)));
      Put("m" + name + key, secret + std::to_string(round));
      Put("z" + key, std::string(20'000, static_cast<char>('a' + i % 26)));
    }
  }
  WriteBatch batch(kShard);
  batch.Delete("m" + name + "m7");
  ASSERT_TRUE(store().Commit(batch).ok());
  if (engine().Persists()) {
    EXPECT_TRUE(engine().FilesContain(secret));
    engine().Open();
    Put("m" + name, secret);
  }
  ASSERT_TRUE(store().EraseRange(kShard, KeyRange::Prefix("m")).ok());
  EXPECT_FALSE(engine().FilesContain(secret));
  EXPECT_FALSE(engine().FilesContain(name));
  EXPECT_EQ(Scan(KeyRange{}).size(), 100u);
  if (engine().Persists()) {
    engine().Open();
    EXPECT_FALSE(engine().FilesContain(secret));
    EXPECT_FALSE(engine().FilesContain(name));
    EXPECT_EQ(Scan(KeyRange{}).size(), 100u);
  }
}

TEST_P(LifetimeTest, ErasingWaitsForOlderSnapshots) {
  engine().Open(/*erase_wait=*/absl::Milliseconds(50));
  Put("k", "v");
  auto older = store().GetSnapshot();
  EXPECT_TRUE(absl::IsDeadlineExceeded(store().EraseRange(kShard, KeyRange{})));
  EXPECT_EQ(Get("k"), std::nullopt) << "deleted all the same";
  EXPECT_EQ(Get(*older, "k"), "v");
  older.reset();
  EXPECT_TRUE(store().EraseRange(kShard, KeyRange{}).ok());
}

TEST_P(LifetimeTest, ErasingGoesOnOnceTheSnapshotIsReleased) {
  Put("k", "v");
  auto older = store().GetSnapshot();
  std::thread release([&older] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    older.reset();
  });
  EXPECT_TRUE(store().EraseRange(kShard, KeyRange{}).ok());
  release.join();
}

TEST_P(LifetimeTest, CommitsGoOnDuringAnErasure) {
  Put("old", "v");
  std::thread writer([this] {
    for (int i = 0; i < 100; ++i) Put(std::to_string(i), "v", Partition::Shard(9));
  });
  EXPECT_TRUE(store().EraseRange(kShard, KeyRange{}).ok());
  writer.join();
  EXPECT_EQ(Scan(KeyRange{}, Direction::kForward, Partition::Shard(9)).size(), 100u);
}

TEST_P(LifetimeTest, AfterClosingEverythingIsUnavailable) {
  Put("k", "v");
  const auto before = store().GetSnapshot();
  const auto rows = before->Scan(kShard, KeyRange{}, Direction::kForward);
  EXPECT_TRUE(store().Close().ok());
  EXPECT_TRUE(store().Close().ok()) << "again is no error";

  const auto after = store().GetSnapshot();
  for (const Snapshot* snapshot : {before.get(), after.get()}) {
    EXPECT_TRUE(absl::IsUnavailable(snapshot->Get(kShard, "k").status()));
    const std::vector<PartitionKey> keys = {{kShard, "k"}};
    EXPECT_TRUE(absl::IsUnavailable(snapshot->MultiGet(keys).status()));
    EXPECT_TRUE(absl::IsUnavailable(snapshot->NewestCommit(kShard).status()));
    const auto closed = snapshot->Scan(kShard, KeyRange{}, Direction::kForward);
    EXPECT_FALSE(closed->Next());
    EXPECT_TRUE(absl::IsUnavailable(closed->status()));
  }
  EXPECT_FALSE(rows->Next());
  EXPECT_TRUE(absl::IsUnavailable(rows->status()));
  WriteBatch batch(kShard);
  batch.Put("k", "w");
  EXPECT_TRUE(absl::IsUnavailable(store().Commit(batch)));
  EXPECT_TRUE(absl::IsUnavailable(store().EraseRange(kShard, KeyRange{})));
}

TEST_P(LifetimeTest, ClosingFinishesWhatWasBegun) {
  if (!engine().Persists()) GTEST_SKIP() << "this engine forgets, as it says";
  std::vector<std::thread> writers;
  std::vector<int> acknowledged(4, 0);
  for (int t = 0; t < 4; ++t) {
    writers.emplace_back([this, t, &acknowledged] {
      for (int i = 0;; ++i) {
        WriteBatch batch(Partition::Shard(t));
        batch.Put(std::to_string(i), "v");
        if (!store().Commit(batch).ok()) return;
        acknowledged[t] = i + 1;
      }
    });
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_TRUE(store().Close().ok());
  for (std::thread& writer : writers) writer.join();
  engine().Open();
  for (int t = 0; t < 4; ++t) {
    for (int i = 0; i < acknowledged[t]; ++i) {
      ASSERT_EQ(Get(std::to_string(i), Partition::Shard(t)), "v");
    }
  }
}

}  // namespace
}  // namespace kizuna::storage
