// SPDX-License-Identifier: Apache-2.0
//
// Which commands make documents for a customer? Reviews and proposals; each lives in
// <name>_command.cc.

#ifndef KIZUNA_CLIENT_CLI_REVIEW_COMMAND_H_
#define KIZUNA_CLIENT_CLI_REVIEW_COMMAND_H_

#include "client/cli/command.h"

namespace kizuna::cli {

void AddProposalCommand(CommandLine& line);
void AddReviewCommands(CommandLine& line);

}  // namespace kizuna::cli

#endif  // KIZUNA_CLIENT_CLI_REVIEW_COMMAND_H_
