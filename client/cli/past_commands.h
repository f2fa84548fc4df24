// SPDX-License-Identifier: Apache-2.0
//
// Which commands tell an account's past, write down what a person did, and carry a book away? Those
// of run.cc's list that came after command.h's; each lives in <name>_command.cc.

#ifndef KIZUNA_CLIENT_CLI_PAST_COMMANDS_H_
#define KIZUNA_CLIENT_CLI_PAST_COMMANDS_H_

#include "client/cli/command.h"
#include "client/cli/json.h"
#include "kizuna/v1/movement_service.pb.h"

namespace kizuna::cli {

void AddExportCommand(CommandLine& line);
void AddMovedCommand(CommandLine& line);
void AddRecordingCommands(CommandLine& line);
void AddReimportCommand(CommandLine& line);
void AddTimelineCommand(CommandLine& line);
void AddTodayCommand(CommandLine& line);

// What moved an account, for programs: as `kizuna moved --format json`.
Json MovementJson(const v1::ExplainMovementResponse& answer);

}  // namespace kizuna::cli

#endif  // KIZUNA_CLIENT_CLI_PAST_COMMANDS_H_
