// SPDX-License-Identifier: Apache-2.0
//
// Do the sums of a book add up to what docs/scoring.md says?

#include "server/engine/portfolio.h"

#include <limits>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/engine/account.h"

namespace kizuna::engine {
namespace {

using testing::Account;
using testing::D;
using ::testing::ElementsAre;
using testing::Starter;
using testing::T;
using testing::Units;

constexpr char kNow[] = "2024-06-01";

class PortfolioTest : public ::testing::Test {
 protected:
  void Add(const Account& account) {
    const State state = account.Folded();
    AddAccount(state, *book_, Evaluate(state, *book_, T(kNow)), sums_);
    AddRetention(state, D(kNow), std::nullopt, sums_.retention);
  }
  static size_t At(Standing standing) { return static_cast<size_t>(standing); }
  static Account Subscribed(double yearly, absl::string_view start, absl::string_view end = "",
                            const std::string& product = "wms") {
    Account account;
    AddSubscription(account, "S", yearly, start, end, product);
    return account;
  }
  static void AddSubscription(Account& account, const std::string& id, double yearly,
                              absl::string_view start, absl::string_view end = "",
                              const std::string& product = "wms") {
    SubscriptionContent subscription;
    subscription.subscription_id = id;
    subscription.product = product;
    subscription.annual_price = Units(yearly);
    subscription.start = D(start);
    if (!end.empty()) subscription.end = D(end);
    account.Add(subscription, T(start));
  }

