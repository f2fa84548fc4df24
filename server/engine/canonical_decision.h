// SPDX-License-Identifier: Apache-2.0
//
// When are two answers to a check the same? When the canonical bytes of all that they tell are. A
// decision id holds a hash over them, and a replay years later must come to the same
// (docs/adr/0040).
//
// DO NOT CHANGE what is written for a value. What is newly told is a new tag, written only when it
// is set, so that an answer which tells nothing new keeps its bytes.

#ifndef KIZUNA_SERVER_ENGINE_CANONICAL_DECISION_H_
#define KIZUNA_SERVER_ENGINE_CANONICAL_DECISION_H_

#include <string>

#include "server/engine/card.h"
#include "server/engine/rulebook.h"

namespace kizuna::engine {

// Everything that an answer tells: verdict, motion and product; of the card, health, band, coverage
// and how long it is valid; readiness; every reason with what it rests on and when it opens; when
// time alone changes it. Not what the answer is of (account, revision, rulebook number, instant),
// nor names of people, who appear by their key. `card` is of the same instant as `decision`.
std::string CanonicalDecision(const Decision& decision, const Card& card, const Rulebook& rulebook);

}  // namespace kizuna::engine

#endif  // KIZUNA_SERVER_ENGINE_CANONICAL_DECISION_H_
