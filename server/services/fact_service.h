// SPDX-License-Identifier: Apache-2.0
//
// kizuna.v1.FactService: facts in, facts back.

#ifndef KIZUNA_SERVER_SERVICES_FACT_SERVICE_H_
#define KIZUNA_SERVER_SERVICES_FACT_SERVICE_H_

#include "kizuna/v1/fact_service.grpc.pb.h"
#include "server/services/environment.h"

namespace kizuna::server {

class FactService final : public v1::FactService::CallbackService {
 public:
  explicit FactService(const Environment& environment) : environment_(environment) {}

  grpc::ServerUnaryReactor* RecordFacts(grpc::CallbackServerContext* context,
                                        const v1::RecordFactsRequest* request,
                                        v1::RecordFactsResponse* response) override;
  grpc::ServerBidiReactor<v1::StreamFactsRequest, v1::StreamFactsResponse>* StreamFacts(
      grpc::CallbackServerContext* context) override;
  grpc::ServerUnaryReactor* ListFacts(grpc::CallbackServerContext* context,
                                      const v1::ListFactsRequest* request,
                                      v1::ListFactsResponse* response) override;

 private:
  const Environment& environment_;
};

}  // namespace kizuna::server

#endif  // KIZUNA_SERVER_SERVICES_FACT_SERVICE_H_
