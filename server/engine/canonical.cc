// SPDX-License-Identifier: Apache-2.0

#include "server/engine/canonical.h"

#include <cstdint>
#include <string>
#include <utility>
#include <variant>

#include "absl/strings/string_view.h"
#include "server/engine/canonical_encoder.h"

namespace kizuna::engine {
namespace {

using Encoder = CanonicalEncoder;

void Write(Encoder& out, const ProfileContent& c) {
  out.List(1, c.fields, [](Encoder& field, const std::pair<std::string, std::string>& f) {
    field.Put(1, f.first).Put(2, f.second);
  });
}
void Write(Encoder& out, const ContactContent& c) {
  out.Put(1, c.person).Put(2, c.role).Put(3, c.department);
}
void Write(Encoder& out, const ContactChangeContent& c) {
  out.Put(1, c.person).Put(2, c.change).Put(3, c.role);
}
void Write(Encoder& out, const SubscriptionContent& c) {
  out.Put(1, c.subscription_id).Put(2, c.product).Put(3, c.plan).Put(4, c.seats);
  out.Put(5, c.annual_price).Put(6, c.start).Put(7, c.end).Put(8, c.renewal);
  out.Put(9, c.auto_renew).Put(10, c.promised_response_minutes);
}
void Write(Encoder& out, const PurchaseContent& c) {
  out.Put(1, c.product).Put(2, c.amount).Put(3, c.quantity).Put(4, c.day);
}
void Write(Encoder& out, const UsageContent& c) {
  out.Put(1, c.metric).Put(2, c.kind).Put(3, c.first_day).Put(4, c.days).Put(5, c.value);
}
void Write(Encoder& out, const AdoptionContent& c) {
  out.Put(1, c.product).Put(2, c.seats_purchased).Put(3, c.seats_active);
  out.Put(4, c.features_available).Put(5, c.features_used);
}
void Write(Encoder& out, const MilestoneContent& c) { out.Put(1, c.product).Put(2, c.milestone); }
void Write(Encoder& out, const SurveyContent& c) {
  out.Put(1, c.kind).Put(2, c.score).Put(3, c.scale_min).Put(4, c.scale_max);
  out.Put(5, c.respondent);
}
void Write(Encoder& out, const RecoveryContent& c) { out.Put(1, c.respondent); }
void Write(Encoder& out, const TicketContent& c) {
  out.Put(1, c.ticket_id).Put(2, c.event).Put(3, c.severity).Put(4, c.escalated);
}
void Write(Encoder& out, const InvoiceContent& c) {
  out.Put(1, c.invoice_id).Put(2, c.event).Put(3, c.due).Put(4, c.amount);
}
void Write(Encoder& out, const InteractionContent& c) {
  out.Put(1, c.kind).Put(2, c.outbound).Put(3, c.two_way).Put(4, c.unsolicited);
  out.Put(5, c.team).Put(6, c.partner).Put(7, c.channel).Put(8, c.person).Put(9, c.motion);
  out.Put(10, c.product).Put(11, c.outcome).Put(12, c.satisfaction);
  out.Put(13, c.satisfaction_min).Put(14, c.satisfaction_max);
}
void Write(Encoder& out, const IssueContent& c) {
  out.Put(1, c.issue_id).Put(2, c.category).Put(3, c.status);
}
void Write(Encoder& out, const HearingContent& c) { out.Put(1, c.need_found); }
void Write(Encoder& out, const InterestContent& c) { out.Put(1, c.product); }
void Write(Encoder& out, const ObjectiveContent& c) {
  out.Put(1, c.objective_id).Put(2, c.start).Put(3, c.due).Put(4, c.target);
  out.Put(5, c.progress).Put(6, c.closed);
}
void Write(Encoder& out, const LoyaltyEvidenceContent& c) { out.Put(1, c.kind); }
void Write(Encoder& out, const LoyaltyOverrideContent& c) {
  out.Put(1, c.tier).Put(2, c.expires_at).Put(3, c.author);
}
void Write(Encoder& out, const TouchOverrideContent& c) {
  out.Put(1, c.tier).Put(2, c.expires_at).Put(3, c.author);
}
void Write(Encoder& out, const HoldContent& c) {
  out.Put(1, c.hold_id).Put(2, c.expires_at).Put(3, c.author).Put(4, c.released);
}
void Write(Encoder& out, const ConsentContent& c) {
  out.Put(1, c.person).Put(2, c.channel).Put(3, c.opted_out);
  // Never is not written, so that what said nothing of an end reads as before.
  if (c.expires_at != kNever) out.Put(4, c.expires_at);
  out.Put(5, c.author);
}
void Write(Encoder& out, const WaiverContent& c) {
  out.Put(1, c.waiver_id).Put(2, c.gate).Put(3, c.expires_at).Put(4, c.author);
  out.Put(5, c.released);
}
void Write(Encoder& out, const ReservationContent& c) {
  out.Put(1, c.reservation_id).Put(2, c.status).Put(3, c.team).Put(4, c.holder);
  out.Put(5, c.motion).Put(6, c.product).Put(7, c.contact).Put(8, c.channel);
  out.Put(9, c.fencing_token).Put(10, c.since).Put(11, c.expires_at).Put(12, c.gate);
  out.Put(13, c.outcome);
  out.List(14, c.credited, [](Encoder& e, const std::string& team) { e.Put(1, team); });
  out.Put(15, c.decision_id);
}
void Write(Encoder& out, const TaskContent& c) {
  out.Put(1, c.task_id).Put(2, c.status).Put(3, c.until).Put(4, c.author);
}
void Write(Encoder& out, const ReviewContent& c) {
  out.Put(1, c.quarter).Put(2, c.event).Put(3, c.copy).Put(4, c.section);
  out.Put(5, c.language).Put(6, c.author).Put(7, c.revision).Put(8, c.prepared_at);
  out.Put(9, c.rulebook_number).Put(10, c.digest);
}

void WriteRevenue(Encoder& out, const RevenueCell& cell) {
  out.Put(1, cell.day).Put(2, cell.paid).Put(3, cell.refunded);
}

void WriteSatisfaction(Encoder& out, const SatisfactionCell& cell) {
  out.Put(1, cell.day).Put(2, cell.count).Put(3, cell.sum);
}

// A record whose whole content is kept, with the fact that wrote it.
template <typename T>
void WriteWhole(Encoder& out, const T& item) {
  Encoder content;
  Write(content, item.now);
  out.Nested(1, content).Put(2, item.stamp);
}

void WriteRelationship(Encoder& out, const State& state) {
  out.List(10, state.profile, [](Encoder& e, const ProfileField& f) {
    e.Put(1, f.key).Put(2, f.value).Put(3, f.stamp);
  });
  out.List(11, state.people, [](Encoder& e, const PersonState& p) {
    e.Put(1, p.person).Put(2, p.role).Put(3, p.role_set).Put(4, p.department).Put(5, p.seen);
    e.Put(6, p.arrived).Put(7, p.left);
  });
  out.Put(12, state.newest_two_way);
  out.List(13, state.outbound, [](Encoder& e, const OutboundCell& c) {
    e.Put(1, c.day).Put(2, c.person).Put(3, c.count);
  });
  out.Put(14, state.pitch_outcome).Put(15, state.pitch_ended);
  out.Put(16, state.newest_loyalty_evidence);
  Encoder loyalty, touch;
  WriteWhole(loyalty, state.loyalty_override);
  WriteWhole(touch, state.touch_override);
  out.Nested(17, loyalty).Nested(18, touch);
  out.List(19, state.holds, [](Encoder& e, const HoldState& h) { WriteWhole(e, h); });
  out.List(20, state.consents, [](Encoder& e, const ConsentState& c) { WriteWhole(e, c); });
  out.List(21, state.waivers, [](Encoder& e, const WaiverState& w) { WriteWhole(e, w); });
  Encoder reservation;
  WriteWhole(reservation, state.reservation);
  out.Nested(22, reservation);
  out.List(23, state.tasks, [](Encoder& e, const TaskState& t) { WriteWhole(e, t); });
}

void WriteCommerce(Encoder& out, const State& state) {
  out.List(30, state.subscriptions,
           [](Encoder& e, const SubscriptionState& s) { WriteWhole(e, s); });
  out.List(31, state.revenue, WriteRevenue);
  Encoder before;
  WriteRevenue(before, state.revenue_before);
  out.Nested(32, before);
  out.List(33, state.purchase_days, [](Encoder& e, Day day) { e.Put(1, day); });
  out.List(34, state.purchased, [](Encoder& e, const PurchasedProduct& p) {
    e.Put(1, p.product).Put(2, p.first).Put(3, p.last);
  });
  out.Put(35, state.last_purchase_day).Put(36, state.invoices_known);
  out.List(37, state.invoices, [](Encoder& e, const InvoiceState& i) {
    e.Put(1, i.invoice_id).Put(2, i.issued).Put(3, i.due).Put(4, i.amount).Put(5, i.settled);
  });
}

void WriteUse(Encoder& out, const State& state) {
  out.List(50, state.usage, [](Encoder& e, const UsageSeries& s) {
    e.Put(1, s.metric).Put(2, s.source).Put(3, s.kind).Put(4, s.first_day).Put(5, s.last_day);
    e.List(6, s.cells, [&](Encoder& cell, const UsageCell& c) {
      cell.Put(1, c.day).Put(2, c.value).Put(3, c.observed_at);
    });
  });
  out.List(51, state.adoption, [](Encoder& e, const AdoptionState& a) {
    e.Put(1, a.product).Put(2, a.seats_purchased).Put(3, a.seats_active).Put(4, a.seats);
    e.Put(5, a.features_available).Put(6, a.features_used).Put(7, a.features);
    e.Put(8, a.milestone).Put(9, a.milestone_reached);
  });
}

void WriteVoice(Encoder& out, const State& state) {
  out.List(70, state.respondents, [](Encoder& e, const RespondentState& r) {
    e.Put(1, r.person).Put(2, r.answered).Put(3, r.score).Put(4, r.recovered);
  });
  out.List(71, state.anonymous,
           [](Encoder& e, const AnonymousAnswer& a) { e.Put(1, a.answered).Put(2, a.score); });
  out.Put(72, state.anonymous_recovered);
  out.List(73, state.csat, WriteSatisfaction).List(74, state.ces, WriteSatisfaction);
  out.Put(75, state.newest_answer).Put(76, state.newest_csat).Put(77, state.newest_ces);
  out.Put(78, state.tickets_known);
  out.List(79, state.tickets, [](Encoder& e, const TicketState& t) {
    e.Put(1, t.ticket_id).Put(2, t.first_opened).Put(3, t.opened).Put(4, t.updated);
    e.Put(5, t.closed).Put(6, t.severity).Put(7, t.severity_set).Put(8, t.escalated);
    e.Put(9, t.escalated_set);
  });
}

void WriteWants(Encoder& out, const State& state) {
  out.List(90, state.issues, [](Encoder& e, const IssueState& i) {
    e.Put(1, i.issue_id).Put(2, i.category).Put(3, i.status).Put(4, i.status_set);
    e.Put(5, i.confirmed).Put(6, i.solution_confirmed);
  });
  out.Put(91, state.newest_hearing);
  out.List(92, state.interests,
           [](Encoder& e, const InterestState& i) { e.Put(1, i.product).Put(2, i.stated); });
  out.List(93, state.objectives, [](Encoder& e, const ObjectiveState& o) { WriteWhole(e, o); });
}

}  // namespace

std::string CanonicalFact(const Fact& fact) {
  Encoder out;
  out.Put(1, fact.version);
  if (fact.observed_at_given) {
    // The flag tells an instant at the epoch, which is not written, from none.
    out.Put(2, 1).Put(3, fact.observed_at);
  }
  out.Put(4, fact.retracted);
  const bool has_words = fact.words != Fingerprint{};
  if (has_words) {
    out.Put(5,
            absl::string_view(reinterpret_cast<const char*>(fact.words.data()), fact.words.size()));
  }
  Encoder content;
  std::visit([&](const auto& c) { Write(content, c); }, fact.content);
  out.Nested(10 + static_cast<uint32_t>(fact.content.index()), content);
  return std::move(out).Take();
}

std::string CanonicalState(const State& state) {
  Encoder out;
  out.Put(1, kFoldVersion).Put(2, state.exact_from).Put(3, state.anchor);
  WriteRelationship(out, state);
  WriteCommerce(out, state);
  WriteUse(out, state);
  WriteVoice(out, state);
  WriteWants(out, state);
  return std::move(out).Take();
}

}  // namespace kizuna::engine
