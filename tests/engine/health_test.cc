// SPDX-License-Identifier: Apache-2.0
//
// Do measures, coverage, caps and bands add up as docs/scoring.md says?

#include "server/engine/health.h"

#include <vector>

#include "gtest/gtest.h"
#include "tests/engine/account.h"

namespace kizuna::engine {
namespace {

using testing::D;
using testing::Starter;

// A model of two dimensions: nps alone (weight 3), and csat (1) with ces (3) (weight 1).
std::shared_ptr<const Rulebook> TwoDimensions(std::vector<CapSpec> caps = {},
                                              double minimum_coverage = 0) {
  return Starter([&](Rulebook::Parts& parts) {
    ModelSpec& model = parts.rules.models[0];
    const std::vector<CurvePoint> identity = {{0, 0}, {100, 100}};
    model.dimensions = {
        {"a", 3, {{"nps(180)", 1, 10, false, identity}}},
        {"b",
         1,
         {{"csat.mean(28)", 1, 0, false, identity}, {"ces.mean(28)", 3, 0, false, identity}}}};
    model.caps = std::move(caps);
    model.minimum_coverage = minimum_coverage;
  });
}

// The values of the model's features by name, the others missing.
Health Score(const Rulebook& book, double nps, std::optional<double> csat,
             std::optional<double> ces, Day nps_newest = kNoDay) {
  const Model& model = book.models()[0];
  std::vector<FeatureValue> values(model.features.size());
  for (size_t i = 0; i < model.features.size(); ++i) {
    if (model.features[i].name == "nps(180)") values[i] = {nps, nps_newest};
    if (model.features[i].name == "csat.mean(28)") values[i].value = csat;
    if (model.features[i].name == "ces.mean(28)") values[i].value = ces;
  }
  return ScoreHealth(model, values, D("2024-06-10"));
}

TEST(HealthTest, ContributionsAddUpToRaw) {
  const auto book = TwoDimensions();
  const Health health = Score(*book, 80, 40, 60);
  EXPECT_DOUBLE_EQ(*health.raw, 0.75 * 80 + 0.25 * (0.25 * 40 + 0.75 * 60));
  EXPECT_DOUBLE_EQ(health.drivers[0].points, 60);
  EXPECT_DOUBLE_EQ(health.drivers[1].points, 2.5);
  EXPECT_DOUBLE_EQ(health.drivers[2].points, 11.25);
  EXPECT_DOUBLE_EQ(health.coverage, 1);
}

TEST(HealthTest, AMissingMeasureGivesItsWeightToItsDimension) {
  const auto book = TwoDimensions();
  const Health health = Score(*book, 80, 40, std::nullopt);
  EXPECT_DOUBLE_EQ(*health.raw, 0.75 * 80 + 0.25 * 40);
  EXPECT_DOUBLE_EQ(health.coverage, (3 + 0.25) / 4);
}

TEST(HealthTest, AMissingDimensionGivesItsWeightToTheOthers) {
  const auto book = TwoDimensions();
  const Health health = Score(*book, 80, std::nullopt, std::nullopt);
  EXPECT_DOUBLE_EQ(*health.raw, 80);
  EXPECT_DOUBLE_EQ(health.coverage, 0.75);
}

TEST(HealthTest, EvidenceOlderThanTheMaximumAgeIsMissing) {
  const auto book = TwoDimensions();
  EXPECT_FALSE(Score(*book, 80, 40, 60, D("2024-06-10") - 10).drivers[0].too_old);
  const Health stale = Score(*book, 80, 40, 60, D("2024-06-10") - 11);
  EXPECT_TRUE(stale.drivers[0].too_old);
  EXPECT_EQ(stale.drivers[0].points, 0);
  EXPECT_DOUBLE_EQ(stale.coverage, 0.25);
}

TEST(HealthTest, UnderTheMinimumCoverageThereIsARawScoreAndNoScore) {
  const auto exact = TwoDimensions({}, 0.75);
  EXPECT_TRUE(Score(*exact, 80, std::nullopt, std::nullopt).score.has_value());
  const auto above = TwoDimensions({}, 0.7500001);
  const Health health = Score(*above, 80, std::nullopt, std::nullopt);
  EXPECT_EQ(health.score, std::nullopt);
  EXPECT_EQ(health.band, Band::kUnknown);
  EXPECT_DOUBLE_EQ(*health.raw, 80);
}

TEST(HealthTest, TheLowestCapThatHoldsCuts) {
  const auto book = TwoDimensions({{"nps(180)", Comparison::kAtLeast, 80, 70},
                                   {"nps(180)", Comparison::kAbove, 80, 10},
                                   {"csat.mean(28)", Comparison::kAtMost, 40, 55}});
  const Health health = Score(*book, 80, 40, 60);
  EXPECT_EQ(health.cap, 2);
  EXPECT_DOUBLE_EQ(*health.score, 55);
  EXPECT_DOUBLE_EQ(*health.raw + health.cut, 55);
  EXPECT_EQ(Score(*book, 20, 40, 60).cap, -1) << "raw is lower than the cap";
}

TEST(HealthTest, ACapOfAMissingFeatureDoesNotHold) {
  const auto book = TwoDimensions({{"csat.mean(28)", Comparison::kBelow, 100, 5}});
  EXPECT_EQ(Score(*book, 80, std::nullopt, 60).cap, -1);
}

TEST(HealthTest, BandsBeginAtTheirLowerBound) {
  const ModelSpec model = testing::StarterSpec().models[0];
  EXPECT_EQ(BandOf(model, 70), Band::kGreen);
  EXPECT_EQ(BandOf(model, 69.999999), Band::kYellow);
  EXPECT_EQ(BandOf(model, 40), Band::kYellow);
  EXPECT_EQ(BandOf(model, 39.999999), Band::kRed);
  EXPECT_EQ(BandOf(model, 0), Band::kRed);
}

TEST(CurveTest, IsPiecewiseLinearAndFlatBeyondItsEnds) {
  const std::vector<CurvePoint> curve = {{-1, 10}, {1, 30}, {2, 0}};
  EXPECT_EQ(CurveAt(curve, -5), 10);
  EXPECT_EQ(CurveAt(curve, -1), 10);
  EXPECT_EQ(CurveAt(curve, 0), 20);
  EXPECT_EQ(CurveAt(curve, 1), 30);
  EXPECT_EQ(CurveAt(curve, 1.5), 15);
  EXPECT_EQ(CurveAt(curve, 2), 0);
  EXPECT_EQ(CurveAt(curve, 9), 0);
  EXPECT_EQ(CurveAt({{3, 42}}, -100), 42);
}

TEST(ComparisonTest, EachIsInclusiveOrNotAsItsNameSays) {
  EXPECT_TRUE(Holds(1, Comparison::kAtLeast, 1));
  EXPECT_FALSE(Holds(1, Comparison::kAbove, 1));
  EXPECT_TRUE(Holds(1, Comparison::kAtMost, 1));
  EXPECT_FALSE(Holds(1, Comparison::kBelow, 1));
}

// The higher of both trends counts, so that a season is not taken for a decline.
TEST(HealthTest, ASeasonalTrendTakesTheBetterYear) {
  const auto book = Starter();
  const Day today = D("2024-06-10");
  testing::Account falling;
  falling.Activity(today - 56, 28, 280).Activity(today - 28, 28, 140);
  EXPECT_EQ(Evaluate(falling.Folded(), *book, Calendar().StartOf(today)).health.drivers[1].value,
            -0.5);
  falling.Activity(today - 364 - 28, 28, 140);
  EXPECT_EQ(Evaluate(falling.Folded(), *book, Calendar().StartOf(today)).health.drivers[1].value,
            0);
}

}  // namespace
}  // namespace kizuna::engine
