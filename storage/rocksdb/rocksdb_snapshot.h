// SPDX-License-Identifier: Apache-2.0
//
// How are consistent reads made? By RocksDB's snapshots and iterators behind the contract's.

#ifndef KIZUNA_STORAGE_ROCKSDB_ROCKSDB_SNAPSHOT_H_
#define KIZUNA_STORAGE_ROCKSDB_ROCKSDB_SNAPSHOT_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rocksdb/db.h"
#include "storage/kv.h"
#include "storage/rocksdb/stop_switch.h"

namespace kizuna::storage {

class RocksDbSnapshot final : public Snapshot {
 public:
  // Both must outlive it.
  RocksDbSnapshot(rocksdb::DB* db, const StopSwitch* stop)
      : db_(db), stop_(stop), snapshot_(db->GetSnapshot()) {}
  ~RocksDbSnapshot() override { db_->ReleaseSnapshot(snapshot_); }

  absl::StatusOr<std::optional<std::string>> Get(Partition partition,
                                                 absl::string_view key) const override;
  absl::StatusOr<std::vector<std::optional<std::string>>> MultiGet(
      absl::Span<const PartitionKey> keys) const override;
  std::unique_ptr<Iterator> Scan(Partition partition, const KeyRange& range,
                                 Direction direction) const override;
  absl::StatusOr<CommitNumber> NewestCommit(Partition partition) const override;

 private:
  rocksdb::ReadOptions AtThisMoment() const;

  rocksdb::DB* const db_;
  const StopSwitch* const stop_;
  const rocksdb::Snapshot* const snapshot_;
};

// The commit number that `db` has for the partition, 0 if none. DATA_LOSS; UNAVAILABLE.
absl::StatusOr<CommitNumber> ReadCommitNumber(rocksdb::DB* db, const rocksdb::ReadOptions& read,
                                              Partition partition);

}  // namespace kizuna::storage

#endif  // KIZUNA_STORAGE_ROCKSDB_ROCKSDB_SNAPSHOT_H_
