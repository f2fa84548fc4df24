// SPDX-License-Identifier: Apache-2.0
//
// Where do long calls run? gRPC runs handlers on a few threads that also move bytes, so a call that
// reads many accounts would make every other call wait. Such calls run on these threads instead,
// and wait in a bounded queue.

#ifndef KIZUNA_SERVER_MIDDLEWARE_WORKERS_H_
#define KIZUNA_SERVER_MIDDLEWARE_WORKERS_H_

#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "server/limits.h"

namespace kizuna::server {

// Thread-safe.
class Workers {
 public:
  explicit Workers(int threads, size_t max_waiting = limits::kMaxWaitingJobs);
  // Runs what waits, then joins.
  ~Workers();

  // Runs `job` on a worker. False, and it does not run: too many wait.
  [[nodiscard]] bool Run(std::function<void()> job);

 private:
  void Loop();

  const size_t max_waiting_;
  absl::Mutex mutex_;
  std::deque<std::function<void()>> waiting_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace kizuna::server

#endif  // KIZUNA_SERVER_MIDDLEWARE_WORKERS_H_
