// SPDX-License-Identifier: Apache-2.0
//
// When may files that are no longer needed go? At once, except while a backup copies them. But an
// erasure promises that they are gone, so backups and erasures take turns: many erasures at a time,
// or one backup.

#ifndef KIZUNA_STORAGE_ROCKSDB_FILE_TURNS_H_
#define KIZUNA_STORAGE_ROCKSDB_FILE_TURNS_H_

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace kizuna::storage {

// Thread-safe.
class FileTurns {
 public:
  // An erasure's turn, until it is destroyed; waits for a backup up to `patience`.
  class Erasure {
   public:
    Erasure(FileTurns* turns, absl::Duration patience) : turns_(turns) {
      absl::MutexLock lock(&turns_->mutex_);
      const auto free = [this]()
                            ABSL_SHARED_LOCKS_REQUIRED(turns_->mutex_) { return !turns_->backup_; };
      taken_ = turns_->mutex_.AwaitWithTimeout(absl::Condition(&free), patience);
      if (taken_) ++turns_->erasures_;
    }
    Erasure(const Erasure&) = delete;
    Erasure& operator=(const Erasure&) = delete;
    ~Erasure() {
      absl::MutexLock lock(&turns_->mutex_);
      if (taken_) --turns_->erasures_;
    }

    // False: the backup is not done, and it is not this one's turn.
    bool taken() const { return taken_; }

   private:
    FileTurns* const turns_;
    bool taken_ = false;
  };

  // A backup's turn, until it is destroyed; waits for erasures, and not for another backup.
  class Backup {
   public:
    explicit Backup(FileTurns* turns) : turns_(turns) {
      absl::MutexLock lock(&turns_->mutex_);
      if (turns_->backup_) return;
      // From here on no erasure begins.
      turns_->backup_ = taken_ = true;
      const auto quiet = [this]() ABSL_SHARED_LOCKS_REQUIRED(turns_->mutex_) {
        return turns_->erasures_ == 0;
      };
      turns_->mutex_.Await(absl::Condition(&quiet));
    }
    Backup(const Backup&) = delete;
    Backup& operator=(const Backup&) = delete;
    ~Backup() {
      absl::MutexLock lock(&turns_->mutex_);
      if (taken_) turns_->backup_ = false;
    }

    // False: another backup is being made.
    bool taken() const { return taken_; }

   private:
    FileTurns* const turns_;
    bool taken_ = false;
  };

 private:
  absl::Mutex mutex_;
  int erasures_ ABSL_GUARDED_BY(mutex_) = 0;
  bool backup_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace kizuna::storage

#endif  // KIZUNA_STORAGE_ROCKSDB_FILE_TURNS_H_
