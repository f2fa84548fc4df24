// SPDX-License-Identifier: Apache-2.0
//
// How is all that was told of an account read back? Fact by fact, with every version and its words,
// a page at a time.

#ifndef KIZUNA_SERVER_LEDGER_FACT_PAGE_H_
#define KIZUNA_SERVER_LEDGER_FACT_PAGE_H_

#include <cstddef>
#include <cstdint>
#include <vector>

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

// The counting facts of the account as far as they were known at the revision, with their words, by
// (source, id). OUT_OF_RANGE when the account has not reached it.
absl::StatusOr<std::vector<Submission>> KnownFactsOn(const storage::Snapshot& snapshot,
                                                     const Entry& entry, uint64_t revision);

}  // namespace kizuna::ledger

#endif  // KIZUNA_SERVER_LEDGER_FACT_PAGE_H_
