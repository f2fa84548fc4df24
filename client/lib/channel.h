// SPDX-License-Identifier: Apache-2.0
//
// How is a server reached? One HTTP/2 connection, made at the first call and made again when it
// breaks.

#ifndef KIZUNA_CLIENT_LIB_CHANNEL_H_
#define KIZUNA_CLIENT_LIB_CHANNEL_H_

#include <memory>

#include "absl/status/statusor.h"
#include "client/lib/options.h"

namespace grpc {
class Channel;
}

namespace kizuna::client {

// The channel that `options` describe; does not connect. INVALID_ARGUMENT for options that make no
// sense, FAILED_PRECONDITION for a bearer token that would cross a network unencrypted.
absl::StatusOr<std::shared_ptr<grpc::Channel>> MakeChannel(const ClientOptions& options);

}  // namespace kizuna::client

#endif  // KIZUNA_CLIENT_LIB_CHANNEL_H_
