// SPDX-License-Identifier: Apache-2.0

#include "storage/records/settings.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "storage/records/records.h"

namespace kizuna::storage {
namespace {

// A new epoch's commit numbers lie beyond this many that may have been lost ...
constexpr CommitNumber kJump = uint64_t{1} << 32;
// ... and, for a backup that is restored twice, beyond this many for each second of its first life.
constexpr CommitNumber kCommitsPerSecond = uint64_t{1} << 16;
// An engine that accepts a loss jumps at least so far (storage/rocksdb/rocksdb_store.cc).
constexpr CommitNumber kEngineJump = uint64_t{1} << 20;

v1::StoreSettings WithDefaults(v1::StoreSettings wanted) {
  const v1::StoreSettings defaults = DefaultSettings();
  wanted.set_format_version(kFormatVersion);
  wanted.set_shards(Partition::kShards);
  if (wanted.time_zone().empty()) wanted.set_time_zone(defaults.time_zone());
  if (wanted.currency().empty()) wanted.set_currency(defaults.currency());
  if (wanted.fiscal_first_month() == 0) {
    wanted.set_fiscal_first_month(defaults.fiscal_first_month());
  }
  return wanted;
}

// INVALID_ARGUMENT, naming the setting.
absl::Status CheckValues(const v1::StoreSettings& settings) {
  absl::TimeZone zone;
  if (!absl::LoadTimeZone(settings.time_zone(), &zone)) {
    return absl::InvalidArgumentError(
        absl::StrCat("time_zone: '", settings.time_zone(),
                     "' is no IANA time zone this machine knows, such as Asia/Tokyo"));
  }
  const std::string& currency = settings.currency();
  if (currency.size() != 3 || !std::all_of(currency.begin(), currency.end(), absl::ascii_isupper)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "currency: '", currency, "' is no ISO 4217 code: three capitals, such as JPY"));
  }
  if (settings.fiscal_first_month() < 1 || settings.fiscal_first_month() > 12) {
    return absl::InvalidArgumentError(
        absl::StrCat("fiscal_first_month: ", settings.fiscal_first_month(), " is not in 1 to 12"));
  }
  return absl::OkStatus();
}

absl::Status Differs(absl::string_view setting, absl::string_view stored,
                     absl::string_view wanted) {
  return absl::FailedPreconditionError(absl::StrCat(
      "the store was created with ", setting, " '", stored, "', which cannot be changed to '",
      wanted, "'; leave the setting out, or create another store"));
}

absl::Status CheckVersion(const v1::StoreSettings& stored) {
  if (stored.format_version() == 0) {
    return absl::DataLossError("the store's settings are damaged; restore it from a backup");
  }
  if (stored.format_version() > kFormatVersion) {
    return absl::FailedPreconditionError(absl::StrCat(
        "the store is written in format ", stored.format_version(), " and this program knows ",
        kFormatVersion, " at most; run the newer version of Kizuna that wrote it"));
  }
  if (stored.shards() != static_cast<uint32_t>(Partition::kShards)) {
    return absl::FailedPreconditionError(
        absl::StrCat("the store has ", stored.shards(), " shards and this program works with ",
                     Partition::kShards, "; run the version of Kizuna that created it"));
  }
  return absl::OkStatus();
}

