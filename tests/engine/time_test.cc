// SPDX-License-Identifier: Apache-2.0
//
// Do days begin and end where the book's time zone says?

#include "server/engine/time.h"

#include "gtest/gtest.h"
#include "tests/engine/account.h"

namespace kizuna::engine {
namespace {

using testing::D;
using testing::T;

Calendar In(const char* zone, int fiscal_first_month = 1) {
  absl::TimeZone loaded;
  EXPECT_TRUE(absl::LoadTimeZone(zone, &loaded)) << zone;
  return Calendar(loaded, fiscal_first_month);
}

TEST(CalendarTest, ADayOfUtcBeginsAtMidnightAndEndsAMicrosecondBeforeTheNext) {
  const Calendar utc;
  const Instant midnight = T("2024-06-01T00:00:00Z");
  EXPECT_EQ(utc.DayOf(midnight), D("2024-06-01"));
  EXPECT_EQ(utc.DayOf(midnight - 1), D("2024-05-31"));
  EXPECT_EQ(utc.StartOf(D("2024-06-01")), midnight);
  EXPECT_EQ(utc.EndOf(D("2024-05-31")), midnight - 1);
}

TEST(CalendarTest, DaysBefore1970AreCountedDownwards) {
  const Calendar utc;
  EXPECT_EQ(utc.DayOf(-1), -1);
  EXPECT_EQ(utc.DayOf(-kMicrosPerDay), -1);
  EXPECT_EQ(utc.DayOf(-kMicrosPerDay - 1), -2);
  EXPECT_EQ(utc.StartOf(-1), -kMicrosPerDay);
}

TEST(CalendarTest, TokyoIsNineHoursAhead) {
  const Calendar tokyo = In("Asia/Tokyo");
  EXPECT_EQ(tokyo.StartOf(D("2024-06-01")), T("2024-05-31T15:00:00Z"));
  EXPECT_EQ(tokyo.DayOf(T("2024-05-31T15:00:00Z")), D("2024-06-01"));
  EXPECT_EQ(tokyo.DayOf(T("2024-05-31T15:00:00Z") - 1), D("2024-05-31"));
}

TEST(CalendarTest, TheDayOnWhichSummerTimeBeginsHas23Hours) {
  const Calendar new_york = In("America/New_York");
  const Day day = D("2024-03-10");
  EXPECT_EQ(new_york.StartOf(day), T("2024-03-10T05:00:00Z"));
  EXPECT_EQ(new_york.EndOf(day) + 1 - new_york.StartOf(day), Instant{23} * 3'600'000'000);
}

TEST(CalendarTest, TheDayOnWhichSummerTimeEndsHas25Hours) {
  const Calendar new_york = In("America/New_York");
  const Day day = D("2024-11-03");
  EXPECT_EQ(new_york.EndOf(day) + 1 - new_york.StartOf(day), Instant{25} * 3'600'000'000);
  EXPECT_EQ(new_york.DayOf(new_york.EndOf(day)), day);
}

TEST(CalendarTest, WhereMidnightIsSkippedTheDayBeginsWithItsFirstInstant) {
  // Clocks in Havana go from 00:00 to 01:00.
  const Calendar havana = In("America/Havana");
  const Day day = D("2024-03-10");
  EXPECT_EQ(havana.StartOf(day), T("2024-03-10T05:00:00Z"));
  EXPECT_EQ(havana.DayOf(havana.StartOf(day)), day);
  EXPECT_EQ(havana.DayOf(havana.StartOf(day) - 1), day - 1);
}

TEST(CalendarTest, QuartersFollowTheFiscalYear) {
  EXPECT_EQ(Calendar().QuarterStart(D("2024-05-31")), D("2024-04-01"));
  EXPECT_EQ(Calendar().QuarterStart(D("2024-04-01")), D("2024-04-01"));
  EXPECT_EQ(Calendar().QuarterStart(D("2024-03-31")), D("2024-01-01"));
  const Calendar from_february = In("UTC", 2);
  EXPECT_EQ(from_february.QuarterStart(D("2024-01-15")), D("2023-11-01"));
  EXPECT_EQ(from_february.QuarterStart(D("2024-02-01")), D("2024-02-01"));
  EXPECT_EQ(from_february.QuarterStart(D("2024-04-30")), D("2024-02-01"));
}

}  // namespace
}  // namespace kizuna::engine
