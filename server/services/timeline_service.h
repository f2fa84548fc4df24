// SPDX-License-Identifier: Apache-2.0
//
// kizuna.v1.TimelineService: what happened with an account, in order.

#ifndef KIZUNA_SERVER_SERVICES_TIMELINE_SERVICE_H_
#define KIZUNA_SERVER_SERVICES_TIMELINE_SERVICE_H_

#include "kizuna/v1/timeline_service.grpc.pb.h"
#include "server/services/environment.h"

namespace kizuna::server {

class TimelineService final : public v1::TimelineService::CallbackService {
 public:
  explicit TimelineService(const Environment& environment) : environment_(environment) {}

  grpc::ServerUnaryReactor* ListTimeline(grpc::CallbackServerContext* context,
                                         const v1::ListTimelineRequest* request,
                                         v1::ListTimelineResponse* response) override;

 private:
  const Environment& environment_;
};

}  // namespace kizuna::server

#endif  // KIZUNA_SERVER_SERVICES_TIMELINE_SERVICE_H_
