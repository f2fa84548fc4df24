// SPDX-License-Identifier: Apache-2.0
#include "client/cli/moment.h"

#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/cli/exit_code.h"

namespace kizuna::cli {
namespace {

constexpr absl::string_view kDayShape = "dddd-dd-dd";
constexpr absl::string_view kSecondShape = "dddd-dd-ddTdd:dd:dd";
constexpr absl::string_view kOffsetShape = "sdd:dd";
constexpr int kFirstYear = 1900;

// Whether `text` is made as `shape` says: d a digit, s a sign, anything else itself.
bool HasShape(absl::string_view text, absl::string_view shape) {
  if (text.size() != shape.size()) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool fits = shape[i] == 'd'   ? absl::ascii_isdigit(static_cast<unsigned char>(text[i]))
                      : shape[i] == 's' ? text[i] == '+' || text[i] == '-'
                                        : text[i] == shape[i];
    if (!fits) return false;
  }
  return true;
}

// The number in digits [begin, begin + count) of a text whose shape is known.
int NumberAt(absl::string_view text, size_t begin, size_t count) {
  int number = 0;
  (void)absl::SimpleAtoi(text.substr(begin, count), &number);
  return number;
}

// The day at the front of `text`, or nothing when there is no such day.
absl::optional<absl::CivilDay> DayAt(absl::string_view text) {
  if (text.size() < kDayShape.size() || !HasShape(text.substr(0, kDayShape.size()), kDayShape)) {
    return absl::nullopt;
  }
  const int year = NumberAt(text, 0, 4);
  const int month = NumberAt(text, 5, 2);
  const int day = NumberAt(text, 8, 2);
  const absl::CivilDay civil(year, month, day);  // the 31st of April becomes the 1st of May
  if (year < kFirstYear || civil.month() != month || civil.day() != day) return absl::nullopt;
  return civil;
}

// Reads what follows the seconds: a fraction, then Z or an offset.
bool ParseTail(absl::string_view tail, int64_t* micros, int* offset_minutes) {
  *micros = 0;
  *offset_minutes = 0;
  if (!tail.empty() && tail[0] == '.') {
    tail.remove_prefix(1);
    size_t digits = 0;
    int64_t unit = 100000;
    while (digits < tail.size() && absl::ascii_isdigit(static_cast<unsigned char>(tail[digits]))) {
      *micros += (tail[digits] - '0') * unit;
      unit /= 10;
      ++digits;
    }
    if (digits == 0 || digits > 6) return false;
    tail.remove_prefix(digits);
  }
  if (tail == "Z") return true;
  if (!HasShape(tail, kOffsetShape)) return false;
  const int hours = NumberAt(tail, 1, 2);
  const int minutes = NumberAt(tail, 4, 2);
  if (hours > 18 || minutes > 59) return false;
  *offset_minutes = (tail[0] == '-' ? -1 : 1) * (hours * 60 + minutes);
  return true;
}

absl::optional<absl::Time> InstantAt(absl::string_view text) {
  const absl::optional<absl::CivilDay> day = DayAt(text);
  const size_t head = kSecondShape.size();
  if (!day.has_value() || text.size() <= head || !HasShape(text.substr(0, head), kSecondShape)) {
    return absl::nullopt;
  }
  const int hour = NumberAt(text, 11, 2);
  const int minute = NumberAt(text, 14, 2);
  const int second = NumberAt(text, 17, 2);
  int64_t micros = 0;
  int offset_minutes = 0;
  if (hour > 23 || minute > 59 || second > 59 ||
      !ParseTail(text.substr(head), &micros, &offset_minutes)) {
    return absl::nullopt;
  }
  const absl::CivilSecond civil(day->year(), day->month(), day->day(), hour, minute, second);
  return absl::FromCivil(civil, absl::UTCTimeZone()) + absl::Microseconds(micros) -
         absl::Minutes(offset_minutes);
}

}  // namespace

absl::StatusOr<Moment> ParseMoment(absl::string_view flag, absl::string_view text) {
  Moment moment;
  if (text.size() == kDayShape.size()) {
    moment.day = DayAt(text);
    if (moment.day.has_value()) return moment;
  } else if (const absl::optional<absl::Time> instant = InstantAt(text)) {
    moment.instant = *instant;
    return moment;
  }
  return UsageError(flag, absl::StrCat("'", text, "' is not a date; write YYYY-MM-DD or ",
                                       "YYYY-MM-DDTHH:MM:SSZ"));
}

absl::StatusOr<absl::CivilDay> ParseDay(absl::string_view flag, absl::string_view text) {
  const absl::optional<absl::CivilDay> day =
      text.size() == kDayShape.size() ? DayAt(text) : absl::nullopt;
  if (day.has_value()) return *day;
  return UsageError(flag, absl::StrCat("'", text, "' is not a date; write YYYY-MM-DD"));
}

absl::Time InstantOf(const Moment& moment, absl::TimeZone zone) {
  if (!moment.day.has_value()) return moment.instant;
  // The first instant of the next day: where midnight does not exist, or comes twice, the first.
  return zone.At(absl::CivilSecond(*moment.day + 1)).pre - absl::Microseconds(1);
}

std::string InstantText(absl::Time instant) {
  const int64_t micros =
      absl::ToInt64Microseconds(instant - absl::FromUnixSeconds(absl::ToUnixSeconds(instant)));
  std::string text = absl::FormatTime("%Y-%m-%dT%H:%M:%S", instant, absl::UTCTimeZone());
  if (micros != 0) {
    std::string fraction = absl::StrFormat(".%06d", micros);
    while (fraction.back() == '0') fraction.pop_back();
    text += fraction;
  }
  return text + "Z";
}

std::string MinuteText(absl::Time instant, absl::TimeZone zone) {
  return absl::FormatTime("%Y-%m-%d %H:%M", instant, zone);
}

std::string DayText(absl::Time instant, absl::TimeZone zone) {
  return absl::FormatTime("%Y-%m-%d", instant, zone);
}

std::string DayText(absl::CivilDay day) { return absl::FormatCivilTime(day); }

}  // namespace kizuna::cli
