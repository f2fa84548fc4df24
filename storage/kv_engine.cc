// SPDX-License-Identifier: Apache-2.0

#include "storage/kv_engine.h"

#include "absl/strings/str_cat.h"

namespace kizuna::storage {

absl::Status ClosedError() {
  return absl::UnavailableError("the store is closed; open it again to go on");
}

absl::Status GuardError(const WriteBatch::Guard& guard) {
  return absl::AbortedError(guard.value.has_value()
                                ? "a row has changed since it was read; read it again and retry"
                                : "a row exists that must not; read it and retry");
}

absl::Status CommitNumberError(CommitNumber wanted, CommitNumber newest) {
  return absl::AbortedError(absl::StrCat("commit ", wanted, " comes after commit ", newest,
                                         " of its partition; read again and retry"));
}

absl::Status SnapshotsOpenError(absl::Duration waited) {
  return absl::DeadlineExceededError(
      absl::StrCat("the rows are deleted, but snapshots that show them are still open after ",
                   absl::FormatDuration(waited), "; release them and erase again"));
}

absl::Status ValidateMultiGet(absl::Span<const PartitionKey> keys) {
  if (keys.size() > kMaxMultiGetKeys) {
    return absl::InvalidArgumentError(absl::StrCat(
        "a read of ", keys.size(), " keys is over the limit of ", kMaxMultiGetKeys, "; split it"));
  }
  for (const PartitionKey& key : keys) {
    absl::Status status = ValidateKey(key.key);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

std::string EncodeCommitNumber(CommitNumber number) {
  std::string bytes(8, '\0');
  for (int i = 7; i >= 0; --i, number >>= 8) bytes[i] = static_cast<char>(number & 0xff);
  return bytes;
}

std::optional<CommitNumber> DecodeCommitNumber(absl::string_view bytes) {
  if (bytes.size() != 8) return std::nullopt;
  CommitNumber number = 0;
  for (const char byte : bytes) number = number << 8 | static_cast<uint8_t>(byte);
  return number;
}

}  // namespace kizuna::storage
