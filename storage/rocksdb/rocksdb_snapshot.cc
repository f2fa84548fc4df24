// SPDX-License-Identifier: Apache-2.0

#include "storage/rocksdb/rocksdb_snapshot.h"

#include <utility>

#include "storage/kv_engine.h"
#include "storage/rocksdb/rocksdb_keys.h"
#include "storage/rocksdb/rocksdb_status.h"

namespace kizuna::storage {
namespace {

class RocksDbIterator final : public Iterator {
 public:
  RocksDbIterator(rocksdb::DB* db, const StopSwitch* stop, rocksdb::ReadOptions read,
                  Partition partition, const KeyRange& range, Direction direction)
      : stop_(stop), direction_(direction), status_(range.Validate()) {
    if (!status_.ok() || range.empty()) return;
    status_ = stop->Check();
    if (!status_.ok()) return;
    lower_ = FullKey(partition, range.begin);
    upper_ = FullEnd(partition, range.end);
    lower_slice_ = lower_;
    upper_slice_ = upper_;
    read.iterate_lower_bound = &lower_slice_;
    read.iterate_upper_bound = &upper_slice_;
    rows_.reset(db->NewIterator(read));
  }

  bool Next() override {
    if (rows_ == nullptr) return false;
    status_ = stop_->Check();
    if (status_.ok()) {
      Step();
      if (rows_->Valid()) return true;
      status_ = ToStatus(rows_->status());
    }
    rows_.reset();
    return false;
  }

  absl::string_view key() const override { return ToView(rows_->key()).substr(1); }
  absl::string_view value() const override { return ToView(rows_->value()); }
  absl::Status status() const override { return status_; }

 private:
  void Step() {
    if (direction_ == Direction::kForward) {
      started_ ? rows_->Next() : rows_->SeekToFirst();
    } else {
      started_ ? rows_->Prev() : rows_->SeekToLast();
    }
    started_ = true;
  }

  const StopSwitch* const stop_;
  const Direction direction_;
  absl::Status status_;
  bool started_ = false;
  std::string lower_;
  std::string upper_;
  rocksdb::Slice lower_slice_;
  rocksdb::Slice upper_slice_;
  std::unique_ptr<rocksdb::Iterator> rows_;  // null: nothing, or nothing more
};

}  // namespace

rocksdb::ReadOptions RocksDbSnapshot::AtThisMoment() const {
  rocksdb::ReadOptions read;
  read.snapshot = snapshot_;
  return read;
}

absl::StatusOr<std::optional<std::string>> RocksDbSnapshot::Get(Partition partition,
                                                                absl::string_view key) const {
  absl::Status status = ValidateKey(key);
  if (status.ok()) status = stop_->Check();
  if (!status.ok()) return status;
  std::string value;
  const rocksdb::Status got = db_->Get(AtThisMoment(), FullKey(partition, key), &value);
  if (got.IsNotFound()) return std::nullopt;
  if (!got.ok()) return ToStatus(got);
  return value;
}

absl::StatusOr<std::vector<std::optional<std::string>>> RocksDbSnapshot::MultiGet(
    absl::Span<const PartitionKey> keys) const {
  absl::Status status = ValidateMultiGet(keys);
  if (status.ok()) status = stop_->Check();
  if (!status.ok()) return status;
  std::vector<std::string> full_keys;
  full_keys.reserve(keys.size());
  for (const PartitionKey& key : keys) full_keys.push_back(FullKey(key.partition, key.key));
  const std::vector<rocksdb::Slice> slices(full_keys.begin(), full_keys.end());
  std::vector<rocksdb::PinnableSlice> found(keys.size());
  std::vector<rocksdb::Status> statuses(keys.size());
  db_->MultiGet(AtThisMoment(), db_->DefaultColumnFamily(), slices.size(), slices.data(),
                found.data(), statuses.data(), /*sorted_input=*/false);

  std::vector<std::optional<std::string>> values(keys.size());
  for (size_t i = 0; i < keys.size(); ++i) {
    if (statuses[i].IsNotFound()) continue;
    if (!statuses[i].ok()) return ToStatus(statuses[i]);
    values[i].emplace(found[i].data(), found[i].size());
  }
  return values;
}

std::unique_ptr<Iterator> RocksDbSnapshot::Scan(Partition partition, const KeyRange& range,
                                                Direction direction) const {
  return std::make_unique<RocksDbIterator>(db_, stop_, AtThisMoment(), partition, range, direction);
}

absl::StatusOr<CommitNumber> RocksDbSnapshot::NewestCommit(Partition partition) const {
  absl::Status status = stop_->Check();
  if (!status.ok()) return status;
  return ReadCommitNumber(db_, AtThisMoment(), partition);
}

absl::StatusOr<CommitNumber> ReadCommitNumber(rocksdb::DB* db, const rocksdb::ReadOptions& read,
                                              Partition partition) {
  std::string bytes;
  const rocksdb::Status got = db->Get(read, NumberKey(partition), &bytes);
  if (got.IsNotFound()) return CommitNumber{0};
  if (!got.ok()) return ToStatus(got);
  const std::optional<CommitNumber> number = DecodeCommitNumber(bytes);
  if (!number.has_value()) {
    return absl::DataLossError("a commit number is damaged; restore the store from a backup");
  }
  return *number;
}

}  // namespace kizuna::storage
