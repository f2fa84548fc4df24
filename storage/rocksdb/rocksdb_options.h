// SPDX-License-Identifier: Apache-2.0
//
// With which settings does RocksDB run here, and why? For this engine and its tests alone.

#ifndef KIZUNA_STORAGE_ROCKSDB_ROCKSDB_OPTIONS_H_
#define KIZUNA_STORAGE_ROCKSDB_ROCKSDB_OPTIONS_H_

#include "rocksdb/options.h"
#include "storage/rocksdb/rocksdb_store.h"

namespace kizuna::storage {

// Everything but the listener and the logger, which the store adds.
rocksdb::Options MakeRocksDbOptions(const RocksDbOptions& options);

// How a commit is written: synced, always.
rocksdb::WriteOptions SyncedWrite();

}  // namespace kizuna::storage

#endif  // KIZUNA_STORAGE_ROCKSDB_ROCKSDB_OPTIONS_H_
