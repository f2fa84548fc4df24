// SPDX-License-Identifier: Apache-2.0
//
// Dates, instants, money, numbers and names at, below and above their limits.

#include "server/convert/values.h"

#include <cmath>
#include <limits>
#include <string>

#include "gtest/gtest.h"
#include "server/convert/names.h"
#include "server/convert/person.h"
#include "server/limits.h"

namespace kizuna::convert {
namespace {

v1::Date DateOf(int year, int month, int day) {
  v1::Date date;
  date.set_year(year);
  date.set_month(month);
  date.set_day(day);
  return date;
}

v1::Money MoneyWith(int64_t units, int32_t nanos, const std::string& currency = "") {
  v1::Money money;
  money.set_units(units);
  money.set_nanos(nanos);
  money.set_currency_code(currency);
  return money;
}

class ValuesTest : public testing::Test {
 protected:
  std::optional<engine::Micros> Money(const v1::Money& money, bool signed_ok = true) {
    violations_ = Violations();
    return MicrosOf(money, "USD", signed_ok, FieldPath().Field("amount"), violations_);
  }
  std::string Why() { return std::string(violations_.ToStatus().message()); }

  const FieldPath path_{};
  Violations violations_;
};

TEST_F(ValuesTest, ADateIsARealDay) {
  EXPECT_EQ(DayOf(DateOf(1970, 1, 1), path_, violations_), 0);
  EXPECT_EQ(DayOf(DateOf(2024, 2, 29), path_, violations_), 19782);
  EXPECT_TRUE(violations_.empty());
  for (const v1::Date& date : {DateOf(2023, 2, 29), DateOf(2024, 13, 1), DateOf(2024, 0, 1),
                               DateOf(2024, 1, 0), DateOf(0, 1, 1), DateOf(10000, 1, 1)}) {
    Violations violations;
    EXPECT_EQ(DayOf(date, path_, violations), std::nullopt) << date.ShortDebugString();
    EXPECT_FALSE(violations.empty());
  }
}

TEST_F(ValuesTest, ADateComesBackAsItWent) {
  for (const int day : {-25567, -1, 0, 1, 19782, 20779}) {
    EXPECT_EQ(DayOf(ToWire(engine::Day{day}), path_, violations_), day);
  }
}

TEST_F(ValuesTest, AnInstantIsFlooredToTheMicrosecond) {
  google::protobuf::Timestamp timestamp;
  timestamp.set_seconds(-1);
  timestamp.set_nanos(999'999'999);
  EXPECT_EQ(InstantOf(timestamp, path_, violations_), -1);
  EXPECT_EQ(TimestampOf(-1).seconds(), -1);
  EXPECT_EQ(TimestampOf(-1).nanos(), 999'999'000);
}

TEST_F(ValuesTest, AnInstantLiesWithinTheYears1900To9999) {
  google::protobuf::Timestamp timestamp;
  timestamp.set_seconds(-2'208'988'800);
  EXPECT_TRUE(InstantOf(timestamp, path_, violations_).has_value());
  timestamp.set_seconds(-2'208'988'801);
  EXPECT_FALSE(InstantOf(timestamp, path_, violations_).has_value());
  timestamp.set_seconds(253'402'300'799);
  EXPECT_TRUE(InstantOf(timestamp, path_, violations_).has_value());
  timestamp.set_seconds(253'402'300'800);
  EXPECT_FALSE(InstantOf(timestamp, path_, violations_).has_value());
  timestamp.set_seconds(0);
  timestamp.set_nanos(1'000'000'000);
  EXPECT_FALSE(InstantOf(timestamp, path_, violations_).has_value());
}

TEST_F(ValuesTest, MoneyIsExactToTheMillionth) {
  EXPECT_EQ(Money(MoneyWith(12, 345'678'000)), 12'345'678);
  EXPECT_EQ(Money(MoneyWith(-12, -500'000'000)), -12'500'000);
  EXPECT_EQ(Money(MoneyWith(0, 1)), std::nullopt) << "never rounded in silence";
  EXPECT_EQ(Money(MoneyWith(1, -500'000'000)), std::nullopt) << "units and nanos disagree";
}

TEST_F(ValuesTest, MoneyStaysWithinATrillion) {
  EXPECT_EQ(Money(MoneyWith(1'000'000'000'000, 0)), engine::kMaxValue);
  EXPECT_EQ(Money(MoneyWith(1'000'000'000'000, 1'000)), std::nullopt);
  EXPECT_EQ(Money(MoneyWith(1'000'000'000'001, 0)), std::nullopt);
  EXPECT_EQ(Money(MoneyWith(std::numeric_limits<int64_t>::min(), 0)), std::nullopt);
}

TEST_F(ValuesTest, MoneyOfAnotherCurrencyIsRefusedAndSaysWhatToDo) {
  EXPECT_EQ(Money(MoneyWith(1, 0, "USD")), 1'000'000);
  EXPECT_EQ(Money(MoneyWith(1, 0, "EUR")), std::nullopt);
  EXPECT_NE(Why().find("amount.currency_code"), std::string::npos) << Why();
  EXPECT_NE(Why().find("convert"), std::string::npos) << Why();
}

TEST_F(ValuesTest, APriceIsNotBelowZero) {
  EXPECT_EQ(Money(MoneyWith(-1, 0), false), std::nullopt);
  EXPECT_EQ(Money(MoneyWith(0, 0), false), 0);
}

TEST_F(ValuesTest, ANumberIsFiniteAndInRange) {
  EXPECT_EQ(MicrosOf(0.1, 0, 1, path_, violations_), 100'000);
  EXPECT_EQ(MicrosOf(1.0, 0, 1, path_, violations_), 1'000'000);
  EXPECT_TRUE(violations_.empty());
  for (const double bad : {1.0000001, -0.0000001, std::nan(""), HUGE_VAL, -HUGE_VAL}) {
    EXPECT_EQ(MicrosOf(bad, 0, 1, path_, violations_), std::nullopt) << bad;
  }
}

TEST_F(ValuesTest, AnAccountIdHasItsCharactersAndLength) {
  EXPECT_TRUE(IsAccountId("a"));
  EXPECT_TRUE(IsAccountId("A-1._~x"));
  EXPECT_TRUE(IsAccountId(std::string(limits::kMaxAccountIdBytes, 'a')));
  EXPECT_FALSE(IsAccountId(std::string(limits::kMaxAccountIdBytes + 1, 'a')));
  for (const char* bad : {"", "-a", ".a", "a/b", "a b", "株式会社", "a\n"}) {
    EXPECT_FALSE(IsAccountId(bad)) << bad;
  }
}

TEST_F(ValuesTest, ASourceIdHasItsCharactersAndLength) {
  EXPECT_TRUE(IsSourceId("crm"));
  EXPECT_TRUE(IsSourceId(std::string(limits::kMaxSourceBytes, 'a')));
  EXPECT_FALSE(IsSourceId(std::string(limits::kMaxSourceBytes + 1, 'a')));
  for (const char* bad : {"", "CRM", "_a", "a b"}) EXPECT_FALSE(IsSourceId(bad)) << bad;
}

TEST_F(ValuesTest, APersonIsTheSameKeyForEver) {
  EXPECT_EQ(PersonKeyOf(""), engine::kNobody);
  EXPECT_NE(PersonKeyOf("kim"), PersonKeyOf("Kim"));
  // printf 'kizuna.person.v1\0kim' | sha256sum
  EXPECT_EQ(PersonKeyOf("kim"), 0xc266c02b3b223693);
}

}  // namespace
}  // namespace kizuna::convert
