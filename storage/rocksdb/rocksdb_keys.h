// SPDX-License-Identifier: Apache-2.0
//
// How do partitions share RocksDB's one order of keys? A row's key is the byte of its partition,
// then its key. Under byte 254, which no partition has, lie the newest commit numbers: 254, byte
// of the partition -> eight bytes, big-endian. DO NOT CHANGE: stores that exist are written so.

#ifndef KIZUNA_STORAGE_ROCKSDB_ROCKSDB_KEYS_H_
#define KIZUNA_STORAGE_ROCKSDB_ROCKSDB_KEYS_H_

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "rocksdb/slice.h"
#include "storage/kv.h"

namespace kizuna::storage {

inline constexpr char kNumbersByte = static_cast<char>(254);

inline std::string FullKey(Partition partition, absl::string_view key) {
  const char byte = static_cast<char>(partition.byte());
  return absl::StrCat(absl::string_view(&byte, 1), key);
}

// Where a range that ends at `end` ends; empty `end`: behind the partition's last possible key.
inline std::string FullEnd(Partition partition, absl::string_view end) {
  if (!end.empty()) return FullKey(partition, end);
  // Behind the book there is no byte: one more 0xff than the longest key can have does it.
  if (partition.byte() == 0xff) return std::string(kMaxKeyBytes + 2, '\xff');
  return std::string(1, static_cast<char>(partition.byte() + 1));
}

inline std::string NumberKey(Partition partition) {
  return {kNumbersByte, static_cast<char>(partition.byte())};
}

inline rocksdb::Slice ToSlice(absl::string_view text) { return {text.data(), text.size()}; }
inline absl::string_view ToView(const rocksdb::Slice& slice) {
  return {slice.data(), slice.size()};
}

}  // namespace kizuna::storage

#endif  // KIZUNA_STORAGE_ROCKSDB_ROCKSDB_KEYS_H_
