// SPDX-License-Identifier: Apache-2.0
//
// Whom do the commands about alerts ask?

#ifndef KIZUNA_CLIENT_CLI_ALERT_COMMAND_H_
#define KIZUNA_CLIENT_CLI_ALERT_COMMAND_H_

#include <memory>

#include "absl/status/statusor.h"
#include "client/cli/session.h"
#include "client/lib/alerts.h"

namespace kizuna::cli {

// The alerts of the session's server.
absl::StatusOr<std::unique_ptr<client::AlertClient>> AlertClientOf(Session& session);

}  // namespace kizuna::cli

#endif  // KIZUNA_CLIENT_CLI_ALERT_COMMAND_H_
