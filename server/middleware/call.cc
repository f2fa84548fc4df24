// SPDX-License-Identifier: Apache-2.0

#include "server/middleware/call.h"

#include <string>
#include <vector>

#include "server/convert/errors.h"

namespace kizuna::server {

absl::Status MiddlewareChain::Begin(Call& call) const {
  for (const auto& middleware : chain_) {
    ++call.begun;
    absl::Status status = middleware->Begin(call);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

void MiddlewareChain::End(const Call& call, const absl::Status& status) const {
  for (size_t i = call.begun; i > 0; --i) chain_[i - 1]->End(call, status);
}

std::vector<absl::string_view> MiddlewareChain::names() const {
  std::vector<absl::string_view> out;
  for (const auto& middleware : chain_) out.push_back(middleware->name());
  return out;
}

grpc::Status ToGrpcStatus(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()), std::string(status.message()),
                      convert::ToRpcStatus(status).SerializeAsString());
}

}  // namespace kizuna::server
