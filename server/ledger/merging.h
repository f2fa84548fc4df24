// SPDX-License-Identifier: Apache-2.0
//
// How does a duplicate become part of another account, when the two lie in different shards and no
// commit spans two? In three steps, each one commit: the duplicate takes no more facts; its facts
// are taken over; it is taken out of the lists, and its name goes on to name the other. Between the
// steps each account answers with all that was ever acknowledged for its name, so nobody sees half
// a merge, and after a crash the steps are simply taken again.

#ifndef KIZUNA_SERVER_LEDGER_MERGING_H_
#define KIZUNA_SERVER_LEDGER_MERGING_H_

#include <string>

#include "absl/status/status.h"
#include "server/ledger/lane.h"

namespace kizuna::ledger {

// Called by the duplicate's lane: from now on it takes no more facts. NOT_FOUND when it does not
// exist, FAILED_PRECONDITION while it is reserved.
absl::Status BeginMerge(Shared& shared, const std::string& duplicate, const std::string& into);

// Called by the lane of `into`: writes every version of every fact of the duplicate, with its
// words, to the account in one commit; reservations stay behind, since they were leases on the
// duplicate's name. Done before: nothing to do. NOT_FOUND and FAILED_PRECONDITION as above, and
// FAILED_PRECONDITION when a person was erased from the duplicate whom `into` still knows.
absl::Status TakeOverFacts(Shared& shared, ShardHeads& heads, const std::string& duplicate,
                           const std::string& into);

// Called by the duplicate's lane once its facts were taken over: takes it out of every list and
// index. Its facts stay for what is asked about its past. Done before: nothing to do.
absl::Status FinishMerge(Shared& shared, ShardHeads& heads, const std::string& duplicate);

// Called by the duplicate's lane: its facts could not be taken over, so it takes its own again.
absl::Status AbandonMerge(Shared& shared, const std::string& duplicate);

}  // namespace kizuna::ledger

#endif  // KIZUNA_SERVER_LEDGER_MERGING_H_
