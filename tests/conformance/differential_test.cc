// SPDX-License-Identifier: Apache-2.0
//
// Do all engines do the same? The same random reads, commits, erasures and reopenings on the engine
// and on the memory engine, every answer compared. The seed is printed; KIZUNA_SEED runs it again.

#include <random>
#include <string>
#include <vector>

#include "storage/memory/memory_store.h"
#include "tests/conformance/conformance.h"
#include "tests/support/seed.h"

namespace kizuna::storage {
namespace {

// Makes choices. Keys are few, so that they meet.
class Chance {
 public:
  explicit Chance(uint64_t seed) : random_(seed) {}

  int Below(int count) { return static_cast<int>(random_() % static_cast<uint64_t>(count)); }
  bool OneIn(int count) { return Below(count) == 0; }

  std::string Key() {
    static constexpr char kBytes[] = {'\0', 'a', 'b', '\x7f', '\x80', '\xff'};
    std::string key;
    for (int length = 1 + Below(3); length > 0; --length) key.push_back(kBytes[Below(6)]);
    return key;
  }
  std::string Value() {
    if (OneIn(50)) return std::string(1 + Below(300'000), static_cast<char>('a' + Below(26)));
    return std::to_string(Below(5));
  }
  Partition APartition() {
    static constexpr int kShards[] = {0, 1, 62, 63};
    const int choice = Below(5);
    return choice == 4 ? Partition::Book() : Partition::Shard(kShards[choice]);
  }
  KeyRange Range() {
    std::string begin = OneIn(5) ? "" : Key();
    std::string end = OneIn(5) ? "" : Key();
    if (!end.empty() && end < begin && !OneIn(20)) std::swap(begin, end);
    return KeyRange{std::move(begin), std::move(end)};
  }

 private:
  std::mt19937_64 random_;
};

class DifferentialTest : public ConformanceTest {
 protected:
  void Run(uint64_t seed, int steps) {
    Chance chance(seed);
    for (int step = 0; step < steps && !HasFailure(); ++step) {
      SCOPED_TRACE(step);
      const int choice = chance.Below(100);
      if (choice < 55) {
        CommitGroup(chance);
      } else if (choice < 90) {
        Read(chance);
      } else if (choice < 97) {
        KeepOrDropSnapshots(chance);
      } else if (choice < 98) {
        Erase(chance);
      } else {
        Reopen();
      }
    }
    snapshots_.clear();
    CompareAll(*oracle_->GetSnapshot(), *store().GetSnapshot());
  }

 private:
  // A guard that holds half of the time: about what the oracle has now.
  void AddGuard(Chance& chance, WriteBatch& batch) {
    std::string key = chance.Key();
    const auto value = oracle_->GetSnapshot()->Get(batch.partition(), key);
    if (chance.OneIn(8)) {
      batch.GuardEquals(std::move(key), chance.Value());
    } else if (value->has_value()) {
      batch.GuardEquals(std::move(key), **value);
    } else {
      batch.GuardAbsent(std::move(key));
    }
  }

  WriteBatch ABatch(Chance& chance) {
    WriteBatch batch(chance.APartition());
    for (int changes = chance.Below(5); changes > 0; --changes) {
      const int kind = chance.Below(10);
      if (kind < 6) {
        batch.Put(chance.Key(), chance.Value());
      } else if (kind < 9) {
        batch.Delete(chance.Key());
      } else {
        batch.DeleteRange(chance.Range());
      }
    }
    while (chance.OneIn(3)) AddGuard(chance, batch);
    if (chance.OneIn(2)) {
      const CommitNumber newest = *oracle_->GetSnapshot()->NewestCommit(batch.partition());
      batch.set_commit_number(newest + static_cast<CommitNumber>(chance.Below(4)));
    }
    return batch;
  }

  void CommitGroup(Chance& chance) {
    std::vector<WriteBatch> group;
    for (int count = 1 + chance.Below(6); count > 0; --count) group.push_back(ABatch(chance));
    const std::vector<absl::Status> expected = oracle_->Commit(group);
    const std::vector<absl::Status> actual = store().Commit(group);
    ASSERT_EQ(actual.size(), expected.size());
    for (size_t i = 0; i < group.size(); ++i) {
      EXPECT_EQ(actual[i], expected[i]) << "batch " << i;
    }
  }

  void Read(Chance& chance) {
    std::unique_ptr<Snapshot> expected_now, actual_now;
    const Snapshot* expected = nullptr;
    const Snapshot* actual = nullptr;
    if (!snapshots_.empty() && chance.OneIn(2)) {
      const auto& pair = snapshots_[chance.Below(static_cast<int>(snapshots_.size()))];
      expected = pair.first.get();
      actual = pair.second.get();
    } else {
      expected = (expected_now = oracle_->GetSnapshot()).get();
      actual = (actual_now = store().GetSnapshot()).get();
    }
    const Partition partition = chance.APartition();
    const std::string key = chance.Key();
    EXPECT_EQ(*actual->Get(partition, key), *expected->Get(partition, key));
    EXPECT_EQ(*actual->NewestCommit(partition), *expected->NewestCommit(partition));
    const Direction direction = chance.OneIn(2) ? Direction::kForward : Direction::kBackward;
    CompareScan(*expected, *actual, partition, chance.Range(), direction);
    std::vector<std::string> texts;
    for (int i = 0; i < 5; ++i) texts.push_back(chance.Key());
    std::vector<PartitionKey> keys;
    for (const std::string& text : texts) keys.push_back({chance.APartition(), text});
    EXPECT_EQ(*actual->MultiGet(keys), *expected->MultiGet(keys));
  }

  static void CompareScan(const Snapshot& expected, const Snapshot& actual, Partition partition,
                          const KeyRange& range, Direction direction) {
    const auto expected_rows = expected.Scan(partition, range, direction);
    const auto actual_rows = actual.Scan(partition, range, direction);
    while (expected_rows->Next()) {
      ASSERT_TRUE(actual_rows->Next());
      ASSERT_EQ(actual_rows->key(), expected_rows->key());
      ASSERT_EQ(actual_rows->value(), expected_rows->value());
    }
    EXPECT_FALSE(actual_rows->Next());
    EXPECT_EQ(actual_rows->status(), expected_rows->status());
  }

  static void CompareAll(const Snapshot& expected, const Snapshot& actual) {
    for (const int shard : {0, 1, 2, 62, 63}) {
      CompareScan(expected, actual, Partition::Shard(shard), KeyRange{}, Direction::kForward);
    }
    CompareScan(expected, actual, Partition::Book(), KeyRange{}, Direction::kBackward);
  }

  void KeepOrDropSnapshots(Chance& chance) {
    if (snapshots_.size() < 4) {
      snapshots_.emplace_back(oracle_->GetSnapshot(), store().GetSnapshot());
    } else {
      snapshots_.erase(snapshots_.begin() + chance.Below(4));
    }
  }

  void Erase(Chance& chance) {
    snapshots_.clear();
    const Partition partition = chance.APartition();
    const KeyRange range = chance.Range();
    EXPECT_EQ(store().EraseRange(partition, range), oracle_->EraseRange(partition, range));
  }

  void Reopen() {
    if (!engine().Persists()) return;
    snapshots_.clear();
    engine().Open();
    CompareAll(*oracle_->GetSnapshot(), *store().GetSnapshot());
  }

  std::unique_ptr<Store> oracle_ = NewMemoryStore();
  std::vector<std::pair<std::unique_ptr<Snapshot>, std::unique_ptr<Snapshot>>> snapshots_;
};

KIZUNA_RUN_WITH_ALL_ENGINES(DifferentialTest);

TEST_P(DifferentialTest, DoesAsTheMemoryEngineDoes) { Run(TestSeed(), 4000); }

}  // namespace
}  // namespace kizuna::storage
