// SPDX-License-Identifier: Apache-2.0
//
// Who says what a setting is? A flag, else the environment, else the config file, else nobody, and
// then the default holds.

#ifndef KIZUNA_CLIENT_CLI_SETTINGS_H_
#define KIZUNA_CLIENT_CLI_SETTINGS_H_

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "client/cli/config_file.h"
#include "client/cli/session.h"
#include "client/cli/terminal.h"

namespace kizuna::cli {

// Sets the flags of `root` that neither `arguments`, which were parsed, nor the environment set
// from the key of `config` that has their name, and tells in `flags` who set what. A UsageError
// names the line of a value that the flag does not take.
absl::Status TakeSettings(const Config& config, const std::vector<std::string>& arguments,
                          CLI::App* root, GlobalFlags* flags);

// Sets the flag --owner of a command that has --everyone too, when neither was typed, from
// `config`, and says so on standard error.
void TakeOwner(const Config& config, CLI::App* command, const Terminal& terminal);

}  // namespace kizuna::cli

#endif  // KIZUNA_CLIENT_CLI_SETTINGS_H_
