// SPDX-License-Identifier: Apache-2.0
//
// Do the shipped rulebooks compile, and is every mistake of an author named by its field?

#include "server/engine/rulebook.h"

#include <limits>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/engine/rulebook_check.h"
#include "tests/engine/account.h"

namespace kizuna::engine {
namespace {

using ::testing::Contains;
using testing::D;
using ::testing::ElementsAre;
using testing::GateOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Standard;
using testing::Starter;
using ::testing::StartsWith;
using testing::ViolationsOf;
using Parts = Rulebook::Parts;

std::vector<std::string> CodesOf(const Rulebook& book) {
  std::vector<std::string> codes;
  for (const Gate& gate : book.models()[0].gates) codes.push_back(gate.spec.code);
  return codes;
}

TEST(ShippedRulebooksTest, StandardHasEveryGateInTheOrderOfTheDocument) {
  const auto book = Standard();
  EXPECT_THAT(
      CodesOf(*book),
      ElementsAre("DISSATISFIED", "SENTIMENT_STALE", "EVIDENCE_THIN", "HEALTH_LOW",
                  "CRITICAL_TICKET", "FEED_SILENT", "VALUE_NOT_REALISED", "ISSUE_UNKNOWN",
                  "LOYALTY_LOW", "CHAMPION_LEFT", "OVERDUE", "COOLING_OFF", "CONTACT_FATIGUE",
                  "OPT_OUT", "RESERVED", "ALREADY_OWNS", "MARGIN", "HOLD"));
  EXPECT_EQ(book->models()[0].spec.minimum_coverage, 0.6);
  EXPECT_EQ(book->models()[0].dimensions.size(), 6u);
}

TEST(ShippedRulebooksTest, StarterLeavesOutWhatItsCompanyCannotKnow) {
  const auto book = Starter();
  const auto codes = CodesOf(*book);
  EXPECT_EQ(codes.size(), 15u);
  for (const char* absent : {"VALUE_NOT_REALISED", "ISSUE_UNKNOWN", "LOYALTY_LOW"}) {
    EXPECT_THAT(codes, ::testing::Not(Contains(absent)));
  }
  EXPECT_EQ(book->models()[0].spec.minimum_coverage, 0.4);
}

TEST(ShippedRulebooksTest, OneMetricNpsOrCsatAndTicketsAreEnoughForStarter) {
  const auto book = Starter();
  const Day today = D("2024-06-10");
  for (const bool counts : {true, false}) {
    for (const bool nps : {true, false}) {
      testing::Account account;
      if (counts) {
        account.Activity(today - 14, 14, 100);
      } else {
        account.ActiveUsers(today - 14, 14, 10);
      }
      const Instant then = Calendar().StartOf(today - 5);
      if (nps) {
        account.Nps(1, 9, then);
      } else {
        account.Csat(4, then);
      }
      account.Ticket("T", TicketContent::Event::kClosed, Severity::kNormal, then);
      const Card card = Evaluate(account.Folded(), *book, Calendar().StartOf(today));
      EXPECT_NEAR(card.health.coverage, 0.475, 1e-12) << counts << nps;
    }
  }
}

TEST(ShippedRulebooksTest, AnAnswerAndTicketsWithoutUsageAreTooLittleToGoBy) {
  const Day today = D("2024-06-10");
  const Instant then = Calendar().StartOf(today - 5);
  testing::Account account;
  account.Nps(1, 9, then);
  account.Ticket("T", TicketContent::Event::kClosed, Severity::kNormal, then);
  const Card card = Evaluate(account.Folded(), *Starter(), Calendar().StartOf(today));
  EXPECT_EQ(card.Best(Motion::kUnspecified).verdict, Verdict::kUnknown);
}

TEST(ShippedRulebooksTest, NoGateThatMayNotBeWaivedIs) {
  for (const auto& book : {Starter(), Standard()}) {
    for (const Gate& gate : book->models()[0].gates) {
      if (gate.spec.code == "DISSATISFIED" || gate.spec.code == "HOLD" ||
          gate.spec.code == "OPT_OUT" || gate.spec.code == "RESERVED") {
        EXPECT_FALSE(gate.spec.waivable) << gate.spec.code;
      }
    }
  }
}

struct Mistake {
  const char* says;  // how one of the violations begins
  testing::Change change;
};

ModelSpec& ModelOf(Parts& p) { return p.rules.models[0]; }

TEST(RulebookCheckTest, EveryMistakeIsNamedByItsField) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Mistake mistakes[] = {
      {"name: ", [](Parts& p) { p.rules.name = ""; }},
      {"models: needs at least one", [](Parts& p) { p.rules.models.clear(); }},
      {"models: one model must name no segments", [](Parts& p) { ModelOf(p).segments = {"smb"}; }},
      {"models[1].segments: only one model may be for all others",
       [](Parts& p) { p.rules.models.push_back(p.rules.models[0]); }},
      {"models[1].name: 'all' is there twice",
       [](Parts& p) { p.rules.models.push_back(p.rules.models[0]); }},
      {"models[0].dimensions: needs at least one", [](Parts& p) { ModelOf(p).dimensions = {}; }},
      {"models[0].dimensions[1].name: 'usage' is there twice",
       [](Parts& p) { ModelOf(p).dimensions[1].name = "usage"; }},
      {"models[0].dimensions[0].weight: must be above 0",
       [](Parts& p) { ModelOf(p).dimensions[0].weight = 0; }},
      {"models[0].dimensions[0].weight: must be above 0",
       [=](Parts& p) { ModelOf(p).dimensions[0].weight = nan; }},
      {"models[0].dimensions[0].measures[0].weight: must be above 0",
       [](Parts& p) { ModelOf(p).dimensions[0].measures[0].weight = -1; }},
      {"models[0].dimensions[0].measures[0].feature: unknown feature 'usage.logins.sum(7)'",
       [](Parts& p) { ModelOf(p).dimensions[0].measures[0].feature = "usage.logins.sum(7)"; }},
      {"models[0].dimensions[0].measures[0].feature: 'health.score' comes out of the score",
       [](Parts& p) { ModelOf(p).dimensions[0].measures[0].feature = "health.score"; }},
      {"models[0].dimensions[0].measures[0].seasonal: only a usage trend",
       [](Parts& p) { ModelOf(p).dimensions[0].measures[0].seasonal = true; }},
      {"models[0].dimensions[0].measures[0].curve: needs at least one point",
       [](Parts& p) { ModelOf(p).dimensions[0].measures[0].curve = {}; }},
      {"models[0].dimensions[0].measures[0].curve[1].x: must be above the x before it",
       [](Parts& p) {
         ModelOf(p).dimensions[0].measures[0].curve = {{1, 0}, {1, 5}};
       }},
      {"models[0].dimensions[0].measures[0].curve[0].y: must be from 0 to 100",
       [](Parts& p) {
         ModelOf(p).dimensions[0].measures[0].curve = {{1, 101}};
       }},
      {"models[0].gates[1].code: 'DISSATISFIED' is there twice",
       [](Parts& p) { ModelOf(p).gates[1].code = "DISSATISFIED"; }},
      {"models[0].gates[1].code: 'stale' must be capitals",
       [](Parts& p) { ModelOf(p).gates[1].code = "stale"; }},
      {"models[0].gates[1].motions: needs at least one",
       [](Parts& p) { ModelOf(p).gates[1].motions = {}; }},
      {"models[0].gates[1].motions: names a motion twice",
       [](Parts& p) {
         ModelOf(p).gates[1].motions = {Motion::kSeats, Motion::kSeats};
       }},
      {"models[0].gates[1].remedy: must say", [](Parts& p) { ModelOf(p).gates[1].remedy = ""; }},
      {"models[0].gates[1].who_can_act: must say",
       [](Parts& p) { ModelOf(p).gates[1].who_can_act = ""; }},
      {"models[0].gates[1].conditions: needs at least one",
       [](Parts& p) { ModelOf(p).gates[1].conditions = {}; }},
      {"models[0].gates[2].conditions: 'EVIDENCE_THIN' is decided by the engine",
       [](Parts& p) { ModelOf(p).gates[2].conditions = {{"health.coverage"}}; }},
      {"models[0].loyalty.repeater_days: must be from 1 to 10",
       [](Parts& p) { ModelOf(p).loyalty.repeater_days = 11; }},
      {"models[0].loyalty.recommend_share: must be above 0",
       [](Parts& p) { ModelOf(p).loyalty.recommend_share = 0; }},
      {"models[0].touch.low_ltv: must be from 0 to 100000",
       [](Parts& p) { ModelOf(p).touch.low_ltv = 100001; }},
      {"models[0].readiness: one of the weights",
       [](Parts& p) {
         ReadinessSpec& r = ModelOf(p).readiness;
         r.health = r.loyalty = r.need = r.timing = r.potential = r.affinity = 0;
       }},
      {"models[0].readiness.before_renewal_to_days: must not be above",
       [](Parts& p) { ModelOf(p).readiness.before_renewal_to_days = 91; }},
      {"metrics[2].name: 'activity' is there twice",
       [](Parts& p) { p.rules.metrics.push_back(p.rules.metrics[0]); }},
      {"metrics/activity: the metric 'activity' is declared already",
       [](Parts& p) {
         p.metrics.push_back({"activity", MetricKind::kGauge});
       }},
      {"affinity[1]: the pair a and b is there twice",
       [](Parts& p) {
         p.rules.affinity = {{"a", "b", 1}, {"a", "b", 2}};
       }},
      {"affinity[0].consequent: must be given, and another",
       [](Parts& p) {
         p.rules.affinity = {{"a", "a", 1}};
       }},
      {"affinity[0].lift: must be from 0",
       [](Parts& p) {
         p.rules.affinity = {{"a", "b", -1}};
       }},
      {"issue_map[0].products: needs at least one",
       [](Parts& p) {
         p.rules.issue_map = {{"returns", {}, {}, false}};
       }},
      {"sources/crm.expected_every_days: must be at least 1",
       [](Parts& p) {
         p.sources = {{"crm", 0, {}, 0, true, kLongAgo}};
       }},
      {"products/wms: is there twice",
       [](Parts& p) {
         p.products = {{"wms"}, {"wms"}};
       }},
  };
  for (const Mistake& mistake : mistakes) {
    EXPECT_THAT(ViolationsOf(mistake.change), Contains(StartsWith(mistake.says))) << mistake.says;
  }
}

TEST(RulebookCheckTest, LimitsHoldAtTheirValueAndNotAbove) {
  EXPECT_THAT(ViolationsOf([](Parts& p) { p.rules.name = std::string(64, 'a'); }), IsEmpty());
  EXPECT_THAT(ViolationsOf([](Parts& p) { p.rules.name = std::string(65, 'a'); }),
              Contains(StartsWith("name: ")));
  const auto remedy = [](size_t n) {
    return [n](Parts& p) { ModelOf(p).gates[1].remedy = std::string(n, 'x'); };
  };
  EXPECT_THAT(ViolationsOf(remedy(kMaxRemedyBytes)), IsEmpty());
  EXPECT_THAT(ViolationsOf(remedy(kMaxRemedyBytes + 1)),
              Contains(StartsWith("models[0].gates[1].remedy: at most 1024")));
  const auto gates = [](size_t n) {
    return [n](Parts& p) {
      GateSpec own = GateOf(p, "HEALTH_LOW");
      while (ModelOf(p).gates.size() < n) {
        own.code = "OWN_" + std::to_string(ModelOf(p).gates.size());
        ModelOf(p).gates.push_back(own);
      }
    };
  };
  EXPECT_THAT(ViolationsOf(gates(kMaxGates)), IsEmpty());
  EXPECT_THAT(ViolationsOf(gates(kMaxGates + 1)),
              ElementsAre("models[0].gates: at most 32; there are 33"));
  const auto window = [](int32_t days) {
    return [days](Parts& p) { GateOf(p, "CONTACT_FATIGUE").fatigue_days = days; };
  };
  EXPECT_THAT(ViolationsOf(window(1)), IsEmpty());
  EXPECT_THAT(ViolationsOf(window(kMaxFatigueDays)), IsEmpty());
  EXPECT_THAT(ViolationsOf(window(0)), ::testing::SizeIs(1));
  EXPECT_THAT(ViolationsOf(window(kMaxFatigueDays + 1)), ::testing::SizeIs(1));
}

TEST(ProtectedGatesTest, CanBeNeitherRemovedNorWaivedNorSoftened) {
  for (const char* code : {"DISSATISFIED", "HOLD", "OPT_OUT", "RESERVED"}) {
    EXPECT_THAT(ViolationsOf([&](Parts& p) {
                  auto& gates = ModelOf(p).gates;
                  for (size_t i = 0; i < gates.size(); ++i) {
                    if (gates[i].code == code) gates.erase(gates.begin() + i);
                  }
                }),
                ElementsAre(HasSubstr("may not be removed")))
        << code;
    EXPECT_THAT(ViolationsOf([&](Parts& p) { GateOf(p, code).waivable = true; }),
                ElementsAre(HasSubstr("may never be waived")))
        << code;
    EXPECT_THAT(ViolationsOf([&](Parts& p) { GateOf(p, code).effect = Effect::kUnknown; }),
                ElementsAre(HasSubstr("must DENY")))
        << code;
    EXPECT_THAT(ViolationsOf([&](Parts& p) { GateOf(p, code).motions.pop_back(); }),
                ElementsAre(HasSubstr("must close every motion")))
        << code;
  }
}

TEST(ProtectedGatesTest, DissatisfactionMayBecomeStricterAndNotLaxer) {
  const auto share = [](Comparison comparison, double threshold) {
    return [=](Parts& p) {
      ConditionSpec& condition = GateOf(p, "DISSATISFIED").conditions[0];
      condition.comparison = comparison;
      condition.threshold = threshold;
    };
  };
  EXPECT_THAT(ViolationsOf(share(Comparison::kAtLeast, 0.05)), IsEmpty());
  EXPECT_THAT(ViolationsOf(share(Comparison::kAtLeast, 0.11)), ::testing::SizeIs(1));
  EXPECT_THAT(ViolationsOf(share(Comparison::kAbove, 0.10)), ::testing::SizeIs(1));
  EXPECT_THAT(ViolationsOf(share(Comparison::kBelow, 0.10)), ::testing::SizeIs(1));
  const auto nps = [](Comparison comparison, double threshold) {
    return [=](Parts& p) {
      ConditionSpec& condition = GateOf(p, "DISSATISFIED").conditions[2];
      condition.comparison = comparison;
      condition.threshold = threshold;
    };
  };
  EXPECT_THAT(ViolationsOf(nps(Comparison::kAtMost, 0)), IsEmpty());
  EXPECT_THAT(ViolationsOf(nps(Comparison::kBelow, 20)), IsEmpty());
  EXPECT_THAT(ViolationsOf(nps(Comparison::kBelow, -1)), ::testing::SizeIs(1));
}

TEST(RulebookTest, AModelIsChosenByItsSegment) {
  const auto book = Starter([](Parts& p) {
    ModelSpec second = ModelOf(p);
    second.name = "large";
    second.segments = {"enterprise", "public"};
    p.rules.models.push_back(second);
  });
  EXPECT_EQ(book->ModelFor("enterprise").spec.name, "large");
  EXPECT_EQ(book->ModelFor("public").spec.name, "large");
  EXPECT_EQ(book->ModelFor("smb").spec.name, "all");
  EXPECT_EQ(book->ModelFor("").spec.name, "all");
}

TEST(RulebookTest, TheNextRungIsTheLowestAbove) {
  const auto book = Starter([](Parts& p) {
    p.products = {{"basic", "", "wms", 1},
                  {"gold", "", "wms", 3},
                  {"pro", "", "wms", 2},
                  {"other", "", "tms", 9},
                  {"loose", "", "", 0}};
  });
  const auto next = [&](const char* id) { return book->NextInLadder(book->FindProduct(id)); };
  EXPECT_EQ(next("basic"), book->FindProduct("pro"));
  EXPECT_EQ(next("pro"), book->FindProduct("gold"));
  EXPECT_EQ(next("gold"), -1);
  EXPECT_EQ(next("loose"), -1);
}

TEST(RulebookTest, ASourceIsInTimeUpToItsCadenceAndSilentAfter) {
  const auto book = Starter([](Parts& p) {
    p.sources = {{"crm", 1u << 10, {}, 2, true, Calendar().EndOf(D("2024-06-01"))},
                 {"never", 0, {}, 1, true, kLongAgo}};
  });
  EXPECT_TRUE(book->Covered(10, D("2024-06-03")));
  EXPECT_FALSE(book->Covered(10, D("2024-06-04")));
  EXPECT_EQ(book->Silent(D("2024-06-03")).size(), 1u) << "only the one that never declared any";
  EXPECT_EQ(book->Silent(D("2024-06-04")).size(), 2u);
}

}  // namespace
}  // namespace kizuna::engine
