// SPDX-License-Identifier: Apache-2.0
//
// May the store still be used? Asked by every call; answered no once it was closed, or for good
// once a fault was met.

#ifndef KIZUNA_STORAGE_ROCKSDB_STOP_SWITCH_H_
#define KIZUNA_STORAGE_ROCKSDB_STOP_SWITCH_H_

#include <atomic>
#include <functional>
#include <utility>

#include "absl/status/status.h"
#include "storage/kv_engine.h"
#include "storage/rocksdb/rocksdb_status.h"

namespace kizuna::storage {

// Thread-safe.
class StopSwitch {
 public:
  explicit StopSwitch(std::function<void(const absl::Status&)> fatal) : fatal_(std::move(fatal)) {}

  // OK, or UNAVAILABLE with the reason.
  absl::Status Check() const {
    switch (state_.load(std::memory_order_acquire)) {
      case kRunning:
        return absl::OkStatus();
      case kClosed:
        return ClosedError();
      default:
        return StoppedError();
    }
  }

  void Close() {
    int running = kRunning;
    state_.compare_exchange_strong(running, kClosed);
  }

  // A fault: stops the store and tells the owner, the first time.
  void Stop(const absl::Status& fault) {
    if (state_.exchange(kStopped) != kStopped && fatal_) fatal_(fault);
  }

 private:
  enum State : int { kRunning, kClosed, kStopped };
  std::atomic<int> state_{kRunning};
  const std::function<void(const absl::Status&)> fatal_;
};

}  // namespace kizuna::storage

#endif  // KIZUNA_STORAGE_ROCKSDB_STOP_SWITCH_H_
