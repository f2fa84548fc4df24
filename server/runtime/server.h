// SPDX-License-Identifier: Apache-2.0
//
// What is a running server? A store, a ledger on it, the services over that, and a socket.
// Everything is put together here, in one place, and taken apart in the opposite order. Only this
// folder names a storage engine.

#ifndef KIZUNA_SERVER_RUNTIME_SERVER_H_
#define KIZUNA_SERVER_RUNTIME_SERVER_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "grpcpp/channel.h"
#include "server/ledger/clock.h"
#include "server/ledger/ledger.h"
#include "server/runtime/options.h"

namespace kizuna::server {

// Thread-safe.
class Server {
 public:
  // Opens the store and serves. Errors say what to do: the flag, the folder, the address.
  static absl::StatusOr<std::unique_ptr<Server>> Create(const Options& options);
  // The same with a clock of the caller's, which must outlive the server: for tests.
  static absl::StatusOr<std::unique_ptr<Server>> Create(const Options& options,
                                                        const ledger::Clock* clock);
  virtual ~Server() = default;

  // HOST:PORT that it serves on.
  virtual const std::string& address() const = 0;
  // A channel within the process, past the socket: for tests.
  virtual std::shared_ptr<grpc::Channel> InProcessChannel() = 0;
  virtual ledger::Ledger& ledger() = 0;

  // Waits until Stop is called or the store has failed. OK: it was stopped.
  virtual absl::Status Wait() = 0;
  // Says NOT_SERVING, takes no more calls, finishes those that run within kDrainDeadline, flushes.
  // Idempotent.
  virtual void Stop() = 0;
};

// Opens the store, rebuilds every state from its facts and compares, without listening. Prints
// `digest: HEX` and what differs. The exit code: 0, or 1 for a difference or a store that cannot be
// read.
int VerifyStore(const Options& options);

// The whole of the program: flags, then serve until a signal, or verify, back up or restore. The
// exit code is as --help says.
int RunServer(int argc, const char* const* argv);

}  // namespace kizuna::server

#endif  // KIZUNA_SERVER_RUNTIME_SERVER_H_
