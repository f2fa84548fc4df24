// SPDX-License-Identifier: Apache-2.0
//
// How is an account forgotten for good? Every row of every family is taken out in one commit that
// leaves only the mark that the id was erased, then removed from the files of the store.

#ifndef KIZUNA_SERVER_LEDGER_ERASURE_H_
#define KIZUNA_SERVER_LEDGER_ERASURE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/ledger/lane.h"
#include "storage/kv.h"

namespace kizuna::ledger {

// Whether an account of this id was erased, as the snapshot shows it: the id is not given out
// again.
absl::StatusOr<bool> WasErased(const storage::Snapshot& snapshot, const std::string& account);

// Called by the account's lane. Afterwards no search of the store's files finds the account's id,
// or anything that was told of it. NOT_FOUND when there is no such account; one that was erased
// before is removed from the files again, which heals an erasure that was cut off.
absl::Status EraseAccount(Shared& shared, ShardHeads& heads, const std::string& account);

}  // namespace kizuna::ledger

#endif  // KIZUNA_SERVER_LEDGER_ERASURE_H_
