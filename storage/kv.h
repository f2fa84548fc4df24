// SPDX-License-Identifier: Apache-2.0
//
// What does Kizuna ask of a place that keeps its data? This: ordered byte keys under partitions,
// consistent snapshots to read from, and batches that are written whole, guarded and durable.
// Nothing above this header knows an engine, and nothing in an engine knows what a key means.
//
// In this file, from the top:
//   Partition      a shard of the accounts, or the book
//   KeyRange       a half-open range of keys
//   Iterator       rows of a range, in order
//   Snapshot       reads of one moment
//   WriteBatch     puts, deletes and guards, of one partition
//   Store          snapshots, commits, physical erasure
//
// Keys are ordered as strings of unsigned bytes. Keys and values may hold any bytes. Every engine
// passes the one suite in tests/conformance, which has a case for each promise made here.
//
// Errors. Messages say what the reader can do and never repeat the text of an engine; that goes to
// the log which the engine was given when it was opened. The codes, for all methods:
//   INVALID_ARGUMENT    a limit below was passed, or a range runs backwards. Nothing was done.
//   ABORTED             a guard did not hold. Nothing of that batch was done: read again, retry.
//   RESOURCE_EXHAUSTED  too little disk is left. Nothing was done; reads go on.
//   DATA_LOSS           stored bytes are damaged. What was read must not be used.
//   UNAVAILABLE         the store is closed, has stopped after a fault, or has lost its server. A
//                       commit that answers this may or may not have happened.
//   DEADLINE_EXCEEDED   only EraseRange; see there.

#ifndef KIZUNA_STORAGE_KV_H_
#define KIZUNA_STORAGE_KV_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace kizuna::storage {

// Limits. Each is inclusive: a key of exactly kMaxKeyBytes is taken.
inline constexpr size_t kMaxKeyBytes = 1024;         // and at least 1
inline constexpr size_t kMaxValueBytes = 16u << 20;  // 16 MiB; may be empty
inline constexpr size_t kMaxBatchBytes = 64u << 20;  // 64 MiB, see WriteBatch::bytes()
inline constexpr size_t kMaxMultiGetKeys = 65536;

// Which number a partition's commit has: 1 and up, 0 when nothing was ever numbered. Numbers of one
// partition only rise, never repeat, and may leave gaps.
using CommitNumber = uint64_t;

// A part of the store that a single batch may write to: one of kShards shards of the accounts, or
// the book (rulebooks and settings). Engines may place partitions anywhere, so nothing is promised
// about the order of commits in different partitions. A value: cheap to copy.
class Partition {
 public:
  // DO NOT CHANGE: which account lies in which shard depends on it for ever.
  static constexpr int kShards = 64;

  // REQUIRES: 0 <= shard < kShards.
  static constexpr Partition Shard(int shard) { return Partition(static_cast<uint8_t>(shard)); }
  static constexpr Partition Book() { return Partition(255); }

  // How the partition is written on disk: 0..63 for shards, 255 for the book. DO NOT CHANGE.
  constexpr uint8_t byte() const { return byte_; }
  constexpr bool is_shard() const { return byte_ < kShards; }

  friend constexpr bool operator==(Partition a, Partition b) { return a.byte_ == b.byte_; }
  friend constexpr bool operator!=(Partition a, Partition b) { return a.byte_ != b.byte_; }
  friend constexpr bool operator<(Partition a, Partition b) { return a.byte_ < b.byte_; }

 private:
  constexpr explicit Partition(uint8_t byte) : byte_(byte) {}
  uint8_t byte_;
};

// The keys k with begin <= k < end. An empty `end` means: to the end of the partition. So
// KeyRange{} is the whole partition, and KeyRange{"b", "b"} is empty.
struct KeyRange {
  std::string begin;
  std::string end;

  // Every key that starts with `prefix`.
  static KeyRange Prefix(absl::string_view prefix);

  bool Contains(absl::string_view key) const { return begin <= key && (end.empty() || key < end); }
  // No key can lie in it.
  bool empty() const { return !end.empty() && begin >= end; }
  // INVALID_ARGUMENT when end lies before begin or either is longer than kMaxKeyBytes.
  absl::Status Validate() const;
};

// One key of one partition, by reference: for calls that take several.
struct PartitionKey {
  Partition partition;
  absl::string_view key;
};

