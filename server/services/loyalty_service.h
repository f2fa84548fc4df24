// SPDX-License-Identifier: Apache-2.0
//
// kizuna.v1.LoyaltyService: how loyal an account is, and who said otherwise.

#ifndef KIZUNA_SERVER_SERVICES_LOYALTY_SERVICE_H_
#define KIZUNA_SERVER_SERVICES_LOYALTY_SERVICE_H_

#include "kizuna/v1/loyalty_service.grpc.pb.h"
#include "server/services/environment.h"

namespace kizuna::server {

class LoyaltyService final : public v1::LoyaltyService::CallbackService {
 public:
  explicit LoyaltyService(const Environment& environment) : environment_(environment) {}

  grpc::ServerUnaryReactor* GetLoyalty(grpc::CallbackServerContext* context,
                                       const v1::GetLoyaltyRequest* request,
                                       v1::Loyalty* response) override;
  grpc::ServerUnaryReactor* OverrideLoyalty(grpc::CallbackServerContext* context,
                                            const v1::OverrideLoyaltyRequest* request,
                                            v1::OverrideLoyaltyResponse* response) override;
  grpc::ServerUnaryReactor* OverrideTouchTier(grpc::CallbackServerContext* context,
                                              const v1::OverrideTouchTierRequest* request,
                                              v1::OverrideTouchTierResponse* response) override;
  grpc::ServerUnaryReactor* ListLoyaltyHistory(grpc::CallbackServerContext* context,
                                               const v1::ListLoyaltyHistoryRequest* request,
                                               v1::ListLoyaltyHistoryResponse* response) override;

 private:
  const Environment& environment_;
};

}  // namespace kizuna::server

#endif  // KIZUNA_SERVER_SERVICES_LOYALTY_SERVICE_H_
