// SPDX-License-Identifier: Apache-2.0
//
// What is one run of `kizuna`, from its arguments to its exit code?

#ifndef KIZUNA_CLIENT_CLI_RUN_H_
#define KIZUNA_CLIENT_CLI_RUN_H_

#include <string>
#include <vector>

#include "client/cli/terminal.h"

namespace kizuna::cli {

// Runs the command that `arguments` (without the program's name) describe, prints to `terminal` and
// returns the exit code (exit_code.h). Reads the environment (KIZUNA_SERVER, KIZUNA_TOKEN). Never
// throws.
int Run(const std::vector<std::string>& arguments, const Terminal& terminal);

}  // namespace kizuna::cli

#endif  // KIZUNA_CLIENT_CLI_RUN_H_
