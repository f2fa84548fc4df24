// SPDX-License-Identifier: Apache-2.0
//
// When does a store refuse to open, and what does it say? Above all: when commits are missing that
// it had acknowledged.

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "tests/storage/rocksdb_fixture.h"

namespace kizuna::storage {
namespace {

using ::testing::HasSubstr;

using RocksDbOpenTest = RocksDbTest;

void CutOff(const std::string& path, uint64_t bytes) {
  std::filesystem::resize_file(path, std::filesystem::file_size(path) - bytes);
}

TEST_F(RocksDbOpenTest, MarksFollowCommitsAtOnce) {
  Open();
  CommitNumbered(1, 1);
  AwaitMark(1);
  CommitNumbered(2, 40);
  AwaitMark(40);
}

TEST_F(RocksDbOpenTest, MarksAreWrittenAtMostOnceAnInterval) {
  options_.mark_interval = absl::Milliseconds(200);
  Open();
  const int before = disk_->Syncs("MARKS");
  const absl::Time start = absl::Now();
  for (CommitNumber number = 1; absl::Now() - start < absl::Milliseconds(500); ++number) {
    CommitNumbered(number, number);
  }
  const auto allowed = 2 + (absl::Now() - start) / absl::Milliseconds(200);
  EXPECT_LE(disk_->Syncs("MARKS") - before, allowed);
}

TEST_F(RocksDbOpenTest, AKillLosesNothingAndOpensWithoutAWord) {
  Open();
  CommitNumbered(1, 50);
  CrashAndTakeFiles();
  Open();
  for (CommitNumber number = 1; number <= 50; ++number) EXPECT_TRUE(Has(number));
  CommitNumbered(51, 51);
}

TEST_F(RocksDbOpenTest, ALogThatLostItsEndIsRefused) {
  Open();
  CommitNumbered(1, 20);
  AwaitMark(20);
  CrashAndTakeFiles();
  CutOff(FileEndingIn(".log"), 1);
  const absl::Status status = TryOpen();
  EXPECT_TRUE(absl::IsDataLoss(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("shard 7 ends at commit 19 of 20"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("Restore a backup"));
  EXPECT_TRUE(absl::IsDataLoss(TryOpen())) << "asking again does not make it whole";
}

TEST_F(RocksDbOpenTest, ALogDamagedInTheMiddleIsRefused) {
  Open();
  CommitNumbered(1, 20);
  AwaitMark(20);
  CrashAndTakeFiles();
  const std::string log = FileEndingIn(".log");
  std::FILE* file = std::fopen(log.c_str(), "r+b");
  std::fseek(file, static_cast<long>(std::filesystem::file_size(log) / 2), SEEK_SET);
  std::fputc(0x5a, file);
  std::fputc(0xa5, file);
  std::fclose(file);
  EXPECT_TRUE(absl::IsDataLoss(TryOpen()));
}

TEST_F(RocksDbOpenTest, ALossMayBeAcceptedAndNumbersAreNotUsedAgain) {
  Open();
  CommitNumbered(1, 20);
  AwaitMark(20);
  CrashAndTakeFiles();
  CutOff(FileEndingIn(".log"), 1);
  ASSERT_TRUE(absl::IsDataLoss(TryOpen()));
  options_.accept_data_loss = true;
  Open();
  EXPECT_TRUE(Has(19));
  EXPECT_FALSE(Has(20));
  const CommitNumber newest = *store_->GetSnapshot()->NewestCommit(kShard);
  EXPECT_GT(newest, 1'000'000u);
  EXPECT_TRUE(absl::IsAborted(TryCommit(21)));
  CommitNumbered(newest + 1, newest + 1);
  options_.accept_data_loss = false;
  Open();
  EXPECT_EQ(*store_->GetSnapshot()->NewestCommit(kShard), newest + 1);
}

TEST_F(RocksDbOpenTest, AVanishedDatabaseIsRefused) {
  Open();
  CommitNumbered(1, 3);
  store_.reset();
  std::filesystem::remove_all(options_.directory + "/rocksdb");
  const absl::Status status = TryOpen();
  EXPECT_TRUE(absl::IsDataLoss(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("shard 7 ends at commit 0 of 3"));
}

TEST_F(RocksDbOpenTest, MissingMarksAreRefused) {
  Open();
  CommitNumbered(1, 3);
  store_.reset();
  std::filesystem::remove(options_.directory + "/MARKS");
  EXPECT_TRUE(absl::IsDataLoss(TryOpen()));
  options_.accept_data_loss = true;
  Open();
  EXPECT_TRUE(Has(3));
  options_.accept_data_loss = false;
  Open();
}

TEST_F(RocksDbOpenTest, DamagedMarksAreRefused) {
  Open();
  CommitNumbered(1, 3);
  store_.reset();
  const std::string path = options_.directory + "/MARKS";
  std::fstream(path, std::ios::in | std::ios::out) << "x";
  const absl::Status status = TryOpen();
  EXPECT_TRUE(absl::IsDataLoss(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr("MARKS"));
}

TEST_F(RocksDbOpenTest, ACrashWhileTheStoreIsMadeIsNoLoss) {
  Open();
  store_.reset();
  std::filesystem::remove(options_.directory + "/MARKS");
  Open();
}

TEST_F(RocksDbOpenTest, ADirectoryInUseIsRefused) {
  Open();
  CommitNumbered(1, 1);
  const auto second = RocksDbStore::Open(options_);
  ASSERT_TRUE(absl::IsFailedPrecondition(second.status())) << second.status();
  EXPECT_EQ(second.status().message(),
            "the data directory " + options_.directory +
                " is in use by another process; stop that one or choose another directory");
  CommitNumbered(2, 2);
  Open();
  EXPECT_TRUE(Has(2));
}

TEST_F(RocksDbOpenTest, ADirectoryThatCannotBeMadeIsRefused) {
  std::ofstream(directory_.path() + "/file") << "in the way";
  options_.directory = directory_.path() + "/file/data";
  const absl::Status status = TryOpen();
  EXPECT_TRUE(absl::IsPermissionDenied(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("check its path, owner and free space"));
}

TEST_F(RocksDbOpenTest, DirectoriesAreMadeWithTheirParents) {
  options_.directory = directory_.path() + "/a/b/c";
  Open();
  CommitNumbered(1, 1);
}

TEST_F(RocksDbOpenTest, MarksAreReadableText) {
  const CommitNumbers numbers = {{Partition::Shard(0), 12}, {Partition::Book(), 3}};
  const std::string text = EncodeMarks(numbers);
  EXPECT_EQ(text, "kizuna marks 1\n0 12\n255 3\ncheck 164783772b560558\n");
  EXPECT_EQ(*DecodeMarks(text), numbers);
  EXPECT_TRUE(DecodeMarks(EncodeMarks({}))->empty());
}

TEST_F(RocksDbOpenTest, TheMarksOfTheFormatsPageAreMarks) {
  std::ifstream file("storage/FORMAT.md");
  const std::string page{std::istreambuf_iterator<char>(file), {}};
  const std::string opening = "\n```marks\n";
  const size_t begin = page.find(opening);
  ASSERT_NE(begin, std::string::npos);
  const size_t first = begin + opening.size();
  const auto numbers = DecodeMarks(page.substr(first, page.find("```", first) - first));
  ASSERT_TRUE(numbers.ok());
  EXPECT_EQ(*numbers, (CommitNumbers{{Partition::Shard(60), 258}, {Partition::Book(), 7}}));
}

TEST_F(RocksDbOpenTest, MarksThatAreNotWholeAreDamaged) {
  const std::string text = EncodeMarks({{Partition::Shard(0), 12}});
  for (size_t length = 0; length < text.size(); ++length) {
    EXPECT_TRUE(absl::IsDataLoss(DecodeMarks(text.substr(0, length)).status())) << length;
  }
  for (size_t place = 0; place < text.size(); ++place) {
    std::string flipped = text;
    flipped[place] = static_cast<char>(flipped[place] ^ 1);
    EXPECT_TRUE(absl::IsDataLoss(DecodeMarks(flipped).status())) << place;
  }
}

}  // namespace
}  // namespace kizuna::storage
