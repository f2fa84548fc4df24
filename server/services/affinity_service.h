// SPDX-License-Identifier: Apache-2.0
//
// kizuna.v1.AffinityService: which products are bought together, and which is worth offering?

#ifndef KIZUNA_SERVER_SERVICES_AFFINITY_SERVICE_H_
#define KIZUNA_SERVER_SERVICES_AFFINITY_SERVICE_H_

#include "kizuna/v1/affinity_service.grpc.pb.h"
#include "server/services/environment.h"

namespace kizuna::server {

class AffinityService final : public v1::AffinityService::CallbackService {
 public:
  explicit AffinityService(const Environment& environment) : environment_(environment) {}

  grpc::ServerUnaryReactor* MineAffinity(grpc::CallbackServerContext* context,
                                         const v1::MineAffinityRequest* request,
                                         v1::MineAffinityResponse* response) override;
  grpc::ServerUnaryReactor* ListOffers(grpc::CallbackServerContext* context,
                                       const v1::ListOffersRequest* request,
                                       v1::ListOffersResponse* response) override;

 private:
  const Environment& environment_;
};

}  // namespace kizuna::server

#endif  // KIZUNA_SERVER_SERVICES_AFFINITY_SERVICE_H_
