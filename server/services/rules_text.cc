// SPDX-License-Identifier: Apache-2.0

#include "server/services/rules_text.h"

#include "server/convert/rulebook_from_text.h"
#include "server/limits.h"

namespace kizuna::server {

absl::StatusOr<std::vector<engine::Violation>> ViolationsOf(const Environment& environment,
                                                            absl::string_view text) {
  v1::Rulebook rules;
  std::vector<engine::Violation> violations = convert::ParseViolations(text, rules);
  if (!violations.empty()) return violations;
  return environment.ledger->Validate(text);
}

absl::Status CheckRulesText(const Environment& environment, absl::string_view text) {
  auto violations = ViolationsOf(environment, text);
  if (!violations.ok()) return violations.status();
  if (violations->empty()) return absl::OkStatus();
  std::vector<convert::FieldViolation> fields;
  for (const engine::Violation& violation : *violations) {
    if (fields.size() == static_cast<size_t>(limits::kMaxViolations)) break;
    fields.push_back({violation.field, violation.reason});
  }
  return convert::InvalidFields(fields, violations->size() - fields.size());
}

}  // namespace kizuna::server
