// SPDX-License-Identifier: Apache-2.0

#include "server/ledger/sweep.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/synchronization/blocking_counter.h"
#include "storage/records/records.h"

namespace kizuna::ledger {
namespace {

// Accounts that one step looks at, so that a sweep never fills a lane's queue.
constexpr size_t kStep = 256;

}  // namespace

Sweep::Sweep(Shared* shared, std::function<void(int, Task)> post)
    : shared_(shared), post_(std::move(post)) {
  // The shard that is furthest behind says how far all are.
  engine::Instant swept_to = engine::kNever;
  uint64_t number = UINT64_MAX;
  const auto snapshot = shared_->store->GetSnapshot();
  for (int shard = 0; shard < storage::Partition::kShards; ++shard) {
    auto head = storage::GetRecordAs<storage::v1::ShardHead>(
        *snapshot, storage::Partition::Shard(shard), storage::HeadKey{});
    if (!head.ok() || !*head) continue;  // an empty shard has nothing to sweep
    swept_to = std::min<engine::Instant>(swept_to, (*head)->swept_to_micros());
    number = std::min<uint64_t>(number, (*head)->swept_number());
    shared_->accounts += (*head)->accounts();
    shared_->facts += (*head)->facts();
    shared_->leaks += static_cast<int64_t>((*head)->leaks());
  }
  if (swept_to != engine::kNever) swept_to_ = swept_to;
  if (number != UINT64_MAX) swept_number_ = number;
}

absl::Status Sweep::Run() {
  absl::MutexLock running(&running_);
  const engine::Instant now = shared_->now();
  if (absl::Status status = RefreshDue(now); !status.ok()) return status;
  swept_to_ = now;
  if (swept_number_ == shared_->book->current()->number()) return absl::OkStatus();
  const uint64_t number = shared_->book->current()->number();
  if (absl::Status status = RefreshAll(); !status.ok()) return status;
  swept_number_ = number;
  return WriteDown();
}

absl::Status Sweep::RefreshDue(engine::Instant now) {
  for (int shard = 0; shard < storage::Partition::kShards; ++shard) {
    while (true) {
      std::vector<std::string> accounts;
      {
        const auto snapshot = shared_->store->GetSnapshot();
        const auto rows = snapshot->Scan(storage::Partition::Shard(shard),
                                         storage::DueKey::Until(now), storage::Direction::kForward);
        while (accounts.size() < kStep && rows->Next()) {
          absl::StatusOr<storage::DueKey> key = storage::DueKey::Decode(rows->key());
          if (!key.ok()) return key.status();
          accounts.push_back(std::move(key->account));
        }
        if (!rows->status().ok()) return rows->status();
      }
      if (accounts.empty()) break;
      absl::Status status = Refresh(shard, accounts, storage::v1::ChangeRecord::CAUSE_TIME);
      if (!status.ok()) return status;
      if (accounts.size() < kStep) break;
    }
  }
  return absl::OkStatus();
}

absl::Status Sweep::RefreshAll() {
  for (int shard = 0; shard < storage::Partition::kShards; ++shard) {
    storage::KeyRange rest = storage::AccountKey::All();
    while (true) {
      if (background_.StoppedWithin(absl::ZeroDuration())) {
        return absl::CancelledError("the sweep was stopped");
      }
      std::vector<std::string> accounts;
      {
        const auto snapshot = shared_->store->GetSnapshot();
        const auto rows =
            snapshot->Scan(storage::Partition::Shard(shard), rest, storage::Direction::kForward);
        while (accounts.size() < kStep && rows->Next()) {
          absl::StatusOr<storage::AccountKey> key = storage::AccountKey::Decode(rows->key());
          if (!key.ok()) return key.status();
          accounts.push_back(std::move(key->account));
        }
        if (!rows->status().ok()) return rows->status();
      }
      if (accounts.empty()) break;
      absl::Status status = Refresh(shard, accounts, storage::v1::ChangeRecord::CAUSE_RULEBOOK);
      if (!status.ok()) return status;
      if (accounts.size() < kStep) break;
      rest = storage::AccountKey::After(accounts.back());
    }
  }
  return absl::OkStatus();
}

absl::Status Sweep::Refresh(int shard, const std::vector<std::string>& accounts,
                            storage::v1::ChangeRecord::Cause cause) {
  absl::Mutex mutex;
  absl::Status first_failure;
  absl::BlockingCounter pending(static_cast<int>(accounts.size()));
  for (const std::string& account : accounts) {
    Task task;
    task.kind = Task::Kind::kRefresh;
    task.account = account;
    task.cause = cause;
    task.finished = [&](const absl::Status& status) {
      {
        absl::MutexLock lock(&mutex);
        first_failure.Update(status);
      }
      pending.DecrementCount();
    };
    post_(shard, std::move(task));
  }
  pending.Wait();
  absl::MutexLock lock(&mutex);
  return first_failure;
}

absl::Status Sweep::WriteDown() {
  absl::Mutex mutex;
  absl::Status first_failure;
  absl::BlockingCounter pending(storage::Partition::kShards);
  for (int shard = 0; shard < storage::Partition::kShards; ++shard) {
    Task task;
    task.kind = Task::Kind::kSwept;
    task.shard = shard;
    task.swept_to = swept_to_;
    task.swept_number = swept_number_;
    task.finished = [&](const absl::Status& status) {
      {
        absl::MutexLock lock(&mutex);
        first_failure.Update(status);
      }
      pending.DecrementCount();
    };
    post_(shard, std::move(task));
  }
  pending.Wait();
  absl::MutexLock lock(&mutex);
  return first_failure;
}

}  // namespace kizuna::ledger
