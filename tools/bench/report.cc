// SPDX-License-Identifier: Apache-2.0

#include "tools/bench/report.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace kizuna::bench {
namespace {

double SpreadOf(const std::vector<double>& rounds) {
  const double median = Quantile(rounds, 0.5);
  if (median == 0) return 0;
  return (Quantile(rounds, 0.9) - Quantile(rounds, 0.1)) / median;
}

const char* SignOf(Bound bound) { return bound == Bound::kAtLeast ? ">=" : "<="; }

// About four digits that say something.
std::string Figure(double value) {
  if (std::fabs(value) >= 1000) return absl::StrFormat("%.0f", value);
  return absl::StrFormat("%.4g", value);
}

std::string JsonFigure(std::optional<double> value) {
  if (!value.has_value() || !std::isfinite(*value)) return "null";
  return absl::StrFormat("%.9g", *value);
}

std::string JsonOf(const Row& row) {
  std::optional<double> target;
  if (row.target.has_value()) target = row.target->value;
  return absl::StrCat(
      "{\"name\": \"", row.name, "\", \"unit\": \"", row.unit,
      "\", \"floor\": ", JsonFigure(row.floor), ", \"ours\": ", JsonFigure(row.ours),
      ", \"ratio\": ", JsonFigure(row.ratio),
      ", \"bound\": ", row.target ? absl::StrCat("\"", SignOf(row.target->bound), "\"") : "null",
      ", \"target\": ", JsonFigure(target), ", \"spread\": ", JsonFigure(row.spread),
      ", \"met\": ", row.Met() ? "true" : "false", "}");
}

}  // namespace

bool Row::Met() const {
  if (!target.has_value()) return true;
  const double reached = ratio.value_or(ours);
  return target->bound == Bound::kAtLeast ? reached >= target->value : reached <= target->value;
}

double Quantile(std::vector<double> values, double q) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const double place = q * static_cast<double>(values.size() - 1);
  const size_t below = static_cast<size_t>(place);
  const size_t above = std::min(below + 1, values.size() - 1);
  return values[below] + (values[above] - values[below]) * (place - static_cast<double>(below));
}

Row RowOfTurns(std::string name, std::string unit, const std::vector<double>& floor,
               const std::vector<double>& ours, std::optional<Target> target) {
  Row row = RowOfRounds(std::move(name), std::move(unit), ours, target);
  row.floor = Quantile(floor, 0.5);
  row.ratio = row.ours / *row.floor;
  std::vector<double> ratios;
  for (size_t i = 0; i < std::min(floor.size(), ours.size()); ++i) {
    ratios.push_back(ours[i] / floor[i]);
  }
  row.spread = SpreadOf(ratios);
  return row;
}

Row RowOfRounds(std::string name, std::string unit, const std::vector<double>& ours,
                std::optional<Target> target) {
  Row row;
  row.name = std::move(name);
  row.unit = std::move(unit);
  row.ours = Quantile(ours, 0.5);
  row.target = target;
  row.spread = SpreadOf(ours);
  return row;
}

std::string TableOf(const std::vector<Row>& rows) {
  std::string table = absl::StrFormat("%-26s %-10s %10s %10s %7s %9s %7s  %s\n", "work", "unit",
                                      "floor", "ours", "ratio", "target", "spread", "met");
  for (const Row& row : rows) {
    const std::string target =
        row.target ? absl::StrCat(SignOf(row.target->bound), " ", Figure(row.target->value)) : "-";
    absl::StrAppendFormat(&table, "%-26s %-10s %10s %10s %7s %9s %6.0f%%  %s\n", row.name, row.unit,
                          row.floor ? Figure(*row.floor) : "-", Figure(row.ours),
                          row.ratio ? absl::StrFormat("%.3f", *row.ratio) : "-", target,
                          100 * row.spread,
                          !row.target ? "-"
                          : row.Met() ? "yes"
                                      : "no");
  }
  return table;
}

std::string JsonOf(const std::vector<Row>& rows) {
  std::string json = "{\"rows\": [";
  for (size_t i = 0; i < rows.size(); ++i) {
    absl::StrAppend(&json, i == 0 ? "\n  " : ",\n  ", JsonOf(rows[i]));
  }
  return json + "\n]}\n";
}

}  // namespace kizuna::bench
