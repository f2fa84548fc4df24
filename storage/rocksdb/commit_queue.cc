// SPDX-License-Identifier: Apache-2.0

#include "storage/rocksdb/commit_queue.h"

#include <algorithm>
#include <utility>

#include "storage/kv_engine.h"
#include "storage/rocksdb/rocksdb_keys.h"
#include "storage/rocksdb/rocksdb_options.h"
#include "storage/rocksdb/rocksdb_snapshot.h"
#include "storage/rocksdb/rocksdb_status.h"

namespace kizuna::storage {
namespace {

// A leader takes along calls up to this size, so that the first need not wait long for the last.
constexpr size_t kSharedBytes = 8u << 20;
// A larger group is written in pieces of about this size.
constexpr size_t kWriteBytes = 32u << 20;

size_t BytesOf(absl::Span<const WriteBatch> group) {
  size_t bytes = 0;
  for (const WriteBatch& batch : group) bytes += batch.bytes();
  return bytes;
}

bool IsGuarded(const WriteBatch& batch) { return !batch.guards().empty(); }

}  // namespace

CommitQueue::CommitQueue(rocksdb::DB* db, StopSwitch* stop, HighWaterMarks* marks,
                         CommitNumbers numbers, std::function<absl::Status()> room)
    : db_(db), stop_(stop), marks_(marks), room_(std::move(room)), numbers_(std::move(numbers)) {}

std::vector<absl::Status> CommitQueue::Commit(absl::Span<const WriteBatch> group, bool needs_room) {
  if (group.empty()) return {};
  Call call{group, needs_room, std::vector<absl::Status>(group.size())};
  const auto ready = [this, &call]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    return call.done || calls_.front() == &call;
  };

  absl::MutexLock lock(&mutex_);
  calls_.push_back(&call);
  mutex_.Await(absl::Condition(&ready));
  if (call.done) return std::move(call.results);

  // In front: lead. The calls stay queued meanwhile, so that nobody else comes to the front.
  const std::vector<Call*> calls = TakeCalls();
  mutex_.Unlock();
  Lead(calls);
  mutex_.Lock();
  for (Call* led : calls) {
    for (const absl::Status& result : led->results) {
      if (result.ok()) ++counts_.batches_committed;
      if (absl::IsAborted(result)) ++counts_.batches_aborted;
    }
    led->done = true;
    calls_.pop_front();
  }
  return std::move(call.results);
}

StoreStats CommitQueue::Counts() const {
  absl::MutexLock lock(&mutex_);
  return counts_;
}

std::vector<CommitQueue::Call*> CommitQueue::TakeCalls() {
  std::vector<Call*> taken = {calls_.front()};
  size_t bytes = BytesOf(calls_.front()->group);
  for (size_t i = 1; i < calls_.size(); ++i) {
    bytes += BytesOf(calls_[i]->group);
    if (bytes > kSharedBytes) break;
    taken.push_back(calls_[i]);
  }
  return taken;
}

void CommitQueue::Lead(const std::vector<Call*>& calls) {
  // What a batch writes need only be remembered when a guard behind it could ask.
  size_t guarded = 0;
  for (const Call* call : calls) {
    guarded += std::count_if(call->group.begin(), call->group.end(), IsGuarded);
  }
  absl::Status usable = stop_->Check();
  const absl::Status room = usable.ok() ? room_() : absl::OkStatus();
  Write write;
  for (Call* call : calls) {
    guarded -= std::count_if(call->group.begin(), call->group.end(), IsGuarded);
    const absl::Status refused = !usable.ok() ? usable : call->needs_room ? room : absl::OkStatus();
    if (refused.ok()) {
      Run(*call, guarded > 0, write);
    } else {
      std::fill(call->results.begin(), call->results.end(), refused);
    }
  }
  Flush(write);
}

