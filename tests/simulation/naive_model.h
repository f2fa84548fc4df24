// SPDX-License-Identifier: Apache-2.0
//
// What should the answer be? A second reading of docs/scoring.md for the gates of `starter` without
// a catalogue: slow, without state, recomputing everything from the raw events at each question. It
// shares no code with the engine, so that they are wrong together only where the page is.

#ifndef KIZUNA_TESTS_SIMULATION_NAIVE_MODEL_H_
#define KIZUNA_TESTS_SIMULATION_NAIVE_MODEL_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "tests/simulation/event.h"

namespace kizuna::simulation {

// What a rulebook of the simulation may differ in.
struct Rules {
  double minimum_coverage = 0.4;
  int64_t stale_days = 180;
  int64_t overdue_days = 30;
};

// An account's reservation, as the model keeps it.
struct Lease {
  std::string id, team, motion;
  int contact = 0;
  std::string channel;
  int64_t token = 0;
  Micros until = 0;
  bool held = false;  // not released, revoked or ended
};

// A step of an account's reservation with the revision that brought it.
struct LeaseStep {
  Lease lease;
  Micros at = 0;
  uint64_t revision = 0;
};

class NaiveModel {
 public:
  // An event that was acknowledged at this revision. The same identity and version twice counts
  // once.
  void Accept(const Event& event, uint64_t revision);
  void Step(const std::string& account, const Lease& lease, Micros at, uint64_t revision);

  // The answer at `now`, from what was accepted up to `known_at`.
  Answer Ask(const Question& question, const Rules& rules, Micros now,
             uint64_t known_at = UINT64_MAX) const;
  // The account's newest reservation as of then.
  std::optional<Lease> NewestLease(const std::string& account, Micros now,
                                   uint64_t known_at = UINT64_MAX) const;
  // What its holder would ask.
  static Question QuestionOf(const std::string& account, const Lease& lease);

  // Events accepted for the account, in the order of acceptance.
  const std::vector<Event>& events(const std::string& account) const;
  std::vector<std::string> accounts() const;

 private:
  struct Accepted {
    Event event;
    uint64_t revision;
  };
  // Those that exist at `now`: the counting versions that are not retracted and were observed by
  // then, by (at, source, id).
  std::vector<Event> Visible(const std::string& account, Micros now, uint64_t known_at) const;

  std::map<std::string, std::vector<Accepted>> accepted_;
  std::map<std::string, std::vector<Event>> events_;
  std::map<std::string, std::vector<LeaseStep>> leases_;
};

}  // namespace kizuna::simulation

#endif  // KIZUNA_TESTS_SIMULATION_NAIVE_MODEL_H_
