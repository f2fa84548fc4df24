// SPDX-License-Identifier: Apache-2.0
//
// How does the portfolio reach a server? Products, metrics and sources by their services, then the
// facts by one stream, in messages of a few hundred, with a line of progress for whoever watches.

#ifndef KIZUNA_TOOLS_GENERATE_SENDER_H_
#define KIZUNA_TOOLS_GENERATE_SENDER_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/lib/client.h"
#include "tools/generate/portfolio.h"

namespace kizuna::generate {

// Facts by what became of them.
struct Sent {
  int64_t accounts = 0;
  int64_t recorded = 0;
  int64_t duplicates = 0;  // the same facts again: a second run
  int64_t refused = 0;
  std::string first_refusal;  // why the first one was refused
};

// Fills in what the book decides: its time zone, its currency, and yesterday by the server's clock,
// unless `last_day` was given. UNAVAILABLE when no server answers.
absl::Status AskTheBook(client::Client& client, bool last_day_given, PortfolioOptions* options);

// Declares metrics, products and sources. What is there already stays as it is, or is set to the
// same again.
absl::Status Declare(client::Client& client, const PortfolioOptions& options);

// Sends every account's facts. `watched`: standard error is a terminal. An error ends it; a fact
// that was refused does not.
absl::StatusOr<Sent> SendFacts(client::Client& client, const PortfolioOptions& options,
                               bool watched);

}  // namespace kizuna::generate

#endif  // KIZUNA_TOOLS_GENERATE_SENDER_H_
