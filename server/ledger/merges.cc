// SPDX-License-Identifier: Apache-2.0

#include "server/ledger/merges.h"

#include <algorithm>
#include <utility>

#include "storage/records/records.h"

namespace kizuna::ledger {

absl::Status Merges::Load(const storage::Snapshot& snapshot) {
  for (int shard = 0; shard < storage::Partition::kShards; ++shard) {
    storage::RecordScan<storage::MergedKey> rows(snapshot, storage::Partition::Shard(shard),
                                                 storage::MergedKey::All());
    while (rows.Next()) {
      const storage::v1::MergedRecord& record = rows.record();
      Set(rows.key().account, {record.into(), record.has_account(), record.account().revision()});
    }
    if (!rows.status().ok()) return rows.status();
  }
  return absl::OkStatus();
}

std::string Merges::Follow(absl::string_view account) const {
  // An account is merged at most once and never into itself, so there is an end.
  while (true) {
    const auto found = merges_.find(account);
    if (found == merges_.end() || !found->second.done) return std::string(account);
    account = found->second.into;
  }
}

std::string Merges::Of(absl::string_view account) const {
  if (!any_) return std::string(account);
  absl::ReaderMutexLock lock(&mutex_);
  return Follow(account);
}

std::optional<Merge> Merges::Find(absl::string_view account) const {
  if (!any_) return std::nullopt;
  absl::ReaderMutexLock lock(&mutex_);
  const auto found = merges_.find(account);
  if (found == merges_.end()) return std::nullopt;
  return found->second;
}

std::vector<std::string> Merges::Into(absl::string_view account) const {
  std::vector<std::string> duplicates;
  if (!any_) return duplicates;
  absl::ReaderMutexLock lock(&mutex_);
  const auto add = [&](absl::string_view to) ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    const auto found = into_.find(to);
    if (found == into_.end()) return;
    for (const std::string& each : found->second) {
      if (merges_.at(each).done) duplicates.push_back(each);
    }
  };
  add(account);
  for (size_t i = 0; i < duplicates.size(); ++i) add(std::string(duplicates[i]));
  std::sort(duplicates.begin(), duplicates.end());
  return duplicates;
}

std::vector<std::string> Merges::Underway() const {
  std::vector<std::string> underway;
  absl::ReaderMutexLock lock(&mutex_);
  for (const auto& [duplicate, merge] : merges_) {
    if (!merge.done) underway.push_back(duplicate);
  }
  return underway;
}

void Merges::Set(const std::string& account, Merge merge) {
  absl::MutexLock lock(&mutex_);
  into_[merge.into].insert(account);
  merges_[account] = std::move(merge);
  any_ = true;
}

void Merges::Forget(const std::string& account) {
  absl::MutexLock lock(&mutex_);
  const auto found = merges_.find(account);
  if (found == merges_.end()) return;
  into_[found->second.into].erase(account);
  merges_.erase(found);
}

}  // namespace kizuna::ledger
