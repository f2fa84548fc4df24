// SPDX-License-Identifier: Apache-2.0
//
// How is a server run as a process of its own, so that it is measured as it is deployed?

#ifndef KIZUNA_TOOLS_BENCH_PROCESS_H_
#define KIZUNA_TOOLS_BENCH_PROCESS_H_

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace kizuna::bench {

// A program that says `serving on HOST:PORT` on its standard output. Not thread-safe. The
// destructor kills it.
class Process {
 public:
  // Starts `command` (a path and its arguments) and waits until it serves; its standard error goes
  // to the end of `log`. FAILED_PRECONDITION when it ends without serving.
  static absl::StatusOr<std::unique_ptr<Process>> Start(const std::vector<std::string>& command,
                                                        const std::string& log);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  const std::string& address() const { return address_; }
  // SIGTERM, and waits for its end. INTERNAL when it did not end with 0.
  absl::Status Stop();
  // SIGKILL: nothing of the program runs any more.
  void Kill();
  // Resident memory in bytes; 0 when it is gone.
  double ResidentBytes() const;
  // Time of processors that it has used so far, in seconds; 0 when it is gone.
  double ProcessorSeconds() const;

 private:
  Process(pid_t pid, int output) : pid_(pid), output_(output) {}
  absl::Status AwaitAddress();

  pid_t pid_;  // 0: ended
  int output_;
  std::string address_;
};

// The folder in which this very program lies, where its neighbours are.
std::string FolderOfThisProgram();

}  // namespace kizuna::bench

#endif  // KIZUNA_TOOLS_BENCH_PROCESS_H_
