// SPDX-License-Identifier: Apache-2.0

#include "server/ledger/change_log.h"

#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "storage/records/records.h"

namespace kizuna::ledger {
namespace {

using storage::CommitNumber;
using storage::Partition;

absl::Status TooOld() {
  return absl::OutOfRangeError(
      "the change log no longer reaches back to there; list the accounts, then watch from now");
}

absl::Status Ahead() {
  return absl::DataLossError(
      "the position is ahead of the store, which must have been restored to an earlier state; list "
      "the accounts, then watch from now");
}

// Up to where the log of a shard was trimmed.
absl::StatusOr<CommitNumber> TrimmedTo(const storage::Snapshot& snapshot, Partition shard) {
  auto head = storage::GetRecordAs<storage::v1::ShardHead>(snapshot, shard, storage::HeadKey{});
  if (!head.ok()) return head.status();
  return *head ? (*head)->trimmed_to() : 0;
}

// The log of one shard, on its next row.
struct Source {
  int shard = 0;
  std::unique_ptr<storage::RecordScan<storage::ChangeKey>> rows;

  int64_t time() const { return rows->record().committed_at_micros(); }
};

// The oldest first; among equals the lower shard, so that the order is always the same.
struct Later {
  bool operator()(const Source& a, const Source& b) const {
    return a.time() != b.time() ? a.time() > b.time() : a.shard > b.shard;
  }
};

}  // namespace

ShardSet ShardsOf(const std::vector<std::string>& accounts) {
  ShardSet shards;
  for (const std::string& account : accounts) shards.set(storage::ShardOf(account).byte());
  return shards;
}

std::string ErasedDigest(absl::string_view account) {
  constexpr size_t kBytes = 16;
  std::array<unsigned char, SHA256_DIGEST_LENGTH> hash{};
  SHA256(reinterpret_cast<const unsigned char*>(account.data()), account.size(), hash.data());
  return std::string(hash.begin(), hash.begin() + kBytes);
}

absl::StatusOr<LogPosition> ChangeLog::End() const {
  const auto snapshot = store_->GetSnapshot();
  LogPosition end;
  for (int shard = 0; shard < Partition::kShards; ++shard) {
    auto newest = snapshot->NewestCommit(Partition::Shard(shard));
    if (!newest.ok()) return newest.status();
    end.revisions[shard] = *newest;
  }
  return end;
}

absl::StatusOr<LogPosition> ChangeLog::Start() const {
  const auto snapshot = store_->GetSnapshot();
  LogPosition start;
  for (int shard = 0; shard < Partition::kShards; ++shard) {
    auto trimmed = TrimmedTo(*snapshot, Partition::Shard(shard));
    if (!trimmed.ok()) return trimmed.status();
    start.revisions[shard] = *trimmed;
  }
  return start;
}

absl::Status ChangeLog::Check(const LogPosition& position) const {
  const absl::StatusOr<LogPosition> start = Start();
  if (!start.ok()) return start.status();
  const absl::StatusOr<LogPosition> end = End();
  if (!end.ok()) return end.status();
  for (int shard = 0; shard < Partition::kShards; ++shard) {
    if (position.revisions[shard] > end->revisions[shard]) return Ahead();
    if (position.revisions[shard] < start->revisions[shard]) return TooOld();
  }
  return absl::OkStatus();
}

absl::Status ChangeLog::Check(uint64_t epoch, const LogPosition& position) const {
  if (epoch != epoch_) {
    const PastEpoch* const past = epochs_.Past(epoch - epoch_ + epochs_.current());
    if (past == nullptr) return Ahead();
    for (int shard = 0; shard < Partition::kShards; ++shard) {
      if (position.revisions[shard] > past->last_revisions[shard]) return Ahead();
    }
  }
  return Check(position);
}

absl::StatusOr<ChangeLog::Part> ChangeLog::Read(const LogPosition& from, const ShardSet& shards,
                                                size_t limit) const {
  Part part;
  part.after = from;
  // What the bell tells is in every snapshot taken after it.
  LogPosition known;
  std::vector<int> fresh;
  for (int shard = 0; shard < Partition::kShards; ++shard) {
    known.revisions[shard] = std::max(from.revisions[shard], bell_->Newest(shard));
    if (known.revisions[shard] == from.revisions[shard]) continue;
    if (shards[shard]) {
      fresh.push_back(shard);
    } else {
      part.after.revisions[shard] = known.revisions[shard];
    }
  }
  if (fresh.empty()) {
    part.at_end = true;
    return part;
  }
  const auto snapshot = store_->GetSnapshot();
  std::vector<Source> sources;  // a heap, the next row's first
  // A shard on which nothing is left is read up to what was known of it.
  const auto enter = [&](Source source) -> absl::Status {
    if (source.rows->Next()) {
      sources.push_back(std::move(source));
      std::push_heap(sources.begin(), sources.end(), Later());
      return absl::OkStatus();
    }
    CommitNumber& after = part.after.revisions[source.shard];
    after = std::max(after, known.revisions[source.shard]);
    return source.rows->status();
  };
  for (const int shard : fresh) {
    const absl::StatusOr<CommitNumber> trimmed = TrimmedTo(*snapshot, Partition::Shard(shard));
    if (!trimmed.ok()) return trimmed.status();
    if (from.revisions[shard] < *trimmed) return TooOld();
    Source source;
    source.shard = shard;
    source.rows = std::make_unique<storage::RecordScan<storage::ChangeKey>>(
        *snapshot, Partition::Shard(shard), storage::ChangeKey::From(from.revisions[shard] + 1));
    if (absl::Status status = enter(std::move(source)); !status.ok()) return status;
  }
  while (!sources.empty() && part.rows.size() < limit) {
    std::pop_heap(sources.begin(), sources.end(), Later());
    Source source = std::move(sources.back());
    sources.pop_back();
    LogRow& row = part.rows.emplace_back();
    row.shard = source.shard;
    row.revision = source.rows->key().revision;
    row.record = std::move(source.rows->record());
    part.after.revisions[row.shard] = row.revision;
    if (absl::Status status = enter(std::move(source)); !status.ok()) return status;
  }
  part.at_end = sources.empty();
  return part;
}

uint64_t ChangeLog::Behind(const LogPosition& position) const {
  uint64_t behind = 0;
  for (int shard = 0; shard < Partition::kShards; ++shard) {
    const CommitNumber newest = bell_->Newest(shard);
    const CommitNumber at = position.revisions[shard];
    if (newest <= at) continue;
    behind += newest - at;
    for (const PastEpoch& past : epochs_.past()) {
      if (at >= past.jumped_to || newest < past.jumped_to) continue;
      // Numbers that were jumped over are nobody's commits.
      behind -= past.jumped_to - std::max(at, past.last_revisions[shard]);
    }
  }
  return behind;
}

}  // namespace kizuna::ledger
