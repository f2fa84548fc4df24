// SPDX-License-Identifier: Apache-2.0
//
// Does every fact come back from the disk as it went there, and is no damaged one believed?

#include "server/convert/stored_fact.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <limits>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "server/convert/stored_values.h"
#include "server/engine/canonical.h"
#include "tests/engine/random_account.h"

namespace kizuna::convert {
namespace {

using namespace engine;  // NOLINT: the test speaks of little else

constexpr int64_t kLeast = std::numeric_limits<int64_t>::min();
constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
constexpr Day kFirstDay = std::numeric_limits<Day>::min() + 1;  // the least one is kNoDay
constexpr Day kLastDay = std::numeric_limits<Day>::max();
constexpr PersonKey kSomebody = 0xfedcba9876543210u;

Fact WithContent(Content content) {
  Fact fact;
  fact.account = "acme";
  fact.source = "crm";
  fact.id = "f-1";
  fact.version = 3;
  fact.observed_at = 1'728'000'000'123'456;
  fact.content = std::move(content);
  return fact;
}

// To bytes and back.
absl::StatusOr<Fact> ThroughTheDisk(const Fact& fact) {
  const std::string bytes = ToStored(fact, 17).SerializeAsString();
  storage::v1::StoredFact stored;
  EXPECT_TRUE(stored.ParseFromString(bytes));
  EXPECT_EQ(stored.revision(), 17u);
  return FromStored(stored, fact.account, fact.source, fact.id);
}

bool SameFact(const Fact& a, const Fact& b) {
  return CanonicalFact(a) == CanonicalFact(b) && a.stamp() == b.stamp() && a.account == b.account &&
         a.observed_at_given == b.observed_at_given;
}

void ExpectKept(const Fact& fact) {
  const absl::StatusOr<Fact> back = ThroughTheDisk(fact);
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_TRUE(SameFact(*back, fact)) << "content " << fact.content.index();
}

// Every kind, with nothing said and with everything said as extremely as can be.
std::vector<Content> Extremes() {
  return {
      ProfileContent{},
      ProfileContent{{{"alias.crm", "A-1"}, {"display_name", "株式会社"}, {"segment", ""}}},
      ContactContent{},
      ContactContent{kSomebody, Role::kOther, "購買部"},
      ContactChangeContent{},
      ContactChangeContent{kSomebody, ContactChangeContent::Change::kLeft, Role::kOther},
      SubscriptionContent{},
      SubscriptionContent{"s", "p", "gold", kMost, kLeast, kFirstDay, kLastDay, 0, true, kMost},
      PurchaseContent{},
      PurchaseContent{"p", kLeast, kMost, kFirstDay},
      UsageContent{},
      UsageContent{"activity", MetricKind::kGauge, kFirstDay, kMaxUsageDays, kMaxValue - 1},
      AdoptionContent{},
      AdoptionContent{"p", 0, kMost, 0, kMost},
      MilestoneContent{},
      MilestoneContent{"p", Milestone::kValueRealised},
      SurveyContent{},
      SurveyContent{SurveyContent::Kind::kCes, kLeast, kLeast, kMost, kSomebody},
      RecoveryContent{},
      RecoveryContent{kSomebody},
      TicketContent{},
      TicketContent{"t", TicketContent::Event::kClosed, Severity::kCritical, 0},
      TicketContent{"t", TicketContent::Event::kOpened, Severity::kLow, 1},
      InvoiceContent{},
      InvoiceContent{"i", InvoiceContent::Event::kVoided, kFirstDay, kLeast},
      InteractionContent{},
      InteractionContent{InteractionContent::Kind::kPitch, true, true, true, "sales", "partner",
                         "mail", kSomebody, Motion::kHearing, "p", PitchOutcome::kAskedToStop,
                         kLeast, kLeast, kMost},
      IssueContent{},
      IssueContent{"x", "returns", IssueContent::Status::kSolutionConfirmed},
      HearingContent{},
      HearingContent{true},
      InterestContent{},
      InterestContent{"p"},
      ObjectiveContent{},
      ObjectiveContent{"o", kFirstDay, kLastDay, kLeast, kMost, 0},
      LoyaltyEvidenceContent{},
      LoyaltyEvidenceContent{LoyaltyEvidenceContent::Kind::kCaseStudy},
      LoyaltyOverrideContent{},
      LoyaltyOverrideContent{LoyaltyTier::kFan, kLeast, "aki"},
      TouchOverrideContent{},
      TouchOverrideContent{TouchTier::kHigh, 0, "aki"},
      HoldContent{},
      HoldContent{"h", kMost - 1, "aki", true},
      ConsentContent{},
      ConsentContent{kSomebody, "mail", true},
      ConsentContent{kSomebody, "mail", true, 1'700'000'000'000'000, "aiko"},
      WaiverContent{},
      WaiverContent{"V-1", "CHAMPION_LEFT", 1'700'000'000'000'000, "aiko", true},
      TaskContent{},
      TaskContent{"expand.2026-01-15", TaskContent::Status::kSnoozed, 20'000, "aiko"},
      ReviewContent{},
      ReviewContent{"2026Q3", ReviewContent::Event::kEdited, ReviewContent::Copy::kInternal,
                    ReviewContent::Section::kHealth, "ja", "aiko"},
      ReviewContent{"2026Q3", ReviewContent::Event::kSent, ReviewContent::Copy::kUnspecified,
                    ReviewContent::Section::kUnspecified, "", "aiko", 42, 1'700'000'000'000'000, 7,
                    "00ff"},
      ReservationContent{},
      ReservationContent{"R-1",
                         ReservationContent::Status::kEnded,
                         "sales",
                         "kenji",
                         Motion::kCrossSell,
                         "bi",
                         kSomebody,
                         "mail",
                         7,
                         1'700'000'000'000'000,
                         1'700'000'100'000'000,
                         "HOLD",
                         PitchOutcome::kWon,
                         {"csm", "sales"},
                         "d1.x"},
  };
}

TEST(StoredFactTest, EveryKindIsKeptAtItsExtremes) {
  size_t kinds = 0;
  for (const Content& content : Extremes()) {
    ExpectKept(WithContent(content));
    kinds = std::max(kinds, content.index() + 1);
  }
  EXPECT_EQ(kinds, std::variant_size_v<Content>) << "a kind is missing above";
}

TEST(StoredFactTest, WhatAllKindsHaveIsKept) {
  Fact fact = WithContent(InterestContent{"p"});
  fact.version = std::numeric_limits<uint32_t>::max();
  fact.observed_at_given = false;
  fact.retracted = true;
  fact.words.fill(0xff);
  ExpectKept(fact);
}

TEST(StoredFactTest, EveryInstantIsKept) {
  for (const Instant instant :
       {Instant{0}, Instant{-1}, Instant{1}, Instant{999'999}, Instant{1'000'000},
        Instant{-1'000'000}, Instant{-999'999}, Instant{1'727'999'999'999'999}, kMost - 1'000'000,
        kLeast + 1'000'000}) {
    Fact fact = WithContent(HearingContent{});
    fact.observed_at = instant;
    ExpectKept(fact);
  }
  EXPECT_TRUE(rc::check([] {
    const Instant instant = *rc::gen::arbitrary<int64_t>();
    const StoredInstant stored = StoreInstant(instant);
    StoredReader reader("fact");
    const Instant back = reader.ReadInstant(stored.seconds, stored.micros, "observed_seconds");
    RC_ASSERT(stored.micros < 1'000'000u);
    RC_ASSERT(!reader.status().ok() || back == instant);
  }));
}

TEST(StoredFactTest, FactsOfRandomAccountsAreKept) {
  EXPECT_TRUE(rc::check([] {
    const Fact fact = *testing::AnyFact();
    const absl::StatusOr<Fact> back = ThroughTheDisk(fact);
    RC_ASSERT(back.ok());
    RC_ASSERT(SameFact(*back, fact));
  }));
}

// What a row costs is what a store of hundreds of millions costs.
TEST(StoredFactTest, ARowOfUsageIsShort) {
  Fact fact = WithContent(UsageContent{"activity", MetricKind::kCount, 19'999, 1, 42'000'000});
  fact.version = 0;
  fact.observed_at = 1'727'999'999'999'999;  // the last microsecond of its day
  EXPECT_LE(ToStored(fact, 1'000'000).ByteSizeLong(), 32u);
}

TEST(StoredFactTest, WhatNoFactCanSayIsDamaged) {
  using Damage = void (*)(storage::v1::StoredFact&);
  const std::vector<std::pair<const char*, Damage>> damages = {
      {"content", [](auto& fact) { fact.clear_content(); }},
      {"words_fingerprint", [](auto& fact) { fact.set_words_fingerprint("short"); }},
      {"observed_seconds", [](auto& fact) { fact.set_observed_micros(1'000'000); }},
      {"observed_seconds", [](auto& fact) { fact.set_observed_seconds(kMost); }},
      {"usage.kind", [](auto& fact) { fact.mutable_usage()->set_kind(3); }},
      {"usage.more_days", [](auto& fact) { fact.mutable_usage()->set_more_days(kMaxUsageDays); }},
      {"usage.units", [](auto& fact) { fact.mutable_usage()->set_micros(1'000'000); }},
      {"usage.units", [](auto& fact) { fact.mutable_usage()->set_units(~0ull); }},
      {"contact.role", [](auto& fact) { fact.mutable_contact()->set_role(5); }},
      {"profile.values", [](auto& fact) { fact.mutable_profile()->add_keys("segment"); }},
      {"adoption.seats_active",
       [](auto& fact) { fact.mutable_adoption()->set_seats_active(~0ull); }},
      {"survey.kind", [](auto& fact) { fact.mutable_survey()->set_kind(4); }},
      {"ticket.severity", [](auto& fact) { fact.mutable_ticket()->set_severity(5); }},
      {"interaction.motion", [](auto& fact) { fact.mutable_interaction()->set_motion(8); }},
  };
  for (const auto& [field, damage] : damages) {
    storage::v1::StoredFact stored =
        ToStored(WithContent(UsageContent{"activity", MetricKind::kCount, 0, 1, 0}), 1);
    damage(stored);
    const absl::Status status = FromStored(stored, "acme", "crm", "f").status();
    EXPECT_TRUE(absl::IsDataLoss(status)) << field;
    EXPECT_EQ(status.message(), std::string("a stored fact is damaged at ") + field +
                                    "; restore the store from a backup");
  }
}

TEST(StoredFactTest, NoBytesCrashTheReader) {
  EXPECT_TRUE(rc::check([] {
    std::string bytes = ToStored(*testing::AnyFact(), 1).SerializeAsString();
    for (int flaws = *rc::gen::inRange(1, 4); flaws > 0; --flaws) {
      bytes[*rc::gen::inRange<size_t>(0, bytes.size())] = *rc::gen::arbitrary<char>();
    }
    storage::v1::StoredFact stored;
    if (!stored.ParseFromString(bytes)) return;
    const absl::StatusOr<Fact> fact = FromStored(stored, "acme", "crm", "f");
    RC_ASSERT(fact.ok() || absl::IsDataLoss(fact.status()));
    if (fact.ok()) RC_ASSERT(SameFact(*ThroughTheDisk(*fact), *fact));
  }));
}

}  // namespace
}  // namespace kizuna::convert
