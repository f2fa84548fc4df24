// SPDX-License-Identifier: Apache-2.0
//
// Is what is stored what was told? Rebuilds every state from its facts, compares it with the one
// that is stored, and digests facts and states so that two stores can be compared.

#ifndef KIZUNA_SERVER_LEDGER_VERIFY_H_
#define KIZUNA_SERVER_LEDGER_VERIFY_H_

#include "absl/status/statusor.h"
#include "server/engine/time.h"
#include "server/ledger/ledger.h"
#include "storage/kv.h"

namespace kizuna::ledger {

// Reads one snapshot. The digest does not depend on the order in which facts arrived, on revisions,
// or on when they were accepted.
absl::StatusOr<VerifyReport> VerifyStore(const storage::Store& store,
                                         const engine::Calendar& calendar);

}  // namespace kizuna::ledger

#endif  // KIZUNA_SERVER_LEDGER_VERIFY_H_
