// SPDX-License-Identifier: Apache-2.0
//
// What do the rules themselves cost, without a server, a disk or a wire? In this process, on the
// accounts of the portfolio.

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "server/convert/catalogue.h"
#include "server/convert/fact_from_wire.h"
#include "server/convert/rulebook_from_text.h"
#include "server/engine/card.h"
#include "server/engine/fold.h"
#include "server/rulebooks/rulebooks.h"
#include "tools/bench/benchmarks.h"
#include "tools/bench/signals.h"

namespace kizuna::bench {
namespace {

constexpr int64_t kStates = 200;

using RulebookPtr = std::shared_ptr<const engine::Rulebook>;

absl::StatusOr<RulebookPtr> Compile(const engine::Rulebook::Parts& parts,
                                    const engine::Calendar& calendar) {
  std::vector<engine::Violation> violations;
  RulebookPtr rulebook = engine::Rulebook::Compile(1, parts, calendar, violations);
  if (rulebook != nullptr) return rulebook;
  return absl::InternalError(
      absl::StrCat("the rules do not compile: ", violations.front().field, " ",
                   violations.front().reason));
}

// The rules of `text` with the products, metrics and sources of the portfolio.
absl::StatusOr<RulebookPtr> RulebookOf(absl::string_view text,
                                       const generate::PortfolioOptions& portfolio,
                                       engine::Instant now) {
  auto rules = convert::RulebookFromText(text);
  if (!rules.ok()) return rules.status();
  engine::Rulebook::Parts parts;
  parts.rules = *std::move(rules);
  convert::Violations violations;
  const convert::FieldPath path;
  for (const v1::Metric& metric : generate::MetricsOf()) {
    parts.metrics.push_back(convert::CheckedMetric(metric, path, violations));
  }
  for (const v1::Product& product : generate::ProductsOf(portfolio)) {
    parts.products.push_back(
        convert::ProductFromWire(product, portfolio.currency, path, violations));
  }
  const engine::Calendar calendar(portfolio.zone, 1);
  auto without_sources = Compile(parts, calendar);
  if (!without_sources.ok()) return without_sources.status();
  for (const v1::Source& source : generate::SourcesOf(portfolio)) {
    parts.sources.push_back(
        convert::SourceFromWire(source, **without_sources, now, path, violations));
  }
  if (!violations.empty()) return violations.ToStatus();
  return Compile(parts, calendar);
}

absl::StatusOr<std::vector<engine::Fact>> Read(const std::vector<v1::Fact>& wire,
                                               const convert::FactContext& context) {
  std::vector<engine::Fact> facts;
  for (const v1::Fact& fact : wire) {
    auto read = convert::FactFromWire(fact, context, convert::FieldPath());
    if (!read.ok()) return read.status();
    facts.push_back(std::move(read->fact));
  }
  return facts;
}

absl::StatusOr<std::vector<engine::State>> StatesOf(const Scene& scene,
                                                    const convert::FactContext& context) {
  std::vector<engine::State> states;
  const int64_t accounts = std::min(kStates, scene.settings().accounts);
  for (int64_t account = 0; account < accounts; ++account) {
    auto facts = Read(generate::FactsOf(scene.portfolio(), account), context);
    if (!facts.ok()) return facts.status();
    states.push_back(engine::Fold(*facts, context.rulebook->calendar()));
  }
  return states;
}

double MicrosecondsSince(absl::Time began) {
  return absl::ToDoubleMicroseconds(absl::Now() - began);
}

Row ScorecardRow(const Scene& scene, const std::string& name,
                 const std::vector<engine::State>& states, const engine::Rulebook& rulebook,
                 engine::Instant now) {
  std::vector<double> each_us;
  const int times = scene.settings().quick ? 2 : 50;
  for (int round = 0; round < scene.settings().rounds(); ++round) {
    size_t options = 0;  // so that nothing is left out as unused
    const absl::Time began = absl::Now();
    for (int i = 0; i < times; ++i) {
      for (const engine::State& state : states) {
        options += engine::Evaluate(state, rulebook, now).options.size();
      }
    }
    const double cards = static_cast<double>(times) * static_cast<double>(states.size());
    if (options > 0) each_us.push_back(MicrosecondsSince(began) / cards);
  }
  return RowOfRounds(name, "us", each_us, Target{Bound::kAtMost, 2});
}

absl::StatusOr<Row> TransitionRow(const Scene& scene, const std::vector<engine::State>& states,
                                  const convert::FactContext& context) {
  generate::Random random(17);
  std::vector<double> each_us;
  for (int round = 0; round < scene.settings().rounds(); ++round) {
    auto facts = Read(SignalsOf(scene, kSignalsPerMessage, random), context);
    if (!facts.ok()) return facts.status();
    std::vector<engine::State> after = states;
    const absl::Time began = absl::Now();
    for (engine::State& state : after) {
      for (const engine::Fact& fact : *facts) {
        engine::Apply(fact, context.rulebook->calendar(), state);
      }
    }
    each_us.push_back(MicrosecondsSince(began) / static_cast<double>(after.size() * facts->size()));
  }
  return RowOfRounds("transition", "us", each_us, Target{Bound::kAtMost, 3});
}

}  // namespace

Rows Pure(Scene& scene) {
  const generate::PortfolioOptions& portfolio = scene.portfolio();
  const absl::Time end = generate::EndOf(portfolio.last_day, portfolio);
  const engine::Instant now = absl::ToUnixMicros(end) + 1;
  std::vector<Row> rows;
  for (const auto& [name, text] : {std::pair("scorecard", rulebooks::StarterText()),
                                   std::pair("scorecard-standard", rulebooks::StandardText())}) {
    auto rulebook = RulebookOf(text, portfolio, now);
    if (!rulebook.ok()) return rulebook.status();
    const convert::FactContext context{rulebook->get(), now, portfolio.currency};
    auto states = StatesOf(scene, context);
    if (!states.ok()) return states.status();
    rows.push_back(ScorecardRow(scene, name, *states, **rulebook, now));
    if (rows.size() > 1) continue;
    auto transition = TransitionRow(scene, *states, context);
    if (!transition.ok()) return transition.status();
    rows.insert(rows.begin(), *transition);
  }
  return rows;
}

}  // namespace kizuna::bench
