// SPDX-License-Identifier: Apache-2.0
//
// Is it still at work? A line on a terminal's standard error that is drawn over itself, only once
// the work has taken a second, and is gone when the work is done.

#ifndef KIZUNA_CLIENT_CLI_PROGRESS_H_
#define KIZUNA_CLIENT_CLI_PROGRESS_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "client/cli/terminal.h"

namespace kizuna::cli {

// Progress of one piece of work. Where standard error is no terminal it prints nothing. Not
// thread-safe.
class Progress {
 public:
  // `work` reads on after what is done: "12,000 facts sent". `total` 0: not known beforehand.
  Progress(const Terminal& terminal, absl::string_view work, int64_t total = 0);
  // Takes the line away.
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // So much is done by now. Cheap enough to call for each item: draws at most ten times a second.
  void Update(int64_t done);

 private:
  const Terminal terminal_;
  const std::string work_;
  const int64_t total_;
  const absl::Time begun_;
  absl::Time drawn_;
  bool shown_ = false;
};

// The same for work of which nobody knows how much is done. Not thread-safe.
class WaitingLine {
 public:
  // `work` is what is under way: "reading the whole book".
  WaitingLine(const Terminal& terminal, absl::string_view work);
  // Takes the line away.
  ~WaitingLine();
  WaitingLine(const WaitingLine&) = delete;
  WaitingLine& operator=(const WaitingLine&) = delete;

  // It has taken so long by now. Draws once a second.
  void Update(absl::Duration waited);

 private:
  const Terminal terminal_;
  const std::string work_;
  int64_t told_seconds_ = 0;
};

}  // namespace kizuna::cli

#endif  // KIZUNA_CLIENT_CLI_PROGRESS_H_
