// SPDX-License-Identifier: Apache-2.0
//
// How is an answer to a check printed? The same for `check`, which asked, and `explain`, which asks
// why.

#ifndef KIZUNA_CLIENT_CLI_CHECK_ANSWER_H_
#define KIZUNA_CLIENT_CLI_CHECK_ANSWER_H_

#include "client/cli/exit_code.h"
#include "client/cli/session.h"
#include "kizuna/v1/readiness_service.pb.h"

namespace kizuna::cli {

// kOk for ALLOW, kDeny for DENY, else kUnknown.
ExitCode ExitCodeOf(v1::Verdict verdict);

// The answer for people. Asks the server for the book's time zone, unless the answer is one that no
// server gave.
void PrintAnswerTable(const v1::CheckPitchResponse& answer, Session& session);

// One line of CSV under its header: the fields of the answer's JSON, the gates by their codes.
void PrintAnswerCsv(const v1::CheckPitchResponse& answer, const Terminal& terminal);

}  // namespace kizuna::cli

#endif  // KIZUNA_CLIENT_CLI_CHECK_ANSWER_H_
