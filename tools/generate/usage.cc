// SPDX-License-Identifier: Apache-2.0
//
// What does the account do with the product? A row of work for each day, of people for each week,
// and how widely the product is in use each month.

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "tools/generate/script.h"

namespace kizuna::generate {
namespace {

constexpr double kWorkPerPersonAndDay = 14;
constexpr double kPeopleOfSeats = 0.6;

// The share of the usual usage on a day, before the weekday and chance.
double LevelOn(const Script& script, int64_t days_ago) {
  const Traits& traits = script.traits;
  const double span = static_cast<double>(std::max<int64_t>(script.options.days - 1, 1));
  const double begun = 1 - std::min(1.0, static_cast<double>(days_ago) / span);
  double level = traits.usage_from + (traits.usage_to - traits.usage_from) * begun;
  if (days_ago < traits.fades_for_days) {
    const double faded =
        1 - static_cast<double>(days_ago) / static_cast<double>(traits.fades_for_days);
    level *= 1 + (traits.fades_to - 1) * faded;
  }
  return level;
}

double ShareOfWeekday(absl::CivilDay day) {
  switch (absl::GetWeekday(day)) {
    case absl::Weekday::saturday:
      return 0.3;
    case absl::Weekday::sunday:
      return 0.12;
    default:
      return 1;
  }
}

void AddRow(Script& script, absl::string_view metric, int64_t first_days_ago, int32_t days,
            double value) {
  const absl::string_view source =
      script.story == Story::kFeedGoneSilent ? kAppliance : kProductAnalytics;
  const absl::CivilDay first = script.DayOf(first_days_ago);
  v1::Fact& fact = script.Add(source, absl::StrCat(metric, "-", absl::FormatCivilTime(first)),
                              first_days_ago - days + 1);
  // A row is known when its last day is over.
  const absl::Time end = EndOf(first + (days - 1), script.options);
  fact.mutable_observed_at()->set_seconds(absl::ToUnixSeconds(end));
  v1::Usage& usage = *fact.mutable_usage();
  usage.set_metric(std::string(metric));
  *usage.mutable_first_date() = script.DateOf(first_days_ago);
  usage.set_days(days);
  usage.set_value(std::max(0.0, std::round(value)));
}

void AddDailyWork(Script& script) {
  const double people = static_cast<double>(script.seats) * kPeopleOfSeats;
  for (int64_t days_ago = script.options.days - 1; days_ago >= 0; --days_ago) {
    const double noise = 1 + script.traits.noise * script.random.Bell();
    if (!script.Seen(days_ago)) continue;
    AddRow(script, kActivity, days_ago, 1,
           people * kWorkPerPersonAndDay * LevelOn(script, days_ago) *
               ShareOfWeekday(script.DayOf(days_ago)) * noise);
  }
}

void AddWeeklyPeople(Script& script) {
  for (int64_t last = script.options.days / 7 * 7 - 7; last >= 0; last -= 7) {
    const double noise = 1 + 0.2 * script.traits.noise * script.random.Bell();
    if (!script.Seen(last + 6) || !script.Seen(last)) continue;
    AddRow(script, kActiveUsers, last + 6, 7,
           static_cast<double>(script.seats) * kPeopleOfSeats * LevelOn(script, last) * noise);
  }
}

void AddMonthlyAdoption(Script& script) {
  constexpr int64_t kFeatures = 24;
  for (int64_t month = 5; month >= 0; --month) {
    const int64_t days_ago = 30 * month + 3;
    if (!script.Seen(days_ago)) continue;
    // The way to where the story stands today: half of it half a year ago.
    const double way = 1 - 0.08 * static_cast<double>(month);
    v1::Adoption& adoption =
        *script
             .Add(script.story == Story::kFeedGoneSilent ? kAppliance : kProductAnalytics,
                  absl::StrCat("adoption-", absl::FormatCivilTime(script.DayOf(days_ago))),
                  days_ago)
             .mutable_adoption();
    adoption.set_product(absl::StrCat("products/", script.product));
    adoption.set_seats_purchased(script.seats);
    adoption.set_seats_active(
        std::llround(static_cast<double>(script.seats) * script.traits.seats_active * way));
    adoption.set_features_available(kFeatures);
    adoption.set_features_used(std::llround(kFeatures * script.traits.features_used * way));
  }
}

}  // namespace

void AddUsage(Script& script) {
  AddDailyWork(script);
  AddWeeklyPeople(script);
  AddMonthlyAdoption(script);
}

}  // namespace kizuna::generate
