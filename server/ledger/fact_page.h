// SPDX-License-Identifier: Apache-2.0
//
// How is all that was told of an account read back? Fact by fact, with every version and its words,
// a page at a time.

#ifndef KIZUNA_SERVER_LEDGER_FACT_PAGE_H_
#define KIZUNA_SERVER_LEDGER_FACT_PAGE_H_

#include <cstddef>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/ledger/account_cache.h"
#include "server/ledger/ledger.h"
#include "storage/kv.h"

namespace kizuna::ledger {

// The words that were sent with this version of the fact; none when they were redacted.
Words WordsOf(const storage::v1::WordsRecord& record, const engine::Fact& fact);

// Up to `limit` facts of the account behind `after` (empty: from the start), by (source, id), as
// the snapshot shows them. INVALID_ARGUMENT when `after` is not of a page of this account.
absl::StatusOr<Ledger::FactPage> ReadFactPage(const storage::Snapshot& snapshot, const Entry& entry,
                                              absl::string_view after, size_t limit);

}  // namespace kizuna::ledger

#endif  // KIZUNA_SERVER_LEDGER_FACT_PAGE_H_
