// SPDX-License-Identifier: Apache-2.0
//
// Tables line up whatever the script, fit their width, and lose nothing.

#include "client/cli/table.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "client/cli/display_text.h"

namespace kizuna::cli {
namespace {

TEST(DisplayTextTest, WidthsAreColumnsOfATerminal) {
  EXPECT_EQ(0, DisplayWidth(""));
  EXPECT_EQ(4, DisplayWidth("Acme"));
  EXPECT_EQ(8, DisplayWidth("株式会社"));
  EXPECT_EQ(3, DisplayWidth("ｱｲｳ"));             // halfwidth katakana
  EXPECT_EQ(2, DisplayWidth("か\xE3\x82\x99"));  // か with a combining voiced mark
  EXPECT_EQ(1, DisplayWidth("e\xCC\x81"));       // e with a combining accent
  EXPECT_EQ(2, DisplayWidth("👍"));
  EXPECT_EQ(2, DisplayWidth("👨‍👩‍👧"));  // one family of three
  EXPECT_EQ(2, DisplayWidth("🇯🇵"));
}

TEST(DisplayTextTest, WhatCouldSteerATerminalIsMadeHarmless) {
  EXPECT_EQ("a\xEF\xBF\xBD[31mb", OneLine("a\x1b[31mb"));
  EXPECT_EQ("two lines here", OneLine("two\r\nlines\there"));
  EXPECT_EQ("x\xEF\xBF\xBDy", OneLine("x\xE2\x80\xAEy"));  // right-to-left override
  EXPECT_EQ("\xEF\xBF\xBD", OneLine("\xFF"));
  EXPECT_EQ("絆", OneLine("絆"));
}

TEST(DisplayTextTest, TextWrapsAtSpacesAndBetweenWideLetters) {
  EXPECT_EQ((std::vector<std::string>{"one two", "three"}), WrapText("one two three", 8));
  EXPECT_EQ((std::vector<std::string>{"株式", "会社"}), WrapText("株式会社", 5));
  EXPECT_EQ((std::vector<std::string>{"abcde", "fgh"}), WrapText("abcdefgh", 5));
  EXPECT_EQ((std::vector<std::string>{""}), WrapText("", 5));
  EXPECT_EQ((std::vector<std::string>{"a"}), WrapText("a   ", 5));
  // A date stays whole, and a word too wide for a line is cut where it reads best.
  EXPECT_EQ((std::vector<std::string>{"on", "2026-11-21"}), WrapText("on 2026-11-21", 12));
  EXPECT_EQ((std::vector<std::string>{"cross-sell of", "insight-plus"}),
            WrapText("cross-sell of insight-plus", 14));
  EXPECT_EQ((std::vector<std::string>{"usage.activity.", "trend(28)"}),
            WrapText("usage.activity.trend(28)", 16));
}

RC_GTEST_PROP(DisplayTextTest, WrappingLosesNothingAndFits, (std::string bytes)) {
  const std::string text = OneLine(bytes);
  const int columns = *rc::gen::inRange(2, 20);
  const std::vector<std::string> lines = WrapText(text, columns);
  for (const std::string& line : lines) RC_ASSERT(DisplayWidth(line) <= columns);
  const auto without_spaces = [](const std::string& s) {
    return absl::StrReplaceAll(s, {{" ", ""}});
  };
  RC_ASSERT(without_spaces(absl::StrJoin(lines, "")) == without_spaces(text));
}

TEST(TableTest, JapaneseAndEnglishLineUp) {
  Table table({{"account"}, {"name"}, {"score", Align::kRight}});
  table.AddRow({{"acme"}, {"Acme"}, {"72.4"}});
  table.AddRow({{"kaisha"}, {"株式会社 絆"}, {"8.0"}});
  EXPECT_EQ(
      "account  name         score\n"
      "acme     Acme          72.4\n"
      "kaisha   株式会社 絆    8.0\n",
      table.Render(80, false));
}

TEST(TableTest, AWideTableWrapsAndNothingIsCut) {
  Table table({{"id"}, {"name", Align::kLeft, true}, {"why", Align::kLeft, true}});
  table.AddRow({{"a-very-long-account-id"},
                {"東京第一倉庫運輸株式会社"},
                {"an answer of 2 from the only respondent who is a decision maker"}});
  const std::string text = table.Render(60, false);
  std::string letters = absl::StrReplaceAll(text, {{" ", ""}, {"\n", ""}});
  for (const absl::string_view line : absl::StrSplit(text, '\n')) EXPECT_LE(DisplayWidth(line), 60);
  EXPECT_NE(std::string::npos, text.find("a-very-long-account-id"));
  for (const char* const piece : {"東京第一倉庫", "decision", "respondent"}) {
    EXPECT_NE(std::string::npos, letters.find(piece)) << text;
  }
}

TEST(TableTest, ColourDoesNotMoveColumns) {
  Table table({{"verdict"}, {"account"}});
  table.AddRow({{"ALLOW", Style::kGood}, {"acme"}});
  EXPECT_EQ("verdict  account\nALLOW    acme\n", table.Render(80, false));
  EXPECT_EQ("\033[1mverdict\033[0m  \033[1maccount\033[0m\n\033[32mALLOW\033[0m    acme\n",
            table.Render(80, true));
}

TEST(TableTest, EmptyCellsLeaveNoTrailingSpaces) {
  Table table({{"a"}, {"b"}});
  table.AddRow({{"x"}, {""}});
  EXPECT_EQ("a  b\nx\n", table.Render(80, false));
}

}  // namespace
}  // namespace kizuna::cli
