// SPDX-License-Identifier: Apache-2.0
//
// What is to be done for an account, by whom, until when? Tasks = f(state, rulebook, now), pure:
// they follow from the plays, the facts and the day; only what a person said of them is a fact.
// A task to pitch is there to be done only while every gate is open to it (docs/scoring.md, "Plays
// and tasks").

#ifndef KIZUNA_SERVER_ENGINE_PLAY_H_
#define KIZUNA_SERVER_ENGINE_PLAY_H_

#include <string>
#include <vector>

#include "server/engine/card.h"
#include "server/engine/rulebook.h"
#include "server/engine/state.h"
#include "server/engine/time.h"

namespace kizuna::engine {

// Days after its due date in which a task is late, and then, until it is forgotten, missed.
inline constexpr int32_t kLateDays = 30;
inline constexpr int32_t kMissedDays = 90;

struct Task {
  enum class State : uint8_t {
    kOpen = 1,
    kLate,
    kSnoozed,
    kWithdrawn,  // a gate is closed to what it means to do
    kDone,
    kDismissed,
    kMissed
  };
  const Play* play = nullptr;  // lives as long as the rulebook
  std::string id;              // the play's name, a dot, and the date that set its clock
  State state = State::kOpen;
  Day begin = 0;
  Day due = 0;         // the last day on which it is in time, >= begin
  Day until = kNoDay;  // the day it is back, when a person snoozed it
  bool done_late = false;
  std::vector<std::string> gates;  // kWithdrawn: the codes of those that hold, in the model's order
};

// Every task of the account at `now`, by due date, then id; none of a day to come. `now` must not
// be before state.exact_from. O(plays x state).
std::vector<Task> TasksOf(const State& state, const Rulebook& rulebook, Instant now);

// Who does the play's tasks for the account: what its profile has; empty: it names nobody.
const std::string& DoerOf(const Play& play, const State& state);

}  // namespace kizuna::engine

#endif  // KIZUNA_SERVER_ENGINE_PLAY_H_
