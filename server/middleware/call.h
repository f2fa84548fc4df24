// SPDX-License-Identifier: Apache-2.0
//
// What does every call go through, whatever it asks? An ordered list of middleware: each may refuse
// the call before it runs, and hears how it ended. The list stands in standard.h, in one place, and
// a test asserts its order.

#ifndef KIZUNA_SERVER_MIDDLEWARE_CALL_H_
#define KIZUNA_SERVER_MIDDLEWARE_CALL_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/protobuf/message.h"
#include "grpcpp/support/status.h"

namespace kizuna::server {

// How a method is to be treated.
enum class MethodKind {
  kRead,
  kWrite,
  kStream,  // lives as long as the client likes
};

// One call as middleware sees it.
struct Call {
  absl::string_view method;  // `ReadinessService/CheckPitch`; outlives the call
  MethodKind kind = MethodKind::kRead;
  std::function<std::string()> peer = [] { return std::string(); };  // as gRPC names it
  const google::protobuf::Message* request = nullptr;                // null for streams
  bool items_apart = false;  // its items are checked one by one, each with an error of its own
  absl::Time started_at;
  absl::Time deadline = absl::InfiniteFuture();  // the client's; middleware may shorten it
  std::function<bool()> cancelled = [] { return false; };  // whether the client has gone

  size_t begun = 0;  // the chain's own: how many of it have begun

  // Whether nobody waits for the answer any more.
  bool Expired() const { return absl::Now() >= deadline || cancelled(); }
};

// One thing that every call goes through. Thread-safe; outlives every call.
class Middleware {
 public:
  virtual ~Middleware() = default;
  // Stable, for the test of the order.
  virtual absl::string_view name() const = 0;
  // Called before the call runs. Not OK: the call ends so, without running.
  virtual absl::Status Begin(Call&) { return absl::OkStatus(); }
  // Called when the call has ended, if Begin said OK or refused it itself.
  virtual void End(const Call&, const absl::Status&) {}
};

// The ordered list. Thread-safe.
class MiddlewareChain {
 public:
  explicit MiddlewareChain(std::vector<std::unique_ptr<Middleware>> chain)
      : chain_(std::move(chain)) {}

  // Begins each in order, up to the first that refuses.
  absl::Status Begin(Call& call) const;
  // Ends those that have begun, in the opposite order.
  void End(const Call& call, const absl::Status& status) const;
  std::vector<absl::string_view> names() const;

 private:
  std::vector<std::unique_ptr<Middleware>> chain_;
};

// The status on the wire, with its details.
grpc::Status ToGrpcStatus(const absl::Status& status);

}  // namespace kizuna::server

#endif  // KIZUNA_SERVER_MIDDLEWARE_CALL_H_
