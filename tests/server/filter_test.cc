// SPDX-License-Identifier: Apache-2.0
//
// Which filters are read, which accounts do they keep, and what is said of the rest?

#include "server/services/filter.h"

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "server/limits.h"
#include "tests/engine/account.h"

namespace kizuna::server {
namespace {

using engine::testing::D;
using engine::testing::T;

// The starter rulebook; its gates may be asked for.
const std::shared_ptr<const engine::Rulebook>& Book() {
  static const auto* const kBook =
      new std::shared_ptr<const engine::Rulebook>(engine::testing::Starter());
  return *kBook;
}

// The account as it stands at noon of 2024-06-01.
ledger::View ViewOf(const engine::testing::Account& account) {
  ledger::View view;
  view.account = "acme";
  view.checked_at = T("2024-06-01");
  view.rulebook = Book();
  view.state = std::make_shared<engine::State>(account.Folded());
  view.card = std::make_shared<engine::Card>(
      engine::Evaluate(*view.state, *view.rulebook, view.checked_at));
  return view;
}

ledger::View ViewOf(const std::string& owner, const std::string& segment, engine::Band band) {
  auto state = std::make_shared<engine::State>();
  const engine::Stamp stamp{1, "crm", "1"};
  state->profile.push_back({"owner", owner, stamp});
  state->profile.push_back({"segment", segment, stamp});
  auto card = std::make_shared<engine::Card>();
  card->health.band = band;
  card->place.touch = engine::TouchTier::kHigh;
  card->loyalty.tier = engine::LoyaltyTier::kFan;
  ledger::View view;
  view.account = "acme";
  view.state = state;
  view.card = card;
  return view;
}

class FilterTest : public testing::Test {
 protected:
  AccountFilter Parse(const std::string& text) {
    violations_ = convert::Violations();
    return AccountFilter::Parse(text, convert::FieldPath().Field("filter"), *Book(), violations_);
  }
  bool Keeps(const std::string& text, const engine::testing::Account& account) {
    const AccountFilter filter = Parse(text);
    EXPECT_TRUE(violations_.empty()) << text << violations_.ToStatus();
    return filter.Keeps(ViewOf(account));
  }
  bool Keeps(const std::string& text) {
    const AccountFilter filter = Parse(text);
    EXPECT_TRUE(violations_.empty()) << text << violations_.ToStatus();
    return filter.Keeps(ViewOf("鈴木 \"kim\"", "smb", engine::Band::kGreen));
  }

