// SPDX-License-Identifier: Apache-2.0
//
// Are rules mined from what the accounts have bought, within their limits, and are offers told with
// their gates, page after page of one list?

#include <cmath>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "kizuna/v1/affinity_service.grpc.pb.h"
#include "tests/server/rpc_fixture.h"

namespace kizuna::server {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Stub = v1::AffinityService::Stub;

class AffinityRpcTest : public RpcTest {
 protected:
  AffinityRpcTest() : affinity_(v1::AffinityService::NewStub(server_->InProcessChannel())) {}

  // An account that has bought these.
  void Buyer(const std::string& account, const std::vector<std::string>& products,
             const std::string& profile = "") {
    MakeAccount(account, profile);
    std::vector<v1::Fact> facts;
    for (const std::string& product : products) {
      facts.push_back(FactOf(account, product,
                             absl::StrCat("purchase { product: 'products/", product,
                                          "' date { year: 2026 month: 1 day: 5 } }")));
    }
    if (!facts.empty()) Record(facts);
  }

  v1::MineAffinityResponse Mine(const v1::MineAffinityRequest& request,
                                grpc::StatusCode expected = grpc::StatusCode::OK) {
    return Call(affinity_, &Stub::MineAffinity, request, expected);
  }
  v1::ListOffersResponse Offers(const v1::ListOffersRequest& request,
                                grpc::StatusCode expected = grpc::StatusCode::OK) {
    return Call(affinity_, &Stub::ListOffers, request, expected);
  }

  void AddProduct(const std::string& id, const std::string& fields) {
    v1::CreateProductRequest request;
    request.set_product_id(id);
    ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(fields, request.mutable_product()));
    Call(catalogue_, &v1::CatalogueService::Stub::CreateProduct, request);
  }

  // "cross-sell products/a", a line an offer.
  static std::vector<std::string> Products(const v1::ListOffersResponse& response) {
    std::vector<std::string> products;
    for (const v1::Offer& offer : response.offers()) {
      products.push_back(offer.assessment().product());
    }
    return products;
  }

  std::unique_ptr<Stub> affinity_;
};

TEST_F(AffinityRpcTest, RulesAreThoseOfTheAccountsThatBought) {
  Buyer("a", {"wms", "bi"}, "segment: 'retail'");
  Buyer("b", {"wms", "bi", "tms"}, "segment: 'retail'");
  Buyer("c", {"tms"});
  Buyer("d", {"tms"});
  Buyer("prospect", {});
  v1::MineAffinityRequest request;
  request.set_min_support(0.5);
  const v1::MineAffinityResponse all = Mine(request);
  EXPECT_EQ(all.account_count(), 4) << "a prospect is no basket";
  EXPECT_EQ(all.product_count(), 3);
  EXPECT_EQ(all.rule_count(), 2);
  EXPECT_EQ(all.passing_count(), 0);
  ASSERT_EQ(all.rules_size(), 2);
  EXPECT_EQ(all.rules(0).antecedent(), "products/bi");
  EXPECT_EQ(all.rules(0).consequent(), "products/wms");
  EXPECT_EQ(all.rules(0).support_count(), 2);
  EXPECT_DOUBLE_EQ(all.rules(0).support(), 0.5);
  EXPECT_DOUBLE_EQ(all.rules(0).confidence(), 1);
  EXPECT_DOUBLE_EQ(all.rules(0).lift(), 2);
  request.set_passing_only(true);
  EXPECT_THAT(Mine(request).rules(), IsEmpty());
  request.set_filter("segment = \"retail\"");
  request.set_passing_only(false);
  EXPECT_EQ(Mine(request).account_count(), 2);
}

TEST_F(AffinityRpcTest, WithoutAccountsThereAreNoRules) {
  const v1::MineAffinityResponse none = Mine({});
  EXPECT_EQ(none.account_count(), 0);
  EXPECT_THAT(none.rules(), IsEmpty());
}

