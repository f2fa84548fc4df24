// SPDX-License-Identifier: Apache-2.0
//
// How is a rulebook's text read? As text format of kizuna.v1.Rulebook, checked by its schema: what
// does not parse is named with its line. What the numbers may be is checked when the rulebook is
// compiled (server/engine/rulebook.h).

#ifndef KIZUNA_SERVER_CONVERT_RULEBOOK_FROM_TEXT_H_
#define KIZUNA_SERVER_CONVERT_RULEBOOK_FROM_TEXT_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "kizuna/v1/rulebook.pb.h"
#include "server/engine/rulebook.h"

namespace kizuna::convert {

// The spec, with the defaults of rulebook.proto put in. INVALID_ARGUMENT with a BadRequest whose
// fields are `line 12, column 5` (from 1) for text that does not parse, and `text` for one too
// long.
absl::StatusOr<engine::RulebookSpec> RulebookFromText(absl::string_view text);

// The same for a message.
engine::RulebookSpec RulebookFromWire(const v1::Rulebook& wire);

engine::MetricSpec MetricFromWire(const v1::Metric& wire);
v1::Metric MetricToWire(const engine::MetricSpec& spec);

// Only what is wrong with the text itself, as violations; empty when it parses.
std::vector<engine::Violation> ParseViolations(absl::string_view text, v1::Rulebook& out);

}  // namespace kizuna::convert

#endif  // KIZUNA_SERVER_CONVERT_RULEBOOK_FROM_TEXT_H_
