// SPDX-License-Identifier: Apache-2.0
//
// Which stores does a program refuse to work with, and what does it tell the operator?

#include "storage/records/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "storage/memory/memory_store.h"
#include "storage/records/records.h"

namespace kizuna::storage {
namespace {

using ::testing::HasSubstr;

class SettingsTest : public ::testing::Test {
 protected:
  absl::Status Open(const v1::StoreSettings& wanted = {}) {
    return OpenSettings(*store_, wanted).status();
  }
  void Write(const v1::StoreSettings& settings) {
    WriteBatch batch(Partition::Book());
    PutRecord(batch, SettingsKey{}, settings);
    ASSERT_TRUE(store_->Commit(batch).ok());
  }

  std::unique_ptr<Store> store_ = NewMemoryStore();
};

TEST_F(SettingsTest, ANewStoreGetsWhatWasAskedForAndDefaults) {
  v1::StoreSettings wanted;
  wanted.set_time_zone("Asia/Tokyo");
  wanted.set_created_at_micros(17);
  const auto settings = OpenSettings(*store_, wanted);
  ASSERT_TRUE(settings.ok()) << settings.status();
  EXPECT_EQ(settings->format_version(), kFormatVersion);
  EXPECT_EQ(settings->shards(), 64u);
  EXPECT_EQ(settings->time_zone(), "Asia/Tokyo");
  EXPECT_EQ(settings->currency(), "USD");
  EXPECT_EQ(settings->fiscal_first_month(), 1u);
  EXPECT_EQ(settings->created_at_micros(), 17);
}

TEST_F(SettingsTest, LaterOpeningsGetWhatTheStoreWasCreatedWith) {
  v1::StoreSettings wanted;
  wanted.set_currency("JPY");
  wanted.set_fiscal_first_month(4);
  ASSERT_TRUE(Open(wanted).ok());
  const auto settings = OpenSettings(*store_, {});
  ASSERT_TRUE(settings.ok());
  EXPECT_EQ(settings->currency(), "JPY");
  EXPECT_EQ(settings->fiscal_first_month(), 4u);
  EXPECT_TRUE(Open(wanted).ok()) << "asking for what is there is fine";
}

TEST_F(SettingsTest, OtherSettingsThanThoseOfTheStoreAreRefused) {
  ASSERT_TRUE(Open().ok());
  v1::StoreSettings zone, currency, month;
  zone.set_time_zone("Asia/Tokyo");
  currency.set_currency("JPY");
  month.set_fiscal_first_month(4);
  EXPECT_EQ(Open(zone).message(),
            "the store was created with time zone 'UTC', which cannot be changed to 'Asia/Tokyo'; "
            "leave the setting out, or create another store");
  EXPECT_THAT(std::string(Open(currency).message()), HasSubstr("currency 'USD'"));
  EXPECT_THAT(std::string(Open(month).message()), HasSubstr("fiscal year '1'"));
  EXPECT_TRUE(absl::IsFailedPrecondition(Open(month)));
}

TEST_F(SettingsTest, WhatDoesNotExistIsRefusedAndNothingIsCreated) {
  v1::StoreSettings zone, currency, month;
  zone.set_time_zone("Mars/Olympus");
  currency.set_currency("yen");
  month.set_fiscal_first_month(13);
  for (const v1::StoreSettings& wanted : {zone, currency, month}) {
    EXPECT_TRUE(absl::IsInvalidArgument(Open(wanted))) << Open(wanted);
  }
  const auto rows = store_->GetSnapshot()->Get(Partition::Book(), SettingsKey{}.Encode());
  EXPECT_FALSE(rows->has_value());
}

TEST_F(SettingsTest, ANewerFormatIsRefused) {
  v1::StoreSettings settings = DefaultSettings();
  settings.set_format_version(kFormatVersion + 1);
  Write(settings);
  const absl::Status status = Open();
  EXPECT_TRUE(absl::IsFailedPrecondition(status));
  EXPECT_EQ(status.message(),
            "the store is written in format 2 and this program knows 1 at most; run the newer "
            "version of Kizuna that wrote it");
}

TEST_F(SettingsTest, AnotherNumberOfShardsIsRefused) {
  v1::StoreSettings settings = DefaultSettings();
  settings.set_shards(128);
  Write(settings);
  EXPECT_TRUE(absl::IsFailedPrecondition(Open()));
}

TEST_F(SettingsTest, SettingsThatCannotBeReadAreRefused) {
  for (const std::string& bytes : {std::string(), std::string("\xff\xff"), std::string("\x08")}) {
    WriteBatch batch(Partition::Book());
    batch.Put(SettingsKey{}.Encode(), bytes);
    ASSERT_TRUE(store_->Commit(batch).ok());
    EXPECT_TRUE(absl::IsDataLoss(Open())) << Open();
  }
}

TEST_F(SettingsTest, RowsWithoutSettingsAreRefused) {
  WriteBatch batch(Partition::Shard(3));
  PutRecord(batch, AccountKey{"acme"}, v1::AccountRecord());
  ASSERT_TRUE(store_->Commit(batch).ok());
  EXPECT_TRUE(absl::IsDataLoss(Open())) << Open();
}

constexpr Partition kSeven = Partition::Shard(7);

class EpochTest : public SettingsTest {
 protected:
  static constexpr int64_t kSecond = 1'795'000'000;

