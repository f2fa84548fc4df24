// SPDX-License-Identifier: Apache-2.0
//
// Which accounts are meant? Flags for what people ask most, and --filter for those who know the
// server's syntax; all of them must hold. The same for every command that lists or sums up.

#ifndef KIZUNA_CLIENT_CLI_FILTER_H_
#define KIZUNA_CLIENT_CLI_FILTER_H_

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"

namespace kizuna::cli {

// What was typed; empty: not asked for.
struct FilterFlags {
  std::string owner;
  std::string sales_owner;
  std::string segment;
  std::string industry;
  std::string partner;
  std::string band;
  std::string touch;
  std::string loyalty;
  std::string cell;
  std::string product;
  std::string gate;
  int32_t renewal_within = -1;  // days; below 0: not asked for
  std::string filter;
};

// Whose accounts a command looks at when no --owner was given.
enum class Scope {
  kOwner,     // those of the config file's `owner`; --everyone lifts it
  kWholeBook  // all: what is asked is about the book, not about somebody's accounts
};

// Adds the flags to a command.
void AddFilterFlags(CLI::App* command, FilterFlags* flags, Scope scope = Scope::kOwner);

// Adds --everyone to a command, which excludes `owner`, its flag --owner. A command that has it
// takes the config file's owner by default (run.cc).
void AddEveryoneFlag(CLI::App* command, CLI::Option* owner);

// The conjunction in the server's syntax (AIP-160): `owner = "sato" AND band = "GREEN"`. UsageError
// for a word that is none of its kind.
absl::StatusOr<std::string> FilterOf(const FilterFlags& flags);

}  // namespace kizuna::cli

#endif  // KIZUNA_CLIENT_CLI_FILTER_H_