// INVALID_ARGUMENT when `key` is empty or over kMaxKeyBytes.
absl::Status ValidateKey(absl::string_view key);

enum class Direction { kForward, kBackward };

// The rows of a range, one at a time, in the direction of the scan. It starts before the first row.
//
//   state             Next() returned   key(), value()    status()
//   before the first  (not called)      must not be used  OK, or why the scan could not begin
//   on a row          true              that row          OK
//   past the last     false             must not be used  OK
//   failed            false             must not be used  the error
//
// Once Next() has returned false it does so for ever. A false alone does not mean that all rows
// were seen: ask status(), always, as here.
//
//   std::unique_ptr<Iterator> rows = snapshot->Scan(shard, KeyRange::Prefix("d"),
//                                                   Direction::kForward);
//   while (rows->Next()) {
//     Use(rows->key(), rows->value());
//   }
//   if (!rows->status().ok()) return rows->status();
//
// Not thread-safe: one thread at a time. Must not outlive its snapshot.
class Iterator {
 public:
  Iterator() = default;
  Iterator(const Iterator&) = delete;
  Iterator& operator=(const Iterator&) = delete;
  virtual ~Iterator() = default;

  // Steps to the next row. False at the end and on an error, which status() tells apart.
  virtual bool Next() = 0;

  // The row stepped to. The bytes belong to the iterator and hold until the next call of Next().
  virtual absl::string_view key() const = 0;
  virtual absl::string_view value() const = 0;

  // OK, INVALID_ARGUMENT (from Validate() of the range), DATA_LOSS or UNAVAILABLE.
  virtual absl::Status status() const = 0;
};

// The store as it was at one moment: every commit that had returned OK by then, whole, and no part
// of a later one. What a snapshot shows is durable already.
//
// Thread-safe. Holding one keeps old data alive, so let go within seconds. Must not outlive its
// store, and its iterators must not outlive it.
class Snapshot {
 public:
  Snapshot() = default;
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;
  virtual ~Snapshot() = default;

  // The value of `key`, or nullopt where there is none: absence is not an error.
  // INVALID_ARGUMENT for a key over the limits; DATA_LOSS; UNAVAILABLE.
  virtual absl::StatusOr<std::optional<std::string>> Get(Partition partition,
                                                         absl::string_view key) const = 0;

  // The values of `keys`, in their order, as by Get. Keys may repeat and lie in any partitions.
  // All or nothing: an error of one key is the error of the call. INVALID_ARGUMENT also for more
  // than kMaxMultiGetKeys.
  virtual absl::StatusOr<std::vector<std::optional<std::string>>> MultiGet(
      absl::Span<const PartitionKey> keys) const = 0;

  // The rows of `range` in byte order of their keys, or in the reverse of it. Never null; errors
  // are the iterator's. The caller owns the iterator.
  virtual std::unique_ptr<Iterator> Scan(Partition partition, const KeyRange& range,
                                         Direction direction) const = 0;

  // The number of the partition's newest numbered commit that this snapshot shows, 0 if none.
  virtual absl::StatusOr<CommitNumber> NewestCommit(Partition partition) const = 0;
};

// What to write, all or nothing, in one partition: an ordered list of puts and deletes (later ones
// win over earlier ones), the guards under which it may be written, and its commit number.
//
// A plain value, not thread-safe. Adding to a batch cannot fail; Validate(), which Commit calls,
// finds what is over the limits.
class WriteBatch {
 public:
  enum class Op { kPut, kDelete, kDeleteRange };
  struct Change {
    Op op;
    std::string key;    // of a range: where it begins
    std::string value;  // of a range: where it ends, empty meaning the end of the partition
  };
  struct Guard {
    std::string key;
    std::optional<std::string> value;  // nullopt: the key must be absent
  };

  explicit WriteBatch(Partition partition) : partition_(partition) {}

  void Put(std::string key, std::string value);
  // Deleting what is not there is not an error.
  void Delete(std::string key);
  void DeleteRange(KeyRange range);

  // Guards look at the store as it is before this batch, whatever the order of the calls.
  void GuardAbsent(std::string key);
  void GuardEquals(std::string key, std::string value);

