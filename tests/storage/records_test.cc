// SPDX-License-Identifier: Apache-2.0
//
// Do records come back under their keys as they were put there, and never half?

#include "storage/records/records.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "storage/memory/memory_store.h"

namespace kizuna::storage {
namespace {

class RecordsTest : public ::testing::Test {
 protected:
  void Commit(const WriteBatch& batch) { ASSERT_TRUE(store_->Commit(batch).ok()); }

  std::unique_ptr<Store> store_ = NewMemoryStore();
  const Partition shard_ = ShardOf("acme");
};

TEST_F(RecordsTest, ARecordIsReadAsItWasPut) {
  v1::AccountRecord record;
  record.set_revision(7);
  record.mutable_state()->set_fold_version(1);
  WriteBatch batch(shard_);
  PutRecord(batch, AccountKey{"acme"}, record);
  Commit(batch);
  const auto snapshot = store_->GetSnapshot();
  const auto read = GetRecord(*snapshot, shard_, AccountKey{"acme"});
  ASSERT_TRUE(read.ok() && read->has_value());
  EXPECT_EQ((*read)->revision(), 7u);
  EXPECT_EQ((*read)->state().fold_version(), 1u);
  const auto absent = GetRecord(*snapshot, shard_, AccountKey{"acm"});
  ASSERT_TRUE(absent.ok());
  EXPECT_FALSE(absent->has_value());
}

TEST_F(RecordsTest, DamagedBytesAreNoRecord) {
  WriteBatch batch(shard_);
  batch.Put(AccountKey{"acme"}.Encode(), "\xff\xff\xff");
  Commit(batch);
  const auto read = GetRecord(*store_->GetSnapshot(), shard_, AccountKey{"acme"});
  EXPECT_TRUE(absl::IsDataLoss(read.status()));
  EXPECT_EQ(read.status().message(),
            "a stored AccountRecord cannot be read; restore the store from a backup");
}

TEST_F(RecordsTest, AScanGivesKeysAndRecordsInOrder) {
  WriteBatch batch(shard_);
  for (const int32_t day : {-1, 0, 20'000}) {
    v1::HistoryRecord record;
    record.set_revision(static_cast<uint64_t>(day + 10));
    PutRecord(batch, HistoryKey{"acme", day}, record);
  }
  PutRecord(batch, HistoryKey{"acme-2", 5}, v1::HistoryRecord());
  Commit(batch);
  const auto snapshot = store_->GetSnapshot();
  RecordScan<HistoryKey> rows(*snapshot, shard_, HistoryKey::OfAccount("acme"));
  std::vector<int32_t> days;
  while (rows.Next()) {
    days.push_back(rows.key().day);
    EXPECT_EQ(rows.record().revision(), static_cast<uint64_t>(rows.key().day + 10));
  }
  EXPECT_TRUE(rows.status().ok());
  EXPECT_EQ(days, (std::vector<int32_t>{-1, 0, 20'000}));
}

TEST_F(RecordsTest, AScanEndsAtADamagedRow) {
  WriteBatch batch(shard_);
  PutRecord(batch, ChangeKey{1}, v1::ChangeRecord());
  batch.Put(ChangeKey{2}.Encode(), "\xff");
  PutRecord(batch, ChangeKey{3}, v1::ChangeRecord());
  Commit(batch);
  const auto snapshot = store_->GetSnapshot();
  RecordScan<ChangeKey> rows(*snapshot, shard_, ChangeKey::From(0));
  EXPECT_TRUE(rows.Next());
  EXPECT_FALSE(rows.Next());
  EXPECT_FALSE(rows.Next());
  EXPECT_TRUE(absl::IsDataLoss(rows.status()));
}

}  // namespace
}  // namespace kizuna::storage
