// SPDX-License-Identifier: Apache-2.0
//
// How does an account's state get onto the disk and back? As storage.v1.AccountState: what repeats
// is written once. Whatever is stored reads back to the same canonical bytes.

#ifndef KIZUNA_SERVER_CONVERT_STORED_STATE_H_
#define KIZUNA_SERVER_CONVERT_STORED_STATE_H_

#include "absl/status/statusor.h"
#include "kizuna/storage/v1/state.pb.h"
#include "server/engine/state.h"

namespace kizuna::convert {

// Marks the record with engine::kFoldVersion. REQUIRES: texts in UTF-8.
storage::v1::AccountState ToStored(const engine::State& state);
// The same into a message at hand, which is empty.
void ToStored(const engine::State& state, storage::v1::AccountState& stored);

// Whether the record was folded by this program's rules. If not, the account must be folded again
// from its facts; FromStored would give what the older rules made of them.
bool IsCurrentFold(const storage::v1::AccountState& stored);

// DATA_LOSS, naming the field, when the record says what no state can.
absl::StatusOr<engine::State> FromStored(const storage::v1::AccountState& stored);

}  // namespace kizuna::convert

#endif  // KIZUNA_SERVER_CONVERT_STORED_STATE_H_
