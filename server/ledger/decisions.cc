// SPDX-License-Identifier: Apache-2.0

#include "server/ledger/decisions.h"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/convert/fingerprint.h"
#include "server/engine/canonical_decision.h"
#include "server/ledger/accounts.h"
#include "server/ledger/erasure.h"
#include "server/ledger/view.h"
#include "storage/records/records.h"

namespace kizuna::ledger {
namespace {

absl::Status LostTime(absl::string_view what) {
  return absl::OutOfRangeError(absl::StrCat(
      "the decision is of ", what,
      ", which this store has never reached: it has lost what came after some instant, or is a "
      "restored copy; ask the store that gave the id out"));
}

engine::Fingerprint FingerprintOf(const engine::Decision& decision, const View& view) {
  return convert::FingerprintOf(engine::CanonicalDecision(decision, *view.card, *view.rulebook));
}

// What counts of each identity, with what is supposed put in its place.
class SupposedFacts {
 public:
  absl::Status Read(const storage::Snapshot& snapshot, absl::string_view account,
                    uint64_t known_at) {
    return VisitFacts(snapshot, account, [&](Versions versions) {
      const Versions::One* counting = versions.Counting(known_at);
      if (counting != nullptr) Put(counting->fact);
      return absl::OkStatus();
    });
  }

  // The version that stands against it; nullopt: it is in.
  std::optional<uint32_t> Suppose(const engine::Fact& fact) {
    const auto found = facts_.find({fact.source, fact.id});
    if (found != facts_.end() && found->second.version >= fact.version) {
      return found->second.version;
    }
    Put(fact);
    return std::nullopt;
  }

  std::vector<engine::Fact> Take() && {
    std::vector<engine::Fact> facts;
    for (auto& [identity, fact] : facts_) {
      if (!fact.retracted) facts.push_back(std::move(fact));
    }
    return facts;
  }

 private:
  void Put(const engine::Fact& fact) { facts_[{fact.source, fact.id}] = fact; }

