// SPDX-License-Identifier: Apache-2.0
//
// What happened, and where does a reader of it stand? The change log is one log a shard; a position
// is one number a shard, so that reading goes on exactly behind what was read. An account's rows
// come in the order of its revisions; rows of several shards are merged by the time of their
// commit.

#ifndef KIZUNA_SERVER_LEDGER_CHANGE_LOG_H_
#define KIZUNA_SERVER_LEDGER_CHANGE_LOG_H_

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "kizuna/storage/v1/account.pb.h"
#include "server/ledger/commit_bell.h"
#include "server/ledger/epochs.h"
#include "storage/kv.h"

namespace kizuna::ledger {

using ShardSet = std::bitset<storage::Partition::kShards>;

// The shards in which these accounts lie.
ShardSet ShardsOf(const std::vector<std::string>& accounts);

// Where a reader stands: of each shard everything up to and including this commit is behind it.
struct LogPosition {
  std::array<storage::CommitNumber, storage::Partition::kShards> revisions{};

  friend bool operator==(const LogPosition& a, const LogPosition& b) {
    return a.revisions == b.revisions;
  }
};

// A row of the log.
struct LogRow {
  int shard = 0;
  storage::CommitNumber revision = 0;
  storage::v1::ChangeRecord record;
};

// Which account an erasure was of, without its id: the first 16 bytes of the SHA-256 of the id.
std::string ErasedDigest(absl::string_view account);

// Reads the log. Thread-safe; holds nothing between calls.
class ChangeLog {
 public:
  // What is pointed at outlives it. `epoch`: another one, another log; it counts up with the
  // store's.
  ChangeLog(const storage::Store* store, CommitBell* bell, uint64_t epoch, Epochs epochs)
      : store_(store), bell_(bell), epoch_(epoch), epochs_(std::move(epochs)) {}

  CommitBell& bell() const { return *bell_; }
  uint64_t epoch() const { return epoch_; }

  // Behind everything that is committed, and before the oldest row that is kept.
  absl::StatusOr<LogPosition> End() const;
  absl::StatusOr<LogPosition> Start() const;

  // Whether reading can go on from there. OUT_OF_RANGE: rows behind it were trimmed. DATA_LOSS: it
  // is ahead of the store, which must have gone back.
  absl::Status Check(const LogPosition& position) const;
  // The same of a position in the log of `epoch`. DATA_LOSS also for one of a log that this one
  // does not follow, or that it leaves before the position.
  absl::Status Check(uint64_t epoch, const LogPosition& position) const;

  // A part of the log.
  struct Part {
    std::vector<LogRow> rows;
    LogPosition after;    // where the reader stands once all of `rows` is behind it
    bool at_end = false;  // nothing more was committed when it was read
  };
  // Reads up to `limit` rows of `shards` behind `from`; the other shards are passed over. Reads
  // nothing from the store where the bell knows of nothing new. OUT_OF_RANGE when rows behind
  // `from` were trimmed meanwhile.
  absl::StatusOr<Part> Read(const LogPosition& from, const ShardSet& shards, size_t limit) const;

  // Commits behind `position`: at most so many rows are still to be read.
  uint64_t Behind(const LogPosition& position) const;

 private:
  const storage::Store* const store_;
  CommitBell* const bell_;
  const uint64_t epoch_;
  const Epochs epochs_;
};

}  // namespace kizuna::ledger

#endif  // KIZUNA_SERVER_LEDGER_CHANGE_LOG_H_
