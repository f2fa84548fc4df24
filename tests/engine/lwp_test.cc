// SPDX-License-Identifier: Apache-2.0
//
// Are list, what and pace what docs/scoring.md says?

#include "server/engine/lwp.h"

#include <string>

#include "gtest/gtest.h"
#include "tests/engine/account.h"

namespace kizuna::engine {
namespace {

using testing::Account;
using testing::D;
using testing::Starter;
using testing::T;
using testing::Units;
using Kind = CrossSellSign::Kind;
using Status = IssueContent::Status;

class LwpTest : public ::testing::Test {
 protected:
  Lwp At(absl::string_view now) {
    const State state = account_.Folded();
    return JudgeLwp(state, *book_, Evaluate(state, *book_, T(now)));
  }
  std::string ProductOf(const CrossSellSign& sign) {
    return sign.product < 0 ? "" : book_->products()[sign.product].id;
  }
  void Own(const std::string& product) {
    account_.Subscribe(product, product, 365, D("2023-01-01"), T("2023-01-01"));
  }
  void Call(absl::string_view day, bool unsolicited, bool two_way = false) {
    InteractionContent call;
    call.kind = InteractionContent::Kind::kCall;
    call.outbound = true;
    call.unsolicited = unsolicited;
    call.two_way = two_way;
    account_.Add(call, T(day));
  }

