// SPDX-License-Identifier: Apache-2.0
//
// Who moves the open watches on? One thread for all of them. A watch sleeps until something was
// committed, its message was written, or its time has come; then it takes one bounded step, and the
// next watch has its turn. So a thousand quiet watches cost nothing, and a busy one holds up
// neither the others nor the short calls.

#ifndef KIZUNA_SERVER_SERVICES_WATCH_LOOP_H_
#define KIZUNA_SERVER_SERVICES_WATCH_LOOP_H_

#include <deque>
#include <map>
#include <memory>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "server/ledger/commit_bell.h"
#include "server/limits.h"

namespace kizuna::server {

// What wakes a watch next, whatever comes first. Wake() always does.
struct WatchNext {
  bool at_once = false;    // it has more to do, once the others had their turn
  bool on_commit = false;  // something is committed
  absl::Time at = absl::InfiniteFuture();
};

// One open watch.
class Watch {
 public:
  virtual ~Watch() = default;
  // Does a bounded piece of work. Called on the loop's thread alone.
  virtual WatchNext Step() = 0;
};

// Thread-safe.
class WatchLoop {
 public:
  explicit WatchLoop(ledger::CommitBell* bell, size_t max_watches = limits::kMaxWatches);
  // No watch may be open any more.
  ~WatchLoop();

  // Takes the watch in and has it take its first step. False: as many are open as may be.
  [[nodiscard]] bool Add(std::shared_ptr<Watch> watch);
  // A step that is under way is finished; no further one is begun.
  void Remove(const Watch* watch);
  // Has the watch take a step soon. Ignored for one that is not in.
  void Wake(const Watch* watch);

 private:
  struct Entry {
    std::shared_ptr<Watch> watch;
    bool queued = false;
    bool on_commit = false;
    absl::Time at = absl::InfiniteFuture();
  };

  void Run();
  void Queue(const Watch* watch, Entry& entry) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Queues the watches that a commit, or the time, wakes.
  void QueueWoken() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void StepFirst() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  ledger::CommitBell* const bell_;
  const size_t max_watches_;
  absl::Mutex mutex_;
  std::map<const Watch*, Entry> watches_ ABSL_GUARDED_BY(mutex_);
  std::deque<const Watch*> queue_ ABSL_GUARDED_BY(mutex_);
  bool rung_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Time next_alarm_ ABSL_GUARDED_BY(mutex_) = absl::InfiniteFuture();
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  ledger::CommitBell::ListenerId listener_ = 0;
  std::thread thread_;
};

}  // namespace kizuna::server

#endif  // KIZUNA_SERVER_SERVICES_WATCH_LOOP_H_
