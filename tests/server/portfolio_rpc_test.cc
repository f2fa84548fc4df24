// SPDX-License-Identifier: Apache-2.0
//
// Does the portfolio add up, today, as of a past day, and by group; and does a call that nobody
// waits for end?

#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "gmock/gmock.h"
#include "kizuna/v1/portfolio_service.grpc.pb.h"
#include "server/convert/values.h"
#include "server/limits.h"
#include "tests/server/rpc_fixture.h"

namespace kizuna::server {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class PortfolioRpcTest : public RpcTest {
 protected:
  PortfolioRpcTest() : portfolio_(v1::PortfolioService::NewStub(server_->InProcessChannel())) {}

  v1::GetPortfolioResponse Get(const v1::GetPortfolioRequest& request,
                               grpc::StatusCode expected = grpc::StatusCode::OK) {
    return Call(portfolio_, &v1::PortfolioService::Stub::GetPortfolio, request, expected);
  }
  v1::GetModelCoverageResponse Cover(const v1::GetModelCoverageRequest& request,
                                     grpc::StatusCode expected = grpc::StatusCode::OK) {
    return Call(portfolio_, &v1::PortfolioService::Stub::GetModelCoverage, request, expected);
  }

  // The day so many days ago, as a message's text.
  std::string Ago(int days) {
    const absl::CivilDay day =
        absl::ToCivilDay(absl::FromUnixMicros(clock_.Now()), absl::UTCTimeZone()) - days;
    return absl::StrCat("{ year: ", day.year(), " month: ", day.month(), " day: ", day.day(), " }");
  }
  v1::Fact FactAgo(const std::string& account, const std::string& id, int days,
                   const std::string& text) {
    v1::Fact fact = FactOf(account, id, text);
    *fact.mutable_observed_at() = convert::TimestampOf(clock_.Now() - days * engine::kMicrosPerDay);
    return fact;
  }
  // An account, known for 500 days, with a subscription since then.
  void Subscribe(const std::string& account, const std::string& product, int price,
                 const std::string& profile, int ended_ago = -1) {
    const std::string end = ended_ago < 0 ? "" : absl::StrCat(" end_date ", Ago(ended_ago));
    Record({FactAgo(account, "profile", 500, absl::StrCat("profile { ", profile, " }")),
            FactAgo(account, absl::StrCat("s-", product), 500,
                    absl::StrCat("subscription { subscription_id: '", product, "' product: '",
                                 "products/", product, "' annual_price { units: ", price,
                                 " } start_date ", Ago(500), end, " }"))});
  }
  static v1::Date DateAgo(engine::Instant now, int days) {
    return convert::ToWire(static_cast<engine::Day>(now / engine::kMicrosPerDay) - days);
  }

