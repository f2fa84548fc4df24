// SPDX-License-Identifier: Apache-2.0

#include "server/convert/values.h"

#include <cmath>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"

namespace kizuna::convert {
namespace {

constexpr int64_t kMicrosPerSecond = 1'000'000;
constexpr int64_t kFirstSecond = -2'208'988'800;  // 1900-01-01T00:00:00Z
constexpr int64_t kLastSecond = 253'402'300'799;  // 9999-12-31T23:59:59Z

}  // namespace

std::optional<engine::Day> DayOf(const v1::Date& date, const FieldPath& path,
                                 Violations& violations) {
  const absl::CivilDay day(date.year(), date.month(), date.day());
  // Civil days carry over (32 January is 1 February): a real date comes back as it went in.
  if (date.year() < 1 || date.year() > 9999 || day.month() != date.month() ||
      day.day() != date.day()) {
    violations.Add(path, absl::StrCat("is no date: year ", date.year(), ", month ", date.month(),
                                      ", day ", date.day(), "; send a day of the years 1 to 9999"));
    return std::nullopt;
  }
  return static_cast<engine::Day>(day - absl::CivilDay(1970, 1, 1));
}

std::optional<engine::Instant> InstantOf(const google::protobuf::Timestamp& timestamp,
                                         const FieldPath& path, Violations& violations) {
  if (timestamp.seconds() < kFirstSecond || timestamp.seconds() > kLastSecond ||
      timestamp.nanos() < 0 || timestamp.nanos() > 999'999'999) {
    violations.Add(path,
                   "is no instant of the years 1900 to 9999 with 0 to 999999999 nanos; send UTC");
    return std::nullopt;
  }
  return timestamp.seconds() * kMicrosPerSecond + timestamp.nanos() / 1000;
}

std::optional<engine::Micros> MicrosOf(const v1::Money& money, absl::string_view currency,
                                       bool signed_ok, const FieldPath& path,
                                       Violations& violations) {
  if (!money.currency_code().empty() && money.currency_code() != currency) {
    violations.Add(
        path.Field("currency_code"),
        absl::StrCat("is ", money.currency_code().substr(0, 16), ", but the book is kept in ",
                     currency, "; convert the amount before sending it"));
    return std::nullopt;
  }
  constexpr int64_t kMaxUnits = engine::kMaxValue / engine::kMicrosPerUnit;
  const bool opposed =
      (money.units() > 0 && money.nanos() < 0) || (money.units() < 0 && money.nanos() > 0);
  if (money.nanos() < -999'999'999 || money.nanos() > 999'999'999 || opposed) {
    violations.Add(path.Field("nanos"),
                   "must be within -999999999 and 999999999 and of the same sign as units");
    return std::nullopt;
  }
  if (money.nanos() % 1000 != 0) {
    violations.Add(path.Field("nanos"),
                   "is finer than a millionth; round the amount before sending it");
    return std::nullopt;
  }
  if (money.units() < -kMaxUnits || money.units() > kMaxUnits ||
      (std::abs(money.units()) == kMaxUnits && money.nanos() != 0)) {
    violations.Add(path.Field("units"), "must be within -10^12 and 10^12");
    return std::nullopt;
  }
  const engine::Micros micros = money.units() * engine::kMicrosPerUnit + money.nanos() / 1000;
  if (!signed_ok && micros < 0) {
    violations.Add(path, "must not be below 0");
    return std::nullopt;
  }
  return micros;
}

std::optional<engine::Micros> MicrosOf(double value, double low, double high, const FieldPath& path,
                                       Violations& violations) {
  if (!CheckRange(value, low, high, path, violations)) return std::nullopt;
  return std::llround(value * static_cast<double>(engine::kMicrosPerUnit));
}

bool CheckRange(int64_t value, int64_t low, int64_t high, const FieldPath& path,
                Violations& violations) {
  if (value >= low && value <= high) return true;
  violations.Add(path, absl::StrCat("is ", value, "; send ", low, " to ", high));
  return false;
}

bool CheckRange(double value, double low, double high, const FieldPath& path,
                Violations& violations) {
  // Written so that NaN is refused too.
  if (value >= low && value <= high) return true;
  violations.Add(path, absl::StrCat("is ", value, "; send a number from ", low, " to ", high));
  return false;
}

v1::Date ToWire(engine::Day day) {
  const absl::CivilDay civil = absl::CivilDay(1970, 1, 1) + day;
  v1::Date out;
  out.set_year(static_cast<int32_t>(civil.year()));
  out.set_month(civil.month());
  out.set_day(civil.day());
  return out;
}

google::protobuf::Timestamp TimestampOf(engine::Instant instant) {
  google::protobuf::Timestamp out;
  int64_t seconds = instant / kMicrosPerSecond;
  int64_t micros = instant % kMicrosPerSecond;
  if (micros < 0) {
    micros += kMicrosPerSecond;
    --seconds;
  }
  out.set_seconds(seconds);
  out.set_nanos(static_cast<int32_t>(micros * 1000));
  return out;
}

v1::Money MoneyOf(engine::Micros micros, absl::string_view currency) {
  v1::Money out;
  out.set_currency_code(std::string(currency));
  out.set_units(micros / engine::kMicrosPerUnit);
  out.set_nanos(static_cast<int32_t>(micros % engine::kMicrosPerUnit * 1000));
  return out;
}

engine::Motion MotionOf(v1::Motion motion) { return static_cast<engine::Motion>(motion); }
v1::Motion ToWire(engine::Motion motion) { return static_cast<v1::Motion>(motion); }
static_assert(static_cast<int>(engine::Motion::kHearing) == v1::MOTION_HEARING &&
              static_cast<int>(engine::Motion::kCrossSell) == v1::MOTION_CROSS_SELL);

v1::Verdict ToWire(engine::Verdict verdict) { return static_cast<v1::Verdict>(verdict); }
engine::Verdict VerdictOf(v1::Verdict verdict) { return static_cast<engine::Verdict>(verdict); }
static_assert(static_cast<int>(engine::Verdict::kAllow) == v1::VERDICT_ALLOW &&
              static_cast<int>(engine::Verdict::kDeny) == v1::VERDICT_DENY &&
              static_cast<int>(engine::Verdict::kUnknown) == v1::VERDICT_UNKNOWN);

v1::Band ToWire(engine::Band band) { return static_cast<v1::Band>(static_cast<int>(band) + 1); }
static_assert(static_cast<int>(engine::Band::kUnknown) + 1 == v1::BAND_UNKNOWN &&
              static_cast<int>(engine::Band::kRed) + 1 == v1::BAND_RED &&
              static_cast<int>(engine::Band::kGreen) + 1 == v1::BAND_GREEN);

v1::LoyaltyTier ToWire(engine::LoyaltyTier tier) {
  return static_cast<v1::LoyaltyTier>(static_cast<int>(tier) + 1);
}
static_assert(static_cast<int>(engine::LoyaltyTier::kNone) + 1 == v1::LOYALTY_TIER_NONE &&
              static_cast<int>(engine::LoyaltyTier::kFan) + 1 == v1::LOYALTY_TIER_FAN);

v1::TouchTier ToWire(engine::TouchTier tier) { return static_cast<v1::TouchTier>(tier); }
static_assert(static_cast<int>(engine::TouchTier::kTech) == v1::TOUCH_TIER_TECH &&
              static_cast<int>(engine::TouchTier::kLow) == v1::TOUCH_TIER_LOW &&
              static_cast<int>(engine::TouchTier::kHigh) == v1::TOUCH_TIER_HIGH);

v1::MatrixCell ToWire(engine::Cell cell) { return static_cast<v1::MatrixCell>(cell); }
static_assert(static_cast<int>(engine::Cell::kA) == v1::MATRIX_CELL_A &&
              static_cast<int>(engine::Cell::kD) == v1::MATRIX_CELL_D);

v1::Effect ToWire(engine::Effect effect) {
  switch (effect) {
    case engine::Effect::kDeny:
      return v1::EFFECT_DENY;
    case engine::Effect::kUnknown:
      return v1::EFFECT_UNKNOWN;
    case engine::Effect::kNone:
      break;
  }
  return v1::EFFECT_UNSPECIFIED;
}

v1::Comparison ToWire(engine::Comparison comparison) {
  return static_cast<v1::Comparison>(static_cast<int>(comparison) + 1);
}
static_assert(static_cast<int>(engine::Comparison::kAbove) + 1 == v1::COMPARISON_ABOVE &&
              static_cast<int>(engine::Comparison::kAtMost) + 1 == v1::COMPARISON_AT_MOST);

}  // namespace kizuna::convert
