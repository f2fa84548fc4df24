// SPDX-License-Identifier: Apache-2.0
//
// Are affinity rules counted exactly, and does thin data recommend nothing?

#include "server/engine/affinity.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/engine/account.h"

namespace kizuna::engine {
namespace {

using testing::Account;
using testing::D;
using testing::T;

// Adds `count` baskets of these products.
void Add(AffinityCounter& counter, int count, const std::vector<absl::string_view>& products) {
  for (int i = 0; i < count; ++i) ASSERT_TRUE(counter.Add(products).ok());
}

// "a>b 3 0.3 0.75", a line a rule; `*` behind what passes.
std::vector<std::string> Told(const AffinityCounter& counter, const AffinityOptions& options) {
  std::vector<std::string> lines;
  const auto rules = counter.Rules(options);
  EXPECT_TRUE(rules.ok()) << rules.status();
  if (!rules.ok()) return lines;
  for (const AffinityRule& rule : *rules) {
    lines.push_back(absl::StrCat(rule.antecedent, ">", rule.consequent, " ", rule.support_count,
                                 " ", rule.support, " ", rule.confidence, rule.passes ? "*" : ""));
  }
  return lines;
}

using Lines = std::vector<std::string>;

TEST(AffinityTest, CountsByHand) {
  AffinityCounter counter;
  Add(counter, 3, {"a", "b"});
  Add(counter, 1, {"a"});
  Add(counter, 1, {"b", "c", "a", "b"});  // in any order, twice as good as once
  Add(counter, 5, {"c"});
  Add(counter, 4, {});  // who bought nothing is no basket
  EXPECT_EQ(counter.baskets(), 10);
  EXPECT_EQ(counter.products(), 3u);
  const auto rules = counter.Rules({0.4, 1, 1});
  ASSERT_TRUE(rules.ok());
  ASSERT_EQ(rules->size(), 2u);
  const AffinityRule& rule = rules->front();
  EXPECT_EQ(rule.antecedent, "a");
  EXPECT_EQ(rule.consequent, "b");
  EXPECT_EQ(rule.support_count, 4);
  EXPECT_EQ(rule.antecedent_count, 5);
  EXPECT_EQ(rule.consequent_count, 4);
  EXPECT_DOUBLE_EQ(rule.support, 0.4);
  EXPECT_DOUBLE_EQ(rule.confidence, 0.8);
  EXPECT_DOUBLE_EQ(rule.lift, 2);
  EXPECT_EQ(rules->back().lift, rule.lift) << "to the bit, in both directions";
  EXPECT_DOUBLE_EQ(rules->back().confidence, 1);
}

TEST(AffinityTest, SupportIsInclusive) {
  AffinityCounter counter;
  Add(counter, 5, {"a", "b"});
  Add(counter, 995, {"c"});
  EXPECT_EQ(Told(counter, {0.005, 1000, 1}), (Lines{"a>b 5 0.005 1", "b>a 5 0.005 1"}));
  EXPECT_EQ(Told(counter, {0.0050000001, 1000, 1}), Lines{});
}

TEST(AffinityTest, TiesAreByTheLargerSupportThenByName) {
  AffinityCounter counter;
  Add(counter, 2, {"y", "z"});
  Add(counter, 2, {"a", "b"});
  Add(counter, 4, {"c"});
  EXPECT_EQ(Told(counter, {0.01, 1000, 1}),
            (Lines{"a>b 2 0.25 1", "b>a 2 0.25 1", "y>z 2 0.25 1", "z>y 2 0.25 1"}));
}

TEST(AffinityTest, NothingBoughtOrOneProductAloneGivesNoRule) {
  AffinityCounter counter;
  EXPECT_EQ(Told(counter, {}), Lines{});
  Add(counter, 100, {"a"});
  EXPECT_EQ(Told(counter, {}), Lines{});
}

TEST(AffinityTest, TheIntervalIsWilsons) {
  // Newcombe (1998), Statistics in Medicine 17, 857-872, table I, method 3.
  EXPECT_NEAR(WilsonLow(81, 263), 0.2553, 5e-5);
  EXPECT_NEAR(WilsonLow(15, 148), 0.0624, 5e-5);
  EXPECT_EQ(WilsonLow(0, 20), 0);
  EXPECT_NEAR(WilsonLow(1, 29), 0.0061, 5e-5);
  EXPECT_LT(WilsonLow(1, 1), 0.21) << "once in once says little";
}

TEST(AffinityTest, ThinDataRecommendsNothing) {
  AffinityCounter counter;
  // A lift of 100, of two accounts.
  Add(counter, 2, {"a", "b"});
  Add(counter, 198, {"c"});
  EXPECT_EQ(Told(counter, {}), (Lines{"a>b 2 0.01 1", "b>a 2 0.01 1"}));
}

TEST(AffinityTest, TheNumberOfAccountsIsInclusive) {
  for (const int both : {9, 10, 11}) {
    AffinityCounter counter;
    Add(counter, both, {"a", "b"});
    Add(counter, 200, {"c"});
    const auto rules = counter.Rules({});
    ASSERT_TRUE(rules.ok());
    EXPECT_EQ(rules->front().passes, both >= 10) << both;
  }
}

TEST(AffinityTest, WhatNearlyEverybodyOwnsRecommendsNothing) {
  AffinityCounter counter;
  Add(counter, 900, {"a", "b"});
  Add(counter, 50, {"a"});
  Add(counter, 50, {"b"});
  const auto rules = counter.Rules({});
  ASSERT_TRUE(rules.ok());
  for (const AffinityRule& rule : *rules) EXPECT_FALSE(rule.passes);
}

TEST(AffinityTest, WhatIsBoughtTogetherOftenPasses) {
  AffinityCounter counter;
  Add(counter, 80, {"a", "b"});
  Add(counter, 20, {"a"});
  Add(counter, 100, {"b"});
  Add(counter, 800, {"c"});
  const auto rules = counter.Rules({});
  ASSERT_TRUE(rules.ok());
  ASSERT_EQ(rules->size(), 2u);
  EXPECT_TRUE(rules->front().passes);
  EXPECT_DOUBLE_EQ(rules->front().lift, 80 * 1000 / (100 * 180.0));
  EXPECT_GT(rules->front().lift_low, 1.25);
  EXPECT_LT(rules->front().lift_low, rules->front().lift);
}

TEST(AffinityTest, ProductsAreCountedUpToTheLimitAndNoFurther) {
  AffinityCounter counter;
  for (size_t i = 0; i < kMaxCountedProducts; ++i) {
    ASSERT_TRUE(counter.Add({absl::StrCat("p", i)}).ok()) << i;
  }
  ASSERT_TRUE(counter.Add({"p0"}).ok()) << "known already";
  const absl::Status refused = counter.Add({"one more"});
  EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
}

TEST(AffinityTest, RulesAreToldUpToTheLimitAndNoFurther) {
  // 181 products make 32,580 rules, 182 make 32,942.
  for (const int products : {181, 182}) {
    AffinityCounter counter;
    std::vector<std::string> names;
    for (int i = 0; i < products; ++i) names.push_back(absl::StrCat("p", i));
    ASSERT_TRUE(counter.Add({names.begin(), names.end()}).ok());
    const auto rules = counter.Rules({});
    EXPECT_EQ(rules.status().code(),
              products == 181 ? absl::StatusCode::kOk : absl::StatusCode::kResourceExhausted);
  }
}

TEST(AffinityTest, ABasketIsWhatAnAccountHasBoughtByToday) {
  Account account;
  account.Subscribe("S1", "wms", 1, D("2024-01-01"), T("2024-01-01"));
  account.Subscribe("S2", "tms", 1, D("2024-07-01"), T("2024-01-01"));
  account.Add(PurchaseContent{"wms", 1, 0, D("2024-02-01")}, T("2024-02-01"));
  account.Add(PurchaseContent{"bi", 1, 0, D("2024-03-01")}, T("2024-03-01"));
  const State state = account.Folded();
  EXPECT_EQ(BoughtProducts(state, D("2023-12-31")), (std::vector<absl::string_view>{}));
  EXPECT_EQ(BoughtProducts(state, D("2024-06-30")), (std::vector<absl::string_view>{"bi", "wms"}));
  EXPECT_EQ(BoughtProducts(state, D("2024-07-01")),
            (std::vector<absl::string_view>{"bi", "tms", "wms"}));
}

}  // namespace
}  // namespace kizuna::engine
