// SPDX-License-Identifier: Apache-2.0
//
// Where do the scenarios come from, and what do their short forms stand for? Knows the public
// contract alone, so that any client can run them.

#ifndef KIZUNA_TESTS_GOLDEN_SCENARIO_H_
#define KIZUNA_TESTS_GOLDEN_SCENARIO_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "kizuna/v1/fact.pb.h"
#include "kizuna/v1/source.pb.h"
#include "tests/golden/scenario.pb.h"

namespace kizuna::golden {

struct NamedScenario {
  std::string name;  // of its file, without the ending
  Scenario scenario;
};

// Every tests/golden/*.textproto, by name. Ends the program when one cannot be read: run from the
// root of the repository.
std::vector<NamedScenario> LoadScenarios();

// The instant that `text` stands for in the scenario's time zone.
absl::Time InstantOf(const Scenario& scenario, absl::string_view text);

// The facts as they are sent for `account` (such as `accounts/acme`), with everything filled in.
std::vector<v1::Fact> FactsFor(const Scenario& scenario, const std::string& account);
// The sources as they are declared.
std::vector<v1::Source> SourcesOf(const Scenario& scenario);

}  // namespace kizuna::golden

#endif  // KIZUNA_TESTS_GOLDEN_SCENARIO_H_
