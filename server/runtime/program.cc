// SPDX-License-Identifier: Apache-2.0
//
// The program around the server: flags, log, signals, exit code.

#include <pthread.h>
#include <signal.h>

#include <cstdio>
#include <string>
#include <thread>

#include "absl/synchronization/mutex.h"
#include "server/runtime/opened_store.h"
#include "server/runtime/restore.h"
#include "server/runtime/server.h"
#include "spdlog/sinks/stdout_sinks.h"
#include "spdlog/spdlog.h"

namespace kizuna::server {
namespace {

constexpr int kOk = 0;
constexpr int kFailed = 1;
constexpr int kStoreFailed = 3;

// Lines of key=value on stderr; stdout is for what programs wait for.
void SetUpLog() {
  auto logger = spdlog::stderr_logger_mt("kizuna");
  logger->set_pattern("time=%Y-%m-%dT%H:%M:%S.%eZ level=%l %v", spdlog::pattern_time_type::utc);
  spdlog::set_default_logger(logger);
}

// Stops the server on SIGTERM or SIGINT. The signals must be blocked in every thread, so they are
// blocked before any is started, and one thread waits for them.
class SignalWatch {
 public:
  static void BlockSignals() {
    const sigset_t signals = Signals();
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    signal(SIGPIPE, SIG_IGN);
  }

  explicit SignalWatch(Server& server)
      : thread_([&server] {
          const sigset_t signals = Signals();
          int received = 0;
          sigwait(&signals, &received);
          server.Stop();
        }) {}

  // Wakes the thread when no signal came.
  ~SignalWatch() {
    pthread_kill(thread_.native_handle(), SIGTERM);
    thread_.join();
  }

 private:
  static sigset_t Signals() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    return signals;
  }

  std::thread thread_;
};

int Report(const absl::Status& status) {
  std::fprintf(stderr, "kizuna-server: %s\n", std::string(status.message()).c_str());
  return kFailed;
}

int Serve(const Options& options) {
  auto server = Server::Create(options);
  if (!server.ok()) return Report(server.status());
  std::printf("serving on %s\n", (*server)->address().c_str());
  std::fflush(stdout);
  SignalWatch watch(**server);
  const absl::Status status = (*server)->Wait();
  (*server)->Stop();
  if (status.ok()) return kOk;
  std::fprintf(stderr,
               "kizuna-server: the store failed; the log says why. Mend it and start again\n");
  return kStoreFailed;
}

// Makes a backup of a store that no server has open.
int BackUpStore(const Options& options) {
  static const ledger::SystemClock clock;
  auto opened = OpenStore(options, &clock, Purpose::kLook, nullptr);
  if (!opened.ok()) return Report(opened.status());
  const auto backup = BackUp(options, *opened);
  if (!backup.ok()) return Report(backup.status());
  std::printf("backup: %u\nbytes: %llu\nfolder: %s\n", backup->number,
              static_cast<unsigned long long>(backup->bytes), options.backup_to.c_str());
  return kOk;
}

int RestoreStore(const Options& options) {
  static const ledger::SystemClock clock;
  const absl::Status status = Restore(options, &clock, [](const std::string& line) {
    std::printf("%s\n", line.c_str());
    std::fflush(stdout);
  });
  return status.ok() ? kOk : Report(status);
}

}  // namespace

int VerifyStore(const Options& options) {
  static const ledger::SystemClock clock;
  auto opened = OpenStore(options, &clock, Purpose::kLook, nullptr);
  if (!opened.ok()) return Report(opened.status());
  auto report = opened->ledger->Verify();
  if (!report.ok()) return Report(report.status());
  for (const std::string& difference : report->differences) {
    std::printf("difference: %s\n", difference.c_str());
  }
  std::printf("accounts: %llu\nfacts: %llu\ndigest: %s\n",
              static_cast<unsigned long long>(report->accounts),
              static_cast<unsigned long long>(report->facts), report->digest.c_str());
  return report->differences.empty() ? kOk : kFailed;
}

int RunServer(int argc, const char* const* argv) {
  const CommandLine command = ReadCommandLine(argc, argv);
  if (command.exit_code.has_value()) {
    std::fputs(command.text.c_str(), *command.exit_code == 0 ? stdout : stderr);
    return *command.exit_code;
  }
  SetUpLog();
  if (command.options.verify) return VerifyStore(command.options);
  if (command.options.backup) return BackUpStore(command.options);
  if (!command.options.restore_from.empty()) return RestoreStore(command.options);
  // Debian's Abseil looks for deadlocks at every lock: a tenth of every call.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  SignalWatch::BlockSignals();
  return Serve(command.options);
}

}  // namespace kizuna::server
