// SPDX-License-Identifier: Apache-2.0

#include "server/services/watch_service.h"

#include "server/ledger/change_log.h"
#include "server/services/watch_stream.h"

namespace kizuna::server {

WatchService::WatchService(const Environment& environment)
    : environment_(environment), loop_(&environment.ledger->log().bell()) {}

grpc::ServerWriteReactor<v1::WatchAccountsResponse>* WatchService::WatchAccounts(
    grpc::CallbackServerContext* context, const v1::WatchAccountsRequest* request) {
  return NewWatchStream(environment_, loop_, context, request);
}

}  // namespace kizuna::server
