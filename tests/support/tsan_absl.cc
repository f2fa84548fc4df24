// SPDX-License-Identifier: Apache-2.0
// How does the thread sanitizer learn what absl::Mutex orders? Debian's libabsl is not
// instrumented, so a lock and an unlock say nothing to it and every guarded field looks like a
// race. Under KIZUNA_SANITIZE=thread this file is compiled into every program: its definitions come
// before the shared library's, tell the sanitizer of the hand-over, and call the library's own.
//
// A condition is evaluated inside the library, by whichever thread holds the lock at that moment,
// after we announced the release; so reads are not watched while the library runs.
// absl::Notification's inline HasBeenNotified() cannot be reached from here: in tests wait with
// WaitForNotification().

#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>

#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "absl/time/time.h"

extern "C" {
void __tsan_acquire(void* address);
void __tsan_release(void* address);
void AnnotateIgnoreReadsBegin(const char* file, int line);
void AnnotateIgnoreReadsEnd(const char* file, int line);
}

namespace {

// The library's own definition of `mangled`. Debian's inline namespace of Abseil is part of the
// name, so an upgrade of the package fails here, loudly, and not by silence of the sanitizer.
template <typename Function>
Function Real(const char* mangled) {
  void* symbol = dlsym(RTLD_NEXT, mangled);
  if (symbol == nullptr) {
    std::fprintf(stderr, "tsan_absl: libabsl_synchronization has no %s; mend the names here\n",
                 mangled);
    std::abort();
  }
  return reinterpret_cast<Function>(symbol);
}

class LibraryReadsUnwatched {
 public:
  LibraryReadsUnwatched() { AnnotateIgnoreReadsBegin(__FILE__, __LINE__); }
  ~LibraryReadsUnwatched() { AnnotateIgnoreReadsEnd(__FILE__, __LINE__); }
};

void* Address(const void* object) { return const_cast<void*>(object); }

}  // namespace

#define KIZUNA_REAL(Type, mangled) static const auto real = Real<Type>("_ZN4absl7debian3" mangled)
#define KIZUNA_REAL_CONST(Type, mangled) \
  static const auto real = Real<Type>("_ZNK4absl7debian3" mangled)

