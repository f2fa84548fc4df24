// SPDX-License-Identifier: Apache-2.0
#include "client/lib/review.h"

#include <grpcpp/channel.h>

#include <utility>

#include "client/lib/caller.h"
#include "client/lib/channel.h"
#include "kizuna/v1/review_service.grpc.pb.h"

namespace kizuna::client {

struct ReviewClient::Stubs {
  ClientOptions options;
  std::unique_ptr<v1::ReviewService::Stub> review;
};

ReviewClient::ReviewClient(std::unique_ptr<Stubs> stubs) : stubs_(std::move(stubs)) {}
ReviewClient::~ReviewClient() = default;

absl::StatusOr<std::unique_ptr<ReviewClient>> ReviewClient::Create(ClientOptions options) {
  const absl::StatusOr<std::shared_ptr<grpc::Channel>> channel = MakeChannel(options);
  if (!channel.ok()) return channel.status();
  auto stubs = std::make_unique<Stubs>();
  stubs->options = std::move(options);
  stubs->review = v1::ReviewService::NewStub(*channel);
  return std::unique_ptr<ReviewClient>(new ReviewClient(std::move(stubs)));
}

absl::StatusOr<v1::PrepareReviewResponse> ReviewClient::PrepareReview(
    const v1::PrepareReviewRequest& request, const CallOptions& options) {
  return Call(stubs_->options, Repeat::kSafe, *stubs_->review,
              &v1::ReviewService::Stub::PrepareReview, request, options);
}

absl::StatusOr<v1::EditReviewResponse> ReviewClient::EditReview(v1::EditReviewRequest request,
                                                                const CallOptions& options) {
  EnsureRequestId(&request);
  return Call(stubs_->options, Repeat::kSafe, *stubs_->review, &v1::ReviewService::Stub::EditReview,
              request, options);
}

absl::StatusOr<v1::SendReviewResponse> ReviewClient::SendReview(v1::SendReviewRequest request,
                                                                const CallOptions& options) {
  EnsureRequestId(&request);
  return Call(stubs_->options, Repeat::kSafe, *stubs_->review, &v1::ReviewService::Stub::SendReview,
              request, options);
}

absl::StatusOr<v1::PrepareProposalResponse> ReviewClient::PrepareProposal(
    const v1::PrepareProposalRequest& request, const CallOptions& options) {
  return Call(stubs_->options, Repeat::kSafe, *stubs_->review,
              &v1::ReviewService::Stub::PrepareProposal, request, options);
}

}  // namespace kizuna::client
