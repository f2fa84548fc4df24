// SPDX-License-Identifier: Apache-2.0
//
// Which limits does gRPC itself keep for the server? In one place, so that the empty server that
// kizuna-bench measures beside it keeps the same.

#ifndef KIZUNA_SERVER_MIDDLEWARE_GRPC_LIMITS_H_
#define KIZUNA_SERVER_MIDDLEWARE_GRPC_LIMITS_H_

#include "absl/time/time.h"
#include "grpcpp/grpcpp.h"
#include "server/limits.h"

namespace kizuna::server {

// On a builder, before it starts the server.
inline void SetLimits(grpc::ServerBuilder& builder) {
  builder.SetMaxReceiveMessageSize(limits::kMaxMessageBytes);
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, limits::kMaxMetadataBytes);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, limits::kMaxStreamsPerConnection);
  builder.AddChannelArgument(
      GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS,
      static_cast<int>(absl::ToInt64Milliseconds(limits::kHandshakeTimeout)));
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS,
                             static_cast<int>(absl::ToInt64Milliseconds(limits::kKeepaliveTime)));
  builder.AddChannelArgument(
      GRPC_ARG_KEEPALIVE_TIMEOUT_MS,
      static_cast<int>(absl::ToInt64Milliseconds(limits::kKeepaliveTimeout)));
  // A client that asks for life more often than every ten seconds is told to stop.
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 10'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
}

}  // namespace kizuna::server

#endif  // KIZUNA_SERVER_MIDDLEWARE_GRPC_LIMITS_H_
