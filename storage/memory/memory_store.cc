// SPDX-License-Identifier: Apache-2.0
//
// Every row is a list of versions, each with the sequence number of the batch that wrote it. A
// snapshot is a sequence number: of each row it sees the newest version that is not younger. What
// no snapshot can see any more is dropped as soon as the last one that could is gone, so that an
// erased value is gone from memory too.

#include "storage/memory/memory_store.h"

#include <algorithm>
#include <deque>
#include <iterator>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/btree_map.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "storage/kv_engine.h"

namespace kizuna::storage {
namespace {

// Rows of all partitions lie in one map: a key begins with the byte of its partition. Commit
// numbers are rows as well, under a byte that no partition has.
constexpr char kNumbersByte = static_cast<char>(254);

std::string FullKey(Partition partition, absl::string_view key) {
  return absl::StrCat(std::string(1, static_cast<char>(partition.byte())), key);
}

std::string NumberKey(Partition partition) {
  return {kNumbersByte, static_cast<char>(partition.byte())};
}

struct Version {
  uint64_t sequence = 0;
  std::optional<std::string> value;  // nullopt: deleted
};

class MemoryStore final : public Store {
 public:
  explicit MemoryStore(const MemoryOptions& options) : options_(options) {}
  ~MemoryStore() override { Close().IgnoreError(); }

  std::unique_ptr<Snapshot> GetSnapshot() const override;
  std::vector<absl::Status> Commit(absl::Span<const WriteBatch> group) override;
  using Store::Commit;
  absl::Status EraseRange(Partition partition, const KeyRange& range) override;
  StoreStats Stats() const override;
  absl::Status Close() override;

 private:
  friend class MemorySnapshot;
  friend class MemoryIterator;
  // By full key; the versions of a row by rising sequence.
  using Rows = absl::btree_map<std::string, std::vector<Version>>;

  // The value that a snapshot of `sequence` sees, or null.
  static const std::string* Visible(const std::vector<Version>& versions, uint64_t sequence);
  const std::string* Find(absl::string_view full_key, uint64_t sequence) const
      ABSL_SHARED_LOCKS_REQUIRED(mutex_);

  absl::Status Check(const WriteBatch& batch) const ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  CommitNumber Number(Partition partition, uint64_t sequence) const
      ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  void Apply(const WriteBatch& batch) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Write(std::string full_key, std::optional<std::string> value)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void DeleteRange(Partition partition, absl::string_view begin, absl::string_view end)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  // The oldest sequence that a snapshot, or a reader to come, can ask for.
  uint64_t Floor() const ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    return snapshots_.empty() ? sequence_ : *snapshots_.begin();
  }
  void DropUnseen() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const MemoryOptions options_;
  mutable absl::Mutex mutex_;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  uint64_t sequence_ ABSL_GUARDED_BY(mutex_) = 0;
  // Releasing a snapshot, which reading ends with, may drop versions that nobody sees any more.
  mutable Rows rows_ ABSL_GUARDED_BY(mutex_);
  mutable uint64_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  mutable std::multiset<uint64_t> snapshots_ ABSL_GUARDED_BY(mutex_);
  // Rows whose version of that sequence made an older one superfluous, in the order written.
  mutable std::deque<std::pair<uint64_t, std::string>> superseded_ ABSL_GUARDED_BY(mutex_);
  StoreStats stats_ ABSL_GUARDED_BY(mutex_);
};

class MemoryIterator final : public Iterator {
 public:
  MemoryIterator(const MemoryStore* store, uint64_t sequence, Partition partition,
                 const KeyRange& range, Direction direction)
      : store_(store),
        sequence_(sequence),
        direction_(direction),
        begin_(FullKey(partition, range.begin)),
        end_(EndOf(partition, range)),
        status_(range.Validate()),
        done_(!status_.ok() || range.empty()) {}

  bool Next() override {
    if (done_) return false;
    absl::ReaderMutexLock lock(&store_->mutex_);
    if (store_->closed_) {
      status_ = ClosedError();
      done_ = true;
      return false;
    }
    done_ = !(direction_ == Direction::kForward ? StepForward() : StepBackward());
    return !done_;
  }

  absl::string_view key() const override { return absl::string_view(full_key_).substr(1); }
  absl::string_view value() const override { return value_; }
  absl::Status status() const override { return status_; }

 private:
  static std::string EndOf(Partition partition, const KeyRange& range) {
    if (!range.end.empty()) return FullKey(partition, range.end);
    return KeyRange::Prefix(FullKey(partition, "")).end;  // empty after the book, the last byte
  }

  // The bounds close in on the row returned last, so that each step starts from the map anew and
  // writers may change the map in between.
  bool StepForward() ABSL_SHARED_LOCKS_REQUIRED(store_->mutex_) {
    auto row = full_key_.empty() ? store_->rows_.lower_bound(begin_)
                                 : store_->rows_.upper_bound(full_key_);
    for (; row != store_->rows_.end() && (end_.empty() || row->first < end_); ++row) {
      if (Take(row->first, row->second)) return true;
    }
    return false;
  }

