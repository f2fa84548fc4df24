// SPDX-License-Identifier: Apache-2.0
//
// What may be proposed, and what does it do for the customer?

#include <algorithm>
#include <variant>
#include <vector>

#include "server/convert/names.h"
#include "server/convert/values.h"
#include "server/engine/feature.h"
#include "server/engine/offers.h"
#include "server/review/sections.h"

namespace kizuna::review {
namespace {

using Kind = engine::OfferGround::Kind;

static_assert(static_cast<int>(engine::Benefit::kLikelyNeed) == v1::BENEFIT_LIKELY_NEED);

// Whether a customer may be told the ground: what they said or have, not what we suppose of them.
bool IsForCustomer(const engine::OfferGround& ground) {
  if (ground.kind == Kind::kIssue) return ground.value == 1;
  return ground.kind != Kind::kAffinity && ground.kind != Kind::kIssueOfSegment;
}

// Whether the ground's number is theirs.
bool HasValueForCustomer(const engine::OfferGround& ground) {
  return ground.kind == Kind::kSeatsInUse || ground.kind == Kind::kInterest;
}

template <typename Message>
void BenefitsToWire(const std::vector<engine::Benefit>& benefits, Message* out) {
  for (const engine::Benefit benefit : benefits) {
    out->add_benefits(static_cast<v1::Benefit>(benefit));
  }
}

// What is earned by both, where all of it is known.
std::optional<engine::Micros> Sum(const engine::Proposal& proposal,
                                  std::optional<engine::Micros> engine::Offer::*part) {
  engine::Micros sum = 0;
  for (const engine::Offer* offer : proposal.offers) {
    if (!(offer->*part)) return std::nullopt;
    sum += *(offer->*part);
  }
  return sum;
}

void TierToWire(const Scene& scene, const engine::Proposal& proposal, v1::TieredProposal* out) {
  out->set_tier(static_cast<v1::ProposalTier>(proposal.tier));
  for (const engine::Offer* offer : proposal.offers) {
    ProductToWire(scene.material, *offer, scene.internal, out->add_products());
  }
  BenefitsToWire(proposal.benefits, out);
  if (!scene.internal) return;
  const std::string& currency = scene.material.currency();
  if (const auto gain = Sum(proposal, &engine::Offer::yearly_gain)) {
    *out->mutable_yearly_gain() = convert::MoneyOf(*gain, currency);
  }
  if (const auto margin = Sum(proposal, &engine::Offer::yearly_margin)) {
    *out->mutable_yearly_margin() = convert::MoneyOf(*margin, currency);
  }
}

// The issues that a product of ours would solve, by the grounds of its offer.
void IssuesToWire(const Material& material, const Sight& sight, const engine::Offer& offer,
                  v1::Proposal* out) {
  std::vector<const engine::IssueState*> issues;
  for (const engine::IssueState& issue : sight.state.issues) {
    const bool open = issue.status == engine::IssueContent::Status::kConfirmed ||
                      issue.status == engine::IssueContent::Status::kAssumed;
    const bool solved_by = std::any_of(
        offer.grounds.begin(), offer.grounds.end(), [&](const engine::OfferGround& ground) {
          return ground.kind == Kind::kIssue && ground.subject == issue.category;
        });
    if (open && solved_by) issues.push_back(&issue);
  }
  std::stable_sort(issues.begin(), issues.end(),
                   [](const auto* a, const auto* b) { return a->status > b->status; });
  for (const auto* issue : issues) {
    const bool confirmed = issue->status == engine::IssueContent::Status::kConfirmed;
    IssueToWire(material, *issue, confirmed, out->add_issues());
  }
}

}  // namespace

void ProductToWire(const Material& material, const engine::Offer& offer, bool internal,
                   v1::ProposedProduct* out) {
  const engine::Product& product =
      material.rules().products()[static_cast<size_t>(offer.option.product)];
  out->set_product(convert::ProductName(product.id));
  out->set_display_name(product.display_name);
  out->set_motion(convert::ToWire(offer.option.motion));
  out->set_extended_product(convert::ProductName(offer.option.extended));
  for (const engine::OfferGround& ground : offer.grounds) {
    if (!internal && !IsForCustomer(ground)) continue;
    v1::OfferGround* added = out->add_grounds();
    added->set_kind(static_cast<v1::OfferGround::Kind>(ground.kind));
    added->set_subject(ground.subject);
    if (ground.value && (internal || HasValueForCustomer(ground))) added->set_value(*ground.value);
  }
  if (!internal) return;
  if (product.annual_price >= 0) {
    *out->mutable_annual_price() = convert::MoneyOf(product.annual_price, material.currency());
  }
  if (offer.margin) out->set_margin(*offer.margin);
}

void FillProposals(const Scene& scene, v1::Review* out) {
  const std::vector<engine::Offer> offers =
      engine::OffersFor(scene.now.state, *scene.now.rules, scene.now.at);
  for (const engine::Proposal& proposal : engine::ProposalsOf(offers, *scene.now.rules)) {
    TierToWire(scene, proposal, out->add_proposals());
  }
}

v1::Proposal Propose(const Material& material, const Sight& sight, const engine::Request& request,
                     const engine::Decision& decision) {
  v1::Proposal out;
  const engine::Day today = material.calendar().DayOf(sight.at);
  out.set_account(convert::AccountName(material.account()));
  out.set_display_name(sight.state.Profile("display_name"));
  engine::Offer offer;
  offer.option = decision.option;
  for (engine::Offer& made : engine::OffersFor(sight.state, *sight.rules, sight.at)) {
    if (made.option.motion == decision.option.motion &&
        made.option.product == decision.option.product) {
      offer = std::move(made);
      break;
    }
  }
  if (offer.option.product < 0) offer.option.product = sight.rules->FindProduct(request.product);
  ProductToWire(material, offer, true, out.mutable_product());
  IssuesToWire(material, sight, offer, &out);
  BenefitsToWire(engine::BenefitsOf(offer), &out);
  for (const engine::ObjectiveState& objective : sight.state.objectives) {
    if (objective.now.closed != engine::kNoDay || objective.now.start > today) continue;
    ObjectiveToWire(material, objective.now, today, out.add_objectives());
  }
  for (const engine::PersonState& person : sight.state.people) {
    const bool decides = person.role == engine::Role::kDecisionMaker ||
                         person.role == engine::Role::kChampion;
    if (decides && engine::IsPresent(person)) PersonToWire(material, person, out.add_people());
  }
  RelationshipToWire(material, sight.state, today, out.mutable_relationship());
  convert::AssessmentToWire(CardViewOf(material, sight), decision, out.mutable_assessment());
  out.set_revision(material.revision());
  out.set_rulebook_number(sight.rules->number());
  *out.mutable_prepared_at() = convert::TimestampOf(sight.at);
  out.set_owner(sight.state.Profile("owner"));
  out.set_language(sight.state.Profile("language"));
  return out;
}

}  // namespace kizuna::review
