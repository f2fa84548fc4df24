// SPDX-License-Identifier: Apache-2.0

#include "server/ledger/movement.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "server/ledger/accounts.h"
#include "server/ledger/view.h"

namespace kizuna::ledger {
namespace {

// The version that counts for whoever sees the account at `at`; null when none does.
const engine::Fact* Seen(const Versions::One* counting, engine::Instant at) {
  if (counting == nullptr || counting->fact.retracted || counting->fact.observed_at > at) {
    return nullptr;
  }
  return &counting->fact;
}

void NewestFirst(std::vector<engine::Fact>& facts) {
  std::sort(facts.begin(), facts.end(),
            [](const engine::Fact& a, const engine::Fact& b) { return b.stamp() < a.stamp(); });
}

}  // namespace

absl::StatusOr<Moved> MovedOn(const storage::Snapshot& snapshot, const Entry& entry,
                              const MovementEnd& before, const MovementEnd& after,
                              std::optional<uint64_t> known_at) {
  Moved moved;
  std::vector<engine::Fact> then, later;
  absl::Status status = VisitFacts(snapshot, entry.account, [&](const Versions& versions) {
    const Versions::One* known = versions.Counting(known_at);
    const Versions::One* counting = versions.Counting();
    const engine::Fact* was = Seen(known, before.at);
    const engine::Fact* is = Seen(counting, after.at);
    if (was != nullptr) then.push_back(*was);
    if (is != nullptr) later.push_back(*is);
    if (is != nullptr && (was == nullptr || known != counting)) moved.came.push_back(*is);
    if (was != nullptr && is == nullptr) moved.withdrawn.push_back(*was);
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  NewestFirst(moved.came);
  NewestFirst(moved.withdrawn);
  const auto stage = [&](std::vector<engine::Fact> facts,
                         std::shared_ptr<const engine::Rulebook> rulebook, engine::Instant at) {
    return ViewOf(entry, ScoreFacts(std::move(facts), std::move(rulebook), at), at);
  };
  moved.stages = {stage(then, before.rulebook, before.at), stage(then, before.rulebook, after.at),
                  stage(later, engine::EarlierRules(before.rulebook, after.rulebook), after.at),
                  stage(later, after.rulebook, after.at)};
  moved.stages[0].revision = known_at.value_or(entry.revision);
  return moved;
}

}  // namespace kizuna::ledger
