// SPDX-License-Identifier: Apache-2.0
//
// How is what was told of an account written to disk, and read back?

#ifndef KIZUNA_SERVER_CONVERT_STORED_ALERT_H_
#define KIZUNA_SERVER_CONVERT_STORED_ALERT_H_

#include "kizuna/storage/v1/alert.pb.h"
#include "server/engine/alert.h"

namespace kizuna::convert {

// Begun, as everything that is stored.
engine::AlertMemory FromStored(const storage::v1::AlertMemoryRecord& record);

// Writes all of the record but `standing`, which the engine does not know.
void ToStored(const engine::AlertMemory& memory, storage::v1::AlertMemoryRecord* out);

}  // namespace kizuna::convert

#endif  // KIZUNA_SERVER_CONVERT_STORED_ALERT_H_
