// SPDX-License-Identifier: Apache-2.0
//
// Does a rulebook's text say what the engine gets, and are faults named where they are?

#include "server/convert/rulebook_from_text.h"

#include <string>

#include "gtest/gtest.h"
#include "server/convert/errors.h"
#include "server/limits.h"
#include "server/rulebooks/rulebooks.h"

namespace kizuna::convert {
namespace {

TEST(RulebookFromTextTest, TheRulebooksThatShipParseAndCompile) {
  for (const absl::string_view text : {rulebooks::StarterText(), rulebooks::StandardText()}) {
    auto spec = RulebookFromText(text);
    ASSERT_TRUE(spec.ok()) << spec.status();
    engine::Rulebook::Parts parts;
    parts.rules = *spec;
    std::vector<engine::Violation> violations;
    EXPECT_NE(engine::Rulebook::Compile(1, parts, engine::Calendar(), violations), nullptr);
    for (const auto& violation : violations) ADD_FAILURE() << violation.field << violation.reason;
  }
}

TEST(RulebookFromTextTest, WhatIsLeftOutHasItsDefault) {
  auto spec = RulebookFromText("name: 'x' models { name: 'm' gates { code: 'MARGIN' } }");
  ASSERT_TRUE(spec.ok()) << spec.status();
  const engine::ModelSpec& model = spec->models[0];
  EXPECT_EQ(model.minimum_coverage, engine::ModelSpec().minimum_coverage);
  EXPECT_EQ(model.green_from, 70);
  EXPECT_EQ(model.gates[0].effect, engine::Effect::kDeny);
  EXPECT_EQ(model.gates[0].minimum_milestone, engine::Milestone::kAdopted);
  EXPECT_EQ(model.readiness.health, engine::ReadinessSpec().health);
}

TEST(RulebookFromTextTest, WhatIsZeroIsNotLeftOut) {
  auto spec = RulebookFromText(
      "models { minimum_coverage: 0 readiness { health: 0 } "
      "gates { code: 'COOLING_OFF' cooling_off { lost_days: 0 } } }");
  ASSERT_TRUE(spec.ok()) << spec.status();
  EXPECT_EQ(spec->models[0].minimum_coverage, 0);
  EXPECT_EQ(spec->models[0].readiness.health, 0);
  EXPECT_EQ(spec->models[0].gates[0].lost_days, 0);
}

TEST(RulebookFromTextTest, ATextThatDoesNotParseIsNamedByItsLine) {
  v1::Rulebook rules;
  const auto violations = ParseViolations("name: 'x'\nmodels {\n  colour: 'red'\n}\n", rules);
  ASSERT_FALSE(violations.empty());
  EXPECT_EQ(violations[0].field.substr(0, 6), "line 3") << violations[0].field;
  EXPECT_NE(violations[0].reason.find("colour"), std::string::npos) << violations[0].reason;
}

TEST(RulebookFromTextTest, AConditionComparesWithSomething) {
  v1::Rulebook rules;
  const auto violations =
      ParseViolations("models { gates { code: 'X' conditions { feature: 'nps(180)' } } }", rules);
  ASSERT_EQ(violations.size(), 1u);
  EXPECT_EQ(violations[0].field, "models[0].gates[0].conditions[0]");
}

TEST(RulebookFromTextTest, ATextIsUpToItsLimit) {
  v1::Rulebook rules;
  EXPECT_FALSE(ParseViolations("", rules).empty());
  EXPECT_TRUE(ParseViolations(std::string(limits::kMaxRulebookBytes, ' '), rules).empty());
  EXPECT_FALSE(ParseViolations(std::string(limits::kMaxRulebookBytes + 1, ' '), rules).empty());
}

}  // namespace
}  // namespace kizuna::convert
