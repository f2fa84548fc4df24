// SPDX-License-Identifier: Apache-2.0

#include "server/convert/fact_from_wire.h"

#include <cmath>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "server/convert/empty_content.h"
#include "server/convert/field_reader.h"
#include "server/convert/names.h"
#include "server/convert/person.h"
#include "server/convert/review_from_wire.h"
#include "server/convert/values.h"
#include "server/limits.h"

namespace kizuna::convert {
namespace {

constexpr int64_t kMaxMinutes = 10 * 365 * 24 * 60;

// Reads the content of one fact. Each Read returns the engine's content and fills in the words;
// what is wrong goes to the violations, and then nobody looks at what was returned.
class ContentReader : private FieldReader {
 public:
  using FieldReader::FieldReader;

  engine::Content Read(const v1::Profile& wire, const FieldPath& path) {
    return ProfileFromWire(wire, context_, path, violations_);
  }

  engine::Content Read(const v1::Contact& wire, const FieldPath& path) {
    engine::ContactContent out;
    out.person = Person(wire.contact_id(), true, path);
    out.role = static_cast<engine::Role>(wire.role());
    out.department = Text(wire.department(), path.Field("department"));
    words_.full_name = Text(wire.full_name(), path.Field("full_name"));
    words_.email = Text(wire.email(), path.Field("email"));
    words_.title = Text(wire.title(), path.Field("title"));
    return out;
  }

  engine::Content Read(const v1::ContactChange& wire, const FieldPath& path) {
    engine::ContactChangeContent out;
    out.person = Person(wire.contact_id(), true, path);
    out.change = Stated<engine::ContactChangeContent::Change>(wire.change(), path.Field("change"));
    out.role = static_cast<engine::Role>(wire.role());
    return out;
  }

  engine::Content Read(const v1::Subscription& wire, const FieldPath& path) {
    engine::SubscriptionContent out;
    out.subscription_id = Id(wire.subscription_id(), path.Field("subscription_id"));
    out.product = ProductIdOf(wire.product(), false, path.Field("product"), violations_);
    out.plan = Text(wire.plan(), path.Field("plan"));
    out.seats = Whole(wire.seats(), path.Field("seats"));
    out.annual_price =
        Money(wire.has_annual_price(), wire.annual_price(), false, path.Field("annual_price"));
    out.start = RequiredDay(wire.has_start_date(), wire.start_date(), path.Field("start_date"));
    out.end = LaterDay(wire.has_end_date(), wire.end_date(), out.start, path.Field("end_date"));
    out.renewal = LaterDay(wire.has_renewal_date(), wire.renewal_date(), out.start,
                           path.Field("renewal_date"));
    out.auto_renew = wire.auto_renew();
    CheckRange(wire.promised_response_minutes(), 0, kMaxMinutes,
               path.Field("promised_response_minutes"), violations_);
    out.promised_response_minutes = wire.promised_response_minutes();
    return out;
  }

  engine::Content Read(const v1::Purchase& wire, const FieldPath& path) {
    engine::PurchaseContent out;
    out.product = ProductIdOf(wire.product(), false, path.Field("product"), violations_);
    out.amount = Money(wire.has_amount(), wire.amount(), true, path.Field("amount"));
    out.quantity = Number(wire.quantity(), path.Field("quantity"));
    out.day = HappenedDay(wire.has_date(), wire.date(), path.Field("date"));
    words_.text = Words(wire.reason(), false, path.Field("reason"));
    return out;
  }

  engine::Content Read(const v1::Usage& wire, const FieldPath& path) {
    engine::UsageContent out;
    out.metric = wire.metric();
    const engine::Metric* metric = context_.rulebook->FindMetric(wire.metric());
    if (metric == nullptr) {
      violations_.Add(
          path.Field("metric"),
          "is not a declared metric; declare it with CatalogueService.CreateMetric or in "
          "the rulebook, and list those there are with CatalogueService.ListMetrics");
      return out;
    }
    out.kind = metric->spec.kind;
    out.first_day = HappenedDay(wire.has_first_date(), wire.first_date(), path.Field("first_date"));
    out.days = UsageDays(wire, metric->spec.grain_days, out.first_day, path.Field("days"));
    out.value = Number(wire.value(), path.Field("value"));
    return out;
  }

