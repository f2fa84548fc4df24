// SPDX-License-Identifier: Apache-2.0
//
// How does the engine speak of time? Instants are UTC microseconds, days are civil dates in the
// time zone of the book. Ages and windows count days, so they change at midnight of the book and
// never in between (docs/scoring.md, "Time"). Nothing here reads a clock.

#ifndef KIZUNA_SERVER_ENGINE_TIME_H_
#define KIZUNA_SERVER_ENGINE_TIME_H_

#include <cstdint>
#include <limits>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace kizuna::engine {

// Microseconds since 1970-01-01T00:00:00Z. Signed; finer input is floored before it gets here.
using Instant = int64_t;

// Days since 1970-01-01, a civil date in the book's time zone.
using Day = int32_t;

inline constexpr Instant kNever = std::numeric_limits<Instant>::max();
inline constexpr Instant kLongAgo = std::numeric_limits<Instant>::min();
inline constexpr Day kNoDay = std::numeric_limits<Day>::min();
inline constexpr Instant kMicrosPerDay = int64_t{24} * 3600 * 1000 * 1000;

// A quarter of the fiscal year that begins in `year`.
struct Quarter {
  int year = 0;
  int number = 1;  // 1..4
};

// The civil days of one time zone. A value type: cheap to copy, safe to share between threads.
class Calendar {
 public:
  Calendar() : Calendar(absl::UTCTimeZone(), 1) {}
  // `fiscal_first_month`: 1..12, the month in which the fiscal year begins.
  Calendar(absl::TimeZone zone, int fiscal_first_month)
      : zone_(zone), utc_(zone == absl::UTCTimeZone()), fiscal_first_month_(fiscal_first_month) {}

  absl::TimeZone zone() const { return zone_; }
  int fiscal_first_month() const { return fiscal_first_month_; }

  // The day that contains `instant`.
  Day DayOf(Instant instant) const {
    if (utc_) return static_cast<Day>(FloorDiv(instant, kMicrosPerDay));
    return static_cast<Day>(absl::ToCivilDay(absl::FromUnixMicros(instant), zone_) -
                            absl::CivilDay(1970, 1, 1));
  }

  // The first microsecond of `day`. Where a zone skips midnight, the first instant of that date.
  Instant StartOf(Day day) const {
    if (utc_) return Instant{day} * kMicrosPerDay;
    return absl::ToUnixMicros(absl::FromCivil(absl::CivilDay(1970, 1, 1) + day, zone_));
  }

  // The last microsecond of `day`: what a date means where an instant is wanted.
  Instant EndOf(Day day) const { return StartOf(day + 1) - 1; }

  // The first day of the fiscal quarter that contains `day`.
  Day QuarterStart(Day day) const {
    const absl::CivilDay date = absl::CivilDay(1970, 1, 1) + day;
    const int months_in = (date.month() - fiscal_first_month_ + 12) % 3;
    const absl::CivilMonth first = absl::CivilMonth(date) - months_in;
    return static_cast<Day>(absl::CivilDay(first) - absl::CivilDay(1970, 1, 1));
  }

  // The first day of the fiscal quarter; that of the next one ends it.
  Day FirstDayOf(Quarter quarter) const {
    const absl::CivilMonth first =
        absl::CivilMonth(quarter.year, fiscal_first_month_) + 3 * (quarter.number - 1);
    return static_cast<Day>(absl::CivilDay(first) - absl::CivilDay(1970, 1, 1));
  }

  // 1..12, the month of `day`.
  static int MonthOf(Day day) { return (absl::CivilDay(1970, 1, 1) + day).month(); }

 private:
  static int64_t FloorDiv(int64_t a, int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

  absl::TimeZone zone_;
  bool utc_;
  int fiscal_first_month_;
};

}  // namespace kizuna::engine

#endif  // KIZUNA_SERVER_ENGINE_TIME_H_
