// SPDX-License-Identifier: Apache-2.0
//
// What does a metric say over a window of whole days? Rows, silence and watermarks
// (docs/scoring.md, "Metrics").

#ifndef KIZUNA_SERVER_ENGINE_USAGE_H_
#define KIZUNA_SERVER_ENGINE_USAGE_H_

#include <string>

#include "absl/types/span.h"
#include "server/engine/fact.h"
#include "server/engine/rulebook.h"
#include "server/engine/state.h"
#include "server/engine/time.h"

namespace kizuna::engine {

// The known days of a window, and what they add up to.
struct UsageWindow {
  int32_t known_days = 0;
  int32_t active_days = 0;  // with a value above 0
  double sum = 0;           // in the metric's unit
  double max = 0;
  double last = 0;  // on the newest known day
};

// All sources' series of one metric, as they are seen at `today`: rows of today and later are not
// there yet.
class UsageMetric {
 public:
  // `declared`: the metric as the rulebook has it; null: nobody has declared a watermark.
  UsageMetric(const State& state, const std::string& metric, const Metric* declared, Day today);

  // The newest known day; kNoDay when there is none.
  Day Newest() const { return known_to_ < first_day_ ? kNoDay : known_to_; }
  // Days in [from, to); `to` at most today.
  UsageWindow Over(Day from, Day to) const;

 private:
  absl::Span<const UsageSeries> series_;  // by source; empty: nothing is known
  Day first_day_ = kNoDay;
  Day known_to_ = kNoDay;  // less than today
};

}  // namespace kizuna::engine

#endif  // KIZUNA_SERVER_ENGINE_USAGE_H_
