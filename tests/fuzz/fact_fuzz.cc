// SPDX-License-Identifier: Apache-2.0
//
// Can a fact make the server fall, or come back from the disk as another one? The bytes are facts
// as they come over the wire, one behind the other; those that are taken are folded and judged.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "google/protobuf/stubs/logging.h"
#include "kizuna/v1/fact_service.pb.h"
#include "server/convert/fact_from_wire.h"
#include "server/convert/stored_fact.h"
#include "server/engine/canonical.h"
#include "server/engine/card.h"
#include "server/engine/fold.h"
#include "tests/engine/account.h"

using namespace kizuna;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const google::protobuf::LogSilencer silent;  // it writes a line for each bad string
  v1::RecordFactsRequest request;
  if (!request.ParseFromArray(data, static_cast<int>(size))) return 0;
  static const auto& rulebook = *new auto(engine::testing::Starter());
  const engine::Instant now = engine::testing::T("2024-06-10");
  const convert::FactContext context{rulebook.get(), now, "USD"};
  std::vector<engine::Fact> facts;
  for (const v1::Fact& wire : request.facts()) {
    const auto read = convert::FactFromWire(wire, context, convert::FieldPath().Item("facts", 0));
    if (!read.ok()) continue;
    const auto again = convert::FromStored(convert::ToStored(read->fact, 7), read->fact.account,
                                           read->fact.source, read->fact.id);
    if (!again.ok()) abort();
    if (engine::CanonicalFact(*again) != engine::CanonicalFact(read->fact)) abort();
    facts.push_back(read->fact);
    facts.back().id += std::to_string(facts.size());  // an identity of its own
  }
  const engine::State state = engine::Fold(facts, engine::Calendar());
  if (now < state.exact_from) return 0;
  const engine::Card card = engine::Evaluate(state, *rulebook, now);
  if (card.valid_until <= now) abort();
  return 0;
}
