// SPDX-License-Identifier: Apache-2.0

#include "tools/bench/raw.h"

#include <filesystem>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "storage/rocksdb/rocksdb_options.h"

namespace kizuna::bench {
namespace {

absl::Status StatusOf(const rocksdb::Status& status) {
  return status.ok() ? absl::OkStatus() : absl::InternalError(status.ToString());
}

}  // namespace

absl::StatusOr<std::unique_ptr<rocksdb::DB>> OpenRaw(const std::string& folder) {
  rocksdb::DB* db = nullptr;
  const rocksdb::Status status = rocksdb::DB::Open(storage::MakeRocksDbOptions({}), folder, &db);
  if (!status.ok()) return StatusOf(status);
  return std::unique_ptr<rocksdb::DB>(db);
}

double BytesIn(const std::string& folder) {
  uintmax_t bytes = 0;
  for (const auto& file : std::filesystem::recursive_directory_iterator(folder)) {
    std::error_code gone;  // a compaction may have removed it
    const uintmax_t size = file.is_regular_file(gone) ? file.file_size(gone) : 0;
    if (!gone) bytes += size;
  }
  return static_cast<double>(bytes);
}

absl::StatusOr<double> ScanSeconds(const std::string& data) {
  auto db = OpenRaw(data + "/rocksdb");
  if (!db.ok()) return db.status();
  const absl::Time began = absl::Now();
  const std::unique_ptr<rocksdb::Iterator> rows((*db)->NewIterator(rocksdb::ReadOptions()));
  size_t bytes = 0;
  for (rows->SeekToFirst(); rows->Valid(); rows->Next()) {
    bytes += rows->key().size() + rows->value().size();
  }
  if (!rows->status().ok()) return StatusOf(rows->status());
  if (bytes == 0) return absl::InternalError("there is nothing in the store");
  return absl::ToDoubleSeconds(absl::Now() - began);
}

absl::Status Compact(const std::string& data) {
  auto db = OpenRaw(data + "/rocksdb");
  if (!db.ok()) return db.status();
  rocksdb::CompactRangeOptions options;
  options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
  return StatusOf((*db)->CompactRange(options, nullptr, nullptr));
}

}  // namespace kizuna::bench
