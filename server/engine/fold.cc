// SPDX-License-Identifier: Apache-2.0

#include "server/engine/fold.h"

#include <algorithm>
#include <string>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include "absl/numeric/int128.h"
#include "server/engine/prune.h"

namespace kizuna::engine {
namespace {

// The element of the sorted `list` with this key, made when it is absent.
template <typename T, typename Key, typename GetKey>
T& Entry(std::vector<T>& list, const Key& key, GetKey get_key, T fresh) {
  auto at = std::lower_bound(list.begin(), list.end(), key,
                             [&](const T& item, const Key& k) { return get_key(item) < k; });
  if (at == list.end() || key < get_key(*at)) at = list.insert(at, std::move(fresh));
  return *at;
}

// Moves a last-writer register on, and says whether this fact is the writer now.
bool Wins(Stamp& register_stamp, const Stamp& stamp) {
  if (register_stamp.given() && !(register_stamp < stamp)) return false;
  register_stamp = stamp;
  return true;
}

void KeepEarliest(Stamp& kept, const Stamp& stamp) {
  if (!kept.given() || stamp < kept) kept = stamp;
}

// One application of one fact; a method for each kind of content.
class Applier {
 public:
  Applier(const Fact& fact, const Calendar& calendar, State& state)
      : fact_(fact), stamp_(fact.stamp()), calendar_(calendar), state_(state) {}

  void Run() {
    day_ = calendar_.DayOf(fact_.observed_at);
    std::visit(*this, fact_.content);
  }

  void operator()(const ProfileContent& content) {
    for (const auto& [key, value] : content.fields) {
      ProfileField& field = Entry(
          state_.profile, key, [](const ProfileField& f) -> const std::string& { return f.key; },
          ProfileField{key, "", {}});
      if (Wins(field.stamp, stamp_)) field.value = value;
    }
    Seen();
  }

  void operator()(const ContactContent& content) {
    PersonState& person = PersonOf(content.person);
    if (content.role != Role::kUnspecified && Wins(person.role_set, stamp_)) {
      person.role = content.role;
    }
    if (Wins(person.seen, stamp_)) person.department = content.department;
    Seen();
  }

  void operator()(const ContactChangeContent& content) {
    PersonState& person = PersonOf(content.person);
    if (content.role != Role::kUnspecified && Wins(person.role_set, stamp_)) {
      person.role = content.role;
    }
    if (content.change == ContactChangeContent::Change::kLeft) {
      Wins(person.left, stamp_);
    } else {
      Wins(person.arrived, stamp_);
    }
    Seen();
  }

  void operator()(const SubscriptionContent& content) {
    SubscriptionState fresh;
    fresh.now.subscription_id = content.subscription_id;
    SubscriptionState& subscription = Entry(
        state_.subscriptions, content.subscription_id,
        [](const SubscriptionState& s) -> const std::string& { return s.now.subscription_id; },
        std::move(fresh));
    if (Wins(subscription.stamp, stamp_)) subscription.now = content;
    Seen();
  }

  void operator()(const PurchaseContent& content) {
    // Nobody observes a purchase before it happened: a date ahead is another clock's today.
    const Day day = std::min(content.day, day_);
    RevenueCell& cell =
        Entry(state_.revenue, day, [](const RevenueCell& c) { return c.day; }, {day, 0, 0});
    AddMoney(content.amount, cell);
    auto& days = state_.purchase_days;
    if (content.amount >= 0) {
      Entry(
          days, day, [](Day d) { return d; }, day);
      if (days.size() > kPurchaseDays) days.resize(kPurchaseDays);
      state_.last_purchase_day = std::max(state_.last_purchase_day, day);
      if (!content.product.empty()) NotePurchase(content.product, day);
    }
    Seen();
  }

  void operator()(const UsageContent& content) {
    UsageSeries& series = SeriesOf(content);
    const Day last = content.first_day + content.days - 1;
    series.first_day = std::min(series.first_day, content.first_day);
    series.last_day = std::max(series.last_day, last);
    for (int32_t i = 0; i < content.days; ++i) AddUsage(content, i, series);
    // A row is seen from the day after its own on, so it only holds the state back when it was
    // observed later than its first day. A row may reach into days to come (this month's): they
    // do not move the anchor, or the past would be forgotten too early.
    if (day_ > content.first_day) Seen();
    state_.anchor = std::max(state_.anchor, day_);
  }

