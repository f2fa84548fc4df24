// SPDX-License-Identifier: Apache-2.0
//
// How does one stream of facts live? Every message is recorded as it arrives and acknowledged in
// order; while kMaxUnacknowledgedMessages wait, the server does not read on, so a fast client is
// slowed down by flow control and memory is bounded.

#ifndef KIZUNA_SERVER_SERVICES_FACT_STREAM_H_
#define KIZUNA_SERVER_SERVICES_FACT_STREAM_H_

#include <memory>
#include <set>

#include "absl/synchronization/mutex.h"
#include "grpcpp/grpcpp.h"
#include "kizuna/v1/fact_service.pb.h"
#include "server/services/environment.h"

namespace kizuna::server {

using FactStreamReactor = grpc::ServerBidiReactor<v1::StreamFactsRequest, v1::StreamFactsResponse>;

// Starts a stream; it lives until gRPC is done with it and its last message is recorded.
FactStreamReactor* NewFactStream(const Environment& environment,
                                 grpc::CallbackServerContext* context);

// A stream that the server can ask to come to an end.
class StoppableStream {
 public:
  virtual ~StoppableStream() = default;
  // Reads no more, acknowledges what was read, then ends with UNAVAILABLE. At once and without
  // waiting.
  virtual void Stop() = 0;
};

// The streams that are open, so that a server that drains can ask them to end. Thread-safe.
class OpenStreams {
 public:
  // False: the server drains already, and the stream is to stop at once.
  bool Add(std::shared_ptr<StoppableStream> stream);
  void Remove(const std::shared_ptr<StoppableStream>& stream);
  // Stops all, and every later one.
  void StopAll();

 private:
  absl::Mutex mutex_;
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  std::set<std::shared_ptr<StoppableStream>> streams_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace kizuna::server

#endif  // KIZUNA_SERVER_SERVICES_FACT_STREAM_H_
