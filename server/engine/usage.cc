// SPDX-License-Identifier: Apache-2.0

#include "server/engine/usage.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/numeric/int128.h"

namespace kizuna::engine {
namespace {

// The cells of `series` with days in [from, to).
absl::Span<const UsageCell> Slice(const UsageSeries& series, Day from, Day to) {
  const auto before = [](const UsageCell& cell, Day day) { return cell.day < day; };
  const auto begin = std::lower_bound(series.cells.begin(), series.cells.end(), from, before);
  const auto end = std::lower_bound(begin, series.cells.end(), to, before);
  return absl::MakeConstSpan(series.cells.data() + (begin - series.cells.begin()),
                             static_cast<size_t>(end - begin));
}

// One cell a day from several sources: counts add up; of gauges the later observed wins, ties by
// the larger source name, which comes later in `series`.
std::vector<UsageCell> Merge(absl::Span<const UsageSeries> series, Day from, Day to) {
  std::vector<UsageCell> merged;
  for (const UsageSeries& one : series) {
    for (const UsageCell& cell : Slice(one, from, to)) {
      auto at = std::lower_bound(merged.begin(), merged.end(), cell.day,
                                 [](const UsageCell& c, Day day) { return c.day < day; });
      if (at == merged.end() || at->day != cell.day) {
        merged.insert(at, cell);
      } else if (one.kind == MetricKind::kCount) {
        at->value += std::min(cell.value, std::numeric_limits<Micros>::max() - at->value);
      } else if (cell.observed_at >= at->observed_at) {
        *at = cell;
      }
    }
  }
  return merged;
}

}  // namespace

UsageMetric::UsageMetric(const State& state, const std::string& metric, Day complete_through) {
  const auto begin = std::lower_bound(
      state.usage.begin(), state.usage.end(), metric,
      [](const UsageSeries& s, const std::string& name) { return s.metric < name; });
  auto end = begin;
  while (end != state.usage.end() && end->metric == metric) {
    first_day_ = end == begin ? end->first_day : std::min(first_day_, end->first_day);
    known_to_ = std::max(known_to_, end->last_day);
    ++end;
  }
  if (begin == end) return;
  series_ = absl::MakeConstSpan(&*begin, static_cast<size_t>(end - begin));
  known_to_ = std::max(known_to_, complete_through);
}

Day UsageMetric::NewestBefore(Day today) const {
  if (!known() || first_day_ >= today) return kNoDay;
  return std::min(known_to_, today - 1);
}

UsageWindow UsageMetric::Over(Day from, Day to) const {
  UsageWindow window;
  if (!known()) return window;
  from = std::max(from, first_day_);
  to = std::min(to, known_to_ + 1);
  if (from >= to) return window;
  window.known_days = to - from;

  std::vector<UsageCell> merged;
  absl::Span<const UsageCell> cells;
  if (series_.size() == 1) {
    cells = Slice(series_[0], from, to);
  } else {
    merged = Merge(series_, from, to);
    cells = merged;
  }
  absl::int128 sum = 0;
  Micros max = 0;
  for (const UsageCell& cell : cells) {
    sum += cell.value;
    max = std::max(max, cell.value);
    window.active_days += cell.value > 0;
  }
  window.sum = static_cast<double>(sum) / kMicrosPerUnit;
  window.max = static_cast<double>(max) / kMicrosPerUnit;
  if (!cells.empty() && cells.back().day == to - 1) {
    window.last = static_cast<double>(cells.back().value) / kMicrosPerUnit;
  }
  return window;
}

}  // namespace kizuna::engine
