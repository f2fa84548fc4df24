// SPDX-License-Identifier: Apache-2.0
//
// What is one run of `kizuna`, from its arguments to its exit code?

#ifndef KIZUNA_CLIENT_CLI_RUN_H_
#define KIZUNA_CLIENT_CLI_RUN_H_

#include <string>
#include <vector>

#include "client/cli/command_tree.h"
#include "client/cli/terminal.h"

namespace kizuna::cli {

// All that can be typed, with the flags for all commands.
CommandNode WholeTree();

// Runs the command that `arguments` (without the program's name) describe, prints to `terminal` and
// returns the exit code (exit_code.h). Reads the environment (KIZUNA_SERVER, KIZUNA_TOKEN) and the
// config file (config_file.h). Never throws.
int Run(const std::vector<std::string>& arguments, const Terminal& terminal);

}  // namespace kizuna::cli

#endif  // KIZUNA_CLIENT_CLI_RUN_H_
