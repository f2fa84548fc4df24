// SPDX-License-Identifier: Apache-2.0

#include "client/import/dates.h"

#include <algorithm>
#include <array>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace kizuna::import {
namespace {

constexpr absl::string_view kDirectives = "YymdebBjHIMSfpzsZ";
constexpr absl::string_view kNumeric = "YymdejHIMSfs";
constexpr std::array<absl::string_view, 12> kMonths = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};

bool IsDigit(char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); }

// Reads a number of `min_digits` to `max_digits` digits.
bool TakeNumber(absl::string_view* text, int min_digits, int max_digits, int64_t* value) {
  int digits = 0;
  *value = 0;
  while (digits < max_digits && !text->empty() && IsDigit(text->front())) {
    *value = *value * 10 + (text->front() - '0');
    text->remove_prefix(1);
    ++digits;
  }
  return digits >= min_digits;
}

// A fraction of a second of any length, floored to microseconds.
bool TakeFraction(absl::string_view* text, int32_t* micros) {
  int digits = 0;
  *micros = 0;
  while (!text->empty() && IsDigit(text->front())) {
    if (digits < 6) *micros = *micros * 10 + (text->front() - '0');
    text->remove_prefix(1);
    ++digits;
  }
  for (int i = digits; i < 6; ++i) *micros *= 10;
  return digits > 0;
}

// Z, +0900, +09:00, +09, UTC, GMT.
bool TakeOffset(absl::string_view* text, int32_t* seconds) {
  for (absl::string_view name : {"Z", "z", "UTC", "GMT"}) {
    if (absl::StartsWith(*text, name)) {
      text->remove_prefix(name.size());
      *seconds = 0;
      return true;
    }
  }
  if (text->empty() || (text->front() != '+' && text->front() != '-')) return false;
  const int sign = text->front() == '-' ? -1 : 1;
  text->remove_prefix(1);
  int64_t hours = 0;
  int64_t minutes = 0;
  if (!TakeNumber(text, 2, 2, &hours)) return false;
  if (!text->empty() && text->front() == ':') text->remove_prefix(1);
  if (!text->empty() && IsDigit(text->front()) && !TakeNumber(text, 2, 2, &minutes)) return false;
  if (hours > 23 || minutes > 59) return false;
  *seconds = static_cast<int32_t>(sign * (hours * 3600 + minutes * 60));
  return true;
}

bool TakeMonthName(absl::string_view* text, bool full, int64_t* month) {
  for (size_t i = 0; i < kMonths.size(); ++i) {
    const absl::string_view name = full ? kMonths[i] : kMonths[i].substr(0, 3);
    if (absl::StartsWithIgnoreCase(*text, name)) {
      text->remove_prefix(name.size());
      *month = static_cast<int64_t>(i) + 1;
      return true;
    }
  }
  return false;
}

// What the directives of one format have said so far.
struct Parts {
  int64_t year = 1970, month = 1, day = 1, year_day = 0;
  int64_t hour = 0, minute = 0, second = 0, unix_seconds = 0;
  int32_t micros = 0, offset = 0;
  int half = -1;  // 0 AM, 1 PM
  bool has_time = false, has_offset = false, has_unix = false;
};