  engine::Content Read(const v1::Adoption& wire, const FieldPath& path) {
    engine::AdoptionContent out;
    out.product = ProductIdOf(wire.product(), false, path.Field("product"), violations_);
    if (wire.has_seats_purchased() != wire.has_seats_active()) {
      violations_.Add(path.Field(wire.has_seats_active() ? "seats_purchased" : "seats_active"),
                      "is required beside the other number of seats");
    } else if (wire.has_seats_active()) {
      out.seats_purchased = Whole(wire.seats_purchased(), path.Field("seats_purchased"));
      out.seats_active = Whole(wire.seats_active(), path.Field("seats_active"));
    }
    if (wire.has_features_available() != wire.has_features_used()) {
      violations_.Add(path.Field(wire.has_features_used() ? "features_available" : "features_used"),
                      "is required beside the other number of features");
    } else if (wire.has_features_used()) {
      out.features_available = Whole(wire.features_available(), path.Field("features_available"));
      out.features_used = Whole(wire.features_used(), path.Field("features_used"));
    }
    if (!wire.has_seats_active() && !wire.has_features_used() && !wire.has_seats_purchased() &&
        !wire.has_features_available()) {
      violations_.Add(path, "says nothing; send the pair of seats or the pair of features");
    }
    return out;
  }

  engine::Content Read(const v1::MilestoneReached& wire, const FieldPath& path) {
    engine::MilestoneContent out;
    out.product = ProductIdOf(wire.product(), false, path.Field("product"), violations_);
    out.milestone = Stated<engine::Milestone>(wire.milestone(), path.Field("milestone"));
    return out;
  }

  engine::Content Read(const v1::Survey& wire, const FieldPath& path) {
    engine::SurveyContent out;
    out.kind = Stated<engine::SurveyContent::Kind>(wire.kind(), path.Field("kind"));
    const bool nps = wire.kind() == v1::Survey::KIND_NPS;
    const double low = wire.has_scale_min() ? wire.scale_min() : nps ? 0 : 1;
    const double high = wire.has_scale_max()                   ? wire.scale_max()
                        : nps                                  ? 10
                        : wire.kind() == v1::Survey::KIND_CSAT ? 5
                                                               : 7;
    if (nps && (low != 0 || high != 10)) {
      violations_.Add(path.Field(low != 0 ? "scale_min" : "scale_max"),
                      "must be 0 to 10 for NPS; convert the answer, or leave the scale out");
      return out;
    }
    if (nps && wire.has_score() && wire.score() != std::floor(wire.score())) {
      violations_.Add(path.Field("score"), "must be a whole number from 0 to 10 for NPS");
      return out;
    }
    if (wire.lower_is_easier() && wire.kind() != v1::Survey::KIND_CES) {
      violations_.Add(path.Field("lower_is_easier"), "is for CES alone; leave it out");
    }
    Score(wire.has_score(), wire.score(), low, high, path, out.score, out.scale_min, out.scale_max);
    if (wire.lower_is_easier()) out.score = out.scale_min + out.scale_max - out.score;
    out.respondent = Person(wire.contact_id(), false, path);
    words_.text = Words(wire.comment(), false, path.Field("comment"));
    return out;
  }

  engine::Content Read(const v1::Recovery& wire, const FieldPath& path) {
    engine::RecoveryContent out;
    out.respondent = Person(wire.contact_id(), false, path);
    words_.text = Words(wire.note(), false, path.Field("note"));
    return out;
  }

  engine::Content Read(const v1::Ticket& wire, const FieldPath& path) {
    engine::TicketContent out;
    out.ticket_id = Id(wire.ticket_id(), path.Field("ticket_id"));
    out.event = Stated<engine::TicketContent::Event>(wire.event(), path.Field("event"));
    out.severity = static_cast<engine::Severity>(wire.severity());
    if (wire.has_escalated()) out.escalated = wire.escalated() ? 1 : 0;
    words_.text = Words(wire.subject(), false, path.Field("subject"));
    return out;
  }

