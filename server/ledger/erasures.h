// SPDX-License-Identifier: Apache-2.0
//
// How does an erasure outlive a restore? A backup that was made before it holds what was erased
// since, so erasures are also written down outside the store, by digest and key and never by name.
// Here is what a store knows of such a list, and what it has still to do of it.

#ifndef KIZUNA_SERVER_LEDGER_ERASURES_H_
#define KIZUNA_SERVER_LEDGER_ERASURES_H_

#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/engine/fact.h"
#include "server/engine/time.h"
#include "storage/kv.h"

namespace kizuna::ledger {

// An erasure, of an account or of one person of it, that names nobody.
struct Erasure {
  std::string account;                         // ErasedDigest of its id, 16 bytes
  engine::PersonKey person = engine::kNobody;  // kNobody: the whole account

  friend bool operator<(const Erasure& a, const Erasure& b) {
    return std::tie(a.account, a.person) < std::tie(b.account, b.person);
  }
  friend bool operator==(const Erasure& a, const Erasure& b) {
    return std::tie(a.account, a.person) == std::tie(b.account, b.person);
  }
};

// All erasures of which the store holds a mark. Reads the accounts' ids and every person's record.
absl::StatusOr<std::set<Erasure>> ErasuresOf(const storage::Store& store);

// What of a list of erasures a store has still to do.
struct Unerased {
  std::vector<std::string> accounts;                        // ids
  std::vector<std::pair<std::string, std::string>> people;  // account id, contact id
};
// Finds it. Accounts that go whole are not searched for people.
absl::StatusOr<Unerased> FindUnerased(const storage::Store& store, const std::set<Erasure>& list);

// Marks what is listed and not there, so that facts that are sent again do not bring it back: the
// digests of accounts in every shard, since theirs is not known, and persons of accounts that are
// there. Called before a ledger writes.
absl::Status MarkAbsent(storage::Store& store, const std::set<Erasure>& list, engine::Instant now);

}  // namespace kizuna::ledger

#endif  // KIZUNA_SERVER_LEDGER_ERASURES_H_
