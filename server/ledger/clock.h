// SPDX-License-Identifier: Apache-2.0
//
// Where does `now` come from? From a clock that is passed in. The ledger never lets it run
// backwards: what was decided at an instant stays before what is decided later.

#ifndef KIZUNA_SERVER_LEDGER_CLOCK_H_
#define KIZUNA_SERVER_LEDGER_CLOCK_H_

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "server/engine/time.h"

namespace kizuna::ledger {

// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual engine::Instant Now() const = 0;
};

class SystemClock final : public Clock {
 public:
  engine::Instant Now() const override { return absl::ToUnixMicros(absl::Now()); }
};

}  // namespace kizuna::ledger

#endif  // KIZUNA_SERVER_LEDGER_CLOCK_H_
