// SPDX-License-Identifier: Apache-2.0

#include "storage/records/settings.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "storage/records/records.h"

namespace kizuna::storage {
namespace {

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

absl::StatusOr<v1::StoreSettings> BeginEpoch(Store& store, const v1::StoreSettings& stored) {
  v1::StoreSettings settings = stored;
  settings.set_epoch(EpochOf(stored) + 1);
  WriteBatch batch(Partition::Book());
  PutRecord(batch, SettingsKey{}, settings);
  absl::Status status = store.Commit(batch);
  if (!status.ok()) return status;
  return settings;
}

}  // namespace kizuna::storage
