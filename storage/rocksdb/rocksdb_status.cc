// SPDX-License-Identifier: Apache-2.0

#include "storage/rocksdb/rocksdb_status.h"

#include "absl/strings/cord.h"
#include "absl/types/optional.h"

namespace kizuna::storage {
namespace {

constexpr char kDetailUrl[] = "kizuna.storage/engine_detail";

}  // namespace

absl::Status ToStatus(const rocksdb::Status& status) {
  if (status.ok()) return absl::OkStatus();
  absl::Status translated =
      status.IsCorruption()
          ? absl::DataLossError(
                "stored data is damaged; restore it from a backup (the operator's log has more)")
      : status.IsNoSpace()
          ? absl::UnavailableError("the disk is full; free space and restart the server")
          : absl::UnavailableError(
                "the store cannot use its disk; see the operator's log, then restart the server");
  translated.SetPayload(kDetailUrl, absl::Cord(status.ToString()));
  return translated;
}

std::string EngineDetail(const absl::Status& status) {
  const absl::optional<absl::Cord> detail = status.GetPayload(kDetailUrl);
  return detail.has_value() ? std::string(*detail) : std::string();
}

absl::Status StoppedError() {
  return absl::UnavailableError(
      "the store has stopped after a fault of its disk; the server must be restarted");
}

}  // namespace kizuna::storage
