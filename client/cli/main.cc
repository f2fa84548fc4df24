// SPDX-License-Identifier: Apache-2.0
//
// The program `kizuna`: its streams and its arguments; everything else is in run.cc, where tests
// reach it.

#include <csignal>
#include <iostream>
#include <string>
#include <vector>

#include "client/cli/run.h"

int main(int argc, char** argv) {
  // `kizuna ready | head` ends quietly when head has seen enough.
  std::signal(SIGPIPE, SIG_DFL);
  std::ios::sync_with_stdio(false);
  return kizuna::cli::Run(std::vector<std::string>(argv + 1, argv + argc),
                          kizuna::cli::Terminal::OfProcess());
}
