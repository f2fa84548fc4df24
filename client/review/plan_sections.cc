// SPDX-License-Identifier: Apache-2.0
//
// Which sections tell where they stand and what comes next? Actions, value, issues, people, the
// relationship, the plan and the expansion.

#include <algorithm>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "client/review/sections.h"

namespace kizuna::review {
namespace {

constexpr v1::Milestone kMilestones[] = {v1::MILESTONE_DEPLOYED, v1::MILESTONE_ONBOARDED,
                                         v1::MILESTONE_FIRST_VALUE, v1::MILESTONE_ADOPTED,
                                         v1::MILESTONE_VALUE_REALISED};

std::string IdIn(absl::string_view resource) {
  const size_t slash = resource.find('/');
  return std::string(slash == absl::string_view::npos ? resource : resource.substr(slash + 1));
}

// What an action is about, in one line.
std::string ActionText(const v1::ReviewAction& action, const v1::Review& review,
                       const Words& words) {
  switch (action.kind()) {
    case v1::ReviewAction::KIND_TICKET: {
      std::string text = words.Say(Phrase::kTicketNumber, {action.subject()});
      const std::string severity = words.Of(action.severity());
      if (!severity.empty()) text = words.Say(Phrase::kWithNote, {text, severity});
      return IssueText(text, action.text());
    }
    case v1::ReviewAction::KIND_OBJECTIVE:
      return action.text().empty() ? action.subject() : action.text();
    case v1::ReviewAction::KIND_MILESTONE:
      return IssueText(ProductIn(review, action.subject()), words.Of(action.milestone()));
    case v1::ReviewAction::KIND_RENEWAL:
      return ProductIn(review, action.subject());
    default:
      return IssueText(action.subject(), action.text());
  }
}

Cell StateCell(const v1::ReviewAction& action, const Words& words) {
  switch (action.state()) {
    case v1::ReviewAction::STATE_DONE: {
      const std::string day = words.Day(action.done_date());
      return Cell(
          day.empty() ? words.Say(Phrase::kStateDone) : words.Say(Phrase::kStateDoneOn, {day}),
          Tone::kGood);
    }
    case v1::ReviewAction::STATE_LATE:
      return Cell(words.Say(Phrase::kStateLate), Tone::kBad);
    case v1::ReviewAction::STATE_DROPPED:
      return Cell(words.Say(Phrase::kStateDropped), Tone::kFaint);
    case v1::ReviewAction::STATE_OPEN:
      return Cell(words.Say(Phrase::kStateOpen));
    default:
      return Cell();
  }
}

Table ActionTable(const google::protobuf::RepeatedPtrField<v1::ReviewAction>& actions,
                  Phrase last_column, const v1::Review& review, const Words& words) {
  Table table;
  table.columns = {{words.Say(Phrase::kColumnWhat)},
                   {words.Say(Phrase::kColumnKind), false, true},
                   {words.Say(Phrase::kColumnDue), false, true},
                   {words.Say(last_column), false, true}};
  for (const v1::ReviewAction& action : actions) {
    const std::string due = words.Day(action.due_date());
    table.rows.push_back({ActionText(action, review, words), words.Of(action.kind()),
                          due.empty() ? words.Say(Phrase::kNothing) : due,
                          StateCell(action, words)});
  }
  return table;
}

Picture MilestonePicture(const v1::ReviewValue& value, const Words& words) {
  MilestoneChart chart;
  std::vector<std::string> told;
  for (const v1::Milestone milestone : kMilestones) {
    const std::string name = words.Of(milestone);
    MilestoneChart::Step step{name, "", false, false};
    const auto reached = std::find_if(
        value.reached().begin(), value.reached().end(),
        [&](const v1::ReviewValue::Reached& one) { return one.milestone() == milestone; });
    if (reached != value.reached().end()) {
      step.reached = true;
      step.fresh = reached->in_quarter();
      step.note = words.Day(reached->date());
      told.push_back(words.Say(Phrase::kMilestoneReached, {name, step.note}));
    } else if (milestone == value.next()) {
      step.note = words.Say(Phrase::kNext);
      told.push_back(words.Say(Phrase::kMilestoneNext, {name}));
    }
    chart.steps.push_back(std::move(step));
  }
  if (value.next() == v1::MILESTONE_UNSPECIFIED && value.reached_size() > 0) {
    told.push_back(words.Say(Phrase::kAllReached));
  }
  return {std::move(chart), NameOr(value.display_name(), value.product()), "", words.Join(told)};
}

std::string PersonText(const v1::ReviewPeople::Person& person, const Words& words) {
  const std::string name = person.full_name().empty() ? words.Say(Phrase::kNameUnknown)
                                                      : words.Honoured(person.full_name());
  const std::string note = person.title().empty() ? words.Of(person.role()) : person.title();
  return note.empty() ? name : words.Say(Phrase::kWithNote, {name, note});
}

Table PeopleTable(const v1::ReviewPeople& people, const Words& words) {
  Table table;
  table.columns = {{words.Say(Phrase::kColumnName)},
                   {words.Say(Phrase::kColumnTitle)},
                   {words.Say(Phrase::kColumnDepartment)},
                   {words.Say(Phrase::kColumnRole)}};
  for (const v1::ReviewPeople::Person& person : people.people()) {
    table.rows.push_back({person.full_name().empty() ? words.Say(Phrase::kNameUnknown)
                                                     : words.Honoured(person.full_name()),
                          person.title(), person.department(), words.Of(person.role())});
  }
  return table;
}

Pictures MeetingsPicture(const v1::Review& review, const Words& words) {
  const v1::ReviewPeople& people = review.people();
  ColumnChart chart;
  std::vector<std::string> told;
  for (int i = 0; i < people.two_way_by_month_size(); ++i) {
    const std::string month = words.Month((review.first_date().month() - 1 + i) % 12 + 1);
    const int count = people.two_way_by_month(i);
    chart.columns.push_back({month, static_cast<double>(count), absl::StrCat(count)});
    told.push_back(absl::StrCat(month, " ", count));
  }
  const bool japanese = words.language() == Language::kJapanese;
  std::string caption = words.Say(Phrase::kTwoWayBefore, {absl::StrCat(people.two_way_before())});
  if (const std::string day = words.Day(people.last_two_way_date()); !day.empty()) {
    absl::StrAppend(&caption, japanese ? "" : " ", words.Say(Phrase::kLastTwoWay, {day}));
  }
  std::string in_words = absl::StrCat(words.Join(told), japanese ? "。" : ". ", caption);
  Pictures pictures;
  pictures.narrow = true;
  pictures.items.push_back(
      {std::move(chart), words.Say(Phrase::kChartMonths), std::move(caption), std::move(in_words)});
  return pictures;
}

Table MeetingsTable(const v1::ReviewPeople& people, const Words& words) {
  Table table;
  table.columns = {{words.Say(Phrase::kColumnMeeting)},
                   {words.Say(Phrase::kColumnCount), true},
                   {words.Say(Phrase::kColumnTwoWay), true}};
  for (const v1::ReviewPeople::Count& count : people.counts()) {
    table.rows.push_back(
        {words.Of(count.kind()), absl::StrCat(count.count()), absl::StrCat(count.two_way())});
  }
  return table;
}

Card CardOf(const v1::TieredProposal& proposal, const v1::Review& review, bool ours,
            const Words& words) {
  Card card;
  switch (proposal.tier()) {
    case v1::PROPOSAL_TIER_GOOD:
      card.title = words.Say(Phrase::kTierGood);
      card.note = words.Say(Phrase::kTierGoodNote);
      break;
    case v1::PROPOSAL_TIER_BETTER:
      card.title = words.Say(Phrase::kTierBetter);
      card.note = words.Say(Phrase::kTierBetterNote);
      break;
    case v1::PROPOSAL_TIER_BEST:
      card.title = words.Say(Phrase::kTierBest);
      card.note = words.Say(Phrase::kTierBestNote);
      break;
    default:
      break;
  }
  std::vector<std::string> grounds;
  std::vector<std::string> figures;
  for (const v1::ProposedProduct& product : proposal.products()) {
    card.subjects.push_back(OfferText(product, review, words));
    for (std::string& ground : GroundTexts(product, review, ours, words)) {
      if (std::find(grounds.begin(), grounds.end(), ground) == grounds.end()) {
        grounds.push_back(std::move(ground));
      }
    }
    if (!ours) continue;
    const auto add = [&](std::string figure) {
      if (proposal.products_size() > 1) {
        figure = words.Say(Phrase::kOfProduct,
                           {NameOr(product.display_name(), product.product()), figure});
      }
      figures.push_back(std::move(figure));
    };
    if (product.has_annual_price()) {
      add(words.Say(Phrase::kPrice, {words.Money(product.annual_price())}));
    }
    if (product.has_margin()) add(words.Say(Phrase::kMargin, {words.Share(product.margin())}));
  }
  card.lists.emplace_back(words.Say(Phrase::kWhatItDoes), BenefitTexts(proposal.benefits(), words));
  card.lists.emplace_back(words.Say(Phrase::kWhy), std::move(grounds));
  if (ours) {
    if (proposal.has_yearly_gain()) {
      figures.push_back(words.Say(Phrase::kYearlyGain, {words.Money(proposal.yearly_gain())}));
    }
    if (proposal.has_yearly_margin()) {
      figures.push_back(words.Say(Phrase::kYearlyMargin, {words.Money(proposal.yearly_margin())}));
    }
    card.lists.emplace_back(words.Say(Phrase::kInternalMark), std::move(figures));
  }
  return card;
}

}  // namespace

Block Lead(std::string text) {
  Paragraph paragraph;
  paragraph.text = std::move(text);
  paragraph.lead = true;
  return paragraph;
}

bool IsSolved(v1::Issue::Status status) {
  return status == v1::Issue::STATUS_SOLVED || status == v1::Issue::STATUS_SOLUTION_CONFIRMED;
}

std::string NameOr(absl::string_view display_name, absl::string_view resource) {
  return display_name.empty() ? IdIn(resource) : std::string(display_name);
}

std::string ProductIn(const v1::Review& review, absl::string_view product) {
  const std::string id = IdIn(product);
  const auto find = [&id](const auto& items) -> std::string {
    for (const auto& item : items) {
      if (IdIn(item.product()) == id && !item.display_name().empty()) return item.display_name();
    }
    return "";
  };
  for (const std::string& name :
       {find(review.values()), find(review.adoption()), find(review.relationship().held())}) {
    if (!name.empty()) return name;
  }
  for (const v1::TieredProposal& proposal : review.proposals()) {
    if (std::string name = find(proposal.products()); !name.empty()) return name;
  }
  return id;
}

std::string IssueText(absl::string_view category, absl::string_view text) {
  return absl::StrCat(category, category.empty() || text.empty() ? "" : ": ", text);
}

Table IssueTable(const std::vector<const v1::ReviewIssue*>& issues, bool solved,
                 const Words& words) {
  Table table;
  table.columns = {{words.Say(Phrase::kColumnWhat)},
                   {words.Say(Phrase::kColumnStatus), false, true},
                   {words.Say(Phrase::kColumnSince), false, true}};
  if (solved) table.columns.push_back({words.Say(Phrase::kColumnSolved), false, true});
  for (const v1::ReviewIssue* issue : issues) {
    table.rows.push_back({IssueText(issue->category(), issue->text()),
                          Cell(words.Of(issue->status()), solved ? Tone::kGood : Tone::kPlain),
                          words.Day(issue->first_date())});
    if (solved) table.rows.back().emplace_back(words.Day(issue->solved_date()));
  }
  return table;
}

std::vector<std::string> BenefitTexts(const google::protobuf::RepeatedField<int>& benefits,
                                      const Words& words) {
  std::vector<std::string> texts;
  for (const int benefit : benefits) {
    std::string text = words.Of(static_cast<v1::Benefit>(benefit));
    if (!text.empty()) texts.push_back(std::move(text));
  }
  return texts;
}

std::vector<std::string> GroundTexts(const v1::ProposedProduct& product, const v1::Review& names,
                                     bool ours, const Words& words) {
  std::vector<std::string> texts;
  for (const v1::OfferGround& ground : product.grounds()) {
    const std::string owned = ProductIn(names, ground.subject());
    std::string text;
    switch (ground.kind()) {
      case v1::OfferGround::KIND_SEATS_IN_USE:
        text = ground.has_value()
                   ? words.Say(Phrase::kGroundSeats, {words.Share(ground.value()), owned})
                   : words.Say(Phrase::kGroundSeatsAlone, {owned});
        break;
      case v1::OfferGround::KIND_ISSUE: {
        const bool assumed = ground.has_value() && ground.value() == 0;
        if (assumed && !ours) break;
        text = words.Say(assumed ? Phrase::kGroundIssueAssumed : Phrase::kGroundIssue,
                         {ground.subject()});
        break;
      }
      case v1::OfferGround::KIND_LADDER:
        text = words.Say(Phrase::kGroundLadder, {owned});
        break;
      case v1::OfferGround::KIND_INTEREST:
        text = ground.has_value()
                   ? words.Say(Phrase::kGroundInterest, {words.Number(ground.value())})
                   : words.Say(Phrase::kGroundInterestAlone);
        break;
      case v1::OfferGround::KIND_RELATED:
        text = words.Say(Phrase::kGroundRelated, {owned});
        break;
      case v1::OfferGround::KIND_ISSUE_OF_SEGMENT:
        if (ours) text = words.Say(Phrase::kGroundIssueOfSegment, {ground.subject()});
        break;
      case v1::OfferGround::KIND_AFFINITY:
        if (ours) {
          text = words.Say(Phrase::kGroundAffinity,
                           {owned, ground.has_value() ? words.Number(ground.value())
                                                      : words.Say(Phrase::kNothing)});
        }
        break;
      default:
        break;
    }
    if (!text.empty() && std::find(texts.begin(), texts.end(), text) == texts.end()) {
      texts.push_back(std::move(text));
    }
  }
  return texts;
}

std::string OfferText(const v1::ProposedProduct& product, const v1::Review& names,
                      const Words& words) {
  std::vector<std::string> notes;
  if (std::string motion = words.Of(product.motion()); !motion.empty()) {
    notes.push_back(std::move(motion));
  }
  if (!product.extended_product().empty() && product.extended_product() != product.product()) {
    notes.push_back(words.Say(Phrase::kBuildsOn, {ProductIn(names, product.extended_product())}));
  }
  const std::string name = NameOr(product.display_name(), product.product());
  return notes.empty() ? name : words.Say(Phrase::kWithNote, {name, words.Join(notes)});
}

Told TellActions(const v1::Review& review, const Words& words) {
  Told told;
  if (review.actions().empty()) return told;
  told.prepared.push_back(Lead(words.Say(Phrase::kLeadActions)));
  told.blocks.emplace_back(ActionTable(review.actions(), Phrase::kColumnOutcome, review, words));
  return told;
}

Told TellValue(const v1::Review& review, const Words& words) {
  Told told;
  if (review.values().empty()) return told;
  told.prepared.push_back(Lead(words.Say(Phrase::kLeadValue)));
  Pictures pictures;
  for (const v1::ReviewValue& value : review.values()) {
    pictures.items.push_back(MilestonePicture(value, words));
  }
  told.blocks.emplace_back(std::move(pictures));
  return told;
}

Told TellIssues(const v1::Review& review, const Words& words) {
  std::vector<const v1::ReviewIssue*> open;
  std::vector<const v1::ReviewIssue*> solved;
  for (const v1::ReviewIssue& issue : review.issues()) {
    // Those that are only assumed stand on the page that is for us alone.
    if (issue.status() == v1::Issue::STATUS_ASSUMED) continue;
    (IsSolved(issue.status()) ? solved : open).push_back(&issue);
  }
  Told told;
  if (!open.empty()) {
    told.blocks.emplace_back(Heading{words.Say(Phrase::kIssuesOpen)});
    told.blocks.emplace_back(IssueTable(open, false, words));
  }
  if (!solved.empty()) {
    told.blocks.emplace_back(Heading{words.Say(Phrase::kIssuesSolved)});
    told.blocks.emplace_back(IssueTable(solved, true, words));
  }
  if (!told.blocks.empty()) told.prepared.push_back(Lead(words.Say(Phrase::kLeadIssues)));
  return told;
}

Told TellPeople(const v1::Review& review, const Words& words) {
  const v1::ReviewPeople& people = review.people();
  Told told;
  if (people.people_size() > 0) told.blocks.emplace_back(PeopleTable(people, words));
  if (people.left_size() > 0) {
    std::vector<std::string> names;
    for (const v1::ReviewPeople::Person& person : people.left()) {
      names.push_back(PersonText(person, words));
    }
    told.blocks.emplace_back(Paragraph{words.Say(Phrase::kPeopleLeft, {words.Join(names)})});
  }
  std::vector<std::string> missing;
  for (const int role : people.missing()) missing.push_back(words.Of(static_cast<v1::Role>(role)));
  if (!missing.empty()) {
    told.blocks.emplace_back(Paragraph{words.Say(Phrase::kNewlyMissing, {words.Join(missing)})});
  }
  if (people.counts_size() > 0) {
    told.blocks.emplace_back(Heading{words.Say(Phrase::kMeetings)});
    told.blocks.emplace_back(MeetingsTable(people, words));
  }
  const bool met = std::any_of(people.two_way_by_month().begin(), people.two_way_by_month().end(),
                               [](int count) { return count > 0; });
  if (met || people.two_way_before() > 0) told.blocks.emplace_back(MeetingsPicture(review, words));
  if (!told.blocks.empty()) told.prepared.push_back(Lead(words.Say(Phrase::kLeadPeople)));
  return told;
}

Told TellRelationship(const v1::Review& review, const Words& words) {
  const v1::ReviewRelationship& relationship = review.relationship();
  Told told;
  const std::string since = words.Day(relationship.since_date());
  if (since.empty() && relationship.held().empty()) return told;
  told.prepared.push_back(Lead(since.empty() ? words.Say(Phrase::kLeadRelationshipUnknown)
                                             : words.Say(Phrase::kLeadRelationship, {since})));
  if (relationship.held_size() > 0) {
    Table table;
    table.columns = {{words.Say(Phrase::kColumnProduct)},
                     {words.Say(Phrase::kColumnPlan)},
                     {words.Say(Phrase::kColumnSeatsBought), true},
                     {words.Say(Phrase::kColumnRenewal), false, true},
                     {words.Say(Phrase::kColumnAutoRenew)}};
    for (const v1::ReviewRelationship::Held& held : relationship.held()) {
      const std::string renewal = words.Day(held.renewal_date());
      table.rows.push_back(
          {NameOr(held.display_name(), held.product()), held.plan(),
           held.seats() > 0 ? words.Number(held.seats()) : words.Say(Phrase::kNothing),
           renewal.empty() ? words.Say(Phrase::kNothing) : renewal,
           words.Say(held.auto_renew() ? Phrase::kYes : Phrase::kNo)});
    }
    told.blocks.emplace_back(std::move(table));
  } else {
    told.blocks.emplace_back(Paragraph{words.Say(Phrase::kNothingHeld)});
  }
  if (relationship.loyalty_evidence() > 0) {
    told.blocks.emplace_back(Paragraph{
        words.Say(Phrase::kLoyaltyThanks, {absl::StrCat(relationship.loyalty_evidence())})});
  }
  return told;
}

Told TellPlan(const v1::Review& review, const Words& words) {
  Told told;
  if (review.plan().empty()) return told;
  told.prepared.push_back(Lead(words.Say(Phrase::kLeadPlan)));
  told.blocks.emplace_back(ActionTable(review.plan(), Phrase::kColumnStatus, review, words));
  return told;
}

Told TellExpansion(const v1::Review& review, const Words& words) {
  Told told;
  if (review.proposals().empty()) return told;
  told.prepared.push_back(Lead(words.Say(Phrase::kLeadExpansion)));
  Cards cards;
  const bool ours = review.copy() == v1::REVIEW_COPY_INTERNAL;
  for (const v1::TieredProposal& proposal : review.proposals()) {
    cards.items.push_back(CardOf(proposal, review, ours, words));
  }
  told.blocks.emplace_back(std::move(cards));
  return told;
}

}  // namespace kizuna::review