  void operator()(const AdoptionContent& content) {
    AdoptionState& adoption = AdoptionOf(content.product);
    if (content.seats_purchased >= 0 && content.seats_active >= 0 && Wins(adoption.seats, stamp_)) {
      adoption.seats_purchased = content.seats_purchased;
      adoption.seats_active = content.seats_active;
    }
    if (content.features_available >= 0 && content.features_used >= 0 &&
        Wins(adoption.features, stamp_)) {
      adoption.features_available = content.features_available;
      adoption.features_used = content.features_used;
    }
    Seen();
  }

  void operator()(const MilestoneContent& content) {
    AdoptionState& adoption = AdoptionOf(content.product);
    if (!adoption.milestone_reached.given() || content.milestone > adoption.milestone) {
      adoption.milestone = content.milestone;
      adoption.milestone_reached = stamp_;
    } else if (content.milestone == adoption.milestone) {
      KeepEarliest(adoption.milestone_reached, stamp_);
    }
    Seen();
  }

  void operator()(const SurveyContent& content) {
    switch (content.kind) {
      case SurveyContent::Kind::kNps:
        AddNps(content);
        Wins(state_.newest_answer, stamp_);
        break;
      case SurveyContent::Kind::kCsat:
        AddCsat(content.score, content.scale_min, content.scale_max);
        break;
      case SurveyContent::Kind::kCes:
        AddAnswer(content.score, content.scale_min, content.scale_max, state_.ces);
        Wins(state_.newest_ces, stamp_);
        break;
      case SurveyContent::Kind::kUnspecified:
        break;
    }
    Seen();
  }

  void operator()(const RecoveryContent& content) {
    Wins(content.respondent == kNobody ? state_.anonymous_recovered
                                       : RespondentOf(content.respondent).recovered,
         stamp_);
    Seen();
  }

  void operator()(const TicketContent& content) {
    state_.tickets_known = true;
    TicketState fresh;
    fresh.ticket_id = content.ticket_id;
    TicketState& ticket = Entry(
        state_.tickets, content.ticket_id,
        [](const TicketState& t) -> const std::string& { return t.ticket_id; }, std::move(fresh));
    if (content.event == TicketContent::Event::kOpened) {
      KeepEarliest(ticket.first_opened, stamp_);
      Wins(ticket.opened, stamp_);
    } else if (content.event == TicketContent::Event::kClosed) {
      Wins(ticket.closed, stamp_);
    } else {
      KeepEarliest(ticket.updated, stamp_);
    }
    if (content.severity != Severity::kUnspecified && Wins(ticket.severity_set, stamp_)) {
      ticket.severity = content.severity;
    }
    if (content.escalated >= 0 && Wins(ticket.escalated_set, stamp_)) {
      ticket.escalated = content.escalated == 1;
    }
    Seen();
  }

  void operator()(const InvoiceContent& content) {
    state_.invoices_known = true;
    InvoiceState fresh;
    fresh.invoice_id = content.invoice_id;
    InvoiceState& invoice = Entry(
        state_.invoices, content.invoice_id,
        [](const InvoiceState& i) -> const std::string& { return i.invoice_id; }, std::move(fresh));
    const bool settles = content.event == InvoiceContent::Event::kPaid ||
                         content.event == InvoiceContent::Event::kVoided;
    if (settles) {
      Wins(invoice.settled, stamp_);
    } else if (content.due != kNoDay) {
      if (invoice.due == kNoDay || invoice.issued < stamp_) {
        invoice.issued = stamp_;
        invoice.due = content.due;
        invoice.amount = content.amount;
      }
    } else if (content.event == InvoiceContent::Event::kOverdue && invoice.due == kNoDay) {
      KeepEarliest(invoice.issued, stamp_);
    }
    Seen();
  }

  void operator()(const InteractionContent& content) {
    if (content.two_way) Wins(state_.newest_two_way, stamp_);
    if (content.outbound && content.unsolicited) {
      Entry(
          state_.outbound, std::pair(day_, content.person),
          [](const OutboundCell& c) { return std::pair(c.day, c.person); },
          OutboundCell{day_, content.person, 0})
          .count++;
    }
    if (content.outcome != PitchOutcome::kUnspecified && Wins(state_.pitch_ended, stamp_)) {
      state_.pitch_outcome = content.outcome;
    }
    if (content.person != kNobody && content.satisfaction_max > content.satisfaction_min) {
      AddCsat(content.satisfaction, content.satisfaction_min, content.satisfaction_max);
    }
    Seen();
  }

