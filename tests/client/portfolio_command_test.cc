// SPDX-License-Identifier: Apache-2.0
//
// How do `portfolio`, `model coverage` and the filters' flags look, and what do they ask? Against a
// fake of their service alone.

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "client/cli/display_text.h"
#include "client/cli/run.h"
#include "kizuna/v1/portfolio_service.grpc.pb.h"

namespace kizuna::cli {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class FakePortfolio final : public v1::PortfolioService::Service {
 public:
  grpc::Status GetPortfolio(grpc::ServerContext*, const v1::GetPortfolioRequest* request,
                            v1::GetPortfolioResponse* response) override {
    asked = *request;
    response->mutable_as_of()->set_seconds(1'795'000'000);
    response->set_rulebook_number(3);
    Fill(4, 1'234'567, response->mutable_total()->mutable_figures());
    if (request->group_by() != v1::PORTFOLIO_GROUPING_UNSPECIFIED) {
      v1::PortfolioGroup* group = response->add_groups();
      group->set_key("鈴木");
      Fill(3, 1'000'000, group->mutable_figures());
      v1::PortfolioGroup* nobody = response->add_groups();
      Fill(1, 234'567, nobody->mutable_figures());
    }
    if (request->has_since_date() || request->has_since()) {
      response->mutable_since()->set_seconds(1'790'000'000);
      Fill(5, 1'234'000, response->mutable_total()->mutable_before());
      for (auto& group : *response->mutable_groups()) Fill(2, 1, group.mutable_before());
    }
    return grpc::Status::OK;
  }

  grpc::Status GetModelCoverage(grpc::ServerContext*, const v1::GetModelCoverageRequest* request,
                                v1::GetModelCoverageResponse* response) override {
    asked_coverage = *request;
    response->set_rulebook_number(3);
    v1::ModelCoverage* model = response->add_models();
    model->set_model("standard");
    model->set_account_count(4);
    model->set_under_minimum_count(1);
    model->set_minimum_coverage(0.6);
    model->set_mean_coverage(0.75);
    v1::MeasureCoverage* measure = model->add_measures();
    measure->set_dimension("usage");
    measure->set_feature("usage.activity.trend(28)");
    measure->set_share(0.25);
    measure->set_missing_count(2);
    measure->set_too_old_count(1);
    measure->set_share_without(0.75);
    v1::GateCoverage* gate = model->add_gates();
    gate->set_code("SENTIMENT_STALE");
    gate->set_needs_evidence(true);
    gate->set_missing_count(1);
    gate->set_closed_count(1);
    gate->set_share_without(0.25);
    model->add_gates()->set_code("HOLD");
    return grpc::Status::OK;
  }

  v1::GetPortfolioRequest asked;
  v1::GetModelCoverageRequest asked_coverage;

 private:
  static void Fill(int accounts, int64_t revenue, v1::PortfolioFigures* figures) {
    figures->set_account_count(accounts);
    v1::BandCount* green = figures->add_bands();
    green->set_band(v1::BAND_GREEN);
    green->set_account_count(accounts);
    for (v1::Money* money : {figures->mutable_recurring_revenue(), figures->mutable_revenue_ready(),
                             figures->mutable_retention()->mutable_revenue_at_start()}) {
      money->set_currency_code("JPY");
      money->set_units(revenue);
    }
    if (accounts > 1) figures->set_nps(-12.5);
    figures->mutable_retention()->set_net_retention(0.9 + 0.1 * accounts);
  }
};

struct Done {
  int code;
  std::string out;
  std::string err;
};

class PortfolioCommandTest : public testing::Test {
 protected:
  PortfolioCommandTest() {
    int port = 0;
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    ::setenv("KIZUNA_SERVER", absl::StrCat("127.0.0.1:", port).c_str(), 1);
    ::unsetenv("KIZUNA_TOKEN");
    ::unsetenv("KIZUNA_LANG");
  }

  Done Kizuna(const std::vector<std::string>& arguments) {
    std::istringstream in;
    std::ostringstream out, err;
    Terminal streams;
    streams.in = &in;
    streams.out = &out;
    streams.err = &err;
    const int code = cli::Run(arguments, streams);
    return {code, out.str(), err.str()};
  }
  static void ExpectFits(const std::string& text) {
    for (const absl::string_view line : absl::StrSplit(text, '\n')) {
      EXPECT_LE(DisplayWidth(line), 80) << line;
    }
  }

  FakePortfolio service_;
  std::unique_ptr<grpc::Server> server_;
};

TEST_F(PortfolioCommandTest, TheWholeIsALineAFigure) {
  const Done done = Kizuna({"portfolio"});
  EXPECT_EQ(0, done.code) << done.err;
  EXPECT_THAT(done.out, HasSubstr("rulebook 3"));
  EXPECT_THAT(done.out, HasSubstr("1,234,567"));
  EXPECT_THAT(done.out, HasSubstr("130.0 %"));
  EXPECT_THAT(done.out, Not(HasSubstr("change")));
  ExpectFits(done.out);
}

TEST_F(PortfolioCommandTest, GroupsAndChangesFitATerminal) {
  const Done done = Kizuna({"portfolio", "--by", "owner", "--since", "2026-06-30"});
  EXPECT_EQ(0, done.code) << done.err;
  EXPECT_EQ(v1::PORTFOLIO_GROUPING_OWNER, service_.asked.group_by());
  EXPECT_EQ(30, service_.asked.since_date().day());
  EXPECT_THAT(done.out, HasSubstr("鈴木"));
  EXPECT_THAT(done.out, HasSubstr("+567"));
  EXPECT_THAT(done.out, HasSubstr("-10.0 pt"));
  EXPECT_THAT(done.out, HasSubstr("Change of revenue"));
  ExpectFits(done.out);
}

TEST_F(PortfolioCommandTest, JsonHasEveryFigureAndNullsForWhatIsNotThere) {
  const Done done = Kizuna({"portfolio", "--by", "product", "--format", "json"});
  EXPECT_THAT(done.out, HasSubstr("\"recurring_revenue\": 1234567"));
  EXPECT_THAT(done.out, HasSubstr("\"renewal_rate\": null"));
  EXPECT_THAT(done.out, HasSubstr("\"since\": null"));
  EXPECT_THAT(done.out, HasSubstr("\"group_by\": \"PRODUCT\""));
  EXPECT_THAT(done.out, HasSubstr("\"before\": null"));
}

TEST_F(PortfolioCommandTest, CsvHasALineForTheWholeAndEachGroupTwiceWhenCompared) {
  const Done done =
      Kizuna({"portfolio", "--by", "tier", "--since", "2026-06-30", "--format", "csv"});
  EXPECT_THAT(done.out, StartsWith("group_by,key,when,accounts,green,"));
  const std::vector<std::string> lines = absl::StrSplit(done.out, '\n', absl::SkipEmpty());
  ASSERT_EQ(lines.size(), 7u);
  EXPECT_THAT(lines[1], StartsWith(",,NOW,4,4,"));
  EXPECT_THAT(lines[2], StartsWith(",,BEFORE,5,5,"));
  EXPECT_THAT(lines[3], StartsWith("TOUCH_TIER,鈴木,NOW,3,"));
}

TEST_F(PortfolioCommandTest, TheFlagsOfAFilterAreOneConjunction) {
  const Done done =
      Kizuna({"portfolio", "--owner", "sato", "--tier", "high", "--cell", "none", "--product",
              "wms", "--gate", "hold", "--renewal-within", "90", "--filter", "verdict = DENY"});
  EXPECT_EQ(0, done.code) << done.err;
  EXPECT_EQ(service_.asked.filter(),
            "owner = \"sato\" AND touch_tier = \"HIGH\" AND cell = NONE AND product = \"wms\" AND "
            "gate = \"HOLD\" AND renewal <= 90 AND verdict = DENY");
}

TEST_F(PortfolioCommandTest, WhatMakesNoSenseIsRefused) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"portfolio", "--cell", "e"},
        {"portfolio", "--renewal-within", "-1"},
        {"portfolio", "--renewal-within", "3651"},
        {"portfolio", "--renewal-within", "soon"},
        {"portfolio", "--by", "colour"},
        {"portfolio", "--since", "yesterday"},
        {"model"},
        {"model", "coverage", "--rulebook", "/no/such/file"}}) {
    EXPECT_EQ(2, Kizuna(arguments).code) << arguments.back();
  }
  EXPECT_EQ(0, Kizuna({"portfolio", "--renewal-within", "3650"}).code);
  EXPECT_EQ(0, Kizuna({"portfolio", "--renewal-within", "0"}).code);
}

TEST_F(PortfolioCommandTest, CoverageSaysWhatIsMissing) {
  const Done done = Kizuna({"model", "coverage", "--segment", "smb"});
  EXPECT_EQ(0, done.code) << done.err;
  EXPECT_EQ(service_.asked_coverage.filter(), "segment = \"smb\"");
  EXPECT_THAT(done.out, HasSubstr("Model standard"));
  EXPECT_THAT(done.out, HasSubstr("usage.activity.trend(28)"));
  EXPECT_THAT(done.out, HasSubstr("75 %"));
  EXPECT_THAT(done.out, Not(HasSubstr("HOLD"))) << "it needs no evidence";
  ExpectFits(done.out);
  const Done csv = Kizuna({"model", "coverage", "--format", "csv"});
  EXPECT_THAT(csv.out, HasSubstr("standard,GATE,,SENTIMENT_STALE,,4,1,,1,0.25\n"));
  EXPECT_THAT(Kizuna({"model", "coverage", "--format", "json"}).out,
              HasSubstr("\"needs_evidence\": false"));
}

}  // namespace
}  // namespace kizuna::cli
