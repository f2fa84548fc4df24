// SPDX-License-Identifier: Apache-2.0
//
// Is everything counted that a model has no evidence for, and nothing else?

#include "server/engine/model_coverage.h"

#include <string>

#include "gtest/gtest.h"
#include "tests/engine/account.h"

namespace kizuna::engine {
namespace {

using testing::Account;
using testing::D;
using testing::Standard;
using testing::Starter;
using testing::T;

constexpr char kNow[] = "2024-06-01";

class ModelCoverageTest : public ::testing::Test {
 protected:
  void Use(std::shared_ptr<const Rulebook> book) {
    book_ = std::move(book);
    tallies_ = EmptyTallies(*book_);
  }
  void Add(const Account& account) { AddCoverage(account.Folded(), *book_, T(kNow), tallies_); }
  const GateTally& GateOf(absl::string_view code) {
    const auto& gates = book_->models()[0].gates;
    for (size_t i = 0; i < gates.size(); ++i) {
      if (gates[i].spec.code == code) return tallies_[0].gates[i];
    }
    ADD_FAILURE() << code;
    return tallies_[0].gates[0];
  }

  std::shared_ptr<const Rulebook> book_;
  std::vector<ModelTally> tallies_;
};

TEST_F(ModelCoverageTest, OfAnAccountOfWhichNothingIsKnownAllIsMissing) {
  Use(Standard());
  Add(Account());
  const ModelTally& tally = tallies_[0];
  EXPECT_EQ(tally.accounts, 1);
  EXPECT_EQ(tally.under_minimum, 1);
  EXPECT_EQ(tally.coverage_sum, 0);
  for (const MeasureTally& measure : tally.measures) {
    EXPECT_EQ(measure.missing, 1);
    EXPECT_EQ(measure.too_old, 0);
  }
  EXPECT_EQ(GateOf("DISSATISFIED").missing, 1);
  EXPECT_EQ(GateOf("DISSATISFIED").closed, 0) << "missing opens it";
  EXPECT_EQ(GateOf("SENTIMENT_STALE").closed, 1) << "missing is UNKNOWN";
  EXPECT_EQ(GateOf("EVIDENCE_THIN").closed, 1);
  EXPECT_EQ(GateOf("VALUE_NOT_REALISED").missing, 1);
  EXPECT_EQ(GateOf("HOLD").missing, 0);
}

TEST_F(ModelCoverageTest, WhatIsKnownIsNotMissing) {
  Use(Starter());
  Account account;
  account.Healthy(D(kNow));
  Add(account);
  Add(Account());
  const ModelTally& tally = tallies_[0];
  EXPECT_EQ(tally.accounts, 2);
  EXPECT_EQ(tally.under_minimum, 1);
  EXPECT_GT(tally.coverage_sum, 0.4);
  EXPECT_LE(tally.coverage_sum, 1);
  EXPECT_EQ(GateOf("DISSATISFIED").missing, 1) << "one of its conditions is known";
  EXPECT_EQ(GateOf("SENTIMENT_STALE").missing, 1);
  EXPECT_EQ(GateOf("EVIDENCE_THIN").missing, 1);
}

TEST_F(ModelCoverageTest, EvidenceThatIsTooOldIsCountedApart) {
  Use(Starter());
  Account account;
  account.Nps(1, 10, T("2020-01-01"));
  Add(account);
  int64_t too_old = 0, missing = 0;
  for (const MeasureTally& measure : tallies_[0].measures) {
    too_old += measure.too_old;
    missing += measure.missing;
  }
  EXPECT_EQ(too_old + missing, static_cast<int64_t>(tallies_[0].measures.size()));
  EXPECT_EQ(GateOf("SENTIMENT_STALE").missing, 0) << "its age is known";
}

TEST_F(ModelCoverageTest, EachAccountCountsForItsOwnModel) {
  Use(Starter([](Rulebook::Parts& p) {
    p.rules.models.push_back(p.rules.models[0]);
    p.rules.models[1].name = "retail";
    p.rules.models[1].segments = {"retail"};
  }));
  Account retail;
  retail.Profile("segment", "retail", T("2024-01-01"));
  Add(retail);
  Add(Account());
  Add(Account());
  EXPECT_EQ(tallies_[0].accounts, 2);
  EXPECT_EQ(tallies_[1].accounts, 1);
}

TEST_F(ModelCoverageTest, WhatIsJudgedByWhatWasDoneNeedsNoEvidence) {
  Use(Standard());
  for (const Gate& gate : book_->models()[0].gates) {
    const bool done = gate.spec.code == "HOLD" || gate.spec.code == "RESERVED" ||
                      gate.spec.code == "OPT_OUT" || gate.spec.code == "COOLING_OFF" ||
                      gate.spec.code == "CONTACT_FATIGUE" || gate.spec.code == "LOYALTY_LOW" ||
                      gate.spec.code == "ALREADY_OWNS" || gate.spec.code == "FEED_SILENT";
    EXPECT_EQ(NeedsEvidence(gate), !done) << gate.spec.code;
  }
}

}  // namespace
}  // namespace kizuna::engine
