// SPDX-License-Identifier: Apache-2.0
//
// Does the server go on accepting after a crowd, and after descriptors ran out? gRPC by itself does
// not (1.51: one failed accept() and it never accepts again).

#include "server/runtime/accept_loop.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "kizuna/v1/fact_service.grpc.pb.h"
#include "kizuna/v1/status_service.grpc.pb.h"
#include "server/limits.h"
#include "server/runtime/server.h"

namespace kizuna::server {
namespace {

int Connect(const std::string& address) {
  const auto split = SplitAddress(address);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<uint16_t>(split->port));
  inet_pton(AF_INET, split->host.c_str(), &to.sin_addr);
  const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor >= 0 && connect(descriptor, reinterpret_cast<sockaddr*>(&to), sizeof(to)) != 0) {
    close(descriptor);
    return -1;
  }
  return descriptor;
}

// Whether the other side has closed the connection, within two seconds.
bool IsClosed(int descriptor) {
  pollfd waiting = {descriptor, POLLIN, 0};
  char byte;
  return poll(&waiting, 1, 2000) == 1 && recv(descriptor, &byte, 1, MSG_DONTWAIT) <= 0;
}

Options InMemory() {
  Options options;
  options.data = ":memory:";
  options.listen = "127.0.0.1:0";
  options.call_log = CallLog::kNone;
  return options;
}

// Asks a server over a connection of its own.
grpc::Status Ask(const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  const auto channel =
      grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
  grpc::ClientContext context;
  context.set_wait_for_ready(true);
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
  v1::GetStatusResponse response;
  return v1::StatusService::NewStub(channel)->GetStatus(&context, {}, &response);
}

TEST(AcceptLoopTest, ThePortIsNeverShared) {
  auto first = AcceptLoop::Listen({"127.0.0.1", 0}, 10);
  ASSERT_TRUE(first.ok()) << first.status();
  const auto address = SplitAddress((*first)->address());
  const auto second = AcceptLoop::Listen(*address, 10);
  EXPECT_EQ(second.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_NE(second.status().message().find(std::to_string(address->port)), std::string::npos);
}

TEST(AcceptLoopTest, ConnectionsOverTheCapAreTurnedAwayAndRoomIsGivenBack) {
  auto loop = AcceptLoop::Listen({"127.0.0.1", 0}, 3);
  ASSERT_TRUE(loop.ok());
  absl::Mutex mutex;
  std::vector<int> taken;
  (*loop)->Start([&](int descriptor) {
    absl::MutexLock lock(&mutex);
    taken.push_back(descriptor);
  });
  const auto wait_for = [&](size_t count) {
    absl::MutexLock lock(&mutex);
    const auto enough = [&] { return taken.size() >= count; };
    return mutex.AwaitWithTimeout(absl::Condition(&enough), absl::Seconds(5));
  };
  std::vector<int> clients;
  for (int i = 0; i < 3; ++i) clients.push_back(Connect((*loop)->address()));
  ASSERT_TRUE(wait_for(3));
  const int over = Connect((*loop)->address());
  EXPECT_TRUE(IsClosed(over));
  EXPECT_EQ((*loop)->turned_away(), 1u);
  {
    absl::MutexLock lock(&mutex);
    close(taken[0]);  // whoever took it over closes it without telling
  }
  clients.push_back(Connect((*loop)->address()));
  EXPECT_TRUE(wait_for(4));
  (*loop)->Stop();
  for (const int client : clients) close(client);
  close(over);
}

TEST(AcceptLoopTest, AServerAnswersAfterACrowdOfThreeTimesItsConnections) {
  Options options = InMemory();
  options.max_connections = 40;
  auto server = Server::Create(options);
  ASSERT_TRUE(server.ok()) << server.status();
  ASSERT_TRUE(Ask((*server)->address()).ok());
  std::vector<int> crowd;
  for (int i = 0; i < 120; ++i) crowd.push_back(Connect((*server)->address()));
  absl::SleepFor(absl::Milliseconds(200));
  for (const int each : crowd) close(each);
  const grpc::Status status = Ask((*server)->address());
  EXPECT_TRUE(status.ok()) << status.error_message();
}

// The hazard itself: no descriptor is left at all, then some are.
TEST(AcceptLoopTest, AServerAnswersAfterDescriptorsRanOut) {
  auto server = Server::Create(InMemory());
  ASSERT_TRUE(server.ok()) << server.status();
  ASSERT_TRUE(Ask((*server)->address()).ok());
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  const int highest = open("/dev/null", O_RDONLY | O_CLOEXEC);
  std::vector<int> waiting;
  // Connections that the server still has to accept need a descriptor on this side each.
  for (int i = 0; i < 8; ++i) waiting.push_back(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const rlimit low = {static_cast<rlim_t>(waiting.back() + 1), before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &low), 0);
  std::vector<int> filler;
  for (int descriptor = dup(highest); descriptor >= 0; descriptor = dup(highest)) {
    filler.push_back(descriptor);
  }
  const auto split = SplitAddress((*server)->address());
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<uint16_t>(split->port));
  inet_pton(AF_INET, split->host.c_str(), &to.sin_addr);
  for (const int each : waiting) connect(each, reinterpret_cast<sockaddr*>(&to), sizeof(to));
  absl::SleepFor(absl::Milliseconds(300));  // accept() fails meanwhile
  for (const int each : filler) close(each);
  for (const int each : waiting) close(each);
  close(highest);
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
  const grpc::Status status = Ask((*server)->address());
  EXPECT_TRUE(status.ok()) << status.error_message();
}

