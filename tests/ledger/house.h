// SPDX-License-Identifier: Apache-2.0
//
// How does a test of the ledger live? In a house of its own: a memory store, a clock that stands
// until it is moved, and a ledger that sweeps only when told.

#ifndef KIZUNA_TESTS_LEDGER_HOUSE_H_
#define KIZUNA_TESTS_LEDGER_HOUSE_H_

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "server/engine/fact.h"
#include "server/ledger/clock.h"
#include "server/ledger/ledger.h"
#include "storage/kv.h"
#include "storage/memory/memory_store.h"

namespace kizuna::ledger::testing {

class FakeClock final : public Clock {
 public:
  explicit FakeClock(engine::Instant now) : now_(now) {}
  engine::Instant Now() const override { return now_.load(); }
  void Set(engine::Instant now) { now_ = now; }

 private:
  std::atomic<engine::Instant> now_;
};

class House {
 public:
  // The clock stands at noon of 2024-06-10, UTC.
  House();

  // Closes the ledger and opens another on the same store, which is in the last of these epochs, or
  // on `over`, which leads to it.
  void Reopen(Epochs epochs = {}, storage::Store* over = nullptr);
  // What ledgers that are opened from now on tell of erasures before they begin.
  std::function<absl::Status(const Erasure&)> write_down_erasure;

  Ledger& ledger() { return *ledger_; }
  FakeClock& clock() { return clock_; }
  storage::Store& store() { return *store_; }

  // Creates the account by a profile fact of source "crm", id "profile".
  uint64_t Create(const std::string& account, const std::string& name = "Acme");
  // Records the facts for the account, all of which must be taken.
  uint64_t Tell(const std::string& account, const std::vector<engine::Fact>& facts);
  // Records one and gives what became of it.
  absl::StatusOr<Recorded> Try(const std::string& account, engine::Fact fact, Words words = {});

  View Look(const std::string& account);
  engine::Decision Ask(const std::string& account,
                       engine::Motion motion = engine::Motion::kUnspecified);
  std::string DigestOf();

 private:
  std::unique_ptr<storage::Store> store_;
  FakeClock clock_;
  std::unique_ptr<Ledger> ledger_;
};

// An answer to "would you recommend us", by `person`.
engine::Fact Nps(const std::string& id, engine::PersonKey person, int score, engine::Instant at,
                 uint32_t version = 0);

}  // namespace kizuna::ledger::testing

#endif  // KIZUNA_TESTS_LEDGER_HOUSE_H_
