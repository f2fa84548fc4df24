// SPDX-License-Identifier: Apache-2.0
//
// A bar a score, on one scale, and never more than a table has room for.

#include "client/cli/sparkline.h"

#include <gtest/gtest.h>

#include <cmath>

#include "client/cli/display_text.h"

namespace kizuna::cli {
namespace {

TEST(SparklineTest, EachEighthHasItsBar) {
  EXPECT_EQ("", Sparkline({}));
  EXPECT_EQ("▁▂▃▄▅▆▇█", Sparkline({0, 12.5, 25, 37.5, 50, 62.5, 75, 87.5}));
  EXPECT_EQ("▁▁▂▇██", Sparkline({0.1, 12.49, 12.51, 87.49, 99.9, 100}));
}

TEST(SparklineTest, WhatIsNotAScoreIsTakenAsTheNearestOrLeftOpen) {
  EXPECT_EQ("▁█", Sparkline({-5, 250}));
  EXPECT_EQ("·▅·", Sparkline({absl::nullopt, 50, std::nan("")}));
}

TEST(SparklineTest, TheLastPointsAreTheTrend) {
  std::vector<v1::HealthHistoryEntry> entries;
  for (int i = 0; i < kTrendPoints + 3; ++i) entries.emplace_back().set_score(i);
  entries.back().clear_score();
  const auto trend = TrendOf(entries);
  ASSERT_EQ(static_cast<size_t>(kTrendPoints), trend.size());
  EXPECT_EQ(3, trend.front());
  EXPECT_FALSE(trend.back().has_value());
  EXPECT_EQ(kTrendPoints, DisplayWidth(Sparkline(trend)));
  EXPECT_TRUE(TrendOf({}).empty());
}

}  // namespace
}  // namespace kizuna::cli
