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

#include <memory>
#include <string>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "kizuna/v1/status_service.grpc.pb.h"
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

}  // namespace
}  // namespace kizuna::server
