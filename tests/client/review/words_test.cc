// SPDX-License-Identifier: Apache-2.0
//
// Is everything said in both languages, and nothing to a customer that is for us alone?
#include "client/review/words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/client/review/samples.h"

namespace kizuna::review {
namespace {

const Words kEnglish(Language::kEnglish, absl::UTCTimeZone());
const Words kJapanese(Language::kJapanese, absl::UTCTimeZone());

v1::Date DateOf(int year, int month, int day) {
  v1::Date date;
  date.set_year(year);
  date.set_month(month);
  date.set_day(day);
  return date;
}

std::set<std::string> PlaceholdersOf(absl::string_view text) {
  std::set<std::string> found;
  for (size_t i = 0; i + 1 < text.size(); ++i) {
    if (text[i] == '$') found.emplace(text.substr(i, 2));
  }
  return found;
}

TEST(WordsTest, EveryPhraseStandsInBothLanguagesWithTheSamePlaces) {
  for (const PhraseEntry& phrase : AllPhrases()) {
    EXPECT_FALSE(phrase.english.empty()) << phrase.name;
    EXPECT_FALSE(phrase.japanese.empty()) << phrase.name;
    EXPECT_EQ(PlaceholdersOf(phrase.english), PlaceholdersOf(phrase.japanese)) << phrase.name;
  }
  EXPECT_GT(AllPhrases().size(), 200u);
}

TEST(WordsTest, NoPhraseForEverybodySaysWhatIsForUsAlone) {
  for (const PhraseEntry& phrase : AllPhrases()) {
    if (phrase.ours) continue;
    for (const std::string& word : test::ForbiddenWords()) {
      EXPECT_FALSE(absl::StrContains(absl::AsciiStrToLower(phrase.english), word)) << phrase.name;
      EXPECT_FALSE(absl::StrContains(phrase.japanese, word)) << phrase.name;
    }
  }
}

// Every word of a vocabulary has its own text in both languages.
template <typename Enum>
void ExpectAllSaid() {
  const google::protobuf::EnumDescriptor* const type = google::protobuf::GetEnumDescriptor<Enum>();
  for (int i = 0; i < type->value_count(); ++i) {
    const int number = type->value(i)->number();
    for (const Words& words : {kEnglish, kJapanese}) {
      EXPECT_EQ(words.Of(static_cast<Enum>(number)).empty(), number == 0)
          << type->value(i)->full_name();
    }
  }
}

TEST(WordsTest, EveryWordOfTheDomainIsSaid) {
  ExpectAllSaid<v1::Role>();
  ExpectAllSaid<v1::Milestone>();
  ExpectAllSaid<v1::Motion>();
  ExpectAllSaid<v1::Survey::Kind>();
  ExpectAllSaid<v1::Ticket::Severity>();
  ExpectAllSaid<v1::Interaction::Kind>();
  ExpectAllSaid<v1::Issue::Status>();
  ExpectAllSaid<v1::ReviewObjective::Result>();
  ExpectAllSaid<v1::ReviewAction::Kind>();
  ExpectAllSaid<v1::Benefit>();
  ExpectAllSaid<v1::Band>();
  ExpectAllSaid<v1::LoyaltyTier>();
  ExpectAllSaid<v1::TouchTier>();
  ExpectAllSaid<v1::Verdict>();
}

TEST(WordsTest, DaysAndQuartersByLocale) {
  const v1::Date first = DateOf(2026, 7, 1);
  const v1::Date last = DateOf(2026, 9, 30);
  EXPECT_EQ(kEnglish.Day(first), "1 Jul 2026");
  EXPECT_EQ(kJapanese.Day(first), "2026年7月1日");
  EXPECT_EQ(kEnglish.Say(Phrase::kQuarterWithDates,
                         {kEnglish.Quarter("2026Q3"), kEnglish.Days(first, last)}),
            "Q3 FY2026 (1 Jul – 30 Sep 2026)");
  EXPECT_EQ(kJapanese.Say(Phrase::kQuarterWithDates,
                          {kJapanese.Quarter("2026Q3"), kJapanese.Days(first, last)}),
            "2026年度 第3四半期（2026年7月1日〜9月30日）");
  EXPECT_EQ(kEnglish.Days(DateOf(2026, 11, 1), DateOf(2027, 1, 31)), "1 Nov 2026 – 31 Jan 2027");
  EXPECT_EQ(kJapanese.Days(DateOf(2026, 11, 1), DateOf(2027, 1, 31)),
            "2026年11月1日〜2027年1月31日");
  EXPECT_EQ(kEnglish.Day(v1::Date()), "");
  EXPECT_EQ(kEnglish.Day(DateOf(2026, 13, 1)), "");
  EXPECT_EQ(kEnglish.Quarter("odd"), "odd");
  EXPECT_EQ(kEnglish.Quarter("Q"), "Q");
}

TEST(WordsTest, AnInstantIsTheDayInTheBooksZone) {
  google::protobuf::Timestamp time;
  time.set_seconds(1790780400);  // 2026-09-30T15:00:00Z
  EXPECT_EQ(kEnglish.Day(time), "30 Sep 2026");
  EXPECT_EQ(Words(Language::kEnglish, absl::FixedTimeZone(9 * 3600)).Day(time), "1 Oct 2026");
}

TEST(WordsTest, NumbersByTheirSize) {
  EXPECT_EQ(kEnglish.Number(1234567.8), "1,234,568");
  EXPECT_EQ(kEnglish.Number(-1234.0), "-1,234");
  EXPECT_EQ(kEnglish.Number(99.94), "99.9");
  EXPECT_EQ(kEnglish.Number(99.95), "100");
  EXPECT_EQ(kEnglish.Number(12.0), "12");
  EXPECT_EQ(kEnglish.Number(0.256), "0.26");
  EXPECT_EQ(kEnglish.Number(0.0), "0");
  EXPECT_EQ(kEnglish.Number(-0.001), "-0.001");
  EXPECT_EQ(kEnglish.Number(std::nan("")), "–");
  EXPECT_EQ(kEnglish.Number(int64_t{-999}), "-999");
  EXPECT_EQ(kEnglish.Signed(42), "+42");
  EXPECT_EQ(kEnglish.Signed(0), "0");
  EXPECT_EQ(kEnglish.Share(0.834), "83 %");
  EXPECT_EQ(kJapanese.Share(0.834), "83%");
  EXPECT_EQ(kEnglish.Minutes(119), "119 min");
  EXPECT_EQ(kEnglish.Minutes(240), "4 h");
  EXPECT_EQ(kJapanese.Minutes(3 * 1440), "3日");
}

TEST(WordsTest, MoneyByLocale) {
  v1::Money money;
  money.set_currency_code("JPY");
  money.set_units(1200000);
  EXPECT_EQ(kJapanese.Money(money), "1,200,000円");
  EXPECT_EQ(kEnglish.Money(money), "JPY 1,200,000");
  money.set_currency_code("USD");
  money.set_units(12);
  money.set_nanos(500000000);
  EXPECT_EQ(kJapanese.Money(money), "USD 12.50");
}

TEST(WordsTest, AJapaneseNameIsHonouredOnce) {
  EXPECT_EQ(kJapanese.Honoured("株式会社アクメ"), "株式会社アクメ 様");
  EXPECT_EQ(kJapanese.Honoured("佐藤様"), "佐藤様");
  EXPECT_EQ(kJapanese.Honoured("株式会社アクメ 御中"), "株式会社アクメ 御中");
  EXPECT_EQ(kEnglish.Honoured("Acme"), "Acme");
}

TEST(WordsTest, TheLanguageOfATag) {
  EXPECT_EQ(LanguageOf("ja"), Language::kJapanese);
  EXPECT_EQ(LanguageOf("ja-JP"), Language::kJapanese);
  EXPECT_EQ(LanguageOf("JA"), Language::kJapanese);
  EXPECT_EQ(LanguageOf("jav"), Language::kEnglish);
  EXPECT_EQ(LanguageOf(""), Language::kEnglish);
}

}  // namespace
}  // namespace kizuna::review
