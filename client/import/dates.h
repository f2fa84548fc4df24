// SPDX-License-Identifier: Apache-2.0
//
// Which day or instant does a cell hold? A column states its formats; a format is compiled once and
// reads the whole cell or nothing, so 31-02-2023 and 2023-01-01x are refused and never bent into a
// date. Pure: no clock, no I/O; safe from any thread.

#ifndef KIZUNA_CLIENT_IMPORT_DATES_H_
#define KIZUNA_CLIENT_IMPORT_DATES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace kizuna::import {

// What a cell said: a civil time, finer than a second in microseconds (floored), and an offset from
// UTC when it stated one.
struct CivilStamp {
  absl::CivilSecond civil;
  int32_t micros = 0;
  bool has_time = false;  // false: the cell held a date alone
  std::optional<int32_t> utc_offset_seconds;

  // The instant: the offset counts when there is one, else `zone`. A date alone is its last
  // microsecond, or its first with `first_microsecond`. A time that the zone skips is taken with
  // the offset before the change; one that it repeats is the earlier.
  absl::Time ToTime(const absl::TimeZone& zone, bool first_microsecond = false) const;
  // The civil day, in `zone` when the cell stated an offset.
  absl::CivilDay ToDay(const absl::TimeZone& zone) const;
};

// A compiled strptime-like format.
class DateFormat {
 public:
  // INVALID_ARGUMENT names the directive that is not known, and those that are.
  static absl::StatusOr<DateFormat> Compile(absl::string_view pattern);

  // Reads the whole of `text`; nullopt when it does not fit or is no date of the calendar. Days,
  // months and hours may have one digit or two where something else follows; years have four.
  std::optional<CivilStamp> Parse(absl::string_view text) const;

  const std::string& pattern() const { return pattern_; }

 private:
  DateFormat() = default;

  struct Step {
    char directive = 0;  // 0: literal
    char literal = 0;
    bool fixed_width = false;  // a digit follows at once, so the number takes all its digits
  };
  std::string pattern_;
  std::vector<Step> steps_;
};

// ISO 8601 as exports write it: 2024-09-30, 2024-09-30T12:34, 2024-09-30 12:34:56.789Z, +09:00.
std::optional<CivilStamp> ParseIso(absl::string_view text);

// The first of `formats` that fits; ISO when there are none.
std::optional<CivilStamp> ParseDate(absl::string_view text, const std::vector<DateFormat>& formats);

// `stamp` written by a format of strftime's directives, in `zone` when it states an offset.
std::string FormatStamp(const CivilStamp& stamp, absl::string_view pattern,
                        const absl::TimeZone& zone);

}  // namespace kizuna::import

#endif  // KIZUNA_CLIENT_IMPORT_DATES_H_
