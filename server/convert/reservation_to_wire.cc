// SPDX-License-Identifier: Apache-2.0

#include "server/convert/reservation_to_wire.h"

#include "server/convert/names.h"
#include "server/convert/values.h"

namespace kizuna::convert {
namespace {

v1::PitchOutcome ToWire(engine::PitchOutcome outcome) {
  switch (outcome) {
    case engine::PitchOutcome::kWon:
      return v1::PITCH_OUTCOME_WON;
    case engine::PitchOutcome::kLost:
      return v1::PITCH_OUTCOME_LOST;
    case engine::PitchOutcome::kNotNow:
      return v1::PITCH_OUTCOME_NOT_NOW;
    case engine::PitchOutcome::kAskedToStop:
      return v1::PITCH_OUTCOME_ASKED_TO_STOP;
    case engine::PitchOutcome::kExpired:  // told by its end
    case engine::PitchOutcome::kUnspecified:
      return v1::PITCH_OUTCOME_UNSPECIFIED;
  }
  return v1::PITCH_OUTCOME_UNSPECIFIED;
}

}  // namespace

void ReservationToWire(absl::string_view account, const engine::ReservationContent& from,
                       const std::string& contact_id, v1::Reservation* out) {
  out->set_account(AccountName(account));
  out->set_reservation_id(from.reservation_id);
  out->set_status(static_cast<v1::Reservation::Status>(from.status));
  out->set_team(from.team);
  out->set_holder(from.holder);
  out->set_motion(convert::ToWire(from.motion));
  out->set_product(ProductName(from.product));
  out->set_contact_id(contact_id);
  out->set_channel(from.channel);
  out->set_fencing_token(from.fencing_token);
  *out->mutable_held_since() = TimestampOf(from.since);
  *out->mutable_expires_at() = TimestampOf(from.expires_at);
  out->set_closed_gate(from.gate);
  out->set_outcome(ToWire(from.outcome));
  out->mutable_credited_teams()->Assign(from.credited.begin(), from.credited.end());
  out->set_decision_id(from.decision_id);
}

engine::PitchOutcome OutcomeOf(v1::PitchOutcome outcome) {
  switch (outcome) {
    case v1::PITCH_OUTCOME_WON:
      return engine::PitchOutcome::kWon;
    case v1::PITCH_OUTCOME_LOST:
      return engine::PitchOutcome::kLost;
    case v1::PITCH_OUTCOME_NOT_NOW:
      return engine::PitchOutcome::kNotNow;
    case v1::PITCH_OUTCOME_ASKED_TO_STOP:
      return engine::PitchOutcome::kAskedToStop;
    default:
      return engine::PitchOutcome::kUnspecified;
  }
}

}  // namespace kizuna::convert
