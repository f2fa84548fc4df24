// SPDX-License-Identifier: Apache-2.0
//
// How is a movement told? In points, each a whole number of millionths.

#ifndef KIZUNA_SERVER_CONVERT_MOVEMENT_TO_WIRE_H_
#define KIZUNA_SERVER_CONVERT_MOVEMENT_TO_WIRE_H_

#include "kizuna/v1/movement_service.pb.h"
#include "server/convert/card_to_wire.h"
#include "server/engine/movement.h"

namespace kizuna::convert {

// The change, the measures without their facts, the caps and the tiers.
void MovementToWire(const engine::Movement& movement, v1::ExplainMovementResponse* out);

// An end of a movement; `level` as the movement has it.
void MovementEndToWire(const CardView& view, engine::Micros level, v1::MovementEnd* out);

}  // namespace kizuna::convert

#endif  // KIZUNA_SERVER_CONVERT_MOVEMENT_TO_WIRE_H_
