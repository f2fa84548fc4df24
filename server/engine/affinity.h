// SPDX-License-Identifier: Apache-2.0
//
// Which products are bought together? Rules antecedent -> consequent, counted over the baskets of
// all accounts: support, confidence, lift, and how far the evidence bears them out. What passes the
// bound is proposed for a rulebook's affinity table; nothing is in force by being mined.
// docs/scoring.md, "Affinity", defines the numbers.

#ifndef KIZUNA_SERVER_ENGINE_AFFINITY_H_
#define KIZUNA_SERVER_ENGINE_AFFINITY_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/engine/state.h"
#include "server/engine/time.h"

namespace kizuna::engine {

// Different products that one count can hold: a pair takes 4 bytes, so all of them 32 MiB.
inline constexpr size_t kMaxCountedProducts = 4096;
// Rules of one answer.
inline constexpr size_t kMaxAffinityRules = 32768;
// The bounds that may be asked of a rule to pass: of its lift, and of its accounts.
inline constexpr double kMaxMinLift = 1000;
inline constexpr int64_t kMaxMinAccounts = 1'000'000'000;

struct AffinityOptions {
  double min_support = 0.005;  // (0, 1]: share of the baskets that hold both, at least
  // What passes: both bounds.
  double min_lift = 1.25;     // >= 1: of AffinityRule::lift_low
  int64_t min_accounts = 10;  // >= 1: of AffinityRule::support_count
};

// Of those who bought the antecedent, how many bought the consequent, too?
struct AffinityRule {
  std::string antecedent;
  std::string consequent;
  int64_t support_count = 0;     // baskets that hold both
  int64_t antecedent_count = 0;  // baskets that hold the antecedent
  int64_t consequent_count = 0;
  double support = 0;         // support_count / baskets, (0, 1]
  double confidence = 0;      // support_count / antecedent_count, (0, 1]
  double lift = 0;            // confidence / (consequent_count / baskets), > 0; 1: no affinity
  double confidence_low = 0;  // lower end of the 95 % interval of the confidence, [0, 1)
  double lift_low = 0;        // confidence_low / (consequent_count / baskets), >= 0
  bool passes = false;        // both bounds hold
};

// Counts baskets one by one; keeps none. Not thread-safe.
class AffinityCounter {
 public:
  // Takes the products of one account, in any order. No products are no basket. RESOURCE_EXHAUSTED
  // for a product more than kMaxCountedProducts; the count is then of no use.
  absl::Status Add(const std::vector<absl::string_view>& products);

  // Every rule with the support, the highest lift first, ties by the larger support, antecedent,
  // consequent. RESOURCE_EXHAUSTED for more than kMaxAffinityRules: none are left out in silence.
  absl::StatusOr<std::vector<AffinityRule>> Rules(const AffinityOptions& options) const;

  int64_t baskets() const { return baskets_; }
  size_t products() const { return names_.size(); }

 private:
  uint32_t PairCount(size_t a, size_t b) const;

  int64_t baskets_ = 0;
  absl::flat_hash_map<std::string, size_t> index_;
  std::vector<std::string> names_;
  std::vector<uint32_t> singles_;  // by product
  std::vector<uint32_t> pairs_;    // of (i, j), i < j, at j (j - 1) / 2 + i: it grows by rows
  std::vector<size_t> basket_;     // of Add, kept for its memory
};

// The products that the account had bought by `today`, each once, by id: purchases, and
// subscriptions that have begun, ended ones too.
std::vector<absl::string_view> BoughtProducts(const State& state, Day today);

// The lower end of the two-sided 95 % score interval (Wilson, 1927) of a share that was seen
// `count` times in `of`. REQUIRES: 0 <= count <= of, of > 0.
double WilsonLow(int64_t count, int64_t of);

}  // namespace kizuna::engine

#endif  // KIZUNA_SERVER_ENGINE_AFFINITY_H_