TEST_F(AffinityRpcTest, MoreRulesThanAnAnswerHoldsAreRefusedRatherThanCut) {
  std::vector<std::string> products;
  for (int i = 0; i < 181; ++i) products.push_back(absl::StrCat("p", i));
  Buyer("acme", products);
  EXPECT_EQ(Mine({}).rules_size(), 181 * 180);
  Record({FactOf("acme", "last",
                 "purchase { product: 'products/one-more' date { year: 2026 month: 1 day: 5 } }")});
  Mine({}, grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(Reason(), "TOO_MUCH_AT_ONCE");
}

TEST_F(AffinityRpcTest, BoundsAreCheckedAtTheirLimits) {
  const auto with = [](double support, double lift, int64_t accounts) {
    v1::MineAffinityRequest request;
    request.set_min_support(support);
    request.set_min_lift(lift);
    request.set_min_accounts(accounts);
    return request;
  };
  Mine(with(1, 1, 1));
  Mine(with(1e-9, 1000, 1'000'000'000));
  for (const double support : {-0.1, 1.0001, std::nan(""), HUGE_VAL}) {
    Mine(with(support, 0, 0), grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_THAT(Fields(), ElementsAre("min_support"));
  }
  for (const double lift : {-1.0, 0.999, 1000.1, std::nan("")}) {
    Mine(with(0, lift, 0), grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_THAT(Fields(), ElementsAre("min_lift"));
  }
  for (const int64_t accounts : {int64_t{-1}, int64_t{1'000'000'001}}) {
    Mine(with(0, 0, accounts), grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_THAT(Fields(), ElementsAre("min_accounts"));
  }
  v1::MineAffinityRequest filtered;
  filtered.set_filter("colour = \"red\"");
  Mine(filtered, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(Fields(), ElementsAre("filter"));
}

TEST_F(AffinityRpcTest, OffersSayWhyWhatTheyEarnAndWhatIsInTheWay) {
  AddProduct("pro", "family: 'wms' ladder_rank: 1 annual_price { units: 1000 } margin: 0.5");
  AddProduct("gold", "family: 'wms' ladder_rank: 2 annual_price { units: 3000 } margin: 0.5");
  Buyer("acme", {"pro"}, "lifetime_value { units: 5000 }");
  v1::ListOffersRequest request;
  request.set_parent("accounts/acme");
  const v1::ListOffersResponse answer = Offers(request);
  EXPECT_EQ(answer.account(), "accounts/acme");
  EXPECT_EQ(answer.lifetime_value().units(), 5000);
  EXPECT_EQ(answer.total_size(), 1);
  ASSERT_EQ(answer.offers_size(), 1);
  const v1::Offer& offer = answer.offers(0);
  EXPECT_EQ(offer.assessment().motion(), v1::MOTION_PLAN);
  EXPECT_EQ(offer.assessment().product(), "products/gold");
  EXPECT_EQ(offer.yearly_gain().units(), 2000);
  EXPECT_EQ(offer.yearly_margin().units(), 1000);
  EXPECT_EQ(offer.margin(), 0.5);
  ASSERT_EQ(offer.grounds_size(), 1);
  EXPECT_EQ(offer.grounds(0).kind(), v1::OfferGround::KIND_LADDER);
  EXPECT_EQ(offer.grounds(0).subject(), "pro");
  // Nothing is known of their usage or sentiment: not to be pitched to, and it says why.
  EXPECT_EQ(offer.assessment().verdict(), v1::VERDICT_UNKNOWN);
  EXPECT_GT(offer.assessment().reasons_size(), 0);
}

TEST_F(AffinityRpcTest, PagesAreOfOneListWhateverChangesInBetween) {
  AddProduct("pro", "related: 'products/a' related: 'products/b' related: 'products/c'");
  for (const char* id : {"a", "b", "c"}) AddProduct(id, "annual_price { units: 10 } margin: 0.5");
  Buyer("acme", {"pro"});
  v1::ListOffersRequest request;
  request.set_parent("accounts/acme");
  request.set_page_size(2);
  const v1::ListOffersResponse first = Offers(request);
  EXPECT_THAT(Products(first), ElementsAre("products/a", "products/b"));
  EXPECT_EQ(first.total_size(), 3);
  clock_.Advance(absl::Hours(1));
  Record({FactOf("acme", "more",
                 "purchase { product: 'products/a' date { year: 2026 month: 1 day: 6 } }")});
  request.set_page_token(first.next_page_token());
  const v1::ListOffersResponse second = Offers(request);
  EXPECT_THAT(Products(second), ElementsAre("products/c"));
  EXPECT_EQ(second.revision(), first.revision());
  EXPECT_THAT(second.next_page_token(), IsEmpty());
  request.clear_page_token();
  EXPECT_THAT(Products(Offers(request)), ElementsAre("products/b", "products/c"));
}

TEST_F(AffinityRpcTest, OffersAreRefusedWhereTheQuestionMakesNoSense) {
  v1::ListOffersRequest request;
  Offers(request, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(Fields(), ElementsAre("parent"));
  request.set_parent("accounts/nobody");
  Offers(request, grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(Reason(), "ACCOUNT_NOT_FOUND");
  MakeAccount("acme");
  request.set_parent("accounts/acme");
  EXPECT_THAT(Offers(request).offers(), IsEmpty()) << "without a catalogue nothing is offered";
  request.set_motion(v1::MOTION_RENEWAL);
  Offers(request, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(Fields(), ElementsAre("motion"));
  request.set_motion(v1::MOTION_PLAN);
  EXPECT_THAT(Offers(request).offers(), IsEmpty());
  request.set_page_size(-1);
  request.set_page_token("made up");
  Offers(request, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(Fields(), ElementsAre("page_size", "page_token"));
}

}  // namespace
}  // namespace kizuna::server
