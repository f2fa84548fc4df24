// SPDX-License-Identifier: Apache-2.0
//
// How does a store outlive its disk? By copies in another folder, which a restore turns into a
// store again.
//
// A backup folder holds backups of one store, numbered from 1, and belongs to RocksDB's backup
// engine: files that several backups share lie in it once, each with its checksum. A backup holds
// tables and no write-ahead log, so what was erased before it was made is in none of its files. Its
// metadata are the high-water marks: up to which commit each partition was durable when it was
// begun. A restored store that ends before them is refused like any other (high_water_marks.h).

#ifndef KIZUNA_STORAGE_ROCKSDB_BACKUP_H_
#define KIZUNA_STORAGE_ROCKSDB_BACKUP_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "storage/kv.h"

namespace kizuna::storage {

// One backup.
struct BackupInfo {
  uint32_t number = 0;    // in its folder; 1 or more
  absl::Time created_at;  // to the second
  uint64_t bytes = 0;     // that a restore writes
};

// Where backups of a store go.
struct BackupFolder {
  // Made, with its parents, when missing.
  std::string path;
  // So many of the newest are kept and older ones deleted after each new one; 0: all are kept.
  uint32_t keep = 0;
};

// Makes a backup of `store`, which OpenRocksDbStore must have opened. It shows every commit that
// had returned OK before the call, and is on disk, synced, when this returns. Commits go on
// meanwhile; EraseRange waits, and this waits for it. Thread-safe. Blocks for as long as it takes
// to copy what is new.
//   RESOURCE_EXHAUSTED  another backup is being made, here or by another process in that folder
//   PERMISSION_DENIED   the folder cannot be made or written to
//   UNAVAILABLE         the store is closed or has stopped, or the folder's disk failed or is full;
//                       the detail is in the store's log
absl::StatusOr<BackupInfo> CreateBackup(Store& store, const BackupFolder& folder);

// What to restore, and to where.
struct RestoreOptions {
  std::string backups;  // the backup folder
  uint32_t number = 0;  // of the backup; 0: the newest
  // The data directory to make. It must not exist, or be empty.
  std::string directory;
  // As RocksDbOptions::log.
  std::function<void(absl::string_view)> log;
};

// Reads every file of the backup and compares checksums, then writes it as a data directory that
// OpenRocksDbStore opens; which backup it was. When this fails or is cut off, what is in the
// directory is not a store: remove it.
//   NOT_FOUND            there is no such folder, or no such backup in it
//   FAILED_PRECONDITION  the directory has files in it
//   DATA_LOSS            the backup is damaged, or the newest one is and none was named; the
//                        message lists those that can be read
//   UNAVAILABLE          a fault of the disk; the detail is in the log
absl::StatusOr<BackupInfo> RestoreBackup(const RestoreOptions& options);

}  // namespace kizuna::storage

#endif  // KIZUNA_STORAGE_ROCKSDB_BACKUP_H_
