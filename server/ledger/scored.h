// SPDX-License-Identifier: Apache-2.0
//
// What was computed of an account last, and what was it asked since? A card holds until its
// valid_until; so does every answer that follows from it, and the same question is asked again and
// again before every outreach.

#ifndef KIZUNA_SERVER_LEDGER_SCORED_H_
#define KIZUNA_SERVER_LEDGER_SCORED_H_

#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "server/engine/card.h"
#include "server/engine/fact.h"
#include "server/engine/rulebook.h"
#include "server/engine/state.h"

namespace kizuna::ledger {

// Bytes that a layer above makes of an answer once, kept as long as the answer is. Thread-safe.
class Told {
 public:
  // What `tell` made when it was first asked for; the reference lives as long as this.
  template <typename Tell>
  const std::string& Once(const Tell& tell) const {
    std::call_once(once_, [&] { bytes_ = tell(); });
    return bytes_;
  }

 private:
  mutable std::once_flag once_;
  mutable std::string bytes_;
};

// What a card answered. Its parts share the life of the rulebook.
struct Answered {
  engine::Decision decision;
  engine::Fingerprint fingerprint;  // of engine::CanonicalDecision
  Told told;
};

// The answers that were given already. Thread-safe.
class Answers {
 public:
  // Beyond it nothing is kept: memory is bounded by accounts, not by what somebody asks.
  static constexpr size_t kMost = 4;

  // Null: it was not asked, or is not kept.
  std::shared_ptr<const Answered> Find(const engine::Request& request) const {
    absl::MutexLock lock(&mutex_);
    for (const auto& [asked, answered] : kept_) {
      if (asked == request) return answered;
    }
    return nullptr;
  }

  // Questions about a contact, a channel or for a team are as many as there are people, and are
  // not kept.
  void Keep(const engine::Request& request, std::shared_ptr<const Answered> answered) const {
    if (request.contact != engine::kNobody || !request.channel.empty() || !request.team.empty()) {
      return;
    }
    absl::MutexLock lock(&mutex_);
    for (const auto& [asked, known] : kept_) {
      if (asked == request) return;  // two asked at once
    }
    if (kept_.size() < kMost) kept_.emplace_back(request, std::move(answered));
  }

 private:
  mutable absl::Mutex mutex_;
  mutable std::vector<std::pair<engine::Request, std::shared_ptr<const Answered>>> kept_
      ABSL_GUARDED_BY(mutex_);
};

// A card with what it was computed from. Immutable but for the answers.
struct Scored {
  engine::Card card;
  std::shared_ptr<const engine::State> state;
  std::shared_ptr<const engine::Rulebook> rulebook;
  Answers answers;
};

}  // namespace kizuna::ledger

#endif  // KIZUNA_SERVER_LEDGER_SCORED_H_
