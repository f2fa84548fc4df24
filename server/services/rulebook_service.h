// SPDX-License-Identifier: Apache-2.0
//
// kizuna.v1.RulebookService: by which rules accounts are judged.

#ifndef KIZUNA_SERVER_SERVICES_RULEBOOK_SERVICE_H_
#define KIZUNA_SERVER_SERVICES_RULEBOOK_SERVICE_H_

#include "kizuna/v1/rulebook_service.grpc.pb.h"
#include "server/services/environment.h"

namespace kizuna::server {

class RulebookService final : public v1::RulebookService::CallbackService {
 public:
  explicit RulebookService(const Environment& environment) : environment_(environment) {}

  grpc::ServerUnaryReactor* GetRulebook(grpc::CallbackServerContext* context,
                                        const v1::GetRulebookRequest* request,
                                        v1::RulebookVersion* response) override;
  grpc::ServerUnaryReactor* ListRulebooks(grpc::CallbackServerContext* context,
                                          const v1::ListRulebooksRequest* request,
                                          v1::ListRulebooksResponse* response) override;
  grpc::ServerUnaryReactor* ValidateRulebook(grpc::CallbackServerContext* context,
                                             const v1::ValidateRulebookRequest* request,
                                             v1::ValidateRulebookResponse* response) override;
  grpc::ServerUnaryReactor* PreviewRulebook(grpc::CallbackServerContext* context,
                                            const v1::PreviewRulebookRequest* request,
                                            v1::PreviewRulebookResponse* response) override;
  grpc::ServerUnaryReactor* ActivateRulebook(grpc::CallbackServerContext* context,
                                             const v1::ActivateRulebookRequest* request,
                                             v1::ActivateRulebookResponse* response) override;

 private:
  const Environment& environment_;
};

}  // namespace kizuna::server

#endif  // KIZUNA_SERVER_SERVICES_RULEBOOK_SERVICE_H_
