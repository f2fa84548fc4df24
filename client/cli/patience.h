// SPDX-License-Identifier: Apache-2.0
//
// How does one wait for a call that reads the whole book? As long as the server lets a call run,
// and after a second with a line that says for how long already.

#ifndef KIZUNA_CLIENT_CLI_PATIENCE_H_
#define KIZUNA_CLIENT_CLI_PATIENCE_H_

#include <chrono>
#include <cstdint>
#include <future>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "client/cli/progress.h"
#include "client/cli/session.h"

namespace kizuna::cli {

// The answer of `call(options)`, made on a thread of its own. Without --timeout its deadline is the
// most that the server allows.
template <typename Call>
auto WaitPatiently(Session& session, const Call& call) -> decltype(call(client::CallOptions())) {
  client::CallOptions options;
  if (session.flags().timeout_seconds == 0) options.deadline = absl::Minutes(10);
  auto answer = std::async(std::launch::async, [&] { return call(options); });
  const absl::Time begun = absl::Now();
  WaitingLine line(session.terminal(), "reading the whole book");
  while (answer.wait_for(std::chrono::milliseconds(100)) != std::future_status::ready) {
    line.Update(absl::Now() - begun);
  }
  return answer.get();
}

}  // namespace kizuna::cli

#endif  // KIZUNA_CLIENT_CLI_PATIENCE_H_
