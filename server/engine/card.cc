// SPDX-License-Identifier: Apache-2.0

#include "server/engine/card.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "server/engine/assessment.h"
#include "server/engine/health.h"
#include "server/engine/loyalty.h"

namespace kizuna::engine {
namespace {

// What the gates may ask of the card itself.
void FillCardFeatures(const Model& model, const Health& health, const Loyalty& loyalty,
                      std::vector<FeatureValue>& values) {
  for (size_t i = 0; i < model.features.size(); ++i) {
    switch (model.features[i].kind) {
      case FeatureKind::kHealthScore:
        values[i].value = health.score;
        break;
      case FeatureKind::kHealthCoverage:
        values[i].value = health.coverage;
        break;
      case FeatureKind::kLoyaltyTier:
        values[i].value = static_cast<double>(loyalty.tier);
        break;
      default:
        break;
    }
  }
}

}  // namespace

void VisitExpiries(const State& state, absl::FunctionRef<void(Instant)> visit) {
  for (const HoldState& hold : state.holds) {
    if (!hold.now.released) visit(hold.now.expires_at);
  }
  if (state.loyalty_override.stamp.given()) visit(state.loyalty_override.now.expires_at);
  if (state.touch_override.stamp.given()) visit(state.touch_override.now.expires_at);
  for (const ConsentState& consent : state.consents) visit(consent.now.expires_at);
  for (const WaiverState& waiver : state.waivers) {
    if (!waiver.now.released) visit(waiver.now.expires_at);
  }
  if (state.reservation.now.status == ReservationContent::Status::kHeld) {
    visit(state.reservation.now.expires_at);
  }
}

Assessment Assess(const State& state, const Rulebook& rulebook, Instant now) {
  const Calendar& calendar = rulebook.calendar();
  Assessment assessment{state,
                        rulebook,
                        rulebook.ModelFor(state.Profile("segment")),
                        now,
                        calendar.DayOf(now),
                        {},
                        {},
                        {},
                        {},
                        {},
                        {},
                        {}};
  const Model& model = assessment.model;
  assessment.values.reserve(model.features.size());
  for (const Feature& feature : model.features) {
    assessment.values.push_back(Evaluate(feature, state, rulebook, assessment.today));
  }
  assessment.health = ScoreHealth(model, assessment.values, assessment.today);
  assessment.loyalty = JudgeLoyalty(state, model, calendar, now);
  assessment.place = PlaceOf(state, model, calendar, now);
  FillCardFeatures(model, assessment.health, assessment.loyalty, assessment.values);
  for (const absl::string_view id : OwnedProducts(state, assessment.today)) {
    const int product = rulebook.FindProduct(id);
    if (product >= 0) assessment.owned_catalogued.push_back(product);
  }
  assessment.largest = LargestProduct(state, assessment.today);
  for (const Gate& gate : model.gates) {
    if (const auto finding = JudgeAccount(gate, assessment)) {
      assessment.findings.push_back(*finding);
    }
  }
  return assessment;
}

const Assessment& Outlook::At(Instant at) {
  const auto known = assessments_.find(at);
  if (known != assessments_.end()) return known->second;
  return assessments_.emplace(at, Assess(state_, rulebook_, at)).first->second;
}

Card Evaluate(const State& state, const Rulebook& rulebook, Instant now) {
  Assessment assessment = Assess(state, rulebook, now);
  Card card;
  card.computed_at = now;
  card.valid_until = rulebook.calendar().StartOf(assessment.today + 1);
  VisitExpiries(state, [&](Instant end) {
    if (end > now) card.valid_until = std::min(card.valid_until, end);
  });
  card.model = &assessment.model;
  card.options = MakeOptions(assessment);
  for (size_t i = card.options.size(); i-- > 0;) {
    card.best[static_cast<int>(card.options[i].motion)] = static_cast<int>(i);
  }
  for (const Motion pitch : kPitches) {
    const int candidate = card.best[static_cast<int>(pitch)];
    const bool first = pitch == kPitches[0];
    if (first || Better(card.options[candidate], card.options[card.best[0]])) {
      card.best[0] = candidate;
    }
  }
  card.findings = std::move(assessment.findings);
  card.health = std::move(assessment.health);
  card.loyalty = assessment.loyalty;
  card.place = assessment.place;
  return card;
}

bool operator==(const Coarse& a, const Coarse& b) {
  const auto same = [](const Coarse::PerMotion& x, const Coarse::PerMotion& y) {
    return x.verdict == y.verdict && x.product == y.product && x.readiness == y.readiness &&
           x.gates == y.gates;
  };
  return a.band == b.band && a.loyalty == b.loyalty && a.touch == b.touch && a.cell == b.cell &&
         std::equal(a.motions.begin(), a.motions.end(), b.motions.begin(), same);
}

Coarse CoarseOf(const Card& card) {
  Coarse coarse;
  coarse.band = card.health.band;
  coarse.loyalty = card.loyalty.tier;
  coarse.touch = card.place.touch;
  coarse.cell = card.place.cell;
  for (size_t m = 0; m < coarse.motions.size(); ++m) {
    const Option& option = card.options[card.best[m]];
    Coarse::PerMotion& one = coarse.motions[m];
    one.verdict = option.verdict;
    one.product = option.product;
    if (option.readiness.score) {
      one.readiness = static_cast<int8_t>(std::floor(*option.readiness.score));
    }
    const Gate* gates = card.model->gates.data();
    for (const auto* findings : {&card.findings, &option.findings}) {
      for (const Finding& finding : *findings) {
        if (!finding.waived && (finding.motions & MotionBit(option.motion)) != 0) {
          one.gates |= 1u << (finding.gate - gates);
        }
      }
    }
  }
  return coarse;
}

Instant DueAt(const State& state, const Rulebook& rulebook, const Card& card, Instant now,
              int32_t days) {
  const Calendar& calendar = rulebook.calendar();
  const Day today = calendar.DayOf(now);
  std::vector<Instant> candidates;
  for (int32_t ahead = 1; ahead <= days; ++ahead) {
    candidates.push_back(calendar.StartOf(today + ahead));
  }
  const Instant horizon = candidates.back();
  VisitExpiries(state, [&](Instant end) {
    if (end > now && end < horizon) candidates.push_back(end);
  });
  std::sort(candidates.begin(), candidates.end());
  const Coarse present = CoarseOf(card);
  for (const Instant at : candidates) {
    if (at == horizon || !(CoarseOf(Evaluate(state, rulebook, at)) == present)) return at;
  }
  return horizon;
}

}  // namespace kizuna::engine
