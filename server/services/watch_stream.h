// SPDX-License-Identifier: Apache-2.0
//
// How does one watch live? It reads the change log by position and sends what its request asks for,
// one message under way at a time: the next is made only once gRPC has taken the last, so a client
// that reads slowly costs no memory, and falls behind in the log alone.

#ifndef KIZUNA_SERVER_SERVICES_WATCH_STREAM_H_
#define KIZUNA_SERVER_SERVICES_WATCH_STREAM_H_

#include "grpcpp/grpcpp.h"
#include "kizuna/v1/watch_service.pb.h"
#include "server/services/environment.h"
#include "server/services/watch_loop.h"

namespace kizuna::server {

using WatchReactor = grpc::ServerWriteReactor<v1::WatchAccountsResponse>;

// Starts a watch; it lives until gRPC is done with it. `loop` outlives it.
WatchReactor* NewWatchStream(const Environment& environment, WatchLoop& loop,
                             grpc::CallbackServerContext* context,
                             const v1::WatchAccountsRequest* request);

}  // namespace kizuna::server

#endif  // KIZUNA_SERVER_SERVICES_WATCH_STREAM_H_
