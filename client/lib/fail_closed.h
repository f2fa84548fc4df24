// SPDX-License-Identifier: Apache-2.0
//
// What is the answer to "may I pitch?" when there is none, or one that makes no sense? UNKNOWN,
// with a reason of its own. A pitch is only ever made on a clear ALLOW.

#ifndef KIZUNA_CLIENT_LIB_FAIL_CLOSED_H_
#define KIZUNA_CLIENT_LIB_FAIL_CLOSED_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "kizuna/v1/readiness_service.pb.h"

namespace kizuna::client {

// Codes of the reasons that the client itself gives. Stable; the server never sends them.
inline constexpr absl::string_view kNoAnswer = "NO_ANSWER";
inline constexpr absl::string_view kMalformedAnswer = "MALFORMED_ANSWER";

// Whether `error` says that the question was not answered (no connection, no time, a fault of the
// server), rather than that it was a wrong question (no such account, no such product, no right to
// ask). The first fails closed, the second is the caller's to see.
bool IsNoAnswer(const absl::Status& error);

// UNKNOWN for the account and motion of `request`, with the reason NO_ANSWER, or MALFORMED_ANSWER,
// whose remedy carries `why`.
v1::CheckPitchResponse NoAnswer(const v1::CheckPitchRequest& request, absl::string_view why);
v1::CheckPitchResponse MalformedAnswer(const v1::CheckPitchRequest& request, absl::string_view why);

// `response` itself when it is sound; MalformedAnswer() when its verdict is none of the three, is
// about another account, motion or product than `request`, or contradicts its own reasons.
v1::CheckPitchResponse Vetted(const v1::CheckPitchRequest& request,
                              v1::CheckPitchResponse response);

// The answer to `request` out of how the call ended and what it returned.
absl::StatusOr<v1::CheckPitchResponse> FailClosed(const v1::CheckPitchRequest& request,
                                                  const absl::Status& outcome,
                                                  v1::CheckPitchResponse response);

// The same for many: as many results as requests, in order. An item that was not answered, and
// every item when the call was not or its results do not pair with the requests, is UNKNOWN; an
// item that was a wrong question keeps its error. `answer` is OK or IsNoAnswer().
v1::BatchCheckPitchResponse FailClosed(const v1::BatchCheckPitchRequest& request,
                                       absl::StatusOr<v1::BatchCheckPitchResponse> answer);

}  // namespace kizuna::client

#endif  // KIZUNA_CLIENT_LIB_FAIL_CLOSED_H_
