// SPDX-License-Identifier: Apache-2.0

#include "server/ledger/erasure.h"

#include <string>
#include <utility>
#include <vector>

#include "server/ledger/accounts.h"
#include "storage/records/records.h"

namespace kizuna::ledger {
namespace {

// A range that holds one key.
storage::KeyRange Only(const std::string& key) { return {key, key + '\0'}; }

// The rows of the account in the families that sort by account.
std::vector<storage::KeyRange> OwnRanges(const std::string& account) {
  return {
      storage::FactKey::OfAccount(account),         storage::WordsKey::OfAccount(account),
      storage::PersonRecordKey::OfAccount(account), storage::HistoryKey::OfAccount(account),
      storage::LeakKey::OfAccount(account),         Only(storage::AccountKey{account}.Encode())};
}

// The rows of the change log that name the account.
absl::StatusOr<std::vector<std::string>> LogKeys(const storage::Snapshot& snapshot,
                                                 const std::string& account) {
  std::vector<std::string> keys;
  const auto rows = snapshot.Scan(storage::ShardOf(account), storage::ChangeKey::From(0),
                                  storage::Direction::kForward);
  while (rows->Next()) {
    auto record = storage::ParseRecord<storage::v1::ChangeRecord>(rows->value());
    if (!record.ok()) return record.status();
    if (record->account() == account) keys.emplace_back(rows->key());
  }
  if (!rows->status().ok()) return rows->status();
  return keys;
}

absl::Status TakeOut(Shared& shared, ShardHeads& heads, const Entry& entry,
                     const storage::Snapshot& snapshot) {
  const std::string& account = entry.account;
  const storage::Partition shard = storage::ShardOf(account);
  absl::StatusOr<std::vector<std::string>> log = LogKeys(snapshot, account);
  if (!log.ok()) return log.status();
  absl::StatusOr<ShardHeads::Head*> head = heads.Of(snapshot, shard);
  if (!head.ok()) return head.status();
  const uint64_t number = (*head)->next_commit++;
  (*head)->record.set_accounts((*head)->record.accounts() - 1);

  storage::WriteBatch batch(shard);
  batch.set_commit_number(number);
  for (storage::KeyRange& range : OwnRanges(account)) batch.DeleteRange(std::move(range));
  for (std::string& key : *log) batch.Delete(std::move(key));
  for (const storage::v1::RankRow& row : entry.placement.ranks()) {
    batch.Delete(storage::RankKey{static_cast<uint8_t>(row.motion()),
                                  static_cast<uint8_t>(row.place()),
                                  static_cast<uint8_t>(row.readiness()), account}
                     .Encode());
  }
  if (entry.placement.has_due_at_micros()) {
    batch.Delete(storage::DueKey{entry.placement.due_at_micros(), account}.Encode());
  }
  storage::v1::ErasedRecord marker;
  marker.set_erased_at_micros(shared.now());
  marker.set_revision(number);
  batch.Put(storage::ErasedKey{account}.Encode(), marker.SerializeAsString());
  batch.Put(storage::HeadKey{}.Encode(), (*head)->record.SerializeAsString());
  absl::Status status = shared.store->Commit(batch);
  if (!status.ok()) {
    heads.Forget(shard);
    shared.cache->Forget(shard);
    return status;
  }
  shared.cache->Erased(shard, account);
  shared.accounts.fetch_sub(1);
  return absl::OkStatus();
}

}  // namespace

absl::Status EraseAccount(Shared& shared, ShardHeads& heads, const std::string& account) {
  const storage::Partition shard = storage::ShardOf(account);
  {
    // The snapshot must be gone before the files are cleaned: it would keep the rows alive.
    const auto snapshot = shared.store->GetSnapshot();
    auto entry = LoadEntry(*snapshot, account, shared.calendar);
    if (!entry.ok()) return entry.status();
    if (*entry != nullptr) {
      if (absl::Status s = TakeOut(shared, heads, **entry, *snapshot); !s.ok()) return s;
    } else {
      auto marker = snapshot->Get(shard, storage::ErasedKey{account}.Encode());
      if (!marker.ok()) return marker.status();
      if (!marker->has_value()) return NoSuchAccount(account);
    }
  }
  for (const storage::KeyRange& range : OwnRanges(account)) {
    if (absl::Status s = shared.store->EraseRange(shard, range); !s.ok()) return s;
  }
  return absl::OkStatus();
}

}  // namespace kizuna::ledger
