// SPDX-License-Identifier: Apache-2.0
//
// Does a backup give back what was acknowledged, all of it and nothing that was erased before? And
// what does a restore refuse?

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "absl/strings/match.h"
#include "storage/rocksdb/backup.h"
#include "tests/storage/rocksdb_fixture.h"

namespace kizuna::storage {
namespace {

using ::testing::HasSubstr;
namespace fs = std::filesystem;

class RocksDbBackupTest : public RocksDbTest {
 protected:
  RocksDbBackupTest() { folder_.path = directory_.path() + "/deep/backups"; }

  uint32_t BackUp() {
    const auto made = CreateBackup(*store_, folder_);
    EXPECT_TRUE(made.ok()) << made.status() << reports_.log();
    return made.ok() ? made->number : 0;
  }
  // Restores into a new directory, which is the store's from here on.
  absl::Status Restore(uint32_t number = 0) {
    store_.reset();
    RestoreOptions options;
    options.backups = folder_.path;
    options.number = number;
    options.directory = directory_.path() + "/restored" + std::to_string(++restores_);
    options.log = options_.log;
    const absl::Status status = RestoreBackup(options).status();
    if (status.ok()) options_.directory = options.directory;
    return status;
  }
  // Whether any file under `folder` holds the text.
  static bool Holds(const std::string& folder, const std::string& text) {
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      if (!entry.is_regular_file()) continue;
      std::ifstream file(entry.path(), std::ios::binary);
      const std::string content((std::istreambuf_iterator<char>(file)), {});
      if (absl::StrContains(content, text)) return true;
    }
    return false;
  }

