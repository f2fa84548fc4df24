// SPDX-License-Identifier: Apache-2.0

#include "server/runtime/opened_store.h"

#include <sys/stat.h>

#include <algorithm>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "server/convert/rulebook_from_text.h"
#include "server/convert/values.h"
#include "server/rulebooks/rulebooks.h"
#include "spdlog/spdlog.h"
#include "storage/memory/memory_store.h"
#include "storage/records/settings.h"
#include "storage/rocksdb/rocksdb_store.h"

namespace kizuna::server {
namespace {

constexpr char kInMemory[] = ":memory:";

absl::StatusOr<std::unique_ptr<storage::Store>> OpenEngine(
    const Options& options, Purpose purpose, std::function<void(const absl::Status&)> fatal) {
  if (options.data == kInMemory) return storage::NewMemoryStore();
  struct stat status {};
  if (purpose != Purpose::kServe && stat(options.data.c_str(), &status) != 0) {
    return absl::NotFoundError(
        absl::StrCat("--data: there is no store in ", options.data, "; nothing was made"));
  }
  storage::RocksDbOptions rocksdb;
  rocksdb.directory = options.data;
  rocksdb.block_cache_bytes = static_cast<uint64_t>(options.cache_mib) << 20;
  rocksdb.min_free_bytes = static_cast<uint64_t>(options.min_free_mib) << 20;
  rocksdb.accept_data_loss = options.accept_data_loss;
  rocksdb.log = [](absl::string_view line) {
    spdlog::warn("event=storage message=\"{}\"",
                 std::string(absl::StripTrailingAsciiWhitespace(line)));
  };
  rocksdb.fatal = std::move(fatal);
  return storage::OpenRocksDbStore(rocksdb);
}

storage::v1::StoreSettings WantedSettings(const Options& options, engine::Instant now) {
  storage::v1::StoreSettings out;
  if (options.time_zone.has_value()) out.set_time_zone(*options.time_zone);
  if (options.currency.has_value()) out.set_currency(*options.currency);
  if (options.fiscal_first_month.has_value()) {
    out.set_fiscal_first_month(*options.fiscal_first_month);
  }
  out.set_created_at_micros(now);
  return out;
}

v1::StoreSettings SettingsToWire(const storage::v1::StoreSettings& stored) {
  v1::StoreSettings out;
  out.set_format_version(stored.format_version());
  out.set_shard_count(static_cast<int32_t>(stored.shards()));
  out.set_time_zone(stored.time_zone());
  out.set_currency_code(stored.currency());
  out.set_fiscal_first_month(static_cast<int32_t>(stored.fiscal_first_month()));
  *out.mutable_create_time() = convert::TimestampOf(stored.created_at_micros());
  return out;
}

ledger::Epochs EpochsOf(const storage::v1::StoreSettings& stored) {
  std::vector<ledger::PastEpoch> epochs;
  for (const storage::v1::PastEpoch& past : stored.past_epochs()) {
    ledger::PastEpoch& epoch = epochs.emplace_back();
    epoch.epoch = past.epoch();
    const int shards = std::min(past.last_revisions_size(), storage::Partition::kShards);
    std::copy_n(past.last_revisions().begin(), shards, epoch.last_revisions.begin());
    epoch.last_rulebook = past.last_rulebook_number();
    epoch.jumped_to = past.jumped_to();
  }
  return ledger::Epochs(storage::EpochOf(stored), std::move(epochs));
}

absl::StatusOr<std::unique_ptr<ErasureList>> OpenErasures(const Options& options,
                                                          const storage::Store& store) {
  std::vector<std::string> paths = {ErasuresWithin(options.data)};
  if (!options.backup_to.empty()) paths.push_back(ErasuresBeside(options.backup_to));
  return ErasureList::Open(paths, [&store] { return ledger::ErasuresOf(store); });
}

}  // namespace

absl::StatusOr<OpenedStore> OpenStore(const Options& options, const ledger::Clock* clock,
                                      Purpose purpose,
                                      std::function<void(const absl::Status&)> fatal) {
  OpenedStore out;
  out.engine = options.data == kInMemory ? "memory" : "rocksdb";
  auto store = OpenEngine(options, purpose, std::move(fatal));
  if (!store.ok()) return store.status();
  out.store = *std::move(store);
  auto settings = storage::OpenSettings(*out.store, WantedSettings(options, clock->Now()));
  if (settings.ok() && (options.accept_data_loss || purpose == Purpose::kRestore)) {
    settings = storage::BeginEpoch(*out.store, *settings, clock->Now());
  }
  if (!settings.ok()) return settings.status();
  out.epoch = storage::EpochOf(*settings);
  // A restore has its list, and writes nothing down twice.
  if (out.engine == "rocksdb" && purpose != Purpose::kRestore) {
    auto erasures = OpenErasures(options, *out.store);
    if (!erasures.ok()) return erasures.status();
    out.erasures = *std::move(erasures);
  }
  out.settings = SettingsToWire(*settings);
  absl::TimeZone zone;
  if (!absl::LoadTimeZone(settings->time_zone(), &zone)) {
    return absl::FailedPreconditionError(
        absl::StrCat("the store's time zone ", settings->time_zone(),
                     " is not known to this machine; install the package tzdata"));
  }
  ledger::Ledger::Options ledger;
  ledger.calendar = engine::Calendar(zone, static_cast<int>(settings->fiscal_first_month()));
  ledger.read_rules = convert::RulebookFromText;
  ledger.default_rules_text = std::string(rulebooks::StarterText());
  ledger.lanes = std::max(2, static_cast<int>(std::thread::hardware_concurrency()));
  ledger.cached_accounts = static_cast<size_t>(options.cached_accounts);
  ledger.log_keep = absl::Hours(24) * options.log_days;
  ledger.log_epoch = static_cast<uint64_t>(settings->created_at_micros()) + out.epoch;
  ledger.sweep = purpose == Purpose::kServe;
  ledger.epochs = EpochsOf(*settings);
  if (out.erasures != nullptr) {
    ledger.write_down_erasure = [list = out.erasures.get()](const ledger::Erasure& erasure) {
      absl::Status status = list->Add(erasure);
      if (status.ok()) return status;
      spdlog::error("event=erasure_not_written_down message=\"{}\"", std::string(status.message()));
      return absl::UnavailableError(
          "nothing was erased, since it could not be written down for restores; the server's log "
          "says why");
    };
  }
  auto opened = ledger::Ledger::Open(out.store.get(), clock, std::move(ledger));
  if (!opened.ok()) return opened.status();
  out.ledger = *std::move(opened);
  return out;
}

absl::StatusOr<storage::BackupInfo> BackUp(const Options& options, OpenedStore& opened) {
  if (options.backup_to.empty() || opened.engine != "rocksdb") {
    return absl::FailedPreconditionError(
        "this server makes no backups; start it with --backup-to FOLDER on a store that is on "
        "disk");
  }
  storage::BackupFolder folder;
  folder.path = options.backup_to;
  folder.keep = static_cast<uint32_t>(options.keep_backups);
  return storage::CreateBackup(*opened.store, folder);
}

std::string ErasuresBeside(const std::string& folder) { return folder + "/erasures"; }
std::string ErasuresWithin(const std::string& data) { return data + "/ERASURES"; }

}  // namespace kizuna::server
