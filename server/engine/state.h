// SPDX-License-Identifier: Apache-2.0
//
// What does the engine remember of an account? Its state: a compact fold of the account's facts
// (fold.h). It never depends on the time of asking, on the order or batching of arrival, on
// revisions or on a rulebook, so it can be thrown away and rebuilt to the same bytes.
//
// Every list is sorted by its first member, each key once, unless said otherwise. A change to what
// is kept here raises kFoldVersion, and older states are refolded when they are next read.

#ifndef KIZUNA_SERVER_ENGINE_STATE_H_
#define KIZUNA_SERVER_ENGINE_STATE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "server/engine/fact.h"
#include "server/engine/time.h"

namespace kizuna::engine {

inline constexpr uint32_t kFoldVersion = 3;

// Per-day cells are kept for this many days up to the newest observed day: enough for the longest
// window (kMaxWindowDays before today) from any instant at which the state is exact.
inline constexpr int32_t kCellDays = 401;
// Revenue is kept by day for three years and slack, before that as one sum.
inline constexpr int32_t kRevenueDays = 3 * 365 + 8;
// Outbound contacts are kept by day for this long.
inline constexpr int32_t kContactDays = 100;
// Different days of purchase that are remembered, the earliest first.
inline constexpr size_t kPurchaseDays = 10;
// A state is exact from this many days before its newest observed day.
inline constexpr int32_t kSlackDays = 8;

// One profile field with the fact that set it last.
struct ProfileField {
  std::string key;
  std::string value;  // empty: cleared
  Stamp stamp;
};

// A person of the account. Present unless a departure has no later arrival: a contact record that
// is sent again after the departure does not bring the person back.
struct PersonState {
  PersonKey person = kNobody;
  Role role = Role::kUnspecified;
  Stamp role_set;
  std::string department;
  Stamp seen;     // newest contact record
  Stamp arrived;  // newest arrival
  Stamp left;     // newest departure
};

struct SubscriptionState {
  SubscriptionContent now;  // keyed by now.subscription_id
  Stamp stamp;
};

struct RevenueCell {
  Day day = 0;
  Micros paid = 0;      // saturating sum, >= 0
  Micros refunded = 0;  // saturating sum, >= 0
};

struct PurchasedProduct {
  std::string product;
  Day first = 0;
  Day last = 0;
};

struct UsageCell {
  Day day = 0;
  Micros value = 0;                // >= 0, saturating
  Instant observed_at = kLongAgo;  // GAUGE only: which row won
};

// One metric from one source, keyed by (metric, source).
struct UsageSeries {
  std::string metric;
  std::string source;
  MetricKind kind = MetricKind::kUnspecified;
  Day first_day = 0;  // over all facts, dropped cells included
  Day last_day = 0;
  std::vector<UsageCell> cells;  // by day
};

struct AdoptionState {
  std::string product;
  int64_t seats_purchased = 0;
  int64_t seats_active = 0;
  Stamp seats;  // not given: nothing known of seats
  int64_t features_available = 0;
  int64_t features_used = 0;
  Stamp features;
  Milestone milestone = Milestone::kNone;
  Stamp milestone_reached;  // the earliest fact of the highest milestone; not given: none known
};

// The newest NPS answer of a respondent, and the newest recovery that they confirmed.
struct RespondentState {
  PersonKey person = kNobody;
  Stamp answered;  // not given: only a recovery is known
  Micros score = 0;
  Stamp recovered;
};

// An NPS answer without a respondent; sorted by stamp; within kCellDays.
struct AnonymousAnswer {
  Stamp answered;
  Micros score = 0;
};

// Answers of one day, each scaled to 0..1 in trillionths, so that what a scale of three steps loses
// stays far below what anyone compares.
inline constexpr int64_t kSatisfactionOne = 1'000'000'000'000;
struct SatisfactionCell {
  Day day = 0;
  int64_t count = 0;
  int64_t sum = 0;  // of kSatisfactionOne each at most, saturating
};

struct TicketState {
  std::string ticket_id;
  Stamp first_opened;  // earliest opening; not given: only other events are known
  Stamp opened;        // newest opening; later than first_opened: it was opened again
  Stamp updated;       // earliest of the other events than opening and closing
  Stamp closed;        // newest closing
  Severity severity = Severity::kUnspecified;
  Stamp severity_set;
  bool escalated = false;
  Stamp escalated_set;
};

struct InvoiceState {
  std::string invoice_id;
  // The newest fact that states a due date, with its date and amount. While none does: the earliest
  // fact that calls the invoice overdue, and `due` is not known.
  Stamp issued;
  Day due = kNoDay;
  Micros amount = 0;
  Stamp settled;  // newest payment or voiding
};

struct OutboundCell {
  Day day = 0;
  PersonKey person = kNobody;
  int32_t count = 0;  // keyed by (day, person)
};

struct IssueState {
  std::string issue_id;
  std::string category;
  IssueContent::Status status = IssueContent::Status::kUnspecified;
  Stamp status_set;
  Stamp confirmed;           // newest confirmation by the customer
  Stamp solution_confirmed;  // newest
};

struct InterestState {
  std::string product;
  Stamp stated;
};

struct ObjectiveState {
  ObjectiveContent now;  // keyed by now.objective_id
  Stamp stamp;
};

struct LoyaltyOverride {
  LoyaltyOverrideContent now;
  Stamp stamp;  // not given: never overridden
};

struct TouchOverride {
  TouchOverrideContent now;
  Stamp stamp;
};

struct HoldState {
  HoldContent now;  // keyed by now.hold_id
  Stamp stamp;
};

struct ConsentState {
  ConsentContent now;  // keyed by (now.person, now.channel)
  Stamp stamp;
};

struct WaiverState {
  WaiverContent now;  // keyed by now.waiver_id
  Stamp stamp;
};

struct ReservationState {
  ReservationContent now;
  Stamp stamp;  // not given: there never was one
};

struct TaskState {
  TaskContent now;  // keyed by now.task_id
  Stamp stamp;
};

struct State {
  // The first instant at which the state answers exactly: for an earlier `now` the account's facts
  // observed by then must be folded instead.
  Instant exact_from = kLongAgo;
  Day anchor = kNoDay;  // the newest observed day