  engine::Content Read(const v1::Invoice& wire, const FieldPath& path) {
    engine::InvoiceContent out;
    out.invoice_id = Id(wire.invoice_id(), path.Field("invoice_id"));
    out.event = Stated<engine::InvoiceContent::Event>(wire.event(), path.Field("event"));
    if (wire.has_due_date()) {
      out.due =
          DayOf(wire.due_date(), path.Field("due_date"), violations_).value_or(engine::kNoDay);
    }
    out.amount = Money(wire.has_amount(), wire.amount(), true, path.Field("amount"));
    return out;
  }

  engine::Content Read(const v1::Interaction& wire, const FieldPath& path) {
    engine::InteractionContent out;
    out.kind = Stated<engine::InteractionContent::Kind>(wire.kind(), path.Field("kind"));
    if (wire.direction() == v1::Interaction::DIRECTION_UNSPECIFIED) {
      violations_.Add(path.Field("direction"), "is required");
    }
    out.outbound = wire.direction() == v1::Interaction::DIRECTION_OUTBOUND;
    out.two_way = wire.two_way();
    out.unsolicited = wire.unsolicited();
    if (wire.unsolicited() && !out.outbound) {
      violations_.Add(path.Field("unsolicited"),
                      "is for outbound contacts alone; leave it out, or set direction to OUTBOUND");
    }
    out.team = OptionalId(wire.team(), path.Field("team"));
    out.partner = OptionalId(wire.partner(), path.Field("partner"));
    out.channel = OptionalId(wire.channel(), path.Field("channel"));
    out.person = Person(wire.contact_id(), false, path);
    out.motion = MotionOf(wire.motion());
    out.product = ProductIdOf(wire.product(), false, path.Field("product"), violations_);
    out.outcome = static_cast<engine::PitchOutcome>(OutcomeOf(wire.outcome()));
    CheckPitch(wire, path);
    if (wire.has_satisfaction()) Satisfaction(wire, path, out);
    words_.text = Words(wire.note(), false, path.Field("note"));
    return out;
  }

  engine::Content Read(const v1::Issue& wire, const FieldPath& path) {
    engine::IssueContent out;
    out.issue_id = Id(wire.issue_id(), path.Field("issue_id"));
    out.category = Id(wire.category(), path.Field("category"));
    out.status = Stated<engine::IssueContent::Status>(wire.status(), path.Field("status"));
    words_.text = Words(wire.description(), false, path.Field("description"));
    return out;
  }

  engine::Content Read(const v1::Hearing& wire, const FieldPath& path) {
    words_.text = Words(wire.note(), false, path.Field("note"));
    return engine::HearingContent{wire.need_found()};
  }

  engine::Content Read(const v1::Interest& wire, const FieldPath& path) {
    return engine::InterestContent{
        ProductIdOf(wire.product(), true, path.Field("product"), violations_)};
  }

  engine::Content Read(const v1::Objective& wire, const FieldPath& path) {
    engine::ObjectiveContent out;
    out.objective_id = Id(wire.objective_id(), path.Field("objective_id"));
    out.start = RequiredDay(wire.has_start_date(), wire.start_date(), path.Field("start_date"));
    if (!wire.has_due_date()) violations_.Add(path.Field("due_date"), "is required");
    out.due = LaterDay(wire.has_due_date(), wire.due_date(), out.start, path.Field("due_date"));
    out.target = Number(wire.target(), path.Field("target"));
    if (out.target <= 0) violations_.Add(path.Field("target"), "must be above 0");
    out.progress = Number(wire.progress(), path.Field("progress"));
    if (wire.has_closed_date()) {
      out.closed = DayOf(wire.closed_date(), path.Field("closed_date"), violations_).value_or(0);
    }
    words_.text = Words(wire.title(), false, path.Field("title"));
    return out;
  }