bool Take(char directive, bool fixed_width, absl::string_view* text, Parts* parts) {
  const int two = fixed_width ? 2 : 1;
  switch (directive) {
    case 'Y':
      return TakeNumber(text, 4, 4, &parts->year);
    case 'y':
      if (!TakeNumber(text, 2, 2, &parts->year)) return false;
      parts->year += parts->year < 69 ? 2000 : 1900;
      return true;
    case 'm':
      return TakeNumber(text, two, 2, &parts->month);
    case 'd':
      return TakeNumber(text, two, 2, &parts->day);
    case 'e':
      while (!text->empty() && text->front() == ' ') text->remove_prefix(1);
      return TakeNumber(text, 1, 2, &parts->day);
    case 'j':
      return TakeNumber(text, fixed_width ? 3 : 1, 3, &parts->year_day) && parts->year_day > 0;
    case 'b':
      return TakeMonthName(text, false, &parts->month);
    case 'B':
      return TakeMonthName(text, true, &parts->month);
    case 'H':
      parts->has_time = true;
      return TakeNumber(text, two, 2, &parts->hour) && parts->hour < 24;
    case 'I':
      parts->has_time = true;
      return TakeNumber(text, two, 2, &parts->hour) && parts->hour >= 1 && parts->hour <= 12;
    case 'M':
      return TakeNumber(text, two, 2, &parts->minute) && parts->minute < 60;
    case 'S':
      return TakeNumber(text, two, 2, &parts->second) && parts->second < 60;
    case 'f':
      return TakeFraction(text, &parts->micros);
    case 'p':
      if (absl::StartsWithIgnoreCase(*text, "am") || absl::StartsWithIgnoreCase(*text, "pm")) {
        parts->half = absl::ascii_tolower(static_cast<unsigned char>(text->front())) == 'p' ? 1 : 0;
        text->remove_prefix(2);
        return true;
      }
      return false;
    case 'z':
    case 'Z':
      parts->has_offset = true;
      return TakeOffset(text, &parts->offset);
    case 's':
      parts->has_unix = true;
      return TakeNumber(text, 1, 12, &parts->unix_seconds);
    default:
      return false;
  }
}

std::optional<CivilStamp> Assemble(const Parts& parts) {
  CivilStamp stamp;
  stamp.micros = parts.micros;
  stamp.has_time = parts.has_time || parts.has_unix;
  if (parts.has_offset) stamp.utc_offset_seconds = parts.offset;
  if (parts.has_unix) {
    stamp.civil = absl::CivilSecond(1970, 1, 1) + parts.unix_seconds;
    stamp.utc_offset_seconds = 0;
    return stamp;
  }
  int64_t hour = parts.hour;
  if (parts.half >= 0) {
    if (hour > 12 || hour == 0) return std::nullopt;
    hour = hour % 12 + 12 * parts.half;
  }
  if (parts.year < 1) return std::nullopt;
  // A civil time carries what is over (31 February becomes 3 March); then it was no date.
  absl::CivilDay day(parts.year, static_cast<int>(parts.month), static_cast<int>(parts.day));
  if (day.month() != parts.month || day.day() != parts.day) return std::nullopt;
  if (parts.year_day > 0) {
    day = absl::CivilDay(parts.year, 1, 1) + (parts.year_day - 1);
    if (day.year() != parts.year) return std::nullopt;
  }
  stamp.civil =
      absl::CivilSecond(day.year(), day.month(), day.day(), hour, parts.minute, parts.second);
  return stamp;
}

}  // namespace

absl::Time CivilStamp::ToTime(const absl::TimeZone& zone, bool first_microsecond) const {
  if (utc_offset_seconds.has_value()) {
    return absl::FromCivil(civil, absl::UTCTimeZone()) - absl::Seconds(*utc_offset_seconds) +
           absl::Microseconds(micros);
  }
  if (!has_time && !first_microsecond) {
    return absl::FromCivil(absl::CivilDay(civil) + 1, zone) - absl::Microseconds(1);
  }
  return zone.At(civil).pre + absl::Microseconds(micros);
}

absl::CivilDay CivilStamp::ToDay(const absl::TimeZone& zone) const {
  if (!utc_offset_seconds.has_value()) return absl::CivilDay(civil);
  return absl::ToCivilDay(ToTime(zone), zone);
}

