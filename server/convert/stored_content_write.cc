// SPDX-License-Identifier: Apache-2.0
//
// The half of stored_content.h that writes.

#include <variant>

#include "server/convert/stored_content.h"

namespace kizuna::convert {
namespace {

namespace e = ::kizuna::engine;
namespace s = ::kizuna::storage::v1;

template <typename Enum>
uint32_t Number(Enum value) {
  return static_cast<uint32_t>(value);
}

void Store(const e::ProfileContent& from, s::StoredProfile& to) {
  for (const auto& [key, value] : from.fields) {
    to.add_keys(key);
    to.add_values(value);
  }
}

void Store(const e::ContactContent& from, s::StoredContact& to) {
  to.set_person(from.person);
  to.set_role(Number(from.role));
  to.set_department(from.department);
}

void Store(const e::ContactChangeContent& from, s::StoredContactChange& to) {
  to.set_person(from.person);
  to.set_change(Number(from.change));
  to.set_role(Number(from.role));
}

void Store(const e::PurchaseContent& from, s::StoredPurchase& to) {
  to.set_product(from.product);
  to.set_amount_micros(from.amount);
  to.set_quantity_micros(from.quantity);
  to.set_day(from.day);
}

void Store(const e::UsageContent& from, s::StoredUsage& to) {
  to.set_metric(from.metric);
  to.set_kind(Number(from.kind));
  to.set_first_day(from.first_day);
  to.set_more_days(static_cast<uint32_t>(from.days - 1));
  to.set_units(static_cast<uint64_t>(from.value) / e::kMicrosPerUnit);
  to.set_micros(static_cast<uint32_t>(static_cast<uint64_t>(from.value) % e::kMicrosPerUnit));
}

void Store(const e::AdoptionContent& from, s::StoredAdoption& to) {
  to.set_product(from.product);
  if (from.seats_purchased >= 0) to.set_seats_purchased(from.seats_purchased);
  if (from.seats_active >= 0) to.set_seats_active(from.seats_active);
  if (from.features_available >= 0) to.set_features_available(from.features_available);
  if (from.features_used >= 0) to.set_features_used(from.features_used);
}

void Store(const e::MilestoneContent& from, s::StoredMilestone& to) {
  to.set_product(from.product);
  to.set_milestone(Number(from.milestone));
}

void Store(const e::SurveyContent& from, s::StoredSurvey& to) {
  to.set_kind(Number(from.kind));
  to.set_score_micros(from.score);
  to.set_scale_min_micros(from.scale_min);
  to.set_scale_max_micros(from.scale_max);
  to.set_respondent(from.respondent);
}

void Store(const e::RecoveryContent& from, s::StoredRecovery& to) {
  to.set_respondent(from.respondent);
}

void Store(const e::TicketContent& from, s::StoredTicket& to) {
  to.set_ticket_id(from.ticket_id);
  to.set_event(Number(from.event));
  to.set_severity(Number(from.severity));
  if (from.escalated >= 0) to.set_escalated(from.escalated != 0);
}

void Store(const e::InvoiceContent& from, s::StoredInvoice& to) {
  to.set_invoice_id(from.invoice_id);
  to.set_event(Number(from.event));
  if (from.due != e::kNoDay) to.set_due_day(from.due);
  to.set_amount_micros(from.amount);
}

void Store(const e::InteractionContent& from, s::StoredInteraction& to) {
  to.set_kind(Number(from.kind));
  to.set_outbound(from.outbound);
  to.set_two_way(from.two_way);
  to.set_unsolicited(from.unsolicited);
  to.set_team(from.team);
  to.set_partner(from.partner);
  to.set_channel(from.channel);
  to.set_person(from.person);
  to.set_motion(Number(from.motion));
  to.set_product(from.product);
  to.set_outcome(Number(from.outcome));
  to.set_satisfaction_micros(from.satisfaction);
  to.set_satisfaction_min_micros(from.satisfaction_min);
  to.set_satisfaction_max_micros(from.satisfaction_max);
}

void Store(const e::IssueContent& from, s::StoredIssue& to) {
  to.set_issue_id(from.issue_id);
  to.set_category(from.category);
  to.set_status(Number(from.status));
}

void Store(const e::HearingContent& from, s::StoredHearing& to) {
  to.set_need_found(from.need_found);
}

void Store(const e::InterestContent& from, s::StoredInterest& to) { to.set_product(from.product); }

void Store(const e::LoyaltyEvidenceContent& from, s::StoredLoyaltyEvidence& to) {
  to.set_kind(Number(from.kind));
}

}  // namespace

void Store(const e::SubscriptionContent& from, s::StoredSubscription& to) {
  to.set_subscription_id(from.subscription_id);
  to.set_product(from.product);
  to.set_plan(from.plan);
  to.set_seats(from.seats);
  to.set_annual_price_micros(from.annual_price);
  to.set_start_day(from.start);
  if (from.end != e::kNoDay) to.set_end_day(from.end);
  if (from.renewal != e::kNoDay) to.set_renewal_day(from.renewal);
  to.set_auto_renew(from.auto_renew);
  to.set_promised_response_minutes(from.promised_response_minutes);
}

void Store(const e::ObjectiveContent& from, s::StoredObjective& to) {
  to.set_objective_id(from.objective_id);
  to.set_start_day(from.start);
  to.set_due_day(from.due);
  to.set_target_micros(from.target);
  to.set_progress_micros(from.progress);
  if (from.closed != e::kNoDay) to.set_closed_day(from.closed);
}

void Store(const e::LoyaltyOverrideContent& from, s::StoredLoyaltyOverride& to) {
  to.set_tier(Number(from.tier));
  if (from.expires_at != e::kNever) to.set_expires_at_micros(from.expires_at);
  to.set_author(from.author);
}

void Store(const e::TouchOverrideContent& from, s::StoredTouchOverride& to) {
  to.set_tier(Number(from.tier));
  if (from.expires_at != e::kNever) to.set_expires_at_micros(from.expires_at);
  to.set_author(from.author);
}

void Store(const e::HoldContent& from, s::StoredHold& to) {
  to.set_hold_id(from.hold_id);
  if (from.expires_at != e::kNever) to.set_expires_at_micros(from.expires_at);
  to.set_author(from.author);
  to.set_released(from.released);
}

void Store(const e::ConsentContent& from, s::StoredConsent& to) {
  to.set_person(from.person);
  to.set_channel(from.channel);
  to.set_opted_out(from.opted_out);
  if (from.expires_at != e::kNever) to.set_expires_at_micros(from.expires_at);
  to.set_author(from.author);
}

void Store(const e::WaiverContent& from, s::StoredWaiver& to) {
  to.set_waiver_id(from.waiver_id);
  to.set_gate(from.gate);
  if (from.expires_at != e::kNever) to.set_expires_at_micros(from.expires_at);
  to.set_author(from.author);
  to.set_released(from.released);
}

void Store(const e::TaskContent& from, s::StoredTask& to) {
  to.set_task_id(from.task_id);
  to.set_status(Number(from.status));
  if (from.until != e::kNoDay) to.set_until_day(from.until);
  to.set_author(from.author);
}

void Store(const e::ReviewContent& from, s::StoredReview& to) {
  to.set_quarter(from.quarter);
  to.set_event(Number(from.event));
  to.set_copy(Number(from.copy));
  to.set_section(Number(from.section));
  to.set_language(from.language);
  to.set_author(from.author);
  to.set_revision(from.revision);
  to.set_prepared_at_micros(from.prepared_at);
  to.set_rulebook_number(from.rulebook_number);
  to.set_digest(from.digest);
}

void Store(const e::ReservationContent& from, s::StoredReservation& to) {
  to.set_reservation_id(from.reservation_id);
  to.set_status(Number(from.status));
  to.set_team(from.team);
  to.set_holder(from.holder);
  to.set_motion(Number(from.motion));
  to.set_product(from.product);
  to.set_contact(from.contact);
  to.set_channel(from.channel);
  to.set_fencing_token(from.fencing_token);
  to.set_since_micros(from.since);
  to.set_expires_at_micros(from.expires_at);
  to.set_gate(from.gate);
  to.set_outcome(Number(from.outcome));
  to.mutable_credited()->Assign(from.credited.begin(), from.credited.end());
  to.set_decision_id(from.decision_id);
}

namespace {

// Which member of the oneof a kind of content is stored in.
s::StoredProfile& Member(const e::ProfileContent&, s::StoredFact& to) {
  return *to.mutable_profile();
}
s::StoredContact& Member(const e::ContactContent&, s::StoredFact& to) {
  return *to.mutable_contact();
}
s::StoredContactChange& Member(const e::ContactChangeContent&, s::StoredFact& to) {
  return *to.mutable_contact_change();
}
s::StoredSubscription& Member(const e::SubscriptionContent&, s::StoredFact& to) {
  return *to.mutable_subscription();
}
s::StoredPurchase& Member(const e::PurchaseContent&, s::StoredFact& to) {
  return *to.mutable_purchase();
}
s::StoredUsage& Member(const e::UsageContent&, s::StoredFact& to) { return *to.mutable_usage(); }
s::StoredAdoption& Member(const e::AdoptionContent&, s::StoredFact& to) {
  return *to.mutable_adoption();
}
s::StoredMilestone& Member(const e::MilestoneContent&, s::StoredFact& to) {
  return *to.mutable_milestone();
}
s::StoredSurvey& Member(const e::SurveyContent&, s::StoredFact& to) { return *to.mutable_survey(); }
s::StoredRecovery& Member(const e::RecoveryContent&, s::StoredFact& to) {
  return *to.mutable_recovery();
}
s::StoredTicket& Member(const e::TicketContent&, s::StoredFact& to) { return *to.mutable_ticket(); }
s::StoredInvoice& Member(const e::InvoiceContent&, s::StoredFact& to) {
  return *to.mutable_invoice();
}
s::StoredInteraction& Member(const e::InteractionContent&, s::StoredFact& to) {
  return *to.mutable_interaction();
}
s::StoredIssue& Member(const e::IssueContent&, s::StoredFact& to) { return *to.mutable_issue(); }
s::StoredHearing& Member(const e::HearingContent&, s::StoredFact& to) {
  return *to.mutable_hearing();
}
s::StoredInterest& Member(const e::InterestContent&, s::StoredFact& to) {
  return *to.mutable_interest();
}
s::StoredObjective& Member(const e::ObjectiveContent&, s::StoredFact& to) {
  return *to.mutable_objective();
}
s::StoredLoyaltyEvidence& Member(const e::LoyaltyEvidenceContent&, s::StoredFact& to) {
  return *to.mutable_loyalty_evidence();
}
s::StoredLoyaltyOverride& Member(const e::LoyaltyOverrideContent&, s::StoredFact& to) {
  return *to.mutable_loyalty_override();
}
s::StoredTouchOverride& Member(const e::TouchOverrideContent&, s::StoredFact& to) {
  return *to.mutable_touch_override();
}
s::StoredHold& Member(const e::HoldContent&, s::StoredFact& to) { return *to.mutable_hold(); }
s::StoredConsent& Member(const e::ConsentContent&, s::StoredFact& to) {
  return *to.mutable_consent();
}
s::StoredWaiver& Member(const e::WaiverContent&, s::StoredFact& to) { return *to.mutable_waiver(); }
s::StoredTask& Member(const e::TaskContent&, s::StoredFact& to) { return *to.mutable_task(); }
s::StoredReview& Member(const e::ReviewContent&, s::StoredFact& to) {
  return *to.mutable_review();
}
s::StoredReservation& Member(const e::ReservationContent&, s::StoredFact& to) {
  return *to.mutable_reservation();
}

}  // namespace

void StoreContent(const e::Content& from, s::StoredFact& to) {
  std::visit([&to](const auto& content) { Store(content, Member(content, to)); }, from);
}

}  // namespace kizuna::convert
