// SPDX-License-Identifier: Apache-2.0
//
// Opening, in this order: lock the directory, open RocksDB, compare its commit numbers with the
// marks, write the marks anew, take commits. Nothing is changed before the marks are compared
// except what RocksDB's own recovery does.

#include "storage/rocksdb/rocksdb_store.h"

#include <sys/statvfs.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "storage/kv_engine.h"
#include "storage/rocksdb/rocksdb_engine.h"
#include "storage/rocksdb/rocksdb_keys.h"
#include "storage/rocksdb/rocksdb_listener.h"
#include "storage/rocksdb/rocksdb_options.h"
#include "storage/rocksdb/rocksdb_snapshot.h"
#include "storage/rocksdb/rocksdb_status.h"

namespace kizuna::storage {
namespace {

// How far commit numbers jump when a loss is accepted: beyond all that can have been acknowledged
// after the marks were last written.
constexpr CommitNumber kJump = 1u << 20;

absl::StatusOr<uint64_t> FreeBytesOnDisk(const std::string& directory) {
  struct statvfs disk;
  if (statvfs(directory.c_str(), &disk) != 0) {
    return absl::UnavailableError("the free space of the data directory cannot be read");
  }
  return uint64_t{disk.f_bavail} * disk.f_frsize;
}

RocksDbOptions WithDefaults(RocksDbOptions options) {
  if (!options.free_bytes) options.free_bytes = FreeBytesOnDisk;
  return options;
}

std::string NameOf(Partition partition) {
  return partition.is_shard() ? absl::StrCat("shard ", static_cast<int>(partition.byte()))
                              : "the book";
}

absl::Status LossError(const std::string& directory, const CommitNumbers& marks,
                       const CommitNumbers& numbers) {
  std::vector<std::string> lost;
  for (const auto& [partition, mark] : marks) {
    const auto found = numbers.find(partition);
    const CommitNumber number = found == numbers.end() ? 0 : found->second;
    if (number < mark) {
      lost.push_back(absl::StrCat(NameOf(partition), " ends at commit ", number, " of ", mark));
    }
  }
  return absl::DataLossError(
      absl::StrCat("the store in ", directory,
                   " has lost commits that it had acknowledged: ", absl::StrJoin(lost, ", "),
                   ". Restore a backup, or accept the loss explicitly to go on with what is left"));
}

absl::Status BackupRunsError(absl::Duration waited) {
  return absl::DeadlineExceededError(absl::StrCat(
      "the rows are deleted, but a backup that keeps their files is still being made after ",
      absl::FormatDuration(waited), "; erase again when it is done"));
}

std::vector<Partition> AllPartitions() {
  std::vector<Partition> partitions;
  for (int shard = 0; shard < Partition::kShards; ++shard) {
    partitions.push_back(Partition::Shard(shard));
  }
  partitions.push_back(Partition::Book());
  return partitions;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Store>> OpenRocksDbStore(const RocksDbOptions& options) {
  absl::StatusOr<std::unique_ptr<RocksDbStore>> store = RocksDbStore::Open(options);
  if (!store.ok()) return store.status();
  return *std::move(store);
}

absl::StatusOr<std::unique_ptr<RocksDbStore>> RocksDbStore::Open(const RocksDbOptions& options) {
  std::unique_ptr<RocksDbStore> store(new RocksDbStore(options));
  absl::Status status = store->LockDirectory();
  if (status.ok()) status = store->OpenDb();
  if (status.ok()) status = store->StartCommits();
  if (!status.ok()) {
    store->Log(EngineDetail(status));
    return status;
  }
  return store;
}

RocksDbStore::RocksDbStore(const RocksDbOptions& options)
    : options_(WithDefaults(options)),
      env_(options.env != nullptr ? options.env : rocksdb::Env::Default()),
      stop_([this](const absl::Status& fault) {
        Log(EngineDetail(fault));
        if (options_.fatal) options_.fatal(fault);
      }) {}

RocksDbStore::~RocksDbStore() {
  Close().IgnoreError();
  commits_.reset();
  marks_.reset();
  db_.reset();
  if (lock_ != nullptr) env_->UnlockFile(lock_).PermitUncheckedError();
}

absl::Status RocksDbStore::LockDirectory() {
  // Parents too: like mkdir -p.
  for (size_t slash = options_.directory.find('/', 1); slash != std::string::npos;
       slash = options_.directory.find('/', slash + 1)) {
    env_->CreateDirIfMissing(options_.directory.substr(0, slash)).PermitUncheckedError();
  }
  const rocksdb::Status made = env_->CreateDirIfMissing(options_.directory);
  // A file of our own tells a directory that cannot be written to from one that is in use.
  const std::string probe = options_.directory + "/WRITABLE";
  rocksdb::Status writable =
      made.ok() ? rocksdb::WriteStringToFile(env_, "", probe, /*should_sync=*/false) : made;
  if (writable.ok()) writable = env_->DeleteFile(probe);
  if (!writable.ok()) {
    Log(writable.ToString());
    return absl::PermissionDeniedError(
        absl::StrCat("the data directory ", options_.directory,
                     " cannot be made or written to; check its path, owner and free space"));
  }
  const rocksdb::Status locked = env_->LockFile(options_.directory + "/LOCK", &lock_);
  if (locked.ok()) return absl::OkStatus();
  Log(locked.ToString());
  lock_ = nullptr;
  return absl::FailedPreconditionError(
      absl::StrCat("the data directory ", options_.directory,
                   " is in use by another process; stop that one or choose another directory"));
}

absl::Status RocksDbStore::OpenDb() {
  rocksdb::Options db_options = MakeRocksDbOptions(options_);
  db_options.info_log = std::make_shared<WarningLog>(options_.log);
  db_options.listeners.push_back(std::make_shared<StopOnError>(&stop_));
  rocksdb::DB* db = nullptr;
  const rocksdb::Status opened =
      rocksdb::DB::Open(db_options, options_.directory + "/rocksdb", &db);
  db_.reset(db);
  return ToStatus(opened);
}

absl::Status RocksDbStore::StartCommits() {
  absl::StatusOr<CommitNumbers> numbers = ReadNumbers();
  if (!numbers.ok()) return numbers.status();
  numbers = CheckMarks(*std::move(numbers));
  if (!numbers.ok()) return numbers.status();
  marks_ =
      std::make_unique<HighWaterMarks>(env_, options_.directory, options_.mark_interval, *numbers,
                                       [this](const absl::Status& fault) { stop_.Stop(fault); });
  absl::Status written = marks_->WriteNow();
  if (!written.ok()) return written;
  commits_ = std::make_unique<CommitQueue>(db_.get(), &stop_, marks_.get(), *std::move(numbers),
                                           [this] { return CheckRoom(); });
  return absl::OkStatus();
}

absl::StatusOr<CommitNumbers> RocksDbStore::ReadNumbers() {
  CommitNumbers numbers;
  for (const Partition partition : AllPartitions()) {
    absl::StatusOr<CommitNumber> number =
        ReadCommitNumber(db_.get(), rocksdb::ReadOptions(), partition);
    if (!number.ok()) return number.status();
    if (*number > 0) numbers[partition] = *number;
  }
  return numbers;
}

absl::StatusOr<CommitNumbers> RocksDbStore::CheckMarks(CommitNumbers numbers) {
  absl::StatusOr<std::optional<CommitNumbers>> marks =
      HighWaterMarks::Read(env_, options_.directory);
  if (!marks.ok() && !(absl::IsDataLoss(marks.status()) && options_.accept_data_loss)) {
    return marks.status();
  }
  if (!marks.ok() || !marks->has_value()) {
    // Without marks nothing can be said of a store that has commits; a store without commits may
    // have crashed while it was made.
    if (numbers.empty() || options_.accept_data_loss) return numbers;
    return absl::DataLossError(
        absl::StrCat("the file MARKS of ", options_.directory,
                     " is missing, so nobody can tell whether commits were lost; put it back, "
                     "restore a backup, or accept a loss explicitly"));
  }
  const bool lost = std::any_of((*marks)->begin(), (*marks)->end(), [&](const auto& mark) {
    return numbers[mark.first] < mark.second;
  });
  if (!lost) return numbers;
  if (!options_.accept_data_loss) return LossError(options_.directory, **marks, numbers);
  absl::Status jumped = JumpAhead(**marks, numbers);
  if (!jumped.ok()) return jumped;
  return numbers;
}

absl::Status RocksDbStore::JumpAhead(const CommitNumbers& marks, CommitNumbers& numbers) {
  rocksdb::WriteBatch batch;
  for (const auto& [partition, mark] : marks) {
    CommitNumber& number = numbers[partition];
    if (number >= mark) continue;
    number = mark + kJump;
    batch.Put(NumberKey(partition), EncodeCommitNumber(number));
  }
  return ToStatus(db_->Write(SyncedWrite(), &batch));
}

std::unique_ptr<Snapshot> RocksDbStore::GetSnapshot() const {
  return std::make_unique<RocksDbSnapshot>(db_.get(), &stop_);
}

std::vector<absl::Status> RocksDbStore::Commit(absl::Span<const WriteBatch> group) {
  return commits_->Commit(group, /*needs_room=*/true);
}

absl::Status RocksDbStore::EraseRange(Partition partition, const KeyRange& range) {
  absl::Status status = range.Validate();
  if (status.ok()) status = stop_.Check();
  if (!status.ok() || range.empty()) return status;
  WriteBatch batch(partition);
  batch.DeleteRange(range);
  status = commits_->Commit(absl::MakeConstSpan(&batch, 1), /*needs_room=*/false)[0];
  if (status.ok()) status = AwaitSnapshotsBefore(db_->GetLatestSequenceNumber());
  if (!status.ok()) return status;
  const FileTurns::Erasure turn(&turns_, options_.erase_wait);
  if (!turn.taken()) return BackupRunsError(options_.erase_wait);
  // The whole partition: what was deleted or overwritten in it before lies in files of other
  // ranges.
  return CompactAway(FullKey(partition, ""), FullEnd(partition, ""));
}

absl::Status RocksDbStore::AwaitSnapshotsBefore(uint64_t sequence) const {
  const absl::Time deadline = absl::Now() + options_.erase_wait;
  while (true) {
    uint64_t oldest = 0;
    db_->GetIntProperty("rocksdb.oldest-snapshot-sequence", &oldest);
    if (oldest == 0 || oldest >= sequence) return absl::OkStatus();
    if (absl::Now() >= deadline) return SnapshotsOpenError(options_.erase_wait);
    absl::Status status = stop_.Check();
    if (!status.ok()) return status;
    absl::SleepFor(absl::Milliseconds(1));
  }
}

absl::Status RocksDbStore::CompactAway(const std::string& begin, const std::string& end) {
  // The flush takes the rows out of the log, the compaction out of the tables; kForce, since the
  // lowest level is otherwise left as it is.
  rocksdb::Status status = db_->Flush(rocksdb::FlushOptions());
  rocksdb::CompactRangeOptions compact;
  compact.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
  compact.exclusive_manual_compaction = false;
  const rocksdb::Slice begin_slice(begin);
  const rocksdb::Slice end_slice(end);
  if (status.ok()) status = db_->CompactRange(compact, &begin_slice, &end_slice);
  // The manifest still names the first and last keys of the files that are gone; it is written
  // anew with the next change of files, so make one.
  if (status.ok()) status = db_->Put(SyncedWrite(), std::string(1, kNumbersByte), "");
  if (status.ok()) status = db_->Flush(rocksdb::FlushOptions());
  return ToStatus(status);
}

StoreStats RocksDbStore::Stats() const {
  StoreStats stats = commits_->Counts();
  stats.engine = "rocksdb";
  uint64_t bytes = 0;
  if (stop_.Check().ok() && db_->GetIntProperty("rocksdb.live-sst-files-size", &bytes)) {
    stats.data_bytes = bytes;
    db_->GetIntProperty("rocksdb.cur-size-all-mem-tables", &bytes);
    stats.data_bytes += bytes;
  }
  stats.free_bytes = options_.free_bytes(options_.directory).value_or(0);
  return stats;
}

absl::Status RocksDbStore::Close() {
  if (!stop_.Check().ok() || commits_ == nullptr) return absl::OkStatus();
  stop_.Close();
  // Who leads a commit now finishes it; whoever comes later is refused. An empty batch passes only
  // when the queue before it is done.
  const WriteBatch last(Partition::Book());
  commits_->Commit(absl::MakeConstSpan(&last, 1), /*needs_room=*/false);
  absl::Status marked = marks_->WriteNow();
  const rocksdb::Status flushed = db_->Flush(rocksdb::FlushOptions());
  return marked.ok() ? ToStatus(flushed) : marked;
}

absl::Status RocksDbStore::CheckRoom() const {
  const absl::StatusOr<uint64_t> free = options_.free_bytes(options_.directory);
  if (!free.ok() || *free >= options_.min_free_bytes) return absl::OkStatus();
  return absl::ResourceExhaustedError(absl::StrCat(
      "only ", *free >> 20, " MiB are free on the disk of the data directory, under ",
      "the limit of ", options_.min_free_bytes >> 20, " MiB; free some, writes will go on then"));
}

void RocksDbStore::Log(absl::string_view text) const {
  if (options_.log && !text.empty()) options_.log(text);
}

}  // namespace kizuna::storage
