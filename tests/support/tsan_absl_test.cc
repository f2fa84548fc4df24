// SPDX-License-Identifier: Apache-2.0
// Does the thread sanitizer accept what Abseil's locks order, and does it still see a race? Both
// must hold, or a clean run of the other tests says nothing.

#include <gtest/gtest.h>

#include <cstdlib>
#include <thread>
#include <vector>

#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "absl/time/time.h"

namespace {

struct Guarded {
  absl::Mutex mutex;
  absl::CondVar changed;
  int value ABSL_GUARDED_BY(mutex) = 0;
};

TEST(ThreadSanitizer, AcceptsWhatTheLocksOrder) {
  Guarded shared;
  int handed_over = 0;
  absl::Notification ready;
  absl::BlockingCounter done(4);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int k = 0; k < 1000; ++k) {
        absl::MutexLock lock(&shared.mutex);
        ++shared.value;
        shared.changed.SignalAll();
      }
      done.DecrementCount();
    });
  }
  threads.emplace_back([&] {
    auto full = [&shared]()
                    ABSL_EXCLUSIVE_LOCKS_REQUIRED(shared.mutex) { return shared.value == 4000; };
    absl::MutexLock lock(&shared.mutex, absl::Condition(&full));
    ++shared.value;
  });
  threads.emplace_back([&] {
    absl::MutexLock lock(&shared.mutex);
    while (shared.value < 4001)
      shared.changed.WaitWithTimeout(&shared.mutex, absl::Milliseconds(1));
    handed_over = 7;
    ready.Notify();
  });
  done.Wait();
  ready.WaitForNotification();
  EXPECT_EQ(handed_over, 7);
  for (std::thread& thread : threads) thread.join();
}

void Race() {
  int value = 0;
  std::thread other([&value] { ++value; });
  ++value;
  other.join();
  std::exit(value > 0 ? 0 : 1);
}

TEST(ThreadSanitizerDeathTest, StillSeesARace) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(Race(), "data race");
}

}  // namespace
