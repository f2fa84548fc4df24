// SPDX-License-Identifier: Apache-2.0

#include "server/convert/stored_state.h"

#include <utility>
#include <vector>

#include "server/convert/stored_content.h"
#include "server/convert/stored_stamps.h"
#include "server/convert/stored_usage.h"
#include "server/convert/stored_values.h"

namespace kizuna::convert {
namespace {

namespace e = ::kizuna::engine;
namespace s = ::kizuna::storage::v1;

// --- Writing: a Put for each member, and PutAll for lists of them.

void Put(const e::ProfileField& from, StampWriter& stamps, s::ProfileFieldState& to) {
  to.set_key(from.key);
  to.set_value(from.value);
  to.set_stamp(stamps.Place(from.stamp));
}

void Put(const e::PersonState& from, StampWriter& stamps, s::PersonState& to) {
  to.set_person(from.person);
  to.set_role(static_cast<uint32_t>(from.role));
  to.set_role_set_stamp(stamps.Place(from.role_set));
  to.set_department(from.department);
  to.set_seen_stamp(stamps.Place(from.seen));
  to.set_arrived_stamp(stamps.Place(from.arrived));
  to.set_left_stamp(stamps.Place(from.left));
}

// What is the newest fact of its kind, kept whole.
template <typename From, typename To>
void PutNow(const From& from, StampWriter& stamps, To& to) {
  Store(from.now, *to.mutable_now());
  to.set_stamp(stamps.Place(from.stamp));
}
void Put(const e::SubscriptionState& from, StampWriter& stamps, s::SubscriptionState& to) {
  PutNow(from, stamps, to);
}
void Put(const e::ObjectiveState& from, StampWriter& stamps, s::ObjectiveState& to) {
  PutNow(from, stamps, to);
}
void Put(const e::HoldState& from, StampWriter& stamps, s::HoldState& to) {
  PutNow(from, stamps, to);
}

void Put(const e::RevenueCell& from, StampWriter& /*stamps*/, s::RevenueCell& to) {
  to.set_day(from.day);
  to.set_paid_micros(static_cast<uint64_t>(from.paid));
  to.set_refunded_micros(static_cast<uint64_t>(from.refunded));
}

void Put(const e::PurchasedProduct& from, StampWriter& /*stamps*/, s::PurchasedProduct& to) {
  to.set_product(from.product);
  to.set_first_day(from.first);
  to.set_last_day(from.last);
}

void Put(const e::UsageSeries& from, StampWriter& /*stamps*/, s::UsageSeries& to) {
  StoreSeries(from, to);
}

void Put(const e::AdoptionState& from, StampWriter& stamps, s::AdoptionState& to) {
  to.set_product(from.product);
  to.set_seats_purchased(from.seats_purchased);
  to.set_seats_active(from.seats_active);
  to.set_seats_stamp(stamps.Place(from.seats));
  to.set_features_available(from.features_available);
  to.set_features_used(from.features_used);
  to.set_features_stamp(stamps.Place(from.features));
  to.set_milestone(static_cast<uint32_t>(from.milestone));
  to.set_milestone_stamp(stamps.Place(from.milestone_reached));
}

void Put(const e::RespondentState& from, StampWriter& stamps, s::RespondentState& to) {
  to.set_person(from.person);
  to.set_answered_stamp(stamps.Place(from.answered));
  to.set_score_micros(from.score);
  to.set_recovered_stamp(stamps.Place(from.recovered));
}

void Put(const e::AnonymousAnswer& from, StampWriter& stamps, s::AnonymousAnswer& to) {
  to.set_answered_stamp(stamps.Place(from.answered));
  to.set_score_micros(from.score);
}

void Put(const e::SatisfactionCell& from, StampWriter& /*stamps*/, s::SatisfactionCell& to) {
  to.set_day(from.day);
  to.set_count(from.count);
  to.set_sum_trillionths(from.sum);
}

void Put(const e::TicketState& from, StampWriter& stamps, s::TicketState& to) {
  to.set_ticket_id(from.ticket_id);
  to.set_first_opened_stamp(stamps.Place(from.first_opened));
  to.set_opened_stamp(stamps.Place(from.opened));
  to.set_updated_stamp(stamps.Place(from.updated));
  to.set_closed_stamp(stamps.Place(from.closed));
  to.set_severity(static_cast<uint32_t>(from.severity));
  to.set_severity_set_stamp(stamps.Place(from.severity_set));
  to.set_escalated(from.escalated);
  to.set_escalated_set_stamp(stamps.Place(from.escalated_set));
}

void Put(const e::InvoiceState& from, StampWriter& stamps, s::InvoiceState& to) {
  to.set_invoice_id(from.invoice_id);
  to.set_issued_stamp(stamps.Place(from.issued));
  if (from.due != e::kNoDay) to.set_due_day(from.due);
  to.set_amount_micros(from.amount);
  to.set_settled_stamp(stamps.Place(from.settled));
}

void Put(const e::OutboundCell& from, StampWriter& /*stamps*/, s::OutboundCell& to) {
  to.set_day(from.day);
  to.set_person(from.person);
  to.set_count(from.count);
}

void Put(const e::IssueState& from, StampWriter& stamps, s::IssueState& to) {
  to.set_issue_id(from.issue_id);
  to.set_category(from.category);
  to.set_status(static_cast<uint32_t>(from.status));
  to.set_status_set_stamp(stamps.Place(from.status_set));
  to.set_confirmed_stamp(stamps.Place(from.confirmed));
  to.set_solution_confirmed_stamp(stamps.Place(from.solution_confirmed));
}

void Put(const e::InterestState& from, StampWriter& stamps, s::InterestState& to) {
  to.set_product(from.product);
  to.set_stated_stamp(stamps.Place(from.stated));
}

void Put(const e::ConsentState& from, StampWriter& stamps, s::ConsentState& to) {
  PutNow(from, stamps, to);
}
void Put(const e::WaiverState& from, StampWriter& stamps, s::WaiverState& to) {
  PutNow(from, stamps, to);
}
void Put(const e::TaskState& from, StampWriter& stamps, s::TaskState& to) {
  PutNow(from, stamps, to);
}

template <typename From, typename To>
void PutAll(const std::vector<From>& from, StampWriter& stamps, To* to) {
  to->Reserve(static_cast<int>(from.size()));
  for (const From& item : from) Put(item, stamps, *to->Add());
}

// --- Reading: the same members in the same order.

struct In {
  const StampTable& stamps;
  StoredReader& reader;

