// SPDX-License-Identifier: Apache-2.0
//
// kizuna.v1.ReadinessService: may I pitch this to that account now?

#ifndef KIZUNA_SERVER_SERVICES_READINESS_SERVICE_H_
#define KIZUNA_SERVER_SERVICES_READINESS_SERVICE_H_

#include "kizuna/v1/readiness_service.grpc.pb.h"
#include "server/services/environment.h"

namespace kizuna::server {

// Checks come and go as bytes, because their answers lie ready as bytes (docs/adr/0101).
using ChecksInBytes = v1::ReadinessService::WithRawCallbackMethod_CheckPitch<
    v1::ReadinessService::WithRawCallbackMethod_BatchCheckPitch<
        v1::ReadinessService::WithCallbackMethod_ListReady<
            v1::ReadinessService::WithCallbackMethod_ListBlocked<v1::ReadinessService::Service>>>>;

class ReadinessService final : public ChecksInBytes {
 public:
  explicit ReadinessService(const Environment& environment) : environment_(environment) {}

  grpc::ServerUnaryReactor* CheckPitch(grpc::CallbackServerContext* context,
                                       const grpc::ByteBuffer* request,
                                       grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* BatchCheckPitch(grpc::CallbackServerContext* context,
                                            const grpc::ByteBuffer* request,
                                            grpc::ByteBuffer* response) override;
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
