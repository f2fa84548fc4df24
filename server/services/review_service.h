// SPDX-License-Identifier: Apache-2.0
//
// kizuna.v1.ReviewService: what we tell a customer of the quarter, and what we propose.

#ifndef KIZUNA_SERVER_SERVICES_REVIEW_SERVICE_H_
#define KIZUNA_SERVER_SERVICES_REVIEW_SERVICE_H_

#include "kizuna/v1/review_service.grpc.pb.h"
#include "server/services/environment.h"

namespace kizuna::server {

class ReviewService final : public v1::ReviewService::CallbackService {
 public:
  explicit ReviewService(const Environment& environment) : environment_(environment) {}

  grpc::ServerUnaryReactor* PrepareReview(grpc::CallbackServerContext* context,
                                          const v1::PrepareReviewRequest* request,
                                          v1::PrepareReviewResponse* response) override;
  grpc::ServerUnaryReactor* EditReview(grpc::CallbackServerContext* context,
                                       const v1::EditReviewRequest* request,
                                       v1::EditReviewResponse* response) override;
  grpc::ServerUnaryReactor* SendReview(grpc::CallbackServerContext* context,
                                       const v1::SendReviewRequest* request,
                                       v1::SendReviewResponse* response) override;
  grpc::ServerUnaryReactor* PrepareProposal(grpc::CallbackServerContext* context,
                                            const v1::PrepareProposalRequest* request,
                                            v1::PrepareProposalResponse* response) override;

 private:
  const Environment& environment_;
};

}  // namespace kizuna::server

#endif  // KIZUNA_SERVER_SERVICES_REVIEW_SERVICE_H_
