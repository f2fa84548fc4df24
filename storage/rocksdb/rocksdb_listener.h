// SPDX-License-Identifier: Apache-2.0
//
// What does RocksDB tell of its own accord? Faults of its background work, which stop the store,
// and lines for a log, which go to the operator's instead of a file in the data directory (it would
// keep names of keys that were erased).

#ifndef KIZUNA_STORAGE_ROCKSDB_ROCKSDB_LISTENER_H_
#define KIZUNA_STORAGE_ROCKSDB_ROCKSDB_LISTENER_H_

#include <cstdarg>
#include <functional>

#include "absl/strings/string_view.h"
#include "rocksdb/env.h"
#include "rocksdb/listener.h"
#include "storage/rocksdb/stop_switch.h"

namespace kizuna::storage {

// Stops the store at the first background error, whatever its kind: a flush or compaction that
// fails leaves the log growing and, in this version, no safe way back.
class StopOnError final : public rocksdb::EventListener {
 public:
  explicit StopOnError(StopSwitch* stop) : stop_(stop) {}

  void OnBackgroundError(rocksdb::BackgroundErrorReason reason, rocksdb::Status* error) override;
  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason reason, rocksdb::Status error,
                            bool* auto_recovery) override;

 private:
  StopSwitch* const stop_;
};

// Passes on warnings and errors.
class WarningLog final : public rocksdb::Logger {
 public:
  explicit WarningLog(std::function<void(absl::string_view)> log)
      : rocksdb::Logger(rocksdb::InfoLogLevel::WARN_LEVEL), log_(std::move(log)) {}

  using rocksdb::Logger::Logv;
  void Logv(const char* format, va_list arguments) override;

 private:
  const std::function<void(absl::string_view)> log_;
};

}  // namespace kizuna::storage

#endif  // KIZUNA_STORAGE_ROCKSDB_ROCKSDB_LISTENER_H_
