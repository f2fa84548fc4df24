// SPDX-License-Identifier: Apache-2.0

#include "server/ledger/erasures.h"

#include <algorithm>
#include <functional>
#include <optional>

#include "server/ledger/change_log.h"
#include "storage/records/records.h"

namespace kizuna::ledger {
namespace {

using storage::Partition;

storage::ErasedDigestKey KeyOf(const std::string& digest) {
  storage::ErasedDigestKey key;
  std::copy(digest.begin(), digest.end(), key.digest.begin());
  return key;
}

// Calls `visit` with every account of the shard and its digest, by id; then with those that were
// merged into another, whose rows are still there.
absl::Status VisitDigests(const storage::Snapshot& snapshot, Partition shard,
                          const std::function<absl::Status(const std::string& account,
                                                           const std::string& digest)>& visit) {
  const auto rows = snapshot.Scan(shard, storage::AccountKey::All(), storage::Direction::kForward);
  while (rows->Next()) {
    const absl::StatusOr<storage::AccountKey> key = storage::AccountKey::Decode(rows->key());
    if (!key.ok()) return key.status();
    absl::Status status = visit(key->account, ErasedDigest(key->account));
    if (!status.ok()) return status;
  }
  if (!rows->status().ok()) return rows->status();
  storage::RecordScan<storage::MergedKey> merged(snapshot, shard, storage::MergedKey::All());
  while (merged.Next()) {
    if (!merged.record().has_account()) continue;  // among the accounts still
    const std::string& account = merged.key().account;
    absl::Status status = visit(account, ErasedDigest(account));
    if (!status.ok()) return status;
  }
  return merged.status();
}

// Adds the digests under which accounts of the shard are marked as erased.
absl::Status AddMarks(const storage::Snapshot& snapshot, Partition shard, std::set<Erasure>& out) {
  storage::RecordScan<storage::ErasedDigestKey> rows(snapshot, shard,
                                                     storage::ErasedDigestKey::All());
  while (rows.Next()) {
    out.insert({std::string(rows.key().digest.begin(), rows.key().digest.end())});
  }
  if (!rows.status().ok()) return rows.status();
  storage::RecordScan<storage::ErasedKey> old(snapshot, shard, storage::ErasedKey::All());
  while (old.Next()) out.insert({ErasedDigest(old.key().account)});
  return old.status();
}

// The persons of an account that are marked as erased.
absl::Status AddPeople(const storage::Snapshot& snapshot, Partition shard,
                       const std::string& account, const std::string& digest,
                       std::set<Erasure>& out) {
  storage::RecordScan<storage::PersonRecordKey> rows(snapshot, shard,
                                                     storage::PersonRecordKey::OfAccount(account));
  while (rows.Next()) {
    if (rows.record().redacted()) out.insert({digest, rows.key().person});
  }
  return rows.status();
}

// The persons of the account of this digest that are on the list.
std::vector<engine::PersonKey> ListedPeople(const std::set<Erasure>& list,
                                            const std::string& digest) {
  std::vector<engine::PersonKey> people;
  for (auto each = list.lower_bound({digest}); each != list.end() && each->account == digest;
       ++each) {
    if (each->person != engine::kNobody) people.push_back(each->person);
  }
  return people;
}

}  // namespace

absl::StatusOr<std::set<Erasure>> ErasuresOf(const storage::Store& store) {
  const auto snapshot = store.GetSnapshot();
  std::set<Erasure> erasures;
  for (int i = 0; i < Partition::kShards; ++i) {
    const Partition shard = Partition::Shard(i);
    absl::Status status = AddMarks(*snapshot, shard, erasures);
    if (!status.ok()) return status;
    status =
        VisitDigests(*snapshot, shard, [&](const std::string& account, const std::string& digest) {
          return AddPeople(*snapshot, shard, account, digest, erasures);
        });
    if (!status.ok()) return status;
  }
  return erasures;
}

absl::StatusOr<Unerased> FindUnerased(const storage::Store& store, const std::set<Erasure>& list) {
  const auto snapshot = store.GetSnapshot();
  Unerased unerased;
  for (int i = 0; i < Partition::kShards; ++i) {
    const Partition shard = Partition::Shard(i);
    const auto look = [&](const std::string& account, const std::string& digest) -> absl::Status {
      if (list.count({digest}) != 0) {
        unerased.accounts.push_back(account);
        return absl::OkStatus();
      }
      for (const engine::PersonKey person : ListedPeople(list, digest)) {
        const auto record =
            storage::GetRecord(*snapshot, shard, storage::PersonRecordKey{account, person});
        if (!record.ok()) return record.status();
        if (!record->has_value() || (*record)->redacted()) continue;
        unerased.people.emplace_back(account, (*record)->contact_id());
      }
      return absl::OkStatus();
    };
    if (absl::Status status = VisitDigests(*snapshot, shard, look); !status.ok()) return status;
  }
  return unerased;
}

absl::Status MarkAbsent(storage::Store& store, const std::set<Erasure>& list, engine::Instant now) {
  const auto snapshot = store.GetSnapshot();
  std::set<std::string> there;
  std::vector<storage::WriteBatch> batches;
  for (int i = 0; i < Partition::kShards; ++i) {
    const Partition shard = Partition::Shard(i);
    storage::WriteBatch batch(shard);
    const auto mark = [&](const std::string& account, const std::string& digest) -> absl::Status {
      if (list.count({digest}) != 0) there.insert(digest);
      for (const engine::PersonKey person : ListedPeople(list, digest)) {
        const storage::PersonRecordKey key{account, person};
        const auto record = storage::GetRecord(*snapshot, shard, key);
        if (!record.ok()) return record.status();
        if (record->has_value()) continue;
        storage::v1::PersonRecord redacted;
        redacted.set_redacted(true);
        storage::PutRecord(batch, key, redacted);
      }
      return absl::OkStatus();
    };
    if (absl::Status status = VisitDigests(*snapshot, shard, mark); !status.ok()) return status;
    std::set<Erasure> marked;
    if (absl::Status status = AddMarks(*snapshot, shard, marked); !status.ok()) return status;
    for (const Erasure& erasure : marked) there.insert(erasure.account);
    batches.push_back(std::move(batch));
  }
  storage::v1::ErasedRecord record;
  record.set_erased_at_micros(now);
  for (const Erasure& erasure : list) {
    if (erasure.person != engine::kNobody || there.count(erasure.account) != 0) continue;
    for (storage::WriteBatch& batch : batches) {
      storage::PutRecord(batch, KeyOf(erasure.account), record);
    }
  }
  for (const absl::Status& status : store.Commit(batches)) {
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace kizuna::ledger
