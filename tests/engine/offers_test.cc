// SPDX-License-Identifier: Apache-2.0
//
// Is what is offered worth offering, for the reasons that are given, in the order of what it earns,
// and never presented as open behind a closed gate?

#include "server/engine/offers.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/engine/account.h"

namespace kizuna::engine {
namespace {

using testing::Account;
using testing::D;
using testing::Starter;
using testing::T;
using testing::Units;
using Lines = std::vector<std::string>;
using Parts = Rulebook::Parts;

class OffersTest : public ::testing::Test {
 protected:
  OffersTest() {
    account_.Healthy(D("2024-06-10"));
    account_.Subscribe("S", "pro", 1000, D("2023-01-01"), T("2023-01-01"));
  }

  std::vector<Offer> Offers(const Parts& parts) {
    book_ = Starter([&](Parts& p) {
      p.products = parts.products;
      p.rules.issue_map = parts.rules.issue_map;
      p.rules.affinity = parts.rules.affinity;
    });
    return OffersFor(account_.Folded(), *book_, T("2024-06-10"));
  }

  // "plan gold 600 500": motion, product, yearly gain, yearly margin; `!` where it may not be
  // offered now.
  Lines Told(const Parts& parts) {
    Lines lines;
    for (const Offer& offer : Offers(parts)) {
      const auto money = [](const std::optional<Micros>& micros) {
        return micros ? absl::StrCat(" ", *micros / kMicrosPerUnit) : std::string(" ?");
      };
      const Motion motion = offer.option.motion;
      lines.push_back(absl::StrCat(motion == Motion::kSeats  ? "seats "
                                   : motion == Motion::kPlan ? "plan "
                                                             : "cross-sell ",
                                   book_->products()[offer.option.product].id,
                                   money(offer.yearly_gain), money(offer.yearly_margin),
                                   offer.option.verdict == Verdict::kAllow ? "" : "!"));
    }
    return lines;
  }

  // "ladder pro", "affinity pro 2.5", of the only offer.
  Lines Grounds(const Parts& parts) {
    const std::vector<Offer> offers = Offers(parts);
    EXPECT_EQ(offers.size(), 1u);
    Lines lines;
    if (offers.empty()) return lines;
    static constexpr const char* kWords[] = {"",       "seats",    "issue",    "of segment",
                                             "ladder", "affinity", "interest", "related"};
    for (const OfferGround& ground : offers[0].grounds) {
      lines.push_back(absl::StrCat(kWords[static_cast<int>(ground.kind)], " ", ground.subject,
                                   ground.value ? absl::StrCat(" ", *ground.value) : ""));
    }
    return lines;
  }

  static Product Priced(const std::string& id, const std::string& family, int32_t rank,
                        double price, double margin) {
    Product product;
    product.id = id;
    product.family = family;
    product.ladder_rank = rank;
    product.annual_price = price < 0 ? -1 : Units(price);
    product.margin = margin;
    return product;
  }
  // What is owned, the plan above it, and a related product.
  static Parts Catalogue(double gold_price, double gold_margin, double bi_price, double bi_margin) {
    Parts parts;
    parts.products = {Priced("pro", "wms", 1, 1000, 0.5),
                      Priced("gold", "wms", 2, gold_price, gold_margin),
                      Priced("bi", "", 0, bi_price, bi_margin)};
    parts.products[0].related = {"bi"};
    return parts;
  }

