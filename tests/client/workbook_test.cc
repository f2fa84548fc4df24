// SPDX-License-Identifier: Apache-2.0
//
// A list as .xlsx: what is a number, a date and a text is one when it is read back, nothing is a
// formula, and what does not fit is refused whole.

#include "client/cli/workbook.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "client/cli/exit_code.h"
#include "tests/client/sheet_dump.h"

namespace kizuna::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string PathOf(const std::string& name) {
  const std::string path = testing::TempDir() + "/" + name;
  std::filesystem::remove(path);
  return path;
}

std::string ContentsOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

// Writes one column of values and reads it back.
std::string Written(const std::vector<Json>& values) {
  const std::string path = PathOf("written.xlsx");
  auto book = Workbook::Create(path);
  EXPECT_TRUE(book.ok()) << book.status();
  (*book)->Begin("accounts", {"value"});
  for (const Json& value : values) (*book)->AddRow({value});
  const absl::Status saved = (*book)->Save();
  EXPECT_TRUE(saved.ok()) << saved;
  return SheetDump(path);
}

TEST(WorkbookTest, EachKindOfValueIsOne) {
  const std::string sheet =
      Written({Json(72.5), Json(-3), Json(JsonNumber{"12300.05"}), Json(true),
               Json(JsonDate{"2026-11-22"}), Json(JsonDate{"2026-11-22T12:00:00.5Z"}), Json("acme"),
               Json(), Json::MakeArray().Append("DISSATISFIED")});
  for (const char* const cell :
       {"A1 text 'value'", "A2 number 72.5", "A3 number -3.0", "A4 number 12300.05",
        "A5 boolean True", "A6 number yyyy-mm-dd 46348.0",
        "A7 number yyyy-mm-dd hh:mm:ss.000 46348.50000578", "A8 text 'acme'",
        "A10 text '[\"DISSATISFIED\"]'"}) {
    EXPECT_THAT(sheet, HasSubstr(cell));
  }
  EXPECT_THAT(sheet, Not(HasSubstr("A9")));
}

TEST(WorkbookTest, NoTextIsAFormulaALinkOrANumber) {
  const std::string sheet =
      Written({"=cmd|'/C calc'!A0", "+1+1", "-2", "@SUM(A1)", "{=1+1}", "http://example.com",
               "2026-11-22", "007", "_x0041_", " <b>&amp;\"  "});
  EXPECT_THAT(sheet, Not(HasSubstr("formula")));
  EXPECT_THAT(sheet, Not(HasSubstr("number")));
  for (const char* const cell :
       {"A2 text \"=cmd|'/C calc'!A0\"", "A3 text '+1+1'", "A4 text '-2'", "A5 text '@SUM(A1)'",
        "A6 text '{=1+1}'", "A7 text 'http://example.com'", "A8 text '2026-11-22'", "A9 text '007'",
        "A10 text '_x0041_'", "A11 text ' <b>&amp;\"  '"}) {
    EXPECT_THAT(sheet, HasSubstr(cell));
  }
}

TEST(WorkbookTest, WhatXmlCannotHoldIsReplaced) {
  const std::string sheet = Written(
      {std::string("a\0b", 3), "\x01\x1B[31m", "\xFF\xC0", "\xEF\xBF\xBE", "one\r\ntwo\tthree"});
  for (const char* const cell :
       {"A2 text 'a\xEF\xBF\xBD"
        "b'",
        "A3 text '\xEF\xBF\xBD\xEF\xBF\xBD[31m'", "A4 text '\xEF\xBF\xBD\xEF\xBF\xBD'",
        "A5 text '\xEF\xBF\xBD'", "A6 text 'one\\ntwo\\tthree'"}) {
    EXPECT_THAT(sheet, HasSubstr(cell));
  }
}

TEST(WorkbookTest, NumbersThatADoubleCannotHoldAreText) {
  const std::string sheet =
      Written({JsonNumber{"999999999999999"}, JsonNumber{"9999999999999999"},
               JsonNumber{"123456789012345.67"}, int64_t{9007199254740993}, 0.1});
  for (const char* const cell :
       {"A2 number 999999999999999.0", "A3 text '9999999999999999'", "A4 text '123456789012345.67'",
        "A5 text '9007199254740993'", "A6 number 0.1"}) {
    EXPECT_THAT(sheet, HasSubstr(cell));
  }
}

