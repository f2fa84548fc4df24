// SPDX-License-Identifier: Apache-2.0
//
// What does every step of a simulated world have before it? The real ledger on a store that fails,
// beside the model that it is held against, at one instant of a clock that only the world moves.

#ifndef KIZUNA_TESTS_SIMULATION_SCENE_H_
#define KIZUNA_TESTS_SIMULATION_SCENE_H_

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "server/ledger/ledger.h"
#include "tests/simulation/chance.h"
#include "tests/simulation/faulty_store.h"
#include "tests/simulation/naive_model.h"
#include "tests/simulation/world.h"

namespace kizuna::simulation {

inline constexpr Micros kStart = 1'718'020'800'000'000;  // 2024-06-10T12:00:00Z

class FakeClock final : public ledger::Clock {
 public:
  engine::Instant Now() const override { return now_.load(); }
  void Set(Micros now) { now_ = now; }

 private:
  std::atomic<Micros> now_{kStart};
};

// The text of the rulebook that a simulation's rules stand for.
std::string TextOf(const Rules& rules, Bug bug);

class Scene {
 public:
  Scene(uint64_t seed, Bug bug);

  // Opens the ledger on what the store holds, as a process does that starts.
  void Open();

  Micros Now() const { return clock.Now(); }
  const Rules& rules() const { return rules_by_number.at(house->rulebook()->number()); }
  void Violation(const std::string& what);
  // Counts an answer; a violation when it is not the expected one.
  void Compare(const std::string& what, const Answer& got, const Answer& expected);
  // nullopt: it cannot be read, which is a violation.
  std::optional<ledger::View> Look(const std::string& account,
                                   const ledger::ReadOptions& options = {});
  // Does to the model's reservation of the account what a commit must have done to the ledger's.
  void Revoke(const std::string& account);

  const uint64_t seed;
  const Bug bug;
  Chance chance;
  FakeClock clock;
  const std::unique_ptr<storage::Store> base;
  FaultyStore store;
  std::unique_ptr<ledger::Ledger> house;
  NaiveModel model;
  std::map<uint64_t, Rules> rules_by_number;
  int step = 0;
  Report report;
};

}  // namespace kizuna::simulation

#endif  // KIZUNA_TESTS_SIMULATION_SCENE_H_
