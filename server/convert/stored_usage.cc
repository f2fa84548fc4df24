// SPDX-License-Identifier: Apache-2.0

#include "server/convert/stored_usage.h"

#include <algorithm>
#include <limits>
#include <vector>

namespace kizuna::convert {
namespace {

using engine::Day;
using engine::UsageCell;

constexpr uint32_t kMostExponent = 6;
constexpr uint64_t kPowers[kMostExponent + 1] = {1, 10, 100, 1000, 10000, 100000, 1000000};

void StoreDays(const std::vector<UsageCell>& cells, storage::v1::UsageSeries& to) {
  if (cells.empty()) return;
  to.set_cells_from(cells.front().day);
  uint32_t run = 1;
  for (size_t i = 1; i < cells.size(); ++i) {
    const int64_t gap = int64_t{cells[i].day} - cells[i - 1].day - 1;
    if (gap > 0) {
      to.add_runs(run);
      to.add_runs(static_cast<uint32_t>(gap));
      run = 0;
    }
    ++run;
  }
  to.add_runs(run);
}

void StoreValues(const std::vector<UsageCell>& cells, storage::v1::UsageSeries& to) {
  uint32_t exponent = kMostExponent;
  for (const UsageCell& cell : cells) {
    while (static_cast<uint64_t>(cell.value) % kPowers[exponent] != 0) --exponent;
  }
  to.set_value_exponent(exponent);
  to.mutable_values()->Reserve(static_cast<int>(cells.size()));
  for (const UsageCell& cell : cells) {
    to.add_values(static_cast<uint64_t>(cell.value) / kPowers[exponent]);
  }
}

// By how much a cell's time moves on when it moves on with its day. Modulo 2^64 on purpose: exact
// for any two instants, "never observed" included.
uint64_t RegularStep(const UsageCell* before, const UsageCell& cell) {
  const int64_t days = int64_t{cell.day} - (before == nullptr ? 0 : before->day);
  return static_cast<uint64_t>(days) * static_cast<uint64_t>(engine::kMicrosPerDay);
}

void StoreTimes(const std::vector<UsageCell>& cells, storage::v1::UsageSeries& to) {
  const bool none = std::all_of(cells.begin(), cells.end(), [](const UsageCell& cell) {
    return cell.observed_at == engine::kLongAgo;
  });
  if (none) return;
  int64_t run = 0;
  uint64_t run_step = 0;
  for (size_t i = 0; i < cells.size(); ++i) {
    const UsageCell* before = i == 0 ? nullptr : &cells[i - 1];
    const uint64_t step = static_cast<uint64_t>(cells[i].observed_at) -
                          (before == nullptr ? 0 : static_cast<uint64_t>(before->observed_at)) -
                          RegularStep(before, cells[i]);
    if (run > 0 && step != run_step) {
      to.add_observed_steps(run);
      to.add_observed_steps(static_cast<int64_t>(run_step));
      run = 0;
    }
    run_step = step;
    ++run;
  }
  to.add_observed_steps(run);
  to.add_observed_steps(static_cast<int64_t>(run_step));
}

// Gives each cell its day. The number of cells is that of the values, so runs cannot ask for more
// memory than the record itself took.
void ReadDays(const storage::v1::UsageSeries& from, StoredReader& reader,
              std::vector<UsageCell>& cells) {
  size_t filled = 0;
  int64_t day = from.cells_from();
  for (int i = 0; i < from.runs_size(); ++i) {
    const bool has_cells = i % 2 == 0;
    const bool fits = !has_cells || from.runs(i) <= cells.size() - filled;
    reader.Require(fits && from.runs(i) > 0, "usage.runs");
    if (!fits) return;
    for (uint32_t j = 0; has_cells && j < from.runs(i); ++j) {
      cells[filled++].day = static_cast<Day>(day + j);
    }
    day += from.runs(i);
    reader.Require(day - 1 <= std::numeric_limits<Day>::max(), "usage.runs");
    if (!reader.status().ok()) return;
  }
  reader.Require(filled == cells.size() && from.runs_size() % 2 == (cells.empty() ? 0 : 1),
                 "usage.runs");
}

void ReadTimes(const storage::v1::UsageSeries& from, StoredReader& reader,
               std::vector<UsageCell>& cells) {
  if (from.observed_steps_size() == 0) return;
  reader.Require(from.observed_steps_size() % 2 == 0, "usage.observed_steps");
  size_t filled = 0;
  for (int i = 0; i + 1 < from.observed_steps_size(); i += 2) {
    const int64_t run = from.observed_steps(i);
    const bool fits = run > 0 && static_cast<uint64_t>(run) <= cells.size() - filled;
    reader.Require(fits, "usage.observed_steps");
    if (!fits) return;
    const uint64_t step = static_cast<uint64_t>(from.observed_steps(i + 1));
    for (const size_t end = filled + static_cast<size_t>(run); filled < end; ++filled) {
      const UsageCell* before = filled == 0 ? nullptr : &cells[filled - 1];
      cells[filled].observed_at = static_cast<engine::Instant>(
          (before == nullptr ? 0 : static_cast<uint64_t>(before->observed_at)) +
          RegularStep(before, cells[filled]) + step);
    }
  }
  reader.Require(filled == cells.size(), "usage.observed_steps");
}

}  // namespace

void StoreSeries(const engine::UsageSeries& from, storage::v1::UsageSeries& to) {
  to.set_metric(from.metric);
  to.set_source(from.source);
  to.set_kind(static_cast<uint32_t>(from.kind));
  to.set_first_day(from.first_day);
  to.set_last_day(from.last_day);
  StoreDays(from.cells, to);
  StoreValues(from.cells, to);
  StoreTimes(from.cells, to);
}

engine::UsageSeries ReadSeries(const storage::v1::UsageSeries& from, StoredReader& reader) {
  engine::UsageSeries to;
  to.metric = from.metric();
  to.source = from.source();
  to.kind = reader.ReadEnum(from.kind(), engine::MetricKind::kGauge, "usage.kind");
  to.first_day = from.first_day();
  to.last_day = from.last_day();
  reader.Require(from.value_exponent() <= kMostExponent, "usage.value_exponent");
  if (!reader.status().ok()) return to;

  const uint64_t power = kPowers[from.value_exponent()];
  const uint64_t most = static_cast<uint64_t>(std::numeric_limits<engine::Micros>::max()) / power;
  to.cells.resize(from.values_size());
  for (int i = 0; i < from.values_size(); ++i) {
    reader.Require(from.values(i) <= most, "usage.values");
    to.cells[i].value = static_cast<engine::Micros>(from.values(i) * power);
  }
  ReadDays(from, reader, to.cells);
  if (reader.status().ok()) ReadTimes(from, reader, to.cells);
  return to;
}

}  // namespace kizuna::convert
