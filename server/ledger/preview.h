// SPDX-License-Identifier: Apache-2.0
//
// What would another rulebook change of an account's verdicts?

#ifndef KIZUNA_SERVER_LEDGER_PREVIEW_H_
#define KIZUNA_SERVER_LEDGER_PREVIEW_H_

#include <string>

#include "server/engine/card.h"
#include "server/ledger/ledger.h"

namespace kizuna::ledger {

// Counts an account, whose card is `before` and would be `after`; of those that change, the first
// `limit` changes are told.
void AddToPreview(const std::string& account, const engine::Card& before, const engine::Card& after,
                  size_t limit, Preview& preview);

}  // namespace kizuna::ledger

#endif  // KIZUNA_SERVER_LEDGER_PREVIEW_H_
