// SPDX-License-Identifier: Apache-2.0

#include "server/ledger/log_trim.h"

#include <utility>

#include "absl/synchronization/notification.h"
#include "storage/records/records.h"

namespace kizuna::ledger {
namespace {

// Rows that one step takes out, and the pause between two steps: a store that was left alone for
// long is trimmed at 100,000 rows a second, and nobody who writes waits for more than one step.
constexpr int kStepRows = 1000;
constexpr absl::Duration kPause = absl::Milliseconds(10);

}  // namespace

absl::Status TrimLog(Shared& shared, ShardHeads& heads, int shard, storage::CommitNumber through) {
  const storage::Partition partition = storage::Partition::Shard(shard);
  const auto snapshot = shared.store->GetSnapshot();
  auto head = heads.Of(*snapshot, partition);
  if (!head.ok()) return head.status();
  storage::v1::ShardHead& record = (*head)->record;
  if (record.trimmed_to() >= through) return absl::OkStatus();
  storage::WriteBatch batch(partition);
  // From where the last trim ended: what lies before it is gone, and only slows a scan down.
  batch.DeleteRange({storage::ChangeKey{record.trimmed_to() + 1}.Encode(),
                     storage::ChangeKey{through + 1}.Encode()});
  record.set_trimmed_to(through);
  batch.Put(storage::HeadKey{}.Encode(), record.SerializeAsString());
  absl::Status status = shared.store->Commit(batch);
  if (!status.ok()) CommitFailed(shared, heads, partition);
  return status;
}

absl::Status LogTrim::Run() {
  if (keep_ == absl::InfiniteDuration()) return absl::OkStatus();
  absl::MutexLock running(&running_);
  for (int shard = 0; shard < storage::Partition::kShards; ++shard) {
    while (true) {
      const absl::StatusOr<storage::CommitNumber> through = TooOldThrough(shard);
      if (!through.ok()) return through.status();
      if (*through == 0) break;
      if (absl::Status status = TrimShard(shard, *through); !status.ok()) return status;
      if (background_.StoppedWithin(kPause)) return absl::CancelledError("the trim was stopped");
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<storage::CommitNumber> LogTrim::TooOldThrough(int shard) const {
  const storage::Partition partition = storage::Partition::Shard(shard);
  const engine::Instant oldest_kept = shared_->now() - absl::ToInt64Microseconds(keep_);
  const auto snapshot = shared_->store->GetSnapshot();
  const auto head =
      storage::GetRecordAs<storage::v1::ShardHead>(*snapshot, partition, storage::HeadKey{});
  if (!head.ok()) return head.status();
  const storage::CommitNumber trimmed = *head ? (*head)->trimmed_to() : 0;
  storage::RecordScan<storage::ChangeKey> rows(*snapshot, partition,
                                               storage::ChangeKey::From(trimmed + 1));
  storage::CommitNumber through = 0;
  for (int i = 0; i < kStepRows && rows.Next(); ++i) {
    // The first row that is young enough keeps all behind it: a clock that was set back must not
    // tear a hole into the log.
    if (rows.record().committed_at_micros() >= oldest_kept) break;
    through = rows.key().revision;
  }
  if (!rows.status().ok()) return rows.status();
  return through;
}

absl::Status LogTrim::TrimShard(int shard, storage::CommitNumber through) {
  absl::Notification finished;
  absl::Status outcome;
  Task task;
  task.kind = Task::Kind::kTrim;
  task.shard = shard;
  task.trim_through = through;
  task.finished = [&](absl::Status status) {
    outcome = std::move(status);
    finished.Notify();
  };
  post_(shard, std::move(task));
  finished.WaitForNotification();
  return outcome;
}

}  // namespace kizuna::ledger
