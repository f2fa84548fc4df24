// SPDX-License-Identifier: Apache-2.0
//
// How is a question of CheckPitch written on the command line? The same flags for all commands that
// ask one.

#ifndef KIZUNA_CLIENT_CLI_QUESTION_FLAGS_H_
#define KIZUNA_CLIENT_CLI_QUESTION_FLAGS_H_

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "kizuna/v1/readiness_service.pb.h"

namespace kizuna::cli {

// The help of the flag, the same everywhere.
inline constexpr char kKnownAtHelp[] =
    "only what was known at this revision of the account (default: all that is known)";

// What was typed.
struct QuestionFlags {
  std::string account;
  std::string motion;
  std::string product;
  std::string team;
  std::string contact;
  std::string channel;
  std::string as_of;
  uint64_t known_at = 0;
  uint64_t at_least_as_fresh = 0;

  // Adds the account and the flags to `command`, which this must outlive. Once. `contact_flag` is
  // the flag for the person, since a command may use --contact for another.
  void AddTo(CLI::App* command, const std::string& contact_flag = "--contact");

  // The question. UsageError.
  absl::StatusOr<v1::CheckPitchRequest> Request() const;
};

}  // namespace kizuna::cli

#endif  // KIZUNA_CLIENT_CLI_QUESTION_FLAGS_H_
