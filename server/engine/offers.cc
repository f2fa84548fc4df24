// SPDX-License-Identifier: Apache-2.0

#include "server/engine/offers.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "server/engine/assessment.h"

namespace kizuna::engine {
namespace {

using Kind = OfferGround::Kind;

std::optional<Micros> PriceOf(const Product& product) {
  if (product.annual_price < 0) return std::nullopt;
  return product.annual_price;
}

// What the product earns in a year at its list price.
std::optional<Micros> EarningOf(const Product& product) {
  const auto price = PriceOf(product);
  if (!price || product.margin < 0) return std::nullopt;
  return static_cast<Micros>(std::llround(static_cast<double>(*price) * product.margin));
}

std::optional<Micros> Less(std::optional<Micros> whole, std::optional<Micros> part) {
  if (!whole || !part) return std::nullopt;
  return *whole - *part;
}

void AddSeats(const Assessment& assessment, const Option& option, Offer& offer) {
  if (option.motion == Motion::kCrossSell) return;
  const auto utilisation = Utilisation(assessment, option.extended);
  const ReadinessSpec& spec = assessment.model.spec.readiness;
  if (utilisation && CurveAt(spec.need_by_utilisation, *utilisation) > 0) {
    offer.grounds.push_back({Kind::kSeatsInUse, option.extended, *utilisation});
  }
}

// Each category once, with the strongest that is told of it.
void AddIssues(const Assessment& assessment, const std::string& product, Offer& offer) {
  std::vector<OfferGround> grounds;
  VisitIssuesFor(assessment, product, [&](const IssueFor& issue) {
    const auto same = std::find_if(grounds.begin(), grounds.end(), [&](const OfferGround& ground) {
      return ground.subject == issue.category;
    });
    OfferGround ground{issue.of_segment ? Kind::kIssueOfSegment : Kind::kIssue, issue.category,
                       std::nullopt};
    if (!issue.of_segment) ground.value = issue.confirmed ? 1 : 0;
    if (same == grounds.end()) {
      grounds.push_back(std::move(ground));
    } else if (ground.value > same->value) {
      *same = std::move(ground);
    }
  });
  std::stable_sort(grounds.begin(), grounds.end(),
                   [](const OfferGround& a, const OfferGround& b) { return a.kind < b.kind; });
  for (OfferGround& ground : grounds) offer.grounds.push_back(std::move(ground));
}

// The rule with the highest lift, if buying the one makes the other likelier.
void AddAffinity(const Assessment& assessment, int product, Offer& offer) {
  int antecedent = -1;
  double highest = 1;
  for (const int owned : assessment.owned_catalogued) {
    const double lift = assessment.rulebook.Lift({owned}, product);
    if (owned == product || lift <= highest) continue;
    highest = lift;
    antecedent = owned;
  }
  if (antecedent < 0) return;
  offer.grounds.push_back(
      {Kind::kAffinity, assessment.rulebook.products()[antecedent].id, highest});
}

void AddInterest(const Assessment& assessment, const std::string& product, Offer& offer) {
  for (const InterestState& interest : assessment.state.interests) {
    if (interest.product != product || !interest.stated.given()) continue;
    const Day age =
        assessment.today - assessment.rulebook.calendar().DayOf(interest.stated.observed_at);
    if (age < assessment.model.spec.readiness.after_issue_days) {
      offer.grounds.push_back({Kind::kInterest, "", age});
    }
  }
}

void AddRelated(const Assessment& assessment, const std::string& product, Offer& offer) {
  for (const int owned : assessment.owned_catalogued) {
    const Product& has = assessment.rulebook.products()[owned];
    if (std::find(has.related.begin(), has.related.end(), product) != has.related.end()) {
      offer.grounds.push_back({Kind::kRelated, has.id, std::nullopt});
    }
  }
}

void AddMoney(const Assessment& assessment, Offer& offer) {
  const auto& catalogue = assessment.rulebook.products();
  const Product& product = catalogue[offer.option.product];
  if (product.margin >= 0) offer.margin = product.margin;
  offer.yearly_gain = PriceOf(product);
  offer.yearly_margin = EarningOf(product);
  if (offer.option.motion != Motion::kPlan) return;
  const int below = assessment.rulebook.FindProduct(offer.option.extended);
  if (below < 0) return;
  offer.yearly_gain = Less(offer.yearly_gain, PriceOf(catalogue[below]));
  if (offer.yearly_gain) offer.yearly_gain = std::max<Micros>(*offer.yearly_gain, 0);
  offer.yearly_margin = Less(offer.yearly_margin, EarningOf(catalogue[below]));
}

int RankOf(Verdict verdict) {
  return verdict == Verdict::kAllow ? 0 : verdict == Verdict::kUnknown ? 1 : 2;
}

}  // namespace

bool OfferedBefore(const Offer& a, const Offer& b) {
  const int verdict_a = RankOf(a.option.verdict);
  const int verdict_b = RankOf(b.option.verdict);
  if (verdict_a != verdict_b) return verdict_a < verdict_b;
  // An empty optional is less than any value.
  if (a.yearly_margin != b.yearly_margin) return a.yearly_margin > b.yearly_margin;
  if (a.yearly_gain != b.yearly_gain) return a.yearly_gain > b.yearly_gain;
  const auto& ready_a = a.option.readiness.score;
  const auto& ready_b = b.option.readiness.score;
  if (ready_a != ready_b) return ready_a > ready_b;
  if (a.option.motion != b.option.motion) return a.option.motion < b.option.motion;
  // The catalogue is sorted by id.
  return a.option.product < b.option.product;
}

std::vector<Offer> OffersFor(const State& state, const Rulebook& rulebook, Instant now) {
  const Assessment assessment = Assess(state, rulebook, now);
  std::vector<Offer> offers;
  for (Option& option : MakeOptions(assessment)) {
    if (option.motion > Motion::kCrossSell || option.product < 0) continue;
    const std::string& product = rulebook.products()[option.product].id;
    Offer offer;
    AddSeats(assessment, option, offer);
    AddIssues(assessment, product, offer);
    if (option.motion == Motion::kPlan) {
      offer.grounds.push_back({Kind::kLadder, option.extended, std::nullopt});
    }
    // What goes with an owned product is no reason for more seats of another that is owned.
    if (option.motion != Motion::kSeats) AddAffinity(assessment, option.product, offer);
    AddInterest(assessment, product, offer);
    if (option.motion != Motion::kSeats) AddRelated(assessment, product, offer);
    if (offer.grounds.empty()) continue;
    offer.option = std::move(option);
    AddMoney(assessment, offer);
    offers.push_back(std::move(offer));
  }
  std::sort(offers.begin(), offers.end(), OfferedBefore);
  return offers;
}

}  // namespace kizuna::engine
