// SPDX-License-Identifier: Apache-2.0

#include "storage/rocksdb/backup.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "rocksdb/utilities/backup_engine.h"
#include "storage/rocksdb/rocksdb_engine.h"
#include "storage/rocksdb/rocksdb_listener.h"
#include "storage/rocksdb/rocksdb_status.h"

namespace kizuna::storage {
namespace {

// The first line of a backup's metadata; the marks follow. DO NOT CHANGE: backups hold it.
constexpr absl::string_view kHeading = "kizuna backup 1\n";

rocksdb::BackupEngineOptions EngineOptions(const std::string& folder, rocksdb::Logger* log) {
  rocksdb::BackupEngineOptions options(folder);
  options.info_log = log;
  options.sync = true;
  options.share_table_files = true;
  // By name, size and session: a store that was restored and went another way shares no file by
  // mistake.
  options.share_files_with_checksum = true;
  // The memtables are flushed first, so the log holds nothing that a backup needs; and it may hold
  // the words of an erasure that is just beginning.
  options.backup_log_files = false;
  return options;
}

// A folder's lock, which RocksDB's backup engine does not take itself.
class FolderLock {
 public:
  FolderLock(rocksdb::Env* env, const std::string& folder) : env_(env) {
    status_ = env_->LockFile(folder + "/LOCK", &lock_);
  }
  ~FolderLock() {
    if (status_.ok()) env_->UnlockFile(lock_).PermitUncheckedError();
  }
  const rocksdb::Status& status() const { return status_; }

