// SPDX-License-Identifier: Apache-2.0

#include "server/ledger/redaction.h"

#include <utility>

#include "server/convert/person.h"
#include "server/ledger/accounts.h"
#include "server/ledger/change_log.h"
#include "storage/records/records.h"

namespace kizuna::ledger {
namespace {

// A commit of about so many bytes at most, so that a person of many words needs little memory.
constexpr size_t kCommitBytes = 4 << 20;

// Takes the person's words out of a record; whether there were any.
bool Redact(const std::string& contact_id, storage::v1::WordsRecord& record) {
  bool any = false;
  for (storage::v1::Words& words : *record.mutable_versions()) {
    if (words.contact_id() != contact_id) continue;
    any = true;
    words.clear_text();
    words.clear_full_name();
    words.clear_email();
    words.clear_title();
    words.clear_contact_id();
  }
  return any;
}

absl::Status RedactRows(Shared& shared, const storage::Snapshot& snapshot,
                        const std::string& account, const std::string& contact_id) {
  const storage::Partition shard = storage::ShardOf(account);
  const storage::PersonRecordKey person{account, convert::PersonKeyOf(contact_id)};
  auto record = storage::GetRecord(snapshot, shard, person);
  if (!record.ok()) return record.status();
  if (!*record) return absl::NotFoundError("nothing was told of such a contact");
  absl::Status noted = shared.WriteDown({ErasedDigest(account), person.person});
  if (!noted.ok()) return noted;
  // The mark first: from now on nothing of the person is written down again.
  storage::WriteBatch batch(shard);
  storage::v1::PersonRecord redacted;
  redacted.set_redacted(true);
  storage::PutRecord(batch, person, redacted);
  storage::RecordScan<storage::WordsKey> rows(snapshot, shard,
                                              storage::WordsKey::OfAccount(account));
  while (rows.Next()) {
    if (!Redact(contact_id, rows.record())) continue;
    storage::PutRecord(batch, rows.key(), rows.record());
    if (batch.bytes() < kCommitBytes) continue;
    if (absl::Status status = shared.store->Commit(batch); !status.ok()) return status;
    batch = storage::WriteBatch(shard);
  }
  if (!rows.status().ok()) return rows.status();
  return shared.store->Commit(batch);
}

}  // namespace

absl::Status ErasePersonOf(Shared& shared, const std::string& account,
                           const std::string& contact_id) {
  {
    // The snapshot must be gone before the files are cleaned: it would keep the rows alive.
    const auto snapshot = shared.store->GetSnapshot();
    auto entry = LoadEntry(*snapshot, account, shared.calendar);
    if (!entry.ok()) return entry.status();
    if (*entry == nullptr && !shared.merges.Find(account)) return NoSuchAccount(account);
    absl::Status status = RedactRows(shared, *snapshot, account, contact_id);
    shared.cache->Forget(storage::ShardOf(account), account);
    if (!status.ok()) return status;
  }
  // No row of the account lies there; the erasure is for what was overwritten all over the shard.
  const std::string nowhere = storage::ErasedKey{account}.Encode();
  return shared.store->EraseRange(storage::ShardOf(account), {nowhere, nowhere + '\0'});
}

}  // namespace kizuna::ledger
