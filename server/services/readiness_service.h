// SPDX-License-Identifier: Apache-2.0
//
// kizuna.v1.ReadinessService: may I pitch this to that account now?

#ifndef KIZUNA_SERVER_SERVICES_READINESS_SERVICE_H_
#define KIZUNA_SERVER_SERVICES_READINESS_SERVICE_H_

#include "kizuna/v1/readiness_service.grpc.pb.h"
#include "server/services/environment.h"

namespace kizuna::server {

class ReadinessService final : public v1::ReadinessService::CallbackService {
 public:
  explicit ReadinessService(const Environment& environment) : environment_(environment) {}

  grpc::ServerUnaryReactor* CheckPitch(grpc::CallbackServerContext* context,
                                       const v1::CheckPitchRequest* request,
                                       v1::CheckPitchResponse* response) override;
  grpc::ServerUnaryReactor* BatchCheckPitch(grpc::CallbackServerContext* context,
                                            const v1::BatchCheckPitchRequest* request,
                                            v1::BatchCheckPitchResponse* response) override;
  grpc::ServerUnaryReactor* ListReady(grpc::CallbackServerContext* context,
                                      const v1::ListReadyRequest* request,
                                      v1::ListReadyResponse* response) override;
  grpc::ServerWriteReactor<v1::ListBlockedResponse>* ListBlocked(
      grpc::CallbackServerContext* context, const v1::ListBlockedRequest* request) override;

 private:
  const Environment& environment_;
};

}  // namespace kizuna::server

#endif  // KIZUNA_SERVER_SERVICES_READINESS_SERVICE_H_
