// SPDX-License-Identifier: Apache-2.0
//
// How is an answer told? From the engine's card and decision to the messages of health, loyalty and
// readiness. Nothing is computed here: what is not on the card is not said.

#ifndef KIZUNA_SERVER_CONVERT_CARD_TO_WIRE_H_
#define KIZUNA_SERVER_CONVERT_CARD_TO_WIRE_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/strings/string_view.h"
#include "kizuna/v1/account.pb.h"
#include "kizuna/v1/health.pb.h"
#include "kizuna/v1/loyalty.pb.h"
#include "kizuna/v1/readiness.pb.h"
#include "kizuna/v1/readiness_service.pb.h"
#include "server/engine/card.h"
#include "server/engine/feature.h"
#include "server/engine/lwp.h"
#include "server/engine/rulebook.h"
#include "server/engine/state.h"

namespace kizuna::convert {

// An account at one instant. Borrows everything; must not outlive what it points at.
struct CardView {
  absl::string_view account;  // id
  uint64_t revision = 0;
  uint64_t create_revision = 0;
  engine::Instant checked_at = 0;
  const engine::Rulebook* rulebook = nullptr;
  const engine::State* state = nullptr;
  const engine::Card* card = nullptr;
  absl::string_view currency;
  // The contact id of a person; empty when redacted. Null: persons are not named.
  std::function<std::string(engine::PersonKey)> contact_id;
};

// `with_facts`: each driver cites its facts.
void HealthToWire(const CardView& view, bool with_facts, v1::Health* out);
void LoyaltyToWire(const CardView& view, v1::Loyalty* out);
void DecisionToWire(const CardView& view, const engine::Decision& decision,
                    v1::CheckPitchResponse* out);
void AssessmentToWire(const CardView& view, const engine::Decision& decision, v1::Assessment* out);
// The row of a ranking for `motion`; the best product is the motion's.
void ReadyToWire(const CardView& view, engine::Motion motion, v1::ReadyAccount* out);
void LwpToWire(const CardView& view, const engine::Lwp& lwp, v1::Lwp* out);

// What a value rests on.
void EvidenceItemToWire(const CardView& view, const engine::Evidence& evidence,
                        v1::EvidenceItem* out);

// The profile and revisions.
void AccountToWire(const CardView& view, v1::Account* out);

// The person's record without their words, which the ledger keeps.
void ContactToWire(const CardView& view, const engine::PersonState& person, v1::ContactRecord* out);

}  // namespace kizuna::convert

#endif  // KIZUNA_SERVER_CONVERT_CARD_TO_WIRE_H_