TEST(WorkbookTest, TheTitlesStayInSightAndColumnsAreAsWideAsTheirText) {
  const std::string path = PathOf("wide.xlsx");
  auto book = Workbook::Create(path);
  ASSERT_TRUE(book.ok());
  (*book)->Begin("accounts", {"account", "display_name", "note"});
  (*book)->AddRow({"acme", "株式会社日本橋商店", std::string(500, 'x')});
  ASSERT_TRUE((*book)->Save().ok());
  const std::string sheet = SheetDump(path);
  EXPECT_THAT(sheet, HasSubstr("frozen 1 frozen"));
  EXPECT_THAT(sheet, HasSubstr("width 1 8."));   // "account" and a margin
  EXPECT_THAT(sheet, HasSubstr("width 2 19."));  // nine letters of two columns
  EXPECT_THAT(sheet, HasSubstr("width 3 61."));  // no wider than the widest
}

TEST(WorkbookTest, AListLongerThanTheFormatIsRefusedWholeAndTheOldFileStays) {
  EXPECT_EQ(1048575, Workbook::kMaxRows);
  for (const int rows : {2, 3, 4}) {
    const std::string path = PathOf("long.xlsx");
    std::ofstream(path) << "old";
    auto book = Workbook::Create(path, 3);
    ASSERT_TRUE(book.ok());
    (*book)->Begin("accounts", {"account"});
    for (int row = 0; row < rows; ++row) (*book)->AddRow({Json(row)});
    const absl::Status saved = (*book)->Save();
    EXPECT_EQ(rows <= 3, saved.ok()) << saved;
    EXPECT_EQ(rows <= 3, ContentsOf(path) != "old");
    if (!saved.ok()) EXPECT_THAT(std::string(saved.message()), HasSubstr("more than 3 rows"));
    book->reset();
    EXPECT_FALSE(std::filesystem::exists(path + ".part"));
  }
}

TEST(WorkbookTest, ATextLongerThanACellIsRefusedByItsRowAndColumn) {
  const std::string emoji = "\xF0\x9F\x91\x8D";  // two units of UTF-16
  for (const auto& [text, fits] : {std::pair(std::string(32767, 'x'), true),
                                   {std::string(32768, 'x'), false},
                                   {std::string(32765, 'x') + emoji, true},
                                   {std::string(32766, 'x') + emoji, false}}) {
    auto book = Workbook::Create(PathOf("text.xlsx"));
    ASSERT_TRUE(book.ok());
    (*book)->Begin("accounts", {"note"});
    (*book)->AddRow({Json("short")});
    (*book)->AddRow({Json(text)});
    const absl::Status saved = (*book)->Save();
    EXPECT_EQ(fits, saved.ok()) << saved;
    if (!fits) EXPECT_THAT(std::string(saved.message()), HasSubstr("row 2, note: "));
  }
}

TEST(WorkbookTest, WithoutAPlaceOrAListThereIsAnError) {
  const auto nowhere = Workbook::Create("/dev/null/list.xlsx");
  EXPECT_EQ(kUsage, ExitCodeOf(nowhere.status()));
  EXPECT_THAT(std::string(nowhere.status().message()), HasSubstr("--out"));
  const std::string path = PathOf("none.xlsx");
  auto book = Workbook::Create(path);
  ASSERT_TRUE(book.ok());
  EXPECT_EQ(absl::StatusCode::kFailedPrecondition, (*book)->Save().code());
  book->reset();
  EXPECT_FALSE(std::filesystem::exists(path));
  EXPECT_FALSE(std::filesystem::exists(path + ".part"));
}

TEST(WorkbookTest, TimesBeyondTheFormatAreNone) {
  double serial = 0;
  EXPECT_TRUE(SerialNumberOf("1900-03-01", &serial));
  EXPECT_EQ(61, serial);
  EXPECT_TRUE(SerialNumberOf("9999-12-31", &serial));
  EXPECT_EQ(2958465, serial);
  for (const char* const none :
       {"1900-02-28", "", "2026-13-01", "acme", "infinite-future", "2026-11-22T00:00:00+09:00"}) {
    EXPECT_FALSE(SerialNumberOf(none, &serial)) << none;
  }
}

}  // namespace
}  // namespace kizuna::cli
