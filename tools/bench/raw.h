// SPDX-License-Identifier: Apache-2.0
//
// What does RocksDB alone say of the server's data, while no server has it open?

#ifndef KIZUNA_TOOLS_BENCH_RAW_H_
#define KIZUNA_TOOLS_BENCH_RAW_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace kizuna::bench {

// Bytes in all files under `folder`, the log included. A server may be at work there.
double BytesIn(const std::string& folder);

// How many seconds it takes to read every row of the store in the data directory `data`, values
// included. INTERNAL: RocksDB's own words.
absl::StatusOr<double> ScanSeconds(const std::string& data);

// Compacts the whole store to its last level.
absl::Status Compact(const std::string& data);

}  // namespace kizuna::bench

#endif  // KIZUNA_TOOLS_BENCH_RAW_H_
