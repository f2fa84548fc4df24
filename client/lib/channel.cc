// SPDX-License-Identifier: Apache-2.0
#include "client/lib/channel.h"

#include <grpcpp/grpcpp.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace kizuna::client {
namespace {

// The largest answer: a page of 1000 accounts with long profiles fits many times.
constexpr int kMaxAnswerBytes = 64 << 20;
// A server that starts again is found again within this time.
constexpr int kMaxReconnectBackoffMillis = 2000;

// Whether what is sent stays on this machine.
bool IsLocal(absl::string_view server) {
  return absl::StartsWith(server, "unix:") || absl::StartsWith(server, "127.") ||
         absl::StartsWith(server, "localhost:") || absl::StartsWith(server, "[::1]:");
}

absl::Status CheckOptions(const ClientOptions& options) {
  if (options.server.empty()) {
    return absl::InvalidArgumentError("no server is named; write HOST:PORT");
  }
  if (options.deadline <= absl::ZeroDuration() || options.check_deadline <= absl::ZeroDuration()) {
    return absl::InvalidArgumentError("a deadline must be longer than nothing");
  }
  if (options.retry.max_attempts < 1) {
    return absl::InvalidArgumentError("retry.max_attempts must be 1 or more");
  }
  if (options.bearer_token && !options.tls.has_value() && !IsLocal(options.server)) {
    return absl::FailedPreconditionError(absl::StrCat("a token would cross the network to ",
                                                      options.server, " unencrypted; use TLS"));
  }
  return absl::OkStatus();
}

std::shared_ptr<grpc::ChannelCredentials> CredentialsFor(const ClientOptions& options) {
  if (!options.tls.has_value()) return grpc::InsecureChannelCredentials();
  grpc::SslCredentialsOptions ssl;
  ssl.pem_root_certs = options.tls->root_certificates_pem;
  ssl.pem_private_key = options.tls->private_key_pem;
  ssl.pem_cert_chain = options.tls->certificate_chain_pem;
  return grpc::SslCredentials(ssl);
}

int Millis(absl::Duration duration) {
  return static_cast<int>(absl::ToInt64Milliseconds(duration));
}

}  // namespace

absl::StatusOr<std::shared_ptr<grpc::Channel>> MakeChannel(const ClientOptions& options) {
  if (const absl::Status wrong = CheckOptions(options); !wrong.ok()) return wrong;
  grpc::ChannelArguments arguments;
  arguments.SetUserAgentPrefix("kizuna-client");
  arguments.SetMaxReceiveMessageSize(kMaxAnswerBytes);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, Millis(options.keepalive_interval));
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, Millis(options.keepalive_timeout));
  // A connection without a call is left alone: a server takes pings on it for an attack.
  arguments.SetInt(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 0);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 5000);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, kMaxReconnectBackoffMillis);
  // Each client has a connection of its own, so that one that is stuck holds up no other.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  // Retries are decided here, where it is known what may be repeated.
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  // A proxy of the environment is not meant for this.
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  return grpc::CreateCustomChannel(options.server, CredentialsFor(options), arguments);
}

}  // namespace kizuna::client
