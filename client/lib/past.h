// SPDX-License-Identifier: Apache-2.0
//
// How does a C++ program ask about an account's past, and include no more than that of the API? The
// calls of MovementService and TimelineService, made as Client (client.h) makes all the others.

#ifndef KIZUNA_CLIENT_LIB_PAST_H_
#define KIZUNA_CLIENT_LIB_PAST_H_

#include <memory>

#include "absl/status/statusor.h"
#include "client/lib/options.h"
#include "kizuna/v1/movement_service.pb.h"
#include "kizuna/v1/timeline_service.pb.h"

namespace kizuna::client {

// A server, as who asks about the past sees it. Thread-safe. Every method blocks until there is an
// answer or its deadline has passed, and never throws; UNAVAILABLE is tried again within the
// deadline. Errors are the server's (error.h).
class PastClient {
 public:
  // As Client::Create().
  static absl::StatusOr<std::unique_ptr<PastClient>> Create(ClientOptions options);
  ~PastClient();
  PastClient(const PastClient&) = delete;
  PastClient& operator=(const PastClient&) = delete;

  absl::StatusOr<v1::ExplainMovementResponse> ExplainMovement(
      const v1::ExplainMovementRequest& request, const CallOptions& options = {});
  absl::StatusOr<v1::ListTimelineResponse> ListTimeline(const v1::ListTimelineRequest& request,
                                                        const CallOptions& options = {});

 private:
  struct Stubs;
  explicit PastClient(std::unique_ptr<Stubs> stubs);
  const std::unique_ptr<Stubs> stubs_;
};

}  // namespace kizuna::client

#endif  // KIZUNA_CLIENT_LIB_PAST_H_
