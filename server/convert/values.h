// SPDX-License-Identifier: Apache-2.0
//
// How do dates, instants, money and numbers cross the wire? The engine counts in days, microseconds
// and millionths; every conversion in says what it cannot take, every conversion out is exact.

#ifndef KIZUNA_SERVER_CONVERT_VALUES_H_
#define KIZUNA_SERVER_CONVERT_VALUES_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "google/protobuf/timestamp.pb.h"
#include "kizuna/v1/common.pb.h"
#include "server/convert/validation.h"
#include "server/engine/card.h"
#include "server/engine/fact.h"
#include "server/engine/rulebook.h"
#include "server/engine/time.h"

namespace kizuna::convert {

// --- In. A violation and nullopt for what is not a value of its kind.

// A civil date of the years 1 to 9999.
std::optional<engine::Day> DayOf(const v1::Date& date, const FieldPath& path,
                                 Violations& violations);
// An instant of the years 1900 to 9999, floored to the microsecond.
std::optional<engine::Instant> InstantOf(const google::protobuf::Timestamp& timestamp,
                                         const FieldPath& path, Violations& violations);
// Money of the book's `currency`, at most engine::kMaxValue either way; below 0 only when
// `signed_ok`.
std::optional<engine::Micros> MicrosOf(const v1::Money& money, absl::string_view currency,
                                       bool signed_ok, const FieldPath& path,
                                       Violations& violations);
// A finite number in [low, high], rounded to the millionth.
std::optional<engine::Micros> MicrosOf(double value, double low, double high, const FieldPath& path,
                                       Violations& violations);
// A whole number in [low, high].
bool CheckRange(int64_t value, int64_t low, int64_t high, const FieldPath& path,
                Violations& violations);
// A finite number in [low, high].
bool CheckRange(double value, double low, double high, const FieldPath& path,
                Violations& violations);

// --- Out.

v1::Date ToWire(engine::Day day);  // REQUIRES: day != kNoDay
google::protobuf::Timestamp TimestampOf(engine::Instant instant);
v1::Money MoneyOf(engine::Micros micros, absl::string_view currency);
inline double DoubleOf(engine::Micros micros) {
  return static_cast<double>(micros) / engine::kMicrosPerUnit;
}
// Sets the field unless the instant is kNever or kLongAgo.
template <typename Message>
void SetInstant(engine::Instant instant, Message* message,
                google::protobuf::Timestamp* (Message::*field)()) {
  if (instant != engine::kNever && instant != engine::kLongAgo) {
    *(message->*field)() = TimestampOf(instant);
  }
}

// --- The closed vocabularies. The engine's values of fact.h are numbered like the wire's, or as
// each function says.

engine::Motion MotionOf(v1::Motion motion);
v1::Motion ToWire(engine::Motion motion);
v1::Verdict ToWire(engine::Verdict verdict);
engine::Verdict VerdictOf(v1::Verdict verdict);
v1::Band ToWire(engine::Band band);
v1::LoyaltyTier ToWire(engine::LoyaltyTier tier);
v1::TouchTier ToWire(engine::TouchTier tier);
v1::MatrixCell ToWire(engine::Cell cell);
v1::Effect ToWire(engine::Effect effect);
v1::Comparison ToWire(engine::Comparison comparison);

}  // namespace kizuna::convert

#endif  // KIZUNA_SERVER_CONVERT_VALUES_H_
