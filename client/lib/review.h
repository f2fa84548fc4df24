// SPDX-License-Identifier: Apache-2.0
//
// How does a C++ program ask for the review of a quarter, and for a proposal? The calls of
// ReviewService, as Client makes those of the other services.

#ifndef KIZUNA_CLIENT_LIB_REVIEW_H_
#define KIZUNA_CLIENT_LIB_REVIEW_H_

#include <memory>

#include "absl/status/statusor.h"
#include "client/lib/options.h"
#include "kizuna/v1/review_service.pb.h"

namespace kizuna::client {

// A server, as who prepares reviews sees it. Thread-safe. Every method blocks until there is an
// answer or its deadline has passed, and never throws; UNAVAILABLE is tried again within the
// deadline. Errors are the server's (error.h).
class ReviewClient {
 public:
  // As Client::Create().
  static absl::StatusOr<std::unique_ptr<ReviewClient>> Create(ClientOptions options);
  ~ReviewClient();
  ReviewClient(const ReviewClient&) = delete;
  ReviewClient& operator=(const ReviewClient&) = delete;

  absl::StatusOr<v1::PrepareReviewResponse> PrepareReview(const v1::PrepareReviewRequest& request,
                                                          const CallOptions& options = {});
  // Both get a request_id of their own where there is none, so that they can be tried again.
  absl::StatusOr<v1::EditReviewResponse> EditReview(v1::EditReviewRequest request,
                                                    const CallOptions& options = {});
  absl::StatusOr<v1::SendReviewResponse> SendReview(v1::SendReviewRequest request,
                                                    const CallOptions& options = {});
  absl::StatusOr<v1::PrepareProposalResponse> PrepareProposal(
      const v1::PrepareProposalRequest& request, const CallOptions& options = {});

 private:
  struct Stubs;
  explicit ReviewClient(std::unique_ptr<Stubs> stubs);
  const std::unique_ptr<Stubs> stubs_;
};

}  // namespace kizuna::client

#endif  // KIZUNA_CLIENT_LIB_REVIEW_H_
