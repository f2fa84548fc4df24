// SPDX-License-Identifier: Apache-2.0
//
// What does a watch want to be told? Its request, read and checked once.

#ifndef KIZUNA_SERVER_SERVICES_WATCH_PLAN_H_
#define KIZUNA_SERVER_SERVICES_WATCH_PLAN_H_

#include <map>
#include <optional>
#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "kizuna/v1/watch_service.pb.h"
#include "server/ledger/change_log.h"
#include "server/limits.h"
#include "server/services/filter.h"
#include "server/services/watch_cursor.h"

namespace kizuna::server {

struct WatchPlan {
  std::optional<WatchCursor> cursor;  // none: from now, unless from_start
  bool from_start = false;
  std::set<std::string> accounts;                // by id; empty: all
  std::map<std::string, std::string> by_digest;  // their ids by ledger::ErasedDigest
  ledger::ShardSet shards;                       // where those accounts lie
  AccountFilter filter;
  std::set<v1::ChangeKind> kinds;
  bool facts = false;  // events without a change, too
  absl::Duration checkpoint_interval = limits::kCheckpointInterval;

  // INVALID_ARGUMENT names every field at fault.
  static absl::StatusOr<WatchPlan> Of(const v1::WatchAccountsRequest& request,
                                      const engine::Rulebook& rulebook);
};

}  // namespace kizuna::server

#endif  // KIZUNA_SERVER_SERVICES_WATCH_PLAN_H_
