// SPDX-License-Identifier: Apache-2.0
#include "client/lib/past.h"

#include <grpcpp/channel.h>

#include <utility>

#include "client/lib/caller.h"
#include "client/lib/channel.h"
#include "kizuna/v1/movement_service.grpc.pb.h"
#include "kizuna/v1/timeline_service.grpc.pb.h"

namespace kizuna::client {

struct PastClient::Stubs {
  ClientOptions options;
  std::unique_ptr<v1::MovementService::Stub> movement;
  std::unique_ptr<v1::TimelineService::Stub> timeline;
};

PastClient::PastClient(std::unique_ptr<Stubs> stubs) : stubs_(std::move(stubs)) {}
PastClient::~PastClient() = default;

absl::StatusOr<std::unique_ptr<PastClient>> PastClient::Create(ClientOptions options) {
  const absl::StatusOr<std::shared_ptr<grpc::Channel>> channel = MakeChannel(options);
  if (!channel.ok()) return channel.status();
  auto stubs = std::make_unique<Stubs>();
  stubs->options = std::move(options);
  stubs->movement = v1::MovementService::NewStub(*channel);
  stubs->timeline = v1::TimelineService::NewStub(*channel);
  return std::unique_ptr<PastClient>(new PastClient(std::move(stubs)));
}

absl::StatusOr<v1::ExplainMovementResponse> PastClient::ExplainMovement(
    const v1::ExplainMovementRequest& request, const CallOptions& options) {
  return Call(stubs_->options, Repeat::kSafe, *stubs_->movement,
              &v1::MovementService::Stub::ExplainMovement, request, options);
}

absl::StatusOr<v1::ListTimelineResponse> PastClient::ListTimeline(
    const v1::ListTimelineRequest& request, const CallOptions& options) {
  return Call(stubs_->options, Repeat::kSafe, *stubs_->timeline,
              &v1::TimelineService::Stub::ListTimeline, request, options);
}

}  // namespace kizuna::client
