// SPDX-License-Identifier: Apache-2.0

#include "tests/simulation/arrival_order.h"

#include <algorithm>
#include <memory>
#include <random>
#include <utility>
#include <vector>

#include "server/convert/rulebook_from_text.h"
#include "server/ledger/ledger.h"
#include "storage/memory/memory_store.h"
#include "tests/simulation/to_fact.h"

namespace kizuna::simulation {

absl::StatusOr<std::string> DigestInOrder(const NaiveModel& model, const std::string& rules_text,
                                          const ledger::Clock& clock, uint64_t seed) {
  const auto store = storage::NewMemoryStore();
  ledger::Ledger::Options options;
  options.read_rules = convert::RulebookFromText;
  options.default_rules_text = rules_text;
  options.sweep = false;
  auto house = ledger::Ledger::Open(store.get(), &clock, options);
  if (!house.ok()) return house.status();
  std::mt19937_64 random(seed);
  std::vector<ledger::Submission> first, rest;
  for (const std::string& account : model.accounts()) {
    for (const Event& event : model.events(account)) {
      const bool opens = &event == &model.events(account).front();
      (opens ? first : rest).push_back({ToFact(event), {}});
    }
  }
  std::shuffle(rest.begin(), rest.end(), random);
  for (auto* part : {&first, &rest}) {
    for (const auto& result : (*house)->RecordAndWait(std::move(*part))) {
      if (!result.ok()) return result.status();
    }
  }
  const auto verified = (*house)->Verify();
  if (!verified.ok()) return verified.status();
  return verified->digest;
}

}  // namespace kizuna::simulation
