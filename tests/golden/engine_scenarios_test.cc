// SPDX-License-Identifier: Apache-2.0
//
// Does the engine answer every golden scenario as it must, for the reasons that it must?

#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "server/convert/catalogue.h"
#include "server/convert/fact_from_wire.h"
#include "server/convert/person.h"
#include "server/convert/rulebook_from_text.h"
#include "server/convert/values.h"
#include "server/engine/card.h"
#include "server/engine/fold.h"
#include "server/rulebooks/rulebooks.h"
#include "tests/golden/scenario.h"

namespace kizuna::golden {
namespace {

using engine::Instant;

constexpr char kCurrency[] = "USD";

// A scenario, ready to be asked.
class Stage {
 public:
  explicit Stage(const Scenario& scenario) : scenario_(scenario) {
    absl::TimeZone zone = absl::UTCTimeZone();
    if (!scenario.time_zone().empty()) {
      EXPECT_TRUE(absl::LoadTimeZone(scenario.time_zone(), &zone));
    }
    calendar_ = engine::Calendar(zone, 1);
    engine::Rulebook::Parts parts;
    auto rules = convert::RulebookFromText(
        scenario.rules() == "standard" ? rulebooks::StandardText() : rulebooks::StarterText());
    EXPECT_TRUE(rules.ok()) << rules.status();
    parts.rules = *std::move(rules);
    convert::Violations violations;
    for (const v1::Product& product : scenario.products()) {
      parts.products.push_back(
          convert::ProductFromWire(product, kCurrency, convert::FieldPath(), violations));
    }
    book_ = Compile(parts);
    for (const v1::Source& source : SourcesOf(scenario)) {
      parts.sources.push_back(
          convert::SourceFromWire(source, *book_, Latest(), convert::FieldPath(), violations));
    }
    EXPECT_TRUE(violations.empty());
    book_ = Compile(parts);
    ReadFacts();
  }

  engine::State StateAt(Instant now) const {
    std::vector<engine::Fact> seen;
    for (const auto& [identity, fact] : facts_) {
      if (fact.observed_at <= now) seen.push_back(fact);
    }
    return engine::Fold(seen, calendar_);
  }

  Instant At(const std::string& text) const {
    return absl::ToUnixMicros(InstantOf(scenario_, text));
  }

  const engine::Rulebook& book() const { return *book_; }

 private:
  std::shared_ptr<const engine::Rulebook> Compile(const engine::Rulebook::Parts& parts) {
    std::vector<engine::Violation> violations;
    auto book = engine::Rulebook::Compile(1, parts, calendar_, violations);
    for (const engine::Violation& v : violations) ADD_FAILURE() << v.field << ": " << v.reason;
    return book;
  }

  // Later than anything in the scenario.
  Instant Latest() const {
    return absl::ToUnixMicros(absl::FromCivil(absl::CivilDay(2026, 1, 1), calendar_.zone()));
  }

  void ReadFacts() {
    const convert::FactContext context{book_.get(), Latest(), kCurrency};
    for (const v1::Fact& wire : FactsFor(scenario_, "accounts/acme")) {
      auto input = convert::FactFromWire(wire, context, convert::FieldPath());
      ASSERT_TRUE(input.ok()) << input.status() << "\n" << wire.DebugString();
      auto& counting = facts_[{wire.source(), wire.fact_id()}];
      if (counting.account.empty() || counting.version < input->fact.version) {
        counting = std::move(input->fact);
      }
    }
  }

  const Scenario& scenario_;
  engine::Calendar calendar_;
  std::shared_ptr<const engine::Rulebook> book_;
  std::map<std::pair<std::string, std::string>, engine::Fact> facts_;
};

std::string Bare(const std::string& name) {
  return name.empty() ? "" : name.substr(std::string("products/").size());
}

void CompareReasons(const Question& question, const engine::Decision& decision,
                    const Stage& stage) {
  std::vector<std::string> expected, found;
  for (const ExpectedReason& reason : question.reasons()) expected.push_back(reason.code());
  for (const engine::Reason& reason : decision.reasons) found.push_back(reason.gate->spec.code);
  ASSERT_EQ(found, expected);
  for (size_t i = 0; i < found.size(); ++i) {
    const ExpectedReason& want = question.reasons(static_cast<int>(i));
    const engine::Reason& reason = decision.reasons[i];
    if (want.effect() != v1::EFFECT_UNSPECIFIED) {
      EXPECT_EQ(convert::ToWire(reason.effect), want.effect()) << want.code();
    }
    EXPECT_EQ(reason.missing, want.missing()) << want.code();
    if (!want.opens_at().empty()) {
      EXPECT_EQ(reason.opens_at,
                want.opens_at() == "never" ? engine::kNever : stage.At(want.opens_at()))
          << want.code();
    }
  }
}

void CompareNumber(bool given, double expected, const std::optional<double>& found,
                   const char* what) {
  if (!given) return;
  ASSERT_TRUE(found.has_value()) << what << " is missing";
  EXPECT_NEAR(*found, expected, 1e-6) << what;
}

void CompareCard(const Question& question, const engine::Card& card) {
  CompareNumber(question.has_score(), question.score(), card.health.score, "score");
  CompareNumber(question.has_raw_score(), question.raw_score(), card.health.raw, "raw score");
  CompareNumber(question.has_coverage(), question.coverage(), card.health.coverage, "coverage");
  if (question.band() != v1::BAND_UNSPECIFIED) {
    EXPECT_EQ(convert::ToWire(card.health.band), question.band());
  }
  if (question.loyalty() != v1::LOYALTY_TIER_UNSPECIFIED) {
    EXPECT_EQ(convert::ToWire(card.loyalty.tier), question.loyalty());
  }
  if (question.touch() != v1::TOUCH_TIER_UNSPECIFIED) {
    EXPECT_EQ(convert::ToWire(card.place.touch), question.touch());
  }
  if (question.cell() != v1::MATRIX_CELL_UNSPECIFIED) {
    EXPECT_EQ(convert::ToWire(card.place.cell), question.cell());
  }
}

class ScenarioTest : public ::testing::TestWithParam<NamedScenario> {};

TEST_P(ScenarioTest, IsAnsweredAsItMustBe) {
  const Scenario& scenario = GetParam().scenario;
  const Stage stage(scenario);
  ASSERT_GT(scenario.questions_size(), 0);
  for (const Question& question : scenario.questions()) {
    SCOPED_TRACE(scenario.title() + "\n" + question.ShortDebugString());
    const Instant now = stage.At(question.at());
    const engine::State state = stage.StateAt(now);
    engine::Request request;
    request.motion = convert::MotionOf(question.motion());
    request.product = Bare(question.product());
    if (!question.contact().empty()) request.contact = convert::PersonKeyOf(question.contact());
    request.channel = question.channel();
    const engine::Decision decision = engine::Decide(state, stage.book(), request, now);
    EXPECT_EQ(convert::ToWire(decision.verdict), question.verdict());
    CompareReasons(question, decision, stage);
    if (!question.offered().empty()) {
      ASSERT_GE(decision.option.product, 0);
      EXPECT_EQ(stage.book().products()[decision.option.product].id, Bare(question.offered()));
    }
    CompareNumber(question.has_readiness(), question.readiness(), decision.option.readiness.score,
                  "readiness");
    CompareCard(question, engine::Evaluate(state, stage.book(), now));
  }
}

INSTANTIATE_TEST_SUITE_P(Golden, ScenarioTest, ::testing::ValuesIn(LoadScenarios()),
                         [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace kizuna::golden
