// SPDX-License-Identifier: Apache-2.0
//
// How do reservations look on the wire, and what does a wish say?

#ifndef KIZUNA_SERVER_CONVERT_RESERVATION_TO_WIRE_H_
#define KIZUNA_SERVER_CONVERT_RESERVATION_TO_WIRE_H_

#include <string>

#include "absl/strings/string_view.h"
#include "kizuna/v1/reservation.pb.h"
#include "server/engine/fact.h"

namespace kizuna::convert {

// `account` is an id; `contact_id` is empty when redacted or unknown.
void ReservationToWire(absl::string_view account, const engine::ReservationContent& from,
                       const std::string& contact_id, v1::Reservation* out);

// kUnspecified for what is not an outcome.
engine::PitchOutcome OutcomeOf(v1::PitchOutcome outcome);

}  // namespace kizuna::convert

#endif  // KIZUNA_SERVER_CONVERT_RESERVATION_TO_WIRE_H_
