// SPDX-License-Identifier: Apache-2.0
//
// How do figures become a small picture? As SVG that stands within HTML, needs nothing from
// outside, names itself to those who cannot see it, and whose texts never lie on each other.

#ifndef KIZUNA_CLIENT_REVIEW_CHART_H_
#define KIZUNA_CLIENT_REVIEW_CHART_H_

#include <string>
#include <variant>
#include <vector>

#include "absl/types/optional.h"

namespace kizuna::review {

// Bars by week, the older ones fainter. A week without a figure has a dot on the axis and no bar.
struct WeeklyChart {
  std::vector<absl::optional<double>> values;
  // So many at the front are of the quarter before.
  int faint = 0;
  // Under the first, under the first of this quarter, and under the last week.
  std::string first_label;
  std::string middle_label;
  std::string last_label;
  // Beside the upper line, which is at `top`: its number.
  double top = 0;
  std::string top_label;
};

// Steps on a line, those reached filled.
struct MilestoneChart {
  struct Step {
    std::string name;
    std::string note;
    bool reached = false;
    bool fresh = false;  // reached in this quarter
  };
  std::vector<Step> steps;
};

// One bar of parts of a whole, with a legend under it.
struct StackChart {
  struct Part {
    std::string label;
    double amount = 0;
    std::string amount_label;
  };
  // At most three: dark, middle and light.
  std::vector<Part> parts;
};

// A column each.
struct ColumnChart {
  struct Column {
    std::string label;
    double amount = 0;
    std::string amount_label;
  };
  std::vector<Column> columns;
};

using Chart = std::variant<WeeklyChart, MilestoneChart, StackChart, ColumnChart>;

// The picture as an <svg> element, which is XML as well. `title` and `description` are for those
// who cannot see it. Figures that are not finite, or below 0, are drawn as 0.
std::string Svg(const Chart& chart, const std::string& title, const std::string& description);

// How far something has come, 0 to 1, and how far it should be. Drawn within a line of text.
struct ProgressBar {
  double share = 0;
  double expected = 0;
};
std::string Svg(const ProgressBar& bar, const std::string& title);

}  // namespace kizuna::review

#endif  // KIZUNA_CLIENT_REVIEW_CHART_H_
