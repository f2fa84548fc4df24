// SPDX-License-Identifier: Apache-2.0
//
// What may a program set when it talks to a server? Every setting has a default that is right for a
// server on the same machine.

#ifndef KIZUNA_CLIENT_LIB_OPTIONS_H_
#define KIZUNA_CLIENT_LIB_OPTIONS_H_

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"

namespace kizuna::client {

// How a call is tried again after UNAVAILABLE. Only calls that can be repeated without harm are:
// reads, facts (they count once by their ids), and updates that set the same values again.
struct RetryPolicy {
  // All tries together, the first one too; 1: never again.
  int max_attempts = 4;
  // The wait before the second try; doubled for each further one, up to `max_backoff`, and each
  // time shortened by chance by up to a half, so that many clients do not come back at once.
  absl::Duration initial_backoff = absl::Milliseconds(50);
  absl::Duration max_backoff = absl::Seconds(2);
};

// A TLS connection.
struct TlsOptions {
  // Certificate authorities in PEM; empty: those of the system.
  std::string root_certificates_pem;
  // The client's own key and certificate in PEM, for servers that ask for them; both or neither.
  std::string private_key_pem;
  std::string certificate_chain_pem;
};

// Settings of a client.
struct ClientOptions {
  // HOST:PORT, or unix:PATH.
  std::string server = "127.0.0.1:7410";
  // TLS, or none. Without it a bearer token is sent to this machine only.
  absl::optional<TlsOptions> tls;
  // Called before each call; what it returns is sent as "authorization: Bearer <token>". An error
  // ends the call with that error. Must be thread-safe. Empty: no token.
  std::function<absl::StatusOr<std::string>()> bearer_token;
  // How long a call may take, all tries together.
  absl::Duration deadline = absl::Seconds(20);
  // The same for CheckPitch and BatchCheckPitch. A caller waits to speak to a customer; after this
  // it is told UNKNOWN.
  absl::Duration check_deadline = absl::Seconds(2);
  RetryPolicy retry;
  // After so much silence on a connection with a call on it, the server is asked whether it is
  // still there; without an answer within `keepalive_timeout` the connection is given up.
  absl::Duration keepalive_interval = absl::Seconds(60);
  absl::Duration keepalive_timeout = absl::Seconds(10);
};

// Settings of one call.
struct CallOptions {
  // How long it may take, all tries together. Default: the client's.
  absl::optional<absl::Duration> deadline;
};

}  // namespace kizuna::client

#endif  // KIZUNA_CLIENT_LIB_OPTIONS_H_