  std::shared_ptr<const Rulebook> book_ = Starter();
  PortfolioSums sums_;
};

TEST_F(PortfolioTest, AnEmptyBookHasNothingToDivideBy) {
  EXPECT_EQ(sums_.Nps(), std::nullopt);
  EXPECT_EQ(sums_.retention.RenewalRate(), std::nullopt);
  EXPECT_EQ(sums_.retention.GrossRetention(), std::nullopt);
  EXPECT_EQ(sums_.retention.NetRetention(), std::nullopt);
}

TEST_F(PortfolioTest, RevenueStandsWhereItsAccountDoes) {
  Account ready = Subscribed(100, "2023-01-01");
  ready.Healthy(D(kNow));
  Account angry = Subscribed(20, "2023-01-01");
  angry.Healthy(D(kNow)).Nps(7, 0, T("2024-05-30"));
  Account held = Subscribed(3, "2023-01-01");
  held.Healthy(D(kNow)).Hold("H", kNever, T("2024-05-30"));
  Add(ready);
  Add(angry);
  Add(held);
  Add(Subscribed(4000, "2023-01-01"));  // nothing is known of it
  EXPECT_EQ(sums_.accounts, 4);
  EXPECT_EQ(sums_.recurring, Units(4123));
  EXPECT_EQ(sums_.by_standing[At(Standing::kReady)], Units(100));
  EXPECT_EQ(sums_.by_standing[At(Standing::kAtRisk)], Units(20));
  EXPECT_EQ(sums_.by_standing[At(Standing::kBlocked)], Units(3));
  EXPECT_EQ(sums_.by_standing[At(Standing::kUnknown)], Units(4000));
  EXPECT_EQ(sums_.verdicts[static_cast<size_t>(Verdict::kAllow)], 1);
  EXPECT_EQ(sums_.verdicts[static_cast<size_t>(Verdict::kDeny)], 2);
  EXPECT_EQ(sums_.verdicts[static_cast<size_t>(Verdict::kUnknown)], 1);
  EXPECT_EQ(sums_.bands[static_cast<size_t>(Band::kUnknown)], 1);
  EXPECT_EQ(sums_.cells[static_cast<size_t>(Cell::kUnplaced)], 4);
}

TEST_F(PortfolioTest, AnswersOfAllAccountsArePooled) {
  Account two, one, old;
  two.Nps(1, 10, T("2024-05-01")).Nps(2, 10, T("2024-05-01"));
  one.Nps(1, 10, T("2024-01-01")).Nps(1, 3, T("2024-05-01"));  // the newest counts
  old.Nps(1, 0, T("2023-12-04"));                              // 180 days before
  Add(two);
  Add(one);
  Add(old);
  EXPECT_EQ(sums_.nps_answers, 3);
  EXPECT_DOUBLE_EQ(*sums_.Nps(), 100.0 / 3);
}

TEST_F(PortfolioTest, GrossRetentionKnowsNoGrowthAndNetRetentionDoes) {
  Account grown = Subscribed(100, "2023-01-01");
  AddSubscription(grown, "T", 50, "2024-01-01", "", "bi");
  Account gone = Subscribed(200, "2023-01-01", "2024-03-01");
  Account shrunk = Subscribed(70, "2023-01-01");
  AddSubscription(shrunk, "T", 30, "2023-01-01", "2024-01-01", "bi");
  Add(grown);
  Add(gone);
  Add(shrunk);
  Add(Subscribed(1000, "2023-06-03"));  // the day after the beginning: new, not retained
  EXPECT_EQ(sums_.retention.at_start, Units(400));
  EXPECT_EQ(sums_.retention.kept, Units(170));
  EXPECT_EQ(sums_.retention.now, Units(220));
  EXPECT_DOUBLE_EQ(*sums_.retention.GrossRetention(), 0.425);
  EXPECT_DOUBLE_EQ(*sums_.retention.NetRetention(), 0.55);
  EXPECT_EQ(sums_.retention.due, 2);
  EXPECT_EQ(sums_.retention.renewed, 0);
}

TEST_F(PortfolioTest, TheWindowOfRetentionIsOpenAtItsBeginning) {
  Add(Subscribed(1, "2023-01-01", "2023-06-02"));  // ended on its first day, 365 days before
  EXPECT_EQ(sums_.retention.at_start, 0);
  EXPECT_EQ(sums_.retention.due, 0);
  Add(Subscribed(1, "2023-06-02", "2023-06-03"));  // began on it, and ended the day after
  EXPECT_EQ(sums_.retention.at_start, Units(1));
  EXPECT_EQ(sums_.retention.due, 1);
}

TEST_F(PortfolioTest, AnAccountIsCountedUnderEachOfItsProducts) {
  Account account = Subscribed(100, "2023-01-01");
  AddSubscription(account, "T", 50, "2024-01-01", "", "bi");
  AddSubscription(account, "U", 7, "2023-01-01", "2024-01-01", "tms");
  const State state = account.Folded();
  EXPECT_THAT(CountedProducts(state, D(kNow)), ElementsAre("bi", "wms"));
  EXPECT_THAT(SubscribedProducts(state), ElementsAre("bi", "tms", "wms"));
  PortfolioSums bi;
  AddAccountOfProduct(state, *book_, Evaluate(state, *book_, T(kNow)), "bi", bi);
  AddRetention(state, D(kNow), "bi", bi.retention);
  EXPECT_EQ(bi.accounts, 1);
  EXPECT_EQ(bi.recurring, Units(50));
  EXPECT_EQ(bi.retention.at_start, 0);
  RetentionSums tms;
  AddRetention(state, D(kNow), "tms", tms);
  EXPECT_EQ(tms.at_start, Units(7));
  EXPECT_EQ(tms.kept, 0);
  EXPECT_EQ(tms.due, 1);
}

TEST_F(PortfolioTest, WhoOwnsNothingIsCountedUnderNothing) {
  EXPECT_THAT(CountedProducts(Account().Folded(), D(kNow)), ElementsAre(""));
  Account unnamed = Subscribed(100, "2023-01-01", "", "");
  AddSubscription(unnamed, "T", 50, "2024-01-01", "", "bi");
  EXPECT_THAT(CountedProducts(unnamed.Folded(), D(kNow)), ElementsAre("", "bi"));
}

TEST_F(PortfolioTest, SumsSaturate) {
  for (int i = 0; i < 12; ++i) Add(Subscribed(1e12, "2023-01-01"));
  EXPECT_EQ(sums_.recurring, std::numeric_limits<Micros>::max());
  EXPECT_EQ(sums_.retention.at_start, std::numeric_limits<Micros>::max());
}

}  // namespace
}  // namespace kizuna::engine
