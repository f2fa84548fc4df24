// SPDX-License-Identifier: Apache-2.0

#include "tests/simulation/scene.h"

#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "server/convert/rulebook_from_text.h"
#include "server/rulebooks/rulebooks.h"
#include "storage/memory/memory_store.h"
#include "tests/simulation/to_fact.h"

namespace kizuna::simulation {

std::string TextOf(const Rules& rules, Bug bug) {
  std::string text = absl::StrReplaceAll(
      rulebooks::StarterText(),
      {{"minimum_coverage: 0.4", absl::StrCat("minimum_coverage: ", rules.minimum_coverage)},
       {"\"sentiment.age_days\" above: 180",
        absl::StrCat("\"sentiment.age_days\" above: ", rules.stale_days)},
       {"\"billing.days_overdue\" above: 30",
        absl::StrCat("\"billing.days_overdue\" above: ", rules.overdue_days)}});
  if (bug == Bug::kSkippedGate) {
    const size_t code = text.find("code: \"COOLING_OFF\"");
    const size_t begin = text.rfind("  gates {", code);
    text.erase(begin, text.find("\n  }\n", code) + 5 - begin);
  }
  return text;
}

Scene::Scene(uint64_t of_seed, Bug planted)
    : seed(of_seed),
      bug(planted),
      chance(of_seed),
      base(storage::NewMemoryStore()),
      store(base.get(), of_seed) {
  Open();
}

void Scene::Open() {
  ledger::Ledger::Options options;
  options.read_rules = convert::RulebookFromText;
  options.default_rules_text = TextOf(Rules(), bug);
  options.sweep = false;
  // A book that is being created when the store fails is created again.
  for (int attempt = 0;; ++attempt) {
    auto opened = ledger::Ledger::Open(&store, &clock, options);
    if (opened.ok()) {
      house = *std::move(opened);
      break;
    }
    if (attempt == 50) std::abort();
  }
  if (rules_by_number.empty()) rules_by_number[house->rulebook()->number()] = Rules();
}

void Scene::Violation(const std::string& what) {
  report.violations.push_back(
      absl::StrCat("seed ", seed, " step ", step, " now ", Now(), ": ", what));
}

void Scene::Compare(const std::string& what, const Answer& got, const Answer& expected) {
  ++report.answers;
  report.allowed += expected.verdict == "ALLOW";
  if (got.verdict == expected.verdict && got.gates == expected.gates) return;
  Violation(absl::StrCat(what, ": answered ", Text(got), ", should be ", Text(expected)));
}

std::optional<ledger::View> Scene::Look(const std::string& account,
                                        const ledger::ReadOptions& options) {
  auto view = house->Read(account, options);
  if (!view.ok()) {
    Violation(absl::StrCat("read of ", account, ": ", view.status().ToString()));
    return std::nullopt;
  }
  return *std::move(view);
}

void Scene::Revoke(const std::string& account) {
  const auto lease = model.NewestLease(account, Now());
  if (!lease || !lease->held || lease->until <= Now()) return;
  const Answer own = model.Ask(NaiveModel::QuestionOf(account, *lease), rules(), Now());
  if (own.verdict == "ALLOW") return;
  const auto view = Look(account);
  if (!view) return;
  Lease revoked = *lease;
  revoked.held = false;
  model.Step(account, revoked, Now(), view->revision);
  ++report.revoked;
}

}  // namespace kizuna::simulation
