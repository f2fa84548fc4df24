// SPDX-License-Identifier: Apache-2.0
//
// How is a profile written on the command line? A flag a field; what is not given stays as it is.

#ifndef KIZUNA_CLIENT_CLI_ACCOUNT_FLAGS_H_
#define KIZUNA_CLIENT_CLI_ACCOUNT_FLAGS_H_

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "kizuna/v1/fact.pb.h"

namespace kizuna::cli {

// What was typed; empty: not given.
struct UpsertFlags {
  std::string account;
  std::string name;
  std::string parent;
  std::string segment;
  std::string industry;
  std::string country;
  std::string language;
  std::string owner;
  std::string sales_owner;
  std::string partner;
  std::string lifetime_value;
  int budget_month = 0;
  std::vector<std::string> aliases;         // SYSTEM=ID
  std::vector<std::string> sizing;          // NAME=NUMBER
  std::vector<std::string> product_owners;  // PRODUCT=NAME
  std::vector<std::string> cleared;         // FIELD
};

// Adds the flags to `command`.
void AddUpsertFlags(CLI::App* command, UpsertFlags* flags);

// The profile that the flags describe: sparse, in the API's sense. UsageError.
absl::StatusOr<v1::Profile> ProfileOf(const UpsertFlags& flags);

// Reads an amount such as 1200 or 99.5, to the millionth; its currency is left to the book.
// UsageError naming `flag`.
absl::StatusOr<v1::Money> ParseAmount(absl::string_view flag, absl::string_view text);

}  // namespace kizuna::cli

#endif  // KIZUNA_CLIENT_CLI_ACCOUNT_FLAGS_H_
