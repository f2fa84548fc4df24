// SPDX-License-Identifier: Apache-2.0
//
// What could be offered to an account? Options: a motion for a product, each judged.

#include <algorithm>
#include <string>
#include <vector>

#include "server/engine/assessment.h"

namespace kizuna::engine {
namespace {

// The owned product of this product's family with the highest place in the ladder, or -1.
int OwnedInFamily(const Assessment& assessment, int product) {
  const auto& catalogue = assessment.rulebook.products();
  int highest = -1;
  for (int owned : assessment.owned_catalogued) {
    if (owned != product && (catalogue[product].family.empty() ||
                             catalogue[owned].family != catalogue[product].family)) {
      continue;
    }
    if (highest < 0 || catalogue[owned].ladder_rank > catalogue[highest].ladder_rank) {
      highest = owned;
    }
  }
  return highest;
}

// What the offer builds on: the product itself for seats, the plan below for a higher plan, the
// largest subscription for a cross-sell and for whatever names no product.
std::string ExtendedBy(const Assessment& assessment, Motion motion, int product) {
  if (product < 0 || motion == Motion::kCrossSell) return assessment.largest;
  if (motion == Motion::kPlan) {
    const int owned = OwnedInFamily(assessment, product);
    return owned < 0 ? "" : assessment.rulebook.products()[owned].id;
  }
  return assessment.rulebook.products()[product].id;
}

Micros YearlyGain(const Assessment& assessment, Motion motion, int product,
                  const std::string& extended) {
  if (product < 0) return 0;
  const auto& catalogue = assessment.rulebook.products();
  Micros gain = std::max<Micros>(catalogue[product].annual_price, 0);
  if (motion == Motion::kPlan) {
    const int from = assessment.rulebook.FindProduct(extended);
    if (from >= 0) gain -= std::max<Micros>(catalogue[from].annual_price, 0);
  }
  return std::max<Micros>(gain, 0);
}

// A plan named by the one that is owned means the next one up.
int OfferedFor(const Assessment& assessment, Motion motion, int product) {
  if (motion != Motion::kPlan || product < 0) return product;
  const auto& owned = assessment.owned_catalogued;
  if (std::find(owned.begin(), owned.end(), product) == owned.end()) return product;
  const int next = assessment.rulebook.NextInLadder(product);
  return next < 0 ? product : next;
}

std::vector<int> CandidatesFor(const Assessment& assessment, Motion motion) {
  const auto& catalogue = assessment.rulebook.products();
  std::vector<int> candidates;
  switch (motion) {
    case Motion::kSeats:
      for (int owned : assessment.owned_catalogued) {
        const bool subscribed = std::any_of(
            assessment.state.subscriptions.begin(), assessment.state.subscriptions.end(),
            [&](const SubscriptionState& s) {
              return s.now.product == catalogue[owned].id && IsActive(s.now, assessment.today);
            });
        if (subscribed) candidates.push_back(owned);
      }
      break;
    case Motion::kPlan:
      for (int owned : assessment.owned_catalogued) {
        const int next = assessment.rulebook.NextInLadder(owned);
        if (OwnedInFamily(assessment, owned) == owned && next >= 0) candidates.push_back(next);
      }
      break;
    case Motion::kCrossSell:
      for (size_t p = 0; p < catalogue.size(); ++p) {
        if (OwnedInFamily(assessment, static_cast<int>(p)) < 0) {
          candidates.push_back(static_cast<int>(p));
        }
      }
      break;
    default:
      break;
  }
  if (candidates.empty()) candidates.push_back(-1);
  return candidates;
}

int RankOf(Verdict verdict) {
  return verdict == Verdict::kAllow ? 0 : verdict == Verdict::kUnknown ? 1 : 2;
}

}  // namespace

Option MakeOption(const Assessment& assessment, Motion motion, int product) {
  Option option;
  option.motion = motion;
  option.product = OfferedFor(assessment, motion, product);
  option.extended = ExtendedBy(assessment, motion, option.product);
  for (const Gate& gate : assessment.model.gates) {
    if (!gate.of_product()) continue;
    if (auto finding = JudgeProduct(gate, assessment, motion, option.product, option.extended)) {
      finding->motions = MotionBit(motion);
      option.findings.push_back(*finding);
    }
  }
  option.verdict = VerdictOf(motion, assessment.findings, option.findings);
  option.readiness = JudgeReadiness(assessment, motion, option.product, option.extended);
  option.yearly_gain = YearlyGain(assessment, motion, option.product, option.extended);
  return option;
}

bool Better(const Option& a, const Option& b) {
  if (RankOf(a.verdict) != RankOf(b.verdict)) return RankOf(a.verdict) < RankOf(b.verdict);
  const double ready_a = a.readiness.score.value_or(-1);
  const double ready_b = b.readiness.score.value_or(-1);
  if (ready_a != ready_b) return ready_a > ready_b;
  if (a.yearly_gain != b.yearly_gain) return a.yearly_gain > b.yearly_gain;
  // The catalogue is sorted by id.
  return a.product < b.product;
}

std::vector<Option> MakeOptions(const Assessment& assessment) {
  std::vector<Option> options;
  for (const Motion motion : kMotions) {
    const auto first = static_cast<std::ptrdiff_t>(options.size());
    for (const int product : CandidatesFor(assessment, motion)) {
      options.push_back(MakeOption(assessment, motion, product));
    }
    std::sort(options.begin() + first, options.end(), Better);
  }
  return options;
}

}  // namespace kizuna::engine
