// SPDX-License-Identifier: Apache-2.0
//
// Which middleware is there, and in which order? This is the one place that says so.

#ifndef KIZUNA_SERVER_MIDDLEWARE_STANDARD_H_
#define KIZUNA_SERVER_MIDDLEWARE_STANDARD_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "server/limits.h"
#include "server/middleware/call.h"

namespace kizuna::server {

// Which calls get a line in the log.
enum class CallLog {
  kFailed,  // those that failed by our fault or took longer than a second
  kAll,
  kNone,
};

// Whether new calls are taken, and how many are under way. Shared by the chain and the runtime,
// which waits for the last one before it lets go of the store. Thread-safe.
class CallGate {
 public:
  explicit CallGate(int max_under_way = limits::kMaxCallsUnderWay) : max_(max_under_way) {}

  // OK and counted, or why not: UNAVAILABLE while draining, RESOURCE_EXHAUSTED when full.
  absl::Status Enter();
  void Leave();

  // From now on no call is taken.
  void Close();
  bool closed() const { return closed_.load(std::memory_order_acquire); }
  // Waits until no call is under way. False: it took longer.
  bool WaitUntilEmpty(absl::Duration patience);
  int under_way() const;

 private:
  const int max_;
  std::atomic<bool> closed_{false};
  mutable absl::Mutex mutex_;
  int under_way_ ABSL_GUARDED_BY(mutex_) = 0;
};

// The call's deadline as the server sees it: the client's, at most kMaxDeadline from now, and
// kDefaultDeadline from now when the client gave none. Streams keep the client's.
absl::Time EffectiveDeadline(MethodKind kind, absl::Time client, absl::Time now);

// The order: request_log first, so that it sees what the others refuse; then call_gate, deadline,
// understood (unknown fields and enum values are refused).
std::vector<std::unique_ptr<Middleware>> StandardMiddleware(CallGate* gate, CallLog log);

}  // namespace kizuna::server

#endif  // KIZUNA_SERVER_MIDDLEWARE_STANDARD_H_
