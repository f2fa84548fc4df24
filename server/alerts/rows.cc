// SPDX-License-Identifier: Apache-2.0

#include "server/alerts/rows.h"

#include <map>
#include <string>
#include <vector>

namespace kizuna::alerts {

absl::Status VisitNewestFirst(const storage::Snapshot& snapshot, const storage::KeyRange& range,
                              const std::function<absl::StatusOr<bool>(const Row&)>& visit) {
  using storage::Partition;
  std::vector<std::unique_ptr<storage::Iterator>> shards;
  std::multimap<std::string, int> heads;  // by key, the newest last
  const auto advance = [&](int shard) -> absl::Status {
    if (!shards[shard]->Next()) return shards[shard]->status();
    heads.emplace(shards[shard]->key(), shard);
    return absl::OkStatus();
  };
  for (int shard = 0; shard < Partition::kShards; ++shard) {
    shards.push_back(snapshot.Scan(Partition::Shard(shard), range, storage::Direction::kBackward));
    if (absl::Status status = advance(shard); !status.ok()) return status;
  }
  while (!heads.empty()) {
    const auto newest = std::prev(heads.end());
    const int shard = newest->second;
    heads.erase(newest);
    const absl::StatusOr<bool> go_on =
        visit({Partition::Shard(shard), shards[shard]->key(), shards[shard]->value()});
    if (!go_on.ok()) return go_on.status();
    if (!*go_on) return absl::OkStatus();
    if (absl::Status status = advance(shard); !status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace kizuna::alerts
