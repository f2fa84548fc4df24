// SPDX-License-Identifier: Apache-2.0

#include "server/engine/health.h"

#include <algorithm>

#include "absl/container/inlined_vector.h"

namespace kizuna::engine {
namespace {

// The measure's value, its curve's and whether it counts; points come later.
Driver Read(const Measure& measure, absl::Span<const FeatureValue> values, Day today) {
  Driver driver;
  FeatureValue value = values[measure.feature];
  if (measure.seasonal >= 0) {
    const FeatureValue& yoy = values[measure.seasonal];
    if (yoy.value && (!value.value || *yoy.value > *value.value)) value = yoy;
  }
  driver.value = value.value;
  driver.newest = value.newest;
  if (!driver.value) return driver;
  driver.too_old = measure.max_age_days > 0 && value.newest != kNoDay &&
                   today - value.newest > measure.max_age_days;
  if (!driver.too_old) driver.y = CurveAt(measure.curve, *driver.value);
  return driver;
}

bool Counts(const Driver& driver) { return driver.value && !driver.too_old; }

}  // namespace

Band BandOf(const ModelSpec& model, double score) {
  if (score >= model.green_from) return Band::kGreen;
  return score >= model.yellow_from ? Band::kYellow : Band::kRed;
}

Health ScoreHealth(const Model& model, absl::Span<const FeatureValue> values, Day today) {
  Health health;
  size_t measures = 0;
  for (const Dimension& dimension : model.dimensions) measures += dimension.measures.size();
  health.drivers.reserve(measures);
  // First what each dimension knows, then each measure's share of the whole.
  absl::InlinedVector<double, 8> known_weight(model.dimensions.size(), 0);
  double weight_of_known = 0;
  double covered = 0;
  for (size_t d = 0; d < model.dimensions.size(); ++d) {
    const Dimension& dimension = model.dimensions[d];
    for (size_t m = 0; m < dimension.measures.size(); ++m) {
      Driver driver = Read(dimension.measures[m], values, today);
      driver.dimension = static_cast<int>(d);
      driver.measure = static_cast<int>(m);
      if (Counts(driver)) {
        known_weight[d] += dimension.measures[m].weight;
        covered += dimension.weight * dimension.measures[m].weight / dimension.measure_weight;
      }
      health.drivers.push_back(driver);
    }
    if (known_weight[d] > 0) weight_of_known += dimension.weight;
  }
  health.coverage = covered / model.dimension_weight;
  if (weight_of_known <= 0) return health;

  double raw = 0;
  for (Driver& driver : health.drivers) {
    if (!Counts(driver)) continue;
    const Dimension& dimension = model.dimensions[driver.dimension];
    driver.points = dimension.weight / weight_of_known *
                    (dimension.measures[driver.measure].weight / known_weight[driver.dimension]) *
                    driver.y;
    raw += driver.points;
  }
  health.raw = raw;
  double score = raw;
  for (size_t i = 0; i < model.caps.size(); ++i) {
    const Cap& cap = model.caps[i];
    const FeatureValue& value = values[cap.feature];
    if (value.value && Holds(*value.value, cap.spec.comparison, cap.spec.threshold) &&
        cap.spec.limit < score) {
      score = cap.spec.limit;
      health.cap = static_cast<int>(i);
    }
  }
  health.cut = score - raw;
  if (health.coverage < model.spec.minimum_coverage) return health;
  health.score = score;
  health.band = BandOf(model.spec, score);
  return health;
}

}  // namespace kizuna::engine
