// SPDX-License-Identifier: Apache-2.0
//
// How does a score look over time in a few letters? A bar a point, all on the same scale.

#ifndef KIZUNA_CLIENT_CLI_SPARKLINE_H_
#define KIZUNA_CLIENT_CLI_SPARKLINE_H_

#include <string>
#include <vector>

#include "absl/types/optional.h"
#include "kizuna/v1/health_service.pb.h"

namespace kizuna::cli {

// How many points a table shows.
inline constexpr int kTrendPoints = 12;

// A bar of one column for each score, 0 to 100: ▁ below 12.5, ▂ below 25, up to █ from 87.5. The
// scale is the same for every account, so that a low line is a low score. Scores outside are taken
// as the nearest inside; a score that is not there (or is no number) is a point in the middle, "·".
std::string Sparkline(const std::vector<absl::optional<double>>& scores);

// The scores of the last kTrendPoints entries, given the oldest first.
std::vector<absl::optional<double>> TrendOf(const std::vector<v1::HealthHistoryEntry>& entries);

}  // namespace kizuna::cli

#endif  // KIZUNA_CLIENT_CLI_SPARKLINE_H_
