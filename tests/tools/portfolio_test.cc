// SPDX-License-Identifier: Apache-2.0
//
// Is the made-up portfolio the same for the same seed, and are its facts ones that a server takes?

#include "tools/generate/portfolio.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "tools/generate/random.h"
#include "tools/generate/story.h"

namespace kizuna::generate {
namespace {

PortfolioOptions Options() {
  PortfolioOptions options;
  options.accounts = 64;
  options.days = 91;
  options.seed = 7;
  options.last_day = absl::CivilDay(2026, 11, 21);
  EXPECT_TRUE(absl::LoadTimeZone("Asia/Tokyo", &options.zone));
  options.currency = "JPY";
  return options;
}

std::string Bytes(const std::vector<v1::Fact>& facts) {
  std::string bytes;
  for (const v1::Fact& fact : facts) bytes += fact.SerializeAsString() + "\n";
  return bytes;
}

TEST(Portfolio, SameSeedSameFactsWhateverTheSize) {
  const PortfolioOptions options = Options();
  PortfolioOptions larger = options;
  larger.accounts = 100000;
  for (int64_t account = 0; account < 16; ++account) {
    EXPECT_EQ(Bytes(FactsOf(options, account)), Bytes(FactsOf(larger, account)));
  }
}

TEST(Portfolio, AnotherSeedMakesOtherFacts) {
  PortfolioOptions other = Options();
  other.seed = 8;
  EXPECT_NE(Bytes(FactsOf(Options(), 0)), Bytes(FactsOf(other, 0)));
}

TEST(Portfolio, TheFirstEightAccountsLiveAllStories) {
  std::set<Story> lived;
  for (int64_t account = 0; account < 8; ++account) lived.insert(StoryOf(account));
  EXPECT_EQ(lived.size(), kStories.size());
}

TEST(Portfolio, TheProfileComesFirst) {
  for (int64_t account = 0; account < 32; ++account) {
    const std::vector<v1::Fact> facts = FactsOf(Options(), account);
    ASSERT_FALSE(facts.empty());
    EXPECT_TRUE(facts.front().has_profile());
  }
}

TEST(Portfolio, EveryFactHasAnIdentityOfItsOwnAndWasObservedBeforeToday) {
  const PortfolioOptions options = Options();
  const int64_t today = absl::ToUnixSeconds(EndOf(options.last_day, options)) + 1;
  for (int64_t account = 0; account < 64; ++account) {
    std::set<std::pair<std::string, std::string>> ids;
    for (const v1::Fact& fact : FactsOf(options, account)) {
      EXPECT_TRUE(ids.emplace(fact.source(), fact.fact_id()).second) << fact.DebugString();
      EXPECT_LT(fact.observed_at().seconds(), today) << fact.DebugString();
      EXPECT_NE(fact.content_case(), v1::Fact::CONTENT_NOT_SET);
    }
  }
}

TEST(Portfolio, DailyUsageEndsOnTheLastDayUnlessTheFeedWentSilent) {
  const PortfolioOptions options = Options();
  for (int64_t account = 0; account < 8; ++account) {
    absl::CivilDay last(1970, 1, 1);
    for (const v1::Fact& fact : FactsOf(options, account)) {
      if (fact.usage().metric() != kActivity) continue;
      const v1::Date& date = fact.usage().first_date();
      last = std::max(last, absl::CivilDay(date.year(), date.month(), date.day()));
    }
    const bool silent = StoryOf(account) == Story::kFeedGoneSilent;
    EXPECT_EQ(last, options.last_day - (silent ? 50 : 0)) << NameOf(StoryOf(account));
  }
}

TEST(Portfolio, SpeaksBothLanguages) {
  std::set<std::string> languages;
  for (int64_t account = 0; account < 16; ++account) {
    languages.insert(FactsOf(Options(), account).front().profile().language());
  }
  EXPECT_THAT(languages, testing::UnorderedElementsAre("en", "ja"));
}

TEST(Portfolio, ProductsNameOnlyProductsThatExist) {
  std::set<std::string> names;
  const std::vector<v1::Product> products = ProductsOf(Options());
  for (const v1::Product& product : products) names.insert(product.name());
  for (const v1::Product& product : products) {
    for (const std::string& related : product.related()) EXPECT_EQ(names.count(related), 1u);
  }
  for (int64_t account = 0; account < 64; ++account) {
    for (const v1::Fact& fact : FactsOf(Options(), account)) {
      if (!fact.has_purchase()) continue;
      EXPECT_EQ(names.count(fact.purchase().product()), 1u);
    }
  }
}

TEST(Portfolio, FractionsOfASourcesWatermarkAreWholeMicroseconds) {
  for (const v1::Source& source : SourcesOf(Options())) {
    EXPECT_EQ(source.complete_through().nanos() % 1000, 0) << source.name();
  }
}

TEST(Random, UnitStaysBelowOne) {
  Random random(3);
  for (int i = 0; i < 100000; ++i) {
    const double unit = random.Unit();
    ASSERT_GE(unit, 0);
    ASSERT_LT(unit, 1);
  }
}

}  // namespace
}  // namespace kizuna::generate
