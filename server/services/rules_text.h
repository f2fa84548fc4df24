// SPDX-License-Identifier: Apache-2.0
//
// What is wrong with the text of a rulebook that a client sent?

#ifndef KIZUNA_SERVER_SERVICES_RULES_TEXT_H_
#define KIZUNA_SERVER_SERVICES_RULES_TEXT_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/services/environment.h"

namespace kizuna::server {

// Everything that is wrong with the text: where it does not parse, else what it may not say. Empty:
// it could be put in force.
absl::StatusOr<std::vector<engine::Violation>> ViolationsOf(const Environment& environment,
                                                            absl::string_view text);

// The same as INVALID_ARGUMENT that names the fields of the rulebook at fault.
absl::Status CheckRulesText(const Environment& environment, absl::string_view text);

}  // namespace kizuna::server

#endif  // KIZUNA_SERVER_SERVICES_RULES_TEXT_H_
