// SPDX-License-Identifier: Apache-2.0

#include "server/engine/portfolio.h"

#include <algorithm>
#include <limits>
#include <string>
#include <vector>

#include "server/engine/feature.h"
#include "server/engine/loyalty.h"
#include "server/engine/renewal.h"

namespace kizuna::engine {
namespace {

// The gates by which an account is at risk, and not merely blocked.
constexpr absl::string_view kRiskGates[] = {"DISSATISFIED", "HEALTH_LOW"};

void Add(Micros value, Micros& sum) {
  if (__builtin_add_overflow(sum, value, &sum)) {
    sum = value > 0 ? std::numeric_limits<Micros>::max() : std::numeric_limits<Micros>::min();
  }
}

std::optional<double> Share(double part, double whole) {
  if (whole <= 0) return std::nullopt;
  return part / whole;
}

// The yearly prices of the subscriptions in force on `day`.
Micros RevenueOn(const State& state, Day day, std::optional<absl::string_view> product) {
  Micros sum = 0;
  for (const SubscriptionState& subscription : state.subscriptions) {
    if (product && subscription.now.product != *product) continue;
    if (IsActive(subscription.now, day)) Add(subscription.now.annual_price, sum);
  }
  return sum;
}

void AddWith(Micros recurring, const State& state, const Rulebook& rulebook, const Card& card,
             PortfolioSums& sums) {
  sums.accounts++;
  sums.bands[static_cast<size_t>(card.health.band)]++;
  sums.cells[static_cast<size_t>(card.place.cell)]++;
  sums.verdicts[static_cast<size_t>(card.Best(Motion::kUnspecified).verdict)]++;
  Add(recurring, sums.recurring);
  Add(recurring, sums.by_standing[static_cast<size_t>(StandingOf(card))]);
  const Calendar& calendar = rulebook.calendar();
  const NpsAnswers answers =
      NpsAnswersWithin(state, calendar, calendar.DayOf(card.computed_at), kPortfolioNpsDays);
  sums.nps_answers += answers.count;
  sums.promoters += answers.promoters;
  sums.detractors += answers.detractors;
}

std::vector<std::string> Sorted(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace

Standing StandingOf(const Card& card) {
  const Option& best = card.Best(Motion::kUnspecified);
  const auto is_risk = [&](const Finding& finding) {
    return finding.effect == Effect::kDeny && !finding.waived &&
           (finding.motions & MotionBit(best.motion)) != 0 &&
           std::find(std::begin(kRiskGates), std::end(kRiskGates), finding.gate->spec.code) !=
               std::end(kRiskGates);
  };
  if (card.health.band == Band::kRed ||
      std::any_of(card.findings.begin(), card.findings.end(), is_risk)) {
    return Standing::kAtRisk;
  }
  switch (best.verdict) {
    case Verdict::kAllow:
      return Standing::kReady;
    case Verdict::kDeny:
      return Standing::kBlocked;
    default:
      return Standing::kUnknown;
  }
}

std::optional<double> RetentionSums::RenewalRate() const {
  return Share(static_cast<double>(renewed), static_cast<double>(due));
}
std::optional<double> RetentionSums::GrossRetention() const {
  return Share(static_cast<double>(kept), static_cast<double>(at_start));
}
std::optional<double> RetentionSums::NetRetention() const {
  return Share(static_cast<double>(now), static_cast<double>(at_start));
}

std::optional<double> PortfolioSums::Nps() const {
  if (nps_answers == 0) return std::nullopt;
  return 100.0 * static_cast<double>(promoters - detractors) / static_cast<double>(nps_answers);
}

void AddAccount(const State& state, const Rulebook& rulebook, const Card& card,
                PortfolioSums& sums) {
  AddWith(card.place.recurring_revenue, state, rulebook, card, sums);
}

std::vector<std::string> CountedProducts(const State& state, Day today) {
  std::vector<std::string> products;
  for (const absl::string_view owned : OwnedProducts(state, today)) products.emplace_back(owned);
  const bool of_none =
      std::any_of(state.subscriptions.begin(), state.subscriptions.end(),
                  [&](const SubscriptionState& subscription) {
                    return subscription.now.product.empty() && IsActive(subscription.now, today);
                  });
  if (products.empty() || of_none) products.emplace_back();
  return Sorted(std::move(products));
}

void AddAccountOfProduct(const State& state, const Rulebook& rulebook, const Card& card,
                         absl::string_view product, PortfolioSums& sums) {
  const Day today = rulebook.calendar().DayOf(card.computed_at);
  AddWith(RevenueOn(state, today, product), state, rulebook, card, sums);
}

std::vector<std::string> SubscribedProducts(const State& state) {
  std::vector<std::string> products;
  for (const SubscriptionState& subscription : state.subscriptions) {
    products.push_back(subscription.now.product);
  }
  return Sorted(std::move(products));
}

void AddRetention(const State& state, Day today, std::optional<absl::string_view> product,
                  RetentionSums& sums) {
  const Day start = today - kRetentionDays;
  for (const SubscriptionState& subscription : state.subscriptions) {
    if (product && subscription.now.product != *product) continue;
    const RenewalOutcome outcome = OutcomeWithin(state, subscription.now, start, today);
    sums.due += outcome != RenewalOutcome::kNotDue;
    sums.renewed += outcome == RenewalOutcome::kRenewed;
  }
  const Micros then = RevenueOn(state, start, product);
  if (then <= 0) return;
  const Micros now = RevenueOn(state, today, product);
  Add(then, sums.at_start);
  Add(std::min(then, now), sums.kept);
  Add(now, sums.now);
}

}  // namespace kizuna::engine
