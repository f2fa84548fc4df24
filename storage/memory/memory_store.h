// SPDX-License-Identifier: Apache-2.0
//
// How is the contract kept without a disk? By an ordered map of versions in memory: for tests, as
// the oracle of the other engines, and for a server that may forget everything when it ends.

#ifndef KIZUNA_STORAGE_MEMORY_MEMORY_STORE_H_
#define KIZUNA_STORAGE_MEMORY_MEMORY_STORE_H_

#include <memory>

#include "absl/time/time.h"
#include "storage/kv.h"

namespace kizuna::storage {

struct MemoryOptions {
  // How long EraseRange waits for snapshots that were taken before it.
  absl::Duration erase_wait = absl::Seconds(30);
};

// An empty store. "Durable" means until it is destroyed. Every commit number starts at 0.
std::unique_ptr<Store> NewMemoryStore(const MemoryOptions& options = {});

}  // namespace kizuna::storage

#endif  // KIZUNA_STORAGE_MEMORY_MEMORY_STORE_H_
