// SPDX-License-Identifier: Apache-2.0

#include "server/engine/canonical_decision.h"

#include <string>
#include <utility>

#include "server/engine/canonical_encoder.h"
#include "server/engine/feature.h"

namespace kizuna::engine {
namespace {

using Encoder = CanonicalEncoder;

void WriteEvidence(Encoder& out, const Evidence& evidence) {
  out.Put(1, evidence.subject).Put(2, evidence.person).Put(3, evidence.fact);
  out.Put(4, evidence.observed_at);
}

void WriteItem(Encoder& out, const Reason::Item& item) {
  out.Put(1, item.feature).PutBits(2, item.value);
  if (item.comparison.has_value()) {
    // One more than its number, so that the first comparison is told from none.
    out.Put(3, static_cast<int>(*item.comparison) + 1).PutBits(4, item.threshold);
  }
  out.List(5, item.facts, WriteEvidence);
}

void WriteReason(Encoder& out, const Reason& reason) {
  const GateSpec& gate = reason.gate->spec;
  out.Put(1, gate.code).Put(2, reason.effect).Put(3, reason.missing);
  out.List(4, gate.motions, [](Encoder& motion, Motion value) { motion.Put(1, value); });
  out.Put(5, gate.remedy).Put(6, gate.who_can_act).Put(7, gate.waivable);
  out.List(8, reason.items, WriteItem);
  out.Put(9, reason.opens_at).Put(10, reason.waived);
}

}  // namespace

std::string CanonicalDecision(const Decision& decision, const Card& card,
                              const Rulebook& rulebook) {
  Encoder out;
  out.Put(1, decision.verdict).Put(2, decision.option.motion);
  if (decision.option.product >= 0) {
    out.Put(3, rulebook.products()[decision.option.product].id);
  }
  out.PutBits(4, card.health.score).Put(5, card.health.band).PutBits(6, card.health.coverage);
  out.PutBits(7, decision.option.readiness.score);
  out.List(8, decision.reasons, WriteReason);
  out.Put(9, decision.changes_at).Put(10, card.valid_until);
  return std::move(out).Take();
}

}  // namespace kizuna::engine