  engine::Content Read(const v1::TaskUpdate& wire, const FieldPath& path) {
    engine::TaskContent out;
    out.task_id = Id(wire.task_id(), path.Field("task_id"));
    out.status = Stated<engine::TaskContent::Status>(wire.status(), path.Field("status"));
    if (wire.has_until_date() != (wire.status() == v1::TaskUpdate::STATUS_SNOOZED)) {
      violations_.Add(path.Field("until_date"), "is required of a snoozed task, and of no other");
    } else if (wire.has_until_date()) {
      out.until = DayOf(wire.until_date(), path.Field("until_date"), violations_).value_or(0);
    }
    out.author = Id(wire.author(), path.Field("author"));
    words_.text = Words(wire.note(), false, path.Field("note"));
    return out;
  }

  engine::Content Read(const v1::ReviewUpdate& wire, const FieldPath& path) {
    words_.text = Words(wire.text(), false, path.Field("text"));
    return ReviewFromWire(wire, path, violations_);
  }

  engine::Content Read(const v1::LoyaltyEvidence& wire, const FieldPath& path) {
    return engine::LoyaltyEvidenceContent{
        Stated<engine::LoyaltyEvidenceContent::Kind>(wire.kind(), path.Field("kind"))};
  }

  engine::Content Read(const v1::LoyaltyOverride& wire, const FieldPath& path) {
    engine::LoyaltyOverrideContent out;
    if (wire.tier() == v1::LOYALTY_TIER_UNSPECIFIED) {
      violations_.Add(path.Field("tier"), "is required");
    } else {
      out.tier = static_cast<engine::LoyaltyTier>(wire.tier() - 1);
    }
    out.expires_at = Expiry(wire.has_expires_at(), wire.expires_at(), true, path);
    out.author = Id(wire.author(), path.Field("author"));
    words_.text = Words(wire.reason(), true, path.Field("reason"));
    return out;
  }

  engine::Content Read(const v1::TouchOverride& wire, const FieldPath& path) {
    engine::TouchOverrideContent out;
    out.tier = Stated<engine::TouchTier>(wire.tier(), path.Field("tier"));
    out.expires_at = Expiry(wire.has_expires_at(), wire.expires_at(), true, path);
    out.author = Id(wire.author(), path.Field("author"));
    words_.text = Words(wire.reason(), true, path.Field("reason"));
    return out;
  }

  engine::Content Read(const v1::Hold& wire, const FieldPath& path) {
    engine::HoldContent out;
    out.hold_id = Id(wire.hold_id(), path.Field("hold_id"));
    out.expires_at = Expiry(wire.has_expires_at(), wire.expires_at(), false, path);
    out.author = Id(wire.author(), path.Field("author"));
    out.released = wire.released();
    words_.text = Words(wire.reason(), true, path.Field("reason"));
    return out;
  }

  engine::Content Read(const v1::Consent& wire, const FieldPath& path) {
    engine::ConsentContent out;
    out.person = Person(wire.contact_id(), false, path);
    out.channel = OptionalId(wire.channel(), path.Field("channel"));
    out.opted_out = wire.opted_out();
    out.expires_at = Expiry(wire.has_expires_at(), wire.expires_at(), false, path);
    out.author = OptionalId(wire.author(), path.Field("author"));
    words_.text = Words(wire.reason(), false, path.Field("reason"));
    return out;
  }

  engine::Content Read(const v1::Waiver& wire, const FieldPath& path) {
    engine::WaiverContent out;
    out.waiver_id = Id(wire.waiver_id(), path.Field("waiver_id"));
    out.gate = Id(wire.gate(), path.Field("gate"));
    if (!out.gate.empty() && !IsWaivable(out.gate)) {
      violations_.Add(path.Field("gate"),
                      "is not a gate that the rulebook in force lets a person waive; see "
                      "RulebookService.GetRulebook");
    }
    out.expires_at = Expiry(wire.has_expires_at(), wire.expires_at(), true, path);
    out.author = Id(wire.author(), path.Field("author"));
    out.released = wire.released();
    words_.text = Words(wire.reason(), true, path.Field("reason"));
    return out;
  }

