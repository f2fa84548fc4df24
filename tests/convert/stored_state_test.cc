// SPDX-License-Identifier: Apache-2.0
//
// Does every state come back from the disk as it went there, and how large is it?

#include "server/convert/stored_state.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <limits>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/convert/stored_usage.h"
#include "server/engine/canonical.h"
#include "server/engine/fold.h"
#include "tests/engine/random_account.h"

namespace kizuna::convert {
namespace {

using namespace engine;  // NOLINT: the test speaks of little else

absl::StatusOr<State> ThroughTheDisk(const State& state) {
  const std::string bytes = ToStored(state).SerializeAsString();
  storage::v1::AccountState stored;
  EXPECT_TRUE(stored.ParseFromString(bytes));
  EXPECT_EQ(stored.fold_version(), kFoldVersion);
  return FromStored(stored);
}

TEST(StoredStateTest, AnEmptyStateIsKept) {
  const absl::StatusOr<State> back = ThroughTheDisk(State());
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_EQ(CanonicalState(*back), CanonicalState(State()));
}

TEST(StoredStateTest, StatesOfRandomAccountsAreKept) {
  EXPECT_TRUE(rc::check([] {
    const std::vector<Fact> facts = *testing::AnyFacts();
    const Calendar calendar = *rc::gen::elementOf(testing::Calendars());
    const State state = Fold(facts, calendar);
    const absl::StatusOr<State> back = ThroughTheDisk(state);
    RC_ASSERT(back.ok());
    RC_ASSERT(CanonicalState(*back) == CanonicalState(state));
  }));
}

// A fold that goes on from a stored state must end where one that never stopped does.
TEST(StoredStateTest, AStoredStateCanBeFoldedOn) {
  EXPECT_TRUE(rc::check([] {
    const std::vector<Fact> facts = *testing::AnyFacts();
    const Calendar calendar = testing::Calendars()[1];
    const size_t cut = *rc::gen::inRange<size_t>(0, facts.size() + 1);
    State state = Fold(absl::MakeConstSpan(facts).first(cut), calendar);
    state = *ThroughTheDisk(state);
    for (const Fact& fact : absl::MakeConstSpan(facts).subspan(cut)) Apply(fact, calendar, state);
    RC_ASSERT(CanonicalState(state) == CanonicalState(Fold(facts, calendar)));
  }));
}

rc::Gen<UsageSeries> AnySeries() {
  return rc::gen::exec([] {
    UsageSeries series;
    series.metric = "activity";
    series.source = "t1";
    series.kind = static_cast<MetricKind>(*rc::gen::inRange(0, 3));
    series.first_day = *rc::gen::arbitrary<int32_t>();
    series.last_day = *rc::gen::arbitrary<int32_t>();
    const std::set<int32_t> days = *rc::gen::container<std::set<int32_t>>(
        rc::gen::oneOf(rc::gen::inRange(19'000, 19'020), rc::gen::inRange(-5, 5),
                       rc::gen::element(std::numeric_limits<int32_t>::max(),
                                        std::numeric_limits<int32_t>::min())));
    const int64_t unit = *rc::gen::element<int64_t>(1, 10, 1000, 1'000'000);
    const bool observed = *rc::gen::arbitrary<bool>();
    for (const int32_t day : days) {
      UsageCell& cell = series.cells.emplace_back();
      cell.day = day;
      cell.value = *rc::gen::oneOf(
          rc::gen::map(rc::gen::inRange<int64_t>(0, 1000), [unit](int64_t n) { return n * unit; }),
          rc::gen::just(std::numeric_limits<int64_t>::max()));
      if (observed) {
        // The end of the day before; of days beyond all instants it wraps.
        const auto regular = static_cast<Instant>(
            static_cast<uint64_t>(day) * static_cast<uint64_t>(kMicrosPerDay) - 1);
        cell.observed_at =
            *rc::gen::oneOf(rc::gen::just(regular), rc::gen::element(kLongAgo, kNever, Instant{0}),
                            rc::gen::arbitrary<int64_t>());
      }
    }
    return series;
  });
}

TEST(StoredStateTest, AnySeriesIsKept) {
  EXPECT_TRUE(rc::check([] {
    State state;
    state.usage.push_back(*AnySeries());
    const absl::StatusOr<State> back = ThroughTheDisk(state);
    RC_ASSERT(back.ok());
    RC_ASSERT(CanonicalState(*back) == CanonicalState(state));
  }));
}

// A customer with two metrics of 400 days, and a year of what else happens.
State TypicalState() {
  std::vector<Fact> facts;
  const Calendar calendar;
  const auto add = [&facts](const char* source, Day day, Content content) {
    Fact fact;
    fact.account = "acct-000042";
    fact.source = source;
    fact.id = absl::StrCat(source, "-", facts.size() + 100'000);
    fact.observed_at = (int64_t{day} + 1) * kMicrosPerDay - 1;
    fact.content = std::move(content);
    facts.push_back(std::move(fact));
  };
  constexpr Day kToday = 20'000;
  add("crm", kToday - 400,
      ProfileContent{{{"country", "JP"},
                      {"display_name", "Acme Logistics"},
                      {"industry", "logistics"},
                      {"owner", "aki"},
                      {"segment", "enterprise"},
                      {"sizing.employees", "1200000000"}}});
  for (Day day = kToday - 399; day <= kToday; ++day) {
    const bool weekend = day % 7 >= 5;
    add("product", day,
        UsageContent{"activity", MetricKind::kCount, day, 1,
                     (weekend ? 12 : 180 + day % 40) * kMicrosPerUnit});
    add("product", day,
        UsageContent{"active_users", MetricKind::kGauge, day, 1,
                     (weekend ? 3 : 20 + day % 9) * kMicrosPerUnit});
  }
  for (PersonKey person = 1; person <= 4; ++person) {
    const PersonKey key = person * 0x9e3779b97f4a7c15u;
    add("crm", kToday - 300, ContactContent{key, Role::kUser, "Sales"});
    SurveyContent survey;
    survey.kind = SurveyContent::Kind::kNps;
    survey.score = 9 * kMicrosPerUnit;
    survey.respondent = key;
    add("survey", kToday - 30 + static_cast<Day>(person), survey);
  }
  SubscriptionContent subscription;
  subscription.subscription_id = "S-100042";
  subscription.product = "pro";
  subscription.seats = 25;
  subscription.annual_price = 12'000 * kMicrosPerUnit;
  subscription.start = kToday - 300;
  subscription.renewal = kToday + 65;
  add("billing", kToday - 300, subscription);
  for (int i = 0; i < 6; ++i) {
    add("billing", kToday - 60 * i,
        PurchaseContent{"pro", 1000 * kMicrosPerUnit, 0, kToday - 60 * i});
    add("desk", kToday - 50 * i,
        TicketContent{absl::StrCat("T-", 1000 + i), TicketContent::Event::kOpened,
                      Severity::kNormal, 0});
    add("desk", kToday - 50 * i + 2,
        TicketContent{absl::StrCat("T-", 1000 + i), TicketContent::Event::kClosed,
                      Severity::kUnspecified, -1});
  }
  add("product", kToday - 3, AdoptionContent{"pro", 25, 21, 40, 22});
  return Fold(facts, calendar);
}

TEST(StoredStateTest, ATypicalStateTakesTwoKilobytes) {
  const State state = TypicalState();
  const size_t bytes = ToStored(state).ByteSizeLong();
  RecordProperty("bytes", static_cast<int>(bytes));
  EXPECT_LT(bytes, 2400u);
  EXPECT_TRUE(CanonicalState(*ThroughTheDisk(state)) == CanonicalState(state));
}

TEST(StoredStateTest, AYearOfWholeNumbersTakesABitMoreThanAByteADay) {
  UsageSeries series;
  for (Day day = 19'600; day < 20'000; ++day) {
    series.cells.push_back(
        UsageCell{day, (day % 90) * kMicrosPerUnit, (int64_t{day} + 1) * kMicrosPerDay - 1});
  }
  storage::v1::UsageSeries stored;
  StoreSeries(series, stored);
  EXPECT_LT(stored.ByteSizeLong(), 430u);
}

TEST(StoredStateTest, WhatNoStateCanSayIsDamaged) {
  using Damage = void (*)(storage::v1::AccountState&);
  const std::vector<std::pair<const char*, Damage>> damages = {
      {"stamp_seconds", [](auto& state) { state.add_stamp_seconds(1); }},
      {"stamp_sources", [](auto& state) { state.set_stamp_sources(0, 99); }},
      {"stamp", [](auto& state) { state.set_newest_two_way_stamp(~0u); }},
      {"usage.runs", [](auto& state) { state.mutable_usage(0)->set_runs(0, ~0u); }},
      {"usage.runs", [](auto& state) { state.mutable_usage(0)->clear_runs(); }},
      {"usage.runs", [](auto& state) { state.mutable_usage(0)->add_runs(0); }},
      {"usage.runs", [](auto& state) { state.mutable_usage(0)->add_values(1); }},
      {"usage.value_exponent", [](auto& state) { state.mutable_usage(0)->set_value_exponent(7); }},
      {"usage.values", [](auto& state) { state.mutable_usage(0)->set_values(0, ~0ull); }},
      {"usage.observed_steps", [](auto& state) { state.mutable_usage(0)->add_observed_steps(1); }},
      {"people.role", [](auto& state) { state.mutable_people(0)->set_role(9); }},
      {"pitch_outcome", [](auto& state) { state.set_pitch_outcome(99); }},
      {"revenue", [](auto& state) { state.mutable_revenue(0)->set_paid_micros(~0ull); }},
  };
  for (const auto& [field, damage] : damages) {
    storage::v1::AccountState stored = ToStored(TypicalState());
    damage(stored);
    const absl::Status status = FromStored(stored).status();
    EXPECT_TRUE(absl::IsDataLoss(status)) << field;
    EXPECT_EQ(status.message(), absl::StrCat("a stored state is damaged at ", field,
                                             "; restore the store from a backup"));
  }
}

TEST(StoredStateTest, NoBytesCrashTheReader) {
  const std::string whole = ToStored(TypicalState()).SerializeAsString();
  EXPECT_TRUE(rc::check([&whole] {
    std::string bytes = whole;
    for (int flaws = *rc::gen::inRange(1, 6); flaws > 0; --flaws) {
      bytes[*rc::gen::inRange<size_t>(0, bytes.size())] = *rc::gen::arbitrary<char>();
    }
    storage::v1::AccountState stored;
    if (!stored.ParseFromString(bytes)) return;
    const absl::StatusOr<State> state = FromStored(stored);
    RC_ASSERT(state.ok() || absl::IsDataLoss(state.status()));
  }));
}

}  // namespace
}  // namespace kizuna::convert
