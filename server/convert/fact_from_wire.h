// SPDX-License-Identifier: Apache-2.0
//
// How does a fact get in? From kizuna.v1.Fact to engine::Fact and its words, with every check that
// needs nothing but the fact itself, the clock and the declared metrics. Whether the account exists
// and what else was sent under the same identity is the ledger's to know.

#ifndef KIZUNA_SERVER_CONVERT_FACT_FROM_WIRE_H_
#define KIZUNA_SERVER_CONVERT_FACT_FROM_WIRE_H_

#include <string>

#include "absl/status/statusor.h"
#include "kizuna/v1/fact.pb.h"
#include "server/convert/fact_words.h"
#include "server/convert/validation.h"
#include "server/engine/fact.h"
#include "server/engine/rulebook.h"
#include "server/engine/time.h"

namespace kizuna::convert {

// What a fact is read against.
struct FactContext {
  const engine::Rulebook* rulebook = nullptr;  // not null; for its metrics and its calendar
  engine::Instant now = 0;                     // for "ahead of the clock"
  std::string currency;                        // of the book
};

// A fact as the engine knows it, and its words.
struct FactInput {
  engine::Fact fact;  // `words`, the fingerprint, is not filled in
  FactWords words;
};

// Reads one fact. INVALID_ARGUMENT with a BadRequest for everything that is wrong with it; fields
// are named from `path` on, such as `facts[3].observed_at`.
absl::StatusOr<FactInput> FactFromWire(const v1::Fact& wire, const FactContext& context,
                                       const FieldPath& path);

// Reads a profile's present and cleared fields: sorted by key, an empty value clears.
engine::ProfileContent ProfileFromWire(const v1::Profile& wire, const FactContext& context,
                                       const FieldPath& path, Violations& violations);

}  // namespace kizuna::convert

#endif  // KIZUNA_SERVER_CONVERT_FACT_FROM_WIRE_H_
