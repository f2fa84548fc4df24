// SPDX-License-Identifier: Apache-2.0
//
// What does a snapshot show?

#include <string>
#include <vector>

#include "tests/conformance/conformance.h"

namespace kizuna::storage {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

using ReadTest = ConformanceTest;
KIZUNA_RUN_WITH_ALL_ENGINES(ReadTest);

TEST_P(ReadTest, AbsenceIsNoError) { EXPECT_EQ(Get("nothing"), std::nullopt); }

TEST_P(ReadTest, AnEmptyValueIsNotAbsence) {
  Put("k", "");
  EXPECT_EQ(Get("k"), "");
}

TEST_P(ReadTest, KeysAndValuesHoldAnyBytes) {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes.push_back(static_cast<char>(i));
  Put(bytes, bytes);
  Put(std::string(3, '\0'), std::string(2, '\0'));
  Put(std::string(3, '\xff'), "high");
  EXPECT_EQ(Get(bytes), bytes);
  EXPECT_EQ(Get(std::string(3, '\0')), std::string(2, '\0'));
  EXPECT_EQ(Get(std::string(2, '\0')), std::nullopt);
  EXPECT_EQ(Get(std::string(3, '\xff')), "high");
}

TEST_P(ReadTest, PartitionsAreApart) {
  const std::vector<Partition> partitions = {Partition::Shard(0), Partition::Shard(1),
                                             Partition::Shard(62), Partition::Shard(63),
                                             Partition::Book()};
  for (const Partition partition : partitions) {
    Put("k", std::to_string(partition.byte()), partition);
    Put(std::string(kMaxKeyBytes, '\xff'), "last", partition);
  }
  for (const Partition partition : partitions) {
    EXPECT_EQ(Get("k", partition), std::to_string(partition.byte()));
    EXPECT_THAT(Scan(KeyRange{}, Direction::kForward, partition),
                ElementsAre(Pair("k", std::to_string(partition.byte())),
                            Pair(std::string(kMaxKeyBytes, '\xff'), "last")));
    EXPECT_THAT(Scan(KeyRange{}, Direction::kBackward, partition),
                ElementsAre(Pair(std::string(kMaxKeyBytes, '\xff'), "last"),
                            Pair("k", std::to_string(partition.byte()))));
  }
  EXPECT_THAT(Scan(KeyRange{}, Direction::kForward, Partition::Shard(2)), IsEmpty());
}

TEST_P(ReadTest, MultiGetAnswersInTheOrderAsked) {
  Put("a", "1");
  Put("b", "2", Partition::Book());
  const std::vector<PartitionKey> keys = {
      {kShard, "b"}, {Partition::Book(), "b"}, {kShard, "a"}, {kShard, "a"}};
  const auto values = store().GetSnapshot()->MultiGet(keys);
  ASSERT_TRUE(values.ok());
  EXPECT_THAT(*values, ElementsAre(std::nullopt, "2", "1", "1"));
  const auto none = store().GetSnapshot()->MultiGet({});
  ASSERT_TRUE(none.ok());
  EXPECT_THAT(*none, IsEmpty());
}

TEST_P(ReadTest, MultiGetOfABadKeyIsAnErrorAsAWhole) {
  Put("a", "1");
  const std::vector<PartitionKey> keys = {{kShard, "a"}, {kShard, ""}};
  EXPECT_TRUE(absl::IsInvalidArgument(store().GetSnapshot()->MultiGet(keys).status()));
}

TEST_P(ReadTest, MultiGetIsLimited) {
  std::vector<PartitionKey> keys(kMaxMultiGetKeys, PartitionKey{kShard, "k"});
  EXPECT_TRUE(store().GetSnapshot()->MultiGet(keys).ok());
  keys.push_back(PartitionKey{kShard, "k"});
  EXPECT_TRUE(absl::IsInvalidArgument(store().GetSnapshot()->MultiGet(keys).status()));
}

TEST_P(ReadTest, ScansInByteOrder) {
  const std::vector<std::string> ordered = {std::string(1, '\0'),
                                            "a",
                                            std::string("a\0", 2),
                                            "aa",
                                            "b",
                                            "\x7f",
                                            "\x80",
                                            "\xff",
                                            "\xff\xff"};
  for (auto key = ordered.rbegin(); key != ordered.rend(); ++key) Put(*key, "v" + *key);
  Rows forward = Scan(KeyRange{});
  ASSERT_EQ(forward.size(), ordered.size());
  for (size_t i = 0; i < ordered.size(); ++i) {
    EXPECT_EQ(forward[i], Row(ordered[i], "v" + ordered[i]));
  }
  Rows backward = Scan(KeyRange{}, Direction::kBackward);
  std::reverse(backward.begin(), backward.end());
  EXPECT_EQ(backward, forward);
}

TEST_P(ReadTest, RangesAreHalfOpen) {
  for (const char* key : {"a", "b", "c", "d"}) Put(key, "");
  for (const Direction direction : {Direction::kForward, Direction::kBackward}) {
    Rows middle = Scan(KeyRange{"b", "d"}, direction);
    if (direction == Direction::kBackward) std::reverse(middle.begin(), middle.end());
    EXPECT_THAT(middle, ElementsAre(Pair("b", ""), Pair("c", "")));
    EXPECT_THAT(Scan(KeyRange{"b", "b"}, direction), IsEmpty());
    EXPECT_EQ(Scan(KeyRange{"c", ""}, direction).size(), 2u);
    EXPECT_EQ(Scan(KeyRange{"", "c"}, direction).size(), 2u);
    EXPECT_THAT(Scan(KeyRange{"bb", "bc"}, direction), IsEmpty());
  }
}

TEST_P(ReadTest, ARangeThatRunsBackwardsIsAnError) {
  Put("b", "");
  for (const Direction direction : {Direction::kForward, Direction::kBackward}) {
    auto rows = store().GetSnapshot()->Scan(kShard, KeyRange{"c", "a"}, direction);
    EXPECT_TRUE(absl::IsInvalidArgument(rows->status()));
    EXPECT_FALSE(rows->Next());
    EXPECT_TRUE(absl::IsInvalidArgument(rows->status()));
  }
}

TEST_P(ReadTest, PrefixesHoldWhatStartsWithThem) {
  for (const char* key : {"a", "ab", "ab\xff", "ac", "\xff", "\xff\xff", "\xff\xff\x01"}) {
    Put(key, "");
  }
  EXPECT_EQ(Scan(KeyRange::Prefix("ab")).size(), 2u);
  EXPECT_EQ(Scan(KeyRange::Prefix("ab\xff")).size(), 1u);
  EXPECT_EQ(Scan(KeyRange::Prefix("\xff")).size(), 3u);
  EXPECT_EQ(Scan(KeyRange::Prefix("\xff\xff")).size(), 2u);
  EXPECT_EQ(Scan(KeyRange::Prefix("")).size(), 7u);
}

TEST_P(ReadTest, AnIteratorStaysAtItsEnd) {
  Put("a", "");
  const auto snapshot = store().GetSnapshot();
  for (const Direction direction : {Direction::kForward, Direction::kBackward}) {
    const auto rows = snapshot->Scan(kShard, KeyRange{}, direction);
    EXPECT_TRUE(rows->Next());
    EXPECT_FALSE(rows->Next());
    EXPECT_FALSE(rows->Next());
    EXPECT_TRUE(rows->status().ok());
  }
}

TEST_P(ReadTest, ASnapshotDoesNotMove) {
  Put("a", "old");
  Put("b", "old");
  const auto before = store().GetSnapshot();
  const auto rows = before->Scan(kShard, KeyRange{}, Direction::kForward);
  ASSERT_TRUE(rows->Next());

  WriteBatch batch(kShard);
  batch.Put("a", "new");
  batch.Delete("b");
  batch.Put("c", "new");
  ASSERT_TRUE(store().Commit(batch).ok());

  EXPECT_EQ(rows->value(), "old");
  ASSERT_TRUE(rows->Next());
  EXPECT_EQ(rows->key(), "b");
  EXPECT_FALSE(rows->Next());
  EXPECT_EQ(Get(*before, "a"), "old");
  EXPECT_EQ(Get(*before, "c"), std::nullopt);
  EXPECT_THAT(Scan(*before, KeyRange{}, Direction::kBackward),
              ElementsAre(Pair("b", "old"), Pair("a", "old")));
  EXPECT_THAT(Scan(KeyRange{}), ElementsAre(Pair("a", "new"), Pair("c", "new")));
}

TEST_P(ReadTest, SnapshotsOfManyMomentsEachShowTheirs) {
  std::vector<std::unique_ptr<Snapshot>> moments;
  for (int i = 0; i < 20; ++i) {
    Put("k", std::to_string(i));
    moments.push_back(store().GetSnapshot());
  }
  for (int i = 1; i < 20; i += 2) moments[i].reset();
  Put("k", "last");
  for (int i = 0; i < 20; i += 2) EXPECT_EQ(Get(*moments[i], "k"), std::to_string(i));
}

TEST_P(ReadTest, KeysAreLimited) {
  const auto snapshot = store().GetSnapshot();
  EXPECT_TRUE(absl::IsInvalidArgument(snapshot->Get(kShard, "").status()));
  EXPECT_TRUE(snapshot->Get(kShard, std::string(kMaxKeyBytes - 1, 'k')).ok());
  EXPECT_TRUE(snapshot->Get(kShard, std::string(kMaxKeyBytes, 'k')).ok());
  EXPECT_TRUE(
      absl::IsInvalidArgument(snapshot->Get(kShard, std::string(kMaxKeyBytes + 1, 'k')).status()));

  EXPECT_THAT(Scan(KeyRange{std::string(kMaxKeyBytes, 'k'), ""}), IsEmpty());
  const auto rows =
      snapshot->Scan(kShard, KeyRange{std::string(kMaxKeyBytes + 1, 'k'), ""}, Direction::kForward);
  EXPECT_FALSE(rows->Next());
  EXPECT_TRUE(absl::IsInvalidArgument(rows->status()));
}

}  // namespace
}  // namespace kizuna::storage
