// SPDX-License-Identifier: Apache-2.0
//
// What is in the file that was named on the command line?

#ifndef KIZUNA_CLIENT_CLI_INPUT_FILE_H_
#define KIZUNA_CLIENT_CLI_INPUT_FILE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/cli/session.h"

namespace kizuna::cli {

// The bytes of the file, or of standard input for "-". A UsageError naming `flag` when it cannot be
// read.
absl::StatusOr<std::string> ReadInput(absl::string_view flag, const std::string& path,
                                      Session& session);

}  // namespace kizuna::cli

#endif  // KIZUNA_CLIENT_CLI_INPUT_FILE_H_
