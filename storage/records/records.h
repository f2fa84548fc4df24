// SPDX-License-Identifier: Apache-2.0
//
// Which record lies under which key, and how is it read and written? The key's type decides: a
// record can be put under no key but its own kind, and what is read has the type it was written in.
// Damaged bytes are refused whole; they are never half an answer.

#ifndef KIZUNA_STORAGE_RECORDS_RECORDS_H_
#define KIZUNA_STORAGE_RECORDS_RECORDS_H_

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "kizuna/storage/v1/account.pb.h"
#include "kizuna/storage/v1/alert.pb.h"
#include "kizuna/storage/v1/book.pb.h"
#include "kizuna/storage/v1/fact.pb.h"
#include "storage/kv.h"
#include "storage/records/keys.h"

namespace kizuna::storage {

// The record of a key's type, as RecordOf<AccountKey>::Type. Keys of indexes (RankKey, DueKey) have
// none: their rows are empty. The bytes under a PartKey are the part itself. A HeadKey leads to a
// ShardHead or a BookHead by its partition, so it is read by GetRecordAs.
template <typename Key>
struct RecordOf;
template <>
struct RecordOf<AccountKey> {
  using Type = v1::AccountRecord;
};
template <>
struct RecordOf<ErasedKey> {
  using Type = v1::ErasedRecord;
};
template <>
struct RecordOf<ErasedDigestKey> {
  using Type = v1::ErasedRecord;
};
template <>
struct RecordOf<FactKey> {
  using Type = v1::FactRecord;
};
template <>
struct RecordOf<WordsKey> {
  using Type = v1::WordsRecord;
};
template <>
struct RecordOf<PersonRecordKey> {
  using Type = v1::PersonRecord;
};
template <>
struct RecordOf<HistoryKey> {
  using Type = v1::HistoryRecord;
};
template <>
struct RecordOf<LeakKey> {
  using Type = v1::LeakRecord;
};
template <>
struct RecordOf<MergedKey> {
  using Type = v1::MergedRecord;
};
template <>
struct RecordOf<TakenOverKey> {
  using Type = v1::TakenOverRecord;
};
template <>
struct RecordOf<ChangeKey> {
  using Type = v1::ChangeRecord;
};
template <>
struct RecordOf<AlertKey> {
  using Type = v1::AlertRecord;
};
template <>
struct RecordOf<AlertMemoryKey> {
  using Type = v1::AlertMemoryRecord;
};
template <>
struct RecordOf<AlertHeadKey> {
  using Type = v1::AlertHead;
};
template <>
struct RecordOf<DeliveryKey> {
  using Type = v1::DeliveryRecord;
};
template <>
struct RecordOf<WebhookKey> {
  using Type = v1::WebhookRecord;
};
template <>
struct RecordOf<SettingsKey> {
  using Type = v1::StoreSettings;
};
template <>
struct RecordOf<BookKey> {
  using Type = v1::BookRecord;
};
template <>
struct RecordOf<DecisionKeyKey> {
  using Type = v1::DecisionKeyRecord;
};

// A record from its bytes; DATA_LOSS when they are not one.
template <typename Record>
absl::StatusOr<Record> ParseRecord(absl::string_view bytes) {
  Record record;
  if (bytes.size() > kMaxValueBytes ||
      !record.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return absl::DataLossError(absl::StrCat("a stored ", Record::descriptor()->name(),
                                            " cannot be read; restore the store from a backup"));
  }
  return record;
}

// The record under `key`, or nullopt. Errors as Snapshot::Get and ParseRecord.
template <typename Record, typename Key>
absl::StatusOr<std::optional<Record>> GetRecordAs(const Snapshot& snapshot, Partition partition,
                                                  const Key& key) {
  absl::StatusOr<std::optional<std::string>> bytes = snapshot.Get(partition, key.Encode());
  if (!bytes.ok()) return bytes.status();
  if (!bytes->has_value()) return std::optional<Record>();
  absl::StatusOr<Record> record = ParseRecord<Record>(**bytes);
  if (!record.ok()) return record.status();
  return std::optional<Record>(*std::move(record));
}
template <typename Key>
absl::StatusOr<std::optional<typename RecordOf<Key>::Type>> GetRecord(const Snapshot& snapshot,
                                                                      Partition partition,
                                                                      const Key& key) {
  return GetRecordAs<typename RecordOf<Key>::Type>(snapshot, partition, key);
}

// Puts `record` under `key` in the batch's partition.
template <typename Key>
void PutRecord(WriteBatch& batch, const Key& key, const typename RecordOf<Key>::Type& record) {
  batch.Put(key.Encode(), record.SerializeAsString());
}
// Puts a row of an index.
inline void PutRow(WriteBatch& batch, const RankKey& key) { batch.Put(key.Encode(), ""); }
inline void PutRow(WriteBatch& batch, const DueKey& key) { batch.Put(key.Encode(), ""); }

// The records of a range, one at a time; used and finished as an Iterator is. A row that cannot be
// read ends it with DATA_LOSS.
template <typename Key>
class RecordScan {
 public:
  using Record = typename RecordOf<Key>::Type;

  RecordScan(const Snapshot& snapshot, Partition partition, const KeyRange& range,
             Direction direction = Direction::kForward)
      : rows_(snapshot.Scan(partition, range, direction)) {}

  bool Next() {
    if (!status_.ok()) return false;
    if (!rows_->Next()) {
      status_ = rows_->status();
      return false;
    }
    absl::StatusOr<Key> key = Key::Decode(rows_->key());
    absl::StatusOr<Record> record = ParseRecord<Record>(rows_->value());
    status_ = !key.ok() ? key.status() : record.status();
    if (!status_.ok()) return false;
    key_ = *std::move(key);
    record_ = *std::move(record);
    return true;
  }

  const Key& key() const { return key_; }
  Record& record() { return record_; }
  const absl::Status& status() const { return status_; }

 private:
  std::unique_ptr<Iterator> rows_;
  absl::Status status_;
  Key key_;
  Record record_;
};

}  // namespace kizuna::storage

#endif  // KIZUNA_STORAGE_RECORDS_RECORDS_H_
