// SPDX-License-Identifier: Apache-2.0
//
// What do cells mean: numbers, dates, ids from names?

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/import/cell.h"
#include "client/import/dates.h"
#include "client/import/numbers.h"
#include "client/import/slug.h"
#include "client/import/template.h"

namespace kizuna::import {
namespace {

double Number(absl::string_view text, const NumberFormat& format = {}) {
  const absl::StatusOr<Decimal> value = ParseDecimal(text, format);
  EXPECT_TRUE(value.ok()) << value.status();
  return value.ok() ? value->ToDouble() : -999;
}

bool IsNumber(absl::string_view text, const NumberFormat& format = {}) {
  return ParseDecimal(text, format).ok();
}

TEST(Numbers, PlainOnes) {
  EXPECT_EQ(Number("0"), 0);
  EXPECT_EQ(Number("-3"), -3);
  EXPECT_EQ(Number("+1.5"), 1.5);
  EXPECT_EQ(Number("1.5e3"), 1500);
  EXPECT_EQ(Number("1.5E-2"), 0.015);
  EXPECT_EQ(Number(".5"), 0.5);
  EXPECT_EQ(Number("5."), 5);
  EXPECT_EQ(Number("0.1"), 0.1);
  EXPECT_EQ(Number("261.96000000000004"), 261.96000000000004);
}

TEST(Numbers, ThoseThatAreNone) {
  for (const char* text : {"", ".", "-", "1,200", "12a", "1.2.3", "--1", "1e", "e5", "1e99", "0x10",
                           "1234567890123456789012", "NaN", "$"}) {
    EXPECT_FALSE(IsNumber(text)) << text;
  }
}

TEST(Numbers, AsEuropeWritesThem) {
  NumberFormat format;
  format.decimal = ",";
  format.thousands = ".";
  EXPECT_EQ(Number("1.234.567,50 €", format), 1234567.5);
  EXPECT_EQ(Number("12,5", format), 12.5);
  EXPECT_FALSE(IsNumber("12.34,5", format)) << "a group has three digits";
  EXPECT_FALSE(IsNumber("1234.5", format));
}

TEST(Numbers, MoneyPercentAndFullWidth) {
  NumberFormat format;
  format.thousands = ",";
  format.affixes = {"円", "USD"};
  EXPECT_EQ(Number("¥1,200", format), 1200);
  EXPECT_EQ(Number("-$1,200.50", format), -1200.5);
  EXPECT_EQ(Number("$-5", format), -5);
  EXPECT_EQ(Number("(300)", format), -300);
  EXPECT_EQ(Number("USD 7", format), 7);
  EXPECT_EQ(Number("１２，３４５円", format), 12345);
  EXPECT_EQ(Number("45%"), 0.45);
  format.percent = true;
  EXPECT_EQ(Number("45", format), 0.45);
}

TEST(Numbers, AreMultipliedAndRoundedExactly) {
  NumberFormat format;
  format.multiply_by = *ParseDecimal("12", {});
  EXPECT_EQ(Number("29.85", format), 358.2);
  format.multiply_by.reset();
  format.decimals = 2;
  EXPECT_EQ(Number("261.955", format), 261.96);
  EXPECT_EQ(Number("-261.955", format), -261.96);
}

TEST(Numbers, MoneyNeverPassesThroughFloatingPoint) {
  const MoneyParts parts = *ToMoneyParts(*ParseDecimal("123456789012.123456", {}));
  EXPECT_EQ(parts.units, 123456789012);
  EXPECT_EQ(parts.nanos, 123456000);
  const MoneyParts negative = *ToMoneyParts(*ParseDecimal("-0.25", {}));
  EXPECT_EQ(negative.units, 0);
  EXPECT_EQ(negative.nanos, -250000000);
  EXPECT_FALSE(ToMoneyParts(*ParseDecimal("0.00000000001", {})).ok());
}

TEST(Numbers, WholeOnes) {
  EXPECT_EQ(ParseDecimal("12.0", {})->ToInt64(), 12);
  EXPECT_EQ(ParseDecimal("1e3", {})->ToInt64(), 1000);
  EXPECT_EQ(ParseDecimal("12.5", {})->ToInt64(), std::nullopt);
}

std::string Read(absl::string_view pattern, absl::string_view text) {
  const absl::StatusOr<DateFormat> format = DateFormat::Compile(pattern);
  EXPECT_TRUE(format.ok()) << format.status();
  const auto stamp = format->Parse(text);
  if (!stamp.has_value()) return "none";
  std::string out = absl::FormatCivilTime(stamp->civil);
  return stamp->has_time ? out : out.substr(0, 10);
}

TEST(Dates, TheFormatsOfTheExports) {
  EXPECT_EQ(Read("%d-%m-%Y", "27-07-2023"), "2023-07-27");
  EXPECT_EQ(Read("%d-%m-%Y %H:%M", "28-07-2023 03:00"), "2023-07-28T03:00:00");
  EXPECT_EQ(Read("%m/%d/%Y", "1/9/2023"), "2023-01-09");
  EXPECT_EQ(Read("%Y%m%d", "20150905"), "2015-09-05");
  EXPECT_EQ(Read("%Y年%m月%d日", "2015年9月5日"), "2015-09-05");
  EXPECT_EQ(Read("%d %b %Y", "5 Sep 2015"), "2015-09-05");
  EXPECT_EQ(Read("%B %d, %Y %I:%M %p", "September 5, 2015 12:30 AM"), "2015-09-05T00:30:00");
  EXPECT_EQ(Read("%Y-%j", "2024-366"), "2024-12-31");
  EXPECT_EQ(Read("%y%m%d", "991231"), "1999-12-31");
  EXPECT_EQ(Read("%s", "1700000000"), "2023-11-14T22:13:20");
  EXPECT_EQ(Read("%F %T", "2024-02-29 23:59:59"), "2024-02-29T23:59:59");
}

TEST(Dates, AreNeverBent) {
  EXPECT_EQ(Read("%d-%m-%Y", "31-02-2023"), "none");
  EXPECT_EQ(Read("%d-%m-%Y", "29-02-2023"), "none");
  EXPECT_EQ(Read("%d-%m-%Y", "27-07-2023 "), "none");
  EXPECT_EQ(Read("%d-%m-%Y", "27-07-23"), "none");
  EXPECT_EQ(Read("%d-%m-%Y", "2023-07-27"), "none");
  EXPECT_EQ(Read("%m/%d/%Y", "13/01/2023"), "none");
  EXPECT_EQ(Read("%Y%m%d", "2015095"), "none");
  EXPECT_EQ(Read("%H:%M", "24:00"), "none");
  EXPECT_EQ(Read("%d-%m-%Y", "00-01-2023"), "none");
  EXPECT_EQ(Read("%Y-%m-%d", "0000-01-01"), "none");
}

TEST(Dates, Iso) {
  EXPECT_TRUE(ParseIso("2024-09-30").has_value());
  EXPECT_EQ(absl::ToUnixMicros(ParseIso("2017-02-01T00:46:09Z")->ToTime(absl::UTCTimeZone())),
            1485909969000000);
  EXPECT_EQ(absl::ToUnixMicros(
                ParseIso("2017-02-01 09:46:09.1234567+09:00")->ToTime(absl::UTCTimeZone())),
            1485909969123456);
  for (const char* text : {"2024-9-30", "2024-09-31", "2024-09-30T", "2024-09-30T12", "2024-09-30x",
                           "2024-09-30T12:00:00+25:00", "20240930", ""}) {
    EXPECT_FALSE(ParseIso(text).has_value()) << text;
  }
}

TEST(Dates, ADateIsItsLastMicrosecondInTheZoneOfTheBook) {
  absl::TimeZone tokyo;
  ASSERT_TRUE(absl::LoadTimeZone("Asia/Tokyo", &tokyo));
  const CivilStamp stamp = *ParseIso("2024-09-30");
  EXPECT_EQ(absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ", stamp.ToTime(tokyo), absl::UTCTimeZone()),
            "2024-09-30T14:59:59.999999Z");
  EXPECT_EQ(
      absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ", stamp.ToTime(tokyo, true), absl::UTCTimeZone()),
      "2024-09-29T15:00:00.000000Z");
  EXPECT_EQ(ParseIso("2024-09-30T20:00:00Z")->ToDay(tokyo), absl::CivilDay(2024, 10, 1));
}

TEST(Dates, AnUnknownDirectiveIsNamed) {
  const absl::Status status = DateFormat::Compile("%d-%Q").status();
  EXPECT_NE(status.message().find("%Q"), std::string::npos) << status;
  EXPECT_FALSE(DateFormat::Compile("%d-%").ok());
}

TEST(Slugs, AreReadable) {
  EXPECT_EQ(Slug("Acme Corporation"), "acme_corporation");
  EXPECT_EQ(Slug("Gekko & Co"), "gekko_~26_co");
  EXPECT_EQ(Slug("Y-corporation"), "y-corporation");
  EXPECT_EQ(Slug("  GTX   Pro "), "gtx_pro");
  EXPECT_EQ(Slug("千草"), "x~~~e5~8d~83~e8~8d~89");
  EXPECT_EQ(Slug(""), "");
  EXPECT_EQ(Slug(" \xE3\x80\x80 "), "");
}

TEST(Slugs, OfDifferentNamesDiffer) {
  const std::vector<std::string> names = {"a b",  "a_b", "a-b",  "a.b",  "ab",    "a~b",
                                          "a  c", "_ab", "-ab",  "~ab",  "x~~ab", "x~5fab",
                                          "a/b",  "a&b", "千草", "草千", "x千草", "x~~千"};
  std::set<std::string> slugs;
  for (const std::string& name : names) {
    const std::string slug = Slug(name);
    EXPECT_TRUE(IsResourceId(slug)) << name << " -> " << slug;
    EXPECT_TRUE(slugs.insert(slug).second) << name << " -> " << slug;
  }
}

TEST(Slugs, OfLongNamesEndInAHash) {
  const std::string a = Slug("株式会社とても長い名前の会社その一");
  const std::string b = Slug("株式会社とても長い名前の会社その二");
  EXPECT_TRUE(IsResourceId(a)) << a;
  EXPECT_NE(a, b);
  EXPECT_LE(a.size(), 63u);
  const std::string c = Slug(std::string(63, 'c'));
  EXPECT_EQ(c, std::string(63, 'c'));
  EXPECT_EQ(Slug(std::string(64, 'c')).substr(0, 51), std::string(49, 'c') + "~~");
}

TEST(ResourceIds, AreCheckedAtTheirEdges) {
  EXPECT_TRUE(IsResourceId("A-2e4581"));
  EXPECT_TRUE(IsResourceId(std::string(63, 'a')));
  EXPECT_FALSE(IsResourceId(std::string(64, 'a')));
  EXPECT_FALSE(IsResourceId(""));
  EXPECT_FALSE(IsResourceId("-a"));
  EXPECT_FALSE(IsResourceId("a b"));
  EXPECT_FALSE(IsResourceId("a/b"));
}

TEST(Templates, AreCutIntoPieces) {
  const std::vector<TemplatePiece> pieces = *ParseTemplate("nps-{surveyed_at:%Y-%m|lower}/{{x}}");
  ASSERT_EQ(pieces.size(), 3u);
  EXPECT_EQ(pieces[0].text, "nps-");
  EXPECT_EQ(pieces[1].name, "surveyed_at");
  EXPECT_EQ(pieces[1].date_format, "%Y-%m");
  EXPECT_EQ(pieces[1].filters.size(), 1u);
  EXPECT_EQ(pieces[2].text, "/{x}");
}

TEST(Templates, ThatAreMalformedSayWhy) {
  for (const char* text : {"{", "}", "{a", "a}", "{}", "{a|b}", "{a{b}}", "{ }"}) {
    EXPECT_FALSE(ParseTemplate(text).ok()) << text;
  }
}

CellDefaults Defaults() { return *CellDefaults::Of(v1::Mapping(), absl::UTCTimeZone()); }

std::string ReadCell(const v1::Column& column, absl::string_view cell) {
  const auto rule = CellRule::Of(column, Defaults());
  EXPECT_TRUE(rule.ok()) << rule.status();
  std::string scratch;
  const Value value = (*rule)->Read(cell, &scratch);
  if (!value.problem.empty()) return absl::StrCat("problem: ", value.problem);
  return value.missing ? "missing" : std::string(value.text);
}

TEST(Cells, BlanksAndNaAreMissing) {
  v1::Column column;
  column.set_name("c");
  for (const char* cell : {"", " ", "\t ", "NA", " NA ", "null", "\xE3\x80\x80"}) {
    EXPECT_EQ(ReadCell(column, cell), "missing") << "'" << cell << "'";
  }
  EXPECT_EQ(ReadCell(column, " a b "), "a b");
  EXPECT_EQ(ReadCell(column, "0"), "0");
  column.add_missing("-");
  EXPECT_EQ(ReadCell(column, "-"), "missing");
  column.set_if_missing("none");
  EXPECT_EQ(ReadCell(column, " "), "none");
}

TEST(Cells, AreMappedAndExtracted) {
  v1::Column column;
  column.set_name("c");
  v1::Value* const value = column.add_values();
  value->set_from("GTXPro");
  value->set_to("GTX Pro");
  EXPECT_EQ(ReadCell(column, "GTXPro"), "GTX Pro");
  EXPECT_EQ(ReadCell(column, "gtxpro"), "gtxpro");
  column.set_ignore_case(true);
  EXPECT_EQ(ReadCell(column, "gtxpro"), "GTX Pro");
  column.set_otherwise(v1::OTHERWISE_MISSING);
  EXPECT_EQ(ReadCell(column, "other"), "missing");
  column.set_otherwise(v1::OTHERWISE_REJECT);
  EXPECT_EQ(ReadCell(column, "other"),
            "problem: column 'c': 'other' is not one of its values: "
            "gtxpro");
  column.clear_values();
  column.set_extract("S-([0-9a-f]+)");
  column.set_otherwise(v1::OTHERWISE_UNSPECIFIED);
  EXPECT_EQ(ReadCell(column, "sub S-0fcf7d (Pro)"), "0fcf7d");
  EXPECT_EQ(ReadCell(column, "none"), "missing");
}

}  // namespace
}  // namespace kizuna::import
