// SPDX-License-Identifier: Apache-2.0

#include "server/runtime/accept_loop.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "server/limits.h"
#include "spdlog/spdlog.h"

namespace kizuna::server {
namespace {

// Waits this long after accept() failed for want of something that others may give back.
constexpr int kPauseMillis = 50;
constexpr int kBacklog = 1024;

absl::Status CannotListen(const HostPort& address, int error) {
  return absl::UnavailableError(
      absl::StrCat("cannot listen on ", address.host, ":", address.port, ": ", std::strerror(error),
                   "; choose another --listen, or end the program that has it"));
}

std::string AddressOf(int listener, const std::string& host) {
  sockaddr_storage bound{};
  socklen_t size = sizeof(bound);
  getsockname(listener, reinterpret_cast<sockaddr*>(&bound), &size);
  const int port = bound.ss_family == AF_INET6
                       ? ntohs(reinterpret_cast<sockaddr_in6*>(&bound)->sin6_port)
                       : ntohs(reinterpret_cast<sockaddr_in*>(&bound)->sin_port);
  return absl::StrContains(host, ':') ? absl::StrCat("[", host, "]:", port)
                                      : absl::StrCat(host, ":", port);
}

}  // namespace

absl::StatusOr<std::unique_ptr<AcceptLoop>> AcceptLoop::Listen(const HostPort& address,
                                                               int max_connections) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  if (getaddrinfo(address.host.c_str(), std::to_string(address.port).c_str(), &hints, &found) !=
          0 ||
      found == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat("--listen: ", address.host, " is no address of this machine"));
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owned(found, freeaddrinfo);
  const int listener =
      socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
  if (listener < 0) return CannotListen(address, errno);
  // SO_REUSEADDR lets a restart have the port at once; SO_REUSEPORT, which would let a second
  // server share it, stays off.
  const int on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  if (bind(listener, found->ai_addr, found->ai_addrlen) != 0 || listen(listener, kBacklog) != 0) {
    const int error = errno;
    close(listener);
    return CannotListen(address, error);
  }
  const int wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (wake < 0) {
    close(listener);
    return CannotListen(address, errno);
  }
  return std::unique_ptr<AcceptLoop>(new AcceptLoop(
      listener, wake, AddressOf(listener, address.host), std::max(1, max_connections)));
}

AcceptLoop::AcceptLoop(int listener, int wake, std::string address, int max_connections)
    : listener_(listener),
      wake_(wake),
      address_(std::move(address)),
      max_connections_(max_connections) {}

AcceptLoop::~AcceptLoop() {
  Stop();
  close(listener_);
  close(wake_);
}

void AcceptLoop::Start(Handler handler) {
  handler_ = std::move(handler);
  thread_ = std::thread([this] { Loop(); });
}

void AcceptLoop::Stop() {
  if (stopping_.exchange(true)) return;
  const uint64_t one = 1;
  // An eventfd takes eight bytes or none; it is empty, so it takes them.
  if (write(wake_, &one, sizeof(one)) != sizeof(one)) {
    spdlog::warn("event=accept_loop_wake_failed error=\"{}\"", std::strerror(errno));
  }
  if (thread_.joinable()) thread_.join();
  // Whoever still tries is refused at once instead of waiting in the backlog.
  shutdown(listener_, SHUT_RDWR);
}

void AcceptLoop::Loop() {
  while (!stopping_.load()) {
    pollfd waiting[2] = {{listener_, POLLIN, 0}, {wake_, POLLIN, 0}};
    if (poll(waiting, 2, -1) < 0 && errno != EINTR) poll(nullptr, 0, kPauseMillis);
    if ((waiting[0].revents & POLLIN) != 0) AcceptOne();
  }
}

void AcceptLoop::AcceptOne() {
  const int descriptor = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (descriptor < 0) {
    // EAGAIN and the like: the client has gone. Out of descriptors or memory: others will give some
    // back, so wait a little and go on; this is where gRPC would stop for ever.
    if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
      spdlog::warn("event=accept_failed error=\"{}\"", std::strerror(errno));
      pollfd stop = {wake_, POLLIN, 0};
      poll(&stop, 1, kPauseMillis);
      ForgetClosed();
    }
    return;
  }
  if (static_cast<int>(open_.size()) >= max_connections_) ForgetClosed();
  struct stat status {};
  if (static_cast<int>(open_.size()) >= max_connections_ || fstat(descriptor, &status) != 0) {
    // Counted first: who sees that it is closed finds it counted.
    const uint64_t so_far = turned_away_.fetch_add(1, std::memory_order_relaxed) + 1;
    close(descriptor);
    // One line for each power of two: a crowd must not fill the log.
    if ((so_far & (so_far - 1)) == 0) {
      spdlog::warn("event=connections_turned_away max={} so_far={}", max_connections_, so_far);
    }
    return;
  }
  const int on = 1;
  setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  open_[descriptor] = status.st_ino;
  handler_(descriptor);
}

void AcceptLoop::ForgetClosed() {
  for (auto it = open_.begin(); it != open_.end();) {
    struct stat status {};
    const bool closed =
        fstat(it->first, &status) != 0 || !S_ISSOCK(status.st_mode) || status.st_ino != it->second;
    it = closed ? open_.erase(it) : std::next(it);
  }
}

int64_t RaiseDescriptorLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;
  // Beyond this nothing is gained, and some systems let a process have a billion.
  const rlim_t wanted = std::min<rlim_t>(limit.rlim_max, 1 << 20);
  if (limit.rlim_cur < wanted) {
    const rlim_t before = limit.rlim_cur;
    limit.rlim_cur = wanted;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0) return static_cast<int64_t>(before);
  }
  return static_cast<int64_t>(limit.rlim_cur);
}

int ConnectionsWithin(int64_t descriptors, int wanted) {
  // With few descriptors, half of them are the store's.
  const int64_t kept = std::min<int64_t>(limits::kReservedDescriptors, descriptors / 2);
  return static_cast<int>(std::max<int64_t>(1, std::min<int64_t>(wanted, descriptors - kept)));
}

}  // namespace kizuna::server
