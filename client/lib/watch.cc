// SPDX-License-Identifier: Apache-2.0

#include "client/lib/watch.h"

#include <grpcpp/grpcpp.h>

#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "client/lib/caller.h"
#include "client/lib/error.h"
#include "kizuna/v1/watch_service.grpc.pb.h"

namespace kizuna::client {
namespace {

using Reader = grpc::ClientReader<v1::WatchAccountsResponse>;

class ReconnectingWatcher final : public Watcher {
 public:
  ReconnectingWatcher(const ClientOptions& client, std::shared_ptr<grpc::Channel> channel,
                      v1::WatchAccountsRequest request)
      : client_(client),
        stub_(v1::WatchService::NewStub(std::move(channel))),
        request_(std::move(request)) {}

  ~ReconnectingWatcher() override {
    Cancel();
    if (reader_ != nullptr) Disconnect().IgnoreError();
  }

  absl::StatusOr<v1::WatchAccountsResponse> Next() override {
    while (true) {
      if (reader_ == nullptr) {
        if (absl::Status status = Connect(); !status.ok()) return status;
      }
      v1::WatchAccountsResponse response;
      if (reader_->Read(&response)) {
        failures_ = 0;
        heard_ = true;
        Remember(response);
        return response;
      }
      absl::Status ended = Disconnect();
      if (Cancelled()) return absl::CancelledError("the watch was cancelled");
      // A server that ends a watch without saying why has gone away.
      if (ended.ok()) ended = absl::UnavailableError("kizuna-server ended the watch");
      ++failures_;
      if (!absl::IsUnavailable(ended)) return ended;
      if (!heard_ && failures_ >= client_.retry.max_attempts) return ended;
      Pause(BackoffAfter(failures_, client_.retry));
    }
  }

  std::string cursor() const override {
    absl::MutexLock lock(&mutex_);
    return request_.cursor();
  }

  void Cancel() override {
    absl::MutexLock lock(&mutex_);
    cancelled_ = true;
    if (context_ != nullptr) context_->TryCancel();
  }

 private:
  absl::Status Connect() {
    auto context = std::make_unique<grpc::ClientContext>();
    if (absl::Status refused = Authorize(client_, context.get()); !refused.ok()) return refused;
    absl::MutexLock lock(&mutex_);
    if (cancelled_) return absl::CancelledError("the watch was cancelled");
    context_ = std::move(context);
    reader_ = stub_->WatchAccounts(context_.get(), request_);
    return absl::OkStatus();
  }

  // Ends the connection; how the server says it ended.
  absl::Status Disconnect() {
    const grpc::Status ended = reader_->Finish();
    reader_ = nullptr;
    absl::MutexLock lock(&mutex_);
    context_ = nullptr;
    return StatusOfCall(ended, client_.server);
  }

  // From here on the watch goes on behind `response`.
  void Remember(const v1::WatchAccountsResponse& response) {
    absl::MutexLock lock(&mutex_);
    request_.set_cursor(response.cursor());
    request_.set_from_start(false);
  }

  bool Cancelled() const {
    absl::MutexLock lock(&mutex_);
    return cancelled_;
  }

  void Pause(absl::Duration wait) {
    absl::MutexLock lock(&mutex_);
    mutex_.AwaitWithTimeout(absl::Condition(&cancelled_), wait);
  }

  const ClientOptions client_;
  const std::unique_ptr<v1::WatchService::Stub> stub_;
  // The thread's own that calls Next().
  std::unique_ptr<Reader> reader_;
  int failures_ = 0;    // in a row
  bool heard_ = false;  // anything at all

  mutable absl::Mutex mutex_;
  std::unique_ptr<grpc::ClientContext> context_ ABSL_GUARDED_BY(mutex_);
  v1::WatchAccountsRequest request_ ABSL_GUARDED_BY(mutex_);
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace

std::unique_ptr<Watcher> OpenWatch(const ClientOptions& client,
                                   std::shared_ptr<grpc::Channel> channel,
                                   v1::WatchAccountsRequest request) {
  return std::make_unique<ReconnectingWatcher>(client, std::move(channel), std::move(request));
}

}  // namespace kizuna::client
