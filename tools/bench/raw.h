// SPDX-License-Identifier: Apache-2.0
//
// What does RocksDB alone do with the store's settings: in a folder of its own, or with the
// server's data while no server has it open?

#ifndef KIZUNA_TOOLS_BENCH_RAW_H_
#define KIZUNA_TOOLS_BENCH_RAW_H_

#include <rocksdb/db.h>

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace kizuna::bench {

// RocksDB in that folder, made when missing. INTERNAL: RocksDB's own words.
absl::StatusOr<std::unique_ptr<rocksdb::DB>> OpenRaw(const std::string& folder);

// Bytes in all files under `folder`, the log included. A server may be at work there.
double BytesIn(const std::string& folder);

// How many seconds it takes to read every row of the store in the data directory `data`, values
// included. Errors as of OpenRaw.
absl::StatusOr<double> ScanSeconds(const std::string& data);

// Compacts the whole store to its last level.
absl::Status Compact(const std::string& data);

}  // namespace kizuna::bench

#endif  // KIZUNA_TOOLS_BENCH_RAW_H_