  Account account_;
  std::shared_ptr<const Rulebook> book_;
};

TEST_F(OffersTest, TheHigherPlanComesFirstWhereTheRelatedProductEarnsLess) {
  EXPECT_EQ(Told(Catalogue(2000, 0.5, 900, 0.5)),
            (Lines{"plan gold 1000 500", "cross-sell bi 900 450"}));
}

TEST_F(OffersTest, TheRelatedProductComesFirstWhereItEarnsMore) {
  EXPECT_EQ(Told(Catalogue(2000, 0.5, 900, 0.6)),
            (Lines{"cross-sell bi 900 540", "plan gold 1000 500"}));
}

TEST_F(OffersTest, APlanThatEarnsLessThanTheOneBelowSaysSo) {
  EXPECT_EQ(Told(Catalogue(2000, 0.1, 900, 0)),
            (Lines{"cross-sell bi 900 0", "plan gold 1000 -300"}));
}

TEST_F(OffersTest, EqualMarginIsDecidedByTheGainThenByTheMotion) {
  EXPECT_EQ(Told(Catalogue(2000, 0.5, 5000, 0.1)),
            (Lines{"cross-sell bi 5000 500", "plan gold 1000 500"}));
  EXPECT_EQ(Told(Catalogue(2000, 0.5, 1000, 0.5)),
            (Lines{"plan gold 1000 500", "cross-sell bi 1000 500"}));
}

TEST_F(OffersTest, ProductsOfTheSameWorthComeByName) {
  Parts parts;
  parts.products = {Priced("pro", "", 0, 1, 1), Priced("b", "", 0, 5, 1), Priced("a", "", 0, 5, 1)};
  parts.products[0].related = {"a", "b"};
  EXPECT_EQ(Told(parts), (Lines{"cross-sell a 5 5", "cross-sell b 5 5"}));
}

TEST_F(OffersTest, AMissingMarginIsNotZeroAndComesBehindWhatIsKnown) {
  EXPECT_EQ(Told(Catalogue(2000, 0.5, 90000, -1)),
            (Lines{"plan gold 1000 500", "cross-sell bi 90000 ?"}));
  EXPECT_EQ(Told(Catalogue(2000, -1, 1, 0)), (Lines{"cross-sell bi 1 0", "plan gold 1000 ?"}));
  EXPECT_EQ(Told(Catalogue(2000, -1, 90000, -1)),
            (Lines{"cross-sell bi 90000 ?", "plan gold 1000 ?"}));
}

TEST_F(OffersTest, AMissingPriceIsNotZeroEither) {
  EXPECT_EQ(Told(Catalogue(-1, 0.5, 1, 0)), (Lines{"cross-sell bi 1 0", "plan gold ? ?"}));
  Parts parts = Catalogue(2000, 0.5, 1, 0);
  parts.products[0].annual_price = -1;
  EXPECT_EQ(Told(parts), (Lines{"cross-sell bi 1 0", "plan gold ? ?"}))
      << "what the plan adds is not known when the price below is not";
}

TEST_F(OffersTest, WithoutACatalogueNothingIsOffered) { EXPECT_EQ(Told({}), Lines{}); }

TEST_F(OffersTest, WhereEverythingIsOwnedNothingButSeatsCanBe) {
  Parts parts;
  parts.products = {Priced("pro", "wms", 1, 1000, 0.5)};
  EXPECT_EQ(Told(parts), Lines{}) << "seats without a need";
  account_.Add(AdoptionContent{"pro", 1000, 900, -1, -1}, T("2024-06-01"));
  EXPECT_EQ(Told(parts), Lines{"seats pro 1000 500"});
  EXPECT_EQ(Grounds(parts), Lines{"seats pro 0.9"});
}

TEST_F(OffersTest, AProductThatNothingSpeaksForIsNotOffered) {
  Parts parts;
  parts.products = {Priced("pro", "", 0, 1000, 0.5), Priced("bi", "", 0, 9000, 0.9)};
  EXPECT_EQ(Told(parts), Lines{});
}

TEST_F(OffersTest, EveryGroundIsTold) {
  using Status = IssueContent::Status;
  Parts parts = Catalogue(2000, 0.5, 1, 0);
  parts.products.erase(parts.products.begin() + 1);
  parts.rules.issue_map = {{"returns", {}, {"bi"}, false},
                           {"stock", {}, {"bi"}, true},
                           {"returns", {"retail"}, {"bi"}, true}};
  parts.rules.affinity = {{"pro", "bi", 2.5}};
  account_.Profile("segment", "retail", T("2024-01-01"));
  account_.Add(IssueContent{"X", "returns", Status::kAssumed}, T("2024-06-01"));
  account_.Add(IssueContent{"Y", "returns", Status::kConfirmed}, T("2024-06-01"));
  account_.Add(InterestContent{"bi"}, T("2024-06-07"));
  EXPECT_EQ(Grounds(parts), (Lines{"issue returns 1", "of segment stock", "affinity pro 2.5",
                                   "interest  3", "related pro"}));
}

TEST_F(OffersTest, AnAffinityOfOneOrLessAndAnOldInterestAreNoGrounds) {
  Parts parts;
  parts.products = {Priced("pro", "", 0, 1, 1), Priced("bi", "", 0, 1, 1)};
  parts.rules.affinity = {{"pro", "bi", 1}};
  account_.Add(InterestContent{"bi"}, T("2024-05-11"));
  EXPECT_EQ(Told(parts), Lines{});
  parts.rules.affinity[0].lift = 1.01;
  EXPECT_EQ(Told(parts), Lines{"cross-sell bi 1 1"});
}

TEST_F(OffersTest, BehindAClosedGateNothingIsAllowed) {
  account_.Nps(7, 0, T("2024-06-09"));
  const Parts parts = Catalogue(2000, 0.5, 900, 0.5);
  EXPECT_EQ(Told(parts), (Lines{"plan gold 1000 500!", "cross-sell bi 900 450!"}));
}

TEST_F(OffersTest, WhatMayBeOfferedComesBeforeWhatEarnsMoreBehindAGate) {
  Parts parts = Catalogue(2000, 0.5, 900, 0.5);
  // Its margin is under its floor.
  parts.products[1].margin_floor = 0.6;
  EXPECT_EQ(Told(parts), (Lines{"cross-sell bi 900 450", "plan gold 1000 500!"}));
}

}  // namespace
}  // namespace kizuna::engine