  std::vector<ProfileField> profile;
  std::vector<PersonState> people;
  std::vector<SubscriptionState> subscriptions;

  std::vector<RevenueCell> revenue;  // of purchases, by day
  RevenueCell revenue_before;        // what was dropped from `revenue`; day unused
  std::vector<Day> purchase_days;    // the earliest distinct ones, at most kPurchaseDays
  std::vector<PurchasedProduct> purchased;
  Day last_purchase_day = kNoDay;

  std::vector<UsageSeries> usage;
  std::vector<AdoptionState> adoption;

  std::vector<RespondentState> respondents;
  std::vector<AnonymousAnswer> anonymous;
  Stamp anonymous_recovered;
  std::vector<SatisfactionCell> csat;
  std::vector<SatisfactionCell> ces;
  Stamp newest_answer;  // NPS or CSAT
  Stamp newest_csat;
  Stamp newest_ces;

  bool tickets_known = false;   // a ticket fact was ever seen
  bool invoices_known = false;  // an invoice fact was ever seen
  std::vector<TicketState> tickets;
  std::vector<InvoiceState> invoices;

  Stamp newest_two_way;
  std::vector<OutboundCell> outbound;
  PitchOutcome pitch_outcome = PitchOutcome::kUnspecified;
  Stamp pitch_ended;

  std::vector<IssueState> issues;
  Stamp newest_hearing;
  std::vector<InterestState> interests;
  std::vector<ObjectiveState> objectives;

  Stamp newest_loyalty_evidence;
  LoyaltyOverride loyalty_override;
  TouchOverride touch_override;
  std::vector<HoldState> holds;
  std::vector<ConsentState> consents;
  std::vector<WaiverState> waivers;
  ReservationState reservation;  // the newest
  std::vector<TaskState> tasks;  // what was said of them; which there are is up to the plays

  // The profile field's value, or empty.
  const std::string& Profile(const std::string& key) const;
};

}  // namespace kizuna::engine

#endif  // KIZUNA_SERVER_ENGINE_STATE_H_
