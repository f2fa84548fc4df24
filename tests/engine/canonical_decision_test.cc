// SPDX-License-Identifier: Apache-2.0
//
// Are two answers the same exactly when nothing that they tell differs? And are the bytes what they
// were when the first ids were given out?

#include "server/engine/canonical_decision.h"

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "gtest/gtest.h"
#include "tests/engine/account.h"

namespace kizuna::engine {
namespace {

using testing::Starter;
using testing::T;

// One gate of everything that a reason can tell.
Gate Dissatisfied() {
  Gate gate;
  gate.spec.code = "DISSATISFIED";
  gate.spec.motions = {Motion::kSeats, Motion::kPlan};
  gate.spec.remedy = "call them";
  gate.spec.who_can_act = "owner";
  return gate;
}

// An answer that tells something in every field. Copies are changed one field at a time.
struct Told {
  Gate gate = Dissatisfied();
  Card card;
  Decision decision;
  std::shared_ptr<const Rulebook> rulebook = Starter([](Rulebook::Parts& parts) {
    for (const char* id : {"suite", "wms"}) {
      Product product;
      product.id = id;
      parts.products.push_back(product);
    }
  });

  Told() {
    card.health.score = 61.5;
    card.health.band = Band::kYellow;
    card.health.coverage = 0.75;
    card.valid_until = T("2024-06-11T00:00:00Z");
    decision.verdict = Verdict::kDeny;
    decision.option.motion = Motion::kSeats;
    decision.option.product = 0;
    decision.option.readiness.score = 40;
    decision.changes_at = T("2024-06-20T00:00:00Z");
    Reason reason;
    reason.gate = &gate;
    reason.effect = Effect::kDeny;
    reason.opens_at = T("2024-06-20T00:00:00Z");
    Reason::Item item;
    item.feature = "nps.key_detractor";
    item.value = 1;
    item.comparison = Comparison::kAtLeast;
    item.threshold = 1;
    const Stamp stamp{T("2024-06-09"), "survey", "n-1"};
    item.facts.push_back({"nps", 77, stamp, stamp.observed_at});
    reason.items.push_back(item);
    decision.reasons.push_back(reason);
  }
  Told(const Told& other) : gate(other.gate), card(other.card), decision(other.decision) {
    rulebook = other.rulebook;
    for (Reason& reason : decision.reasons) reason.gate = &gate;
  }

