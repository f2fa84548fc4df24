// SPDX-License-Identifier: Apache-2.0

#include "server/engine/model_coverage.h"

#include <algorithm>
#include <string>
#include <vector>

#include "server/engine/assessment.h"

namespace kizuna::engine {
namespace {

// Whether nothing that the gate looks at is known, of the account or of its best pitch.
bool IsMissing(const Gate& gate, const Assessment& assessment, const Option& best) {
  switch (gate.builtin) {
    case Builtin::kConditions:
      return std::all_of(gate.conditions.begin(), gate.conditions.end(),
                         [&](const Condition& condition) {
                           return !assessment.values[condition.feature].value.has_value();
                         });
    case Builtin::kEvidenceThin:
      return !assessment.health.score.has_value();
    case Builtin::kValueNotRealised: {
      Feature milestone;
      milestone.kind = FeatureKind::kMilestone;
      milestone.product = best.extended;
      return !Evaluate(milestone, assessment.state, assessment.rulebook, assessment.today)
                  .value.has_value();
    }
    case Builtin::kMargin:
      return best.product >= 0 && assessment.rulebook.products()[best.product].margin < 0;
    default:
      return false;
  }
}

}  // namespace

bool NeedsEvidence(const Gate& gate) {
  switch (gate.builtin) {
    case Builtin::kConditions:
    case Builtin::kEvidenceThin:
    case Builtin::kValueNotRealised:
    case Builtin::kMargin:
      return true;
    default:
      return false;
  }
}

std::vector<ModelTally> EmptyTallies(const Rulebook& rulebook) {
  std::vector<ModelTally> tallies(rulebook.models().size());
  for (size_t i = 0; i < tallies.size(); ++i) {
    const Model& model = rulebook.models()[i];
    size_t measures = 0;
    for (const Dimension& dimension : model.dimensions) measures += dimension.measures.size();
    tallies[i].measures.resize(measures);
    tallies[i].gates.resize(model.gates.size());
  }
  return tallies;
}

void AddCoverage(const State& state, const Rulebook& rulebook, Instant now,
                 std::vector<ModelTally>& tallies) {
  const Assessment assessment = Assess(state, rulebook, now);
  const Model& model = assessment.model;
  ModelTally& tally = tallies[&model - rulebook.models().data()];
  const Health& health = assessment.health;
  tally.accounts++;
  tally.under_minimum += !health.score.has_value();
  tally.coverage_sum += health.coverage;
  for (size_t i = 0; i < health.drivers.size(); ++i) {
    tally.measures[i].missing += !health.drivers[i].value.has_value();
    tally.measures[i].too_old += health.drivers[i].too_old;
  }
  const Judgement judged = Judge(state, rulebook, Request{}, now);
  for (size_t i = 0; i < model.gates.size(); ++i) {
    const Gate& gate = model.gates[i];
    if (!NeedsEvidence(gate) || !IsMissing(gate, assessment, judged.option)) continue;
    tally.gates[i].missing++;
    tally.gates[i].closed += std::any_of(judged.findings.begin(), judged.findings.end(),
                                         [&](const Finding& f) { return f.gate == &gate; });
  }
}

}  // namespace kizuna::engine
