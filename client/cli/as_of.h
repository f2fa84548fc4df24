// SPDX-License-Identifier: Apache-2.0
//
// How does --as-of reach a request? A day goes as a day, and the server, who knows the book's time
// zone, takes its last microsecond; an instant goes as it is.

#ifndef KIZUNA_CLIENT_CLI_AS_OF_H_
#define KIZUNA_CLIENT_CLI_AS_OF_H_

#include <string>

#include "absl/status/status.h"
#include "client/cli/moment.h"
#include "client/cli/words.h"

namespace kizuna::cli {

// The help of the flag, the same everywhere.
inline constexpr char kAsOfHelp[] =
    "look at that day's end, or that instant: YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ (default: now)";

// Sets as_of or as_of_date of `request` from what was typed; nothing typed sets nothing.
// UsageError.
template <typename Request>
absl::Status SetAsOf(const std::string& typed, Request* request) {
  if (typed.empty()) return absl::OkStatus();
  const absl::StatusOr<Moment> moment = ParseMoment("--as-of", typed);
  if (!moment.ok()) return moment.status();
  if (moment->day.has_value()) {
    *request->mutable_as_of_date() = DateOf(*moment->day);
  } else {
    *request->mutable_as_of() = TimestampOf(moment->instant);
  }
  return absl::OkStatus();
}

}  // namespace kizuna::cli

#endif  // KIZUNA_CLIENT_CLI_AS_OF_H_
