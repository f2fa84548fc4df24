// SPDX-License-Identifier: Apache-2.0
//
// A thread keeps the connection up and writes; a second one, as long as a connection lasts, reads
// the acknowledgements. Messages stay in `in_flight_` until they are acknowledged, in order, so a
// new connection begins again at the front. Whoever waits for room or for the end also watches the
// clock: a server that hangs while nobody waits harms nobody.

#include "client/lib/fact_stream.h"

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <deque>
#include <thread>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "client/lib/caller.h"
#include "client/lib/error.h"
#include "kizuna/v1/fact_service.grpc.pb.h"

namespace kizuna::client {
namespace {

constexpr size_t kMaxFactsInMessage = 1000;
constexpr int kMaxInFlight = 64;
constexpr absl::Duration kWatchEvery = absl::Milliseconds(50);

using Connection = grpc::ClientReaderWriter<v1::StreamFactsRequest, v1::StreamFactsResponse>;

class ReconnectingFactStream final : public FactStream {
 public:
  ReconnectingFactStream(const ClientOptions& client, std::shared_ptr<grpc::Channel> channel,
                         FactStreamOptions options, OnAck on_ack)
      : client_(client),
        stub_(v1::FactService::NewStub(std::move(channel))),
        max_in_flight_(static_cast<size_t>(std::clamp(options.max_in_flight, 1, kMaxInFlight))),
        ack_deadline_(options.ack_deadline),
        on_ack_(std::move(on_ack)),
        keeper_([this] { KeepUp(); }) {}

  ~ReconnectingFactStream() override {
    {
      absl::MutexLock lock(&mutex_);
      abandoned_ = true;
      if (context_ != nullptr) context_->TryCancel();
      changed_.SignalAll();
    }
    keeper_.join();
  }

  absl::Status Write(std::vector<v1::Fact> facts) override {
    if (facts.empty() || facts.size() > kMaxFactsInMessage) {
      return absl::InvalidArgumentError(
          absl::StrCat("facts: ", facts.size(), " in one message; send 1 to ", kMaxFactsInMessage));
    }
    auto message = std::make_shared<v1::StreamFactsRequest>();
    for (v1::Fact& fact : facts) *message->add_facts() = std::move(fact);
    absl::MutexLock lock(&mutex_);
    while (error_.ok() && in_flight_.size() >= max_in_flight_) Watch();
    if (!error_.ok()) return error_;
    message->set_sequence(++last_sequence_);
    if (in_flight_.empty()) progressed_ = absl::Now();
    in_flight_.push_back(std::move(message));
    changed_.SignalAll();
    return absl::OkStatus();
  }

  absl::Status Finish() override {
    absl::MutexLock lock(&mutex_);
    finishing_ = true;
    progressed_ = absl::Now();
    changed_.SignalAll();
    while (!ended_) Watch();
    return error_;
  }

 private:
  // Waits a little for something to change, and breaks a connection that has been silent too long.
  void Watch() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    changed_.WaitWithTimeout(&mutex_, kWatchEvery);
    if (context_ == nullptr || silent_ || absl::Now() - progressed_ < ack_deadline_) return;
    silent_ = true;
    context_->TryCancel();
  }

  // Makes connections until everything is acknowledged or nothing more can be done.
  void KeepUp() {
    for (int failures = 0;;) {
      if (!AwaitWork()) break;
      const uint64_t before = Acknowledged();
      const absl::Status outcome = RunConnection();
      if (outcome.ok()) break;
      const uint64_t after = Acknowledged();
      failures = after > before ? 1 : failures + 1;
      if (!absl::IsUnavailable(outcome) || !MayTryAgain(after > 0, failures)) {
        Fail(outcome);
        break;
      }
      Pause(BackoffAfter(failures, client_.retry));
    }
    absl::MutexLock lock(&mutex_);
    ended_ = true;
    changed_.SignalAll();
  }

  // Waits for a message to send; false when there will be none.
  bool AwaitWork() {
    absl::MutexLock lock(&mutex_);
    while (in_flight_.empty() && !finishing_ && !abandoned_) changed_.Wait(&mutex_);
    return !in_flight_.empty() && !abandoned_;
  }

  bool MayTryAgain(bool ever_acknowledged, int failures) {
    absl::MutexLock lock(&mutex_);
    if (abandoned_) return false;
    if (!ever_acknowledged) return failures < client_.retry.max_attempts;
    return absl::Now() - acknowledged_at_ < ack_deadline_ || failures == 1;
  }

  void Pause(absl::Duration wait) {
    absl::MutexLock lock(&mutex_);
    const absl::Time until = absl::Now() + wait;
    while (!abandoned_ && absl::Now() < until) changed_.WaitWithDeadline(&mutex_, until);
  }

  // One connection, from its first message to its end. OK: everything written so far and ever is
  // acknowledged. UNAVAILABLE: it broke, and another may do better.
  absl::Status RunConnection() {
    grpc::ClientContext context;
    if (const absl::Status refused = Authorize(client_, &context); !refused.ok()) return refused;
    const std::unique_ptr<Connection> connection = stub_->StreamFacts(&context);
    Attach(&context);
    std::thread reader([this, &connection] { ReadAcknowledgements(connection.get()); });
    WriteMessages(connection.get());
    reader.join();
    const grpc::Status ended = connection->Finish();
    return Detach(StatusOfCall(ended, client_.server));
  }