  // The batch's number among the commits of its partition: REQUIRES number > 0. It is written in
  // the same atomic step, Snapshot::NewestCommit() tells it, and it is a guard as well: when the
  // partition's newest number is not smaller, the batch is ABORTED. A store that finds itself with
  // a smaller number than it once acknowledged refuses to open (see the engines).
  void set_commit_number(CommitNumber number) { commit_number_ = number; }

  Partition partition() const { return partition_; }
  // nullopt: not numbered.
  std::optional<CommitNumber> commit_number() const { return commit_number_; }
  const std::vector<Change>& changes() const { return changes_; }
  const std::vector<Guard>& guards() const { return guards_; }
  // The sum over changes and guards of key and value bytes.
  size_t bytes() const { return bytes_; }

  // INVALID_ARGUMENT, naming the limit and the size: a key empty or over kMaxKeyBytes, a value over
  // kMaxValueBytes, bytes() over kMaxBatchBytes, a range that runs backwards, a commit number of 0.
  absl::Status Validate() const;

 private:
  Partition partition_;
  std::optional<CommitNumber> commit_number_;
  std::vector<Change> changes_;
  std::vector<Guard> guards_;
  size_t bytes_ = 0;
};

// What an engine can tell of itself, for metrics and status pages. Counts are since it was opened.
struct StoreStats {
  std::string engine;  // "memory", "rocksdb"
  uint64_t batches_committed = 0;
  uint64_t batches_aborted = 0;
  uint64_t syncs = 0;       // durable writes; fewer than batches when groups form
  uint64_t data_bytes = 0;  // about; on disk where there is one
  uint64_t free_bytes = 0;  // left on the disk; 0 where there is none
};

// A store. Thread-safe: every method may be called from any thread at any time. Snapshots and their
// iterators must be gone before the store is.
class Store {
 public:
  Store() = default;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  virtual ~Store() = default;

  // The store as of now: it shows every commit that returned OK before this call. The caller owns
  // it. Never null: a closed or stopped store gives one whose reads are UNAVAILABLE.
  virtual std::unique_ptr<Snapshot> GetSnapshot() const = 0;

  // Writes each batch of `group`, in order, each by itself all or nothing: the group is there to
  // share the cost of making it durable, not to be atomic. Concurrent callers may share it too.
  //
  // Returns one status per batch, in order:
  //   OK                  written and durable: synced to disk, or to the engine's quorum. Every
  //                       snapshot taken from now on shows it.
  //   ABORTED             a guard or the commit number did not hold against the store plus the
  //                       batches of the group ahead of it that were written. Others go on.
  //   INVALID_ARGUMENT    from Validate(). Others go on.
  //   RESOURCE_EXHAUSTED  too little disk; nothing of the whole group was written.
  //   UNAVAILABLE         closed or stopped, or the connection was lost: it may have been written.
  //                       Retry only what is idempotent.
  //   DATA_LOSS           a guard met damaged bytes; not written.
  // Blocks until all are known. The group may be empty. Writers are served in order of arrival.
  virtual std::vector<absl::Status> Commit(absl::Span<const WriteBatch> group) = 0;

  // Commit() of one batch.
  absl::Status Commit(const WriteBatch& batch) { return Commit(absl::MakeConstSpan(&batch, 1))[0]; }

  // Deletes every row of `range`, then removes it, and all that was deleted or overwritten in the
  // partition before, from the store's files, logs included: no search of them finds a key or value
  // of it. Slow: it rewrites the partition. A crash leaves some rows or none; call again. Commits
  // go on; rows that they put into the range meanwhile may or may not survive.
  //
  // Snapshots that were taken before keep showing the rows, and hold their bytes, and so does a
  // backup that is being made: after waiting a while for them (a setting of the engine) it answers
  // DEADLINE_EXCEEDED, the rows being deleted but their bytes perhaps not. INVALID_ARGUMENT for a
  // bad range; UNAVAILABLE.
  virtual absl::Status EraseRange(Partition partition, const KeyRange& range) = 0;

  // About, and cheap enough to ask every second.
  virtual StoreStats Stats() const = 0;

  // Finishes commits under way, writes out what would make the next opening slow, and stops: from
  // then on every call is UNAVAILABLE. Idempotent; the destructor calls it. Not OK when something
  // could not be written out, though nothing acknowledged is lost by that.
  virtual absl::Status Close() = 0;
};

}  // namespace kizuna::storage

#endif  // KIZUNA_STORAGE_KV_H_
