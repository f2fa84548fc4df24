// SPDX-License-Identifier: Apache-2.0
//
// With which exit code does `kizuna` end? Scripts depend on these numbers: DO NOT CHANGE. The help
// and the manual page read their meaning here; they stand in docs/cli.md too.

#ifndef KIZUNA_CLIENT_CLI_EXIT_CODE_H_
#define KIZUNA_CLIENT_CLI_EXIT_CODE_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace kizuna::cli {

enum ExitCode : int {
  kOk = 0,
  kError = 1,
  kUsage = 2,
  kRejected = 3,
  kDeny = 10,
  kUnknown = 11,
};

// A code and what it says, for whoever writes a script.
struct ExitCodeMeaning {
  ExitCode code;
  const char* brief;    // for a line of the help
  const char* meaning;  // a sentence's part, for the manual page
};

// All of them, in the order of their numbers.
inline constexpr ExitCodeMeaning kExitCodes[] = {
    {kOk, "done (check: ALLOW)", "done; of check: ALLOW"},
    {kError, "error", "it could not be done; standard error says why and what to do"},
    {kUsage, "wrong usage", "the command line, or the config file, makes no sense"},
    {kRejected, "some facts or rows were refused",
     "done in part: some facts or rows were refused, and they are listed"},
    {kDeny, "check: DENY", "of check, and of reservation take and renew: DENY"},
    {kUnknown, "check: UNKNOWN", "of the same: UNKNOWN, also when no answer came in time"},
};

// An error of whoever typed the command: `flag`, as typed ("--as-of"), then what is wrong with it
// and what to write instead. Ends the program with kUsage. INVALID_ARGUMENT.
absl::Status UsageError(absl::string_view flag, absl::string_view message);

// The exit code for an error: kUsage for those of UsageError(), else kError.
ExitCode ExitCodeOf(const absl::Status& error);

}  // namespace kizuna::cli

#endif  // KIZUNA_CLIENT_CLI_EXIT_CODE_H_