  std::unique_ptr<v1::PortfolioService::Stub> portfolio_;
};

TEST_F(PortfolioRpcTest, AnEmptyBookHasNothing) {
  const auto portfolio = Get({});
  const v1::PortfolioFigures& figures = portfolio.total().figures();
  EXPECT_EQ(figures.account_count(), 0);
  EXPECT_THAT(figures.bands(), IsEmpty());
  EXPECT_FALSE(figures.has_nps());
  EXPECT_FALSE(figures.retention().has_renewal_rate());
  EXPECT_FALSE(portfolio.total().has_before());
  EXPECT_FALSE(portfolio.has_since());
  EXPECT_THAT(portfolio.groups(), IsEmpty());
  EXPECT_EQ(portfolio.rulebook_number(), 1u);
}

TEST_F(PortfolioRpcTest, GroupsAddUpToTheWholeAndProductsCountTheirOwnRevenue) {
  Subscribe("a", "wms", 100, "owner: 'kim' segment: 'smb'");
  Subscribe("b", "wms", 30, "owner: 'kim' segment: 'big'");
  Subscribe("b", "bi", 20, "owner: 'kim' segment: 'big'");
  Subscribe("c", "wms", 5, "owner: 'sato' segment: 'smb'", 10);  // it ended
  MakeAccount("d");
  Record({FactOf("a", "n", "survey { kind: KIND_NPS score: 10 contact_id: 'c' }"),
          FactOf("b", "n", "survey { kind: KIND_NPS score: 0 contact_id: 'c' }")});
  v1::GetPortfolioRequest request;
  request.set_group_by(v1::PORTFOLIO_GROUPING_OWNER);
  auto portfolio = Get(request);
  const v1::PortfolioFigures& total = portfolio.total().figures();
  EXPECT_EQ(total.account_count(), 4);
  EXPECT_EQ(total.recurring_revenue().units(), 150);
  EXPECT_EQ(total.revenue_at_risk().units(), 50) << "b is dissatisfied";
  EXPECT_EQ(total.revenue_unknown().units(), 100);
  EXPECT_EQ(total.nps(), 0);
  EXPECT_EQ(total.nps_answers(), 2);
  EXPECT_EQ(total.retention().revenue_at_start().units(), 155);
  EXPECT_EQ(total.retention().revenue_kept().units(), 150);
  EXPECT_EQ(total.retention().due_count(), 1);
  EXPECT_EQ(total.retention().renewal_rate(), 0);
  ASSERT_EQ(portfolio.groups_size(), 3);
  EXPECT_EQ(portfolio.groups(0).key(), "");
  EXPECT_EQ(portfolio.groups(1).key(), "kim");
  EXPECT_EQ(portfolio.groups(1).figures().recurring_revenue().units(), 150);
  EXPECT_EQ(portfolio.groups(2).key(), "sato");
  EXPECT_EQ(portfolio.groups(2).figures().retention().gross_retention(), 0);

  request.set_group_by(v1::PORTFOLIO_GROUPING_PRODUCT);
  portfolio = Get(request);
  ASSERT_EQ(portfolio.groups_size(), 3);
  EXPECT_EQ(portfolio.groups(0).key(), "");
  EXPECT_EQ(portfolio.groups(0).figures().account_count(), 2) << "c and d own nothing";
  EXPECT_EQ(portfolio.groups(1).key(), "products/bi");
  EXPECT_EQ(portfolio.groups(1).figures().recurring_revenue().units(), 20);
  EXPECT_EQ(portfolio.groups(2).key(), "products/wms");
  EXPECT_EQ(portfolio.groups(2).figures().account_count(), 2);
  EXPECT_EQ(portfolio.groups(2).figures().retention().revenue_at_start().units(), 135);

  request.set_group_by(v1::PORTFOLIO_GROUPING_UNSPECIFIED);
  request.set_filter("product = bi AND owner = kim");
  EXPECT_EQ(Get(request).total().figures().account_count(), 1);
}

TEST_F(PortfolioRpcTest, AChangeIsBetweenTheAnswersOfBothDays) {
  Subscribe("a", "wms", 100, "owner: 'kim'");
  Subscribe("b", "wms", 30, "owner: 'kim'", 10);
  MakeAccount("new");
  v1::GetPortfolioRequest request;
  *request.mutable_since_date() = DateAgo(clock_.Now(), 30);
  request.set_group_by(v1::PORTFOLIO_GROUPING_OWNER);
  const auto changed = Get(request);
  EXPECT_EQ(changed.total().figures().account_count(), 3);
  EXPECT_EQ(changed.total().before().account_count(), 2) << "new was not known yet";
  EXPECT_EQ(changed.total().figures().recurring_revenue().units(), 100);
  EXPECT_EQ(changed.total().before().recurring_revenue().units(), 130);
  v1::GetPortfolioRequest past;
  *past.mutable_as_of_date() = request.since_date();
  past.set_group_by(v1::PORTFOLIO_GROUPING_OWNER);
  const auto before = Get(past);
  EXPECT_EQ(before.total().figures().SerializeAsString(),
            changed.total().before().SerializeAsString());
  EXPECT_EQ(before.as_of().seconds(), changed.since().seconds());
  ASSERT_EQ(changed.groups_size(), 2);
  EXPECT_EQ(changed.groups(1).before().SerializeAsString(),
            before.groups(0).figures().SerializeAsString());
}

TEST_F(PortfolioRpcTest, LeaksOfAYearAreCounted) {
  Subscribe("a", "wms", 100, "owner: 'kim'");
  const std::string pitch =
      "interaction { kind: KIND_PITCH direction: DIRECTION_OUTBOUND motion: MOTION_SEATS }";
  Record({FactAgo("a", "p1", 5, pitch), FactAgo("a", "p2", 400, pitch)});
  EXPECT_EQ(Get({}).total().figures().leaks(), 1);
  v1::GetPortfolioRequest past;
  *past.mutable_as_of_date() = DateAgo(clock_.Now(), 6);
  EXPECT_EQ(Get(past).total().figures().leaks(), 0) << "one to come, the other too old";
  *past.mutable_as_of_date() = DateAgo(clock_.Now(), 300);
  EXPECT_EQ(Get(past).total().figures().leaks(), 1);
}

TEST_F(PortfolioRpcTest, AWrongRequestIsRefusedFieldByField) {
  v1::GetPortfolioRequest request;
  request.set_group_by(static_cast<v1::PortfolioGrouping>(99));
  Get(request, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(Fields(), ElementsAre("group_by"));
  request.Clear();
  request.set_filter("colour = red");
  *request.mutable_as_of_date() = DateAgo(clock_.Now(), -1);
  request.mutable_since_date()->set_year(2026);
  Get(request, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(Fields(), testing::Contains("filter"));
  EXPECT_THAT(Fields(), testing::Contains("as_of_date"));
  EXPECT_THAT(Fields(), testing::Contains(testing::StartsWith("since_date")));
  request.Clear();
  *request.mutable_since_date() = DateAgo(clock_.Now(), 0);
  Get(request, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(Fields(), ElementsAre("since_date")) << "the end of today is to come";
  *request.mutable_since_date() = DateAgo(clock_.Now(), 10);
  *request.mutable_as_of_date() = DateAgo(clock_.Now(), 10);
  Get(request, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(Fields(), ElementsAre("since_date"));
  *request.mutable_since_date() = DateAgo(clock_.Now(), 11);
  Get(request);
}

TEST_F(PortfolioRpcTest, GroupsAreUpToTheirLimit) {
  std::vector<v1::Fact> facts;
  for (size_t i = 0; i < limits::kMaxPortfolioGroups; ++i) {
    facts.push_back(
        FactOf(absl::StrCat("a", i), "profile", absl::StrCat("profile { owner: 'o", i, "' }")));
  }
  Record(facts);
  v1::GetPortfolioRequest request;
  request.set_group_by(v1::PORTFOLIO_GROUPING_OWNER);
  EXPECT_EQ(Get(request).groups_size(), 1000);
  MakeAccount("one-more");  // without an owner: a group of its own
  Get(request, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(Fields(), ElementsAre("group_by"));
}

TEST_F(PortfolioRpcTest, AClientThatIsLateOrGoneEndsIt) {
  std::vector<v1::Fact> facts;
  for (int i = 0; i < 900; ++i) {
    facts.push_back(FactOf(absl::StrCat("a", i), "profile", "profile { }"));
  }
  Record(facts);
  v1::GetPortfolioRequest request;
  *request.mutable_since_date() = DateAgo(clock_.Now(), 30);
  grpc::ClientContext late;
  late.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(20));
  v1::GetPortfolioResponse response;
  EXPECT_EQ(portfolio_->GetPortfolio(&late, request, &response).error_code(),
            grpc::StatusCode::DEADLINE_EXCEEDED);
  grpc::ClientContext gone;
  std::thread leaver([&gone] {
    absl::SleepFor(absl::Milliseconds(20));
    gone.TryCancel();
  });
  EXPECT_EQ(portfolio_->GetPortfolio(&gone, request, &response).error_code(),
            grpc::StatusCode::CANCELLED);
  leaver.join();
  // The workers are free again, and a server that stops does not wait for the rest.
  EXPECT_EQ(Get({}).total().figures().account_count(), 900);
}

TEST_F(PortfolioRpcTest, CoverageIsOfTheRulesInForceOrOfThoseThatAreTried) {
  MakeAccount("silent");
  Subscribe("asked", "wms", 100, "owner: 'kim'");
  Record({FactOf("asked", "n", "survey { kind: KIND_NPS score: 10 contact_id: 'c' }")});
  const auto coverage = Cover({});
  ASSERT_EQ(coverage.models_size(), 1);
  const v1::ModelCoverage& model = coverage.models(0);
  EXPECT_EQ(model.account_count(), 2);
  EXPECT_EQ(coverage.rulebook_number(), 1u);
  double shares = 0;
  for (const v1::MeasureCoverage& measure : model.measures()) {
    shares += measure.share();
    EXPECT_EQ(measure.share_without(), (measure.missing_count() + measure.too_old_count()) / 2.0);
  }
  EXPECT_NEAR(shares, 1, 1e-9);
  const auto gate = [](const v1::ModelCoverage& of, const std::string& code) {
    for (const v1::GateCoverage& each : of.gates()) {
      if (each.code() == code) return each;
    }
    return v1::GateCoverage();
  };
  EXPECT_EQ(gate(model, "DISSATISFIED").missing_count(), 1);
  EXPECT_EQ(gate(model, "SENTIMENT_STALE").share_without(), 0.5);
  EXPECT_EQ(gate(model, "SENTIMENT_STALE").closed_count(), 1);
  EXPECT_FALSE(gate(model, "HOLD").needs_evidence());
  EXPECT_EQ(gate(model, "VALUE_NOT_REALISED").code(), "") << "not of starter";

  v1::GetRulebookRequest standard;
  standard.set_name("rulebooks/standard");
  v1::GetModelCoverageRequest request;
  request.set_rules_text(
      Call(rulebooks_, &v1::RulebookService::Stub::GetRulebook, standard).text());
  const auto tried = Cover(request);
  EXPECT_EQ(tried.rulebook_number(), 0u);
  EXPECT_EQ(gate(tried.models(0), "VALUE_NOT_REALISED").missing_count(), 2);
  request.set_filter("owner = kim");
  EXPECT_EQ(Cover(request).models(0).account_count(), 1);
  request.set_rules_text("models { nonsense }");
  Cover(request, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(Fields(), testing::Not(IsEmpty()));
}

TEST_F(PortfolioRpcTest, ReadyRowsSayListWhatAndPace) {
  Subscribe("a", "wms", 100, "owner: 'kim' aliases { system: 'target-list' id: 'autumn' }");
  Record({FactOf("a", "c",
                 "interaction { kind: KIND_CALL direction: DIRECTION_OUTBOUND unsolicited: true "
                 "two_way: true }")});
  v1::ListReadyRequest request;
  for (const v1::Verdict verdict : {v1::VERDICT_ALLOW, v1::VERDICT_DENY, v1::VERDICT_UNKNOWN}) {
    request.add_verdicts(verdict);
  }
  request.set_filter("product = wms AND cell = NONE");
  const auto ready = Call(readiness_, &v1::ReadinessService::Stub::ListReady, request);
  ASSERT_EQ(ready.accounts_size(), 1);
  const v1::Lwp& lwp = ready.accounts(0).lwp();
  EXPECT_EQ(lwp.list(), "autumn");
  EXPECT_FALSE(lwp.has_what());
  EXPECT_EQ(lwp.contacts(), 1);
  EXPECT_EQ(lwp.orders(), 0);
  EXPECT_EQ(lwp.days_since_contact(), 0);
}

}  // namespace
}  // namespace kizuna::server
