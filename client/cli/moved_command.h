// SPDX-License-Identifier: Apache-2.0
//
// What moved an account, for programs? As `kizuna moved --format json` prints it.

#ifndef KIZUNA_CLIENT_CLI_MOVED_COMMAND_H_
#define KIZUNA_CLIENT_CLI_MOVED_COMMAND_H_

#include "client/cli/json.h"
#include "kizuna/v1/movement_service.pb.h"

namespace kizuna::cli {

Json MovementJson(const v1::ExplainMovementResponse& answer);

}  // namespace kizuna::cli

#endif  // KIZUNA_CLIENT_CLI_MOVED_COMMAND_H_
