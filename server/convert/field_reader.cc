// SPDX-License-Identifier: Apache-2.0

#include "server/convert/field_reader.h"

#include <string>

#include "absl/time/civil_time.h"
#include "server/convert/person.h"
#include "server/convert/values.h"
#include "server/limits.h"

namespace kizuna::convert {
namespace {

constexpr int64_t kMaxWhole = engine::kMaxValue / engine::kMicrosPerUnit;
constexpr double kMaxNumber = static_cast<double>(kMaxWhole);

}  // namespace

engine::PersonKey FieldReader::Person(const std::string& contact_id, bool required,
                                      const FieldPath& path) {
  CheckId(contact_id, limits::kMaxIdBytes, required, path.Field("contact_id"), violations_);
  words_.contact_id = contact_id;
  return PersonKeyOf(contact_id);
}

std::string FieldReader::Id(const std::string& id, const FieldPath& path) {
  CheckId(id, limits::kMaxIdBytes, true, path, violations_);
  return id;
}

std::string FieldReader::OptionalId(const std::string& id, const FieldPath& path) {
  CheckId(id, limits::kMaxIdBytes, false, path, violations_);
  return id;
}

std::string FieldReader::Text(const std::string& text, const FieldPath& path) {
  CheckText(text, limits::kMaxTextBytes, path, violations_);
  return text;
}

std::string FieldReader::Words(const std::string& text, bool required, const FieldPath& path) {
  if (required && text.empty()) violations_.Add(path, "is required: say why");
  CheckText(text, limits::kMaxWordsBytes, path, violations_);
  return text;
}

int64_t FieldReader::Whole(int64_t value, const FieldPath& path) {
  CheckRange(value, 0, kMaxWhole, path, violations_);
  return value;
}

engine::Micros FieldReader::Number(double value, const FieldPath& path) {
  return MicrosOf(value, 0, kMaxNumber, path, violations_).value_or(0);
}

engine::Micros FieldReader::Money(bool present, const v1::Money& money, bool signed_ok,
                                  const FieldPath& path) {
  if (!present) return 0;
  return MicrosOf(money, context_.currency, signed_ok, path, violations_).value_or(0);
}

engine::Day FieldReader::RequiredDay(bool present, const v1::Date& date, const FieldPath& path) {
  if (!present) {
    violations_.Add(path, "is required");
    return 0;
  }
  return DayOf(date, path, violations_).value_or(0);
}

engine::Day FieldReader::LaterDay(bool present, const v1::Date& date, engine::Day start,
                                  const FieldPath& path) {
  if (!present) return engine::kNoDay;
  const auto day = DayOf(date, path, violations_);
  if (day.has_value() && *day <= start) violations_.Add(path, "must be after start_date");
  return day.value_or(engine::kNoDay);
}

engine::Day FieldReader::HappenedDay(bool present, const v1::Date& date, const FieldPath& path) {
  const engine::Calendar& calendar = context_.rulebook->calendar();
  if (!present) {
    if (!fact_.observed_at_given) {
      violations_.Add(path, "is required when observed_at is left out");
      return 0;
    }
    return calendar.DayOf(fact_.observed_at);
  }
  const auto day = DayOf(date, path, violations_);
  const engine::Instant latest = context_.now + absl::ToInt64Microseconds(limits::kMaxAhead);
  if (day.has_value() && *day > calendar.DayOf(latest)) {
    violations_.Add(path, "is more than 48 hours ahead of the server's clock; check the date");
  }
  return day.value_or(0);
}

int32_t FieldReader::UsageDays(const v1::Usage& wire, int32_t grain_days, engine::Day first,
                               const FieldPath& path) {
  if (!wire.has_first_date()) {
    if (wire.days() != 0) violations_.Add(path, "needs first_date; a raw event has no days");
    return 1;
  }
  if (wire.days() != 0) {
    CheckRange(int64_t{wire.days()}, 1, engine::kMaxUsageDays, path, violations_);
    return wire.days();
  }
  if (grain_days < 28) return grain_days;
  const absl::CivilMonth month(absl::CivilDay(1970, 1, 1) + first);
  return static_cast<int32_t>(absl::CivilDay(month + 1) - absl::CivilDay(month));
}

void FieldReader::Score(bool present, double score, double low, double high, const FieldPath& path,
                        engine::Micros& score_out, engine::Micros& low_out,
                        engine::Micros& high_out) {
  if (!present) {
    violations_.Add(path.Field("score"), "is required, even when it is 0");
    return;
  }
  const auto low_micros =
      MicrosOf(low, -kMaxNumber, kMaxNumber, path.Field("scale_min"), violations_);
  const auto high_micros =
      MicrosOf(high, -kMaxNumber, kMaxNumber, path.Field("scale_max"), violations_);
  if (!low_micros.has_value() || !high_micros.has_value()) return;
  if (*low_micros >= *high_micros) {
    violations_.Add(path.Field("scale_max"), "must be above scale_min");
    return;
  }
  score_out = MicrosOf(score, low, high, path.Field("score"), violations_).value_or(0);
  low_out = *low_micros;
  high_out = *high_micros;
}

engine::Instant FieldReader::Expiry(bool present, const google::protobuf::Timestamp& at,
                                    bool required, const FieldPath& path) {
  const FieldPath field = path.Field("expires_at");
  if (!present) {
    if (required) violations_.Add(field, "is required: when does it end?");
    return engine::kNever;
  }
  const auto instant = InstantOf(at, field, violations_);
  const engine::Instant from = fact_.observed_at_given ? fact_.observed_at : context_.now;
  if (instant.has_value() && *instant <= from) {
    violations_.Add(field, "must be after observed_at");
  }
  return instant.value_or(engine::kNever);
}

}  // namespace kizuna::convert
