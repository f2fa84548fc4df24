// SPDX-License-Identifier: Apache-2.0
//
// How does a simulated event look to the ledger, and an engine's decision to the simulation? The
// one place where their words meet.

#ifndef KIZUNA_TESTS_SIMULATION_TO_FACT_H_
#define KIZUNA_TESTS_SIMULATION_TO_FACT_H_

#include <string>

#include "server/engine/card.h"
#include "server/engine/fact.h"
#include "tests/simulation/event.h"

namespace kizuna::simulation {

engine::Fact ToFact(const Event& event);
engine::Motion MotionOf(const std::string& motion);
engine::Request RequestOf(const Question& question);
std::string NameOf(engine::Verdict verdict);
Answer ToAnswer(const engine::Decision& decision);

// For messages: "ALLOW []", "DENY [HOLD COOLING_OFF(waived)]".
std::string Text(const Answer& answer);
std::string Text(const Question& question);

}  // namespace kizuna::simulation

#endif  // KIZUNA_TESTS_SIMULATION_TO_FACT_H_
