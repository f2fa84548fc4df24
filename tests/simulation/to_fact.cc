// SPDX-License-Identifier: Apache-2.0

#include "tests/simulation/to_fact.h"

#include "absl/strings/str_cat.h"

namespace kizuna::simulation {
namespace {

using Kind = Event::Kind;
using What = Event::What;

engine::PersonKey Person(int person) { return static_cast<engine::PersonKey>(person); }

engine::PitchOutcome OutcomeOf(Event::Outcome outcome) {
  switch (outcome) {
    case Event::Outcome::kNone:
      return engine::PitchOutcome::kUnspecified;
    case Event::Outcome::kWon:
      return engine::PitchOutcome::kWon;
    case Event::Outcome::kNotNow:
      return engine::PitchOutcome::kNotNow;
    case Event::Outcome::kLost:
      return engine::PitchOutcome::kLost;
  }
  return engine::PitchOutcome::kUnspecified;
}

engine::Role RoleOf(Event::Role role) {
  switch (role) {
    case Event::Role::kUser:
      return engine::Role::kUser;
    case Event::Role::kChampion:
      return engine::Role::kChampion;
    case Event::Role::kDecisionMaker:
      return engine::Role::kDecisionMaker;
  }
  return engine::Role::kUnspecified;
}

engine::Content SurveyOf(const Event& e) {
  engine::SurveyContent survey;
  survey.score = e.score * engine::kMicrosPerUnit;
  if (e.kind == Kind::kNps) {
    survey.kind = engine::SurveyContent::Kind::kNps;
    survey.respondent = Person(e.person);
  } else {
    survey.kind = engine::SurveyContent::Kind::kCsat;
    survey.scale_min = engine::kMicrosPerUnit;
    survey.scale_max = 5 * engine::kMicrosPerUnit;
  }
  return survey;
}

engine::Content TicketOf(const Event& e) {
  engine::TicketContent ticket;
  ticket.ticket_id = e.name;
  ticket.event = e.what == What::kOpen    ? engine::TicketContent::Event::kOpened
                 : e.what == What::kClose ? engine::TicketContent::Event::kClosed
                                          : engine::TicketContent::Event::kUpdated;
  if (e.critical >= 0) {
    ticket.severity = e.critical == 1 ? engine::Severity::kCritical : engine::Severity::kNormal;
  }
  ticket.escalated = static_cast<int8_t>(e.escalated);
  return ticket;
}

engine::Content InvoiceOf(const Event& e) {
  engine::InvoiceContent invoice;
  invoice.invoice_id = e.name;
  invoice.event = e.what == What::kPaid ? engine::InvoiceContent::Event::kPaid
                                        : engine::InvoiceContent::Event::kIssued;
  if (e.what == What::kIssued) invoice.due = static_cast<engine::Day>(e.day);
  invoice.amount = engine::kMicrosPerUnit;
  return invoice;
}

engine::Content InteractionOf(const Event& e) {
  engine::InteractionContent interaction;
  interaction.kind = e.kind == Kind::kPitch ? engine::InteractionContent::Kind::kPitch
                                            : engine::InteractionContent::Kind::kMail;
  interaction.outbound = true;
  interaction.unsolicited = e.unsolicited;
  interaction.team = e.team;
  interaction.channel = e.channel;
  interaction.person = Person(e.person);
  interaction.motion = MotionOf(e.motion);
  interaction.outcome = OutcomeOf(e.outcome);
  return interaction;
}

engine::Content ContentOf(const Event& e) {
  using Change = engine::ContactChangeContent::Change;
  switch (e.kind) {
    case Kind::kProfile:
      return engine::ProfileContent{
          {{"lifetime_value", absl::StrCat(e.value * engine::kMicrosPerUnit)}}};
    case Kind::kContact:
      return engine::ContactContent{Person(e.person), RoleOf(e.role), ""};
    case Kind::kLeft:
      return engine::ContactChangeContent{Person(e.person), Change::kLeft,
                                          engine::Role::kUnspecified};
    case Kind::kArrived:
      return engine::ContactChangeContent{Person(e.person), Change::kArrived,
                                          engine::Role::kUnspecified};
    case Kind::kUsage:
      return engine::UsageContent{
          e.metric,
          e.metric == "activity" ? engine::MetricKind::kCount : engine::MetricKind::kGauge,
          static_cast<engine::Day>(e.day), e.days, e.value * engine::kMicrosPerUnit};
    case Kind::kNps:
    case Kind::kCsat:
      return SurveyOf(e);
    case Kind::kRecovery:
      return engine::RecoveryContent{Person(e.person)};
    case Kind::kTicket:
      return TicketOf(e);
    case Kind::kInvoice:
      return InvoiceOf(e);
    case Kind::kMail:
    case Kind::kPitch:
      return InteractionOf(e);
    case Kind::kHold:
      return engine::HoldContent{e.name, e.until, "simulation", e.released};
    case Kind::kConsent:
      return engine::ConsentContent{Person(e.person), e.channel, e.opted_out, e.until, ""};
    case Kind::kWaiver:
      return engine::WaiverContent{e.name, e.gate, e.until, "simulation", e.released};
  }
  return engine::ProfileContent{};
}

}  // namespace

engine::Fact ToFact(const Event& event) {
  engine::Fact fact;
  fact.account = event.account;
  fact.source = event.source;
  fact.id = event.id;
  fact.version = event.version;
  fact.retracted = event.retracted;
  fact.observed_at = event.at;
  fact.content = ContentOf(event);
  return fact;
}

engine::Motion MotionOf(const std::string& motion) {
  if (motion == "SEATS") return engine::Motion::kSeats;
  if (motion == "PLAN") return engine::Motion::kPlan;
  if (motion == "CROSS_SELL") return engine::Motion::kCrossSell;
  if (motion == "MENTION") return engine::Motion::kMention;
  if (motion == "RENEWAL") return engine::Motion::kRenewal;
  if (motion == "INBOUND") return engine::Motion::kInbound;
  if (motion == "HEARING") return engine::Motion::kHearing;
  return engine::Motion::kUnspecified;
}

engine::Request RequestOf(const Question& question) {
  engine::Request request;
  request.motion = MotionOf(question.motion);
  request.team = question.team;
  request.contact = Person(question.contact);
  request.channel = question.channel;
  return request;
}

std::string NameOf(engine::Verdict verdict) {
  return verdict == engine::Verdict::kAllow  ? "ALLOW"
         : verdict == engine::Verdict::kDeny ? "DENY"
                                             : "UNKNOWN";
}

Answer ToAnswer(const engine::Decision& decision) {
  Answer answer;
  answer.verdict = NameOf(decision.verdict);
  for (const engine::Reason& reason : decision.reasons) {
    answer.gates.push_back(
        {reason.gate->spec.code, reason.effect == engine::Effect::kDeny, reason.waived});
  }
  return answer;
}

std::string Text(const Answer& answer) {
  std::string text = absl::StrCat(answer.verdict, " [");
  for (const HeldGate& gate : answer.gates) {
    absl::StrAppend(&text, text.back() == '[' ? "" : " ", gate.code, gate.denies ? "" : "(unknown)",
                    gate.waived ? "(waived)" : "");
  }
  return text + "]";
}

std::string Text(const Question& question) {
  return absl::StrCat(question.account, " ", question.motion, " team='", question.team,
                      "' contact=", question.contact, " channel='", question.channel, "'");
}

}  // namespace kizuna::simulation
