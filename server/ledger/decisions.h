// SPDX-License-Identifier: Apache-2.0
//
// Why was that answered, and what would be answered if? Answers get ids from which they can be
// replayed, and accounts are looked at with facts and rules that are only supposed. Nothing here
// writes, but for a new key.

#ifndef KIZUNA_SERVER_LEDGER_DECISIONS_H_
#define KIZUNA_SERVER_LEDGER_DECISIONS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/convert/decision_token.h"
#include "server/engine/card.h"
#include "server/engine/time.h"
#include "server/ledger/book.h"
#include "server/ledger/decision_keys.h"
#include "server/ledger/epochs.h"
#include "server/ledger/ledger.h"
#include "server/ledger/scored.h"
#include "storage/kv.h"

namespace kizuna::ledger {

// Thread-safe. See Ledger for what the methods promise.
class Decisions {
 public:
  // `store` and `book` must outlive it.
  Decisions(storage::Store* store, Book* book, const engine::Calendar& calendar, Epochs epochs,
            std::unique_ptr<DecisionKeys> keys)
      : store_(store),
        book_(book),
        calendar_(calendar),
        epochs_(std::move(epochs)),
        keys_(std::move(keys)) {}

  static std::shared_ptr<const Answered> Answer(const View& view, const engine::Request& request);
  std::string IdOf(const View& view, const engine::Request& request,
                   const engine::Decision& decision) const;
  std::string IdOf(const View& view, const engine::Request& request,
                   const engine::Fingerprint& verdict) const;
  absl::StatusOr<Replayed> Replay(absl::string_view decision_id) const;
  absl::StatusOr<uint64_t> Rotate(engine::Instant now) { return keys_->Rotate(now); }

  // `before` is the account as it is read, which is told as it is when it is an error.
  absl::StatusOr<Simulated> Simulate(absl::StatusOr<View> before, std::vector<engine::Fact> facts,
                                     absl::string_view rules_text) const;

 private:
  absl::Status CheckEpoch(const convert::DecisionToken& token) const;
  absl::StatusOr<View> ViewThen(const convert::DecisionToken& token) const;

  storage::Store* const store_;
  Book* const book_;
  const engine::Calendar calendar_;
  const Epochs epochs_;
  const std::unique_ptr<DecisionKeys> keys_;
};

}  // namespace kizuna::ledger

#endif  // KIZUNA_SERVER_LEDGER_DECISIONS_H_
