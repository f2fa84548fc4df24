// SPDX-License-Identifier: Apache-2.0
//
// What does a store do on a disk that fails? This file system passes everything on to the real one
// and fails on request: writes, syncs or both, of files whose names hold a text. It also remembers
// how far each file was synced, so that a power loss can be acted out: bytes that were not synced
// are gone.

#ifndef KIZUNA_TESTS_SUPPORT_FAULT_FILE_SYSTEM_H_
#define KIZUNA_TESTS_SUPPORT_FAULT_FILE_SYSTEM_H_

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "rocksdb/env.h"
#include "rocksdb/file_system.h"

namespace kizuna {

// Thread-safe.
class FaultFileSystem : public rocksdb::FileSystemWrapper {
 public:
  FaultFileSystem() : rocksdb::FileSystemWrapper(rocksdb::FileSystem::Default()) {}
  const char* Name() const override { return "FaultFileSystem"; }

  // From now on appending to files whose names hold `text` fails so; "" means every file.
  void FailAppends(const std::string& text, rocksdb::IOStatus error) {
    absl::MutexLock lock(&mutex_);
    append_text_ = text;
    append_error_ = std::move(error);
  }
  // The same for syncing.
  void FailSyncs(const std::string& text, rocksdb::IOStatus error) {
    absl::MutexLock lock(&mutex_);
    sync_text_ = text;
    sync_error_ = std::move(error);
  }
  // The power is gone: nothing reaches the disk any more.
  void CutPower() {
    FailAppends("", rocksdb::IOStatus::IOError("no power"));
    FailSyncs("", rocksdb::IOStatus::IOError("no power"));
  }
  // After CutPower and closing: takes from every file what was not synced.
  void DropUnsynced() {
    absl::MutexLock lock(&mutex_);
    for (const auto& [path, bytes] : synced_) {
      if (std::filesystem::exists(path) && std::filesystem::file_size(path) > bytes) {
        std::filesystem::resize_file(path, bytes);
      }
    }
  }
  // How often files whose names hold `text` were synced.
  int Syncs(absl::string_view text) const {
    absl::MutexLock lock(&mutex_);
    int count = 0;
    for (const auto& [path, syncs] : syncs_) {
      if (absl::StrContains(path, text)) count += syncs;
    }
    return count;
  }

  rocksdb::IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to,
                               const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus DeleteFile(const std::string& path, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;

 private:
  friend class FaultFile;

  rocksdb::IOStatus OnAppend(const std::string& path) const {
    absl::MutexLock lock(&mutex_);
    return !append_error_.ok() && absl::StrContains(path, append_text_) ? append_error_
                                                                        : rocksdb::IOStatus::OK();
  }
  rocksdb::IOStatus OnSync(const std::string& path) const {
    absl::MutexLock lock(&mutex_);
    return !sync_error_.ok() && absl::StrContains(path, sync_text_) ? sync_error_
                                                                    : rocksdb::IOStatus::OK();
  }
  void Synced(const std::string& path, uint64_t bytes) {
    absl::MutexLock lock(&mutex_);
    synced_[path] = bytes;
    ++syncs_[path];
  }

  mutable absl::Mutex mutex_;
  std::string append_text_ ABSL_GUARDED_BY(mutex_);
  rocksdb::IOStatus append_error_ ABSL_GUARDED_BY(mutex_);
  std::string sync_text_ ABSL_GUARDED_BY(mutex_);
  rocksdb::IOStatus sync_error_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, uint64_t> synced_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, int> syncs_ ABSL_GUARDED_BY(mutex_);
};

class FaultFile : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  FaultFile(std::unique_ptr<rocksdb::FSWritableFile> file, std::string path,
            FaultFileSystem* system)
      : FSWritableFileOwnerWrapper(std::move(file)), path_(std::move(path)), system_(system) {}

  using FSWritableFileOwnerWrapper::Append;
  rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                           rocksdb::IODebugContext* debug) override {
    rocksdb::IOStatus status = system_->OnAppend(path_);
    if (status.ok()) status = FSWritableFileOwnerWrapper::Append(data, options, debug);
    if (status.ok()) bytes_ += data.size();
    return status;
  }
  rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                           const rocksdb::DataVerificationInfo& /*info*/,
                           rocksdb::IODebugContext* debug) override {
    return Append(data, options, debug);
  }
  rocksdb::IOStatus Sync(const rocksdb::IOOptions& options,
                         rocksdb::IODebugContext* debug) override {
    rocksdb::IOStatus status = system_->OnSync(path_);
    if (status.ok()) status = FSWritableFileOwnerWrapper::Sync(options, debug);
    if (status.ok()) system_->Synced(path_, bytes_);
    return status;
  }
  rocksdb::IOStatus Fsync(const rocksdb::IOOptions& options,
                          rocksdb::IODebugContext* debug) override {
    return Sync(options, debug);
  }

 private:
  const std::string path_;
  FaultFileSystem* const system_;
  uint64_t bytes_ = 0;
};

inline rocksdb::IOStatus FaultFileSystem::NewWritableFile(
    const std::string& path, const rocksdb::FileOptions& options,
    std::unique_ptr<rocksdb::FSWritableFile>* file, rocksdb::IODebugContext* debug) {
  std::unique_ptr<rocksdb::FSWritableFile> real;
  rocksdb::IOStatus status = FileSystemWrapper::NewWritableFile(path, options, &real, debug);
  if (!status.ok()) return status;
  {
    absl::MutexLock lock(&mutex_);
    synced_[path] = 0;
  }
  *file = std::make_unique<FaultFile>(std::move(real), path, this);
  return status;
}

inline rocksdb::IOStatus FaultFileSystem::RenameFile(const std::string& from, const std::string& to,
                                                     const rocksdb::IOOptions& options,
                                                     rocksdb::IODebugContext* debug) {
  rocksdb::IOStatus status = FileSystemWrapper::RenameFile(from, to, options, debug);
  absl::MutexLock lock(&mutex_);
  const auto found = synced_.find(from);
  if (status.ok() && found != synced_.end()) {
    synced_[to] = found->second;
    synced_.erase(from);
  }
  return status;
}

inline rocksdb::IOStatus FaultFileSystem::DeleteFile(const std::string& path,
                                                     const rocksdb::IOOptions& options,
                                                     rocksdb::IODebugContext* debug) {
  rocksdb::IOStatus status = FileSystemWrapper::DeleteFile(path, options, debug);
  absl::MutexLock lock(&mutex_);
  if (status.ok()) synced_.erase(path);
  return status;
}

}  // namespace kizuna

#endif  // KIZUNA_TESTS_SUPPORT_FAULT_FILE_SYSTEM_H_
