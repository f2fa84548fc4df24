// SPDX-License-Identifier: Apache-2.0
//
// Which entries of a timeline make its next page? Entries come in any order; the page keeps the
// first of them behind a position, by time, then kind, source and id, which no two entries share,
// so that pages neither skip nor repeat what was there.

#ifndef KIZUNA_SERVER_SERVICES_TIMELINE_PAGE_H_
#define KIZUNA_SERVER_SERVICES_TIMELINE_PAGE_H_

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <tuple>

#include "absl/strings/string_view.h"
#include "kizuna/v1/timeline_service.pb.h"
#include "server/engine/time.h"

namespace kizuna::server {

// An entry's place in the order.
struct TimelineKey {
  engine::Instant at = 0;
  v1::TimelineKind kind = v1::TIMELINE_KIND_UNSPECIFIED;
  std::string source;  // of a fact or a leak; empty for a change
  std::string id;      // the fact's; of a change, its revision or its day

  friend bool operator<(const TimelineKey& a, const TimelineKey& b) {
    return std::tie(a.at, a.kind, a.source, a.id) < std::tie(b.at, b.kind, b.source, b.id);
  }

  // As a position in a page token, and back; nullopt for what is none.
  std::string ToPosition() const;
  static std::optional<TimelineKey> FromPosition(absl::string_view position);
};

// Keeps the first `limit` entries of [since, until) behind `after`. Not thread-safe; O(limit)
// memory whatever comes.
class TimelinePage {
 public:
  struct Bounds {
    engine::Instant since = 0;
    engine::Instant until = 0;  // exclusive
    bool newest_first = false;
    std::optional<TimelineKey> after;
    size_t limit = 50;
  };
  explicit TimelinePage(Bounds bounds) : bounds_(std::move(bounds)) {}

  // Whether an entry of this key would be kept, as far as is known: so that what is not need not
  // be made.
  bool Wants(const TimelineKey& key) const;
  // Adds an entry; its time and kind are set from the key.
  void Add(const TimelineKey& key, v1::TimelineEntry entry);

  // Moves the entries to `out`, and gives the position of the next page; empty: that was all.
  std::string MoveTo(v1::ListTimelineResponse* out);

 private:
  bool Before(const TimelineKey& a, const TimelineKey& b) const {
    return bounds_.newest_first ? b < a : a < b;
  }

  const Bounds bounds_;
  std::map<TimelineKey, v1::TimelineEntry> kept_;  // one more than the limit at most
};

}  // namespace kizuna::server

#endif  // KIZUNA_SERVER_SERVICES_TIMELINE_PAGE_H_
