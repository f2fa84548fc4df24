// SPDX-License-Identifier: Apache-2.0
//
// kizuna.v1.PortfolioService: how the whole book stands, and what the rules have no evidence for.

#ifndef KIZUNA_SERVER_SERVICES_PORTFOLIO_SERVICE_H_
#define KIZUNA_SERVER_SERVICES_PORTFOLIO_SERVICE_H_

#include "kizuna/v1/portfolio_service.grpc.pb.h"
#include "server/services/environment.h"

namespace kizuna::server {

class PortfolioService final : public v1::PortfolioService::CallbackService {
 public:
  explicit PortfolioService(const Environment& environment) : environment_(environment) {}

  grpc::ServerUnaryReactor* GetPortfolio(grpc::CallbackServerContext* context,
                                         const v1::GetPortfolioRequest* request,
                                         v1::GetPortfolioResponse* response) override;
  grpc::ServerUnaryReactor* GetModelCoverage(grpc::CallbackServerContext* context,
                                             const v1::GetModelCoverageRequest* request,
                                             v1::GetModelCoverageResponse* response) override;

 private:
  const Environment& environment_;
};

}  // namespace kizuna::server

#endif  // KIZUNA_SERVER_SERVICES_PORTFOLIO_SERVICE_H_
