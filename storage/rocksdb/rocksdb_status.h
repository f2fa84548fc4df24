// SPDX-License-Identifier: Apache-2.0
//
// What becomes of RocksDB's errors? A code of the contract and a sentence of ours. RocksDB's own
// text, which names files, goes along as a payload for the operator's log and never in the message.

#ifndef KIZUNA_STORAGE_ROCKSDB_ROCKSDB_STATUS_H_
#define KIZUNA_STORAGE_ROCKSDB_ROCKSDB_STATUS_H_

#include <string>

#include "absl/status/status.h"
#include "rocksdb/status.h"

namespace kizuna::storage {

// OK for OK; DATA_LOSS for damage; UNAVAILABLE for all else.
absl::Status ToStatus(const rocksdb::Status& status);

// RocksDB's own text of a status made by ToStatus; empty when there is none.
std::string EngineDetail(const absl::Status& status);

// UNAVAILABLE: the store has stopped after a fault.
absl::Status StoppedError();

}  // namespace kizuna::storage

#endif  // KIZUNA_STORAGE_ROCKSDB_ROCKSDB_STATUS_H_