// What gRPC itself keeps, over a real connection.
class WireLimitsTest : public testing::Test {
 protected:
  WireLimitsTest() : server_(Server::Create(InMemory()).value()) {
    channel_ = grpc::CreateChannel(server_->address(), grpc::InsecureChannelCredentials());
  }

  grpc::Status AskWithHeader(size_t bytes) {
    grpc::ClientContext context;
    context.AddMetadata("x-filler", std::string(bytes, 'x'));
    context.set_wait_for_ready(true);
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
    v1::GetStatusResponse response;
    return v1::StatusService::NewStub(channel_)->GetStatus(&context, {}, &response);
  }

  const std::unique_ptr<Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
};

TEST_F(WireLimitsTest, HeadersAreUpToTheirLimit) {
  // The limit is on all headers together; those that gRPC sends itself take some two hundred bytes.
  EXPECT_TRUE(AskWithHeader(limits::kMaxMetadataBytes - 1024).ok());
  const grpc::Status over = AskWithHeader(limits::kMaxMetadataBytes);
  EXPECT_EQ(over.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED) << over.error_message();
  // A call may be on a connection that is being closed for the refusal: a client sends it again.
  grpc::Status after;
  for (int attempt = 0; attempt < 20; ++attempt) {
    after = AskWithHeader(1);
    if (after.error_code() != grpc::StatusCode::UNAVAILABLE) break;
    absl::SleepFor(absl::Milliseconds(50));
  }
  EXPECT_TRUE(after.ok()) << "the server goes on: " << after.error_message();
}

TEST_F(WireLimitsTest, AConnectionHasUpToSoManyCallsAndTheNextWaits) {
  const auto stub = v1::FactService::NewStub(channel_);
  struct Stream {
    grpc::ClientContext context;
    std::unique_ptr<grpc::ClientReaderWriter<v1::StreamFactsRequest, v1::StreamFactsResponse>>
        calls;
  };
  std::vector<std::unique_ptr<Stream>> open;
  v1::StreamFactsRequest message;
  message.add_facts();
  v1::StreamFactsResponse ack;
  for (int i = 0; i < limits::kMaxStreamsPerConnection; ++i) {
    auto stream = std::make_unique<Stream>();
    stream->calls = stub->StreamFacts(&stream->context);
    ASSERT_TRUE(stream->calls->Write(message));
    ASSERT_TRUE(stream->calls->Read(&ack)) << i;
    open.push_back(std::move(stream));
  }
  const auto ask = [&](int milliseconds) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() +
                         std::chrono::milliseconds(milliseconds));
    v1::GetStatusResponse response;
    return v1::StatusService::NewStub(channel_)->GetStatus(&context, {}, &response).error_code();
  };
  EXPECT_EQ(ask(500), grpc::StatusCode::DEADLINE_EXCEEDED);
  open.back()->calls->WritesDone();
  EXPECT_TRUE(open.back()->calls->Finish().ok());
  EXPECT_EQ(ask(10'000), grpc::StatusCode::OK);
  for (const auto& stream : open) stream->context.TryCancel();
}

}  // namespace
}  // namespace kizuna::server
