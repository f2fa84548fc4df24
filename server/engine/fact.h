// SPDX-License-Identifier: Apache-2.0
//
// What can be known of an account? A fact: immutable, from one source, with the source's own id.
// Everything that changes an account is one (docs/scoring.md, "Facts"). These are plain values;
// the wire form is proto/kizuna/v1/fact.proto, the stored form proto/kizuna/storage/v1.
//
// Numbers are integers: money, quantities and metric values in millionths ("micros"), so that sums
// do not depend on the order of arrival. People appear as PersonKey only: their names, addresses
// and words lie elsewhere, where they can be redacted without changing a score.

#ifndef KIZUNA_SERVER_ENGINE_FACT_H_
#define KIZUNA_SERVER_ENGINE_FACT_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/string_view.h"
#include "server/engine/time.h"

namespace kizuna::engine {

// Millionths of the unit at hand: of the book's currency, of a metric's unit, of a ratio.
using Micros = int64_t;
inline constexpr Micros kMicrosPerUnit = 1'000'000;

// A person of an account, by a hash of the contact's id. 0: nobody in particular.
using PersonKey = uint64_t;
inline constexpr PersonKey kNobody = 0;

// The order in which facts of one account win over each other: the later observed, then the
// larger source name, then the larger fact id. Total within an account, whatever the order of
// arrival.
struct Stamp {
  Instant observed_at = kLongAgo;
  std::string source;
  std::string fact_id;

