// SPDX-License-Identifier: Apache-2.0
//
// With which exit code does `kizuna` end? Scripts depend on these numbers: DO NOT CHANGE. They
// stand in docs/cli.md too.

#ifndef KIZUNA_CLIENT_CLI_EXIT_CODE_H_
#define KIZUNA_CLIENT_CLI_EXIT_CODE_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace kizuna::cli {

enum ExitCode : int {
  kOk = 0,        // done; of `check`: ALLOW
  kError = 1,     // it could not be done; standard error says why
  kUsage = 2,     // the command line makes no sense
  kRejected = 3,  // done in part: some facts or rows were refused, and they are listed
  kDeny = 10,     // of `check`: DENY
  kUnknown = 11,  // of `check`: UNKNOWN, also when no answer came in time
};

// An error of whoever typed the command: `flag`, as typed ("--as-of"), then what is wrong with it
// and what to write instead. Ends the program with kUsage. INVALID_ARGUMENT.
absl::Status UsageError(absl::string_view flag, absl::string_view message);

// The exit code for an error: kUsage for those of UsageError(), else kError.
ExitCode ExitCodeOf(const absl::Status& error);

}  // namespace kizuna::cli

#endif  // KIZUNA_CLIENT_CLI_EXIT_CODE_H_
