// SPDX-License-Identifier: Apache-2.0
#include "client/lib/caller.h"

#include <algorithm>

#include "absl/random/random.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "client/lib/error.h"
#include "google/rpc/error_details.pb.h"

namespace kizuna::client {
namespace {

// How long the server asked to wait before another try; zero when it did not.
absl::Duration AskedDelay(const absl::Status& error) {
  const auto payload = error.GetPayload(
      absl::StrCat("type.googleapis.com/", google::rpc::RetryInfo::descriptor()->full_name()));
  google::rpc::RetryInfo info;
  if (!payload.has_value() || !info.ParseFromString(std::string(*payload))) {
    return absl::ZeroDuration();
  }
  return absl::Seconds(info.retry_delay().seconds()) +
         absl::Nanoseconds(info.retry_delay().nanos());
}

}  // namespace

std::string NewRequestId() {
  absl::BitGen random;
  return absl::StrFormat("%016x%016x", absl::Uniform<uint64_t>(random),
                         absl::Uniform<uint64_t>(random));
}

absl::Duration BackoffAfter(int attempt, const RetryPolicy& policy) {
  absl::Duration wait = policy.initial_backoff;
  for (int i = 1; i < attempt && wait < policy.max_backoff; ++i) wait *= 2;
  thread_local absl::BitGen random;
  return std::min(wait, policy.max_backoff) * absl::Uniform(random, 0.5, 1.0);
}

absl::Status Authorize(const ClientOptions& options, grpc::ClientContext* context) {
  if (!options.bearer_token) return absl::OkStatus();
  const absl::StatusOr<std::string> token = options.bearer_token();
  if (!token.ok()) return token.status();
  context->AddMetadata("authorization", absl::StrCat("Bearer ", *token));
  return absl::OkStatus();
}

absl::Status MakeCall(const ClientOptions& options, absl::Duration deadline, Repeat repeat,
                      const std::function<grpc::Status(grpc::ClientContext*)>& attempt) {
  const absl::Time give_up = absl::Now() + deadline;
  for (int tries = 1;; ++tries) {
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(give_up));
    if (const absl::Status refused = Authorize(options, &context); !refused.ok()) return refused;
    const absl::Status outcome = StatusOfCall(attempt(&context), options.server);
    if (!absl::IsUnavailable(outcome)) return outcome;
    if (repeat == Repeat::kNever || tries >= options.retry.max_attempts) return outcome;
    const absl::Duration wait = std::max(BackoffAfter(tries, options.retry), AskedDelay(outcome));
    // What was learned last says more than that time ran out.
    if (absl::Now() + wait >= give_up) return outcome;
    absl::SleepFor(wait);
  }
}

}  // namespace kizuna::client
