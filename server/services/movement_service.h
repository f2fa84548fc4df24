// SPDX-License-Identifier: Apache-2.0
//
// kizuna.v1.MovementService: what moved a score between two instants.

#ifndef KIZUNA_SERVER_SERVICES_MOVEMENT_SERVICE_H_
#define KIZUNA_SERVER_SERVICES_MOVEMENT_SERVICE_H_

#include "kizuna/v1/movement_service.grpc.pb.h"
#include "server/services/environment.h"

namespace kizuna::server {

class MovementService final : public v1::MovementService::CallbackService {
 public:
  explicit MovementService(const Environment& environment) : environment_(environment) {}

  grpc::ServerUnaryReactor* ExplainMovement(grpc::CallbackServerContext* context,
                                            const v1::ExplainMovementRequest* request,
                                            v1::ExplainMovementResponse* response) override;

 private:
  const Environment& environment_;
};

}  // namespace kizuna::server

#endif  // KIZUNA_SERVER_SERVICES_MOVEMENT_SERVICE_H_