  void operator()(const IssueContent& content) {
    IssueState fresh;
    fresh.issue_id = content.issue_id;
    IssueState& issue = Entry(
        state_.issues, content.issue_id,
        [](const IssueState& i) -> const std::string& { return i.issue_id; }, std::move(fresh));
    if (Wins(issue.status_set, stamp_)) {
      issue.status = content.status;
      issue.category = content.category;
    }
    if (content.status == IssueContent::Status::kConfirmed) Wins(issue.confirmed, stamp_);
    if (content.status == IssueContent::Status::kSolutionConfirmed) {
      Wins(issue.solution_confirmed, stamp_);
    }
    Seen();
  }

  void operator()(const HearingContent&) {
    Wins(state_.newest_hearing, stamp_);
    Seen();
  }

  void operator()(const InterestContent& content) {
    Wins(Entry(
             state_.interests, content.product,
             [](const InterestState& i) -> const std::string& { return i.product; },
             InterestState{content.product, {}})
             .stated,
         stamp_);
    Seen();
  }

  void operator()(const ObjectiveContent& content) {
    ObjectiveState fresh;
    fresh.now.objective_id = content.objective_id;
    ObjectiveState& objective = Entry(
        state_.objectives, content.objective_id,
        [](const ObjectiveState& o) -> const std::string& { return o.now.objective_id; },
        std::move(fresh));
    if (Wins(objective.stamp, stamp_)) objective.now = content;
    Seen();
  }

  void operator()(const LoyaltyEvidenceContent&) {
    Wins(state_.newest_loyalty_evidence, stamp_);
    Seen();
  }

  void operator()(const LoyaltyOverrideContent& content) {
    if (Wins(state_.loyalty_override.stamp, stamp_)) state_.loyalty_override.now = content;
    Seen();
  }

  void operator()(const TouchOverrideContent& content) {
    if (Wins(state_.touch_override.stamp, stamp_)) state_.touch_override.now = content;
    Seen();
  }

  void operator()(const HoldContent& content) {
    HoldState fresh;
    fresh.now.hold_id = content.hold_id;
    HoldState& hold = Entry(
        state_.holds, content.hold_id,
        [](const HoldState& h) -> const std::string& { return h.now.hold_id; }, std::move(fresh));
    if (Wins(hold.stamp, stamp_)) hold.now = content;
    Seen();
  }

  void operator()(const ConsentContent& content) {
    ConsentState fresh;
    fresh.now.person = content.person;
    fresh.now.channel = content.channel;
    ConsentState& consent = Entry(
        state_.consents, std::tie(content.person, content.channel),
        [](const ConsentState& c) { return std::tie(c.now.person, c.now.channel); },
        std::move(fresh));
    if (Wins(consent.stamp, stamp_)) consent.now = content;
    Seen();
  }

  void operator()(const WaiverContent& content) {
    WaiverState fresh;
    fresh.now.waiver_id = content.waiver_id;
    WaiverState& waiver = Entry(
        state_.waivers, content.waiver_id,
        [](const WaiverState& w) -> const std::string& { return w.now.waiver_id; },
        std::move(fresh));
    if (Wins(waiver.stamp, stamp_)) waiver.now = content;
    Seen();
  }

  void operator()(const TaskContent& content) {
    TaskState fresh;
    fresh.now.task_id = content.task_id;
    TaskState& task = Entry(
        state_.tasks, content.task_id,
        [](const TaskState& t) -> const std::string& { return t.now.task_id; }, std::move(fresh));
    if (Wins(task.stamp, stamp_)) task.now = content;
    Seen();
  }

  // What people write of a review changes nothing of the account.
  void operator()(const ReviewContent& /*content*/) {}

  void operator()(const ReservationContent& content) {
    // Two steps may fall into one microsecond: a later reservation has the larger token, and of one
    // reservation the later step the larger status.
    const auto order = [](const ReservationContent& c, const Stamp& stamp) {
      return std::tuple(c.fencing_token, stamp.observed_at, c.status, stamp);
    };
    ReservationState& newest = state_.reservation;
    if (!newest.stamp.given() || order(newest.now, newest.stamp) < order(content, stamp_)) {
      newest.now = content;
      newest.stamp = stamp_;
    }
    Seen();
  }

 private:
  // The state holds something that is not there before the fact was observed.
  void Seen() {
    state_.exact_from = std::max(state_.exact_from, fact_.observed_at);
    state_.anchor = std::max(state_.anchor, day_);
  }

  PersonState& PersonOf(PersonKey person) {
    PersonState fresh;
    fresh.person = person;
    return Entry(
        state_.people, person, [](const PersonState& p) { return p.person; }, std::move(fresh));
  }

