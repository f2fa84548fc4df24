// SPDX-License-Identifier: Apache-2.0
//
// What does a reader of the ledger get to see of an account that is kept in memory, and of a day
// that is kept on disk?

#ifndef KIZUNA_SERVER_LEDGER_VIEW_H_
#define KIZUNA_SERVER_LEDGER_VIEW_H_

#include <memory>

#include "kizuna/storage/v1/account.pb.h"
#include "server/engine/time.h"
#include "server/ledger/account_cache.h"
#include "server/ledger/ledger.h"

namespace kizuna::ledger {

// A stored day of history.
HistoryRow RowOf(engine::Day day, const storage::v1::HistoryRecord& record);

// An account as scored at `now`. The view's parts share the life of `scored`.
View ViewOf(const Entry& entry, std::shared_ptr<const Scored> scored, engine::Instant now);

}  // namespace kizuna::ledger

#endif  // KIZUNA_SERVER_LEDGER_VIEW_H_
