// SPDX-License-Identifier: Apache-2.0
//
// When are two facts, or two states, the same? When their canonical bytes are: a field-tagged
// encoding that depends on the values alone, never on a library's way to write them. Fingerprints,
// digests and decisions are hashes over it.
//
// DO NOT CHANGE what is written for a value: fingerprints of stored facts rest on it. A new field
// is a new tag, written only when it is set.

#ifndef KIZUNA_SERVER_ENGINE_CANONICAL_H_
#define KIZUNA_SERVER_ENGINE_CANONICAL_H_

#include <string>

#include "server/engine/fact.h"
#include "server/engine/state.h"

namespace kizuna::engine {

// What makes a fact the same as another of its identity: version, observed_at where it was given,
// retraction, the fingerprint of its words, and its content. Neither the account nor the source
// nor the id.
std::string CanonicalFact(const Fact& fact);

// The whole state.
std::string CanonicalState(const State& state);

}  // namespace kizuna::engine

#endif  // KIZUNA_SERVER_ENGINE_CANONICAL_H_
