// SPDX-License-Identifier: Apache-2.0
//
// kizuna.v1.StatusService: what server this is, whether it keeps up, and a backup of its store.

#ifndef KIZUNA_SERVER_SERVICES_STATUS_SERVICE_H_
#define KIZUNA_SERVER_SERVICES_STATUS_SERVICE_H_

#include "kizuna/v1/status_service.grpc.pb.h"
#include "server/services/environment.h"

namespace kizuna::server {

class StatusService final : public v1::StatusService::CallbackService {
 public:
  explicit StatusService(const Environment& environment) : environment_(environment) {}

  grpc::ServerUnaryReactor* GetStatus(grpc::CallbackServerContext* context,
                                      const v1::GetStatusRequest* request,
                                      v1::GetStatusResponse* response) override;
  grpc::ServerUnaryReactor* CreateBackup(grpc::CallbackServerContext* context,
                                         const v1::CreateBackupRequest* request,
                                         v1::CreateBackupResponse* response) override;

 private:
  const Environment& environment_;
};

}  // namespace kizuna::server

#endif  // KIZUNA_SERVER_SERVICES_STATUS_SERVICE_H_