  EpochTest() { EXPECT_TRUE(Open().ok()); }

  // A commit of shard 7, with a row in the change log or without.
  void Commit(CommitNumber number, bool logged) {
    WriteBatch batch(kSeven);
    if (logged) PutRecord(batch, ChangeKey{number}, v1::ChangeRecord());
    batch.set_commit_number(number);
    ASSERT_TRUE(store_->Commit(batch).ok());
  }
  v1::StoreSettings Begin(int64_t second = kSecond) {
    const auto stored = OpenSettings(*store_, {});
    EXPECT_TRUE(stored.ok()) << stored.status();
    const auto settings = BeginEpoch(*store_, *stored, second * 1'000'000);
    EXPECT_TRUE(settings.ok()) << settings.status();
    return settings.ok() ? *settings : v1::StoreSettings();
  }
  CommitNumber Newest(Partition shard) { return *store_->GetSnapshot()->NewestCommit(shard); }
};

TEST_F(EpochTest, ANewEpochKnowsWhatTheStoreHasOfTheOneBefore) {
  Commit(4, true);
  Commit(5, false);
  WriteBatch book(Partition::Book());
  v1::BookHead head;
  head.set_active_number(3);
  book.Put(HeadKey{}.Encode(), head.SerializeAsString());
  ASSERT_TRUE(store_->Commit(book).ok());
  const v1::StoreSettings settings = Begin();
  EXPECT_EQ(EpochOf(settings), kSecond);
  ASSERT_EQ(settings.past_epochs_size(), 1);
  const v1::PastEpoch& past = settings.past_epochs(0);
  EXPECT_EQ(past.epoch(), 1u);
  EXPECT_EQ(past.last_rulebook_number(), 3u);
  ASSERT_EQ(past.last_revisions_size(), Partition::kShards);
  EXPECT_EQ(past.last_revisions(7), 5u);
  EXPECT_EQ(past.last_revisions(8), 0u);
  for (int shard = 0; shard < Partition::kShards; ++shard) {
    EXPECT_EQ(Newest(Partition::Shard(shard)), past.jumped_to());
  }
  EXPECT_EQ(OpenSettings(*store_, {})->SerializeAsString(), settings.SerializeAsString());
}

TEST_F(EpochTest, TheChangeLogTellsWhatAnEngineThatJumpedReallyHas) {
  Commit(4, true);
  Commit(4 + (1 << 20), false);
  EXPECT_EQ(Begin().past_epochs(0).last_revisions(7), 4u);
}

TEST_F(EpochTest, ALaterEpochIsBeyondAllOfAnEarlierOne) {
  const v1::StoreSettings first = Begin();
  Commit(Newest(kSeven) + 60'000, true);
  const CommitNumber newest = Newest(kSeven);
  // As if the same backup were restored a second later.
  std::unique_ptr<Store> same = NewMemoryStore();
  const auto settings = OpenSettings(*same, {});
  const auto second = BeginEpoch(*same, *settings, (kSecond + 1) * 1'000'000);
  ASSERT_TRUE(second.ok());
  EXPECT_GT(EpochOf(*second), EpochOf(first));
  EXPECT_GT(*same->GetSnapshot()->NewestCommit(kSeven), newest);
}

TEST_F(EpochTest, AClockThatWentBackStillMakesANewEpoch) {
  Begin();
  Commit(Newest(kSeven) + 1, true);
  const CommitNumber newest = Newest(kSeven);
  const v1::StoreSettings settings = Begin(17);
  EXPECT_EQ(EpochOf(settings), kSecond + 1);
  EXPECT_GT(Newest(kSeven), newest + (CommitNumber{1} << 32) - 1);
  EXPECT_EQ(settings.past_epochs_size(), 2);
}

}  // namespace
}  // namespace kizuna::storage
