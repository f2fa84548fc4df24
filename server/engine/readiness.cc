// SPDX-License-Identifier: Apache-2.0
//
// How ready is an account for a motion and a product? A weighted mean of the factors that are
// known (docs/scoring.md, "Readiness"). It can open nothing.

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "server/engine/assessment.h"
#include "server/engine/loyalty.h"

namespace kizuna::engine {
namespace {

template <typename T>
bool Contains(const std::vector<T>& list, const T& item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

void Raise(std::optional<double>& highest, double value) {
  if (!highest || value > *highest) highest = value;
}

// The need that open issues make for the product.
std::optional<double> IssueNeed(const Assessment& assessment, const std::string& product) {
  const ReadinessSpec& spec = assessment.model.spec.readiness;
  std::optional<double> need;
  VisitIssuesFor(assessment, product, [&](const IssueFor& issue) {
    Raise(need, issue.confirmed ? spec.need_confirmed : spec.need_assumed);
  });
  return need;
}

std::optional<double> Need(const Assessment& assessment, Motion motion, int product,
                           const std::string& extended) {
  std::optional<double> need;
  if (motion == Motion::kSeats || motion == Motion::kPlan) {
    if (const auto utilisation = Utilisation(assessment, extended)) {
      Raise(need, CurveAt(assessment.model.spec.readiness.need_by_utilisation, *utilisation));
    }
  }
  if (product >= 0) {
    const auto issues = IssueNeed(assessment, assessment.rulebook.products()[product].id);
    if (issues) Raise(need, *issues);
  }
  return need;
}

// Whether a date that makes for good timing is known, and whether today is in its window.
struct Timing {
  bool known = false;
  bool inside = false;
  void Add(bool in_window) {
    known = true;
    inside = inside || in_window;
  }
};

void AddPurchases(const Assessment& assessment, Timing& timing) {
  const int32_t window = assessment.model.spec.readiness.after_purchase_days;
  const auto add = [&](Day day) {
    if (day <= assessment.today) timing.Add(assessment.today - day < window);
  };
  if (assessment.state.last_purchase_day != kNoDay) add(assessment.state.last_purchase_day);
  for (const SubscriptionState& subscription : assessment.state.subscriptions) {
    add(subscription.now.start);
  }
}

void AddRenewals(const Assessment& assessment, Timing& timing) {
  const ReadinessSpec& spec = assessment.model.spec.readiness;
  for (const SubscriptionState& subscription : assessment.state.subscriptions) {
    const SubscriptionContent& now = subscription.now;
    const int32_t term = now.renewal == kNoDay ? 0 : now.renewal - now.start;
    if (term < spec.renewal_min_term_days || !IsActive(now, assessment.today)) continue;
    Day renewal = now.renewal;
    if (renewal <= assessment.today && now.auto_renew) {
      renewal += ((assessment.today - renewal) / term + 1) * term;
    }
    const int32_t ahead = renewal - assessment.today;
    timing.Add(ahead >= spec.before_renewal_to_days && ahead <= spec.before_renewal_from_days);
  }
}

void AddBudgetMonth(const Assessment& assessment, Timing& timing) {
  const std::string& stated = assessment.state.Profile("budget_month");
  if (stated.empty()) return;
  const int budget = std::atoi(stated.c_str());
  const int month = Calendar::MonthOf(assessment.today);
  timing.Add(month == budget || month % 12 + 1 == budget);
}

void AddInterest(const Assessment& assessment, int product, Timing& timing) {
  const Calendar& calendar = assessment.rulebook.calendar();
  const auto add = [&](const Stamp& stamp) {
    if (stamp.given()) {
      timing.Add(assessment.today - calendar.DayOf(stamp.observed_at) <
                 assessment.model.spec.readiness.after_issue_days);
    }
  };
  for (const IssueState& issue : assessment.state.issues) add(issue.confirmed);
  for (const InterestState& interest : assessment.state.interests) {
    if (product < 0 || interest.product == assessment.rulebook.products()[product].id) {
      add(interest.stated);
    }
  }
}

std::optional<double> TimingOf(const Assessment& assessment, int product) {
  Timing timing;
  AddPurchases(assessment, timing);
  AddRenewals(assessment, timing);
  AddBudgetMonth(assessment, timing);
  AddInterest(assessment, product, timing);
  if (!timing.known) return std::nullopt;
  const ReadinessSpec& spec = assessment.model.spec.readiness;
  return timing.inside ? spec.timing_inside : spec.timing_outside;
}

std::optional<double> AffinityOf(const Assessment& assessment, int product) {
  if (product < 0) return std::nullopt;
  const double lift = assessment.rulebook.Lift(assessment.owned_catalogued, product);
  if (lift < 0) return std::nullopt;
  return CurveAt(assessment.model.spec.readiness.affinity_by_lift, lift);
}

}  // namespace

std::optional<double> Utilisation(const Assessment& assessment, const std::string& extended) {
  Feature feature;
  feature.kind = FeatureKind::kSeatUtilisation;
  if (!extended.empty()) {
    feature.product = extended;
    const FeatureValue of_product =
        Evaluate(feature, assessment.state, assessment.rulebook, assessment.today);
    if (of_product.value) return of_product.value;
    feature.product.clear();
  }
  return Evaluate(feature, assessment.state, assessment.rulebook, assessment.today).value;
}

void VisitIssuesFor(const Assessment& assessment, const std::string& product,
                    absl::FunctionRef<void(const IssueFor&)> visit) {
  const std::string& segment = assessment.state.Profile("segment");
  for (const IssueMapSpec& map : assessment.rulebook.parts().rules.issue_map) {
    if (!Contains(map.products, product)) continue;
    if (!map.segments.empty() && !Contains(map.segments, segment)) continue;
    bool told = false;
    for (const IssueState& issue : assessment.state.issues) {
      if (issue.category != map.category) continue;
      told = true;
      if (issue.status == IssueContent::Status::kConfirmed) visit({map.category, true, false});
      if (issue.status == IssueContent::Status::kAssumed) visit({map.category, false, false});
    }
    // What is assumed of a segment gives way to what is known of the account.
    if (map.assumed && !told) visit({map.category, false, true});
  }
}

Readiness JudgeReadiness(const Assessment& assessment, Motion motion, int product,
                         const std::string& extended) {
  const ReadinessSpec& spec = assessment.model.spec.readiness;
  Readiness readiness;
  readiness.health = assessment.health.score;
  readiness.loyalty = CurveAt(spec.loyalty_by_tier, static_cast<double>(assessment.loyalty.tier));
  readiness.need = Need(assessment, motion, product, extended);
  readiness.timing = TimingOf(assessment, product);
  readiness.potential = assessment.place.room;
  readiness.affinity = AffinityOf(assessment, product);

  double sum = 0, weights = 0;
  const auto add = [&](double weight, const std::optional<double>& factor) {
    if (!factor) return;
    sum += weight * *factor;
    weights += weight;
  };
  add(spec.health, readiness.health);
  add(spec.loyalty, readiness.loyalty);
  add(spec.need, readiness.need);
  add(spec.timing, readiness.timing);
  add(spec.potential, readiness.potential);
  add(spec.affinity, readiness.affinity);
  if (weights > 0) readiness.score = sum / weights;
  return readiness;
}

}  // namespace kizuna::engine
