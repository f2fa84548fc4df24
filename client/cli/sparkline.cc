// SPDX-License-Identifier: Apache-2.0
#include "client/cli/sparkline.h"

#include <algorithm>
#include <cmath>

namespace kizuna::cli {
namespace {

constexpr const char* kBars[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
constexpr int kBarCount = 8;
constexpr double kHighest = 100;

}  // namespace

std::string Sparkline(const std::vector<absl::optional<double>>& scores) {
  std::string line;
  for (const absl::optional<double>& score : scores) {
    if (!score.has_value() || std::isnan(*score)) {
      line += "·";
      continue;
    }
    const double share = std::clamp(*score, 0.0, kHighest) / kHighest;
    line += kBars[std::min(kBarCount - 1, static_cast<int>(share * kBarCount))];
  }
  return line;
}

std::vector<absl::optional<double>> TrendOf(const std::vector<v1::HealthHistoryEntry>& entries) {
  const size_t first = entries.size() > kTrendPoints ? entries.size() - kTrendPoints : 0;
  std::vector<absl::optional<double>> scores;
  for (size_t i = first; i < entries.size(); ++i) {
    scores.push_back(entries[i].has_score() ? absl::optional<double>(entries[i].score())
                                            : absl::nullopt);
  }
  return scores;
}

}  // namespace kizuna::cli
