// SPDX-License-Identifier: Apache-2.0
//
// How does a store come up, with the ledger on it? The engine by the options, its settings checked,
// the ledger opened with the rulebook that ships.

#ifndef KIZUNA_SERVER_RUNTIME_OPENED_STORE_H_
#define KIZUNA_SERVER_RUNTIME_OPENED_STORE_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "kizuna/v1/status_service.pb.h"
#include "server/ledger/clock.h"
#include "server/ledger/ledger.h"
#include "server/runtime/erasure_list.h"
#include "server/runtime/options.h"
#include "storage/kv.h"
#include "storage/rocksdb/backup.h"

namespace kizuna::server {

// Taken apart from the last member to the first: the ledger before its store.
struct OpenedStore {
  std::string engine;  // `rocksdb` or `memory`
  v1::StoreSettings settings;
  uint32_t epoch = 1;
  std::unique_ptr<ErasureList> erasures;  // null: none is written down
  std::unique_ptr<storage::Store> store;
  std::unique_ptr<ledger::Ledger> ledger;
};

// What a store is opened for.
enum class Purpose {
  kServe,
  kLook,     // no background work; a store that is missing is not made
  kRestore,  // as kLook, and the store begins a new epoch
};

// `fatal` is called once, on any thread, when the store has failed and can no longer be used.
absl::StatusOr<OpenedStore> OpenStore(const Options& options, const ledger::Clock* clock,
                                      Purpose purpose,
                                      std::function<void(const absl::Status&)> fatal);

// Makes a backup where the options say. FAILED_PRECONDITION when they do not, or the store is one
// in memory; errors as of storage::CreateBackup.
absl::StatusOr<storage::BackupInfo> BackUp(const Options& options, OpenedStore& opened);

// The list of erasures beside the backups in `folder`.
std::string ErasuresBeside(const std::string& folder);
// The list of erasures in the data folder.
std::string ErasuresWithin(const std::string& data);

}  // namespace kizuna::server

#endif  // KIZUNA_SERVER_RUNTIME_OPENED_STORE_H_
