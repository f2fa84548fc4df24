// SPDX-License-Identifier: Apache-2.0
//
// What does time change by itself, and who notices? The sweep: it looks at the accounts whose
// due instant has come, and after a change of the rulebook at all of them, and has their lanes
// bring indexes, history and change log up to date. Checks never wait for it; lists say how far it
// has come.

#ifndef KIZUNA_SERVER_LEDGER_SWEEP_H_
#define KIZUNA_SERVER_LEDGER_SWEEP_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "server/ledger/background.h"
#include "server/ledger/lane.h"

namespace kizuna::ledger {

class Sweep {
 public:
  // `post` hands a task to the lane of a shard. Reads how far an earlier run came.
  Sweep(Shared* shared, std::function<void(int shard, Task)> post);

  // Runs by itself every `interval` until Stop().
  void Start(absl::Duration interval) {
    background_.Start(interval, [this] { return Run(); });
  }
  void Stop() { background_.Stop(); }

  // Sweeps everything that is due now, once; waits for it. A test's way to move time.
  absl::Status Run();

  engine::Instant swept_to() const { return swept_to_.load(); }
  uint64_t swept_number() const { return swept_number_.load(); }

 private:
  absl::Status RefreshDue(engine::Instant now);
  absl::Status RefreshAll();
  absl::Status Refresh(int shard, const std::vector<std::string>& accounts,
                       storage::v1::ChangeRecord::Cause cause);
  absl::Status WriteDown();

  Shared* const shared_;
  const std::function<void(int, Task)> post_;
  std::atomic<engine::Instant> swept_to_{0};
  std::atomic<uint64_t> swept_number_{0};
  absl::Mutex running_;  // one sweep at a time
  Background background_;
};

}  // namespace kizuna::ledger

#endif  // KIZUNA_SERVER_LEDGER_SWEEP_H_
