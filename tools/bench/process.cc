// SPDX-License-Identifier: Apache-2.0

#include "tools/bench/process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace kizuna::bench {
namespace {

constexpr char kServing[] = "serving on ";

// In the child: becomes the program. Never returns.
[[noreturn]] void Become(std::vector<char*> arguments, int output, const char* log) {
  const int errors = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  prctl(PR_SET_PDEATHSIG, SIGKILL);  // it does not outlive the measurement
  dup2(output, STDOUT_FILENO);
  if (errors >= 0) dup2(errors, STDERR_FILENO);
  execv(arguments[0], arguments.data());
  _exit(127);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Process>> Process::Start(const std::vector<std::string>& command,
                                                        const std::string& log) {
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return absl::InternalError("no pipe can be made");
  const pid_t pid = fork();
  if (pid < 0) return absl::InternalError("no process can be made");
  if (pid == 0) Become(arguments, ends[1], log.c_str());
  close(ends[1]);
  std::unique_ptr<Process> process(new Process(pid, ends[0]));
  if (absl::Status status = process->AwaitAddress(); !status.ok()) {
    return absl::FailedPreconditionError(
        absl::StrCat(command[0], ": ", status.message(), "; see ", log));
  }
  return process;
}

Process::~Process() {
  Kill();
  close(output_);
}

absl::Status Process::AwaitAddress() {
  std::string said;
  char letter = 0;
  while (read(output_, &letter, 1) == 1) {
    if (letter != '\n') {
      said += letter;
      continue;
    }
    const size_t found = said.find(kServing);
    if (found != std::string::npos) {
      address_ = said.substr(found + sizeof(kServing) - 1);
      return absl::OkStatus();
    }
    said.clear();
  }
  return absl::FailedPreconditionError("it ended without serving");
}

absl::Status Process::Stop() {
  if (pid_ == 0) return absl::OkStatus();
  kill(pid_, SIGTERM);
  int state = 0;
  waitpid(pid_, &state, 0);
  pid_ = 0;
  if (WIFEXITED(state) && WEXITSTATUS(state) == 0) return absl::OkStatus();
  return absl::InternalError("the server did not stop as it should");
}

void Process::Kill() {
  if (pid_ == 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = 0;
}

double Process::ResidentBytes() const {
  std::ifstream status(absl::StrCat("/proc/", pid_, "/status"));
  for (std::string line; std::getline(status, line);) {
    const std::vector<std::string> words =
        absl::StrSplit(line, absl::ByAnyChar(" \t"), absl::SkipEmpty());
    double kib = 0;
    if (words.size() >= 2 && words[0] == "VmRSS:" && absl::SimpleAtod(words[1], &kib)) {
      return kib * 1024;
    }
  }
  return 0;
}

double Process::ProcessorSeconds() const {
  clockid_t clock;
  timespec used;
  if (pid_ == 0 || clock_getcpuclockid(pid_, &clock) != 0) return 0;
  if (clock_gettime(clock, &used) != 0) return 0;
  return static_cast<double>(used.tv_sec) + 1e-9 * static_cast<double>(used.tv_nsec);
}

std::string FolderOfThisProgram() {
  return std::filesystem::read_symlink("/proc/self/exe").parent_path().string();
}

}  // namespace kizuna::bench
