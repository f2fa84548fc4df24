// SPDX-License-Identifier: Apache-2.0
#include "client/cli/words.h"

#include <cmath>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "client/cli/exit_code.h"
#include "client/cli/moment.h"
#include "client/cli/output.h"

namespace kizuna::cli {
namespace {

constexpr int64_t kMicrosInUnit = 1000000;
constexpr int32_t kNanosInMicro = 1000;

// "MOTION_" of Motion: the API names values after their type.
std::string PrefixOf(const google::protobuf::EnumDescriptor* type) {
  const std::string& unspecified = type->FindValueByNumber(0)->name();
  return unspecified.substr(0, unspecified.size() - std::string("UNSPECIFIED").size());
}

}  // namespace

std::string EnumWord(const google::protobuf::EnumDescriptor* type, int number) {
  const google::protobuf::EnumValueDescriptor* const value = type->FindValueByNumber(number);
  if (value == nullptr || number == 0) return "";
  return value->name().substr(PrefixOf(type).size());
}

std::string Spoken(absl::string_view word) {
  if (word.empty()) return "-";
  return absl::StrReplaceAll(absl::AsciiStrToLower(word), {{"_", "-"}});
}

absl::StatusOr<int> ParseEnumWord(absl::string_view flag, absl::string_view word,
                                  const google::protobuf::EnumDescriptor* type) {
  const std::string name =
      absl::StrCat(PrefixOf(type), absl::StrReplaceAll(absl::AsciiStrToUpper(word), {{"-", "_"}}));
  const google::protobuf::EnumValueDescriptor* const value = type->FindValueByName(name);
  if (value == nullptr || value->number() == 0) {
    return UsageError(flag, absl::StrCat("'", word, "' is not known; write one of ",
                                         absl::StrReplaceAll(WordsOf(type), {{"|", ", "}})));
  }
  return value->number();
}

std::string WordsOf(const google::protobuf::EnumDescriptor* type) {
  std::vector<std::string> words;
  for (int i = 0; i < type->value_count(); ++i) {
    const int number = type->value(i)->number();
    if (number != 0) words.push_back(Spoken(EnumWord(type, number)));
  }
  return absl::StrJoin(words, "|");
}

Json TextJson(absl::string_view text) { return text.empty() ? Json() : Json(text); }

Json TimeJson(const google::protobuf::Timestamp& time) {
  return IsSet(time) ? Json(JsonDate{InstantText(TimeOf(time))}) : Json();
}

Json DateJson(const v1::Date& date) {
  return date.year() == 0 ? Json() : Json(JsonDate{DateText(date)});
}

Json AmountJson(const v1::Money& money) {
  const int64_t micros = MicrosOf(money);
  const uint64_t size = micros < 0 ? 0 - static_cast<uint64_t>(micros) : micros;
  std::string literal = absl::StrFormat("%s%d", micros < 0 ? "-" : "", size / kMicrosInUnit);
  if (size % kMicrosInUnit != 0) {
    absl::StrAppendFormat(&literal, ".%06d", size % kMicrosInUnit);
    while (literal.back() == '0') literal.pop_back();
  }
  return Json(JsonNumber{std::move(literal)});
}

std::string ScoreText(double score) { return absl::StrFormat("%.1f", score); }

std::string PointsText(double points) { return absl::StrFormat("%+.2f", points); }

std::string ShareText(double share) { return absl::StrFormat("%.0f %%", share * 100); }

std::string ValueText(double value) { return absl::StrFormat("%.4g", value); }

std::string MoneyText(const v1::Money& money) {
  return absl::StrCat(money.currency_code(), money.currency_code().empty() ? "" : " ",
                      AmountText(money));
}

std::string AmountText(const v1::Money& money) {
  const int64_t cents = std::llround(static_cast<double>(money.nanos()) / 1e7);
  if (cents == 0) return Grouped(money.units());
  const double amount = static_cast<double>(money.units()) + static_cast<double>(cents) / 100;
  if (std::abs(amount) >= 1000) return Grouped(std::llround(amount));
  return absl::StrFormat("%.2f", amount);
}

std::string DateText(const v1::Date& date) {
  if (date.year() == 0) return "";
  return DayText(absl::CivilDay(date.year(), date.month(), date.day()));
}

std::string ComparisonText(v1::Comparison how) {
  switch (how) {
    case v1::COMPARISON_ABOVE:
      return ">";
    case v1::COMPARISON_AT_LEAST:
      return ">=";
    case v1::COMPARISON_BELOW:
      return "<";
    case v1::COMPARISON_AT_MOST:
      return "<=";
    default:
      return "";
  }
}

std::string TimeText(const google::protobuf::Timestamp& time, absl::TimeZone zone) {
  return IsSet(time) ? MinuteText(TimeOf(time), zone) : "";
}

Style StyleOf(v1::Verdict verdict) {
  switch (verdict) {
    case v1::VERDICT_ALLOW:
      return Style::kGood;
    case v1::VERDICT_DENY:
      return Style::kBad;
    default:
      return Style::kWarning;
  }
}

Style StyleOf(v1::Band band) {
  switch (band) {
    case v1::BAND_GREEN:
      return Style::kGood;
    case v1::BAND_YELLOW:
      return Style::kWarning;
    case v1::BAND_RED:
      return Style::kBad;
    default:
      return Style::kDim;
  }
}

v1::Date DateOf(absl::CivilDay day) {
  v1::Date date;
  date.set_year(static_cast<int32_t>(day.year()));
  date.set_month(day.month());
  date.set_day(day.day());
  return date;
}

absl::Time TimeOf(const google::protobuf::Timestamp& time) {
  return absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos());
}

google::protobuf::Timestamp TimestampOf(absl::Time time) {
  google::protobuf::Timestamp timestamp;
  const int64_t seconds = absl::ToUnixSeconds(time);
  timestamp.set_seconds(seconds);
  timestamp.set_nanos(
      static_cast<int32_t>(absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds))));
  return timestamp;
}

bool IsSet(const google::protobuf::Timestamp& time) {
  return time.seconds() != 0 || time.nanos() != 0;
}

int64_t MicrosOf(const v1::Money& money) {
  return money.units() * kMicrosInUnit + money.nanos() / kNanosInMicro;
}

v1::Money MoneyOfMicros(int64_t micros, absl::string_view currency_code) {
  v1::Money money;
  money.set_currency_code(std::string(currency_code));
  money.set_units(micros / kMicrosInUnit);
  money.set_nanos(static_cast<int32_t>(micros % kMicrosInUnit) * kNanosInMicro);
  return money;
}

}  // namespace kizuna::cli
