// SPDX-License-Identifier: Apache-2.0
//
// Do two teams ever hold one account? Teams take, renew and give back reservations, each in a
// commit with the ruling on it, and the model is asked whether they might.

#ifndef KIZUNA_TESTS_SIMULATION_RESERVATIONS_H_
#define KIZUNA_TESTS_SIMULATION_RESERVATIONS_H_

#include <cstdint>
#include <functional>
#include <string>

#include "server/engine/reservation.h"
#include "tests/simulation/scene.h"

namespace kizuna::simulation {

class Reservations {
 public:
  // `scene` must outlive it.
  explicit Reservations(Scene* scene) : scene_(*scene) {}

  // Some team asks for some account.
  void Reserve();
  // Renews or releases what some account has.
  void Move();

 private:
  using Judge = std::function<engine::Ruling(const ledger::View&)>;

  void ReserveFor(const Question& question);
  // Carries a ruling out in one commit, trying again while the store fails; the ruling that
  // counted.
  engine::Ruling Transact(const std::string& account, const Judge& judge, uint64_t& revision);

  Scene& scene_;
  uint64_t next_ = 1;
  bool nested_ = false;  // a planted bug has another team ask meanwhile
};

}  // namespace kizuna::simulation

#endif  // KIZUNA_TESTS_SIMULATION_RESERVATIONS_H_