absl::StatusOr<DateFormat> DateFormat::Compile(absl::string_view pattern) {
  DateFormat format;
  format.pattern_ = std::string(pattern);
  // The two shorthands people write are opened first.
  std::string opened;
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '%' && i + 1 < pattern.size() && pattern[i + 1] == 'T') {
      opened += "%H:%M:%S", ++i;
    } else if (pattern[i] == '%' && i + 1 < pattern.size() && pattern[i + 1] == 'F') {
      opened += "%Y-%m-%d", ++i;
    } else {
      opened += pattern[i];
    }
  }
  for (size_t i = 0; i < opened.size(); ++i) {
    Step step;
    if (opened[i] != '%') {
      step.literal = opened[i];
    } else if (i + 1 == opened.size()) {
      return absl::InvalidArgumentError(absl::StrCat(
          "the date format '", pattern, "' ends in a lone %; write %% for a per cent"));
    } else if (opened[++i] == '%') {
      step.literal = '%';
    } else if (absl::StrContains(kDirectives, opened[i])) {
      step.directive = opened[i];
    } else {
      return absl::InvalidArgumentError(absl::StrCat(
          "%", opened.substr(i, 1), " in the date format '", pattern,
          "' is not known; known are %Y %y %m %d %e %b %B %j %H %I %M %S %f %p %z %Z %s "
          "%T %F %%"));
    }
    format.steps_.push_back(step);
  }
  for (size_t i = 0; i + 1 < format.steps_.size(); ++i) {
    const Step& next = format.steps_[i + 1];
    if (format.steps_[i].directive == 0) continue;
    format.steps_[i].fixed_width =
        next.directive != 0 ? absl::StrContains(kNumeric, next.directive) : IsDigit(next.literal);
  }
  // In YYYYMMDD the last number has its full width too: 2024101 is no date.
  if (format.steps_.size() > 1 && format.steps_[format.steps_.size() - 2].fixed_width) {
    format.steps_.back().fixed_width = true;
  }
  return format;
}

std::optional<CivilStamp> DateFormat::Parse(absl::string_view text) const {
  Parts parts;
  for (const Step& step : steps_) {
    if (step.directive == 0) {
      if (text.empty() || text.front() != step.literal) return std::nullopt;
      text.remove_prefix(1);
    } else if (!Take(step.directive, step.fixed_width, &text, &parts)) {
      return std::nullopt;
    }
  }
  if (!text.empty()) return std::nullopt;
  return Assemble(parts);
}

std::optional<CivilStamp> ParseIso(absl::string_view text) {
  Parts parts;
  const auto literal = [&text](char c) {
    if (text.empty() || text.front() != c) return false;
    text.remove_prefix(1);
    return true;
  };
  if (!TakeNumber(&text, 4, 4, &parts.year) || !literal('-') ||
      !TakeNumber(&text, 2, 2, &parts.month) || !literal('-') ||
      !TakeNumber(&text, 2, 2, &parts.day)) {
    return std::nullopt;
  }
  if (text.empty()) return Assemble(parts);
  if (!literal('T') && !literal('t') && !literal(' ')) return std::nullopt;
  parts.has_time = true;
  if (!TakeNumber(&text, 2, 2, &parts.hour) || !literal(':') ||
      !TakeNumber(&text, 2, 2, &parts.minute) || parts.hour > 23 || parts.minute > 59) {
    return std::nullopt;
  }
  if (literal(':')) {
    if (!TakeNumber(&text, 2, 2, &parts.second) || parts.second > 59) return std::nullopt;
    if ((literal('.') || literal(',')) && !TakeFraction(&text, &parts.micros)) return std::nullopt;
  }
  if (!text.empty()) {
    literal(' ');
    parts.has_offset = true;
    if (!TakeOffset(&text, &parts.offset)) return std::nullopt;
  }
  if (!text.empty()) return std::nullopt;
  return Assemble(parts);
}

std::optional<CivilStamp> ParseDate(absl::string_view text,
                                    const std::vector<DateFormat>& formats) {
  if (formats.empty()) return ParseIso(text);
  for (const DateFormat& format : formats) {
    if (std::optional<CivilStamp> stamp = format.Parse(text)) return stamp;
  }
  return std::nullopt;
}

std::string FormatStamp(const CivilStamp& stamp, absl::string_view pattern,
                        const absl::TimeZone& zone) {
  absl::CivilSecond civil = stamp.civil;
  if (stamp.utc_offset_seconds.has_value()) civil = absl::ToCivilSecond(stamp.ToTime(zone), zone);
  return absl::FormatTime(pattern, absl::FromCivil(civil, absl::UTCTimeZone()),
                          absl::UTCTimeZone());
}

}  // namespace kizuna::import
