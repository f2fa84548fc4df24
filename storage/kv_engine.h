// SPDX-License-Identifier: Apache-2.0
//
// What does every engine say and write the same way? Errors by named factories, checks of
// arguments and the bytes of a commit number. For engines alone: users of the contract need
// storage/kv.h and nothing else.

#ifndef KIZUNA_STORAGE_KV_ENGINE_H_
#define KIZUNA_STORAGE_KV_ENGINE_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "storage/kv.h"

namespace kizuna::storage {

// UNAVAILABLE: Close() was called.
absl::Status ClosedError();
// ABORTED: a row is not as the guard says.
absl::Status GuardError(const WriteBatch::Guard& guard);
// ABORTED: `wanted` is not above `newest`.
absl::Status CommitNumberError(CommitNumber wanted, CommitNumber newest);
// DEADLINE_EXCEEDED: EraseRange waited `waited` for snapshots in vain.
absl::Status SnapshotsOpenError(absl::Duration waited);

// INVALID_ARGUMENT for too many keys or one over the limits.
absl::Status ValidateMultiGet(absl::Span<const PartitionKey> keys);

// Eight bytes, big-endian. DO NOT CHANGE: RocksDB stores hold them.
std::string EncodeCommitNumber(CommitNumber number);
// nullopt when `bytes` are not such bytes.
std::optional<CommitNumber> DecodeCommitNumber(absl::string_view bytes);

}  // namespace kizuna::storage

#endif  // KIZUNA_STORAGE_KV_ENGINE_H_
