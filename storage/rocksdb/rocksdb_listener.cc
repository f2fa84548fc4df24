// SPDX-License-Identifier: Apache-2.0

#include "storage/rocksdb/rocksdb_listener.h"

#include <cstdio>

#include "storage/rocksdb/rocksdb_status.h"

namespace kizuna::storage {

void StopOnError::OnBackgroundError(rocksdb::BackgroundErrorReason /*reason*/,
                                    rocksdb::Status* error) {
  stop_->Stop(ToStatus(*error));
}

void StopOnError::OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason /*reason*/,
                                       rocksdb::Status /*error*/, bool* auto_recovery) {
  *auto_recovery = false;
}

void WarningLog::Logv(const char* format, va_list arguments) {
  if (!log_) return;
  char line[1024];
  std::vsnprintf(line, sizeof(line), format, arguments);
  log_(line);
}

}  // namespace kizuna::storage
