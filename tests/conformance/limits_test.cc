// SPDX-License-Identifier: Apache-2.0
//
// Does every limit of a batch hold, below it, at it and above it?

#include <string>
#include <utility>
#include <vector>

#include "tests/conformance/conformance.h"

namespace kizuna::storage {
namespace {

using LimitsTest = ConformanceTest;
KIZUNA_RUN_WITH_ALL_ENGINES(LimitsTest);

std::string Bytes(size_t count) { return std::string(count, 'x'); }

TEST_P(LimitsTest, KeysOfPutsDeletesAndGuards) {
  using Add = void (*)(WriteBatch&, std::string);
  const std::vector<Add> adds = {
      [](WriteBatch& batch, std::string key) { batch.Put(std::move(key), "v"); },
      [](WriteBatch& batch, std::string key) { batch.Delete(std::move(key)); },
      [](WriteBatch& batch, std::string key) { batch.GuardAbsent(std::move(key)); },
  };
  const std::vector<std::pair<size_t, bool>> sizes = {{0, false},
                                                      {1, true},
                                                      {kMaxKeyBytes - 1, true},
                                                      {kMaxKeyBytes, true},
                                                      {kMaxKeyBytes + 1, false}};
  for (size_t i = 0; i < adds.size(); ++i) {
    for (const auto& [size, taken] : sizes) {
      // A partition each, so that guards find nothing.
      WriteBatch batch(Partition::Shard(static_cast<int>(i)));
      adds[i](batch, Bytes(size));
      const absl::Status status = store().Commit(batch);
      EXPECT_EQ(status.ok(), taken) << i << " " << size << " " << status;
      EXPECT_EQ(absl::IsInvalidArgument(status), !taken);
    }
  }
}

TEST_P(LimitsTest, EndsOfRanges) {
  const std::vector<std::pair<KeyRange, bool>> ranges = {
      {KeyRange{"", ""}, true},
      {KeyRange{"a", Bytes(kMaxKeyBytes)}, true},
      {KeyRange{"a", Bytes(kMaxKeyBytes + 1)}, false},
      {KeyRange{Bytes(kMaxKeyBytes), ""}, true},
      {KeyRange{Bytes(kMaxKeyBytes + 1), ""}, false},
      {KeyRange{"b", "b"}, true},
      {KeyRange{"b", "a"}, false},
  };
  for (const auto& [range, taken] : ranges) {
    WriteBatch batch(kShard);
    batch.DeleteRange(range);
    EXPECT_EQ(store().Commit(batch).code(),
              taken ? absl::StatusCode::kOk : absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(store().EraseRange(kShard, range).code(),
              taken ? absl::StatusCode::kOk : absl::StatusCode::kInvalidArgument);
  }
}

TEST_P(LimitsTest, Values) {
  for (const size_t size : {kMaxValueBytes - 1, kMaxValueBytes}) {
    Put("k", Bytes(size));
    EXPECT_EQ(Get("k")->size(), size);
  }
  WriteBatch put(kShard);
  put.Put("k", Bytes(kMaxValueBytes + 1));
  EXPECT_TRUE(absl::IsInvalidArgument(store().Commit(put)));
  WriteBatch guard(kShard);
  guard.GuardEquals("k", Bytes(kMaxValueBytes + 1));
  EXPECT_TRUE(absl::IsInvalidArgument(store().Commit(guard)));
  WriteBatch holds(kShard);
  holds.GuardEquals("k", Bytes(kMaxValueBytes));
  EXPECT_TRUE(store().Commit(holds).ok());
}

TEST_P(LimitsTest, Batches) {
  constexpr size_t kPiece = kMaxBatchBytes / 8;
  WriteBatch batch(kShard);
  for (int i = 0; i < 8; ++i) batch.Put(std::to_string(i), Bytes(kPiece - 1));
  ASSERT_EQ(batch.bytes(), kMaxBatchBytes);
  EXPECT_TRUE(store().Commit(batch).ok());
  EXPECT_EQ(Scan(KeyRange{}).size(), 8u);
  batch.Delete("x");
  EXPECT_TRUE(absl::IsInvalidArgument(store().Commit(batch)));
}

TEST_P(LimitsTest, AGroupMayBeLargerThanABatch) {
  std::vector<WriteBatch> group(5, WriteBatch(kShard));
  for (size_t i = 0; i < group.size(); ++i) {
    group[i].Put(std::to_string(i), Bytes(kMaxValueBytes));
    if (i > 0) group[i].GuardEquals(std::to_string(i - 1), Bytes(kMaxValueBytes));
    group[i].set_commit_number(i + 1);
  }
  for (const absl::Status& status : store().Commit(group)) EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(Newest(), 5u);
}

TEST_P(LimitsTest, CommitNumbersStartAtOne) {
  WriteBatch batch(kShard);
  batch.set_commit_number(0);
  EXPECT_TRUE(absl::IsInvalidArgument(store().Commit(batch)));
}

TEST_P(LimitsTest, MessagesNameTheLimitAndTheSize) {
  WriteBatch batch(kShard);
  batch.Put(Bytes(kMaxKeyBytes + 1), "");
  EXPECT_EQ(store().Commit(batch).message(), "a key of 1025 bytes is over the limit of 1024");
}

}  // namespace
}  // namespace kizuna::storage
