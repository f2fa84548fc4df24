// SPDX-License-Identifier: Apache-2.0

#include "server/engine/usage.h"

#include <algorithm>
#include <iterator>
#include <limits>
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

// The newest day before `today` that a row covers; kNoDay when there is none, or none that is kept.
Day LastRowBefore(const UsageSeries& series, Day today) {
  if (series.last_day < today) return series.last_day;
  const auto at = std::lower_bound(series.cells.begin(), series.cells.end(), today,
                                   [](const UsageCell& cell, Day day) { return cell.day < day; });
  return at == series.cells.begin() ? kNoDay : std::prev(at)->day;
}

}  // namespace

UsageMetric::UsageMetric(const State& state, const std::string& metric, const Metric* declared,
                         Day today) {
  const auto begin = std::lower_bound(
      state.usage.begin(), state.usage.end(), metric,
      [](const UsageSeries& s, const std::string& name) { return s.metric < name; });
  auto end = begin;
  Day first = today;
  // A watermark stands for every source of the metric, so for those that sent rows all the more.
  bool all_declared = declared != nullptr;
  for (; end != state.usage.end() && end->metric == metric; ++end) {
    if (end->first_day >= today) continue;  // none of its rows is there yet
    first = std::min(first, end->first_day);
    known_to_ = std::max(known_to_, LastRowBefore(*end, today));
    all_declared = all_declared && std::binary_search(declared->sources.begin(),
                                                      declared->sources.end(), end->source);
  }
  if (first == today) return;  // no row is seen yet
  first_day_ = first;
  series_ = absl::MakeConstSpan(&*begin, static_cast<size_t>(end - begin));
  if (all_declared) {
    known_to_ = std::max(known_to_, std::min(declared->complete_through, today - 1));
  }
}

UsageWindow UsageMetric::Over(Day from, Day to) const {
  UsageWindow window;
  if (series_.empty()) return window;
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
