// SPDX-License-Identifier: Apache-2.0
//
// Are the dates and instants that people type read as they are meant, or refused with the format?

#include "client/cli/moment.h"

#include <gtest/gtest.h>

#include "client/cli/exit_code.h"

namespace kizuna::cli {
namespace {

TEST(MomentTest, ADayMeansItsLastMicrosecondInTheBooksZone) {
  const auto moment = ParseMoment("--as-of", "2024-09-30");
  ASSERT_TRUE(moment.ok());
  ASSERT_TRUE(moment->day.has_value());
  EXPECT_EQ("2024-09-30T23:59:59.999999Z", InstantText(InstantOf(*moment, absl::UTCTimeZone())));
  EXPECT_EQ("2024-09-30T14:59:59.999999Z",
            InstantText(InstantOf(*moment, absl::FixedTimeZone(9 * 3600))));
}

TEST(MomentTest, AnInstantIsTakenAsItIs) {
  EXPECT_EQ("2024-09-30T12:00:00Z",
            InstantText(ParseMoment("--as-of", "2024-09-30T12:00:00Z")->instant));
  EXPECT_EQ("2024-09-30T03:00:00.25Z",
            InstantText(ParseMoment("--as-of", "2024-09-30T12:00:00.25+09:00")->instant));
  EXPECT_EQ("2024-02-29T00:00:00.000001Z",
            InstantText(ParseMoment("--as-of", "2024-02-29T00:00:00.000001Z")->instant));
}

TEST(MomentTest, InstantsBefore1970AreWrittenWell) {
  EXPECT_EQ("1969-12-31T23:59:59.999999Z", InstantText(absl::UnixEpoch() - absl::Microseconds(1)));
}

TEST(MomentTest, WhatIsNoDateNamesTheFlagAndTheFormat) {
  const auto moment = ParseMoment("--as-of", "2024-13-01");
  EXPECT_EQ("--as-of: '2024-13-01' is not a date; write YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ",
            moment.status().message());
  EXPECT_EQ(kUsage, ExitCodeOf(moment.status()));
}

TEST(MomentTest, NothingButTheFormatIsADate) {
  for (const char* const text :
       {"", "today", "2024-9-30", "2024-02-30", "2023-02-29", "30.9.2024", "2024/09/30",
        "2024-09-30T", "2024-09-30T12:00:00", "2024-09-30T24:00:00Z", "2024-09-30T12:60:00Z",
        "2024-09-30 12:00:00Z", "2024-09-30T12:00:00.Z", "2024-09-30T12:00:00.1234567Z",
        "2024-09-30T12:00:00+9", "1899-12-31", "12024-09-30", "2024-09-30Z", " 2024-09-30"}) {
    EXPECT_FALSE(ParseMoment("--as-of", text).ok()) << text;
  }
  EXPECT_FALSE(ParseDay("--due-date", "2024-09-30T12:00:00Z").ok());
}

}  // namespace
}  // namespace kizuna::cli
