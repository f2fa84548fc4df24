// SPDX-License-Identifier: Apache-2.0
//
// Why does the server accept its own connections? gRPC 1.51 never accepts again once accept() has
// failed for want of file descriptors, so one crowd silences it for ever. This loop accepts
// instead, keeps the number of connections under a cap that leaves descriptors for the store, turns
// the rest away at once, and goes on after any error.

#ifndef KIZUNA_SERVER_RUNTIME_ACCEPT_LOOP_H_
#define KIZUNA_SERVER_RUNTIME_ACCEPT_LOOP_H_

#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <unordered_map>

#include "absl/status/statusor.h"
#include "server/runtime/options.h"

namespace kizuna::server {

// A listening socket, and a thread that accepts from it.
class AcceptLoop {
 public:
  // Takes over the descriptor, which is non-blocking. Called on the loop's thread.
  using Handler = std::function<void(int descriptor)>;

  // Listens. UNAVAILABLE when the address cannot be had (another program has it), INVALID_ARGUMENT
  // when it is none. The port is never shared with another process.
  static absl::StatusOr<std::unique_ptr<AcceptLoop>> Listen(const HostPort& address,
                                                            int max_connections);
  // Stops accepting, closes the socket.
  ~AcceptLoop();

  // Starts the thread. Call once.
  void Start(Handler handler);
  // Accepts no more; what was handed over goes on. Idempotent.
  void Stop();

  // HOST:PORT with the port that was taken.
  const std::string& address() const { return address_; }
  int max_connections() const { return max_connections_; }
  // Connections turned away because there were too many. Thread-safe.
  uint64_t turned_away() const { return turned_away_.load(std::memory_order_relaxed); }

 private:
  AcceptLoop(int listener, int wake, std::string address, int max_connections);
  void Loop();
  void AcceptOne();
  // Forgets the connections that the handler has closed since.
  void ForgetClosed();

  const int listener_;
  const int wake_;  // eventfd: readable when the loop is to stop
  const std::string address_;
  const int max_connections_;
  Handler handler_;
  std::thread thread_;
  std::atomic<bool> stopping_{false};
  std::atomic<uint64_t> turned_away_{0};
  // Descriptor -> inode of its socket. Whoever took it over closes it without telling; when the
  // descriptor is closed, or is another socket by now, the inode differs. The loop's thread only.
  std::unordered_map<int, ino_t> open_;
};

// Raises the soft limit of file descriptors to the hard one, and returns it.
int64_t RaiseDescriptorLimit();
// How many connections fit under `descriptors`, at most `wanted`, at least 1.
int ConnectionsWithin(int64_t descriptors, int wanted);

}  // namespace kizuna::server

#endif  // KIZUNA_SERVER_RUNTIME_ACCEPT_LOOP_H_