namespace absl {
ABSL_NAMESPACE_BEGIN

void Mutex::Lock() {
  KIZUNA_REAL(void (*)(Mutex*), "5Mutex4LockEv");
  real(this);
  __tsan_acquire(this);
}

void Mutex::Unlock() {
  KIZUNA_REAL(void (*)(Mutex*), "5Mutex6UnlockEv");
  __tsan_release(this);
  LibraryReadsUnwatched unwatched;
  real(this);
}

bool Mutex::TryLock() {
  KIZUNA_REAL(bool (*)(Mutex*), "5Mutex7TryLockEv");
  const bool locked = real(this);
  if (locked) __tsan_acquire(this);
  return locked;
}

void Mutex::ReaderLock() {
  KIZUNA_REAL(void (*)(Mutex*), "5Mutex10ReaderLockEv");
  real(this);
  __tsan_acquire(this);
}

void Mutex::ReaderUnlock() {
  KIZUNA_REAL(void (*)(Mutex*), "5Mutex12ReaderUnlockEv");
  __tsan_release(this);
  LibraryReadsUnwatched unwatched;
  real(this);
}

bool Mutex::ReaderTryLock() {
  KIZUNA_REAL(bool (*)(Mutex*), "5Mutex13ReaderTryLockEv");
  const bool locked = real(this);
  if (locked) __tsan_acquire(this);
  return locked;
}

void Mutex::LockWhen(const Condition& condition) {
  KIZUNA_REAL(void (*)(Mutex*, const Condition&), "5Mutex8LockWhenERKNS0_9ConditionE");
  {
    LibraryReadsUnwatched unwatched;
    real(this, condition);
  }
  __tsan_acquire(this);
}

void Mutex::Await(const Condition& condition) {
  KIZUNA_REAL(void (*)(Mutex*, const Condition&), "5Mutex5AwaitERKNS0_9ConditionE");
  __tsan_release(this);
  {
    LibraryReadsUnwatched unwatched;
    real(this, condition);
  }
  __tsan_acquire(this);
}

#define KIZUNA_TIMED(method, Bound, mangled)                         \
  bool Mutex::method(const Condition& condition, Bound bound) {      \
    KIZUNA_REAL(bool (*)(Mutex*, const Condition&, Bound), mangled); \
    __tsan_release(this);                                            \
    bool held;                                                       \
    {                                                                \
      LibraryReadsUnwatched unwatched;                               \
      held = real(this, condition, bound);                           \
    }                                                                \
    __tsan_acquire(this);                                            \
    return held;                                                     \
  }

KIZUNA_TIMED(AwaitWithTimeout, Duration, "5Mutex16AwaitWithTimeoutERKNS0_9ConditionENS0_8DurationE")
KIZUNA_TIMED(AwaitWithDeadline, Time, "5Mutex17AwaitWithDeadlineERKNS0_9ConditionENS0_4TimeE")
KIZUNA_TIMED(LockWhenWithTimeout, Duration,
             "5Mutex19LockWhenWithTimeoutERKNS0_9ConditionENS0_8DurationE")
KIZUNA_TIMED(LockWhenWithDeadline, Time, "5Mutex20LockWhenWithDeadlineERKNS0_9ConditionENS0_4TimeE")

void CondVar::Wait(Mutex* mutex) {
  KIZUNA_REAL(void (*)(CondVar*, Mutex*), "7CondVar4WaitEPNS0_5MutexE");
  __tsan_release(mutex);
  {
    LibraryReadsUnwatched unwatched;
    real(this, mutex);
  }
  __tsan_acquire(mutex);
}

bool CondVar::WaitWithTimeout(Mutex* mutex, Duration timeout) {
  KIZUNA_REAL(bool (*)(CondVar*, Mutex*, Duration),
              "7CondVar15WaitWithTimeoutEPNS0_5MutexENS0_8DurationE");
  __tsan_release(mutex);
  bool timed_out;
  {
    LibraryReadsUnwatched unwatched;
    timed_out = real(this, mutex, timeout);
  }
  __tsan_acquire(mutex);
  return timed_out;
}

bool CondVar::WaitWithDeadline(Mutex* mutex, Time deadline) {
  KIZUNA_REAL(bool (*)(CondVar*, Mutex*, Time),
              "7CondVar16WaitWithDeadlineEPNS0_5MutexENS0_4TimeE");
  __tsan_release(mutex);
  bool timed_out;
  {
    LibraryReadsUnwatched unwatched;
    timed_out = real(this, mutex, deadline);
  }
  __tsan_acquire(mutex);
  return timed_out;
}

void Notification::Notify() {
  KIZUNA_REAL(void (*)(Notification*), "12Notification6NotifyEv");
  __tsan_release(this);
  real(this);
}

void Notification::WaitForNotification() const {
  KIZUNA_REAL_CONST(void (*)(const Notification*), "12Notification19WaitForNotificationEv");
  real(this);
  __tsan_acquire(Address(this));
}

bool Notification::WaitForNotificationWithTimeout(Duration timeout) const {
  KIZUNA_REAL_CONST(bool (*)(const Notification*, Duration),
                    "12Notification30WaitForNotificationWithTimeoutENS0_8DurationE");
  const bool notified = real(this, timeout);
  if (notified) __tsan_acquire(Address(this));
  return notified;
}

bool BlockingCounter::DecrementCount() {
  KIZUNA_REAL(bool (*)(BlockingCounter*), "15BlockingCounter14DecrementCountEv");
  __tsan_release(this);
  return real(this);
}

void BlockingCounter::Wait() {
  KIZUNA_REAL(void (*)(BlockingCounter*), "15BlockingCounter4WaitEv");
  real(this);
  __tsan_acquire(this);
}

ABSL_NAMESPACE_END
}  // namespace absl
