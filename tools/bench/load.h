// SPDX-License-Identifier: Apache-2.0
//
// How is a server kept busy? By a fixed number of calls under way, the next one begun where one
// ended. Requests are serialised before, and answers are not read: what is measured is the server.

#ifndef KIZUNA_TOOLS_BENCH_LOAD_H_
#define KIZUNA_TOOLS_BENCH_LOAD_H_

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "google/protobuf/message_lite.h"

namespace kizuna::bench {

// One unary method with requests to choose from.
struct Question {
  std::string method;                      // "/kizuna.v1.ReadinessService/CheckPitch"
  std::vector<grpc::ByteBuffer> requests;  // at least one; each call takes one at random
};

// `message` as it goes over the wire.
grpc::ByteBuffer BytesOf(const google::protobuf::MessageLite& message);

// A few connections of their own to one server.
using Connections = std::vector<std::shared_ptr<grpc::Channel>>;
Connections Connect(const std::string& address, int count);

// What a round found.
struct Load {
  double calls_per_second = 0;
  double p50_us = 0;
  double p99_us = 0;
};

// Keeps `in_flight` calls under way for `time`. The first error of a call ends it: a call that
// fails is no measurement.
absl::StatusOr<Load> Keep(const Connections& connections, const Question& question, int in_flight,
                          absl::Duration time);

// Makes one call and answers how long it took, in microseconds.
absl::StatusOr<double> CallOnce(const Connections& connections, const Question& question,
                                size_t request);

}  // namespace kizuna::bench

#endif  // KIZUNA_TOOLS_BENCH_LOAD_H_
