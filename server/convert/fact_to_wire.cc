// SPDX-License-Identifier: Apache-2.0

#include "server/convert/fact_to_wire.h"

#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "server/convert/names.h"
#include "server/convert/reservation_to_wire.h"
#include "server/convert/values.h"

namespace kizuna::convert {
namespace {

engine::Micros MicrosFromText(absl::string_view text) {
  int64_t value = 0;
  return absl::SimpleAtoi(text, &value) ? value : 0;
}

v1::Interaction::Outcome OutcomeOf(engine::PitchOutcome outcome) {
  switch (outcome) {
    case engine::PitchOutcome::kWon:
      return v1::Interaction::OUTCOME_WON;
    case engine::PitchOutcome::kLost:
      return v1::Interaction::OUTCOME_LOST;
    case engine::PitchOutcome::kNotNow:
      return v1::Interaction::OUTCOME_NOT_NOW;
    case engine::PitchOutcome::kExpired:
      return v1::Interaction::OUTCOME_EXPIRED;
    case engine::PitchOutcome::kAskedToStop:
      return v1::Interaction::OUTCOME_ASKED_TO_STOP;
    case engine::PitchOutcome::kUnspecified:
      break;
  }
  return v1::Interaction::OUTCOME_UNSPECIFIED;
}

// Writes the content of one fact into the oneof.
class ContentWriter {
 public:
  ContentWriter(absl::string_view account, const FactWords& words, absl::string_view currency,
                v1::Fact* out)
      : account_(account), words_(words), currency_(currency), out_(out) {}