  std::map<std::pair<std::string, std::string>, engine::Fact> facts_;
};

}  // namespace

std::shared_ptr<const Answered> Decisions::Answer(const View& view,
                                                  const engine::Request& request) {
  if (view.scored != nullptr) {
    if (auto kept = view.scored->answers.Find(request); kept != nullptr) return kept;
  }
  auto answered = std::make_shared<Answered>();
  answered->decision = engine::Decide(*view.state, *view.rulebook, request, view.checked_at);
  answered->fingerprint = FingerprintOf(answered->decision, view);
  if (view.scored != nullptr) view.scored->answers.Keep(request, answered);
  return answered;
}

std::string Decisions::IdOf(const View& view, const engine::Request& request,
                            const engine::Decision& decision) const {
  return IdOf(view, request, FingerprintOf(decision, view));
}

std::string Decisions::IdOf(const View& view, const engine::Request& request,
                            const engine::Fingerprint& verdict) const {
  convert::DecisionToken token;
  token.epoch = epochs_.current();
  token.account = view.account;
  token.revision = view.revision;
  token.rulebook_number = view.rulebook->number();
  token.request = request;
  token.checked_at = view.checked_at;
  token.verdict = verdict;
  return convert::SealDecision(token, keys_->newest());
}

// A restore gives out numbers again for other facts and rules: those of another epoch mean what
// they meant only up to where that epoch is this store's past.
absl::Status Decisions::CheckEpoch(const convert::DecisionToken& token) const {
  if (token.epoch == epochs_.current()) return absl::OkStatus();
  const PastEpoch* const past = epochs_.Past(token.epoch);
  if (past == nullptr) return LostTime(absl::StrCat("epoch ", token.epoch));
  if (token.revision > past->last_revisions[storage::ShardOf(token.account).byte()]) {
    return LostTime(absl::StrCat("revision ", token.revision, " of accounts/", token.account));
  }
  if (token.rulebook_number > past->last_rulebook) {
    return LostTime(absl::StrCat("rulebook ", token.rulebook_number));
  }
  return absl::OkStatus();
}

absl::StatusOr<View> Decisions::ViewThen(const convert::DecisionToken& token) const {
  if (absl::Status status = CheckEpoch(token); !status.ok()) return status;
  const auto snapshot = store_->GetSnapshot();
  auto entry = LoadEntry(*snapshot, token.account, calendar_);
  if (!entry.ok()) return entry.status();
  if (*entry == nullptr) {
    entry = LoadMergedEntry(*snapshot, token.account, calendar_);
    if (!entry.ok()) return entry.status();
  }
  if (*entry == nullptr) {
    const absl::StatusOr<bool> erased = WasErased(*snapshot, token.account);
    if (!erased.ok()) return erased.status();
    if (!*erased) return LostTime(absl::StrCat("account ", token.account));
    return absl::NotFoundError(absl::StrCat("the account 'accounts/", token.account,
                                            "' was erased for good, and its decisions with it"));
  }
  if ((*entry)->revision < token.revision) {
    return LostTime(absl::StrCat("revision ", token.revision, " of accounts/", token.account));
  }
  auto rulebook = book_->Numbered(token.rulebook_number);
  if (absl::IsNotFound(rulebook.status())) {
    return LostTime(absl::StrCat("rulebook ", token.rulebook_number));
  }
  if (!rulebook.ok()) return rulebook.status();
  return PastView(*snapshot, **entry, *std::move(rulebook), token.checked_at, token.revision);
}

absl::StatusOr<Replayed> Decisions::Replay(absl::string_view decision_id) const {
  absl::StatusOr<convert::DecisionToken> token = convert::OpenDecision(
      decision_id, [this](uint64_t number) { return keys_->SecretOf(number); });
  if (!token.ok()) return token.status();
  absl::StatusOr<View> view = ViewThen(*token);
  if (!view.ok()) return view.status();
  Replayed replayed;
  replayed.view = *std::move(view);
  replayed.request = token->request;
  replayed.decision = engine::Decide(*replayed.view.state, *replayed.view.rulebook,
                                     replayed.request, replayed.view.checked_at);
  replayed.same = FingerprintOf(replayed.decision, replayed.view) == token->verdict;
  return replayed;
}

absl::StatusOr<Simulated> Decisions::Simulate(absl::StatusOr<View> before,
                                              std::vector<engine::Fact> facts,
                                              absl::string_view rules_text) const {
  if (!before.ok()) return before.status();
  Simulated simulated;
  simulated.before = *std::move(before);
  const View& view = simulated.before;
  std::shared_ptr<const engine::Rulebook> rulebook = view.rulebook;
  if (!rules_text.empty()) {
    std::vector<engine::Violation> violations;
    rulebook = book_->Compile(rules_text, violations);
    if (rulebook == nullptr) return ViolationsError(violations);
  }
  SupposedFacts supposed;
  absl::Status status = supposed.Read(*store_->GetSnapshot(), view.account, view.revision);
  if (!status.ok()) return status;
  for (size_t i = 0; i < facts.size(); ++i) {
    facts[i].account = view.account;
    if (!facts[i].observed_at_given) facts[i].observed_at = view.checked_at;
    if (const auto version = supposed.Suppose(facts[i])) {
      simulated.conflicts.push_back({i, *version});
    }
  }
  if (!simulated.conflicts.empty()) return simulated;
  const auto scored = ScoreFacts(std::move(supposed).Take(), std::move(rulebook), view.checked_at);
  simulated.after = view;
  simulated.after.rulebook = scored->rulebook;
  simulated.after.state = scored->state;
  simulated.after.card = std::shared_ptr<const engine::Card>(scored, &scored->card);
  simulated.after.scored = scored;
  return simulated;
}

}  // namespace kizuna::ledger
