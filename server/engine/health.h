// SPDX-License-Identifier: Apache-2.0
//
// How healthy is an account? The weighted mean of its measures, limited by the caps, with the
// points that each measure brings (docs/scoring.md, "Health").

#ifndef KIZUNA_SERVER_ENGINE_HEALTH_H_
#define KIZUNA_SERVER_ENGINE_HEALTH_H_

#include <vector>

#include "absl/types/span.h"
#include "server/engine/card.h"
#include "server/engine/feature.h"
#include "server/engine/rulebook.h"
#include "server/engine/time.h"

namespace kizuna::engine {

// `values`: one of each of model.features. Pure; sums run in the model's order.
Health ScoreHealth(const Model& model, absl::Span<const FeatureValue> values, Day today);

Band BandOf(const ModelSpec& model, double score);

}  // namespace kizuna::engine

#endif  // KIZUNA_SERVER_ENGINE_HEALTH_H_