  void operator()(const engine::ProfileContent& in) {
    v1::Profile* out = out_->mutable_profile();
    for (const auto& [key, value] : in.fields) ProfileFieldToWire(key, value, currency_, out);
  }
  void operator()(const engine::ContactContent& in) {
    v1::Contact* out = out_->mutable_contact();
    out->set_contact_id(words_.contact_id);
    out->set_role(static_cast<v1::Role>(in.role));
    out->set_department(in.department);
    out->set_full_name(words_.full_name);
    out->set_email(words_.email);
    out->set_title(words_.title);
  }
  void operator()(const engine::ContactChangeContent& in) {
    v1::ContactChange* out = out_->mutable_contact_change();
    out->set_contact_id(words_.contact_id);
    out->set_change(static_cast<v1::ContactChange::Change>(in.change));
    out->set_role(static_cast<v1::Role>(in.role));
  }
  void operator()(const engine::SubscriptionContent& in) {
    SubscriptionToWire(in, currency_, out_->mutable_subscription());
  }
  void operator()(const engine::PurchaseContent& in) {
    v1::Purchase* out = out_->mutable_purchase();
    out->set_product(ProductName(in.product));
    *out->mutable_amount() = MoneyOf(in.amount, currency_);
    out->set_quantity(DoubleOf(in.quantity));
    *out->mutable_date() = ToWire(in.day);
    out->set_reason(words_.text);
  }
  void operator()(const engine::UsageContent& in) {
    v1::Usage* out = out_->mutable_usage();
    out->set_metric(in.metric);
    *out->mutable_first_date() = ToWire(in.first_day);
    out->set_days(in.days);
    out->set_value(DoubleOf(in.value));
  }
  void operator()(const engine::AdoptionContent& in) {
    v1::Adoption* out = out_->mutable_adoption();
    out->set_product(ProductName(in.product));
    if (in.seats_purchased >= 0) out->set_seats_purchased(in.seats_purchased);
    if (in.seats_active >= 0) out->set_seats_active(in.seats_active);
    if (in.features_available >= 0) out->set_features_available(in.features_available);
    if (in.features_used >= 0) out->set_features_used(in.features_used);
  }
  void operator()(const engine::MilestoneContent& in) {
    out_->mutable_milestone()->set_product(ProductName(in.product));
    out_->mutable_milestone()->set_milestone(static_cast<v1::Milestone>(in.milestone));
  }
  void operator()(const engine::SurveyContent& in) {
    v1::Survey* out = out_->mutable_survey();
    out->set_kind(static_cast<v1::Survey::Kind>(in.kind));
    out->set_score(DoubleOf(in.score));
    out->set_scale_min(DoubleOf(in.scale_min));
    out->set_scale_max(DoubleOf(in.scale_max));
    out->set_contact_id(words_.contact_id);
    out->set_comment(words_.text);
  }
  void operator()(const engine::RecoveryContent&) {
    out_->mutable_recovery()->set_contact_id(words_.contact_id);
    out_->mutable_recovery()->set_note(words_.text);
  }
  void operator()(const engine::TicketContent& in) {
    v1::Ticket* out = out_->mutable_ticket();
    out->set_ticket_id(in.ticket_id);
    out->set_event(static_cast<v1::Ticket::Event>(in.event));
    out->set_severity(static_cast<v1::Ticket::Severity>(in.severity));
    if (in.escalated >= 0) out->set_escalated(in.escalated == 1);
    out->set_subject(words_.text);
  }
  void operator()(const engine::InvoiceContent& in) {
    v1::Invoice* out = out_->mutable_invoice();
    out->set_invoice_id(in.invoice_id);
    out->set_event(static_cast<v1::Invoice::Event>(in.event));
    if (in.due != engine::kNoDay) *out->mutable_due_date() = ToWire(in.due);
    *out->mutable_amount() = MoneyOf(in.amount, currency_);
  }
  void operator()(const engine::InteractionContent& in) {
    v1::Interaction* out = out_->mutable_interaction();
    out->set_kind(static_cast<v1::Interaction::Kind>(in.kind));
    out->set_direction(in.outbound ? v1::Interaction::DIRECTION_OUTBOUND
                                   : v1::Interaction::DIRECTION_INBOUND);
    out->set_two_way(in.two_way);
    out->set_unsolicited(in.unsolicited);
    out->set_team(in.team);
    out->set_partner(in.partner);
    out->set_channel(in.channel);
    out->set_contact_id(words_.contact_id);
    out->set_motion(ToWire(in.motion));
    out->set_product(ProductName(in.product));
    out->set_outcome(OutcomeOf(in.outcome));
    if (in.satisfaction_max > in.satisfaction_min) {
      out->mutable_satisfaction()->set_score(DoubleOf(in.satisfaction));
      out->mutable_satisfaction()->set_scale_min(DoubleOf(in.satisfaction_min));
      out->mutable_satisfaction()->set_scale_max(DoubleOf(in.satisfaction_max));
    }
    out->set_note(words_.text);
  }
  void operator()(const engine::IssueContent& in) {
    v1::Issue* out = out_->mutable_issue();
    out->set_issue_id(in.issue_id);
    out->set_category(in.category);
    out->set_status(static_cast<v1::Issue::Status>(in.status));
    out->set_description(words_.text);
  }
  void operator()(const engine::HearingContent& in) {
    out_->mutable_hearing()->set_need_found(in.need_found);
    out_->mutable_hearing()->set_note(words_.text);
  }
  void operator()(const engine::InterestContent& in) {
    out_->mutable_interest()->set_product(ProductName(in.product));
  }
  void operator()(const engine::ObjectiveContent& in) {
    v1::Objective* out = out_->mutable_objective();
    out->set_objective_id(in.objective_id);
    *out->mutable_start_date() = ToWire(in.start);
    *out->mutable_due_date() = ToWire(in.due);
    out->set_target(DoubleOf(in.target));
    out->set_progress(DoubleOf(in.progress));
    if (in.closed != engine::kNoDay) *out->mutable_closed_date() = ToWire(in.closed);
    out->set_title(words_.text);
  }
  void operator()(const engine::LoyaltyEvidenceContent& in) {
    out_->mutable_loyalty_evidence()->set_kind(static_cast<v1::LoyaltyEvidence::Kind>(in.kind));
  }
  void operator()(const engine::LoyaltyOverrideContent& in) {
    v1::LoyaltyOverride* out = out_->mutable_loyalty_override();
    out->set_tier(ToWire(in.tier));
    SetInstant(in.expires_at, out, &v1::LoyaltyOverride::mutable_expires_at);
    out->set_author(in.author);
    out->set_reason(words_.text);
  }
  void operator()(const engine::TouchOverrideContent& in) {
    v1::TouchOverride* out = out_->mutable_touch_override();
    out->set_tier(ToWire(in.tier));
    SetInstant(in.expires_at, out, &v1::TouchOverride::mutable_expires_at);
    out->set_author(in.author);
    out->set_reason(words_.text);
  }
  void operator()(const engine::HoldContent& in) {
    v1::Hold* out = out_->mutable_hold();
    out->set_hold_id(in.hold_id);
    SetInstant(in.expires_at, out, &v1::Hold::mutable_expires_at);
    out->set_author(in.author);
    out->set_released(in.released);
    out->set_reason(words_.text);
  }
  void operator()(const engine::ConsentContent& in) {
    v1::Consent* out = out_->mutable_consent();
    out->set_contact_id(words_.contact_id);
    out->set_channel(in.channel);
    out->set_opted_out(in.opted_out);
    SetInstant(in.expires_at, out, &v1::Consent::mutable_expires_at);
    out->set_author(in.author);
    out->set_reason(words_.text);
  }
  void operator()(const engine::WaiverContent& in) {
    v1::Waiver* out = out_->mutable_waiver();
    out->set_waiver_id(in.waiver_id);
    out->set_gate(in.gate);
    SetInstant(in.expires_at, out, &v1::Waiver::mutable_expires_at);
    out->set_author(in.author);
    out->set_released(in.released);
    out->set_reason(words_.text);
  }
  void operator()(const engine::TaskContent& in) {
    v1::TaskUpdate* out = out_->mutable_task();
    out->set_task_id(in.task_id);
    out->set_status(static_cast<v1::TaskUpdate::Status>(in.status));
    if (in.until != engine::kNoDay) *out->mutable_until_date() = ToWire(in.until);
    out->set_author(in.author);
    out->set_note(words_.text);
  }
  void operator()(const engine::ReviewContent& in) {
    v1::ReviewUpdate* out = out_->mutable_review();
    out->set_quarter(in.quarter);
    out->set_event(static_cast<v1::ReviewUpdate::Event>(in.event));
    out->set_copy(static_cast<v1::ReviewCopy>(in.copy));
    out->set_section(static_cast<v1::ReviewSection>(in.section));
    out->set_language(in.language);
    out->set_text(words_.text);
    out->set_author(in.author);
    if (in.event != engine::ReviewContent::Event::kSent) return;
    out->set_revision(in.revision);
    SetInstant(in.prepared_at, out, &v1::ReviewUpdate::mutable_prepared_at);
    out->set_rulebook_number(in.rulebook_number);
    out->set_digest(in.digest);
  }
  void operator()(const engine::ReservationContent& in) {
    ReservationToWire(account_, in, words_.contact_id, out_->mutable_reservation());
  }

