// SPDX-License-Identifier: Apache-2.0
//
// What came out of a measurement, and how is it shown to people and to programs?

#ifndef KIZUNA_TOOLS_BENCH_REPORT_H_
#define KIZUNA_TOOLS_BENCH_REPORT_H_

#include <optional>
#include <string>
#include <vector>

namespace kizuna::bench {

// On which side of its target a row has to be.
enum class Bound { kAtLeast, kAtMost };

// A target: a ratio where a row has a floor, else a figure in the row's unit.
struct Target {
  Bound bound = Bound::kAtLeast;
  double value = 0;
};

// One line of the report.
struct Row {
  std::string name;
  std::string unit;              // of `floor` and `ours`
  std::optional<double> floor;   // median of the rounds; none: measured by itself
  double ours = 0;               // median of the rounds
  std::optional<double> ratio;   // ours / floor
  std::optional<Target> target;  // none: told for its own sake
  double spread = 0;             // (p90 - p10) / median of the rounds
  // Whether the target was met; true without one.
  bool Met() const;
};

// The value below which the share `q` (0 to 1) of `values` lies; 0 when there are none.
double Quantile(std::vector<double> values, double q);

// A row of rounds in which both sides were measured in turn; of equal number, one or more. The
// spread is that of the rounds' own ratios.
Row RowOfTurns(std::string name, std::string unit, const std::vector<double>& floor,
               const std::vector<double>& ours, std::optional<Target> target);
// A row of rounds without a floor.
Row RowOfRounds(std::string name, std::string unit, const std::vector<double>& ours,
                std::optional<Target> target);

// An aligned table with a line for each row.
std::string TableOf(const std::vector<Row>& rows);
// {"rows": [{"name", "unit", "floor", "ours", "ratio", "bound", "target", "spread", "met"}]}; what
// a row does not have is null.
std::string JsonOf(const std::vector<Row>& rows);

}  // namespace kizuna::bench

#endif  // KIZUNA_TOOLS_BENCH_REPORT_H_
