// SPDX-License-Identifier: Apache-2.0
//
// Which accounts are meant? Flags for the fields that the server has an index of, and --filter for
// those who know its syntax; all of them must hold.

#ifndef KIZUNA_CLIENT_CLI_FILTER_H_
#define KIZUNA_CLIENT_CLI_FILTER_H_

#include <CLI/CLI.hpp>
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
  std::string filter;
};

// Adds the flags to a command.
void AddFilterFlags(CLI::App* command, FilterFlags* flags);

// The conjunction in the server's syntax (AIP-160): `owner = "sato" AND band = "GREEN"`. UsageError
// for a word that is none of its kind.
absl::StatusOr<std::string> FilterOf(const FilterFlags& flags);

}  // namespace kizuna::cli

#endif  // KIZUNA_CLIENT_CLI_FILTER_H_
