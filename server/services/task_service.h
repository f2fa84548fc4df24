// SPDX-License-Identifier: Apache-2.0
//
// kizuna.v1.TaskService: what is to be done for which account, by whom, until when.

#ifndef KIZUNA_SERVER_SERVICES_TASK_SERVICE_H_
#define KIZUNA_SERVER_SERVICES_TASK_SERVICE_H_

#include "kizuna/v1/task_service.grpc.pb.h"
#include "server/services/environment.h"

namespace kizuna::server {

class TaskService final : public v1::TaskService::CallbackService {
 public:
  explicit TaskService(const Environment& environment) : environment_(environment) {}

  grpc::ServerUnaryReactor* ListTasks(grpc::CallbackServerContext* context,
                                      const v1::ListTasksRequest* request,
                                      v1::ListTasksResponse* response) override;
  grpc::ServerUnaryReactor* UpdateTask(grpc::CallbackServerContext* context,
                                       const v1::UpdateTaskRequest* request,
                                       v1::UpdateTaskResponse* response) override;

 private:
  const Environment& environment_;
};

}  // namespace kizuna::server

#endif  // KIZUNA_SERVER_SERVICES_TASK_SERVICE_H_