  Account account_;
  std::shared_ptr<const Rulebook> book_ = Starter([](Rulebook::Parts& p) {
    p.products = {
        {"bi", "", "", 0}, {"gold", "", "wms", 2}, {"pro", "", "wms", 1}, {"tms", "", "", 0}};
    p.rules.issue_map = {{"returns", {}, {"bi"}, false}, {"freight", {"retail"}, {"tms"}, false}};
    p.rules.affinity = {{"pro", "bi", 2}, {"pro", "tms", 3}, {"pro", "gold", 9}};
  });
};

TEST_F(LwpTest, OfNothingKnownItSaysNothing) {
  account_.Profile("segment", "smb", T("2024-01-01"));
  const Lwp lwp = At("2024-06-01");
  EXPECT_EQ(lwp.list, "");
  EXPECT_EQ(lwp.what.kind, Kind::kNone);
  EXPECT_EQ(lwp.what.product, -1);
  EXPECT_EQ(lwp.contacts, 0);
  EXPECT_EQ(lwp.orders, 0);
  EXPECT_EQ(lwp.days_since_contact, std::nullopt);
}

TEST_F(LwpTest, TheListIsNamedByAnAlias) {
  account_.Profile("alias.target-list", "autumn", T("2024-01-01"));
  EXPECT_EQ(At("2024-06-01").list, "autumn");
  account_.Profile("alias.target-list", "", T("2024-02-01"));
  EXPECT_EQ(At("2024-06-01").list, "") << "taken off it";
}

TEST_F(LwpTest, TheHighestLiftAboveOneIsASign) {
  Own("pro");
  const CrossSellSign what = At("2024-06-01").what;
  EXPECT_EQ(what.kind, Kind::kAffinity);
  EXPECT_EQ(ProductOf(what), "tms") << "gold is a higher plan, not a cross-sell";
  EXPECT_EQ(book_->products()[what.owned].id, "pro");
  EXPECT_EQ(what.lift, 3);
  EXPECT_EQ(what.observed_at, kNever);
}

TEST_F(LwpTest, ALiftOfOneIsNoSign) {
  book_ = Starter([](Rulebook::Parts& p) {
    p.products = {{"bi", "", "", 0}, {"pro", "", "", 0}};
    p.rules.affinity = {{"pro", "bi", 1}};
  });
  Own("pro");
  EXPECT_EQ(At("2024-06-01").what.kind, Kind::kNone);
}

TEST_F(LwpTest, AStatedInterestIsStrongerForAYear) {
  Own("pro");
  account_.Add(InterestContent{"bi"}, T("2024-01-10"));
  EXPECT_EQ(At("2024-06-01").what.kind, Kind::kStatedInterest);
  EXPECT_EQ(ProductOf(At("2024-06-01").what), "bi");
  EXPECT_EQ(At("2024-06-01").what.observed_at, T("2024-01-10"));
  EXPECT_EQ(At("2025-01-08").what.kind, Kind::kStatedInterest) << "364 days";
  EXPECT_EQ(At("2025-01-09").what.kind, Kind::kAffinity) << "365 days";
}

TEST_F(LwpTest, AnOpenConfirmedIssueIsTheStrongest) {
  Own("pro");
  account_.Add(InterestContent{"tms"}, T("2024-05-10"));
  account_.Add(IssueContent{"X", "returns", Status::kAssumed}, T("2024-01-10"));
  EXPECT_EQ(At("2024-06-01").what.kind, Kind::kStatedInterest);
  account_.Add(IssueContent{"X", "returns", Status::kConfirmed}, T("2024-02-10"));
  const CrossSellSign what = At("2024-06-01").what;
  EXPECT_EQ(what.kind, Kind::kConfirmedIssue);
  EXPECT_EQ(ProductOf(what), "bi");
  EXPECT_EQ(what.category, "returns");
  EXPECT_EQ(what.observed_at, T("2024-02-10"));
  account_.Add(IssueContent{"X", "returns", Status::kSolved}, T("2024-03-10"));
  EXPECT_EQ(At("2024-06-01").what.kind, Kind::kStatedInterest);
}

TEST_F(LwpTest, OfTwoIssuesTheNewestAndOnlyOfTheSegment) {
  account_.Add(IssueContent{"X", "returns", Status::kConfirmed}, T("2024-02-10"));
  account_.Add(IssueContent{"Y", "freight", Status::kConfirmed}, T("2024-03-10"));
  EXPECT_EQ(ProductOf(At("2024-06-01").what), "bi");
  account_.Profile("segment", "retail", T("2024-01-01"));
  EXPECT_EQ(ProductOf(At("2024-06-01").what), "tms");
}

TEST_F(LwpTest, WhatIsOwnedIsNotSoldAgain) {
  Own("bi");
  account_.Add(IssueContent{"X", "returns", Status::kConfirmed}, T("2024-02-10"));
  account_.Add(InterestContent{"bi"}, T("2024-05-10"));
  EXPECT_EQ(At("2024-06-01").what.kind, Kind::kNone);
}

TEST_F(LwpTest, PaceCountsContactsAndDaysOfOrdersWithin90Days) {
  Call("2024-03-04", true);  // 89 days before
  Call("2024-03-03", true);  // 90 days before
  Call("2024-05-01", true);
  Call("2024-05-01", true);
  Call("2024-05-02", false);  // they had asked for it
  account_.Add(PurchaseContent{"bi", Units(10), 0, D("2024-03-04")}, T("2024-03-04"));
  account_.Add(PurchaseContent{"bi", Units(10), 0, D("2024-03-04")}, T("2024-03-04"));
  account_.Add(PurchaseContent{"bi", Units(10), 0, D("2024-03-03")}, T("2024-03-03"));
  account_.Add(PurchaseContent{"bi", Units(-10), 0, D("2024-04-01")}, T("2024-04-01"));
  account_.Subscribe("S", "tms", 365, D("2024-05-20"), T("2024-05-20"));
  const Lwp lwp = At("2024-06-01");
  EXPECT_EQ(lwp.contacts, 3);
  EXPECT_EQ(lwp.orders, 2) << "the purchases of one day, and the subscription";
  EXPECT_EQ(lwp.days_since_contact, std::nullopt) << "nobody answered";
  Call("2024-05-22", false, true);
  EXPECT_EQ(At("2024-06-01").days_since_contact, 10);
}

TEST_F(LwpTest, ARenewalThatPassedInForceIsAnOrder) {
  SubscriptionContent subscription;
  subscription.subscription_id = "S";
  subscription.start = D("2023-05-01");
  subscription.renewal = D("2024-05-01");
  account_.Add(subscription, T("2023-05-01"));
  EXPECT_EQ(At("2024-04-30").orders, 0);
  EXPECT_EQ(At("2024-05-01").orders, 1);
  subscription.end = D("2024-05-01");
  account_.Add(subscription, T("2024-01-01"));
  EXPECT_EQ(At("2024-05-01").orders, 0);
}

}  // namespace
}  // namespace kizuna::engine
