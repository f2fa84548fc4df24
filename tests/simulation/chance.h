// SPDX-License-Identifier: Apache-2.0
//
// What happens next? Events and questions of a simulated world, from one seed.

#ifndef KIZUNA_TESTS_SIMULATION_CHANCE_H_
#define KIZUNA_TESTS_SIMULATION_CHANCE_H_

#include <cstdint>
#include <initializer_list>
#include <random>
#include <string>
#include <vector>

#include "tests/simulation/event.h"
#include "tests/simulation/naive_model.h"

namespace kizuna::simulation {

class Chance {
 public:
  explicit Chance(uint64_t seed) : random_(seed) {}

  // low <= n <= high.
  int64_t In(int64_t low, int64_t high) {
    return low + static_cast<int64_t>(random_() % static_cast<uint64_t>(high - low + 1));
  }
  bool OneIn(int n) { return In(1, n) == 1; }
  template <typename T>
  T AnyOf(std::initializer_list<T> list) {
    return list.begin()[In(0, static_cast<int64_t>(list.size()) - 1)];
  }
  std::string Account() { return "a" + std::to_string(In(0, 7)); }
  std::string Team() { return AnyOf<const char*>({"", "sales", "marketing", "csm"}); }

  // What an account begins with: mostly in use and content, so that there is something to lose.
  std::vector<Event> Beginning(const std::string& account, Micros now);
  // A fact of any kind about any account.
  Event AnyEvent(Micros now);
  // What is sent at once: new facts, and now and then a known one again, corrected or taken back.
  std::vector<Event> Burst(const NaiveModel& model, Micros now);
  Question AnyQuestion();

 private:
  Event Blank(const std::string& account, Micros at);
  Event Usage(const std::string& account, Micros now);

  std::mt19937_64 random_;
  uint64_t next_id_ = 0;
};

}  // namespace kizuna::simulation

#endif  // KIZUNA_TESTS_SIMULATION_CHANCE_H_
