// SPDX-License-Identifier: Apache-2.0

#include "server/ledger/preview.h"

namespace kizuna::ledger {

void AddToPreview(const std::string& account, const engine::Card& before, const engine::Card& after,
                  size_t limit, Preview& preview) {
  preview.accounts++;
  preview.counts[{before.Best(engine::Motion::kUnspecified).verdict,
                  after.Best(engine::Motion::kUnspecified).verdict}]++;
  bool changed = false;
  for (const engine::Motion motion : engine::kPitches) {
    const engine::Verdict was = before.Best(motion).verdict;
    const engine::Verdict is = after.Best(motion).verdict;
    if (was == is) continue;
    changed = true;
    if (preview.changes.size() < limit) preview.changes.push_back({account, motion, was, is});
  }
  preview.changed += changed;
}

}  // namespace kizuna::ledger