 private:
  rocksdb::Env* const env_;
  rocksdb::FileLock* lock_ = nullptr;
  rocksdb::Status status_;
};

void MakeFolder(rocksdb::Env* env, const std::string& path) {
  for (size_t slash = path.find('/', 1); slash != std::string::npos;
       slash = path.find('/', slash + 1)) {
    env->CreateDirIfMissing(path.substr(0, slash)).PermitUncheckedError();
  }
  env->CreateDirIfMissing(path).PermitUncheckedError();
}

absl::Status BackupError(const std::string& folder, const rocksdb::Status& status) {
  return absl::UnavailableError(absl::StrCat(
      "the backup in ", folder, " could not be made: ",
      status.IsNoSpace() ? "its disk is full; free space and try again"
                         : "its disk or the store's failed; the server's log says more"));
}

BackupInfo InfoOf(const rocksdb::BackupInfo& info) {
  return {info.backup_id, absl::FromUnixSeconds(info.timestamp), info.size};
}

// "1, 2, 5".
std::string Numbers(const std::vector<rocksdb::BackupInfo>& backups) {
  return absl::StrJoin(backups, ", ", [](std::string* out, const rocksdb::BackupInfo& info) {
    absl::StrAppend(out, info.backup_id);
  });
}

absl::Status Damaged(const RestoreOptions& options, uint32_t number,
                     const std::vector<rocksdb::BackupInfo>& readable) {
  std::vector<rocksdb::BackupInfo> others;
  for (const rocksdb::BackupInfo& info : readable) {
    if (info.backup_id != number) others.push_back(info);
  }
  return absl::DataLossError(absl::StrCat(
      "backup ", number, " in ", options.backups, " is damaged; ",
      others.empty()
          ? "there is no other"
          : absl::StrCat("name another one to restore an earlier state: ", Numbers(others))));
}

// Which of the backups is meant.
absl::StatusOr<rocksdb::BackupInfo> Choose(const RestoreOptions& options,
                                           rocksdb::BackupEngineReadOnly& engine) {
  std::vector<rocksdb::BackupInfo> readable;
  engine.GetBackupInfo(&readable);
  std::vector<rocksdb::BackupID> damaged;
  engine.GetCorruptedBackups(&damaged);
  uint32_t number = options.number;
  if (number == 0) {
    for (const rocksdb::BackupInfo& info : readable) number = std::max(number, info.backup_id);
    for (const rocksdb::BackupID id : damaged) number = std::max(number, id);
  }
  if (std::find(damaged.begin(), damaged.end(), number) != damaged.end()) {
    // Taking the one before it would lose what came between without a word.
    return Damaged(options, number, readable);
  }
  for (const rocksdb::BackupInfo& info : readable) {
    if (info.backup_id != number) continue;
    if (!engine.VerifyBackup(number, /*verify_with_checksum=*/true).ok()) {
      return Damaged(options, number, readable);
    }
    return info;
  }
  return absl::NotFoundError(
      readable.empty()
          ? absl::StrCat("there is no backup in ", options.backups, "; name the backup folder")
          : absl::StrCat("there is no backup ", number, " in ", options.backups, "; there are ",
                         Numbers(readable)));
}

absl::StatusOr<CommitNumbers> MarksOf(const rocksdb::BackupInfo& info) {
  absl::string_view text = info.app_metadata;
  if (!absl::ConsumePrefix(&text, kHeading)) {
    return absl::DataLossError(
        absl::StrCat("backup ", info.backup_id,
                     " was not made by Kizuna, or by a newer version; use that one to restore it"));
  }
  absl::StatusOr<CommitNumbers> marks = DecodeMarks(text);
  if (!marks.ok()) {
    return absl::DataLossError(absl::StrCat("the marks of backup ", info.backup_id,
                                            " are damaged; restore another backup"));
  }
  return marks;
}

absl::Status CheckEmpty(rocksdb::Env* env, const std::string& directory) {
  std::vector<std::string> files;
  const rocksdb::Status listed = env->GetChildren(directory, &files);
  if (listed.IsNotFound()) return absl::OkStatus();
  if (listed.ok() && files.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("the directory ", directory,
                   " is not empty; restore into a new one, and keep the old one until the new one "
                   "serves"));
}

}  // namespace

absl::StatusOr<BackupInfo> CreateBackup(Store& store, const BackupFolder& folder) {
  return static_cast<RocksDbStore&>(store).Backup(folder);
}

absl::StatusOr<BackupInfo> RocksDbStore::Backup(const BackupFolder& folder) {
  const FileTurns::Backup turn(&turns_);
  if (!turn.taken()) {
    return absl::ResourceExhaustedError("a backup is being made already; wait until it is done");
  }
  if (absl::Status status = stop_.Check(); !status.ok()) return status;
  MakeFolder(env_, folder.path);
  const FolderLock lock(env_, folder.path);
  if (!lock.status().ok()) {
    Log(lock.status().ToString());
    if (env_->FileExists(folder.path + "/LOCK").ok()) {
      return absl::ResourceExhaustedError(absl::StrCat("another process makes a backup in ",
                                                       folder.path, "; wait until it is done"));
    }
    return absl::PermissionDeniedError(
        absl::StrCat("the backup folder ", folder.path,
                     " cannot be made or written to; check its path and owner"));
  }
  // Before the copy, so that they never claim what is not in it.
  const absl::StatusOr<CommitNumbers> marks = ReadNumbers();
  if (!marks.ok()) return marks.status();
  WarningLog log(options_.log);
  rocksdb::BackupEngine* opened = nullptr;
  rocksdb::IOStatus status =
      rocksdb::BackupEngine::Open(EngineOptions(folder.path, &log), env_, &opened);
  const std::unique_ptr<rocksdb::BackupEngine> engine(opened);
  rocksdb::CreateBackupOptions create;
  create.flush_before_backup = true;
  rocksdb::BackupID number = 0;
  if (status.ok()) {
    status = engine->CreateNewBackupWithMetadata(
        create, db_.get(), absl::StrCat(kHeading, EncodeMarks(*marks)), &number);
  }
  rocksdb::BackupInfo info;
  if (status.ok()) {
    const rocksdb::Status found = engine->GetBackupInfo(number, &info);
    if (!found.ok()) return ToStatus(found);
  }
  if (status.ok() && folder.keep > 0) status = engine->PurgeOldBackups(folder.keep);
  if (!status.ok()) {
    Log(status.ToString());
    return BackupError(folder.path, status);
  }
  return InfoOf(info);
}

absl::StatusOr<BackupInfo> RestoreBackup(const RestoreOptions& options) {
  rocksdb::Env* const env = rocksdb::Env::Default();
  if (absl::Status status = CheckEmpty(env, options.directory); !status.ok()) return status;
  if (!env->FileExists(options.backups + "/meta").ok()) {
    return absl::NotFoundError(absl::StrCat("there are no backups in ", options.backups,
                                            "; name the folder that backups were made in"));
  }
  const auto failed = [&options](const rocksdb::Status& status) {
    if (options.log) options.log(status.ToString());
    return ToStatus(status);
  };
  WarningLog log(options.log);
  rocksdb::BackupEngineReadOnly* opened = nullptr;
  rocksdb::Status status =
      rocksdb::BackupEngineReadOnly::Open(EngineOptions(options.backups, &log), env, &opened);
  const std::unique_ptr<rocksdb::BackupEngineReadOnly> engine(opened);
  if (!status.ok()) return failed(status);
  const absl::StatusOr<rocksdb::BackupInfo> info = Choose(options, *engine);
  if (!info.ok()) return info.status();
  const absl::StatusOr<CommitNumbers> marks = MarksOf(*info);
  if (!marks.ok()) return marks.status();
  MakeFolder(env, options.directory);
  const std::string db = options.directory + "/rocksdb";
  status = engine->RestoreDBFromBackup(rocksdb::RestoreOptions(), info->backup_id, db, db);
  if (!status.ok()) return failed(status);
  HighWaterMarks written(env, options.directory, absl::Seconds(1), *marks,
                         [](const absl::Status&) {});
  if (absl::Status synced = written.WriteNow(); !synced.ok()) return synced;
  return InfoOf(*info);
}

}  // namespace kizuna::storage
