// SPDX-License-Identifier: Apache-2.0
//
// What if the machine's clock is set back? Then time stands still for the ledger until the clock
// has caught up: an answer never shows an earlier instant than one that was given before it.

#ifndef KIZUNA_SERVER_LEDGER_MONOTONE_CLOCK_H_
#define KIZUNA_SERVER_LEDGER_MONOTONE_CLOCK_H_

#include <algorithm>
#include <atomic>

#include "server/engine/time.h"
#include "server/ledger/clock.h"

namespace kizuna::ledger {

// A clock that never runs backwards. Thread-safe.
class MonotoneClock {
 public:
  // `clock` must outlive this.
  explicit MonotoneClock(const Clock* clock) : clock_(clock) {}

  // The latest instant that was ever read.
  engine::Instant Now() {
    const engine::Instant read = clock_->Now();
    engine::Instant last = last_.load();
    while (read > last && !last_.compare_exchange_weak(last, read)) {
    }
    return std::max(read, last);
  }

 private:
  const Clock* const clock_;
  std::atomic<engine::Instant> last_{engine::kLongAgo};
};

}  // namespace kizuna::ledger

#endif  // KIZUNA_SERVER_LEDGER_MONOTONE_CLOCK_H_
