// SPDX-License-Identifier: Apache-2.0
//
// The engine itself, for its own files and tests; everybody else opens it by rocksdb_store.h.

#ifndef KIZUNA_STORAGE_ROCKSDB_ROCKSDB_ENGINE_H_
#define KIZUNA_STORAGE_ROCKSDB_ROCKSDB_ENGINE_H_

#include <memory>
#include <string>
#include <vector>

#include "rocksdb/db.h"
#include "rocksdb/env.h"
#include "storage/kv.h"
#include "storage/rocksdb/backup.h"
#include "storage/rocksdb/commit_queue.h"
#include "storage/rocksdb/file_turns.h"
#include "storage/rocksdb/high_water_marks.h"
#include "storage/rocksdb/rocksdb_store.h"
#include "storage/rocksdb/stop_switch.h"

namespace kizuna::storage {

class RocksDbStore final : public Store {
 public:
  // As OpenRocksDbStore.
  static absl::StatusOr<std::unique_ptr<RocksDbStore>> Open(const RocksDbOptions& options);
  ~RocksDbStore() override;

  std::unique_ptr<Snapshot> GetSnapshot() const override;
  std::vector<absl::Status> Commit(absl::Span<const WriteBatch> group) override;
  using Store::Commit;
  absl::Status EraseRange(Partition partition, const KeyRange& range) override;
  StoreStats Stats() const override;
  absl::Status Close() override;

  // As CreateBackup; in backup.cc.
  absl::StatusOr<BackupInfo> Backup(const BackupFolder& folder);

  // For tests: what runs underneath.
  rocksdb::DB& db() { return *db_; }

 private:
  explicit RocksDbStore(const RocksDbOptions& options);

  absl::Status LockDirectory();
  absl::Status OpenDb();
  absl::Status StartCommits();
  absl::StatusOr<CommitNumbers> ReadNumbers();
  absl::StatusOr<CommitNumbers> CheckMarks(CommitNumbers numbers);
  absl::Status JumpAhead(const CommitNumbers& marks, CommitNumbers& numbers);

  absl::Status CheckRoom() const;
  absl::Status AwaitSnapshotsBefore(uint64_t sequence) const;
  absl::Status CompactAway(const std::string& begin, const std::string& end);
  void Log(absl::string_view text) const;

  const RocksDbOptions options_;
  rocksdb::Env* const env_;
  StopSwitch stop_;
  FileTurns turns_;
  rocksdb::FileLock* lock_ = nullptr;
  // Destroyed from the last to the first: the queue uses the marks and the database.
  std::unique_ptr<rocksdb::DB> db_;
  std::unique_ptr<HighWaterMarks> marks_;
  std::unique_ptr<CommitQueue> commits_;
};

}  // namespace kizuna::storage

#endif  // KIZUNA_STORAGE_ROCKSDB_ROCKSDB_ENGINE_H_
