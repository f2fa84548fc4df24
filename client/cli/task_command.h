// SPDX-License-Identifier: Apache-2.0
//
// How does a task look? What other commands than `kizuna task` need of it.

#ifndef KIZUNA_CLIENT_CLI_TASK_COMMAND_H_
#define KIZUNA_CLIENT_CLI_TASK_COMMAND_H_

#include "client/cli/json.h"
#include "client/cli/terminal.h"
#include "kizuna/v1/task_service.pb.h"

namespace kizuna::cli {

// The colour of a state, and a task for programs, with the fields of docs/cli.md.
Style StyleOf(v1::TaskState state);
Json TaskJson(const v1::Task& task);

}  // namespace kizuna::cli

#endif  // KIZUNA_CLIENT_CLI_TASK_COMMAND_H_
