// SPDX-License-Identifier: Apache-2.0
//
// kizuna.v1.SourceService: who sends facts, and up to when all of them.

#ifndef KIZUNA_SERVER_SERVICES_SOURCE_SERVICE_H_
#define KIZUNA_SERVER_SERVICES_SOURCE_SERVICE_H_

#include "kizuna/v1/source_service.grpc.pb.h"
#include "server/services/environment.h"

namespace kizuna::server {

class SourceService final : public v1::SourceService::CallbackService {
 public:
  explicit SourceService(const Environment& environment) : environment_(environment) {}

  grpc::ServerUnaryReactor* GetSource(grpc::CallbackServerContext* context,
                                      const v1::GetSourceRequest* request,
                                      v1::Source* response) override;
  grpc::ServerUnaryReactor* ListSources(grpc::CallbackServerContext* context,
                                        const v1::ListSourcesRequest* request,
                                        v1::ListSourcesResponse* response) override;
  grpc::ServerUnaryReactor* UpdateSource(grpc::CallbackServerContext* context,
                                         const v1::UpdateSourceRequest* request,
                                         v1::Source* response) override;

 private:
  const Environment& environment_;
};

}  // namespace kizuna::server

#endif  // KIZUNA_SERVER_SERVICES_SOURCE_SERVICE_H_