  convert::Violations violations_;
};

TEST_F(FilterTest, NoFilterKeepsAll) {
  EXPECT_TRUE(Keeps(""));
  EXPECT_TRUE(Keeps("  "));
  EXPECT_EQ(Parse("").Predicate(), nullptr);
}

TEST_F(FilterTest, EveryConditionMustHold) {
  EXPECT_TRUE(Keeps("segment = \"smb\""));
  EXPECT_TRUE(Keeps("segment=smb AND band = GREEN AND touch_tier = HIGH AND loyalty_tier = FAN"));
  EXPECT_FALSE(Keeps("segment = smb AND band = RED"));
  EXPECT_FALSE(Keeps("industry = food"));
  EXPECT_TRUE(Keeps("industry = \"\""));
}

TEST_F(FilterTest, AQuotedValueHoldsAnything) {
  EXPECT_TRUE(Keeps("owner = \"鈴木 \\\"kim\\\"\""));
  EXPECT_TRUE(Keeps("owner = '鈴木 \"kim\"'"));
  EXPECT_FALSE(Keeps("owner = \"鈴木 AND kim\""));
}

TEST_F(FilterTest, AnythingElseIsRefusedAndNotIgnored) {
  for (const char* text : {"colour = red",
                           "segment",
                           "segment =",
                           "segment = smb OR segment = big",
                           "segment != smb",
                           "segment = smb band = GREEN",
                           "segment = smb AND",
                           "NOT segment = smb",
                           "(segment = smb)",
                           "segment = \"smb",
                           "band = PURPLE",
                           "band = green",
                           "touch_tier = MEDIUM",
                           "loyalty_tier = LOYAL",
                           "segment > smb",
                           "segment <= smb",
                           "AND",
                           "cell = E",
                           "cell = a",
                           "verdict = MAYBE",
                           "motion = HEARING",
                           "gate = NO_SUCH_GATE",
                           "gate = \"\"",
                           "product",
                           "renewal",
                           "renewal < 90",
                           "renewal <= soon",
                           "renewal <= -1",
                           "renewal <= 3651",
                           "renewal <= 9.5",
                           "renewal <= 99999999999",
                           "renewal <="}) {
    Parse(text);
    EXPECT_EQ(violations_.count(), 1u) << text;
  }
}

TEST_F(FilterTest, ACellMayBeNone) {
  EXPECT_TRUE(Keeps("cell = NONE", engine::testing::Account()));
  for (const char* cell : {"A", "B", "C", "D"}) {
    EXPECT_FALSE(Keeps(absl::StrCat("cell = ", cell), engine::testing::Account())) << cell;
  }
}

TEST_F(FilterTest, AProductIsOneThatTheyOwnToday) {
  engine::testing::Account account;
  account.Subscribe("S", "wms", 1, D("2024-01-01"), T("2024-01-01"));
  account.Subscribe("T", "bi", 1, D("2024-06-02"), T("2024-01-01"));
  EXPECT_TRUE(Keeps("product = wms", account));
  EXPECT_TRUE(Keeps("product = \"products/wms\"", account));
  EXPECT_FALSE(Keeps("product = bi", account)) << "from tomorrow on";
  EXPECT_FALSE(Keeps("product = \"\"", account));
}

TEST_F(FilterTest, GateVerdictAndMotionAreOfTheBestPitch) {
  engine::testing::Account ready;
  ready.Healthy(D("2024-06-01"));
  EXPECT_TRUE(Keeps("verdict = ALLOW", ready));
  EXPECT_FALSE(Keeps("verdict = DENY", ready));
  EXPECT_TRUE(Keeps("motion = SEATS", ready));
  EXPECT_FALSE(Keeps("motion = PLAN", ready));
  EXPECT_FALSE(Keeps("gate = HOLD", ready));
  ready.Hold("H", engine::kNever, T("2024-05-01"));
  EXPECT_TRUE(Keeps("gate = HOLD AND verdict = DENY", ready));
  EXPECT_FALSE(Keeps("gate = HOLD AND gate = DISSATISFIED", ready));
}

TEST_F(FilterTest, ARenewalIsSoManyDaysAhead) {
  engine::testing::Account account;
  EXPECT_FALSE(Keeps("renewal >= 0", account)) << "none is known";
  engine::SubscriptionContent subscription;
  subscription.subscription_id = "S";
  subscription.start = D("2024-01-01");
  subscription.renewal = D("2024-06-11");
  account.Add(subscription, T("2024-01-01"));
  EXPECT_TRUE(Keeps("renewal <= 10", account));
  EXPECT_TRUE(Keeps("renewal<=3650", account));
  EXPECT_FALSE(Keeps("renewal <= 9", account));
  EXPECT_TRUE(Keeps("renewal >= 10", account));
  EXPECT_FALSE(Keeps("renewal >= 11", account));
  EXPECT_TRUE(Keeps("renewal = 10", account));
  EXPECT_FALSE(Keeps("renewal = 0", account));
  EXPECT_TRUE(Keeps("renewal >= 5 AND renewal <= 15", account));
}

TEST_F(FilterTest, AFilterIsUpToItsLimit) {
  const std::string start = "segment = \"";
  Parse(start + std::string(limits::kMaxFilterBytes - start.size() - 1, 'x') + "\"");
  EXPECT_TRUE(violations_.empty());
  Parse(start + std::string(limits::kMaxFilterBytes - start.size(), 'x') + "\"");
  EXPECT_EQ(violations_.count(), 1u);
}

}  // namespace
}  // namespace kizuna::server
