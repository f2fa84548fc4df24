// SPDX-License-Identifier: Apache-2.0
//
// The half of stored_content.h that reads back, and trusts nothing.

#include <limits>

#include "server/convert/stored_content.h"

namespace kizuna::convert {
namespace {

namespace e = ::kizuna::engine;
namespace s = ::kizuna::storage::v1;

e::ProfileContent Read(const s::StoredProfile& from, StoredReader& reader) {
  e::ProfileContent to;
  reader.Require(from.keys_size() == from.values_size(), "profile.values");
  if (!reader.status().ok()) return to;
  to.fields.reserve(from.keys_size());
  for (int i = 0; i < from.keys_size(); ++i) {
    reader.Require(i == 0 || from.keys(i - 1) < from.keys(i), "profile.keys");
    to.fields.emplace_back(from.keys(i), from.values(i));
  }
  return to;
}

e::ContactContent Read(const s::StoredContact& from, StoredReader& reader) {
  e::ContactContent to;
  to.person = from.person();
  to.role = reader.ReadEnum(from.role(), e::Role::kOther, "contact.role");
  to.department = from.department();
  return to;
}

e::ContactChangeContent Read(const s::StoredContactChange& from, StoredReader& reader) {
  using Change = e::ContactChangeContent::Change;
  e::ContactChangeContent to;
  to.person = from.person();
  to.change = reader.ReadEnum(from.change(), Change::kLeft, "contact_change.change");
  to.role = reader.ReadEnum(from.role(), e::Role::kOther, "contact_change.role");
  return to;
}

e::PurchaseContent Read(const s::StoredPurchase& from, StoredReader& /*reader*/) {
  e::PurchaseContent to;
  to.product = from.product();
  to.amount = from.amount_micros();
  to.quantity = from.quantity_micros();
  to.day = from.day();
  return to;
}

e::UsageContent Read(const s::StoredUsage& from, StoredReader& reader) {
  constexpr uint64_t kMostUnits = std::numeric_limits<e::Micros>::max() / e::kMicrosPerUnit;
  e::UsageContent to;
  to.metric = from.metric();
  to.kind = reader.ReadEnum(from.kind(), e::MetricKind::kGauge, "usage.kind");
  to.first_day = from.first_day();
  reader.Require(from.more_days() < static_cast<uint32_t>(e::kMaxUsageDays), "usage.more_days");
  to.days = static_cast<int32_t>(from.more_days()) + 1;
  reader.Require(from.units() < kMostUnits && from.micros() < e::kMicrosPerUnit, "usage.units");
  to.value = static_cast<e::Micros>(from.units() * e::kMicrosPerUnit + from.micros());
  return to;
}

// A number that may be left out: absent is -1.
int64_t OrUnstated(bool present, uint64_t number, StoredReader& reader, absl::string_view field) {
  if (!present) return -1;
  reader.Require(number <= static_cast<uint64_t>(std::numeric_limits<int64_t>::max()), field);
  return static_cast<int64_t>(number);
}

e::AdoptionContent Read(const s::StoredAdoption& from, StoredReader& reader) {
  e::AdoptionContent to;
  to.product = from.product();
  to.seats_purchased = OrUnstated(from.has_seats_purchased(), from.seats_purchased(), reader,
                                  "adoption.seats_purchased");
  to.seats_active =
      OrUnstated(from.has_seats_active(), from.seats_active(), reader, "adoption.seats_active");
  to.features_available = OrUnstated(from.has_features_available(), from.features_available(),
                                     reader, "adoption.features_available");
  to.features_used =
      OrUnstated(from.has_features_used(), from.features_used(), reader, "adoption.features_used");
  return to;
}

e::MilestoneContent Read(const s::StoredMilestone& from, StoredReader& reader) {
  e::MilestoneContent to;
  to.product = from.product();
  to.milestone = reader.ReadEnum(from.milestone(), e::Milestone::kValueRealised, "milestone");
  return to;
}

e::SurveyContent Read(const s::StoredSurvey& from, StoredReader& reader) {
  e::SurveyContent to;
  to.kind = reader.ReadEnum(from.kind(), e::SurveyContent::Kind::kCes, "survey.kind");
  to.score = from.score_micros();
  to.scale_min = from.scale_min_micros();
  to.scale_max = from.scale_max_micros();
  to.respondent = from.respondent();
  return to;
}

e::RecoveryContent Read(const s::StoredRecovery& from, StoredReader& /*reader*/) {
  return e::RecoveryContent{from.respondent()};
}

e::TicketContent Read(const s::StoredTicket& from, StoredReader& reader) {
  e::TicketContent to;
  to.ticket_id = from.ticket_id();
  to.event = reader.ReadEnum(from.event(), e::TicketContent::Event::kClosed, "ticket.event");
  to.severity = reader.ReadEnum(from.severity(), e::Severity::kCritical, "ticket.severity");
  to.escalated = static_cast<int8_t>(from.has_escalated() ? from.escalated() : -1);
  return to;
}

e::InvoiceContent Read(const s::StoredInvoice& from, StoredReader& reader) {
  e::InvoiceContent to;
  to.invoice_id = from.invoice_id();
  to.event = reader.ReadEnum(from.event(), e::InvoiceContent::Event::kVoided, "invoice.event");
  to.due = from.has_due_day() ? from.due_day() : e::kNoDay;
  to.amount = from.amount_micros();
  return to;
}

e::InteractionContent Read(const s::StoredInteraction& from, StoredReader& reader) {
  e::InteractionContent to;
  to.kind = reader.ReadEnum(from.kind(), e::InteractionContent::Kind::kPitch, "interaction.kind");
  to.outbound = from.outbound();
  to.two_way = from.two_way();
  to.unsolicited = from.unsolicited();
  to.team = from.team();
  to.partner = from.partner();
  to.channel = from.channel();
  to.person = from.person();
  to.motion = reader.ReadEnum(from.motion(), e::Motion::kHearing, "interaction.motion");
  to.product = from.product();
  to.outcome =
      reader.ReadEnum(from.outcome(), e::PitchOutcome::kAskedToStop, "interaction.outcome");
  to.satisfaction = from.satisfaction_micros();
  to.satisfaction_min = from.satisfaction_min_micros();
  to.satisfaction_max = from.satisfaction_max_micros();
  return to;
}

e::IssueContent Read(const s::StoredIssue& from, StoredReader& reader) {
  e::IssueContent to;
  to.issue_id = from.issue_id();
  to.category = from.category();
  to.status =
      reader.ReadEnum(from.status(), e::IssueContent::Status::kSolutionConfirmed, "issue.status");
  return to;
}

e::HearingContent Read(const s::StoredHearing& from, StoredReader& /*reader*/) {
  return e::HearingContent{from.need_found()};
}

e::InterestContent Read(const s::StoredInterest& from, StoredReader& /*reader*/) {
  return e::InterestContent{from.product()};
}

e::LoyaltyEvidenceContent Read(const s::StoredLoyaltyEvidence& from, StoredReader& reader) {
  using Kind = e::LoyaltyEvidenceContent::Kind;
  return e::LoyaltyEvidenceContent{
      reader.ReadEnum(from.kind(), Kind::kCaseStudy, "loyalty_evidence.kind")};
}

}  // namespace

e::SubscriptionContent Read(const s::StoredSubscription& from, StoredReader& /*reader*/) {
  e::SubscriptionContent to;
  to.subscription_id = from.subscription_id();
  to.product = from.product();
  to.plan = from.plan();
  to.seats = from.seats();
  to.annual_price = from.annual_price_micros();
  to.start = from.start_day();
  to.end = from.has_end_day() ? from.end_day() : e::kNoDay;
  to.renewal = from.has_renewal_day() ? from.renewal_day() : e::kNoDay;
  to.auto_renew = from.auto_renew();
  to.promised_response_minutes = from.promised_response_minutes();
  return to;
}

e::ObjectiveContent Read(const s::StoredObjective& from, StoredReader& /*reader*/) {
  e::ObjectiveContent to;
  to.objective_id = from.objective_id();
  to.start = from.start_day();
  to.due = from.due_day();
  to.target = from.target_micros();
  to.progress = from.progress_micros();
  to.closed = from.has_closed_day() ? from.closed_day() : e::kNoDay;
  return to;
}

e::LoyaltyOverrideContent Read(const s::StoredLoyaltyOverride& from, StoredReader& reader) {
  e::LoyaltyOverrideContent to;
  to.tier = reader.ReadEnum(from.tier(), e::LoyaltyTier::kFan, "loyalty_override.tier");
  to.expires_at = from.has_expires_at_micros() ? from.expires_at_micros() : e::kNever;
  to.author = from.author();
  return to;
}

e::TouchOverrideContent Read(const s::StoredTouchOverride& from, StoredReader& reader) {
  e::TouchOverrideContent to;
  to.tier = reader.ReadEnum(from.tier(), e::TouchTier::kHigh, "touch_override.tier");
  to.expires_at = from.has_expires_at_micros() ? from.expires_at_micros() : e::kNever;
  to.author = from.author();
  return to;
}

e::HoldContent Read(const s::StoredHold& from, StoredReader& /*reader*/) {
  e::HoldContent to;
  to.hold_id = from.hold_id();
  to.expires_at = from.has_expires_at_micros() ? from.expires_at_micros() : e::kNever;
  to.author = from.author();
  to.released = from.released();
  return to;
}

e::ConsentContent Read(const s::StoredConsent& from, StoredReader& /*reader*/) {
  e::ConsentContent to;
  to.person = from.person();
  to.channel = from.channel();
  to.opted_out = from.opted_out();
  to.expires_at = from.has_expires_at_micros() ? from.expires_at_micros() : e::kNever;
  to.author = from.author();
  return to;
}

e::WaiverContent Read(const s::StoredWaiver& from, StoredReader& /*reader*/) {
  e::WaiverContent to;
  to.waiver_id = from.waiver_id();
  to.gate = from.gate();
  to.expires_at = from.has_expires_at_micros() ? from.expires_at_micros() : e::kNever;
  to.author = from.author();
  to.released = from.released();
  return to;
}

e::TaskContent Read(const s::StoredTask& from, StoredReader& reader) {
  e::TaskContent to;
  to.task_id = from.task_id();
  to.status = reader.ReadEnum(from.status(), e::TaskContent::Status::kReopened, "task.status");
  to.until = from.has_until_day() ? from.until_day() : e::kNoDay;
  to.author = from.author();
  return to;
}

e::ReviewContent Read(const s::StoredReview& from, StoredReader& reader) {
  e::ReviewContent to;
  to.quarter = from.quarter();
  to.event = reader.ReadEnum(from.event(), e::ReviewContent::Event::kSent, "review.event");
  to.copy = reader.ReadEnum(from.copy(), e::ReviewContent::Copy::kInternal, "review.copy");
  to.section =
      reader.ReadEnum(from.section(), e::ReviewContent::Section::kHealth, "review.section");
  to.language = from.language();
  to.author = from.author();
  to.revision = from.revision();
  to.prepared_at = from.prepared_at_micros();
  to.rulebook_number = from.rulebook_number();
  to.digest = from.digest();
  return to;
}

e::ReservationContent Read(const s::StoredReservation& from, StoredReader& reader) {
  e::ReservationContent to;
  to.reservation_id = from.reservation_id();
  to.status =
      reader.ReadEnum(from.status(), e::ReservationContent::Status::kEnded, "reservation.status");
  to.team = from.team();
  to.holder = from.holder();
  to.motion = reader.ReadEnum(from.motion(), e::Motion::kHearing, "reservation.motion");
  to.product = from.product();
  to.contact = from.contact();
  to.channel = from.channel();
  to.fencing_token = from.fencing_token();
  to.since = from.since_micros();
  to.expires_at = from.expires_at_micros();
  to.gate = from.gate();
  to.outcome =
      reader.ReadEnum(from.outcome(), e::PitchOutcome::kAskedToStop, "reservation.outcome");
  to.credited.assign(from.credited().begin(), from.credited().end());
  to.decision_id = from.decision_id();
  return to;
}

e::Content ReadContent(const s::StoredFact& from, StoredReader& reader) {
  switch (from.content_case()) {
    case s::StoredFact::kProfile:
      return Read(from.profile(), reader);
    case s::StoredFact::kContact:
      return Read(from.contact(), reader);
    case s::StoredFact::kContactChange:
      return Read(from.contact_change(), reader);
    case s::StoredFact::kSubscription:
      return Read(from.subscription(), reader);
    case s::StoredFact::kPurchase:
      return Read(from.purchase(), reader);
    case s::StoredFact::kUsage:
      return Read(from.usage(), reader);
    case s::StoredFact::kAdoption:
      return Read(from.adoption(), reader);
    case s::StoredFact::kMilestone:
      return Read(from.milestone(), reader);
    case s::StoredFact::kSurvey:
      return Read(from.survey(), reader);
    case s::StoredFact::kRecovery:
      return Read(from.recovery(), reader);
    case s::StoredFact::kTicket:
      return Read(from.ticket(), reader);
    case s::StoredFact::kInvoice:
      return Read(from.invoice(), reader);
    case s::StoredFact::kInteraction:
      return Read(from.interaction(), reader);
    case s::StoredFact::kIssue:
      return Read(from.issue(), reader);
    case s::StoredFact::kHearing:
      return Read(from.hearing(), reader);
    case s::StoredFact::kInterest:
      return Read(from.interest(), reader);
    case s::StoredFact::kObjective:
      return Read(from.objective(), reader);
    case s::StoredFact::kLoyaltyEvidence:
      return Read(from.loyalty_evidence(), reader);
    case s::StoredFact::kLoyaltyOverride:
      return Read(from.loyalty_override(), reader);
    case s::StoredFact::kTouchOverride:
      return Read(from.touch_override(), reader);
    case s::StoredFact::kHold:
      return Read(from.hold(), reader);
    case s::StoredFact::kConsent:
      return Read(from.consent(), reader);
    case s::StoredFact::kWaiver:
      return Read(from.waiver(), reader);
    case s::StoredFact::kReservation:
      return Read(from.reservation(), reader);
    case s::StoredFact::kTask:
      return Read(from.task(), reader);
    case s::StoredFact::kReview:
      return Read(from.review(), reader);
    case s::StoredFact::CONTENT_NOT_SET:
      break;
  }
  reader.Require(false, "content");
  return e::ProfileContent{};
}

}  // namespace kizuna::convert
