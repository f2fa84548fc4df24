// SPDX-License-Identifier: Apache-2.0
//
// Which filters are read, which accounts do they keep, and what is said of the rest?

#include "server/services/filter.h"

#include <memory>
#include <string>

#include "gtest/gtest.h"
#include "server/limits.h"

namespace kizuna::server {
namespace {

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
    return AccountFilter::Parse(text, convert::FieldPath().Field("filter"), violations_);
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
  for (const char* text :
       {"colour = red", "segment", "segment =", "segment = smb OR segment = big", "segment != smb",
        "segment = smb band = GREEN", "segment = smb AND", "NOT segment = smb", "(segment = smb)",
        "segment = \"smb", "band = PURPLE", "band = green", "touch_tier = MEDIUM",
        "loyalty_tier = LOYAL", "segment > smb", "AND"}) {
    Parse(text);
    EXPECT_EQ(violations_.count(), 1u) << text;
  }
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
