// SPDX-License-Identifier: Apache-2.0
//
// What does a proposal say on its one page? The issue, the approach, the solution. It goes to the
// customer, so readiness, prices, margins and what others bought are not read here at all.

#include "absl/strings/str_cat.h"
#include "client/review/review_document.h"
#include "client/review/sections.h"
#include "client/review/text.h"

namespace kizuna::review {
namespace {

constexpr int kFooterWidth = 70;

// A review that knows the names of what the proposal names, for the texts that both have.
v1::Review NamesOf(const v1::Proposal& proposal) {
  v1::Review names;
  *names.mutable_relationship() = proposal.relationship();
  *names.add_proposals()->add_products() = proposal.product();
  return names;
}

Section IssueSection(const v1::Proposal& proposal, const Words& words) {
  Section section;
  section.title = words.Say(Phrase::kTheIssue);
  Bullets told;
  Bullets to_confirm;
  for (const v1::ReviewIssue& issue : proposal.issues()) {
    (issue.status() == v1::Issue::STATUS_ASSUMED ? to_confirm : told)
        .items.push_back(IssueText(issue.category(), issue.text()));
  }
  if (told.items.empty() && to_confirm.items.empty()) {
    section.blocks.emplace_back(Paragraph{words.Say(Phrase::kNoIssueYet)});
  }
  if (!told.items.empty()) {
    section.blocks.emplace_back(Heading{words.Say(Phrase::kToldUs)});
    section.blocks.emplace_back(std::move(told));
  }
  if (!to_confirm.items.empty()) {
    section.blocks.emplace_back(Heading{words.Say(Phrase::kToConfirm)});
    section.blocks.emplace_back(std::move(to_confirm));
  }
  return section;
}

Section ApproachSection(const v1::Proposal& proposal, const Words& words) {
  Section section;
  section.title = words.Say(Phrase::kTheApproach);
  std::vector<std::string> held;
  for (const v1::ReviewRelationship::Held& one : proposal.relationship().held()) {
    held.push_back(NameOr(one.display_name(), one.product()));
  }
  Bullets bullets;
  if (!held.empty()) {
    bullets.items.push_back(words.Say(Phrase::kBuildOnWhatYouHave, {words.Join(held)}));
  }
  std::vector<std::string> people;
  for (const v1::ReviewPeople::Person& person : proposal.people()) {
    if (person.full_name().empty()) continue;
    const std::string name = words.Honoured(person.full_name());
    people.push_back(person.title().empty() ? name
                                            : words.Say(Phrase::kWithNote, {name, person.title()}));
  }
  if (!people.empty()) {
    bullets.items.push_back(words.Say(Phrase::kWeWouldSpeakWith, {words.Join(people)}));
  }
  if (!bullets.items.empty()) section.blocks.emplace_back(std::move(bullets));
  Bullets objectives;
  for (const v1::ReviewObjective& objective : proposal.objectives()) {
    const std::string title =
        objective.title().empty() ? objective.objective_id() : objective.title();
    const std::string due = words.Day(objective.due_date());
    objectives.items.push_back(due.empty() ? title : words.Say(Phrase::kObjectiveBy, {title, due}));
  }
  if (!objectives.items.empty()) {
    section.blocks.emplace_back(Heading{words.Say(Phrase::kServesObjectives)});
    section.blocks.emplace_back(std::move(objectives));
  }
  return section;
}

Section SolutionSection(const v1::Proposal& proposal, const Words& words) {
  Section section;
  section.title = words.Say(Phrase::kTheSolution);
  const v1::ProposedProduct& product = proposal.product();
  Paragraph offer;
  offer.text =
      words.Say(Phrase::kWeProposeProduct,
                {NameOr(product.display_name(), product.product()), words.Of(product.motion())});
  section.blocks.emplace_back(std::move(offer));
  const auto add = [&section, &words](Phrase heading, std::vector<std::string> items) {
    if (items.empty()) return;
    section.blocks.emplace_back(Heading{words.Say(heading)});
    section.blocks.emplace_back(Bullets{std::move(items)});
  };
  add(Phrase::kWhatItDoes, BenefitTexts(proposal.benefits(), words));
  add(Phrase::kWhy, GroundTexts(product, NamesOf(proposal), /*ours=*/false, words));
  if (!proposal.owner().empty()) {
    section.blocks.emplace_back(Paragraph{words.Say(Phrase::kReachUs, {proposal.owner()})});
  }
  return section;
}

}  // namespace

Document ProposalDocument(const v1::Proposal& proposal, const DocumentOptions& options) {
  const Words words(options.language, options.zone);
  Document document;
  document.language = options.language;
  document.paper = options.paper;
  document.sheet = true;
  document.kind = words.Say(Phrase::kProposal);
  document.subject = words.Honoured(NameOr(proposal.display_name(), proposal.account()));
  document.subtitles.push_back(OfferText(proposal.product(), NamesOf(proposal), words));
  document.imprint.push_back(words.Say(Phrase::kPreparedOn, {words.Day(proposal.prepared_at())}));
  if (!proposal.owner().empty()) {
    document.imprint.push_back(words.Say(Phrase::kYourContact, {proposal.owner()}));
  }
  document.footer = absl::StrCat(Shortened(document.subject, kFooterWidth), " · ", document.kind);
  document.sections.push_back(IssueSection(proposal, words));
  Section approach = ApproachSection(proposal, words);
  if (!approach.blocks.empty()) document.sections.push_back(std::move(approach));
  document.sections.push_back(SolutionSection(proposal, words));
  return document;
}

}  // namespace kizuna::review