  Reason& reason() { return decision.reasons[0]; }
  Reason::Item& item() { return reason().items[0]; }
  std::string Bytes() const { return CanonicalDecision(decision, card, *rulebook); }
};

using Changes = std::vector<std::pair<std::string, std::function<void(Told&)>>>;

Changes ChangesOfTheAnswer() {
  return {
      {"verdict", [](Told& t) { t.decision.verdict = Verdict::kUnknown; }},
      {"motion", [](Told& t) { t.decision.option.motion = Motion::kPlan; }},
      {"product", [](Told& t) { t.decision.option.product = 1; }},
      {"no product", [](Told& t) { t.decision.option.product = -1; }},
      {"health", [](Told& t) { t.card.health.score = 61.500000000000007; }},
      {"health of zero", [](Told& t) { t.card.health.score = 0; }},
      {"no health", [](Told& t) { t.card.health.score.reset(); }},
      {"band", [](Told& t) { t.card.health.band = Band::kGreen; }},
      {"coverage", [](Told& t) { t.card.health.coverage = 0.5; }},
      {"readiness", [](Told& t) { t.decision.option.readiness.score = 41; }},
      {"no readiness", [](Told& t) { t.decision.option.readiness.score.reset(); }},
      {"changes at", [](Told& t) { t.decision.changes_at = kNever; }},
      {"valid until", [](Told& t) { ++t.card.valid_until; }},
      {"no reason", [](Told& t) { t.decision.reasons.clear(); }},
      {"twice", [](Told& t) { t.decision.reasons.push_back(t.reason()); }},
  };
}

Changes ChangesOfTheReason() {
  return {
      {"code", [](Told& t) { t.gate.spec.code = "HOLD"; }},
      {"motions", [](Told& t) { t.gate.spec.motions.pop_back(); }},
      {"motions turned",
       [](Told& t) { std::swap(t.gate.spec.motions[0], t.gate.spec.motions[1]); }},
      {"remedy", [](Told& t) { t.gate.spec.remedy = "write to them"; }},
      {"who can act", [](Told& t) { t.gate.spec.who_can_act = "support"; }},
      {"waivable", [](Told& t) { t.gate.spec.waivable = true; }},
      {"effect", [](Told& t) { t.reason().effect = Effect::kUnknown; }},
      {"missing", [](Told& t) { t.reason().missing = true; }},
      {"opens at", [](Told& t) { t.reason().opens_at = kNever; }},
      {"no item", [](Told& t) { t.reason().items.clear(); }},
      {"two items", [](Told& t) { t.reason().items.emplace_back(); }},
      {"feature", [](Told& t) { t.item().feature = "nps(180)"; }},
      {"value", [](Told& t) { t.item().value = 2; }},
      {"value of zero", [](Told& t) { t.item().value = 0; }},
      {"no value", [](Told& t) { t.item().value.reset(); }},
      {"comparison", [](Told& t) { t.item().comparison = Comparison::kAbove; }},
      {"no comparison", [](Told& t) { t.item().comparison.reset(); }},
      {"threshold", [](Told& t) { t.item().threshold = 2; }},
      {"no fact", [](Told& t) { t.item().facts.clear(); }},
      {"subject", [](Told& t) { t.item().facts[0].subject = "csat"; }},
      {"person", [](Told& t) { t.item().facts[0].person = 78; }},
      {"nobody", [](Told& t) { t.item().facts[0].person = kNobody; }},
      {"no stamp", [](Told& t) { t.item().facts[0].fact = Stamp(); }},
      {"source", [](Told& t) { t.item().facts[0].fact.source = "crm"; }},
      {"fact id", [](Told& t) { t.item().facts[0].fact.fact_id = "n-2"; }},
      {"fact's instant", [](Told& t) { ++t.item().facts[0].fact.observed_at; }},
      {"observed at", [](Told& t) { ++t.item().facts[0].observed_at; }},
  };
}

TEST(CanonicalDecisionTest, EverythingThatIsToldIsPartOfIt) {
  const Told told;
  std::map<std::string, std::string> seen = {{told.Bytes(), "the answer itself"}};
  for (const Changes& changes : {ChangesOfTheAnswer(), ChangesOfTheReason()}) {
    for (const auto& [name, change] : changes) {
      Told other(told);
      change(other);
      const auto [at, fresh] = seen.emplace(other.Bytes(), name);
      EXPECT_TRUE(fresh) << name << " has the bytes of: " << at->second;
    }
  }
}

TEST(CanonicalDecisionTest, WhatIsNotToldIsNot) {
  const Told told;
  Told other(told);
  other.card.computed_at += 1;
  other.card.health.raw = 3;
  other.decision.option.findings.emplace_back();
  other.decision.option.yearly_gain = 5;
  EXPECT_EQ(other.Bytes(), told.Bytes());
}

// Ids that were given out rest on these bytes: they may never change.
TEST(CanonicalDecisionTest, TheBytesAreWhatTheyWere) {
  EXPECT_EQ(absl::BytesToHexString(Told().Bytes()),
            "0104"                                    // verdict DENY
            "0202"                                    // motion SEATS
            "03057375697465"                          // product suite
            "040000000000c04e40"                      // health 61.5
            "0504"                                    // band YELLOW
            "06000000000000e83f"                      // coverage 0.75
            "070000000000004440"                      // readiness 40
            "088601"                                  // a reason of 134 bytes
            "010c444953534154495346494544"            // ... DISSATISFIED
            "0204"                                    // ... effect DENY
            "04020102"                                // ... of SEATS
            "04020104"                                // ... and PLAN
            "050963616c6c207468656d"                  // ... call them
            "06056f776e6572"                          // ... owner
            "0851"                                    // ... an item of 81 bytes
            "01116e70732e6b65795f646574726163746f72"  // ... ... nps.key_detractor
            "02000000000000f03f"                      // ... ... value 1
            "0304"                                    // ... ... AT_LEAST, one more than its number
            "04000000000000f03f"                      // ... ... threshold 1
            "0528"                                    // ... ... evidence of 40 bytes
            "01036e7073"                              // ... ... ... nps
            "029a01"                                  // ... ... ... person 77
            "031580a0a3adbcce86030106737572766579"    // ... ... ... stamp: its instant, survey
            "02036e2d31"                              // ... ... ... ... n-1
            "0480c0c6daf89c8d06"                      // ... ... ... observed at
            "098080f2efdfd18d06"                      // ... opens at
            "098080f2efdfd18d06"                      // changes at
            "0a8080dfa6bea48d06");
}

}  // namespace
}  // namespace kizuna::engine
