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
#include "server/runtime/options.h"
#include "storage/kv.h"

namespace kizuna::server {

// Taken apart from the last member to the first: the ledger before its store.
struct OpenedStore {
  std::string engine;  // `rocksdb` or `memory`
  v1::StoreSettings settings;
  std::unique_ptr<storage::Store> store;
  std::unique_ptr<ledger::Ledger> ledger;
};

// `fatal` is called once, on any thread, when the store has failed and can no longer be used.
// `serve`: false for a look without background work.
absl::StatusOr<OpenedStore> OpenStore(const Options& options, const ledger::Clock* clock,
                                      bool serve, std::function<void(const absl::Status&)> fatal);

}  // namespace kizuna::server

#endif  // KIZUNA_SERVER_RUNTIME_OPENED_STORE_H_