  AdoptionState& AdoptionOf(const std::string& product) {
    AdoptionState fresh;
    fresh.product = product;
    return Entry(
        state_.adoption, product,
        [](const AdoptionState& a) -> const std::string& { return a.product; }, std::move(fresh));
  }

  RespondentState& RespondentOf(PersonKey person) {
    RespondentState fresh;
    fresh.person = person;
    return Entry(
        state_.respondents, person, [](const RespondentState& r) { return r.person; },
        std::move(fresh));
  }

  UsageSeries& SeriesOf(const UsageContent& content) {
    UsageSeries fresh;
    fresh.metric = content.metric;
    fresh.source = fact_.source;
    fresh.kind = content.kind;
    fresh.first_day = content.first_day;
    fresh.last_day = content.first_day + content.days - 1;
    return Entry(
        state_.usage, std::tie(content.metric, fact_.source),
        [](const UsageSeries& s) { return std::tie(s.metric, s.source); }, std::move(fresh));
  }

  void AddUsage(const UsageContent& content, int32_t i, UsageSeries& series) {
    const Day day = content.first_day + i;
    // Rows mostly come in the order of their days: look at the end first.
    auto& cells = series.cells;
    UsageCell* cell;
    if (!cells.empty() && cells.back().day == day) {
      cell = &cells.back();
    } else {
      cell = &Entry(
          cells, day, [](const UsageCell& c) { return c.day; }, UsageCell{day, 0, kLongAgo});
    }
    if (content.kind == MetricKind::kGauge) {
      // The later observed wins; two rows of one instant and source: the larger value.
      const auto offered = std::pair(fact_.observed_at, content.value);
      if (cell->observed_at == kLongAgo || std::pair(cell->observed_at, cell->value) < offered) {
        std::tie(cell->observed_at, cell->value) = offered;
      }
    } else {
      // A count is spread evenly; the first days take what does not divide.
      const Micros share = content.value / content.days + (i < content.value % content.days);
      cell->value = SaturatingAdd(cell->value, share);
    }
  }

  static void AddMoney(Micros amount, RevenueCell& cell) {
    Micros& side = amount >= 0 ? cell.paid : cell.refunded;
    side = SaturatingAdd(side, amount >= 0 ? amount : -amount);
  }

  void NotePurchase(const std::string& product, Day day) {
    PurchasedProduct& purchased = Entry(
        state_.purchased, product,
        [](const PurchasedProduct& p) -> const std::string& { return p.product; },
        PurchasedProduct{product, day, day});
    purchased.first = std::min(purchased.first, day);
    purchased.last = std::max(purchased.last, day);
  }

  void AddNps(const SurveyContent& content) {
    if (content.respondent == kNobody) {
      Entry(
          state_.anonymous, stamp_,
          [](const AnonymousAnswer& a) -> const Stamp& { return a.answered; },
          AnonymousAnswer{stamp_, content.score});
      return;
    }
    RespondentState& respondent = RespondentOf(content.respondent);
    if (Wins(respondent.answered, stamp_)) respondent.score = content.score;
  }

  void AddCsat(Micros score, Micros min, Micros max) {
    AddAnswer(score, min, max, state_.csat);
    Wins(state_.newest_csat, stamp_);
    Wins(state_.newest_answer, stamp_);
  }

  void AddAnswer(Micros score, Micros min, Micros max, std::vector<SatisfactionCell>& cells) {
    SatisfactionCell& cell = Entry(
        cells, day_, [](const SatisfactionCell& c) { return c.day; }, SatisfactionCell{day_, 0, 0});
    cell.count++;
    cell.sum = SaturatingAdd(cell.sum, static_cast<int64_t>(static_cast<absl::int128>(score - min) *
                                                            kSatisfactionOne / (max - min)));
  }

  const Fact& fact_;
  const Stamp stamp_;
  const Calendar& calendar_;
  State& state_;
  Day day_ = 0;
};

}  // namespace

void Apply(const Fact& fact, const Calendar& calendar, State& state) {
  Applier(fact, calendar, state).Run();
  Prune(calendar, state);
}

State Fold(absl::Span<const Fact> facts, const Calendar& calendar) {
  State state;
  for (const Fact& fact : facts) {
    if (!fact.retracted) Applier(fact, calendar, state).Run();
  }
  Prune(calendar, state);
  return state;
}

const std::string& State::Profile(const std::string& key) const {
  static const std::string& none = *new std::string;
  const auto at =
      std::lower_bound(profile.begin(), profile.end(), key,
                       [](const ProfileField& f, const std::string& k) { return f.key < k; });
  return at != profile.end() && at->key == key ? at->value : none;
}

}  // namespace kizuna::engine
