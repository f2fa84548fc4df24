// SPDX-License-Identifier: Apache-2.0
//
// kizuna.v1.HealthService: how well an account is, why, and how it was.

#ifndef KIZUNA_SERVER_SERVICES_HEALTH_SERVICE_H_
#define KIZUNA_SERVER_SERVICES_HEALTH_SERVICE_H_

#include "kizuna/v1/health_service.grpc.pb.h"
#include "server/services/environment.h"

namespace kizuna::server {

class HealthService final : public v1::HealthService::CallbackService {
 public:
  explicit HealthService(const Environment& environment) : environment_(environment) {}

  grpc::ServerUnaryReactor* GetHealth(grpc::CallbackServerContext* context,
                                      const v1::GetHealthRequest* request,
                                      v1::Health* response) override;
  grpc::ServerUnaryReactor* BatchGetHealth(grpc::CallbackServerContext* context,
                                           const v1::BatchGetHealthRequest* request,
                                           v1::BatchGetHealthResponse* response) override;
  grpc::ServerUnaryReactor* ExplainHealth(grpc::CallbackServerContext* context,
                                          const v1::ExplainHealthRequest* request,
                                          v1::ExplainHealthResponse* response) override;
  grpc::ServerUnaryReactor* ListHealthHistory(grpc::CallbackServerContext* context,
                                              const v1::ListHealthHistoryRequest* request,
                                              v1::ListHealthHistoryResponse* response) override;

 private:
  const Environment& environment_;
};

}  // namespace kizuna::server

#endif  // KIZUNA_SERVER_SERVICES_HEALTH_SERVICE_H_
