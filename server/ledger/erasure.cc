// SPDX-License-Identifier: Apache-2.0

#include "server/ledger/erasure.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "server/ledger/accounts.h"
#include "server/ledger/change.h"
#include "server/ledger/change_log.h"
#include "server/ledger/leaks.h"
#include "storage/records/records.h"

namespace kizuna::ledger {
namespace {

// A range that holds one key.
storage::KeyRange Only(const std::string& key) { return {key, key + '\0'}; }

// The rows of the account in the families that sort by account.
std::vector<storage::KeyRange> OwnRanges(const std::string& account) {
  return {
      storage::FactKey::OfAccount(account),           storage::WordsKey::OfAccount(account),
      storage::PersonRecordKey::OfAccount(account),   storage::HistoryKey::OfAccount(account),
      storage::LeakKey::OfAccount(account),           storage::TakenOverKey::OfAccount(account),
      Only(storage::MergedKey{account}.Encode()),     Only(storage::AccountKey{account}.Encode()),
      Only(storage::AlertMemoryKey{account}.Encode())};
}

// Where the mark lies that the account was erased.
storage::ErasedDigestKey MarkOf(const std::string& account) {
  storage::ErasedDigestKey key;
  const std::string digest = ErasedDigest(account);
  std::copy(digest.begin(), digest.end(), key.digest.begin());
  return key;
}

// A mark that still names the account becomes one that does not.
absl::Status RenewMark(Shared& shared, const storage::Snapshot& snapshot,
                       const std::string& account) {
  const storage::Partition shard = storage::ShardOf(account);
  const storage::ErasedKey old{account};
  auto mark = storage::GetRecord(snapshot, shard, old);
  if (!mark.ok()) return mark.status();
  if (!*mark) return absl::OkStatus();
  storage::WriteBatch batch(shard);
  storage::PutRecord(batch, MarkOf(account), **mark);
  batch.Delete(old.Encode());
  return shared.store->Commit(batch);
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

// The account's alerts, and what of them is still to be delivered.
absl::StatusOr<std::vector<storage::KeyRange>> AlertRanges(const storage::Snapshot& snapshot,
                                                           const std::string& account) {
  std::vector<storage::KeyRange> ranges;
  storage::RecordScan<storage::AlertKey> rows(snapshot, storage::ShardOf(account),
                                              storage::AlertKey::All());
  while (rows.Next()) {
    if (rows.record().account() != account) continue;
    ranges.push_back(Only(rows.key().Encode()));
    for (const bool dead : {false, true}) {
      ranges.push_back(storage::DeliveryKey::OfAlert(dead, rows.key()));
    }
  }
  if (!rows.status().ok()) return rows.status();
  return ranges;
}

// The row of the log that tells of the erasure, and not of whom.
storage::v1::ChangeRecord ErasureRow(const std::string& account, engine::Instant now) {
  storage::v1::ChangeRecord row;
  row.set_committed_at_micros(now);
  row.set_cause(storage::v1::ChangeRecord::CAUSE_ERASURE);
  row.set_erased_digest(ErasedDigest(account));
  storage::v1::Change& change = *row.add_changes();
  change.set_kind(storage::v1::Change::KIND_ERASED);
  change.set_after(1);
  return row;
}

// `entry` null: the account was merged into another, and its rows are all that is left of it.
absl::Status TakeOut(Shared& shared, ShardHeads& heads, const std::string& account,
                     const Entry* entry, const storage::Snapshot& snapshot) {
  const storage::Partition shard = storage::ShardOf(account);
  absl::StatusOr<std::vector<std::string>> log = LogKeys(snapshot, account);
  if (!log.ok()) return log.status();
  absl::StatusOr<std::vector<storage::KeyRange>> alerts = AlertRanges(snapshot, account);
  if (!alerts.ok()) return alerts.status();
  const absl::StatusOr<uint64_t> leaks = LeaksOf(snapshot, account);
  if (!leaks.ok()) return leaks.status();
  absl::StatusOr<ShardHeads::Head*> head = heads.Of(snapshot, shard);
  if (!head.ok()) return head.status();
  const uint64_t number = (*head)->next_commit++;
  (*head)->record.set_accounts((*head)->record.accounts() - (entry != nullptr ? 1 : 0));
  (*head)->record.set_leaks((*head)->record.leaks() - *leaks);

  storage::WriteBatch batch(shard);
  batch.set_commit_number(number);
  for (storage::KeyRange& range : OwnRanges(account)) batch.DeleteRange(std::move(range));
  for (std::string& key : *log) batch.Delete(std::move(key));
  for (storage::KeyRange& range : *alerts) batch.DeleteRange(std::move(range));
  if (entry != nullptr) DeleteIndexRows(account, entry->placement, batch);
  const engine::Instant now = shared.now();
  storage::PutRecord(batch, storage::ChangeKey{number}, ErasureRow(account, now));
  storage::v1::ErasedRecord marker;
  marker.set_erased_at_micros(now);
  marker.set_revision(number);
  storage::PutRecord(batch, MarkOf(account), marker);
  batch.Put(storage::HeadKey{}.Encode(), (*head)->record.SerializeAsString());
  absl::Status status = shared.store->Commit(batch);
  if (!status.ok()) {
    CommitFailed(shared, heads, shard);
    return status;
  }
  shared.cache->Forget(shard, account);
  shared.bell.Committed(shard, number);
  shared.bell.Ring();
  shared.merges.Forget(account);
  shared.accounts.fetch_sub(entry != nullptr ? 1 : 0);
  shared.leaks.fetch_sub(static_cast<int64_t>(*leaks));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<bool> WasErased(const storage::Snapshot& snapshot, const std::string& account) {
  const storage::Partition shard = storage::ShardOf(account);
  for (const std::string& key : {MarkOf(account).Encode(), storage::ErasedKey{account}.Encode()}) {
    auto mark = snapshot.Get(shard, key);
    if (!mark.ok()) return mark.status();
    if (mark->has_value()) return true;
  }
  return false;
}

absl::Status EraseAccount(Shared& shared, ShardHeads& heads, const std::string& account) {
  const storage::Partition shard = storage::ShardOf(account);
  {
    // The snapshot must be gone before the files are cleaned: it would keep the rows alive.
    const auto snapshot = shared.store->GetSnapshot();
    auto entry = LoadEntry(*snapshot, account, shared.calendar);
    if (!entry.ok()) return entry.status();
    if (*entry != nullptr || shared.merges.Find(account)) {
      absl::Status status = shared.WriteDown({ErasedDigest(account)});
      if (status.ok()) status = TakeOut(shared, heads, account, entry->get(), *snapshot);
      if (!status.ok()) return status;
    } else {
      const absl::StatusOr<bool> erased = WasErased(*snapshot, account);
      if (!erased.ok()) return erased.status();
      if (!*erased) return NoSuchAccount(account);
      if (absl::Status s = RenewMark(shared, *snapshot, account); !s.ok()) return s;
    }
  }
  // Everything is deleted by now. This takes it out of the files, wherever in the shard it lay: the
  // index and log rows of all the account's past, too.
  return shared.store->EraseRange(shard, Only(storage::AccountKey{account}.Encode()));
}

}  // namespace kizuna::ledger