 private:
  bool IsWaivable(const std::string& code) const {
    for (const engine::Model& model : context_.rulebook->models()) {
      for (const engine::Gate& gate : model.gates) {
        if (gate.spec.code == code && gate.spec.waivable) return true;
      }
    }
    return false;
  }

  static engine::PitchOutcome OutcomeOf(v1::Interaction::Outcome outcome) {
    switch (outcome) {
      case v1::Interaction::OUTCOME_WON:
        return engine::PitchOutcome::kWon;
      case v1::Interaction::OUTCOME_LOST:
        return engine::PitchOutcome::kLost;
      case v1::Interaction::OUTCOME_NOT_NOW:
        return engine::PitchOutcome::kNotNow;
      case v1::Interaction::OUTCOME_EXPIRED:
        return engine::PitchOutcome::kExpired;
      case v1::Interaction::OUTCOME_ASKED_TO_STOP:
        return engine::PitchOutcome::kAskedToStop;
      default:
        return engine::PitchOutcome::kUnspecified;
    }
  }

  void CheckPitch(const v1::Interaction& wire, const FieldPath& path) {
    const bool pitch = wire.kind() == v1::Interaction::KIND_PITCH;
    if (pitch && wire.motion() == v1::MOTION_UNSPECIFIED) {
      violations_.Add(path.Field("motion"), "is required for a pitch");
    }
    if (!pitch && wire.outcome() != v1::Interaction::OUTCOME_UNSPECIFIED) {
      violations_.Add(path.Field("outcome"),
                      "is for pitches alone; leave it out, or set kind to PITCH");
    }
  }

