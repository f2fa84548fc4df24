// SPDX-License-Identifier: Apache-2.0
//
// How does one call look at every account? In steps on the workers, a bounded number of accounts
// each, with whatever else waits in between; nobody who has gone is worked for.

#ifndef KIZUNA_SERVER_SERVICES_BOOK_WALK_H_
#define KIZUNA_SERVER_SERVICES_BOOK_WALK_H_

#include <functional>

#include "absl/status/status.h"
#include "server/ledger/ledger.h"
#include "server/services/environment.h"

namespace kizuna::server {

// What is done with an account, as of now. An error ends the walk. One at a time, on any worker.
using VisitAccount = std::function<absl::Status(const ledger::View& view)>;

// Calls `prepare` once, then `visit` with every account in the order of names, each as it is when
// it is reached, then `done` with OK. `done` is called once and last, with the first error, with
// DEADLINE_EXCEEDED when nobody waits for the answer any more, or with RESOURCE_EXHAUSTED when too
// many long calls wait. `call` must live until then. Returns at once; `done` may come before.
void WalkBook(const Environment& environment, const Call& call,
              std::function<absl::Status()> prepare, VisitAccount visit,
              std::function<void(absl::Status)> done);

}  // namespace kizuna::server

#endif  // KIZUNA_SERVER_SERVICES_BOOK_WALK_H_
