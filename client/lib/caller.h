// SPDX-License-Identifier: Apache-2.0
//
// How is one call made? With a deadline, with the token, and again after UNAVAILABLE where that
// does no harm. Inside the library only.

#ifndef KIZUNA_CLIENT_LIB_CALLER_H_
#define KIZUNA_CLIENT_LIB_CALLER_H_

#include <grpcpp/client_context.h>
#include <grpcpp/support/status.h>

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "client/lib/options.h"

namespace kizuna::client {

// Whether a call that may have happened can be made again without harm.
enum class Repeat { kSafe, kNever };

// The wait before try `attempt` + 1, where `attempt` counts from 1, with its part of chance.
absl::Duration BackoffAfter(int attempt, const RetryPolicy& policy);

// 32 hexadecimal digits that nobody else comes up with.
std::string NewRequestId();

// Gives a request that has none a request_id of its own, so that it can be tried again.
template <typename Request>
void EnsureRequestId(Request* request) {
  if (request->request_id().empty()) request->set_request_id(NewRequestId());
}

// Puts the bearer token, if there is one, on `context`. The error of the hook otherwise.
absl::Status Authorize(const ClientOptions& options, grpc::ClientContext* context);

// Makes `attempt` once, or until it does not end UNAVAILABLE, within `deadline` of now, and answers
// how it ended. Blocks. Thread-safe when `attempt` is.
absl::Status MakeCall(const ClientOptions& options, absl::Duration deadline, Repeat repeat,
                      const std::function<grpc::Status(grpc::ClientContext*)>& attempt);

// Makes the call `method` of `stub` within the deadline of `call`, or of `options` without one.
template <typename Stub, typename Request, typename Response>
absl::StatusOr<Response> Call(const ClientOptions& options, Repeat repeat, Stub& stub,
                              grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                           Response*),
                              const Request& request, const CallOptions& call) {
  Response response;
  const absl::Status outcome = MakeCall(options, call.deadline.value_or(options.deadline), repeat,
                                        [&](grpc::ClientContext* context) {
                                          response.Clear();
                                          return (stub.*method)(context, request, &response);
                                        });
  if (!outcome.ok()) return outcome;
  return response;
}

}  // namespace kizuna::client

#endif  // KIZUNA_CLIENT_LIB_CALLER_H_
