// SPDX-License-Identifier: Apache-2.0
//
// Are two facts the same exactly when nothing that matters differs? And are the bytes what they
// were when the first facts were fingerprinted?

#include "server/engine/canonical.h"

#include <set>
#include <string>

#include "absl/strings/escaping.h"
#include "gtest/gtest.h"
#include "tests/engine/account.h"

namespace kizuna::engine {
namespace {

using testing::D;
using testing::T;
using testing::Units;

Fact Answer() {
  SurveyContent answer;
  answer.kind = SurveyContent::Kind::kNps;
  answer.score = Units(9);
  answer.respondent = 7;
  Fact fact;
  fact.account = "acme";
  fact.source = "crm";
  fact.id = "a-1";
  fact.observed_at = T("2024-06-10T00:00:00Z");
  fact.content = answer;
  return fact;
}

TEST(CanonicalFactTest, TheIdentityIsNotPartOfIt) {
  Fact other = Answer();
  other.account = "globex";
  other.source = "survey";
  other.id = "b-2";
  EXPECT_EQ(CanonicalFact(other), CanonicalFact(Answer()));
}

TEST(CanonicalFactTest, EverythingElseIs) {
  std::set<std::string> bytes = {CanonicalFact(Answer())};
  const auto differs = [&](const Fact& fact) { return bytes.insert(CanonicalFact(fact)).second; };
  Fact fact = Answer();
  fact.version = 1;
  EXPECT_TRUE(differs(fact));
  fact = Answer();
  fact.observed_at++;
  EXPECT_TRUE(differs(fact));
  fact = Answer();
  fact.retracted = true;
  EXPECT_TRUE(differs(fact));
  fact = Answer();
  fact.words[15] = 1;
  EXPECT_TRUE(differs(fact));
  fact = Answer();
  std::get<SurveyContent>(fact.content).respondent = kNobody;
  EXPECT_TRUE(differs(fact));
  fact = Answer();
  fact.content = RecoveryContent{7};
  EXPECT_TRUE(differs(fact));
}

TEST(CanonicalFactTest, AnInstantThatNobodyStatedDoesNotTellFactsApart) {
  Fact first = Answer(), second = Answer();
  first.observed_at_given = second.observed_at_given = false;
  second.observed_at += 5;
  EXPECT_EQ(CanonicalFact(first), CanonicalFact(second));
  EXPECT_NE(CanonicalFact(first), CanonicalFact(Answer()));
}

TEST(CanonicalFactTest, TheEpochIsAnInstant) {
  Fact at_epoch = Answer(), never_stated = Answer();
  at_epoch.observed_at = never_stated.observed_at = 0;
  never_stated.observed_at_given = false;
  EXPECT_NE(CanonicalFact(at_epoch), CanonicalFact(never_stated));
}

// Fingerprints of stored facts rest on these bytes: they may never change.
TEST(CanonicalFactTest, TheBytesAreWhatTheyWere) {
  // version 0 left out; observed_at stated, then 1717977600000000; content 18, a survey: kind 1,
  // score 9000000, scale_min 0 left out, scale_max 10000000, respondent 7; all zigzag.
  EXPECT_EQ(absl::BytesToHexString(CanonicalFact(Answer())),
            "0202038080a4c9ba9f8d06120e01020280d1ca080480dac409050e");
}

TEST(CanonicalStateTest, NothingKnownIsNotAnEmptyList) {
  testing::Account account;
  account.Profile("segment", "", T("2024-06-10"));
  EXPECT_NE(CanonicalState(account.Folded()), CanonicalState(State()));
}

}  // namespace
}  // namespace kizuna::engine
