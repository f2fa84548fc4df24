// SPDX-License-Identifier: Apache-2.0
//
// How are facts read from JSON? In protobuf's JSON form of kizuna.v1.Fact, as one array, as an
// object with the field "facts", or as one fact a line.

#ifndef KIZUNA_CLIENT_CLI_FACT_JSON_H_
#define KIZUNA_CLIENT_CLI_FACT_JSON_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "kizuna/v1/fact.pb.h"

namespace kizuna::cli {

// The facts of `text`, in order, as `flag` gave it. Field names in snake_case or camelCase; an
// account and a product may be written without their collection; a fact without account gets
// `account` (may be empty). A UsageError names the line, or the place, that cannot be read: unknown
// fields are errors.
absl::StatusOr<std::vector<v1::Fact>> ParseFacts(absl::string_view flag, absl::string_view text,
                                                 absl::string_view account);

}  // namespace kizuna::cli

#endif  // KIZUNA_CLIENT_CLI_FACT_JSON_H_
