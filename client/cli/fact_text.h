// SPDX-License-Identifier: Apache-2.0
//
// How does a fact read? Whatever its kind, from the descriptor of its content, so that a new kind
// is told by itself.

#ifndef KIZUNA_CLIENT_CLI_FACT_TEXT_H_
#define KIZUNA_CLIENT_CLI_FACT_TEXT_H_

#include <string>

#include "absl/time/time.h"
#include "client/cli/json.h"
#include "kizuna/v1/fact.pb.h"

namespace kizuna::cli {

// The name of the field of its content, such as "survey"; empty without one.
std::string ContentKind(const v1::Fact& fact);

// What of its content is set, for people: "kind nps, score 9, comment saves us a day". Instants are
// told in `zone`.
std::string ContentText(const v1::Fact& fact, absl::TimeZone zone);

// The same for programs: an object of the fields that are set, by their names in the API.
Json ContentJson(const v1::Fact& fact);

}  // namespace kizuna::cli

#endif  // KIZUNA_CLIENT_CLI_FACT_TEXT_H_
