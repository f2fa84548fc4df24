// SPDX-License-Identifier: Apache-2.0

#include "server/middleware/standard.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/clock.h"
#include "server/convert/errors.h"
#include "server/convert/validation.h"
#include "spdlog/spdlog.h"

namespace kizuna::server {
namespace {

// One line a call, as key=value pairs that a program can read. Never what people are called or
// said: the method, the outcome and the time, nothing of the request.
class RequestLog final : public Middleware {
 public:
  explicit RequestLog(CallLog log) : log_(log) {}
  absl::string_view name() const override { return "request_log"; }

  void End(const Call& call, const absl::Status& status) override {
    const absl::Duration took = absl::Now() - call.started_at;
    const bool ours = status.code() == absl::StatusCode::kInternal ||
                      status.code() == absl::StatusCode::kUnknown ||
                      status.code() == absl::StatusCode::kDataLoss ||
                      status.code() == absl::StatusCode::kUnavailable ||
                      status.code() == absl::StatusCode::kResourceExhausted;
    const bool slow = took > absl::Seconds(1) && call.kind != MethodKind::kStream;
    if (log_ == CallLog::kNone || (log_ == CallLog::kFailed && !ours && !slow)) return;
    spdlog::log(ours ? spdlog::level::warn : spdlog::level::info,
                "event=call method={} code={} reason={} ms={:.3f} request_bytes={} peer={}",
                std::string(call.method), absl::StatusCodeToString(status.code()),
                status.ok() ? "-" : convert::ReasonOf(status), absl::ToDoubleMilliseconds(took),
                call.request == nullptr ? 0 : call.request->ByteSizeLong(), call.peer());
  }

 private:
  const CallLog log_;
};

class GateKeeper final : public Middleware {
 public:
  explicit GateKeeper(CallGate* gate) : gate_(gate) {}
  absl::string_view name() const override { return "call_gate"; }

  absl::Status Begin(Call& call) override {
    absl::Status status = gate_->Enter();
    if (!status.ok()) --call.begun;  // it was not counted, so it must not be counted down
    return status;
  }
  void End(const Call&, const absl::Status&) override { gate_->Leave(); }

 private:
  CallGate* const gate_;
};

class Deadline final : public Middleware {
 public:
  absl::string_view name() const override { return "deadline"; }

  absl::Status Begin(Call& call) override {
    call.deadline = EffectiveDeadline(call.kind, call.deadline, call.started_at);
    if (call.deadline > call.started_at) return absl::OkStatus();
    return convert::DeadlinePassed("the deadline had passed when the call arrived");
  }
};

class Understood final : public Middleware {
 public:
  absl::string_view name() const override { return "understood"; }

  absl::Status Begin(Call& call) override {
    if (call.request == nullptr) return absl::OkStatus();
    convert::Violations violations;
    if (call.items_apart) {
      convert::RefuseUnknownHere(*call.request, convert::FieldPath(), violations);
    } else {
      convert::RefuseUnknown(*call.request, convert::FieldPath(), violations);
    }
    return violations.ToStatus();
  }
};

}  // namespace

absl::Status CallGate::Enter() {
  absl::MutexLock lock(&mutex_);
  if (closed_.load(std::memory_order_relaxed)) return convert::Draining();
  if (under_way_ >= max_) {
    return convert::TooMuchAtOnce("as many calls are under way as the server takes at once");
  }
  ++under_way_;
  return absl::OkStatus();
}

void CallGate::Leave() {
  absl::MutexLock lock(&mutex_);
  --under_way_;
}

void CallGate::Close() {
  absl::MutexLock lock(&mutex_);
  closed_.store(true, std::memory_order_release);
}

bool CallGate::WaitUntilEmpty(absl::Duration patience) {
  absl::MutexLock lock(&mutex_);
  const auto empty = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return under_way_ == 0; };
  return mutex_.AwaitWithTimeout(absl::Condition(&empty), patience);
}

int CallGate::under_way() const {
  absl::MutexLock lock(&mutex_);
  return under_way_;
}

absl::Time EffectiveDeadline(MethodKind kind, absl::Time client, absl::Time now) {
  if (kind == MethodKind::kStream) return client;
  if (client == absl::InfiniteFuture()) return now + limits::kDefaultDeadline;
  return std::min(client, now + limits::kMaxDeadline);
}

std::vector<std::unique_ptr<Middleware>> StandardMiddleware(CallGate* gate, CallLog log) {
  std::vector<std::unique_ptr<Middleware>> chain;
  chain.push_back(std::make_unique<RequestLog>(log));
  chain.push_back(std::make_unique<GateKeeper>(gate));
  chain.push_back(std::make_unique<Deadline>());
  chain.push_back(std::make_unique<Understood>());
  return chain;
}

}  // namespace kizuna::server
