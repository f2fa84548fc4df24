// SPDX-License-Identifier: Apache-2.0
//
// Is what the command line prints as JSON valid, exact and in a stable order?

#include "client/cli/json.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <cstdlib>
#include <limits>

#include "client/cli/output.h"
#include "client/cli/words.h"

namespace kizuna::cli {
namespace {

TEST(JsonTest, FieldsStayInOrderAndNullsAreThere) {
  const Json json = Json::MakeObject()
                        .Set("zebra", 1)
                        .Set("account", "acme")
                        .Set("missing", Json())
                        .Set("list", Json::MakeArray().Append(true).Append(2.5));
  EXPECT_EQ("{\"zebra\": 1, \"account\": \"acme\", \"missing\": null, \"list\": [true, 2.5]}",
            json.Dump(-1));
}

TEST(JsonTest, IndentedTextReadsWell) {
  const Json json =
      Json::MakeObject().Set("a", Json::MakeArray().Append(1)).Set("b", Json::MakeObject());
  EXPECT_EQ("{\n  \"a\": [\n    1\n  ],\n  \"b\": {}\n}", json.Dump());
}

TEST(JsonTest, TextsAreEscaped) {
  EXPECT_EQ("\"a\\\"b\\\\c\\n\\u0001絆\"", Json("a\"b\\c\n\x01絆").Dump());
}

TEST(JsonTest, LargeIntegersAreExact) {
  EXPECT_EQ("18446744073709551615", Json(std::numeric_limits<uint64_t>::max()).Dump());
  EXPECT_EQ("-9223372036854775808", Json(std::numeric_limits<int64_t>::min()).Dump());
}

TEST(JsonTest, WhatIsNoNumberIsNull) {
  EXPECT_EQ("null", Json(std::nan("")).Dump());
  EXPECT_EQ("null", Json(HUGE_VAL).Dump());
}

RC_GTEST_PROP(JsonTest, EveryDigitOfADoubleIsKept, (double value)) {
  RC_PRE(std::isfinite(value));
  RC_ASSERT(std::strtod(Json(value).Dump().c_str(), nullptr) == value);
}

TEST(JsonTest, AmountsAreExactDecimals) {
  EXPECT_EQ("1234.5", AmountJson(MoneyOfMicros(1234500000, "USD")).Dump());
  EXPECT_EQ("-0.000001", AmountJson(MoneyOfMicros(-1, "USD")).Dump());
  EXPECT_EQ("999999999999.999999", AmountJson(MoneyOfMicros(999999999999999999, "USD")).Dump());
  EXPECT_EQ("0", AmountJson(MoneyOfMicros(0, "USD")).Dump());
}

TEST(CsvTest, FieldsAreQuotedWhereTheyMustBe) {
  EXPECT_EQ("a,\"b,c\",\"say \"\"hi\"\"\",\"two\nlines\"\n",
            CsvLine({"a", "b,c", "say \"hi\"", "two\nlines"}));
}

TEST(WordsTest, WordsOfTheApiReadBothWays) {
  EXPECT_EQ("CROSS_SELL", Word(v1::MOTION_CROSS_SELL));
  EXPECT_EQ("cross-sell", SpokenWord(v1::MOTION_CROSS_SELL));
  EXPECT_EQ("", Word(v1::MOTION_UNSPECIFIED));
  EXPECT_EQ(v1::MOTION_CROSS_SELL, *ParseWord<v1::Motion>("--motion", "cross-sell"));
  EXPECT_EQ(v1::MOTION_CROSS_SELL, *ParseWord<v1::Motion>("--motion", "CROSS_SELL"));
  EXPECT_FALSE(ParseWord<v1::Motion>("--motion", "unspecified").ok());
}

TEST(WordsTest, NumbersForPeopleAreShort) {
  EXPECT_EQ("USD 12,300", MoneyText(MoneyOfMicros(12300000000, "USD")));
  EXPECT_EQ("USD 0.50", MoneyText(MoneyOfMicros(500000, "USD")));
  EXPECT_EQ("-1,234,567", Grouped(-1234567));
  EXPECT_EQ("83 %", ShareText(0.8334));
}

}  // namespace
}  // namespace kizuna::cli
