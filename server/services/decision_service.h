// SPDX-License-Identifier: Apache-2.0
//
// kizuna.v1.DecisionService: why was that answered then, and what would be answered if?

#ifndef KIZUNA_SERVER_SERVICES_DECISION_SERVICE_H_
#define KIZUNA_SERVER_SERVICES_DECISION_SERVICE_H_

#include "kizuna/v1/decision_service.grpc.pb.h"
#include "server/services/environment.h"

namespace kizuna::server {

class DecisionService final : public v1::DecisionService::CallbackService {
 public:
  explicit DecisionService(const Environment& environment) : environment_(environment) {}

  grpc::ServerUnaryReactor* ExplainDecision(grpc::CallbackServerContext* context,
                                            const v1::ExplainDecisionRequest* request,
                                            v1::ExplainDecisionResponse* response) override;
  grpc::ServerUnaryReactor* Simulate(grpc::CallbackServerContext* context,
                                     const v1::SimulateRequest* request,
                                     v1::SimulateResponse* response) override;
  grpc::ServerUnaryReactor* RotateDecisionKey(grpc::CallbackServerContext* context,
                                              const v1::RotateDecisionKeyRequest* request,
                                              v1::RotateDecisionKeyResponse* response) override;

 private:
  const Environment& environment_;
};

}  // namespace kizuna::server

#endif  // KIZUNA_SERVER_SERVICES_DECISION_SERVICE_H_
