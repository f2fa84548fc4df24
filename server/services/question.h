// SPDX-License-Identifier: Apache-2.0
//
// What does a check ask, and how is it answered? Shared by all who answer a question of CheckPitch:
// the check itself, its replay and its simulation.

#ifndef KIZUNA_SERVER_SERVICES_QUESTION_H_
#define KIZUNA_SERVER_SERVICES_QUESTION_H_

#include <string>

#include "absl/status/status.h"
#include "kizuna/v1/readiness_service.pb.h"
#include "server/services/environment.h"

namespace kizuna::server {

// A question, checked.
struct Question {
  std::string account;  // id
  engine::Request request;
  ledger::ReadOptions options;
};

// Reads a question; what is wrong goes to the violations, and then nobody looks at what was
// returned.
Question QuestionOf(const Environment& environment, const v1::CheckPitchRequest& request,
                    const convert::FieldPath& path, convert::Violations& violations);

// INVALID_ARGUMENT when the product that is asked about is not in the view's catalogue, which may
// have changed since the question was read.
absl::Status CheckProduct(const ledger::View& view, const engine::Request& request,
                          const convert::FieldPath& path);

// Decides at the view's instant and tells it, without an id.
void Answer(const Environment& environment, const ledger::View& view,
            const engine::Request& request, v1::CheckPitchResponse* response);

// The same with its id, as the bytes of a CheckPitchResponse. What was asked before is not told
// again from the start: its bytes lie with the account.
std::string AnswerBytes(const Environment& environment, const ledger::View& view,
                        const engine::Request& request);

}  // namespace kizuna::server

#endif  // KIZUNA_SERVER_SERVICES_QUESTION_H_