 private:
  absl::string_view account_;
  const FactWords& words_;
  absl::string_view currency_;
  v1::Fact* out_;
};

}  // namespace

void ProfileFieldToWire(absl::string_view key, absl::string_view value, absl::string_view currency,
                        v1::Profile* out) {
  const std::string text(value);
  if (value.empty()) {
    out->add_cleared(std::string(key));
  } else if (key == "display_name") {
    out->set_display_name(text);
  } else if (key == "parent") {
    out->set_parent(AccountName(value));
  } else if (key == "segment") {
    out->set_segment(text);
  } else if (key == "industry") {
    out->set_industry(text);
  } else if (key == "country") {
    out->set_country(text);
  } else if (key == "language") {
    out->set_language(text);
  } else if (key == "owner") {
    out->set_owner(text);
  } else if (key == "sales_owner") {
    out->set_sales_owner(text);
  } else if (key == "partner") {
    out->set_partner(text);
  } else if (key == "lifetime_value") {
    *out->mutable_lifetime_value() = MoneyOf(MicrosFromText(value), currency);
  } else if (key == "budget_month") {
    out->set_budget_month(static_cast<int32_t>(MicrosFromText(value)));
  } else if (absl::ConsumePrefix(&key, "sizing.")) {
    v1::Sizing* sizing = out->add_sizing();
    sizing->set_name(std::string(key));
    sizing->set_value(DoubleOf(MicrosFromText(value)));
  } else if (absl::ConsumePrefix(&key, "alias.")) {
    v1::Alias* alias = out->add_aliases();
    alias->set_system(std::string(key));
    alias->set_id(text);
  } else if (absl::ConsumePrefix(&key, "product_owner.")) {
    v1::ProductOwner* owner = out->add_product_owners();
    owner->set_product(ProductName(key));
    owner->set_owner(text);
  }
}

void SubscriptionToWire(const engine::SubscriptionContent& content, absl::string_view currency,
                        v1::Subscription* out) {
  out->set_subscription_id(content.subscription_id);
  out->set_product(ProductName(content.product));
  out->set_plan(content.plan);
  out->set_seats(content.seats);
  *out->mutable_annual_price() = MoneyOf(content.annual_price, currency);
  *out->mutable_start_date() = ToWire(content.start);
  if (content.end != engine::kNoDay) *out->mutable_end_date() = ToWire(content.end);
  if (content.renewal != engine::kNoDay) *out->mutable_renewal_date() = ToWire(content.renewal);
  out->set_auto_renew(content.auto_renew);
  out->set_promised_response_minutes(content.promised_response_minutes);
}

v1::FactReference FactReferenceOf(const engine::Stamp& stamp) {
  v1::FactReference out;
  if (!stamp.given()) return out;
  out.set_source(stamp.source);
  out.set_fact_id(stamp.fact_id);
  *out.mutable_observed_at() = TimestampOf(stamp.observed_at);
  return out;
}

void FactToWire(const engine::Fact& fact, const FactWords& words, absl::string_view currency,
                v1::Fact* out) {
  out->set_account(AccountName(fact.account));
  out->set_source(fact.source);
  out->set_fact_id(fact.id);
  out->set_version(fact.version);
  *out->mutable_observed_at() = TimestampOf(fact.observed_at);
  out->set_retracted(fact.retracted);
  std::visit(ContentWriter(fact.account, words, currency, out), fact.content);
}

}  // namespace kizuna::convert