  const e::Stamp& At(uint32_t place) { return stamps.At(place, reader); }
};

void Get(const s::ProfileFieldState& from, In& in, e::ProfileField& to) {
  to.key = from.key();
  to.value = from.value();
  to.stamp = in.At(from.stamp());
}

void Get(const s::PersonState& from, In& in, e::PersonState& to) {
  to.person = from.person();
  to.role = in.reader.ReadEnum(from.role(), e::Role::kOther, "people.role");
  to.role_set = in.At(from.role_set_stamp());
  to.department = from.department();
  to.seen = in.At(from.seen_stamp());
  to.arrived = in.At(from.arrived_stamp());
  to.left = in.At(from.left_stamp());
}

template <typename From, typename To>
void GetNow(const From& from, In& in, To& to) {
  to.now = Read(from.now(), in.reader);
  to.stamp = in.At(from.stamp());
}
void Get(const s::SubscriptionState& from, In& in, e::SubscriptionState& to) {
  GetNow(from, in, to);
}
void Get(const s::ObjectiveState& from, In& in, e::ObjectiveState& to) { GetNow(from, in, to); }
void Get(const s::HoldState& from, In& in, e::HoldState& to) { GetNow(from, in, to); }

void Get(const s::RevenueCell& from, In& in, e::RevenueCell& to) {
  constexpr uint64_t kMost = std::numeric_limits<e::Micros>::max();
  in.reader.Require(from.paid_micros() <= kMost && from.refunded_micros() <= kMost, "revenue");
  to.day = from.day();
  to.paid = static_cast<e::Micros>(from.paid_micros());
  to.refunded = static_cast<e::Micros>(from.refunded_micros());
}

void Get(const s::PurchasedProduct& from, In& /*in*/, e::PurchasedProduct& to) {
  to.product = from.product();
  to.first = from.first_day();
  to.last = from.last_day();
}

void Get(const s::UsageSeries& from, In& in, e::UsageSeries& to) {
  to = ReadSeries(from, in.reader);
}

void Get(const s::AdoptionState& from, In& in, e::AdoptionState& to) {
  to.product = from.product();
  to.seats_purchased = from.seats_purchased();
  to.seats_active = from.seats_active();
  to.seats = in.At(from.seats_stamp());
  to.features_available = from.features_available();
  to.features_used = from.features_used();
  to.features = in.At(from.features_stamp());
  to.milestone = in.reader.ReadEnum(from.milestone(), e::Milestone::kValueRealised, "milestone");
  to.milestone_reached = in.At(from.milestone_stamp());
}

void Get(const s::RespondentState& from, In& in, e::RespondentState& to) {
  to.person = from.person();
  to.answered = in.At(from.answered_stamp());
  to.score = from.score_micros();
  to.recovered = in.At(from.recovered_stamp());
}

void Get(const s::AnonymousAnswer& from, In& in, e::AnonymousAnswer& to) {
  to.answered = in.At(from.answered_stamp());
  to.score = from.score_micros();
}

void Get(const s::SatisfactionCell& from, In& /*in*/, e::SatisfactionCell& to) {
  to.day = from.day();
  to.count = from.count();
  to.sum = from.sum_trillionths();
}

void Get(const s::TicketState& from, In& in, e::TicketState& to) {
  to.ticket_id = from.ticket_id();
  to.first_opened = in.At(from.first_opened_stamp());
  to.opened = in.At(from.opened_stamp());
  to.updated = in.At(from.updated_stamp());
  to.closed = in.At(from.closed_stamp());
  to.severity = in.reader.ReadEnum(from.severity(), e::Severity::kCritical, "tickets.severity");
  to.severity_set = in.At(from.severity_set_stamp());
  to.escalated = from.escalated();
  to.escalated_set = in.At(from.escalated_set_stamp());
}

void Get(const s::InvoiceState& from, In& in, e::InvoiceState& to) {
  to.invoice_id = from.invoice_id();
  to.issued = in.At(from.issued_stamp());
  to.due = from.has_due_day() ? from.due_day() : e::kNoDay;
  to.amount = from.amount_micros();
  to.settled = in.At(from.settled_stamp());
}

void Get(const s::OutboundCell& from, In& /*in*/, e::OutboundCell& to) {
  to.day = from.day();
  to.person = from.person();
  to.count = from.count();
}

void Get(const s::IssueState& from, In& in, e::IssueState& to) {
  to.issue_id = from.issue_id();
  to.category = from.category();
  to.status = in.reader.ReadEnum(from.status(), e::IssueContent::Status::kSolutionConfirmed,
                                 "issues.status");
  to.status_set = in.At(from.status_set_stamp());
  to.confirmed = in.At(from.confirmed_stamp());
  to.solution_confirmed = in.At(from.solution_confirmed_stamp());
}

void Get(const s::InterestState& from, In& in, e::InterestState& to) {
  to.product = from.product();
  to.stated = in.At(from.stated_stamp());
}

void Get(const s::ConsentState& from, In& in, e::ConsentState& to) { GetNow(from, in, to); }
void Get(const s::WaiverState& from, In& in, e::WaiverState& to) { GetNow(from, in, to); }
void Get(const s::TaskState& from, In& in, e::TaskState& to) { GetNow(from, in, to); }

template <typename From, typename To>
void GetAll(const From& from, In& in, std::vector<To>& to) {
  to.resize(from.size());
  for (int i = 0; i < from.size(); ++i) Get(from.Get(i), in, to[i]);
}

}  // namespace

void ToStored(const e::State& state, s::AccountState& to) {
  StampWriter stamps(&to);
  to.set_fold_version(e::kFoldVersion);
  if (state.exact_from != e::kLongAgo) to.set_exact_from_micros(state.exact_from);
  if (state.anchor != e::kNoDay) to.set_anchor_day(state.anchor);
  PutAll(state.profile, stamps, to.mutable_profile());
  PutAll(state.people, stamps, to.mutable_people());
  PutAll(state.subscriptions, stamps, to.mutable_subscriptions());
  PutAll(state.revenue, stamps, to.mutable_revenue());
  Put(state.revenue_before, stamps, *to.mutable_revenue_before());
  to.mutable_purchase_days()->Add(state.purchase_days.begin(), state.purchase_days.end());
  PutAll(state.purchased, stamps, to.mutable_purchased());
  if (state.last_purchase_day != e::kNoDay) to.set_last_purchase_day(state.last_purchase_day);
  PutAll(state.usage, stamps, to.mutable_usage());
  PutAll(state.adoption, stamps, to.mutable_adoption());
  PutAll(state.respondents, stamps, to.mutable_respondents());
  PutAll(state.anonymous, stamps, to.mutable_anonymous());
  to.set_anonymous_recovered_stamp(stamps.Place(state.anonymous_recovered));
  PutAll(state.csat, stamps, to.mutable_csat());
  PutAll(state.ces, stamps, to.mutable_ces());
  to.set_newest_answer_stamp(stamps.Place(state.newest_answer));
  to.set_newest_csat_stamp(stamps.Place(state.newest_csat));
  to.set_newest_ces_stamp(stamps.Place(state.newest_ces));
  to.set_tickets_known(state.tickets_known);
  to.set_invoices_known(state.invoices_known);
  PutAll(state.tickets, stamps, to.mutable_tickets());
  PutAll(state.invoices, stamps, to.mutable_invoices());
  to.set_newest_two_way_stamp(stamps.Place(state.newest_two_way));
  PutAll(state.outbound, stamps, to.mutable_outbound());
  to.set_pitch_outcome(static_cast<uint32_t>(state.pitch_outcome));
  to.set_pitch_ended_stamp(stamps.Place(state.pitch_ended));
  PutAll(state.issues, stamps, to.mutable_issues());
  to.set_newest_hearing_stamp(stamps.Place(state.newest_hearing));
  PutAll(state.interests, stamps, to.mutable_interests());
  PutAll(state.objectives, stamps, to.mutable_objectives());
  to.set_newest_loyalty_evidence_stamp(stamps.Place(state.newest_loyalty_evidence));
  if (state.loyalty_override.stamp.given()) {
    PutNow(state.loyalty_override, stamps, *to.mutable_loyalty_override());
  }
  if (state.touch_override.stamp.given()) {
    PutNow(state.touch_override, stamps, *to.mutable_touch_override());
  }
  PutAll(state.holds, stamps, to.mutable_holds());
  PutAll(state.consents, stamps, to.mutable_consents());
  PutAll(state.waivers, stamps, to.mutable_waivers());
  PutAll(state.tasks, stamps, to.mutable_tasks());
  if (state.reservation.stamp.given()) {
    PutNow(state.reservation, stamps, *to.mutable_reservation());
  }
}

s::AccountState ToStored(const e::State& state) {
  s::AccountState stored;
  ToStored(state, stored);
  return stored;
}

absl::StatusOr<e::State> FromStored(const s::AccountState& from) {
  StoredReader reader("state");
  const StampTable stamps(from, reader);
  In in{stamps, reader};
  e::State state;
  if (from.has_exact_from_micros()) state.exact_from = from.exact_from_micros();
  if (from.has_anchor_day()) state.anchor = from.anchor_day();
  GetAll(from.profile(), in, state.profile);
  GetAll(from.people(), in, state.people);
  GetAll(from.subscriptions(), in, state.subscriptions);
  GetAll(from.revenue(), in, state.revenue);
  Get(from.revenue_before(), in, state.revenue_before);
  state.purchase_days.assign(from.purchase_days().begin(), from.purchase_days().end());
  GetAll(from.purchased(), in, state.purchased);
  if (from.has_last_purchase_day()) state.last_purchase_day = from.last_purchase_day();
  GetAll(from.usage(), in, state.usage);
  GetAll(from.adoption(), in, state.adoption);
  GetAll(from.respondents(), in, state.respondents);
  GetAll(from.anonymous(), in, state.anonymous);
  state.anonymous_recovered = in.At(from.anonymous_recovered_stamp());
  GetAll(from.csat(), in, state.csat);
  GetAll(from.ces(), in, state.ces);
  state.newest_answer = in.At(from.newest_answer_stamp());
  state.newest_csat = in.At(from.newest_csat_stamp());
  state.newest_ces = in.At(from.newest_ces_stamp());
  state.tickets_known = from.tickets_known();
  state.invoices_known = from.invoices_known();
  GetAll(from.tickets(), in, state.tickets);
  GetAll(from.invoices(), in, state.invoices);
  state.newest_two_way = in.At(from.newest_two_way_stamp());
  GetAll(from.outbound(), in, state.outbound);
  state.pitch_outcome =
      reader.ReadEnum(from.pitch_outcome(), e::PitchOutcome::kAskedToStop, "pitch_outcome");
  state.pitch_ended = in.At(from.pitch_ended_stamp());
  GetAll(from.issues(), in, state.issues);
  state.newest_hearing = in.At(from.newest_hearing_stamp());
  GetAll(from.interests(), in, state.interests);
  GetAll(from.objectives(), in, state.objectives);
  state.newest_loyalty_evidence = in.At(from.newest_loyalty_evidence_stamp());
  if (from.has_loyalty_override()) GetNow(from.loyalty_override(), in, state.loyalty_override);
  if (from.has_touch_override()) GetNow(from.touch_override(), in, state.touch_override);
  GetAll(from.holds(), in, state.holds);
  GetAll(from.consents(), in, state.consents);
  GetAll(from.waivers(), in, state.waivers);
  GetAll(from.tasks(), in, state.tasks);
  if (from.has_reservation()) GetNow(from.reservation(), in, state.reservation);
  if (!reader.status().ok()) return reader.status();
  return state;
}

bool IsCurrentFold(const storage::v1::AccountState& stored) {
  return stored.fold_version() == engine::kFoldVersion;
}

}  // namespace kizuna::convert
