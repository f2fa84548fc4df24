// SPDX-License-Identifier: Apache-2.0
//
// How are rows that lie in all shards read in one order? The newest first: alerts and deliveries
// begin with the time of the alert, so the shards are merged by their keys.

#ifndef KIZUNA_SERVER_ALERTS_ROWS_H_
#define KIZUNA_SERVER_ALERTS_ROWS_H_

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "storage/kv.h"

namespace kizuna::alerts {

// A row, while it is looked at.
struct Row {
  storage::Partition shard = storage::Partition::Shard(0);
  absl::string_view key, value;
};

// Calls `visit` with the rows of `range` in every shard, by descending key, until it says false or
// an error, which is given.
absl::Status VisitNewestFirst(const storage::Snapshot& snapshot, const storage::KeyRange& range,
                              const std::function<absl::StatusOr<bool>(const Row&)>& visit);

}  // namespace kizuna::alerts

#endif  // KIZUNA_SERVER_ALERTS_ROWS_H_