  bool StepBackward() ABSL_SHARED_LOCKS_REQUIRED(store_->mutex_) {
    const std::string& limit = full_key_.empty() ? end_ : full_key_;
    auto row = limit.empty() ? store_->rows_.end() : store_->rows_.lower_bound(limit);
    while (row != store_->rows_.begin()) {
      --row;
      if (row->first < begin_) return false;
      if (Take(row->first, row->second)) return true;
    }
    return false;
  }

  bool Take(const std::string& full_key, const std::vector<Version>& versions) {
    const std::string* value = MemoryStore::Visible(versions, sequence_);
    if (value == nullptr) return false;
    full_key_ = full_key;
    value_ = *value;
    return true;
  }

  const MemoryStore* const store_;
  const uint64_t sequence_;
  const Direction direction_;
  const std::string begin_;
  const std::string end_;
  absl::Status status_;
  bool done_;
  std::string full_key_;  // of the row stepped to; empty before the first
  std::string value_;
};

class MemorySnapshot final : public Snapshot {
 public:
  explicit MemorySnapshot(const MemoryStore* store) : store_(store), sequence_(Register(store)) {}

  ~MemorySnapshot() override {
    absl::MutexLock lock(&store_->mutex_);
    store_->snapshots_.erase(store_->snapshots_.find(sequence_));
    store_->DropUnseen();
  }

  absl::StatusOr<std::optional<std::string>> Get(Partition partition,
                                                 absl::string_view key) const override {
    absl::Status status = ValidateKey(key);
    if (!status.ok()) return status;
    absl::ReaderMutexLock lock(&store_->mutex_);
    if (store_->closed_) return ClosedError();
    return Copy(store_->Find(FullKey(partition, key), sequence_));
  }

  absl::StatusOr<std::vector<std::optional<std::string>>> MultiGet(
      absl::Span<const PartitionKey> keys) const override {
    absl::Status status = ValidateMultiGet(keys);
    if (!status.ok()) return status;
    absl::ReaderMutexLock lock(&store_->mutex_);
    if (store_->closed_) return ClosedError();
    std::vector<std::optional<std::string>> values;
    values.reserve(keys.size());
    for (const PartitionKey& key : keys) {
      values.push_back(Copy(store_->Find(FullKey(key.partition, key.key), sequence_)));
    }
    return values;
  }

  std::unique_ptr<Iterator> Scan(Partition partition, const KeyRange& range,
                                 Direction direction) const override {
    return std::make_unique<MemoryIterator>(store_, sequence_, partition, range, direction);
  }

  absl::StatusOr<CommitNumber> NewestCommit(Partition partition) const override {
    absl::ReaderMutexLock lock(&store_->mutex_);
    if (store_->closed_) return ClosedError();
    return store_->Number(partition, sequence_);
  }

 private:
  static uint64_t Register(const MemoryStore* store) {
    absl::MutexLock lock(&store->mutex_);
    store->snapshots_.insert(store->sequence_);
    return store->sequence_;
  }

  static std::optional<std::string> Copy(const std::string* value) {
    if (value == nullptr) return std::nullopt;
    return *value;
  }

  const MemoryStore* const store_;
  const uint64_t sequence_;
};

std::unique_ptr<Snapshot> MemoryStore::GetSnapshot() const {
  return std::make_unique<MemorySnapshot>(this);
}

std::vector<absl::Status> MemoryStore::Commit(absl::Span<const WriteBatch> group) {
  std::vector<absl::Status> results;
  results.reserve(group.size());
  absl::MutexLock lock(&mutex_);
  for (const WriteBatch& batch : group) {
    absl::Status status = closed_ ? ClosedError() : Check(batch);
    if (status.ok()) {
      Apply(batch);
      ++stats_.batches_committed;
    } else if (absl::IsAborted(status)) {
      ++stats_.batches_aborted;
    }
    results.push_back(std::move(status));
  }
  if (!group.empty()) ++stats_.syncs;
  DropUnseen();
  return results;
}

absl::Status MemoryStore::EraseRange(Partition partition, const KeyRange& range) {
  absl::Status status = range.Validate();
  if (!status.ok()) return status;
  absl::MutexLock lock(&mutex_);
  if (closed_) return ClosedError();
  if (range.empty()) return absl::OkStatus();
  ++sequence_;
  DeleteRange(partition, range.begin, range.end);
  DropUnseen();
  const uint64_t erased = sequence_;
  const auto unseen = [this, erased]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    return closed_ || Floor() >= erased;
  };
  if (!mutex_.AwaitWithTimeout(absl::Condition(&unseen), options_.erase_wait)) {
    return SnapshotsOpenError(options_.erase_wait);
  }
  return closed_ ? ClosedError() : absl::OkStatus();
}