  void Attach(grpc::ClientContext* context) {
    absl::MutexLock lock(&mutex_);
    context_ = context;
    sent_ = 0;
    broken_ = false;
    silent_ = false;
    progressed_ = absl::Now();
    if (abandoned_) context->TryCancel();
  }

  absl::Status Detach(absl::Status ended) {
    absl::MutexLock lock(&mutex_);
    context_ = nullptr;
    if (finishing_ && in_flight_.empty() && protocol_error_.ok()) return absl::OkStatus();
    if (!protocol_error_.ok()) return protocol_error_;
    if (silent_) {
      return absl::UnavailableError(absl::StrCat("kizuna-server at ", client_.server,
                                                 " acknowledged nothing within ",
                                                 absl::FormatDuration(ack_deadline_)));
    }
    if (ended.ok()) {
      return absl::UnavailableError(
          absl::StrCat("kizuna-server at ", client_.server, " ended the stream"));
    }
    return ended;
  }

  // Writes what is to be written until all is acknowledged and no more will come, or the connection
  // breaks.
  void WriteMessages(Connection* connection) {
    for (;;) {
      std::shared_ptr<const v1::StreamFactsRequest> next;
      {
        absl::MutexLock lock(&mutex_);
        while (!broken_ && !abandoned_ && sent_ >= in_flight_.size() &&
               !(finishing_ && in_flight_.empty())) {
          changed_.Wait(&mutex_);
        }
        if (broken_ || abandoned_) return;
        if (sent_ < in_flight_.size()) next = in_flight_[sent_++];
      }
      if (next == nullptr) {
        connection->WritesDone();
        return;
      }
      if (!connection->Write(*next)) return;
    }
  }

  void ReadAcknowledgements(Connection* connection) {
    v1::StreamFactsResponse ack;
    while (connection->Read(&ack)) {
      if (!TakeAcknowledgement(ack)) break;
    }
    absl::MutexLock lock(&mutex_);
    broken_ = true;
    changed_.SignalAll();
  }

  // Pairs `ack` with the oldest message and hands both on. False: it pairs with none.
  bool TakeAcknowledgement(const v1::StreamFactsResponse& ack) {
    std::shared_ptr<const v1::StreamFactsRequest> oldest;
    {
      absl::MutexLock lock(&mutex_);
      if (sent_ > 0) oldest = in_flight_.front();
      if (oldest == nullptr || ack.sequence() != oldest->sequence() ||
          ack.results_size() != oldest->facts_size()) {
        protocol_error_ = absl::InternalError(absl::StrCat(
            "kizuna-server at ", client_.server, " acknowledged message ", ack.sequence(), " with ",
            ack.results_size(), " results, which pairs with none that was sent; check that client ",
            "and server are of one release"));
        context_->TryCancel();
        return false;
      }
    }
    on_ack_(*oldest, ack);
    absl::MutexLock lock(&mutex_);
    in_flight_.pop_front();
    --sent_;
    ++acknowledged_;
    progressed_ = acknowledged_at_ = absl::Now();
    changed_.SignalAll();
    return true;
  }

  uint64_t Acknowledged() {
    absl::MutexLock lock(&mutex_);
    return acknowledged_;
  }

  void Fail(const absl::Status& error) {
    absl::MutexLock lock(&mutex_);
    error_ = error;
  }

  const ClientOptions client_;
  const std::unique_ptr<v1::FactService::Stub> stub_;
  const size_t max_in_flight_;
  const absl::Duration ack_deadline_;
  const OnAck on_ack_;

  absl::Mutex mutex_;
  absl::CondVar changed_;
  // Written and not acknowledged, the oldest first; the first `sent_` are on this connection.
  std::deque<std::shared_ptr<const v1::StreamFactsRequest>> in_flight_ ABSL_GUARDED_BY(mutex_);
  size_t sent_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t last_sequence_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t acknowledged_ ABSL_GUARDED_BY(mutex_) = 0;
  // The last sign of life, and the last acknowledgement.
  absl::Time progressed_ ABSL_GUARDED_BY(mutex_) = absl::Now();
  absl::Time acknowledged_at_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  grpc::ClientContext* context_ ABSL_GUARDED_BY(mutex_) = nullptr;
  bool broken_ ABSL_GUARDED_BY(mutex_) = false;
  bool silent_ ABSL_GUARDED_BY(mutex_) = false;
  bool finishing_ ABSL_GUARDED_BY(mutex_) = false;
  bool abandoned_ ABSL_GUARDED_BY(mutex_) = false;
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status protocol_error_ ABSL_GUARDED_BY(mutex_);
  absl::Status error_ ABSL_GUARDED_BY(mutex_);

  std::thread keeper_;  // last: it runs as soon as it is made
};

}  // namespace

std::unique_ptr<FactStream> OpenFactStream(const ClientOptions& client,
                                           std::shared_ptr<grpc::Channel> channel,
                                           FactStreamOptions options, FactStream::OnAck on_ack) {
  return std::make_unique<ReconnectingFactStream>(client, std::move(channel), options,
                                                  std::move(on_ack));
}

}  // namespace kizuna::client
