// SPDX-License-Identifier: Apache-2.0

#include "server/engine/prune.h"

#include <algorithm>
#include <vector>

namespace kizuna::engine {
namespace {

template <typename T, typename GetDay>
void DropBefore(std::vector<T>& list, Day first_kept, GetDay day_of) {
  const auto keep = std::lower_bound(list.begin(), list.end(), first_kept,
                                     [&](const T& item, Day day) { return day_of(item) < day; });
  if (keep != list.begin()) list.erase(list.begin(), keep);
}

}  // namespace

void Prune(const Calendar& calendar, State& state) {
  if (state.anchor == kNoDay) return;
  const Day first_cell = state.anchor - kCellDays + 1;
  for (UsageSeries& series : state.usage) {
    DropBefore(series.cells, first_cell, [](const UsageCell& c) { return c.day; });
  }
  const auto cell_day = [](const SatisfactionCell& c) { return c.day; };
  DropBefore(state.csat, first_cell, cell_day);
  DropBefore(state.ces, first_cell, cell_day);
  DropBefore(state.anonymous, first_cell,
             [&](const AnonymousAnswer& a) { return calendar.DayOf(a.answered.observed_at); });
  DropBefore(state.outbound, state.anchor - kContactDays + 1,
             [](const OutboundCell& c) { return c.day; });
  const Day first_revenue = state.anchor - kRevenueDays + 1;
  for (const RevenueCell& cell : state.revenue) {
    if (cell.day >= first_revenue) break;
    state.revenue_before.paid = SaturatingAdd(state.revenue_before.paid, cell.paid);
    state.revenue_before.refunded = SaturatingAdd(state.revenue_before.refunded, cell.refunded);
  }
  DropBefore(state.revenue, first_revenue, [](const RevenueCell& c) { return c.day; });
  state.exact_from = std::max(state.exact_from, calendar.StartOf(state.anchor - kSlackDays));
}

}  // namespace kizuna::engine