  bool given() const { return observed_at != kLongAgo; }
  auto Key() const { return std::tie(observed_at, source, fact_id); }
  friend bool operator==(const Stamp& a, const Stamp& b) { return a.Key() == b.Key(); }
  friend bool operator<(const Stamp& a, const Stamp& b) { return a.Key() < b.Key(); }
};

enum class Role : uint8_t { kUnspecified = 0, kUser, kChampion, kDecisionMaker, kOther };
enum class Milestone : uint8_t {
  kNone = 0,
  kDeployed,
  kOnboarded,
  kFirstValue,
  kAdopted,
  kValueRealised
};
enum class Severity : uint8_t { kUnspecified = 0, kLow, kNormal, kHigh, kCritical };
enum class LoyaltyTier : uint8_t { kNone = 0, kRepeater, kPromoter, kFan };
enum class TouchTier : uint8_t { kUnknown = 0, kTech, kLow, kHigh };
enum class MetricKind : uint8_t { kUnspecified = 0, kCount, kGauge };
enum class Motion : uint8_t {
  kUnspecified = 0,
  kSeats,
  kPlan,
  kCrossSell,
  kMention,
  kRenewal,
  kInbound,
  kHearing
};
inline constexpr std::array<Motion, 7> kMotions = {
    Motion::kSeats,   Motion::kPlan,    Motion::kCrossSell, Motion::kMention,
    Motion::kRenewal, Motion::kInbound, Motion::kHearing};
inline constexpr std::array<Motion, 3> kPitches = {Motion::kSeats, Motion::kPlan,
                                                   Motion::kCrossSell};
enum class PitchOutcome : uint8_t {
  kUnspecified = 0,
  kWon,
  kExpired,
  kNotNow,
  kLost,
  kAskedToStop
};

// Sparse: names only the fields it sets. Keys are `display_name`, `parent`, `segment`, `industry`,
// `country`, `language`, `owner`, `sales_owner`, `partner`, `lifetime_value` (micros, decimal),
// `budget_month` (1..12), `sizing.<name>` (micros, decimal), `alias.<system>`,
// `product_owner.<product>`. Sorted by key, each key once. An empty value clears the field.
struct ProfileContent {
  std::vector<std::pair<std::string, std::string>> fields;
};

struct ContactContent {
  PersonKey person = kNobody;
  Role role = Role::kUnspecified;
  std::string department;
};

struct ContactChangeContent {
  enum class Change : uint8_t { kUnspecified = 0, kArrived, kLeft };
  PersonKey person = kNobody;
  Change change = Change::kUnspecified;
  Role role = Role::kUnspecified;  // kUnspecified: unchanged
};

// What is known of a subscription as of the fact; the newest fact of a subscription id replaces
// the older ones whole.
struct SubscriptionContent {
  std::string subscription_id;
  std::string product;  // empty: not of the catalogue
  std::string plan;
  int64_t seats = 0;
  Micros annual_price = 0;
  Day start = 0;
  Day end = kNoDay;      // the first day it is no longer in force; kNoDay: open
  Day renewal = kNoDay;  // the day the current term is renewed; kNoDay: not known
  bool auto_renew = false;
  int64_t promised_response_minutes = 0;  // 0: nothing promised
};

struct PurchaseContent {
  std::string product;
  Micros amount = 0;    // may be negative: a refund
  Micros quantity = 0;  // 0: not stated
  Day day = 0;
};

// A row of a metric over `days` days from `first_day`. The metric's kind is written into the fact
// when it is accepted, so that a fold never asks a rulebook.
struct UsageContent {
  std::string metric;
  MetricKind kind = MetricKind::kUnspecified;
  Day first_day = 0;
  int32_t days = 1;  // >= 1
  Micros value = 0;  // >= 0
};

// Pairs that are not stated are negative.
struct AdoptionContent {
  std::string product;
  int64_t seats_purchased = -1;
  int64_t seats_active = -1;
  int64_t features_available = -1;
  int64_t features_used = -1;
};

struct MilestoneContent {
  std::string product;
  Milestone milestone = Milestone::kNone;
};

// `score` on the scale [scale_min, scale_max], all in micros; NPS is 0 to 10. For CES a higher
// score means easier once converted.
struct SurveyContent {
  enum class Kind : uint8_t { kUnspecified = 0, kNps, kCsat, kCes };
  Kind kind = Kind::kUnspecified;
  Micros score = 0;
  Micros scale_min = 0;
  Micros scale_max = 10 * kMicrosPerUnit;
  PersonKey respondent = kNobody;
};

// The customer confirmed that what had dissatisfied them is put right. Of nobody in particular: of
// the answers without a respondent.
struct RecoveryContent {
  PersonKey respondent = kNobody;
};

struct TicketContent {
  enum class Event : uint8_t { kUnspecified = 0, kOpened, kUpdated, kClosed };
  std::string ticket_id;
  Event event = Event::kUnspecified;
  Severity severity = Severity::kUnspecified;  // kUnspecified: unchanged
  int8_t escalated = -1;                       // 1 yes, 0 no, -1 unchanged
};

struct InvoiceContent {
  enum class Event : uint8_t { kUnspecified = 0, kIssued, kPaid, kOverdue, kVoided };
  std::string invoice_id;
  Event event = Event::kUnspecified;
  Day due = kNoDay;  // kNoDay: unchanged
  Micros amount = 0;
};

struct InteractionContent {
  enum class Kind : uint8_t {
    kUnspecified = 0,
    kCall,
    kMail,
    kMeeting,
    kVisit,
    kWebinar,
    kQbr,
    kChat,
    kPitch
  };
  Kind kind = Kind::kUnspecified;
  bool outbound = false;
  bool two_way = false;
  bool unsolicited = false;
  std::string team;
  std::string partner;
  std::string channel;
  PersonKey person = kNobody;
  Motion motion = Motion::kUnspecified;
  std::string product;
  PitchOutcome outcome = PitchOutcome::kUnspecified;
  // Satisfaction that the contact stated: a CSAT answer. Absent when max <= min.
  Micros satisfaction = 0;
  Micros satisfaction_min = 0;
  Micros satisfaction_max = 0;
};

struct IssueContent {
  enum class Status : uint8_t {
    kUnspecified = 0,
    kAssumed,
    kConfirmed,
    kSolved,
    kSolutionConfirmed
  };
  std::string issue_id;
  std::string category;
  Status status = Status::kUnspecified;
};

struct HearingContent {
  bool need_found = false;
};

struct InterestContent {
  std::string product;
};

struct ObjectiveContent {
  std::string objective_id;
  Day start = 0;
  Day due = 0;  // > start
  Micros target = 0;
  Micros progress = 0;
  Day closed = kNoDay;
};

struct LoyaltyEvidenceContent {
  enum class Kind : uint8_t { kUnspecified = 0, kReferral, kReference, kCaseStudy };
  Kind kind = Kind::kUnspecified;
};

struct LoyaltyOverrideContent {
  LoyaltyTier tier = LoyaltyTier::kNone;
  Instant expires_at = kNever;
  std::string author;
};

struct TouchOverrideContent {
  TouchTier tier = TouchTier::kUnknown;
  Instant expires_at = kNever;
  std::string author;
};

struct HoldContent {
  std::string hold_id;
  Instant expires_at = kNever;
  std::string author;
  bool released = false;
};

struct ConsentContent {
  PersonKey person = kNobody;  // nobody: the whole account
  std::string channel;         // empty: every channel
  bool opted_out = false;
  Instant expires_at = kNever;  // from then on it says nothing
  std::string author;           // empty: the person themself
};

// A person with authority opens one gate of the account for a time, though it holds. Only a gate
// that the model calls waivable is opened.
struct WaiverContent {
  std::string waiver_id;
  std::string gate;  // its code
  Instant expires_at = kNever;
  std::string author;
  bool released = false;
};

// A step in the life of a lease on approaching the account. Written by the server alone, each step
// whole, so that the newest fact tells how things stand. An account has one reservation at a time.
struct ReservationContent {
  enum class Status : uint8_t {
    kUnspecified = 0,
    kHeld,      // until expires_at
    kReleased,  // given back unused
    kRevoked,   // `gate` closed while it was held
    kEnded      // with `outcome`
  };
  std::string reservation_id;
  Status status = Status::kUnspecified;
  // Who holds it: a team of ours, and a person of it.
  std::string team;
  std::string holder;
  // What for. The motion is a pitch; an empty product means none of the catalogue.
  Motion motion = Motion::kUnspecified;
  std::string product;
  PersonKey contact = kNobody;
  std::string channel;
  // Rises by one with every reservation of the account, and is never used again.
  int64_t fencing_token = 0;
  Instant since = 0;
  Instant expires_at = 0;
  std::string gate;                                   // kRevoked: the code of the first that closed
  PitchOutcome outcome = PitchOutcome::kUnspecified;  // kEnded
  std::vector<std::string> credited;  // kEnded and won: teams that took part, sorted
  std::string decision_id;            // the check that it was granted by
};

// What a person did about a task that a play gave (engine/play.h).
struct TaskContent {
  enum class Status : uint8_t {
    kUnspecified = 0,
    kDone,
    kSnoozed,    // not before `until`
    kDismissed,  // it will not be done
    kReopened    // none of the above any more
  };
  std::string task_id;
  Status status = Status::kUnspecified;
  Day until = kNoDay;  // kSnoozed: the day it is back
  std::string author;
};

// What a person did with the review of a quarter. The text that they wrote is words.
struct ReviewContent {
  enum class Event : uint8_t { kUnspecified = 0, kEdited, kSent };
  enum class Copy : uint8_t { kUnspecified = 0, kCustomer, kInternal };
  enum class Section : uint8_t {
    kUnspecified = 0,
    kSummary,
    kActions,
    kObjectives,
    kUsage,
    kVoice,
    kSupport,
    kValue,
    kIssues,
    kPeople,
    kRelationship,
    kPlan,
    kExpansion,
    kHealth
  };
  std::string quarter;  // "2026Q3": of the fiscal year that begins in 2026
  Event event = Event::kUnspecified;
  Copy copy = Copy::kUnspecified;           // kEdited
  Section section = Section::kUnspecified;  // kEdited
  std::string language;                     // kEdited: "en" or "ja"
  std::string author;
  uint64_t revision = 0;         // kSent: the account's, which it was prepared from
  Instant prepared_at = 0;       // kSent
  uint64_t rulebook_number = 0;  // kSent: under which it was prepared
  std::string digest;            // kSent: of what both copies told, hex
};

// DO NOT REORDER: the index is the content's tag in the canonical encoding and on disk.
using Content =
    std::variant<ProfileContent, ContactContent, ContactChangeContent, SubscriptionContent,
                 PurchaseContent, UsageContent, AdoptionContent, MilestoneContent, SurveyContent,
                 RecoveryContent, TicketContent, InvoiceContent, InteractionContent, IssueContent,
                 HearingContent, InterestContent, ObjectiveContent, LoyaltyEvidenceContent,
                 LoyaltyOverrideContent, TouchOverrideContent, HoldContent, ConsentContent,
                 WaiverContent, ReservationContent, TaskContent, ReviewContent>;

// 128 bits over something's canonical bytes.
using Fingerprint = std::array<uint8_t, 16>;

struct Fact {
  std::string account;
  std::string source;
  std::string id;
  uint32_t version = 0;
  Instant observed_at = 0;
  // False: nobody said when it was observed, so it is when it was committed. Such facts compare
  // equal whatever their observed_at.
  bool observed_at_given = true;
  bool retracted = false;
  Fingerprint words{};  // of the redactable words sent with it; zero without words
  Content content;

  Stamp stamp() const { return Stamp{observed_at, source, id}; }
};

// Limits of the engine's numbers. Values beyond are refused at the door; sums of values within
// saturate, which for non-negative numbers does not depend on their order.
inline constexpr Micros kMaxValue = int64_t{1'000'000'000'000} * kMicrosPerUnit;
inline constexpr int32_t kMaxUsageDays = 366;

}  // namespace kizuna::engine

#endif  // KIZUNA_SERVER_ENGINE_FACT_H_
