// SPDX-License-Identifier: Apache-2.0

#include "server/services/fact_stream.h"

#include <deque>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/limits.h"
#include "server/services/record.h"

namespace kizuna::server {
namespace {

// Three things go on at once: one read, one write, and the ledger recording. The mutex guards what
// they share; the ledger is called without it, since it may call back at once.
//
// The stream keeps itself alive until OnDone, and everything that is under way at the ledger holds
// a reference too.
class FactStream final : public FactStreamReactor,
                         public StoppableStream,
                         public std::enable_shared_from_this<FactStream> {
 public:
  FactStream(const Environment& environment, grpc::CallbackServerContext* context)
      : environment_(environment),
        call_(CallOf(*context, "FactService/StreamFacts", MethodKind::kStream, nullptr)) {}

  void Start() {
    self_ = shared_from_this();
    absl::Status status = environment_.middleware->Begin(call_);
    if (status.ok() && !environment_.streams->Add(self_)) status = convert::Draining();
    if (!status.ok()) {
      absl::MutexLock lock(&mutex_);
      reading_over_ = true;
      end_ = std::move(status);
    }
    Advance();
  }

  void Stop() override {
    {
      absl::MutexLock lock(&mutex_);
      if (reading_over_) return;
      reading_over_ = true;
      end_ = convert::Draining();
    }
    Advance();
  }

  void OnReadDone(bool ok) override {
    std::shared_ptr<Slot> slot;
    {
      absl::MutexLock lock(&mutex_);
      if (!ok) {
        // The client has sent all it wants to, or is gone; OnCancel tells which.
        reading_over_ = true;
      } else if (!reading_over_) {
        // Else it was read while the stream was being stopped: not recorded, not acknowledged.
        slot = Accept();
      }
    }
    // The next read starts only after this, so messages reach the ledger in the order of the
    // stream.
    if (slot != nullptr) Record(std::move(slot));
    {
      absl::MutexLock lock(&mutex_);
      read_pending_ = false;
    }
    Advance();
  }

  void OnWriteDone(bool ok) override {
    {
      absl::MutexLock lock(&mutex_);
      write_pending_ = false;
      slots_.pop_front();
      if (!ok) reading_over_ = true;
    }
    Advance();
  }

  void OnCancel() override {
    {
      absl::MutexLock lock(&mutex_);
      reading_over_ = true;
      cancelled_ = true;
      if (end_.ok()) end_ = absl::CancelledError("the client cancelled the stream");
    }
    Advance();
  }

  void OnDone() override {
    absl::Status end;
    {
      absl::MutexLock lock(&mutex_);
      end = end_;
    }
    environment_.streams->Remove(self_);
    environment_.middleware->End(call_, end);
    self_.reset();  // the last thing: this may be gone now
  }

 private:
  // A message that is not yet acknowledged.
  struct Slot {
    google::protobuf::RepeatedPtrField<v1::Fact> facts;
    v1::StreamFactsResponse response;
    bool ready = false;
  };

  // Takes over the message that was read. Null, and the stream will end: it cannot be taken.
  std::shared_ptr<Slot> Accept() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    absl::Status status = CheckBatchSize(incoming_.facts_size(), "facts");
    if (status.ok()) {
      convert::Violations violations;
      convert::RefuseUnknownHere(incoming_, convert::FieldPath(), violations);
      status = violations.ToStatus();
    }
    if (!status.ok()) {
      reading_over_ = true;
      end_ = std::move(status);
      return nullptr;
    }
    auto slot = std::make_shared<Slot>();
    slot->response.set_sequence(incoming_.sequence());
    slot->facts.Swap(incoming_.mutable_facts());
    slots_.push_back(slot);
    return slot;
  }

  void Record(std::shared_ptr<Slot> slot) {
    // The facts are read before RecordWireFacts returns; the slot goes on to hold the answer.
    RecordWireFacts(environment_, slot->facts, [self = shared_from_this(), slot](auto results) {
      {
        absl::MutexLock lock(&self->mutex_);
        *slot->response.mutable_results() = std::move(results);
        slot->ready = true;
      }
      self->Advance();
    });
    absl::MutexLock lock(&mutex_);
    slot->facts.Clear();
  }

  // Starts whatever can be started: the next write, the next read, or the end. Under the mutex, so
  // that nothing is started after the end; gRPC never calls a reactor back from within these.
  void Advance() {
    absl::MutexLock lock(&mutex_);
    if (finished_) return;
    if (!write_pending_ && !cancelled_ && !slots_.empty() && slots_.front()->ready) {
      write_pending_ = true;
      StartWrite(&slots_.front()->response);
    }
    if (!reading_over_ && !read_pending_ && slots_.size() < limits::kMaxUnacknowledgedMessages) {
      read_pending_ = true;
      StartRead(&incoming_);
    }
    if (reading_over_ && !write_pending_ && (cancelled_ || slots_.empty())) {
      finished_ = true;
      Finish(ToGrpcStatus(end_));
    }
  }

  const Environment& environment_;
  Call call_;
  std::shared_ptr<FactStream> self_;
  v1::StreamFactsRequest incoming_;  // belongs to the read that is pending

  absl::Mutex mutex_;
  std::deque<std::shared_ptr<Slot>> slots_ ABSL_GUARDED_BY(mutex_);
  bool read_pending_ ABSL_GUARDED_BY(mutex_) = false;
  bool write_pending_ ABSL_GUARDED_BY(mutex_) = false;
  bool reading_over_ ABSL_GUARDED_BY(mutex_) = false;
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status end_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

FactStreamReactor* NewFactStream(const Environment& environment,
                                 grpc::CallbackServerContext* context) {
  auto stream = std::make_shared<FactStream>(environment, context);
  stream->Start();
  return stream.get();
}

bool OpenStreams::Add(std::shared_ptr<StoppableStream> stream) {
  absl::MutexLock lock(&mutex_);
  if (stopped_) return false;
  streams_.insert(std::move(stream));
  return true;
}

void OpenStreams::Remove(const std::shared_ptr<StoppableStream>& stream) {
  absl::MutexLock lock(&mutex_);
  streams_.erase(stream);
}

void OpenStreams::StopAll() {
  std::set<std::shared_ptr<StoppableStream>> streams;
  {
    absl::MutexLock lock(&mutex_);
    stopped_ = true;
    streams = streams_;
  }
  for (const auto& stream : streams) stream->Stop();
}

}  // namespace kizuna::server