StoreStats MemoryStore::Stats() const {
  absl::ReaderMutexLock lock(&mutex_);
  StoreStats stats = stats_;
  stats.engine = "memory";
  stats.data_bytes = bytes_;
  return stats;
}

absl::Status MemoryStore::Close() {
  absl::MutexLock lock(&mutex_);
  closed_ = true;
  return absl::OkStatus();
}

const std::string* MemoryStore::Visible(const std::vector<Version>& versions, uint64_t sequence) {
  for (auto version = versions.rbegin(); version != versions.rend(); ++version) {
    if (version->sequence <= sequence) return version->value ? &*version->value : nullptr;
  }
  return nullptr;
}

const std::string* MemoryStore::Find(absl::string_view full_key, uint64_t sequence) const {
  const auto row = rows_.find(full_key);
  return row == rows_.end() ? nullptr : Visible(row->second, sequence);
}

CommitNumber MemoryStore::Number(Partition partition, uint64_t sequence) const {
  const std::string* bytes = Find(NumberKey(partition), sequence);
  return bytes == nullptr ? 0 : DecodeCommitNumber(*bytes).value_or(0);
}

absl::Status MemoryStore::Check(const WriteBatch& batch) const {
  absl::Status status = batch.Validate();
  if (!status.ok()) return status;
  if (batch.commit_number().has_value()) {
    const CommitNumber newest = Number(batch.partition(), sequence_);
    if (newest >= *batch.commit_number()) return CommitNumberError(*batch.commit_number(), newest);
  }
  for (const WriteBatch::Guard& guard : batch.guards()) {
    const std::string* found = Find(FullKey(batch.partition(), guard.key), sequence_);
    const bool holds = guard.value ? found != nullptr && *found == *guard.value : found == nullptr;
    if (!holds) return GuardError(guard);
  }
  return absl::OkStatus();
}

void MemoryStore::Apply(const WriteBatch& batch) {
  ++sequence_;
  for (const WriteBatch::Change& change : batch.changes()) {
    switch (change.op) {
      case WriteBatch::Op::kPut:
        Write(FullKey(batch.partition(), change.key), change.value);
        break;
      case WriteBatch::Op::kDelete:
        Write(FullKey(batch.partition(), change.key), std::nullopt);
        break;
      case WriteBatch::Op::kDeleteRange:
        DeleteRange(batch.partition(), change.key, change.value);
        break;
    }
  }
  if (batch.commit_number().has_value()) {
    Write(NumberKey(batch.partition()), EncodeCommitNumber(*batch.commit_number()));
  }
}

void MemoryStore::Write(std::string full_key, std::optional<std::string> value) {
  if (!value.has_value() && Find(full_key, sequence_) == nullptr) return;
  std::vector<Version>& versions = rows_[full_key];
  bytes_ += full_key.size() + (value ? value->size() : 0);
  if (!versions.empty() || !value.has_value()) superseded_.emplace_back(sequence_, full_key);
  if (!versions.empty() && versions.back().sequence == sequence_) {
    // A later change of the same batch wins.
    bytes_ -= full_key.size() + (versions.back().value ? versions.back().value->size() : 0);
    versions.back().value = std::move(value);
  } else {
    versions.push_back(Version{sequence_, std::move(value)});
  }
}

void MemoryStore::DeleteRange(Partition partition, absl::string_view begin, absl::string_view end) {
  const std::string first = FullKey(partition, begin);
  const std::string last =
      end.empty() ? KeyRange::Prefix(FullKey(partition, "")).end : FullKey(partition, end);
  std::vector<std::string> doomed;
  for (auto row = rows_.lower_bound(first);
       row != rows_.end() && (last.empty() || row->first < last); ++row) {
    if (Visible(row->second, sequence_) != nullptr) doomed.push_back(row->first);
  }
  for (std::string& full_key : doomed) Write(std::move(full_key), std::nullopt);
}

void MemoryStore::DropUnseen() const {
  const uint64_t floor = Floor();
  for (; !superseded_.empty() && superseded_.front().first <= floor; superseded_.pop_front()) {
    const auto row = rows_.find(superseded_.front().second);
    if (row == rows_.end()) continue;
    std::vector<Version>& versions = row->second;
    // All that lies before the newest version which is not above the floor is out of sight.
    auto keep = std::find_if(versions.begin(), versions.end(),
                             [floor](const Version& v) { return v.sequence > floor; });
    if (keep != versions.begin()) --keep;
    // So is that version itself when it says "deleted".
    if (keep != versions.end() && keep->sequence <= floor && !keep->value.has_value()) ++keep;
    for (auto gone = versions.begin(); gone != keep; ++gone) {
      bytes_ -= row->first.size() + (gone->value ? gone->value->size() : 0);
    }
    versions.erase(versions.begin(), keep);
    if (versions.empty()) rows_.erase(row);
  }
}

}  // namespace

std::unique_ptr<Store> NewMemoryStore(const MemoryOptions& options) {
  return std::make_unique<MemoryStore>(options);
}

}  // namespace kizuna::storage
