// SPDX-License-Identifier: Apache-2.0
//
// What does one commit of one account hold? AccountChange gathers an account's facts, folds them
// once, and writes fact, state, indexes, history and change log into one batch. It decides what
// each fact is (new, duplicate, conflict, correction) but touches neither threads nor the disk
// beyond its snapshot.

#ifndef KIZUNA_SERVER_LEDGER_CHANGE_H_
#define KIZUNA_SERVER_LEDGER_CHANGE_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "kizuna/storage/v1/account.pb.h"
#include "server/ledger/account_cache.h"
#include "server/ledger/accounts.h"
#include "server/ledger/lane.h"
#include "server/ledger/ledger.h"
#include "storage/kv.h"

namespace kizuna::ledger {

// Whether two facts of one identity and version say the same. Where one of them does not say when
// it was observed, that is not compared.
bool SameContent(const engine::Fact& a, const engine::Fact& b);

// Takes the account's rows out of the indexes.
void DeleteIndexRows(const std::string& account, const storage::v1::Placement& placement,
                     storage::WriteBatch& batch);

// Reads through to one snapshot; not thread-safe.
class AccountChange {
 public:
  // `before` null: the account does not exist; `erased`: it never will again.
  AccountChange(const Shared& shared, const storage::Snapshot& snapshot, std::string account,
                std::shared_ptr<const Entry> before, bool erased);

  // Takes one fact. `stored`: all versions of its identity that the store has, empty for none.
  // What it gives becomes true with the commit; the revision of kAccepted and kSuperseded is
  // filled in then. An error refuses this fact alone.
  absl::StatusOr<Recorded> Add(const Submission& submission, const Versions& stored,
                               engine::Instant now);

  // The pitches of this change were judged when they first came in.
  void JudgeNoLeaks() { judge_leaks_ = false; }

  // Looks at the account again though no fact came: its time or its rulebook has moved on.
  void Refresh(storage::v1::ChangeRecord::Cause cause) { cause_ = cause; }

  // The batch that makes it so, and the account afterwards; null when there is nothing to write.
  struct Result {
    std::unique_ptr<storage::WriteBatch> batch;
    std::shared_ptr<const Entry> after;
    bool created = false;
    int64_t new_identities = 0;
    int64_t new_leaks = 0;  // below 0: pitches were retracted
  };
  absl::StatusOr<Result> Finish(uint64_t commit_number,
                                const std::shared_ptr<const engine::Rulebook>& rulebook,
                                engine::Instant now);

 private:
  using Identity = std::pair<std::string, std::string>;  // source, id
  struct Pending {
    Versions versions;
    bool is_new_identity = false;
    std::vector<size_t> fresh;  // indices into versions.all that this commit adds
    std::vector<Words> words;   // of `fresh`
  };

  // The account with the change, and its card at `now`.
  absl::StatusOr<std::shared_ptr<const engine::State>> NextState() const;
  absl::StatusOr<std::shared_ptr<const Scored>> ScoreNext(
      const std::shared_ptr<const engine::State>& state,
      const std::shared_ptr<const engine::Rulebook>& rulebook, engine::Instant now) const;
  // Adds the step that takes a reservation away; its holder's gate has closed.
  void Revoke(const engine::ReservationContent& content, engine::Instant now);
  // For how many days it is worth saying now when the account changes by itself.
  int32_t LookAhead(engine::Instant now) const;
  // Judges the pitches of this change; gives how many more leaks there are.
  absl::StatusOr<int64_t> WriteLeaks(uint64_t commit_number, const engine::Rulebook& rulebook,
                                     storage::WriteBatch& batch) const;
  // Every counting fact, this change's included; retracted ones too.
  absl::StatusOr<std::vector<engine::Fact>> AllFacts() const;
  // The person's record as this change has it so far; read once.
  absl::StatusOr<storage::v1::PersonRecord*> PersonOf(const std::string& contact_id);
  absl::Status WriteFacts(uint64_t commit_number, storage::WriteBatch& batch);
  absl::Status WriteWords(const Identity& identity, const Pending& pending,
                          storage::WriteBatch& batch);
  absl::Status WritePerson(const engine::Fact& fact, const Words& words,
                           storage::WriteBatch& batch);

  const Shared& shared_;
  const storage::Snapshot& snapshot_;
  const std::string account_;
  const std::shared_ptr<const Entry> before_;
  const bool erased_;
  bool exists_;
  bool refold_ = false;
  bool judge_leaks_ = true;
  storage::v1::ChangeRecord::Cause cause_ = storage::v1::ChangeRecord::CAUSE_UNSPECIFIED;
  uint32_t accepted_ = 0;
  std::map<Identity, Pending> pending_;
  std::vector<engine::Fact> to_apply_;
  std::map<engine::PersonKey, storage::v1::PersonRecord> people_;
};

}  // namespace kizuna::ledger

#endif  // KIZUNA_SERVER_LEDGER_CHANGE_H_
