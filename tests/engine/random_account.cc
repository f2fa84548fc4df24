// SPDX-License-Identifier: Apache-2.0

#include "tests/engine/random_account.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/engine/account.h"

namespace kizuna::engine::testing {
namespace {

constexpr int32_t kDays = 450;  // of history: longer than any window

int In(int low, int high) { return *rc::gen::inRange(low, high + 1); }
bool Maybe() { return In(0, 1) == 1; }
std::string Id(const char* kind, int count) { return absl::StrCat(kind, In(1, count)); }
PersonKey Anyone() { return static_cast<PersonKey>(In(0, 4)); }
template <typename E>
E AnyOf(E low, E high) {
  return static_cast<E>(In(static_cast<int>(low), static_cast<int>(high)));
}
Day Newest() { return Calendar().DayOf(NewestInstant()); }
// Mostly near the end, where the windows are.
Day SomeDay() { return Newest() - (In(0, 2) == 0 ? In(0, kDays) : In(0, 40)); }
Instant SomeInstant() {
  // At midnights and a microsecond beside them more often than chance would have it.
  const Instant start = Calendars()[In(0, 2)].StartOf(SomeDay());
  const Instant at = start + In(-1, 1) + (Maybe() ? In(0, 24) * Instant{3'600'000'000} : 0);
  return std::min(at, NewestInstant());
}
Instant SomeExpiry() {
  return Maybe() ? kNever : NewestInstant() + In(-40, 40) * kMicrosPerDay / 3;
}
const char* Product() {
  static const char* const kProducts[] = {"basic", "pro", "gold", "bi", "tms", ""};
  return kProducts[In(0, 5)];
}

Content AnyProfile() {
  ProfileContent profile;
  switch (In(0, 4)) {
    case 0:
      profile.fields = {{"segment", Maybe() ? "retail" : ""}};
      break;
    case 1:
      profile.fields = {{"sizing.employees", absl::StrCat(In(0, 6000), "000000")}};
      break;
    case 2:
      profile.fields = {{"lifetime_value", absl::StrCat(In(0, 200000), "000000")}};
      break;
    case 3:
      profile.fields = {{"budget_month", absl::StrCat(In(1, 12))}};
      break;
    default:
      profile.fields = {{"industry", "logistics"}};
  }
  return profile;
}

Content AnySubscription() {
  SubscriptionContent s;
  s.subscription_id = Id("S", 3);
  s.product = Product();
  s.seats = In(0, 20);
  s.annual_price = Units(In(0, 50000));
  s.start = SomeDay() - (Maybe() ? 700 : 0);
  if (Maybe()) s.end = s.start + In(1, 900);
  if (Maybe()) s.renewal = s.start + In(100, 800);
  s.auto_renew = Maybe();
  return s;
}

Content AnyUsage() {
  const bool count = Maybe();
  return UsageContent{count ? "activity" : "active_users",
                      count ? MetricKind::kCount : MetricKind::kGauge, SomeDay() + In(0, 3),
                      Maybe() ? 1 : In(1, 40), In(0, 300) * kMicrosPerUnit / 7};
}

Content AnyVoice() {
  SurveyContent survey;
  switch (In(0, 3)) {
    case 0:
      return RecoveryContent{Anyone()};
    case 1:
      survey.kind = AnyOf(SurveyContent::Kind::kCsat, SurveyContent::Kind::kCes);
      survey.score = In(1, 7) * kMicrosPerUnit;
      survey.scale_min = Units(1);
      survey.scale_max = Units(7);
      return survey;
    default:
      survey.kind = SurveyContent::Kind::kNps;
      survey.score = In(0, 10) * kMicrosPerUnit;
      survey.respondent = Anyone();
      return survey;
  }
}

Content AnyInteraction() {
  InteractionContent i;
  i.kind = InteractionContent::Kind::kCall;
  i.outbound = Maybe();
  i.two_way = Maybe();
  i.unsolicited = i.outbound && Maybe();
  i.person = Anyone();
  if (In(0, 4) == 0) i.outcome = AnyOf(PitchOutcome::kWon, PitchOutcome::kAskedToStop);
  if (In(0, 3) == 0) {
    i.satisfaction = In(1, 5) * kMicrosPerUnit;
    i.satisfaction_min = Units(1);
    i.satisfaction_max = Units(5);
  }
  return i;
}

Content AnySales() {
  switch (In(0, 5)) {
    case 0:
      return IssueContent{
          Id("X", 2), Maybe() ? "returns" : "stock",
          AnyOf(IssueContent::Status::kAssumed, IssueContent::Status::kSolutionConfirmed)};
    case 1:
      return HearingContent{Maybe()};
    case 2:
      return InterestContent{Product()};
    case 3: {
      const Day start = SomeDay();
      return ObjectiveContent{Id("O", 2),         start,
                              start + In(1, 100), Units(100),
                              Units(In(0, 120)),  Maybe() ? kNoDay : start + In(0, 60)};
    }
    case 4:
      return LoyaltyEvidenceContent{LoyaltyEvidenceContent::Kind::kReferral};
    default:
      return PurchaseContent{Product(), Units(In(-20, 200)), 0, SomeDay() + In(-900, 2)};
  }
}

Content AnyReservation() {
  ReservationContent r;
  r.fencing_token = In(1, 3);
  r.reservation_id = absl::StrCat("R", r.fencing_token);
  r.status = AnyOf(ReservationContent::Status::kHeld, ReservationContent::Status::kEnded);
  r.team = Maybe() ? "sales" : "marketing";
  r.motion = AnyOf(Motion::kSeats, Motion::kCrossSell);
  r.product = Maybe() ? "" : Product();
  r.expires_at = SomeExpiry();
  return r;
}

Content AnyDecision() {
  switch (In(0, 7)) {
    case 0:
      return LoyaltyOverrideContent{AnyOf(LoyaltyTier::kNone, LoyaltyTier::kFan), SomeExpiry(),
                                    "a"};
    case 1:
      return TouchOverrideContent{AnyOf(TouchTier::kTech, TouchTier::kHigh), SomeExpiry(), "a"};
    case 2:
      return HoldContent{Id("H", 2), SomeExpiry(), "a", Maybe()};
    case 3:
      return WaiverContent{Id("V", 2), Maybe() ? "CHAMPION_LEFT" : "SENTIMENT_STALE", SomeExpiry(),
                           "a", Maybe()};
    case 4:
      return AnyReservation();
    case 5:
      return TaskContent{Id("K", 3), static_cast<TaskContent::Status>(In(1, 4)), SomeDay(), "a"};
    case 6:
      return ReviewContent{"2024Q2", ReviewContent::Event::kEdited, ReviewContent::Copy::kCustomer,
                           ReviewContent::Section::kPlan, Maybe() ? "ja" : "en", "a"};
    default:
      return ConsentContent{Anyone(), Maybe() ? "" : "mail", Maybe(), SomeExpiry(), ""};
  }
}

Content AnyContent() {
  switch (In(0, 15)) {
    case 0:
      return AnyProfile();
    case 1:
      return ContactContent{static_cast<PersonKey>(In(1, 4)),
                            AnyOf(Role::kUnspecified, Role::kOther), Id("dept", 2)};
    case 2:
      return ContactChangeContent{
          static_cast<PersonKey>(In(1, 4)),
          AnyOf(ContactChangeContent::Change::kArrived, ContactChangeContent::Change::kLeft),
          AnyOf(Role::kUnspecified, Role::kChampion)};
    case 3:
      return AnySubscription();
    case 4:
    case 5:
    case 6:
      return AnyUsage();
    case 7:
      return AdoptionContent{Product(), In(-1, 20), In(-1, 20), In(-1, 9), In(-1, 9)};
    case 8:
      return MilestoneContent{Product(), AnyOf(Milestone::kDeployed, Milestone::kValueRealised)};
    case 9:
    case 10:
      return AnyVoice();
    case 11:
      return TicketContent{
          Id("T", 3), AnyOf(TicketContent::Event::kOpened, TicketContent::Event::kClosed),
          AnyOf(Severity::kUnspecified, Severity::kCritical), static_cast<int8_t>(In(-1, 1))};
    case 12:
      return InvoiceContent{Id("I", 2),
                            AnyOf(InvoiceContent::Event::kIssued, InvoiceContent::Event::kVoided),
                            Maybe() ? kNoDay : SomeDay(), Units(In(-1, 9))};
    case 13:
      return AnyInteraction();
    case 14:
      return AnySales();
    default:
      return AnyDecision();
  }
}

}  // namespace

Instant NewestInstant() { return T("2024-06-10T16:20:00Z"); }

const std::vector<Calendar>& Calendars() {
  static const auto& calendars = *[] {
    auto* list = new std::vector<Calendar>{Calendar()};
    for (const char* name : {"Asia/Tokyo", "America/New_York"}) {
      absl::TimeZone zone;
      if (!absl::LoadTimeZone(name, &zone)) std::abort();
      list->push_back(Calendar(zone, 4));
    }
    return list;
  }();
  return calendars;
}

std::shared_ptr<const Rulebook> BusyStandard(const Calendar& calendar) {
  return Standard(
      [&](Rulebook::Parts& p) {
        p.products = {{"basic", "", "wms", 1, Units(500), 0.5, 0.2},
                      {"pro", "", "wms", 2, Units(1000)},
                      {"gold", "", "wms", 3, Units(3000)},
                      {"bi", "", "", 0, Units(400), 0.1, 0.2},
                      {"tms", "", "tms", 1, Units(700)}};
        p.rules.issue_map = {{"returns", {}, {"bi", "gold"}, false},
                             {"stock", {"retail"}, {"tms"}, true}};
        p.rules.affinity = {{"pro", "bi", 2}, {"tms", "bi", 3}};
        p.sources = {{"desk", 1u << 10, {}, 7, false, calendar.EndOf(D("2024-06-04"))},
                     {"t1", 0, {"activity"}, 3, true, calendar.EndOf(D("2024-06-09"))}};
      },
      calendar);
}

rc::Gen<Fact> AnyFact(bool usage_alone) {
  return rc::gen::exec([usage_alone] {
    Fact fact;
    fact.account = "acme";
    fact.source = Maybe() ? "t1" : "t2";
    fact.observed_at = SomeInstant();
    fact.content = usage_alone ? AnyUsage() : AnyContent();
    return fact;
  });
}

rc::Gen<std::vector<Fact>> AnyFacts() {
  // A third are accounts of which only usage is known: rows meet, and nothing else hides them.
  const auto any = rc::gen::container<std::vector<Fact>>(AnyFact(false));
  const auto usage = rc::gen::container<std::vector<Fact>>(AnyFact(true));
  return rc::gen::map(rc::gen::oneOf(any, any, usage), [](std::vector<Fact> facts) {
    for (size_t i = 0; i < facts.size(); ++i) facts[i].id = absl::StrCat("f", i);
    return facts;
  });
}

}  // namespace kizuna::engine::testing
