// SPDX-License-Identifier: Apache-2.0
//
// How does the rulebook change? In numbers that are never given back: rules by activation, products
// and sources by edits, each checked whole before it is in force.

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/rulebooks/rulebooks.h"
#include "tests/engine/account.h"
#include "tests/ledger/house.h"

namespace kizuna::ledger::testing {
namespace {

using engine::Verdict;
using engine::testing::Account;
using engine::testing::D;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

absl::Status AddSuite(engine::Rulebook::Parts& parts) {
  engine::Product suite;
  suite.id = "suite";
  parts.products.push_back(suite);
  return absl::OkStatus();
}

TEST(Book, ANewStoreStandsOnTheStarter) {
  House house;
  EXPECT_EQ(house.ledger().rulebook()->number(), 1u);
  EXPECT_EQ(house.ledger().GetBook(0)->rules_text, rulebooks::StarterText());
}

TEST(Book, AnEditIsANewNumberThatKeepsTheRulesAndSurvivesReopening) {
  House house;
  EXPECT_EQ(*house.ledger().EditBook(AddSuite), 2u);
  EXPECT_EQ(house.ledger().rulebook()->FindProduct("suite"), 0);
  house.Reopen();
  EXPECT_EQ(house.ledger().rulebook()->number(), 2u);
  EXPECT_EQ(house.ledger().rulebook()->FindProduct("suite"), 0);
  EXPECT_EQ(house.ledger().GetBook(1)->rules_text, house.ledger().GetBook(2)->rules_text);
  EXPECT_TRUE(absl::IsNotFound(house.ledger().GetBook(3).status()));
  EXPECT_EQ(house.ledger().ListBooks(0, 10)->size(), 2u);
}

TEST(Book, AnEditThatChangesNothingIsNoNewNumber) {
  House house;
  EXPECT_EQ(*house.ledger().EditBook([](engine::Rulebook::Parts&) { return absl::OkStatus(); }),
            1u);
}

TEST(Book, AnEditThatBreaksARuleIsRefusedWhole) {
  House house;
  const auto number = house.ledger().EditBook([](engine::Rulebook::Parts& parts) {
    engine::Product suite;
    suite.id = "suite";
    suite.margin_floor = 2;
    parts.products.push_back(suite);
    return absl::OkStatus();
  });
  EXPECT_TRUE(absl::IsInvalidArgument(number.status()));
  EXPECT_THAT(std::string(number.status().message()), HasSubstr("margin_floor"));
  EXPECT_EQ(house.ledger().rulebook()->number(), 1u);
}

TEST(Book, ValidationNamesFieldAndReason) {
  House house;
  EXPECT_THAT(*house.ledger().Validate(rulebooks::StandardText()), IsEmpty());
  EXPECT_THAT(*house.ledger().Validate("models { name: 'x' }"), Not(IsEmpty()));
  EXPECT_THAT(*house.ledger().Validate("nonsense"), Not(IsEmpty()));
}

TEST(Book, APreviewSaysWhoseVerdictsChangeAndActivationMakesItSo) {
  House house;
  house.Create("acme");
  house.Tell("acme", Account().Healthy(D("2024-06-10")).facts());
  ASSERT_EQ(house.Ask("acme").verdict, Verdict::kAllow);
  const auto preview = house.ledger().PreviewRules(rulebooks::StandardText(), 10);
  ASSERT_TRUE(preview.ok()) << preview.status();
  EXPECT_EQ(preview->accounts, 1u);
  EXPECT_EQ(preview->changed, 1u);
  ASSERT_THAT(preview->changes, Not(IsEmpty()));
  EXPECT_EQ(preview->changes.front().before, Verdict::kAllow);
  EXPECT_EQ(house.ledger().rulebook()->number(), 1u) << "a preview changes nothing";

  ASSERT_TRUE(house.ledger().Activate(rulebooks::StandardText(), "me", "moving up").ok());
  EXPECT_NE(house.Ask("acme").verdict, Verdict::kAllow) << "at once, before any sweep";
  ASSERT_TRUE(house.ledger().SweepNow().ok());
  EXPECT_EQ(house.ledger().Status().swept_number, 2u);
  EXPECT_THAT(house.ledger().Ready({})->rows, IsEmpty());
  house.Reopen();
  EXPECT_EQ(house.ledger().Status().swept_number, 2u) << "written down for the next start";
}

TEST(Book, AMetricNeverChangesItsKind) {
  House house;
  ASSERT_TRUE(house.ledger()
                  .EditBook([](engine::Rulebook::Parts& parts) {
                    engine::MetricSpec metric;
                    metric.name = "exports";
                    parts.metrics.push_back(metric);
                    return absl::OkStatus();
                  })
                  .ok());
  const std::string other =
      "metrics { name: 'exports' kind: KIND_GAUGE }\n" + std::string(rulebooks::StarterText());
  EXPECT_THAT(*house.ledger().Validate(other), Not(IsEmpty()));
}

}  // namespace
}  // namespace kizuna::ledger::testing