  void Satisfaction(const v1::Interaction& wire, const FieldPath& path,
                    engine::InteractionContent& out) {
    const v1::Interaction::Satisfaction& stated = wire.satisfaction();
    if (wire.contact_id().empty()) {
      violations_.Add(path.Field("contact_id"), "is required with satisfaction: who stated it?");
    }
    Score(stated.has_score(), stated.score(), stated.has_scale_min() ? stated.scale_min() : 1,
          stated.has_scale_max() ? stated.scale_max() : 5, path.Field("satisfaction"),
          out.satisfaction, out.satisfaction_min, out.satisfaction_max);
  }
};

// Which content of the oneof, by the engine's index; the wire's numbers are that plus 10.
constexpr int kFirstContentField = v1::Fact::kProfileFieldNumber;
static_assert(v1::Fact::kReviewFieldNumber - kFirstContentField + 1 ==
              std::variant_size_v<engine::Content>);

engine::Content ReadContent(const v1::Fact& wire, ContentReader& reader, const FieldPath& path) {
  switch (wire.content_case()) {
    case v1::Fact::kProfile:
      return reader.Read(wire.profile(), path.Field("profile"));
    case v1::Fact::kContact:
      return reader.Read(wire.contact(), path.Field("contact"));
    case v1::Fact::kContactChange:
      return reader.Read(wire.contact_change(), path.Field("contact_change"));
    case v1::Fact::kSubscription:
      return reader.Read(wire.subscription(), path.Field("subscription"));
    case v1::Fact::kPurchase:
      return reader.Read(wire.purchase(), path.Field("purchase"));
    case v1::Fact::kUsage:
      return reader.Read(wire.usage(), path.Field("usage"));
    case v1::Fact::kAdoption:
      return reader.Read(wire.adoption(), path.Field("adoption"));
    case v1::Fact::kMilestone:
      return reader.Read(wire.milestone(), path.Field("milestone"));
    case v1::Fact::kSurvey:
      return reader.Read(wire.survey(), path.Field("survey"));
    case v1::Fact::kRecovery:
      return reader.Read(wire.recovery(), path.Field("recovery"));
    case v1::Fact::kTicket:
      return reader.Read(wire.ticket(), path.Field("ticket"));
    case v1::Fact::kInvoice:
      return reader.Read(wire.invoice(), path.Field("invoice"));
    case v1::Fact::kInteraction:
      return reader.Read(wire.interaction(), path.Field("interaction"));
    case v1::Fact::kIssue:
      return reader.Read(wire.issue(), path.Field("issue"));
    case v1::Fact::kHearing:
      return reader.Read(wire.hearing(), path.Field("hearing"));
    case v1::Fact::kInterest:
      return reader.Read(wire.interest(), path.Field("interest"));
    case v1::Fact::kObjective:
      return reader.Read(wire.objective(), path.Field("objective"));
    case v1::Fact::kLoyaltyEvidence:
      return reader.Read(wire.loyalty_evidence(), path.Field("loyalty_evidence"));
    case v1::Fact::kLoyaltyOverride:
      return reader.Read(wire.loyalty_override(), path.Field("loyalty_override"));
    case v1::Fact::kTouchOverride:
      return reader.Read(wire.touch_override(), path.Field("touch_override"));
    case v1::Fact::kHold:
      return reader.Read(wire.hold(), path.Field("hold"));
    case v1::Fact::kConsent:
      return reader.Read(wire.consent(), path.Field("consent"));
    case v1::Fact::kWaiver:
      return reader.Read(wire.waiver(), path.Field("waiver"));
    case v1::Fact::kTask:
      return reader.Read(wire.task(), path.Field("task"));
    case v1::Fact::kReview:
      return reader.Read(wire.review(), path.Field("review"));
    case v1::Fact::kReservation:
    case v1::Fact::CONTENT_NOT_SET:
      break;
  }
  return engine::Content();
}

void ReadIdentity(const v1::Fact& wire, const FactContext& context, const FieldPath& path,
                  engine::Fact& fact, Violations& violations) {
  fact.account = AccountIdOf(wire.account(), true, path.Field("account"), violations);
  fact.source = wire.source();
  if (!IsSourceId(wire.source())) {
    violations.Add(path.Field("source"),
                   "must be 1 to 64 characters of a-z 0-9 _ . - that begin with a letter or digit");
  }
  fact.id = wire.fact_id();
  CheckId(wire.fact_id(), limits::kMaxIdBytes, true, path.Field("fact_id"), violations);
  fact.version = wire.version();
  fact.retracted = wire.retracted();
  if (wire.retracted() && wire.version() == 0) {
    violations.Add(path.Field("version"),
                   "must be above that of the fact which is retracted, so at least 1");
  }
  fact.observed_at_given = wire.has_observed_at();
  if (!wire.has_observed_at()) return;
  const FieldPath at = path.Field("observed_at");
  fact.observed_at = InstantOf(wire.observed_at(), at, violations).value_or(0);
  if (fact.observed_at > context.now + absl::ToInt64Microseconds(limits::kMaxAhead)) {
    violations.Add(at,
                   "is more than 48 hours ahead of the server's clock; check the time and its "
                   "zone");
  }
}

}  // namespace

absl::StatusOr<FactInput> FactFromWire(const v1::Fact& wire, const FactContext& context,
                                       const FieldPath& path) {
  Violations violations;
  RefuseUnknown(wire, path, violations);
  FactInput out;
  ReadIdentity(wire, context, path, out.fact, violations);
  if (wire.content_case() == v1::Fact::CONTENT_NOT_SET) {
    violations.Add(path.Field("content"), "is required: say what was observed, such as survey");
  } else if (wire.has_reservation()) {
    // Not even a retraction: a client could free an account that way.
    violations.Add(path.Field("reservation"),
                   "is written by the server alone; reserve by ReservationService");
  } else if (wire.retracted()) {
    // What a retraction says of the content is not read; its kind is.
    out.fact.content =
        EmptyContent(static_cast<size_t>(wire.content_case() - kFirstContentField));
  } else {
    ContentReader reader(context, out.fact, out.words, violations);
    out.fact.content = ReadContent(wire, reader, path);
  }
  if (!violations.empty()) return violations.ToStatus();
  return out;
}

}  // namespace kizuna::convert
