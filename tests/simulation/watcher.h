// SPDX-License-Identifier: Apache-2.0
//
// Does whoever watches know how each account stands? Reads the change log on from where it stopped,
// and keeps of every account what follows from the changes alone.

#ifndef KIZUNA_TESTS_SIMULATION_WATCHER_H_
#define KIZUNA_TESTS_SIMULATION_WATCHER_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "server/ledger/change_log.h"
#include "tests/simulation/naive_model.h"

namespace kizuna::simulation {

class Watcher {
 public:
  // `forgetful`: loses a row now and then, which is to be noticed.
  explicit Watcher(bool forgetful) : forgetful_(forgetful) {}

  // Reads to the end, so many rows at a time. What is wrong with what was read: an account's rows
  // out of order, or a change from something that it was not.
  std::vector<std::string> ReadOn(const ledger::ChangeLog& log, size_t limit);

  // Whether what was told by now is how every account stands, as the model has it: what is not.
  // Adds to `compared` for each account and motion.
  std::vector<std::string> Compare(const NaiveModel& model, const Rules& rules, Micros now,
                                   uint64_t& compared) const;

 private:
  // How an account stands, as far as was told.
  struct Standing {
    uint64_t revision = 0;
    uint64_t facts = 0;
    std::map<uint32_t, uint32_t> verdicts;            // by motion; motion 0: the best pitch
    std::map<uint32_t, std::set<std::string>> gates;  // that hold, by motion
    uint32_t reservation = 0;                         // as storage::v1::Change has it
    int64_t fencing_token = 0;
  };
  const Standing& Of(const std::string& account) const;
  void Take(const ledger::LogRow& row, std::vector<std::string>& wrong);

  const bool forgetful_;
  uint64_t rows_ = 0;
  ledger::LogPosition position_;
  std::map<std::string, Standing> standing_;
};

}  // namespace kizuna::simulation

#endif  // KIZUNA_TESTS_SIMULATION_WATCHER_H_
