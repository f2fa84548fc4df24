// SPDX-License-Identifier: Apache-2.0
//
// Which instant does a person mean by a date or a time on the command line, and how is one written
// back? A date means its last microsecond in the book's time zone, so that a score "as of" a day
// has seen the whole of it.

#ifndef KIZUNA_CLIENT_CLI_MOMENT_H_
#define KIZUNA_CLIENT_CLI_MOMENT_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"

namespace kizuna::cli {

// What was typed: a day, or an instant.
struct Moment {
  // The day, when only a day was given.
  absl::optional<absl::CivilDay> day;
  // The instant otherwise, floored to the microsecond.
  absl::Time instant;
};

// Reads `YYYY-MM-DD`, or `YYYY-MM-DDTHH:MM:SS`, with up to six digits of a fraction, followed by
// `Z` or an offset such as `+09:00`. Years 1900 to 9999. An error is a UsageError naming `flag`,
// what was typed and the format.
absl::StatusOr<Moment> ParseMoment(absl::string_view flag, absl::string_view text);

// Reads `YYYY-MM-DD` alone.
absl::StatusOr<absl::CivilDay> ParseDay(absl::string_view flag, absl::string_view text);

// The instant that `moment` means: itself, or the last microsecond of its day in `zone`.
absl::Time InstantOf(const Moment& moment, absl::TimeZone zone);

// `2026-11-22T09:30:00.000001Z`: UTC, with as much of a fraction as there is. For programs.
std::string InstantText(absl::Time instant);

// `2026-11-22 18:30`: to the minute in `zone`. For people.
std::string MinuteText(absl::Time instant, absl::TimeZone zone);

// `2026-11-22`, in `zone`.
std::string DayText(absl::Time instant, absl::TimeZone zone);
std::string DayText(absl::CivilDay day);

}  // namespace kizuna::cli

#endif  // KIZUNA_CLIENT_CLI_MOMENT_H_
