// SPDX-License-Identifier: Apache-2.0

#include "server/services/timeline_page.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "server/convert/values.h"

namespace kizuna::server {

std::string TimelineKey::ToPosition() const {
  // No source and no id has a line end.
  return absl::StrCat(at, "\n", static_cast<int>(kind), "\n", source, "\n", id);
}

std::optional<TimelineKey> TimelineKey::FromPosition(absl::string_view position) {
  const std::vector<std::string> parts = absl::StrSplit(position, '\n');
  TimelineKey key;
  int kind = 0;
  if (parts.size() != 4 || !absl::SimpleAtoi(parts[0], &key.at) ||
      !absl::SimpleAtoi(parts[1], &kind) || !v1::TimelineKind_IsValid(kind)) {
    return std::nullopt;
  }
  key.kind = static_cast<v1::TimelineKind>(kind);
  key.source = parts[2];
  key.id = parts[3];
  return key;
}

bool TimelinePage::Wants(const TimelineKey& key) const {
  if (key.at < bounds_.since || key.at >= bounds_.until) return false;
  if (bounds_.after && !Before(*bounds_.after, key)) return false;
  if (kept_.size() <= bounds_.limit) return true;
  const TimelineKey& last = bounds_.newest_first ? kept_.begin()->first : kept_.rbegin()->first;
  return Before(key, last);
}

void TimelinePage::Add(const TimelineKey& key, v1::TimelineEntry entry) {
  if (!Wants(key)) return;
  *entry.mutable_time() = convert::TimestampOf(key.at);
  entry.set_kind(key.kind);
  kept_[key] = std::move(entry);
  // One more than the page tells whether there is a next one.
  if (kept_.size() <= bounds_.limit + 1) return;
  kept_.erase(bounds_.newest_first ? kept_.begin() : std::prev(kept_.end()));
}

std::string TimelinePage::MoveTo(v1::ListTimelineResponse* out) {
  std::string last;
  const auto take = [&](auto& row) {
    if (static_cast<size_t>(out->entries_size()) == bounds_.limit) return false;
    *out->add_entries() = std::move(row.second);
    last = row.first.ToPosition();
    return true;
  };
  const bool more = kept_.size() > bounds_.limit;
  if (bounds_.newest_first) {
    for (auto row = kept_.rbegin(); row != kept_.rend() && take(*row);) ++row;
  } else {
    for (auto row = kept_.begin(); row != kept_.end() && take(*row);) ++row;
  }
  return more ? last : "";
}

}  // namespace kizuna::server
