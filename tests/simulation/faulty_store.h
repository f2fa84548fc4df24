// SPDX-License-Identifier: Apache-2.0
//
// What if the store fails? A store over another one that refuses commits, loses them, or carries
// them out and says it does not know, as often as it is told.

#ifndef KIZUNA_TESTS_SIMULATION_FAULTY_STORE_H_
#define KIZUNA_TESTS_SIMULATION_FAULTY_STORE_H_

#include <random>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "tests/support/forwarding_store.h"

namespace kizuna::simulation {

// Thread-safe, as a store is.
class FaultyStore final : public ForwardingStore {
 public:
  // Borrows `store`, so that what was committed outlives a crash.
  FaultyStore(storage::Store* store, uint64_t seed) : ForwardingStore(store), random_(seed) {}

  // One commit in `one_in` fails from now on; 0: none.
  void SetFaults(int one_in) {
    absl::MutexLock lock(&mutex_);
    one_in_ = one_in;
  }

 private:
  enum class Fault { kNone, kAborted, kLost, kUnknown };

  Fault Next() {
    absl::MutexLock lock(&mutex_);
    if (one_in_ == 0 || random_() % static_cast<uint64_t>(one_in_) != 0) return Fault::kNone;
    return static_cast<Fault>(1 + random_() % 3);
  }

  absl::Status CommitOne(const storage::WriteBatch& batch) override {
    switch (Next()) {
      case Fault::kNone:
        break;
      case Fault::kAborted:
        return absl::AbortedError("simulated: another writer was faster");
      case Fault::kLost:
        return absl::UnavailableError("simulated: the connection was lost before the commit");
      case Fault::kUnknown: {
        absl::Status status = ForwardingStore::CommitOne(batch);
        if (!status.ok()) return status;
        return absl::UnavailableError("simulated: the connection was lost after the commit");
      }
    }
    return ForwardingStore::CommitOne(batch);
  }

  absl::Mutex mutex_;
  int one_in_ ABSL_GUARDED_BY(mutex_) = 0;
  std::mt19937_64 random_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace kizuna::simulation

#endif  // KIZUNA_TESTS_SIMULATION_FAULTY_STORE_H_