  BackupFolder folder_;
  int restores_ = 0;
};

TEST_F(RocksDbBackupTest, ARestoreGivesBackWhatWasCommittedBeforeIt) {
  Open();
  CommitNumbered(1, 30);
  EXPECT_EQ(BackUp(), 1u);
  CommitNumbered(31, 40);
  EXPECT_EQ(BackUp(), 2u);
  CommitNumbered(41, 50);
  ASSERT_TRUE(Restore().ok());
  Open();
  EXPECT_TRUE(Has(1));
  EXPECT_TRUE(Has(40));
  EXPECT_FALSE(Has(41));
  EXPECT_EQ(*store_->GetSnapshot()->NewestCommit(kShard), 40u);
  CommitNumbered(41, 42);
  EXPECT_EQ(BackUp(), 3u) << "of another history, in the same folder";
  ASSERT_TRUE(Restore(1).ok());
  Open();
  EXPECT_TRUE(Has(30));
  EXPECT_FALSE(Has(31));
  ASSERT_TRUE(Restore(3).ok());
  Open();
  EXPECT_TRUE(Has(42));
}

TEST_F(RocksDbBackupTest, CommitsGoOnWhileABackupIsMade) {
  Open();
  std::atomic<bool> stop{false};
  std::atomic<CommitNumber> done{0};
  std::thread writer([&] {
    for (CommitNumber number = 1; !stop; ++number) {
      ASSERT_TRUE(TryCommit(number, std::string(1000, 'x')).ok());
      done = number;
    }
  });
  while (done < 20) std::this_thread::yield();
  const CommitNumber before = done;
  BackUp();
  stop = true;
  writer.join();
  ASSERT_TRUE(Restore().ok());
  Open();
  const CommitNumber restored = *store_->GetSnapshot()->NewestCommit(kShard);
  EXPECT_GE(restored, before);
  for (CommitNumber number = 1; number <= restored; ++number) EXPECT_TRUE(Has(number)) << number;
  EXPECT_FALSE(Has(restored + 1));
}

TEST_F(RocksDbBackupTest, NoLogGoesAlongAndNothingThatWasErased) {
  Open();
  ASSERT_TRUE(TryCommit(1, "first the words of quixotry").ok());
  ASSERT_TRUE(TryCommit(2, "other words").ok());
  folder_.keep = 1;
  BackUp();
  EXPECT_TRUE(Holds(folder_.path, "quixotry"));
  ASSERT_TRUE(store_->EraseRange(kShard, KeyRange{"1", "2"}).ok());
  BackUp();
  EXPECT_FALSE(Holds(folder_.path, "quixotry")) << "the older one is deleted";
  EXPECT_TRUE(Holds(folder_.path, "other words"));
  for (const auto& entry : fs::recursive_directory_iterator(folder_.path)) {
    EXPECT_NE(entry.path().extension(), ".log") << entry.path();
  }
  EXPECT_TRUE(absl::IsNotFound(Restore(1)));
  ASSERT_TRUE(Restore().ok());
  Open();
  EXPECT_FALSE(Has(1));
}

TEST_F(RocksDbBackupTest, ADamagedBackupIsRefusedAndTheOthersAreNamed) {
  Open();
  CommitNumbered(1, 10);
  BackUp();
  CommitNumbered(11, 20);
  BackUp();
  store_.reset();
  // The table that only the second has.
  std::string newest;
  for (const auto& entry : fs::directory_iterator(folder_.path + "/shared_checksum")) {
    newest = std::max(newest, entry.path().string());
  }
  std::fstream table(newest, std::ios::in | std::ios::out | std::ios::binary);
  table.seekp(20);
  table.put('\x7f');
  table.close();
  absl::Status status = Restore();
  EXPECT_TRUE(absl::IsDataLoss(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("backup 2 "));
  EXPECT_THAT(std::string(status.message()), HasSubstr("earlier state: 1"));
  fs::remove(newest);
  status = Restore();
  EXPECT_TRUE(absl::IsDataLoss(status)) << "not the one before it, without a word: " << status;
  ASSERT_TRUE(Restore(1).ok());
  Open();
  EXPECT_TRUE(Has(10));
}

TEST_F(RocksDbBackupTest, ARestoreThatIsShortOfItsMarksDoesNotOpen) {
  Open();
  CommitNumbered(1, 10);
  BackUp();
  ASSERT_TRUE(Restore().ok());
  const std::string marks = options_.directory + "/MARKS";
  std::ofstream(marks) << EncodeMarks({{kShard, 11}});
  EXPECT_TRUE(absl::IsDataLoss(TryOpen()));
  std::ofstream(marks) << EncodeMarks({{kShard, 10}});
  EXPECT_TRUE(TryOpen().ok());
}

TEST_F(RocksDbBackupTest, WhatCannotBeIsRefused) {
  EXPECT_TRUE(absl::IsNotFound(Restore())) << "no such folder";
  Open();
  CommitNumbered(1, 1);
  BackUp();
  EXPECT_TRUE(absl::IsNotFound(Restore(7)));
  RestoreOptions into_the_store;
  into_the_store.backups = folder_.path;
  into_the_store.directory = options_.directory;
  EXPECT_TRUE(absl::IsFailedPrecondition(RestoreBackup(into_the_store).status()));
  Open();
  EXPECT_TRUE(Has(1));
  ASSERT_TRUE(store_->Close().ok());
  EXPECT_TRUE(absl::IsUnavailable(CreateBackup(*store_, folder_).status()));
}

TEST(FileTurns, ErasuresAndABackupTakeTurns) {
  FileTurns turns;
  {
    const FileTurns::Erasure one(&turns, absl::ZeroDuration());
    const FileTurns::Erasure two(&turns, absl::ZeroDuration());
    EXPECT_TRUE(one.taken() && two.taken());
  }
  {
    const FileTurns::Backup backup(&turns);
    EXPECT_TRUE(backup.taken());
    EXPECT_FALSE(FileTurns::Backup(&turns).taken());
    EXPECT_FALSE(FileTurns::Erasure(&turns, absl::Milliseconds(1)).taken());
  }
  EXPECT_TRUE(FileTurns::Erasure(&turns, absl::ZeroDuration()).taken());
  EXPECT_TRUE(FileTurns::Backup(&turns).taken());
}

}  // namespace
}  // namespace kizuna::storage
