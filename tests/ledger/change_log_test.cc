// SPDX-License-Identifier: Apache-2.0
//
// Does whoever reads the change log get all of it, each account's in order, wherever they stopped?
// And are they told when they cannot?

#include "server/ledger/change_log.h"

#include <atomic>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/records/records.h"
#include "tests/engine/account.h"
#include "tests/ledger/house.h"
#include "tests/support/seed.h"

namespace kizuna::ledger::testing {
namespace {

using engine::testing::Account;
using engine::testing::D;
using engine::testing::T;
using storage::Partition;
using storage::v1::Change;
using storage::v1::ChangeRecord;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

ShardSet AllShards() { return ShardSet().set(); }

// A row as a test compares it.
std::string Text(const LogRow& row) {
  return std::to_string(row.shard) + "/" + std::to_string(row.revision) + " " +
         row.record.ShortDebugString();
}

// Everything behind `from`, in parts of at most `limit` rows; each part's end is told by `after`.
std::vector<LogRow> ReadAll(const ChangeLog& log, LogPosition from, size_t limit) {
  std::vector<LogRow> rows;
  while (true) {
    absl::StatusOr<ChangeLog::Part> part = log.Read(from, AllShards(), limit);
    EXPECT_TRUE(part.ok()) << part.status();
    if (!part.ok()) return rows;
    EXPECT_LE(part->rows.size(), limit);
    from = part->after;
    for (LogRow& row : part->rows) rows.push_back(std::move(row));
    if (part->at_end) return rows;
  }
}

LogPosition StartOf(House& house) {
  auto start = house.ledger().log().Start();
  EXPECT_TRUE(start.ok()) << start.status();
  return *start;
}

LogPosition EndOf(House& house) {
  auto end = house.ledger().log().End();
  EXPECT_TRUE(end.ok()) << end.status();
  return *end;
}

// What lies in the store, shard by shard, past everything that merges.
std::vector<LogRow> StoredRows(House& house) {
  std::vector<LogRow> rows;
  const auto snapshot = house.store().GetSnapshot();
  for (int shard = 0; shard < Partition::kShards; ++shard) {
    storage::RecordScan<storage::ChangeKey> scan(*snapshot, Partition::Shard(shard),
                                                 storage::ChangeKey::From(0));
    while (scan.Next()) rows.push_back({shard, scan.key().revision, scan.record()});
    EXPECT_TRUE(scan.status().ok());
  }
  return rows;
}

std::map<std::string, std::vector<std::string>> ByAccount(const std::vector<LogRow>& rows) {
  std::map<std::string, std::vector<std::string>> out;
  // Erasures name no account; those of a shard are in order.
  for (const LogRow& row : rows) {
    out[std::to_string(row.shard) + row.record.account()].push_back(Text(row));
  }
  return out;
}

std::vector<std::string> Texts(const std::vector<LogRow>& rows, size_t from = 0) {
  std::vector<std::string> texts;
  for (size_t i = from; i < rows.size(); ++i) texts.push_back(Text(rows[i]));
  return texts;
}

// Facts, erasures and time, as they come, on accounts of many shards.
void LiveThrough(House& house, std::mt19937_64& random, int steps) {
  int erased = 0;
  for (int step = 0; step < steps; ++step) {
    const std::string account = "a" + std::to_string(random() % 12);
    house.clock().Set(house.clock().Now() + static_cast<engine::Instant>(random() % 3));
    if (random() % 25 == 0) {
      house.clock().Set(house.clock().Now() + 5 * engine::kMicrosPerDay);
      EXPECT_TRUE(house.ledger().SweepNow().ok());
    } else if (random() % 40 == 0) {
      const std::string gone = "gone" + std::to_string(erased++);
      house.Create(gone);
      EXPECT_TRUE(house.ledger().Erase(gone).ok());
    } else if (!house.ledger().Read(account).ok()) {
      house.Create(account);
      house.Tell(account, Account().Healthy(D("2024-06-10")).facts());
    } else {
      house.Tell(account, {Nps("n" + std::to_string(step), random() % 3 + 1,
                               static_cast<int>(random() % 11), house.clock().Now())});
    }
  }
}

TEST(ChangeLog, ReadingGoesOnExactlyWhereItStoppedAtEveryCut) {
  std::mt19937_64 random(TestSeed());
  House house;
  LiveThrough(house, random, 150);
  const ChangeLog& log = house.ledger().log();
  const std::vector<LogRow> all = ReadAll(log, StartOf(house), 1);
  EXPECT_EQ(ByAccount(all), ByAccount(StoredRows(house)));
  ASSERT_GT(all.size(), 100u);
  LogPosition position = StartOf(house);
  for (size_t cut = 0; cut < all.size(); ++cut) {
    const auto rest = ReadAll(log, position, 1 + random() % 7);
    ASSERT_EQ(Texts(rest), Texts(all, cut)) << "cut at " << cut;
    const auto one = log.Read(position, AllShards(), 1);
    ASSERT_TRUE(one.ok() && one->rows.size() == 1);
    position = one->after;
  }
  // Behind the last row nothing is left, and the bell tells as much without a look at the store.
  const auto end = log.Read(position, AllShards(), 10);
  ASSERT_TRUE(end.ok());
  EXPECT_THAT(end->rows, IsEmpty());
  EXPECT_TRUE(end->at_end);
  EXPECT_EQ(log.Behind(end->after), 0u);
}

TEST(ChangeLog, AReaderThatFollowsWritersSeesEveryRowOnceAndInOrder) {
  std::mt19937_64 random(TestSeed());
  House house;
  for (int i = 0; i < 8; ++i) house.Create("a" + std::to_string(i));
  const LogPosition from = EndOf(house);
  const ChangeLog& log = house.ledger().log();
  absl::Mutex mutex;
  bool rung = true;
  std::atomic<bool> written{false};
  const auto listener = log.bell().Listen([&] {
    absl::MutexLock lock(&mutex);
    rung = true;
  });
  std::vector<LogRow> read;
  std::thread reader([&] {
    LogPosition position = from;
    while (true) {
      const bool last = written.load();
      auto part = log.Read(position, AllShards(), 3);
      ASSERT_TRUE(part.ok()) << part.status();
      position = part->after;
      for (LogRow& row : part->rows) read.push_back(std::move(row));
      if (!part->at_end) continue;
      if (last) return;
      absl::MutexLock lock(&mutex);
      mutex.AwaitWithTimeout(absl::Condition(&rung), absl::Milliseconds(20));
      rung = false;
    }
  });
  std::vector<std::thread> writers;
  for (int w = 0; w < 3; ++w) {
    writers.emplace_back([&house, w, seed = random()] {
      std::mt19937_64 mine(seed);
      for (int i = 0; i < 60; ++i) {
        house.Tell("a" + std::to_string(mine() % 8),
                   {Nps("w" + std::to_string(w) + "-" + std::to_string(i), 1,
                        static_cast<int>(mine() % 11), T("2024-06-09"))});
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  written = true;
  reader.join();
  log.bell().Leave(listener);
  std::vector<LogRow> stored;
  for (LogRow& row : StoredRows(house)) {
    if (row.revision > from.revisions[row.shard]) stored.push_back(std::move(row));
  }
  EXPECT_EQ(ByAccount(read), ByAccount(stored));
}

TEST(ChangeLog, ShardsThatNobodyAsksForArePassedOver) {
  House house;
  const LogPosition start = EndOf(house);
  house.Create("acme");
  house.Create("globex");  // in another shard
  const auto part = house.ledger().log().Read(start, ShardsOf({"globex"}), 10);
  ASSERT_TRUE(part.ok());
  ASSERT_EQ(part->rows.size(), 1u);
  EXPECT_EQ(part->rows[0].record.account(), "globex");
  EXPECT_EQ(part->after, EndOf(house));
}

TEST(ChangeLog, WhatTimeChangesIsInTheLogBeforeTheSweepSaysSo) {
  House house;
  house.Create("acme");
  house.Tell("acme", Account().Healthy(D("2024-06-10")).facts());
  house.Tell("acme", Account().Hold("h", T("2024-06-10T15:30:00Z"), T("2024-06-10")).facts());
  const LogPosition before = EndOf(house);
  house.clock().Set(T("2024-06-10T15:30:00Z"));
  ASSERT_TRUE(house.ledger().SweepNow().ok());
  ASSERT_EQ(house.ledger().Status().swept_to, T("2024-06-10T15:30:00Z"));
  const auto rows = ReadAll(house.ledger().log(), before, 10);
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].record.cause(), ChangeRecord::CAUSE_TIME);
  EXPECT_EQ(rows[0].record.facts(), 0u);
  EXPECT_GT(rows[0].record.changes_size(), 0);
}

TEST(ChangeLog, AnErasureIsToldWithoutTheNameOfTheAccount) {
  House house;
  house.Create("acme");
  const LogPosition before = EndOf(house);
  ASSERT_TRUE(house.ledger().Erase("acme").ok());
  const auto rows = ReadAll(house.ledger().log(), StartOf(house), 10);
  ASSERT_EQ(rows.size(), 1u) << "what was told of the account before is gone";
  EXPECT_EQ(rows[0].record.account(), "");
  EXPECT_EQ(rows[0].record.erased_digest(), ErasedDigest("acme"));
  EXPECT_EQ(rows[0].record.cause(), ChangeRecord::CAUSE_ERASURE);
  EXPECT_EQ(Texts(ReadAll(house.ledger().log(), before, 10)), Texts(rows));
}

TEST(ChangeLog, RowsOlderThanTheLogIsKeptAreTrimmedAndTheirReaderIsToldSo) {
  House house;
  house.Create("acme");
  for (int i = 0; i < 1100; ++i) {  // more than one step of the trim
    house.Tell("acme", {Nps("old" + std::to_string(i), 1, 9, T("2024-06-09"))});
  }
  house.Create("globex");
  const LogPosition start = StartOf(house), before = EndOf(house);
  const std::string digest = house.DigestOf();
  house.clock().Set(house.clock().Now() + 7 * engine::kMicrosPerDay);
  ASSERT_TRUE(house.ledger().TrimLogNow().ok());
  EXPECT_EQ(StoredRows(house).size(), 1102u) << "exactly seven days old is young enough";
  house.clock().Set(house.clock().Now() + 1);
  house.Tell("acme", {Nps("new", 1, 10, T("2024-06-17"))});
  ASSERT_TRUE(house.ledger().TrimLogNow().ok());

  const auto kept = ReadAll(house.ledger().log(), StartOf(house), 10);
  ASSERT_EQ(kept.size(), 1u);
  EXPECT_EQ(kept[0].record.facts(), 1u);
  EXPECT_EQ(Texts(kept), Texts(StoredRows(house)));
  EXPECT_EQ(Texts(ReadAll(house.ledger().log(), before, 10)), Texts(kept)) << "nothing missed";
  EXPECT_TRUE(absl::IsOutOfRange(house.ledger().log().Check(start)));
  EXPECT_TRUE(absl::IsOutOfRange(house.ledger().log().Read(start, AllShards(), 10).status()));
  EXPECT_NE(house.DigestOf(), digest) << "a fact came";
  house.Reopen();
  EXPECT_TRUE(absl::IsOutOfRange(house.ledger().log().Check(start))) << "and stays told";
  EXPECT_TRUE(house.ledger().log().Check(before).ok());
}

TEST(ChangeLog, TrimmingLeavesTheDigestAndTheCountsAsTheyWere) {
  House house;
  house.Create("acme");
  house.Tell("acme", Account().Healthy(D("2024-06-10")).facts());
  const std::string digest = house.DigestOf();
  const uint64_t facts = house.ledger().Status().facts;
  house.clock().Set(T("2024-07-10"));
  ASSERT_TRUE(house.ledger().TrimLogNow().ok());
  EXPECT_THAT(StoredRows(house), IsEmpty());
  EXPECT_EQ(house.DigestOf(), digest);
  house.Reopen();
  EXPECT_EQ(house.ledger().Status().facts, facts);
  EXPECT_EQ(house.ledger().Status().accounts, 1u);
  // The shard goes on counting where it was.
  house.Tell("acme", {Nps("more", 1, 9, T("2024-07-09"))});
  EXPECT_EQ(StoredRows(house).size(), 1u);
}

TEST(ChangeLog, APositionAheadOfTheStoreIsDataLoss) {
  House house;
  house.Create("acme");
  LogPosition position = EndOf(house);
  EXPECT_TRUE(house.ledger().log().Check(position).ok());
  position.revisions[storage::ShardOf("acme").byte()]++;
  EXPECT_TRUE(absl::IsDataLoss(house.ledger().log().Check(position)));
}

TEST(ChangeLog, WhatIsBehindIsCountedInCommits) {
  House house;
  const LogPosition start = EndOf(house);
  house.Create("acme");
  house.Tell("acme", {Nps("n", 1, 9, T("2024-06-09"))});
  house.Create("globex");
  EXPECT_EQ(house.ledger().log().Behind(start), 3u);
  EXPECT_EQ(house.ledger().log().Behind(EndOf(house)), 0u);
}

TEST(CommitBell, EveryListenerHearsAndNoneAfterItLeft) {
  constexpr int kListeners = 200;
  CommitBell bell;
  std::vector<std::atomic<int>> heard(kListeners);
  std::vector<CommitBell::ListenerId> ids;
  for (int i = 0; i < kListeners; ++i) {
    ids.push_back(bell.Listen([&heard, i] { heard[i]++; }));
  }
  std::vector<std::thread> lanes;
  for (int lane = 0; lane < 4; ++lane) {
    lanes.emplace_back([&bell, lane] {
      for (uint64_t number = 1; number <= 50; ++number) {
        bell.Committed(Partition::Shard(lane), number);
        bell.Ring();
      }
    });
  }
  for (int i = 0; i < kListeners / 2; ++i) {
    bell.Leave(ids[i]);
    heard[i] = -1000;  // one more call, and it would not stay so
  }
  for (std::thread& lane : lanes) lane.join();
  for (int i = 0; i < kListeners / 2; ++i) EXPECT_EQ(heard[i], -1000);
  for (int i = kListeners / 2; i < kListeners; ++i) EXPECT_EQ(heard[i], 200);
  for (int lane = 0; lane < 4; ++lane) EXPECT_EQ(bell.Newest(lane), 50u);
  bell.Committed(Partition::Shard(0), 7);
  EXPECT_EQ(bell.Newest(0), 50u) << "it never goes back";
}

}  // namespace
}  // namespace kizuna::ledger::testing
