// SPDX-License-Identifier: Apache-2.0
//
// Whom do the commands about alerts ask?

#ifndef KIZUNA_CLIENT_CLI_ALERT_COMMAND_H_
#define KIZUNA_CLIENT_CLI_ALERT_COMMAND_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "client/cli/json.h"
#include "client/cli/language.h"
#include "client/cli/session.h"
#include "client/lib/alerts.h"

namespace kizuna::cli {

// An alert for people: what happened, in one sentence; its colour; and for programs, with the
// fields of docs/cli.md.
std::string AlertText(const v1::Alert& alert, const Speech& say);
Style StyleOf(v1::AlertSeverity severity);
Json AlertJson(const v1::Alert& alert);

// The alerts of the session's server.
absl::StatusOr<std::unique_ptr<client::AlertClient>> AlertClientOf(Session& session);

}  // namespace kizuna::cli

#endif  // KIZUNA_CLIENT_CLI_ALERT_COMMAND_H_
