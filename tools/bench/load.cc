// SPDX-License-Identifier: Apache-2.0

#include "tools/bench/load.h"

#include <grpcpp/generic/generic_stub.h>

#include <atomic>
#include <optional>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "tools/bench/report.h"
#include "tools/generate/random.h"

namespace kizuna::bench {
namespace {

absl::Status StatusOf(const grpc::Status& status, const std::string& method) {
  if (status.ok()) return absl::OkStatus();
  return absl::Status(static_cast<absl::StatusCode>(status.error_code()),
                      absl::StrCat(method, ": ", status.error_message()));
}

// What all slots of a round share.
struct Round {
  const Question& question;
  const int64_t end_ns;
  absl::Mutex mutex;
  int running ABSL_GUARDED_BY(mutex) = 0;
  absl::Status failure ABSL_GUARDED_BY(mutex);
};

// One call after the other, until the round is over. Lives as long as its round.
class Slot {
 public:
  Slot(Round* round, const std::shared_ptr<grpc::Channel>& channel, uint64_t seed)
      : round_(round), stub_(channel), random_(seed) {}

  void Begin() {
    const auto& requests = round_->question.requests;
    request_ = &requests[static_cast<size_t>(random_.Next() % requests.size())];
    context_.emplace();
    began_ns_ = absl::GetCurrentTimeNanos();
    stub_.UnaryCall(&*context_, round_->question.method, grpc::StubOptions(), request_, &answer_,
                    [this](const grpc::Status& status) { Ended(status); });
  }
  const std::vector<double>& took_us() const { return took_us_; }

 private:
  void Ended(const grpc::Status& status) {
    const int64_t now = absl::GetCurrentTimeNanos();
    if (status.ok() && now < round_->end_ns) {
      took_us_.push_back(static_cast<double>(now - began_ns_) / 1000);
      Begin();
      return;
    }
    absl::MutexLock lock(&round_->mutex);
    if (!status.ok()) round_->failure.Update(StatusOf(status, round_->question.method));
    --round_->running;
  }

  Round* const round_;
  grpc::GenericStub stub_;
  generate::Random random_;
  const grpc::ByteBuffer* request_ = nullptr;
  grpc::ByteBuffer answer_;
  std::optional<grpc::ClientContext> context_;
  int64_t began_ns_ = 0;
  std::vector<double> took_us_;
};

}  // namespace

grpc::ByteBuffer BytesOf(const google::protobuf::MessageLite& message) {
  const grpc::Slice slice(message.SerializeAsString());
  return grpc::ByteBuffer(&slice, 1);
}

Connections Connect(const std::string& address, int count) {
  Connections connections;
  for (int i = 0; i < count; ++i) {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
    arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
    arguments.SetMaxReceiveMessageSize(-1);
    connections.push_back(
        grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments));
  }
  return connections;
}

absl::StatusOr<Load> Keep(const Connections& connections, const Question& question, int in_flight,
                          absl::Duration time) {
  Round round{question, absl::GetCurrentTimeNanos() + absl::ToInt64Nanoseconds(time), {}, 0, {}};
  std::vector<std::unique_ptr<Slot>> slots;
  for (int i = 0; i < in_flight; ++i) {
    const auto& channel = connections[static_cast<size_t>(i) % connections.size()];
    slots.push_back(std::make_unique<Slot>(&round, channel, static_cast<uint64_t>(i) + 1));
  }
  {
    absl::MutexLock lock(&round.mutex);
    round.running = in_flight;
  }
  for (const auto& slot : slots) slot->Begin();
  {
    absl::MutexLock lock(&round.mutex);
    const auto over = [&round]()
                          ABSL_EXCLUSIVE_LOCKS_REQUIRED(round.mutex) { return round.running == 0; };
    round.mutex.Await(absl::Condition(&over));
    if (!round.failure.ok()) return round.failure;
  }
  std::vector<double> took_us;
  for (const auto& slot : slots) {
    took_us.insert(took_us.end(), slot->took_us().begin(), slot->took_us().end());
  }
  if (took_us.empty()) return absl::DeadlineExceededError("not one call ended within the round");
  return Load{static_cast<double>(took_us.size()) / absl::ToDoubleSeconds(time),
              Quantile(took_us, 0.5), Quantile(took_us, 0.99)};
}

absl::StatusOr<double> CallOnce(const Connections& connections, const Question& question,
                                size_t request) {
  grpc::GenericStub stub(connections.front());
  grpc::ClientContext context;
  grpc::ByteBuffer answer;
  absl::Mutex mutex;
  std::optional<grpc::Status> ended;
  const int64_t began = absl::GetCurrentTimeNanos();
  int64_t end = 0;
  stub.UnaryCall(&context, question.method, grpc::StubOptions(),
                 &question.requests[request % question.requests.size()], &answer,
                 [&](const grpc::Status& status) {
                   absl::MutexLock lock(&mutex);
                   end = absl::GetCurrentTimeNanos();
                   ended = status;
                 });
  absl::MutexLock lock(&mutex);
  const auto over = [&ended]() { return ended.has_value(); };
  mutex.Await(absl::Condition(&over));
  if (!ended->ok()) return StatusOf(*ended, question.method);
  return static_cast<double>(end - began) / 1000;
}

}  // namespace kizuna::bench