void CommitQueue::Run(Call& call, bool guards_follow, Write& write) {
  size_t guarded = std::count_if(call.group.begin(), call.group.end(), IsGuarded);
  for (size_t i = 0; i < call.group.size(); ++i) {
    const WriteBatch& batch = call.group[i];
    if (IsGuarded(batch)) --guarded;
    call.results[i] = Check(batch, write.ahead);
    if (!call.results[i].ok()) continue;
    Add(batch, guards_follow || guarded > 0, write);
    write.results.push_back(&call.results[i]);
    if (write.batch.GetDataSize() > kWriteBytes) Flush(write);
  }
}

absl::Status CommitQueue::Check(const WriteBatch& batch, const Ahead& ahead) {
  absl::Status status = stop_->Check();
  if (status.ok()) status = batch.Validate();
  if (!status.ok()) return status;
  if (batch.commit_number().has_value()) {
    const auto number_ahead = ahead.numbers.find(batch.partition());
    const CommitNumber newest =
        number_ahead != ahead.numbers.end() ? number_ahead->second : numbers_[batch.partition()];
    if (newest >= *batch.commit_number()) return CommitNumberError(*batch.commit_number(), newest);
  }
  for (const WriteBatch::Guard& guard : batch.guards()) {
    const absl::StatusOr<bool> holds = Holds(batch.partition(), guard, ahead);
    if (!holds.ok()) return holds.status();
    if (!*holds) return GuardError(guard);
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> CommitQueue::Holds(Partition partition, const WriteBatch::Guard& guard,
                                        const Ahead& ahead) {
  const std::string full_key = FullKey(partition, guard.key);
  const auto row = ahead.rows.find(full_key);
  if (row != ahead.rows.end()) return row->second == guard.value;
  for (const auto& [begin, end] : ahead.deleted_ranges) {
    if (begin <= full_key && full_key < end) return !guard.value.has_value();
  }
  rocksdb::PinnableSlice found;
  const rocksdb::Status got =
      db_->Get(rocksdb::ReadOptions(), db_->DefaultColumnFamily(), full_key, &found);
  if (got.IsNotFound()) return !guard.value.has_value();
  if (!got.ok()) return ToStatus(got);
  return guard.value.has_value() && ToView(found) == *guard.value;
}

void CommitQueue::Add(const WriteBatch& batch, bool guards_follow, Write& write) {
  const Partition partition = batch.partition();
  for (const WriteBatch::Change& change : batch.changes()) {
    std::string full_key = FullKey(partition, change.key);
    switch (change.op) {
      case WriteBatch::Op::kPut:
        write.batch.Put(full_key, change.value);
        if (guards_follow) write.ahead.rows[std::move(full_key)] = change.value;
        break;
      case WriteBatch::Op::kDelete:
        write.batch.Delete(full_key);
        if (guards_follow) write.ahead.rows[std::move(full_key)] = std::nullopt;
        break;
      case WriteBatch::Op::kDeleteRange: {
        std::string full_end = FullEnd(partition, change.value);
        if (full_key >= full_end) break;
        write.batch.DeleteRange(full_key, full_end);
        if (!guards_follow) break;
        for (auto& [key, value] : write.ahead.rows) {
          if (full_key <= key && key < full_end) value = std::nullopt;
        }
        write.ahead.deleted_ranges.emplace_back(std::move(full_key), std::move(full_end));
        break;
      }
    }
  }
  if (batch.commit_number().has_value()) {
    write.ahead.numbers[partition] = *batch.commit_number();
  }
}

void CommitQueue::Flush(Write& write) {
  for (const auto& [partition, number] : write.ahead.numbers) {
    write.batch.Put(NumberKey(partition), EncodeCommitNumber(number));
  }
  if (write.batch.Count() > 0) {
    const rocksdb::Status written = db_->Write(SyncedWrite(), &write.batch);
    if (written.ok()) {
      for (const auto& [partition, number] : write.ahead.numbers) numbers_[partition] = number;
      if (!write.ahead.numbers.empty()) marks_->Advance(write.ahead.numbers);
      absl::MutexLock lock(&mutex_);
      ++counts_.syncs;
    } else {
      stop_->Stop(ToStatus(written));
      for (absl::Status* result : write.results) *result = StoppedError();
    }
  }
  write.batch.Clear();
  write.results.clear();
  write.ahead = Ahead();
}

}  // namespace kizuna::storage
