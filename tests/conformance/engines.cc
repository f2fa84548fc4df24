// SPDX-License-Identifier: Apache-2.0
//
// Which engines are there? A new one is a class and a line at the end.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include "storage/memory/memory_store.h"
#include "storage/rocksdb/rocksdb_store.h"
#include "tests/conformance/engine.h"
#include "tests/support/temporary_directory.h"

namespace kizuna::storage {
namespace {

class MemoryUnderTest final : public EngineUnderTest {
 public:
  Store* store() override { return store_.get(); }
  void Open(absl::Duration erase_wait) override {
    store_.reset();
    store_ = NewMemoryStore(MemoryOptions{erase_wait});
  }
  bool Persists() const override { return false; }
  bool FilesContain(const std::string&) const override { return false; }

 private:
  std::unique_ptr<Store> store_;
};

class RocksDbUnderTest final : public EngineUnderTest {
 public:
  Store* store() override { return store_.get(); }
  void Open(absl::Duration erase_wait) override {
    store_.reset();
    RocksDbOptions options;
    options.directory = directory_.path() + "/data";
    options.block_cache_bytes = 8 << 20;
    options.memtable_bytes = 1 << 20;
    options.min_free_bytes = 0;
    options.erase_wait = erase_wait;
    absl::StatusOr<std::unique_ptr<Store>> opened = OpenRocksDbStore(options);
    ASSERT_TRUE(opened.ok()) << opened.status();
    store_ = *std::move(opened);
  }
  bool Persists() const override { return true; }
  bool FilesContain(const std::string& text) const override {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(directory_.path())) {
      if (!entry.is_regular_file()) continue;
      std::ifstream file(entry.path(), std::ios::binary);
      const std::string bytes{std::istreambuf_iterator<char>(file), {}};
      if (bytes.find(text) != std::string::npos) return true;
    }
    return false;
  }

 private:
  TemporaryDirectory directory_;
  std::unique_ptr<Store> store_;
};

template <typename Engine>
std::unique_ptr<EngineUnderTest> Make() {
  return std::make_unique<Engine>();
}

}  // namespace

std::vector<EngineFactory> AllEngines() {
  return {
      {"memory", &Make<MemoryUnderTest>},
      {"rocksdb", &Make<RocksDbUnderTest>},
  };
}

}  // namespace kizuna::storage
