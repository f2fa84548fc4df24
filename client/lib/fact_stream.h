// SPDX-License-Identifier: Apache-2.0
//
// How are many facts sent fast, without losing one? By a stream whose messages are acknowledged,
// with a bounded number under way. When the connection breaks, it is made again and what was not
// acknowledged is sent again: a fact counts once by its id.

#ifndef KIZUNA_CLIENT_LIB_FACT_STREAM_H_
#define KIZUNA_CLIENT_LIB_FACT_STREAM_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "client/lib/options.h"
#include "kizuna/v1/fact_service.pb.h"

namespace grpc {
class Channel;
}

namespace kizuna::client {

// Settings of a stream.
struct FactStreamOptions {
  // Messages sent and not yet acknowledged, 1 to 64. The server reads at most 8 ahead.
  int max_in_flight = 8;
  // A connection without an acknowledgement for so long, while one is owed, is given up and made
  // again. A stream that had acknowledgements before is kept up for so long after the last one; one
  // that never had any gives up after RetryPolicy::max_attempts connections. Long, since a bulk
  // load had rather wait for a busy machine than fail; a server that is gone is noticed by its
  // connection.
  absl::Duration ack_deadline = absl::Minutes(2);
};

// A stream of facts. One thread writes and finishes; acknowledgements come on a thread of the
// stream's own.
class FactStream {
 public:
  // Called for each message once, in the order of Write(): the facts, and a result for each of
  // them, in order. Must not call the stream.
  using OnAck =
      std::function<void(const v1::StreamFactsRequest& sent, const v1::StreamFactsResponse& ack)>;

  virtual ~FactStream() = default;

  // Sends 1 to 1000 facts as one message; INVALID_ARGUMENT for another number, which changes
  // nothing. Waits while `max_in_flight` messages are under way. Any other error is final: the
  // stream could not be kept up (UNAVAILABLE after all tries, or what the server refused the whole
  // stream for), and what was not acknowledged may or may not have been recorded.
  virtual absl::Status Write(std::vector<v1::Fact> facts) = 0;

  // Waits until every message is acknowledged and ends the stream. The first error otherwise.
  // Without it, the destructor gives up what is under way.
  virtual absl::Status Finish() = 0;
};

// Makes a stream. Inside the library only: callers use Client::StreamFacts().
std::unique_ptr<FactStream> OpenFactStream(const ClientOptions& client,
                                           std::shared_ptr<grpc::Channel> channel,
                                           FactStreamOptions options, FactStream::OnAck on_ack);

}  // namespace kizuna::client

#endif  // KIZUNA_CLIENT_LIB_FACT_STREAM_H_
