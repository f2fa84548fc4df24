// SPDX-License-Identifier: Apache-2.0
//
// How does work that nobody waits for go on, turn by turn, until the house is closed?

#ifndef KIZUNA_SERVER_LEDGER_BACKGROUND_H_
#define KIZUNA_SERVER_LEDGER_BACKGROUND_H_

#include <functional>
#include <thread>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace kizuna::ledger {

// A thread of its own, once it is started. Thread-safe but for Start().
class Background {
 public:
  ~Background() { Stop(); }

  // Takes a turn every `interval` until Stop(). A turn that fails is tried again at the next.
  void Start(absl::Duration interval, std::function<absl::Status()> turn) {
    thread_ = std::thread([this, interval, turn = std::move(turn)] {
      while (!StoppedWithin(interval)) turn().IgnoreError();
    });
  }

  // Waits until the turn that is being taken is over; it can ask StoppedWithin().
  void Stop() {
    {
      absl::MutexLock lock(&mutex_);
      stopping_ = true;
    }
    if (thread_.joinable()) thread_.join();
  }

  // Waits so long, or until it is stopped; whether it was.
  bool StoppedWithin(absl::Duration wait) {
    absl::MutexLock lock(&mutex_);
    mutex_.AwaitWithTimeout(absl::Condition(&stopping_), wait);
    return stopping_;
  }

 private:
  absl::Mutex mutex_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace kizuna::ledger

#endif  // KIZUNA_SERVER_LEDGER_BACKGROUND_H_
