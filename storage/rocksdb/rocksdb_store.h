// SPDX-License-Identifier: Apache-2.0
//
// How is the contract kept on one machine's disk? By RocksDB, embedded in the process.
//
// A data directory holds
//   LOCK      held while the store is open, so that two processes never share a directory
//   MARKS     the high-water marks: up to which commit each partition was once durable
//   rocksdb/  RocksDB's own files
//
// What a crash loses: nothing that was acknowledged. Every commit is synced to the write-ahead log
// before it is answered. Should a disk lose or damage the end of that log all the same, RocksDB
// would open at the last good point and say nothing; the marks, which are synced apart from it and
// at most 100 ms behind, are how such a store is found out, and refused.
//
// After a write error the store stops for good, since this version of RocksDB cannot safely go on:
// every call is UNAVAILABLE and `fatal` is called. Ending the process and opening anew is the cure.

#ifndef KIZUNA_STORAGE_ROCKSDB_ROCKSDB_STORE_H_
#define KIZUNA_STORAGE_ROCKSDB_ROCKSDB_STORE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "storage/kv.h"

namespace rocksdb {
class Env;
}  // namespace rocksdb

namespace kizuna::storage {

struct RocksDbOptions {
  // The data directory; made, with its parents, when missing. Needs a local file system whose
  // fsync means it.
  std::string directory;

  // Memory for blocks that were read, filters and indexes included. Too small: point reads go to
  // the disk. The memtables below come on top.
  uint64_t block_cache_bytes = uint64_t{256} << 20;
  // How much is gathered in memory before a file is written; up to three such at once. Larger:
  // fewer, larger files, and a longer start after a crash.
  uint64_t memtable_bytes = uint64_t{64} << 20;

  // Commits are RESOURCE_EXHAUSTED while less than this is free on the disk. Room for compactions
  // and the log must lie below it, since running out in earnest stops the store.
  uint64_t min_free_bytes = uint64_t{512} << 20;

  // How often the high-water marks may be synced; they are at most this far behind.
  absl::Duration mark_interval = absl::Milliseconds(100);
  // How long EraseRange waits for snapshots that were taken before it, and for a backup.
  absl::Duration erase_wait = absl::Seconds(30);

  // Opens a store that has lost acknowledged commits instead of refusing it. Its commit numbers
  // jump far ahead, so that none is used twice.
  bool accept_data_loss = false;

  // Gets what RocksDB says of errors and warnings, a line at a time, for the log of the operator:
  // it names files and must reach no client. Called from any thread. Empty: dropped.
  std::function<void(absl::string_view)> log;
  // Called once, from any thread, when the store has stopped after a fault. It should end the
  // process, and must not call the store. Empty: nothing happens beyond UNAVAILABLE.
  std::function<void(const absl::Status&)> fatal;

  // For tests of faults; both have defaults that ask the operating system.
  rocksdb::Env* env = nullptr;  // not owned; outlives the store
  std::function<absl::StatusOr<uint64_t>(const std::string& directory)> free_bytes;
};

// Opens the store in options.directory, or makes an empty one there.
//   FAILED_PRECONDITION  another process has it open
//   DATA_LOSS            acknowledged commits are missing (the message lists them by shard), or
//                        files are damaged; nothing was changed
//   PERMISSION_DENIED    the directory cannot be made or written to
//   UNAVAILABLE          any other fault of the disk; the detail is in the log
absl::StatusOr<std::unique_ptr<Store>> OpenRocksDbStore(const RocksDbOptions& options);

}  // namespace kizuna::storage

#endif  // KIZUNA_STORAGE_ROCKSDB_ROCKSDB_STORE_H_
