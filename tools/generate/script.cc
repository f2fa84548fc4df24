// SPDX-License-Identifier: Apache-2.0

#include "tools/generate/script.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"

namespace kizuna::generate {
namespace {

// Years and some days, so that a renewal lies ahead where the story wants one.
int64_t AgeOf(Story story, const Traits& traits, Random& random) {
  switch (story) {
    case Story::kNewAndUnproven:
      return traits.age_days;
    case Story::kReadyToExpand:
      return 365 * random.Whole(2, 4) - random.Whole(40, 80);
    default:
      return random.Whole(450, 1500);
  }
}

}  // namespace

Script::Script(const PortfolioOptions& portfolio, int64_t number)
    : options(portfolio),
      account(number),
      random(Random::ForAccount(portfolio.seed, number)),
      story(StoryOf(number)),
      traits(TraitsOf(story)),
      language(random.Chance(0.4) ? Language::kJapanese : Language::kEnglish),
      age_days(AgeOf(story, traits, random)),
      // From 12 to about 1200, small ones being common.
      seats(std::llround(12 * std::exp(random.Unit() * random.Unit() * 4.6))),
      name_(absl::StrCat("accounts/", AccountIdOf(number))) {
  // The top of the ladder has nothing higher to sell, so the ready stand on a lower step.
  const double step = random.Unit();
  product = step < 0.5                                      ? "flow-basic"
            : step < 0.85 || story == Story::kReadyToExpand ? "flow-pro"
                                                            : "flow-max";
  for (size_t i = 0; i < people_.size(); ++i) {
    people_[i] = absl::StrCat(AccountIdOf(number), "-p", i + 1);
  }
}

v1::Fact& Script::Add(absl::string_view source, absl::string_view id, int64_t days_ago) {
  v1::Fact& fact = facts_.emplace_back();
  fact.set_account(name_);
  fact.set_source(std::string(source));
  fact.set_fact_id(std::string(id));
  const absl::Time at =
      absl::FromCivil(DayOf(days_ago), options.zone) + absl::Minutes(random.Whole(9 * 60, 18 * 60));
  fact.mutable_observed_at()->set_seconds(absl::ToUnixSeconds(at));
  return fact;
}

v1::Date Script::DateOf(int64_t days_ago) const {
  const absl::CivilDay day = DayOf(days_ago);
  v1::Date date;
  date.set_year(static_cast<int32_t>(day.year()));
  date.set_month(day.month());
  date.set_day(day.day());
  return date;
}

}  // namespace kizuna::generate
