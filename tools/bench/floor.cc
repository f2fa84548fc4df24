// SPDX-License-Identifier: Apache-2.0

#include "tools/bench/floor.h"

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <cstdio>
#include <memory>

#include "kizuna/v1/readiness_service.grpc.pb.h"
#include "server/middleware/grpc_limits.h"

namespace kizuna::bench {
namespace {

class EmptyReadiness final : public v1::ReadinessService::CallbackService {
 public:
  explicit EmptyReadiness(int reply_bytes) {
    // One string of the length of a real answer: two or three bytes say how long it is.
    reply_.set_decision_id(std::string(static_cast<size_t>(std::max(0, reply_bytes - 4)), 'x'));
  }

  grpc::ServerUnaryReactor* CheckPitch(grpc::CallbackServerContext* context,
                                       const v1::CheckPitchRequest* /*request*/,
                                       v1::CheckPitchResponse* response) override {
    *response = reply_;
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }

 private:
  v1::CheckPitchResponse reply_;
};

}  // namespace

int ServeFloor(const std::string& address, int reply_bytes) {
  EmptyReadiness service(reply_bytes);
  grpc::ServerBuilder builder;
  server::SetLimits(builder);
  int port = 0;
  builder.AddListeningPort(address, grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&service);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr || port == 0) return 1;
  std::printf("serving on %s:%d\n", address.substr(0, address.rfind(':')).c_str(), port);
  std::fflush(stdout);
  server->Wait();
  return 0;
}

}  // namespace kizuna::bench
