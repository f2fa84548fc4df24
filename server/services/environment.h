// SPDX-License-Identifier: Apache-2.0
//
// What do all services share, and how does a call run? Environment holds the shared things; Serve,
// ServeOnWorker and ServeAsync run one unary call: middleware, handler, reply. A handler is a
// function of (call, request, reply): it validates, calls the ledger and fills in the reply.

#ifndef KIZUNA_SERVER_SERVICES_ENVIRONMENT_H_
#define KIZUNA_SERVER_SERVICES_ENVIRONMENT_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "grpcpp/grpcpp.h"
#include "kizuna/v1/common.pb.h"
#include "kizuna/v1/status_service.pb.h"
#include "server/convert/card_to_wire.h"
#include "server/convert/errors.h"
#include "server/convert/validation.h"
#include "server/ledger/ledger.h"
#include "server/middleware/call.h"
#include "server/middleware/workers.h"

namespace kizuna::server {

class OpenStreams;

// What the services share. Everything pointed at outlives them.
struct Environment {
  ledger::Ledger* ledger = nullptr;
  const MiddlewareChain* middleware = nullptr;
  Workers* workers = nullptr;
  OpenStreams* streams = nullptr;

  std::string version;
  std::string storage_engine;
  v1::StoreSettings settings;
  absl::Time started_at;
  // Makes a backup where the operator said. Thread-safe.
  std::function<absl::StatusOr<v1::CreateBackupResponse>()> create_backup;

  const std::string& currency() const { return settings.currency_code(); }
};

// A call as middleware wants it.
Call CallOf(grpc::CallbackServerContext& context, absl::string_view method, MethodKind kind,
            const google::protobuf::Message* request);

// Runs `handler(call, *request, response) -> absl::Status` at once, on gRPC's thread: for calls
// that look at one account.
template <typename Request, typename Response, typename Handler>
grpc::ServerUnaryReactor* Serve(const Environment& environment,
                                grpc::CallbackServerContext* context, absl::string_view method,
                                MethodKind kind, const Request* request, Response* response,
                                Handler handler) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  Call call = CallOf(*context, method, kind, request);
  absl::Status status = environment.middleware->Begin(call);
  if (status.ok()) status = convert::ForClient(handler(call, *request, response));
  environment.middleware->End(call, status);
  reactor->Finish(ToGrpcStatus(status));
  return reactor;
}

// Runs `handler` on a worker: for calls that read many accounts, or wait for the disk.
// `items_apart`: the handler checks every item of the request itself, and gives each an error of
// its own.
template <typename Request, typename Response, typename Handler>
grpc::ServerUnaryReactor* ServeOnWorker(const Environment& environment,
                                        grpc::CallbackServerContext* context,
                                        absl::string_view method, MethodKind kind,
                                        const Request* request, Response* response, Handler handler,
                                        bool items_apart = false) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  auto call = std::make_shared<Call>(CallOf(*context, method, kind, request));
  call->items_apart = items_apart;
  const auto finish = [&environment, reactor, call](absl::Status status) {
    status = convert::ForClient(std::move(status));
    environment.middleware->End(*call, status);
    reactor->Finish(ToGrpcStatus(status));
  };
  absl::Status status = environment.middleware->Begin(*call);
  if (!status.ok()) {
    finish(std::move(status));
    return reactor;
  }
  const bool taken = environment.workers->Run([call, request, response, handler, finish] {
    if (call->Expired()) {
      finish(convert::DeadlinePassed("the call waited too long for a worker"));
    } else {
      finish(handler(*call, *request, response));
    }
  });
  if (!taken) finish(convert::TooMuchAtOnce("too many long calls wait"));
  return reactor;
}

// Runs `handler(call, *request, response, done)`, which calls `done(status)` once, on any thread.
template <typename Request, typename Response, typename Handler>
grpc::ServerUnaryReactor* ServeAsync(const Environment& environment,
                                     grpc::CallbackServerContext* context, absl::string_view method,
                                     MethodKind kind, bool items_apart, const Request* request,
                                     Response* response, Handler handler) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  auto call = std::make_shared<Call>(CallOf(*context, method, kind, request));
  call->items_apart = items_apart;
  std::function<void(absl::Status)> done = [&environment, reactor, call](absl::Status status) {
    status = convert::ForClient(std::move(status));
    environment.middleware->End(*call, status);
    reactor->Finish(ToGrpcStatus(status));
  };
  absl::Status status = environment.middleware->Begin(*call);
  if (status.ok()) {
    handler(*call, *request, response, std::move(done));
  } else {
    done(std::move(status));
  }
  return reactor;
}

// --- For methods that gRPC hands over as bytes.

// Reads the bytes of a request. INVALID_ARGUMENT: they are not such a message.
absl::Status Parse(const grpc::ByteBuffer& bytes, google::protobuf::Message* request);
// Ends a call that did not begin.
grpc::ServerUnaryReactor* End(grpc::CallbackServerContext* context, const absl::Status& status);

// --- What handlers share.

// The contact ids of one account's people, read when the first is asked for.
std::function<std::string(engine::PersonKey)> PeopleOf(ledger::Ledger& ledger, std::string account);

// The view as converters want it. Borrows `view`. `with_people`: persons are named.
convert::CardView CardViewOf(const Environment& environment, const ledger::View& view,
                             bool with_people);

// The oneof `at`, `at_least_as_fresh` and `known_at` of a request. A violation for an instant that
// cannot be.
template <typename Request>
ledger::ReadOptions ReadOptionsOf(const Environment& environment, const Request& request,
                                  const convert::FieldPath& path, convert::Violations& violations);

// One account, read for a client: errors name it.
absl::StatusOr<ledger::View> ReadAccount(const Environment& environment, absl::string_view account,
                                         const ledger::ReadOptions& options = {});

// The page size that is meant: the default for 0, at most the maximum, a violation below 0.
int PageSizeOf(int32_t asked, const convert::FieldPath& path, convert::Violations& violations);

// INVALID_ARGUMENT unless 1 to kMaxBatchItems.
absl::Status CheckBatchSize(int size, absl::string_view field);

// A new id for a fact that the server writes itself: 128 random bits in hex.
std::string NewFactId();
// Empty, or 1 to 64 characters of `A-Z a-z 0-9 . _ -`.
void CheckRequestId(absl::string_view id, const convert::FieldPath& path,
                    convert::Violations& violations);

// Implementation.

std::optional<engine::Instant> InstantAt(const Environment& environment,
                                         const google::protobuf::Timestamp& as_of,
                                         const convert::FieldPath& path,
                                         convert::Violations& violations);
std::optional<engine::Instant> InstantAtEndOf(const Environment& environment, const v1::Date& date,
                                              const convert::FieldPath& path,
                                              convert::Violations& violations);

template <typename Request>
ledger::ReadOptions ReadOptionsOf(const Environment& environment, const Request& request,
                                  const convert::FieldPath& path, convert::Violations& violations) {
  ledger::ReadOptions options;
  options.at_least_as_fresh = request.at_least_as_fresh();
  if (request.known_at() != 0) options.known_at = request.known_at();
  if (request.has_as_of()) {
    options.as_of = InstantAt(environment, request.as_of(), path.Field("as_of"), violations);
  } else if (request.has_as_of_date()) {
    options.as_of =
        InstantAtEndOf(environment, request.as_of_date(), path.Field("as_of_date"), violations);
  }
  return options;
}

}  // namespace kizuna::server

#endif  // KIZUNA_SERVER_SERVICES_ENVIRONMENT_H_
