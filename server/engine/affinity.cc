// SPDX-License-Identifier: Apache-2.0

#include "server/engine/affinity.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

namespace kizuna::engine {
namespace {

// The normal quantile of 0.975.
constexpr double kZ = 1.959963984540054;

AffinityRule RuleOf(int64_t both, int64_t antecedent, int64_t consequent, int64_t baskets,
                    const AffinityOptions& options) {
  AffinityRule rule;
  rule.support_count = both;
  rule.antecedent_count = antecedent;
  rule.consequent_count = consequent;
  const double base = static_cast<double>(consequent) / static_cast<double>(baskets);
  rule.support = static_cast<double>(both) / static_cast<double>(baskets);
  rule.confidence = static_cast<double>(both) / static_cast<double>(antecedent);
  // Whole numbers below 2^53, so that both directions of a pair have the same bits.
  rule.lift = static_cast<double>(both) * static_cast<double>(baskets) /
              (static_cast<double>(antecedent) * static_cast<double>(consequent));
  rule.confidence_low = WilsonLow(both, antecedent);
  rule.lift_low = rule.confidence_low / base;
  rule.passes = both >= options.min_accounts && rule.lift_low >= options.min_lift;
  return rule;
}

bool Before(const AffinityRule& a, const AffinityRule& b) {
  if (a.lift != b.lift) return a.lift > b.lift;
  if (a.support_count != b.support_count) return a.support_count > b.support_count;
  return std::tie(a.antecedent, a.consequent) < std::tie(b.antecedent, b.consequent);
}

}  // namespace

double WilsonLow(int64_t count, int64_t of) {
  const double n = static_cast<double>(of);
  const double p = static_cast<double>(count) / n;
  const double z2 = kZ * kZ;
  const double centre = p + z2 / (2 * n);
  const double half = kZ * std::sqrt(p * (1 - p) / n + z2 / (4 * n * n));
  return std::max(0.0, (centre - half) / (1 + z2 / n));
}

absl::Status AffinityCounter::Add(const std::vector<absl::string_view>& products) {
  if (products.empty()) return absl::OkStatus();
  basket_.clear();
  for (const absl::string_view product : products) {
    auto at = index_.find(product);
    if (at == index_.end()) {
      if (names_.size() == kMaxCountedProducts) {
        return absl::ResourceExhaustedError(
            absl::StrCat("the accounts have bought more than ", kMaxCountedProducts,
                         " different products; mine part of them, by a filter"));
      }
      at = index_.emplace(product, names_.size()).first;
      // A row of pairs with every product before it.
      pairs_.resize(pairs_.size() + names_.size());
      names_.emplace_back(product);
      singles_.push_back(0);
    }
    basket_.push_back(at->second);
  }
  std::sort(basket_.begin(), basket_.end());
  basket_.erase(std::unique(basket_.begin(), basket_.end()), basket_.end());
  ++baskets_;
  for (size_t j = 0; j < basket_.size(); ++j) {
    const size_t high = basket_[j];
    ++singles_[high];
    uint32_t* const row = pairs_.data() + high * (high > 0 ? high - 1 : 0) / 2;
    for (size_t i = 0; i < j; ++i) ++row[basket_[i]];
  }
  return absl::OkStatus();
}

uint32_t AffinityCounter::PairCount(size_t a, size_t b) const {
  const size_t high = std::max(a, b);
  return pairs_[high * (high - 1) / 2 + std::min(a, b)];
}

absl::StatusOr<std::vector<AffinityRule>> AffinityCounter::Rules(
    const AffinityOptions& options) const {
  std::vector<AffinityRule> rules;
  for (size_t a = 0; a < names_.size(); ++a) {
    for (size_t c = 0; c < names_.size(); ++c) {
      if (a == c) continue;
      const int64_t both = PairCount(a, c);
      if (both == 0 ||
          static_cast<double>(both) / static_cast<double>(baskets_) < options.min_support) {
        continue;
      }
      if (rules.size() == kMaxAffinityRules) {
        return absl::ResourceExhaustedError(
            absl::StrCat("more than ", kMaxAffinityRules, " rules have a support of ",
                         options.min_support, "; raise min_support"));
      }
      rules.push_back(RuleOf(both, singles_[a], singles_[c], baskets_, options));
      rules.back().antecedent = names_[a];
      rules.back().consequent = names_[c];
    }
  }
  std::sort(rules.begin(), rules.end(), Before);
  return rules;
}

std::vector<absl::string_view> BoughtProducts(const State& state, Day today) {
  std::vector<absl::string_view> bought;
  for (const SubscriptionState& subscription : state.subscriptions) {
    if (subscription.now.start <= today && !subscription.now.product.empty()) {
      bought.push_back(subscription.now.product);
    }
  }
  for (const PurchasedProduct& purchased : state.purchased) {
    if (purchased.first <= today) bought.push_back(purchased.product);
  }
  std::sort(bought.begin(), bought.end());
  bought.erase(std::unique(bought.begin(), bought.end()), bought.end());
  return bought;
}

}  // namespace kizuna::engine
