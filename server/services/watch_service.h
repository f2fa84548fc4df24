// SPDX-License-Identifier: Apache-2.0
//
// kizuna.v1.WatchService: what changes, as it changes.

#ifndef KIZUNA_SERVER_SERVICES_WATCH_SERVICE_H_
#define KIZUNA_SERVER_SERVICES_WATCH_SERVICE_H_

#include "kizuna/v1/watch_service.grpc.pb.h"
#include "server/services/environment.h"
#include "server/services/watch_loop.h"

namespace kizuna::server {

class WatchService final : public v1::WatchService::CallbackService {
 public:
  // The environment's ledger is there already.
  explicit WatchService(const Environment& environment);

  grpc::ServerWriteReactor<v1::WatchAccountsResponse>* WatchAccounts(
      grpc::CallbackServerContext* context, const v1::WatchAccountsRequest* request) override;

 private:
  const Environment& environment_;
  WatchLoop loop_;
};

}  // namespace kizuna::server

#endif  // KIZUNA_SERVER_SERVICES_WATCH_SERVICE_H_