// `stored` against what the operator asks for.
absl::Status CheckWanted(const v1::StoreSettings& stored, const v1::StoreSettings& wanted) {
  if (!wanted.time_zone().empty() && wanted.time_zone() != stored.time_zone()) {
    return Differs("time zone", stored.time_zone(), wanted.time_zone());
  }
  if (!wanted.currency().empty() && wanted.currency() != stored.currency()) {
    return Differs("currency", stored.currency(), wanted.currency());
  }
  if (wanted.fiscal_first_month() != 0 &&
      wanted.fiscal_first_month() != stored.fiscal_first_month()) {
    return Differs("first month of the fiscal year", absl::StrCat(stored.fiscal_first_month()),
                   absl::StrCat(wanted.fiscal_first_month()));
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> IsEmpty(const Snapshot& snapshot) {
  for (int shard = 0; shard <= Partition::kShards; ++shard) {
    const Partition partition =
        shard < Partition::kShards ? Partition::Shard(shard) : Partition::Book();
    const std::unique_ptr<Iterator> rows =
        snapshot.Scan(partition, KeyRange{}, Direction::kForward);
    if (rows->Next()) return false;
    if (!rows->status().ok()) return rows->status();
  }
  return true;
}

absl::StatusOr<v1::StoreSettings> Create(Store& store, const Snapshot& snapshot,
                                         const v1::StoreSettings& wanted) {
  const absl::StatusOr<bool> empty = IsEmpty(snapshot);
  if (!empty.ok()) return empty.status();
  if (!*empty) {
    return absl::DataLossError(
        "the store has rows but no settings; restore it from a backup, and if it was not made by "
        "Kizuna choose another directory");
  }
  v1::StoreSettings settings = WithDefaults(wanted);
  absl::Status status = CheckValues(settings);
  if (!status.ok()) return status;
  WriteBatch batch(Partition::Book());
  batch.GuardAbsent(SettingsKey{}.Encode());
  PutRecord(batch, SettingsKey{}, settings);
  status = store.Commit(batch);
  if (!status.ok()) return status;
  return settings;
}

// The epoch after that of `stored`.
uint32_t NextEpoch(const v1::StoreSettings& stored, int64_t now_micros) {
  const int64_t second = now_micros / 1'000'000;
  if (second > std::numeric_limits<uint32_t>::max()) return EpochOf(stored) + 1;
  return std::max(EpochOf(stored) + 1, static_cast<uint32_t>(std::max<int64_t>(second, 0)));
}

// The last commit that the shard really has; `newest` is the number that it stands at. An engine
// that opened after a loss has jumped ahead of what is lost, and then the change log tells, to
// which every change of an account adds a row.
absl::StatusOr<CommitNumber> LastRevision(const Snapshot& snapshot, Partition shard,
                                          CommitNumber newest) {
  const auto head = GetRecordAs<v1::ShardHead>(snapshot, shard, HeadKey{});
  if (!head.ok()) return head.status();
  CommitNumber last = head->has_value() ? (*head)->trimmed_to() : 0;
  RecordScan<ChangeKey> rows(snapshot, shard, ChangeKey::From(last + 1), Direction::kBackward);
  if (rows.Next()) last = rows.key().revision;
  if (!rows.status().ok()) return rows.status();
  return newest - last >= kEngineJump ? last : newest;
}

// What the store has of the epoch, which ends now.
absl::StatusOr<v1::PastEpoch> EndOfEpoch(const Snapshot& snapshot, uint32_t epoch,
                                         int64_t now_micros) {
  v1::PastEpoch past;
  past.set_epoch(epoch);
  CommitNumber highest = 0;
  for (int i = 0; i < Partition::kShards; ++i) {
    const absl::StatusOr<CommitNumber> newest = snapshot.NewestCommit(Partition::Shard(i));
    if (!newest.ok()) return newest.status();
    const auto last = LastRevision(snapshot, Partition::Shard(i), *newest);
    if (!last.ok()) return last.status();
    past.add_last_revisions(*last);
    highest = std::max(highest, *newest);
  }
  const auto book = GetRecordAs<v1::BookHead>(snapshot, Partition::Book(), HeadKey{});
  if (!book.ok()) return book.status();
  if (book->has_value()) past.set_last_rulebook_number((*book)->active_number());
  const auto second = static_cast<uint64_t>(std::max<int64_t>(now_micros / 1'000'000, 0));
  past.set_jumped_to(std::max(highest + kJump, second * kCommitsPerSecond));
  return past;
}

}  // namespace

v1::StoreSettings DefaultSettings() {
  v1::StoreSettings settings;
  settings.set_format_version(kFormatVersion);
  settings.set_shards(Partition::kShards);
  settings.set_time_zone("UTC");
  settings.set_currency("USD");
  settings.set_fiscal_first_month(1);
  return settings;
}

uint32_t EpochOf(const v1::StoreSettings& settings) {
  return settings.epoch() == 0 ? 1 : settings.epoch();
}

absl::StatusOr<v1::StoreSettings> OpenSettings(Store& store, const v1::StoreSettings& wanted) {
  const std::unique_ptr<Snapshot> snapshot = store.GetSnapshot();
  absl::StatusOr<std::optional<v1::StoreSettings>> stored =
      GetRecord(*snapshot, Partition::Book(), SettingsKey{});
  if (!stored.ok()) return stored.status();
  if (!stored->has_value()) return Create(store, *snapshot, wanted);
  absl::Status status = CheckVersion(**stored);
  if (status.ok()) status = CheckWanted(**stored, wanted);
  if (!status.ok()) return status;
  if (!CheckValues(**stored).ok()) {
    return absl::DataLossError(absl::StrCat(
        "the store's settings are damaged, or this machine lacks its time zone '",
        (*stored)->time_zone(), "'; install tzdata, or restore the store from a backup"));
  }
  return **stored;
}

absl::StatusOr<v1::StoreSettings> BeginEpoch(Store& store, const v1::StoreSettings& stored,
                                             int64_t now_micros) {
  const std::unique_ptr<Snapshot> snapshot = store.GetSnapshot();
  const absl::StatusOr<v1::PastEpoch> past = EndOfEpoch(*snapshot, EpochOf(stored), now_micros);
  if (!past.ok()) return past.status();
  v1::StoreSettings settings = stored;
  *settings.add_past_epochs() = *past;
  settings.set_epoch(NextEpoch(stored, now_micros));
  WriteBatch batch(Partition::Book());
  PutRecord(batch, SettingsKey{}, settings);
  absl::Status status = store.Commit(batch);
  if (!status.ok()) return status;
  // A crash here leaves some numbers behind; the epoch tells what it must all the same.
  std::vector<WriteBatch> jumps;
  for (int shard = 0; shard < Partition::kShards; ++shard) {
    jumps.emplace_back(Partition::Shard(shard)).set_commit_number(past->jumped_to());
  }
  for (const absl::Status& jumped : store.Commit(jumps)) {
    if (!jumped.ok()) return jumped;
  }
  return settings;
}

}  // namespace kizuna::storage
