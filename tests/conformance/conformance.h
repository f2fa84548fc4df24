// SPDX-License-Identifier: Apache-2.0
//
// How are the cases of the suite written? Over a fresh store of each engine, with short words for
// what they do all the time. A case names the promise of storage/kv.h that it holds an engine to.

#ifndef KIZUNA_TESTS_CONFORMANCE_CONFORMANCE_H_
#define KIZUNA_TESTS_CONFORMANCE_CONFORMANCE_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "storage/kv.h"
#include "tests/conformance/engine.h"

namespace kizuna::storage {

inline constexpr Partition kShard = Partition::Shard(7);

using Row = std::pair<std::string, std::string>;
using Rows = std::vector<Row>;

class ConformanceTest : public ::testing::TestWithParam<EngineFactory> {
 protected:
  void SetUp() override {
    engine_ = GetParam().make();
    engine_->Open();
  }

  Store& store() { return *engine_->store(); }
  EngineUnderTest& engine() { return *engine_; }

  void Put(const std::string& key, const std::string& value, Partition partition = kShard) {
    WriteBatch batch(partition);
    batch.Put(key, value);
    ASSERT_TRUE(store().Commit(batch).ok());
  }

  std::optional<std::string> Get(const std::string& key, Partition partition = kShard) {
    return Get(*store().GetSnapshot(), key, partition);
  }
  static std::optional<std::string> Get(const Snapshot& snapshot, const std::string& key,
                                        Partition partition = kShard) {
    absl::StatusOr<std::optional<std::string>> value = snapshot.Get(partition, key);
    EXPECT_TRUE(value.ok()) << value.status();
    return value.ok() ? *value : std::nullopt;
  }

  Rows Scan(const KeyRange& range, Direction direction = Direction::kForward,
            Partition partition = kShard) {
    return Scan(*store().GetSnapshot(), range, direction, partition);
  }
  static Rows Scan(const Snapshot& snapshot, const KeyRange& range,
                   Direction direction = Direction::kForward, Partition partition = kShard) {
    Rows rows;
    std::unique_ptr<Iterator> iterator = snapshot.Scan(partition, range, direction);
    while (iterator->Next()) {
      rows.emplace_back(std::string(iterator->key()), std::string(iterator->value()));
    }
    EXPECT_TRUE(iterator->status().ok()) << iterator->status();
    return rows;
  }

  CommitNumber Newest(Partition partition = kShard) {
    absl::StatusOr<CommitNumber> number = store().GetSnapshot()->NewestCommit(partition);
    EXPECT_TRUE(number.ok()) << number.status();
    return number.value_or(0);
  }

 private:
  std::unique_ptr<EngineUnderTest> engine_;
};

// In the file that uses it: KIZUNA_RUN_WITH_ALL_ENGINES(ReadTest);
#define KIZUNA_RUN_WITH_ALL_ENGINES(Suite) \
  INSTANTIATE_TEST_SUITE_P(Engines, Suite, ::testing::ValuesIn(AllEngines()), NameOfEngine)

inline std::string NameOfEngine(const ::testing::TestParamInfo<EngineFactory>& engine) {
  return engine.param.name;
}

}  // namespace kizuna::storage

#endif  // KIZUNA_TESTS_CONFORMANCE_CONFORMANCE_H_
