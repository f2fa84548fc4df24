// SPDX-License-Identifier: Apache-2.0
//
// How is one person forgotten, and the account not? What they are called and what they said lies
// apart from the facts, in records that no fold and no verdict reads; it is taken out of them, and
// of the files of the store.

#ifndef KIZUNA_SERVER_LEDGER_REDACTION_H_
#define KIZUNA_SERVER_LEDGER_REDACTION_H_

#include <string>

#include "absl/status/status.h"
#include "server/ledger/lane.h"

namespace kizuna::ledger {

// Called by the account's lane. NOT_FOUND when there is no such account, or nothing was ever told
// of such a contact; one who was erased before is removed from the files again, which heals an
// erasure that was cut off. States, revisions and the digest stay as they are.
absl::Status ErasePersonOf(Shared& shared, const std::string& account,
                           const std::string& contact_id);

}  // namespace kizuna::ledger

#endif  // KIZUNA_SERVER_LEDGER_REDACTION_H_
