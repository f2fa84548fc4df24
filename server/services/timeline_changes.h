// SPDX-License-Identifier: Apache-2.0
//
// What changed of an account, and when? From the change log as far back as it is kept, each change
// at its instant, and for the days before it from the history, which tells each day's outcome.

#ifndef KIZUNA_SERVER_SERVICES_TIMELINE_CHANGES_H_
#define KIZUNA_SERVER_SERVICES_TIMELINE_CHANGES_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "server/ledger/ledger.h"
#include "server/middleware/call.h"
#include "server/services/timeline_page.h"

namespace kizuna::server {

// What differs between two days of history, the first of them of an account that was not there
// before when `before` is null. Empty: nothing that a timeline tells.
std::vector<v1::AccountChange> ChangesBetween(const ledger::HistoryRow* before,
                                              const ledger::HistoryRow& after);

// Adds the account's changes to the page. `account` as the ledger calls it, not a merged name.
// Reads the log of one shard: for workers. DEADLINE_EXCEEDED with the call.
absl::Status AddChanges(ledger::Ledger& ledger, const Call& call, const std::string& account,
                        TimelinePage& page);

}  // namespace kizuna::server

#endif  // KIZUNA_SERVER_SERVICES_TIMELINE_CHANGES_H_
