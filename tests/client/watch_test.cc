// SPDX-License-Identifier: Apache-2.0
//
// A watch goes on behind the last message that was handed out, however often the connection breaks,
// and ends when going on makes no sense.

#include "client/lib/watch.h"

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "client/lib/client.h"
#include "kizuna/v1/watch_service.grpc.pb.h"

namespace kizuna::client {
namespace {

using ::testing::ElementsAre;

// What the server does with one connection: so many messages, numbered on from the cursor, then
// this end.
struct Act {
  int messages = 0;
  grpc::Status end;
  bool hang = false;  // until the client leaves
};

class ScriptedServer final : public v1::WatchService::Service {
 public:
  explicit ScriptedServer(std::vector<Act> script) : script_(std::move(script)) {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
    builder.RegisterService(this);
    server_ = builder.BuildAndStart();
  }
  ~ScriptedServer() override { server_->Shutdown(absl::ToChronoTime(absl::Now())); }

  std::string address() const { return absl::StrCat("127.0.0.1:", port_); }
  // The cursors that connections began with; "start" for one from the start.
  std::vector<std::string> cursors() {
    absl::MutexLock lock(&mutex_);
    return cursors_;
  }

  grpc::Status WatchAccounts(grpc::ServerContext* context, const v1::WatchAccountsRequest* request,
                             grpc::ServerWriter<v1::WatchAccountsResponse>* writer) override {
    Act act;
    {
      absl::MutexLock lock(&mutex_);
      act = cursors_.size() < script_.size() ? script_[cursors_.size()] : script_.back();
      cursors_.push_back(request->from_start() ? "start" : request->cursor());
    }
    int number = request->cursor().empty() ? 0 : std::stoi(request->cursor());
    for (int i = 0; i < act.messages; ++i) {
      v1::WatchAccountsResponse message;
      message.mutable_event()->set_revision(++number);
      message.set_cursor(absl::StrCat(number));
      writer->Write(message);
    }
    while (act.hang && !context->IsCancelled()) absl::SleepFor(absl::Milliseconds(5));
    return act.end;
  }

 private:
  const std::vector<Act> script_;
  int port_ = 0;
  absl::Mutex mutex_;
  std::vector<std::string> cursors_ ABSL_GUARDED_BY(mutex_);
  std::unique_ptr<grpc::Server> server_;
};

const grpc::Status kBroken(grpc::StatusCode::UNAVAILABLE, "broken");

std::unique_ptr<Watcher> Watch(const ScriptedServer& server, const std::string& cursor = "") {
  ClientOptions options;
  options.server = server.address();
  options.retry.initial_backoff = absl::Milliseconds(1);
  const auto client = *Client::Create(options);
  v1::WatchAccountsRequest request;
  request.set_cursor(cursor);
  request.set_from_start(cursor.empty());
  return client->WatchAccounts(request);
}

TEST(Watcher, ItGoesOnBehindTheLastMessageAfterEveryBreak) {
  ScriptedServer server({{3, kBroken},
                         {0, kBroken},
                         {0, kBroken},
                         {0, kBroken},
                         {0, kBroken},
                         {2, grpc::Status::OK},
                         {1, kBroken},
                         {4, {}, true}});
  const auto watcher = Watch(server);
  for (uint64_t number = 1; number <= 10; ++number) {
    const auto message = watcher->Next();
    ASSERT_TRUE(message.ok()) << message.status();
    EXPECT_EQ(message->event().revision(), number);
    EXPECT_EQ(watcher->cursor(), absl::StrCat(number));
  }
  EXPECT_THAT(server.cursors(), ElementsAre("start", "3", "3", "3", "3", "3", "5", "6"));
}

TEST(Watcher, AnErrorThatGoingOnCannotHealIsFinal) {
  for (const auto code :
       {grpc::StatusCode::OUT_OF_RANGE, grpc::StatusCode::DATA_LOSS,
        grpc::StatusCode::INVALID_ARGUMENT, grpc::StatusCode::RESOURCE_EXHAUSTED}) {
    ScriptedServer server({{1, {code, "no further"}}});
    const auto watcher = Watch(server, "7");
    EXPECT_TRUE(watcher->Next().ok());
    EXPECT_EQ(static_cast<int>(watcher->Next().status().code()), static_cast<int>(code));
    EXPECT_THAT(server.cursors(), ElementsAre("7"));
  }
}

TEST(Watcher, OneThatNeverHeardAnythingGivesUp) {
  ScriptedServer server({{0, kBroken}});
  const auto watcher = Watch(server);
  EXPECT_TRUE(absl::IsUnavailable(watcher->Next().status()));
  EXPECT_EQ(server.cursors().size(), static_cast<size_t>(RetryPolicy().max_attempts));
}

TEST(Watcher, CancelEndsAWaitAtOnceAndForGood) {
  ScriptedServer server({{1, {}, true}});
  const auto watcher = Watch(server);
  ASSERT_TRUE(watcher->Next().ok());
  std::thread other([&] {
    absl::SleepFor(absl::Milliseconds(50));
    watcher->Cancel();
  });
  EXPECT_TRUE(absl::IsCancelled(watcher->Next().status()));
  other.join();
  EXPECT_TRUE(absl::IsCancelled(watcher->Next().status()));
  EXPECT_EQ(watcher->cursor(), "1");
}

TEST(Watcher, OneThatIsLeftEndsItsConnection) {
  ScriptedServer server({{1, {}, true}});
  ASSERT_TRUE(Watch(server)->Next().ok());
  // The server's end waits for its connections, so this returns only when it is gone.
}

}  // namespace
}  // namespace kizuna::client
