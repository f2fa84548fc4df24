// SPDX-License-Identifier: Apache-2.0
//
// What do the tests of the RocksDB engine start from? A store in a directory of its own on a disk
// that can be told to fail, and what it reported.

#ifndef KIZUNA_TESTS_STORAGE_ROCKSDB_FIXTURE_H_
#define KIZUNA_TESTS_STORAGE_ROCKSDB_FIXTURE_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "storage/rocksdb/rocksdb_engine.h"
#include "tests/support/fault_file_system.h"
#include "tests/support/temporary_directory.h"

namespace kizuna::storage {

inline constexpr Partition kShard = Partition::Shard(7);

// What a store told its owner. Thread-safe.
class Reports {
 public:
  void Fatal(const absl::Status& status) {
    absl::MutexLock lock(&mutex_);
    fatal_.push_back(status);
  }
  void Log(absl::string_view line) {
    absl::MutexLock lock(&mutex_);
    log_ += std::string(line) + "\n";
  }
  std::vector<absl::Status> fatal() const {
    absl::MutexLock lock(&mutex_);
    return fatal_;
  }
  std::string log() const {
    absl::MutexLock lock(&mutex_);
    return log_;
  }
  bool AwaitFatal(absl::Duration timeout) const {
    const auto told = [this] { return !fatal_.empty(); };
    absl::MutexLock lock(&mutex_);
    return mutex_.AwaitWithTimeout(absl::Condition(&told), timeout);
  }

 private:
  mutable absl::Mutex mutex_;
  std::vector<absl::Status> fatal_;
  std::string log_;
};

class RocksDbTest : public ::testing::Test {
 protected:
  RocksDbTest() {
    options_.directory = directory_.path() + "/data";
    options_.block_cache_bytes = 8 << 20;
    options_.memtable_bytes = 1 << 20;
    options_.min_free_bytes = 0;
    options_.mark_interval = absl::Milliseconds(1);
    options_.env = env_.get();
    options_.log = [this](absl::string_view line) { reports_.Log(line); };
    options_.fatal = [this](const absl::Status& status) { reports_.Fatal(status); };
  }

  absl::Status TryOpen() {
    store_.reset();
    absl::StatusOr<std::unique_ptr<RocksDbStore>> store = RocksDbStore::Open(options_);
    if (store.ok()) store_ = *std::move(store);
    return store.status();
  }
  void Open() {
    const absl::Status status = TryOpen();
    ASSERT_TRUE(status.ok()) << status;
  }

  // Numbered commits `first`..`last`, each with a row of its number.
  void CommitNumbered(CommitNumber first, CommitNumber last) {
    for (CommitNumber number = first; number <= last; ++number) {
      ASSERT_TRUE(TryCommit(number).ok());
    }
  }
  absl::Status TryCommit(CommitNumber number, const std::string& value = "v") {
    WriteBatch batch(kShard);
    batch.Put(std::to_string(number), value);
    batch.set_commit_number(number);
    return store_->Commit(batch);
  }
  bool Has(CommitNumber number) {
    const auto value = store_->GetSnapshot()->Get(kShard, std::to_string(number));
    EXPECT_TRUE(value.ok()) << value.status();
    return value.ok() && value->has_value();
  }

  void AwaitMark(CommitNumber number) {
    for (int i = 0; i < 60'000; ++i) {
      auto marks = HighWaterMarks::Read(env_.get(), options_.directory);
      if (marks.ok() && marks->has_value() && (**marks)[kShard] >= number) return;
      absl::SleepFor(absl::Milliseconds(1));
    }
    FAIL() << "the mark does not reach " << number;
  }

  // What a kill would leave: the files as they are now, under options_.directory from here on.
  void CrashAndTakeFiles() {
    const std::string image = directory_.path() + "/image" + std::to_string(images_++);
    // A file may be renamed between being listed and being copied, the marks' above all: then it is
    // an image of no instant, and another is taken.
    for (std::error_code fault; ; std::filesystem::remove_all(image)) {
      std::filesystem::copy(options_.directory, image, std::filesystem::copy_options::recursive,
                            fault);
      if (!fault) break;
      ASSERT_EQ(fault, std::errc::no_such_file_or_directory) << fault.message();
    }
    store_.reset();
    options_.directory = image;
  }

  // The only file in rocksdb/ whose name ends so.
  std::string FileEndingIn(const std::string& ending) {
    std::string found;
    for (const auto& entry : std::filesystem::directory_iterator(options_.directory + "/rocksdb")) {
      const std::string path = entry.path().string();
      if (path.size() < ending.size() || !path.ends_with(ending)) continue;
      EXPECT_EQ(found, "") << "more than one file ends in " << ending;
      found = path;
    }
    EXPECT_NE(found, "") << "no file ends in " << ending;
    return found;
  }

  TemporaryDirectory directory_;
  std::shared_ptr<FaultFileSystem> disk_ = std::make_shared<FaultFileSystem>();
  std::unique_ptr<rocksdb::Env> env_ = rocksdb::NewCompositeEnv(disk_);
  Reports reports_;
  RocksDbOptions options_;
  std::unique_ptr<RocksDbStore> store_;
  int images_ = 0;
};

}  // namespace kizuna::storage

#endif  // KIZUNA_TESTS_STORAGE_ROCKSDB_FIXTURE_H_
