// SPDX-License-Identifier: Apache-2.0
//
// Does RocksDB run by the rules that acknowledged commits rest on (docs/architecture.md)?

#include <array>
#include <atomic>
#include <cstdlib>
#include <random>
#include <thread>

#include "rocksdb/convenience.h"
#include "rocksdb/table.h"
#include "storage/rocksdb/rocksdb_options.h"
#include "tests/storage/rocksdb_fixture.h"
#include "tests/support/seed.h"

namespace kizuna::storage {
namespace {

using RocksDbRulesTest = RocksDbTest;

TEST_F(RocksDbRulesTest, RunsWithTheOptionsThatDurabilityRestsOn) {
  Open();
  const rocksdb::Options options = store_->db().GetOptions();
  EXPECT_FALSE(options.manual_wal_flush);
  EXPECT_FALSE(options.unordered_write);
  EXPECT_FALSE(options.two_write_queues);
  EXPECT_FALSE(options.enable_pipelined_write);
  EXPECT_EQ(options.wal_recovery_mode, rocksdb::WALRecoveryMode::kPointInTimeRecovery);
  EXPECT_TRUE(options.paranoid_checks);
  EXPECT_TRUE(options.force_consistency_checks);
  EXPECT_TRUE(options.verify_sst_unique_id_in_manifest);
  EXPECT_EQ(options.max_bgerror_resume_count, 0);
  EXPECT_EQ(options.recycle_log_file_num, 0u);
  EXPECT_EQ(options.WAL_ttl_seconds, 0u);
  EXPECT_TRUE(SyncedWrite().sync);
  EXPECT_FALSE(SyncedWrite().disableWAL);
}

TEST_F(RocksDbRulesTest, HasFiltersOverWholeKeysAndTheCacheItWasGiven) {
  options_.block_cache_bytes = 12 << 20;
  Open();
  const rocksdb::Options options = store_->db().GetOptions();
  const auto* table = options.table_factory->GetOptions<rocksdb::BlockBasedTableOptions>();
  ASSERT_NE(table, nullptr);
  EXPECT_NE(table->filter_policy, nullptr);
  EXPECT_TRUE(table->whole_key_filtering);
  EXPECT_EQ(table->block_cache->GetCapacity(), size_t{12} << 20);
  EXPECT_TRUE(table->cache_index_and_filter_blocks);
  const auto supported = rocksdb::GetSupportedCompressions();
  EXPECT_THAT(supported,
              ::testing::IsSupersetOf({options.compression, options.bottommost_compression}));
}

TEST_F(RocksDbRulesTest, ACommitIsSyncedBeforeItIsAnswered) {
  Open();
  for (CommitNumber number = 1; number <= 5; ++number) {
    const int before = disk_->Syncs(".log");
    CommitNumbered(number, number);
    EXPECT_GT(disk_->Syncs(".log"), before);
  }
}

TEST_F(RocksDbRulesTest, AGroupSharesOneSync) {
  Open();
  std::vector<WriteBatch> group(100, WriteBatch(kShard));
  for (size_t i = 0; i < group.size(); ++i) group[i].Put(std::to_string(i), "v");
  const int before = disk_->Syncs(".log");
  for (const absl::Status& status : store_->Commit(group)) EXPECT_TRUE(status.ok());
  EXPECT_EQ(disk_->Syncs(".log"), before + 1);
  EXPECT_EQ(store_->Stats().syncs, 1u);
}

TEST_F(RocksDbRulesTest, ConcurrentCallersShareSyncs) {
  Open();
  constexpr int kThreads = 16;
  // On a busy machine each may be done before the next one starts: so as often as it takes.
  constexpr int kMostRounds = 200;
  for (int round = 0; round < kMostRounds; ++round) {
    std::atomic<int> ready{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([this, t, round, &ready] {
        WriteBatch batch(Partition::Shard(t));
        batch.Put(std::to_string(round), "v");
        ++ready;
        while (ready < kThreads) std::this_thread::yield();
        ASSERT_TRUE(store_->Commit(batch).ok());
      });
    }
    for (std::thread& thread : threads) thread.join();
    const StoreStats stats = store_->Stats();
    ASSERT_EQ(stats.batches_committed, static_cast<uint64_t>(kThreads * (round + 1)));
    if (stats.syncs < stats.batches_committed) return;
  }
  FAIL() << "every commit was synced by itself";
}

TEST_F(RocksDbRulesTest, APowerLossTakesNothingThatWasAcknowledged) {
  std::mt19937_64 random(TestSeed());
  // More where somebody wants to know: KIZUNA_POWER_LOSSES=1000.
  const char* wanted = std::getenv("KIZUNA_POWER_LOSSES");
  const int rounds = wanted != nullptr ? std::atoi(wanted) : 5;
  for (int round = 0; round < rounds; ++round) {
    Open();
    std::vector<std::thread> threads;
    std::array<std::atomic<int>, 4> acknowledged{};
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([this, t, round, &acknowledged] {
        for (int i = 0;; ++i) {
          WriteBatch batch(Partition::Shard(t));
          batch.Put(std::to_string(round) + "/" + std::to_string(i), std::string(1000, 'v'));
          if (!store_->Commit(batch).ok()) return;
          acknowledged[t] = i + 1;
        }
      });
    }
    // Somewhere within a write, once every thread has been answered a few times.
    const int answers = 1 + static_cast<int>(random() % 10);
    for (const std::atomic<int>& count : acknowledged) {
      while (count < answers) absl::SleepFor(absl::Milliseconds(1));
    }
    absl::SleepFor(absl::Microseconds(random() % 20'000));
    disk_->CutPower();
    for (std::thread& thread : threads) thread.join();
    store_.reset();
    disk_->DropUnsynced();

    disk_ = std::make_shared<FaultFileSystem>();
    env_ = rocksdb::NewCompositeEnv(disk_);
    options_.env = env_.get();
    Open();
    const auto snapshot = store_->GetSnapshot();
    for (int t = 0; t < 4; ++t) {
      for (int i = 0; i < acknowledged[t]; ++i) {
        const auto value =
            snapshot->Get(Partition::Shard(t), std::to_string(round) + "/" + std::to_string(i));
        ASSERT_TRUE(value.ok() && value->has_value()) << t << " " << i;
      }
    }
  }
}

TEST_F(RocksDbRulesTest, ALogThatCannotBeSyncedStopsTheStore) {
  Open();
  CommitNumbered(1, 3);
  disk_->FailSyncs(".log", rocksdb::IOStatus::IOError("cable pulled", "wal"));
  const absl::Status status = TryCommit(4);
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
  EXPECT_THAT(std::string(status.message()), ::testing::Not(::testing::HasSubstr("cable")))
      << "a client never sees the engine's text";
  ASSERT_EQ(reports_.fatal().size(), 1u);
  EXPECT_THAT(reports_.log(), ::testing::HasSubstr("cable pulled")) << "the operator does";

  disk_->FailSyncs("", rocksdb::IOStatus::OK());
  absl::SleepFor(absl::Milliseconds(50));
  EXPECT_TRUE(absl::IsUnavailable(TryCommit(5))) << "it does not come back by itself";
  EXPECT_TRUE(absl::IsUnavailable(store_->GetSnapshot()->Get(kShard, "1").status()));
  EXPECT_EQ(reports_.fatal().size(), 1u);

  Open();
  for (CommitNumber number = 1; number <= 3; ++number) EXPECT_TRUE(Has(number));
  EXPECT_FALSE(Has(5));
}

TEST_F(RocksDbRulesTest, AFullDiskStopsTheStore) {
  Open();
  CommitNumbered(1, 3);
  disk_->FailAppends(".log", rocksdb::IOStatus::NoSpace("none left"));
  EXPECT_TRUE(absl::IsUnavailable(TryCommit(4)));
  ASSERT_EQ(reports_.fatal().size(), 1u);
  EXPECT_THAT(std::string(reports_.fatal()[0].message()), ::testing::HasSubstr("disk is full"));
  disk_->FailAppends("", rocksdb::IOStatus::OK());
  Open();
  EXPECT_TRUE(Has(3));
}

TEST_F(RocksDbRulesTest, AFileThatCannotBeWrittenStopsTheStore) {
  for (const bool no_space : {false, true}) {
    Reports fresh;
    options_.fatal = [&fresh](const absl::Status& status) { fresh.Fatal(status); };
    Open();
    const CommitNumber first = no_space ? 100'000 : 1;
    CommitNumbered(first, first + 2);
    disk_->FailAppends(".sst", no_space ? rocksdb::IOStatus::NoSpace("none left")
                                        : rocksdb::IOStatus::IOError("bad block"));
    for (CommitNumber number = first + 3; number < first + 100; ++number) {
      if (!TryCommit(number, std::string(100'000, 'v')).ok()) break;
    }
    EXPECT_TRUE(fresh.AwaitFatal(absl::Seconds(60)));
    EXPECT_EQ(fresh.fatal().size(), 1u);
    EXPECT_TRUE(absl::IsUnavailable(TryCommit(first + 100)));
    disk_->FailAppends("", rocksdb::IOStatus::OK());
    absl::SleepFor(absl::Milliseconds(20));
    EXPECT_TRUE(absl::IsUnavailable(TryCommit(first + 101)));
    Open();
    EXPECT_TRUE(Has(first + 2));
    store_.reset();
  }
}

TEST_F(RocksDbRulesTest, MarksThatCannotBeWrittenStopTheStore) {
  Open();
  CommitNumbered(1, 1);
  AwaitMark(1);
  disk_->FailAppends("MARKS", rocksdb::IOStatus::IOError("bad block"));
  CommitNumbered(2, 2);
  EXPECT_TRUE(reports_.AwaitFatal(absl::Seconds(60)));
  EXPECT_TRUE(absl::IsUnavailable(TryCommit(3)));
}

TEST_F(RocksDbRulesTest, CommitsAreRefusedWhileTheDiskIsLow) {
  uint64_t free_bytes = 0;
  options_.min_free_bytes = 100 << 20;
  options_.free_bytes = [&free_bytes](const std::string&) { return free_bytes; };
  Open();
  free_bytes = options_.min_free_bytes;
  CommitNumbered(1, 1);
  free_bytes = options_.min_free_bytes - 1;
  const absl::Status status = TryCommit(2);
  EXPECT_TRUE(absl::IsResourceExhausted(status));
  EXPECT_EQ(status.message(),
            "only 99 MiB are free on the disk of the data directory, under the limit of 100 MiB; "
            "free some, writes will go on then");
  EXPECT_TRUE(Has(1)) << "reads go on";
  EXPECT_FALSE(Has(2));
  EXPECT_TRUE(store_->EraseRange(kShard, KeyRange{"1", "2"}).ok()) << "what frees space goes on";
  EXPECT_FALSE(Has(1));
  free_bytes = options_.min_free_bytes + 1;
  CommitNumbered(2, 2);
  EXPECT_TRUE(reports_.fatal().empty());
}

TEST_F(RocksDbRulesTest, AFlippedByteIsNeverAnAnswer) {
  Open();
  CommitNumbered(1, 200);
  ASSERT_TRUE(store_->Close().ok());
  store_.reset();
  const std::string table = FileEndingIn(".sst");
  const auto size = std::filesystem::file_size(table);
  int refused = 0;
  for (uint64_t place = 0; place < size; place += 1 + size / 60) {
    const std::string intact = options_.directory;
    options_.directory = directory_.path() + "/flipped";
    std::filesystem::remove_all(options_.directory);
    std::filesystem::copy(intact, options_.directory, std::filesystem::copy_options::recursive);
    std::FILE* file = std::fopen(FileEndingIn(".sst").c_str(), "r+b");
    std::fseek(file, static_cast<long>(place), SEEK_SET);
    const int byte = std::fgetc(file);
    std::fseek(file, static_cast<long>(place), SEEK_SET);
    std::fputc(byte ^ 0x10, file);
    std::fclose(file);
    absl::Status status = TryOpen();
    if (status.ok()) {
      const auto snapshot = store_->GetSnapshot();
      for (int number = 1; number <= 200 && status.ok(); ++number) {
        const auto value = snapshot->Get(kShard, std::to_string(number));
        status = value.status();
        ASSERT_TRUE(!status.ok() || *value == "v") << place;
      }
    }
    if (!status.ok()) {
      EXPECT_TRUE(absl::IsDataLoss(status)) << status;
      ++refused;
    }
    store_.reset();
    options_.directory = intact;
  }
  EXPECT_GT(refused, 0);
}

}  // namespace
}  // namespace kizuna::storage
