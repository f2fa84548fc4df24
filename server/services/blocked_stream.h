// SPDX-License-Identifier: Apache-2.0
//
// How is a list streamed that may be as long as the portfolio? A worker looks at some accounts, the
// rows it found are sent one at a time, and only then does a worker look at the next. Between two
// such steps the worker is free for other calls, and gRPC's own threads never compute.

#ifndef KIZUNA_SERVER_SERVICES_BLOCKED_STREAM_H_
#define KIZUNA_SERVER_SERVICES_BLOCKED_STREAM_H_

#include "grpcpp/grpcpp.h"
#include "kizuna/v1/readiness_service.pb.h"
#include "server/services/environment.h"

namespace kizuna::server {

using BlockedReactor = grpc::ServerWriteReactor<v1::ListBlockedResponse>;

// Starts a stream of the accounts that may not be pitched to; it lives until gRPC is done with it.
BlockedReactor* NewBlockedStream(const Environment& environment,
                                 grpc::CallbackServerContext* context,
                                 const v1::ListBlockedRequest* request);

}  // namespace kizuna::server

#endif  // KIZUNA_SERVER_SERVICES_BLOCKED_STREAM_H_
