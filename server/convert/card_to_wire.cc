// SPDX-License-Identifier: Apache-2.0

#include "server/convert/card_to_wire.h"

#include <algorithm>
#include <string>
#include <vector>

#include "server/convert/fact_to_wire.h"
#include "server/convert/names.h"
#include "server/convert/values.h"
#include "server/engine/feature.h"
#include "server/limits.h"

namespace kizuna::convert {
namespace {

std::string ContactId(const CardView& view, engine::PersonKey person) {
  return person == engine::kNobody || view.contact_id == nullptr ? std::string()
                                                                 : view.contact_id(person);
}

std::string ProductNameAt(const engine::Rulebook& rulebook, int product) {
  return product < 0 ? std::string() : ProductName(rulebook.products()[product].id);
}

void DriverToWire(const CardView& view, const engine::Driver& driver, double all_shares,
                  bool with_facts, v1::Driver* out) {
  const engine::Dimension& dimension = view.card->model->dimensions[driver.dimension];
  const engine::Measure& measure = dimension.measures[driver.measure];
  const engine::Feature& feature = view.card->model->features[measure.feature];
  out->set_dimension(dimension.name);
  out->set_feature(feature.name);
  out->set_points(driver.points);
  out->set_too_old(driver.too_old);
  if (driver.value.has_value()) {
    out->set_value(*driver.value);
    if (!driver.too_old) {
      out->set_y(driver.y);
      out->set_share(all_shares);
    }
  }
  if (driver.newest != engine::kNoDay) *out->mutable_newest_evidence_date() = ToWire(driver.newest);
  if (!with_facts) return;
  const engine::Day today = view.rulebook->calendar().DayOf(view.checked_at);
  for (const engine::Evidence& evidence :
       engine::Explain(feature, *view.state, *view.rulebook, today, limits::kMaxCitedFacts)) {
    EvidenceItemToWire(view, evidence, out->add_facts());
  }
}

bool Present(const engine::Driver& driver) { return driver.value.has_value() && !driver.too_old; }

// The shares of the measures and dimensions among those with evidence, as docs/scoring.md weighs
// them, to be shown beside the points.
struct Shares {
  std::vector<double> dimension_weight;  // 0 without evidence
  std::vector<double> measure_weight;    // of the measures present in the dimension
  double all = 0;

  explicit Shares(const engine::Card& card)
      : dimension_weight(card.model->dimensions.size()),
        measure_weight(card.model->dimensions.size()) {
    for (const engine::Driver& driver : card.health.drivers) {
      if (!Present(driver)) continue;
      const engine::Dimension& dimension = card.model->dimensions[driver.dimension];
      dimension_weight[driver.dimension] = dimension.weight;
      measure_weight[driver.dimension] += dimension.measures[driver.measure].weight;
    }
    for (const double weight : dimension_weight) all += weight;
  }

  double Of(const engine::Dimension& dimension, const engine::Driver& driver) const {
    if (all == 0 || measure_weight[driver.dimension] == 0) return 0;
    return dimension.weight / all * dimension.measures[driver.measure].weight /
           measure_weight[driver.dimension];
  }
};

void DimensionsToWire(const engine::Card& card, const Shares& shares, v1::Health* out) {
  for (size_t d = 0; d < card.model->dimensions.size(); ++d) {
    v1::DimensionScore* score = out->add_dimensions();
    score->set_name(card.model->dimensions[d].name);
    if (shares.all == 0 || shares.dimension_weight[d] == 0) continue;
    const double share = shares.dimension_weight[d] / shares.all;
    double points = 0;
    for (const engine::Driver& driver : card.health.drivers) {
      if (driver.dimension == static_cast<int>(d)) points += driver.points;
    }
    score->set_share(share);
    score->set_points(points);
    score->set_score(points / share);
  }
}

void CapToWire(const CardView& view, v1::Health* out) {
  const engine::Card& card = *view.card;
  if (card.health.cap < 0) return;
  const engine::Cap& cap = card.model->caps[card.health.cap];
  const engine::Feature& feature = card.model->features[cap.feature];
  v1::CapApplied* applied = out->mutable_cap();
  applied->set_feature(feature.name);
  const engine::Day today = view.rulebook->calendar().DayOf(view.checked_at);
  const engine::FeatureValue value = engine::Evaluate(feature, *view.state, *view.rulebook, today);
  if (value.value.has_value()) applied->set_value(*value.value);
  applied->set_comparison(ToWire(cap.spec.comparison));
  applied->set_threshold(cap.spec.threshold);
  applied->set_limit(cap.spec.limit);
  applied->set_points(card.health.cut);
}

void ReasonToWire(const CardView& view, const engine::Reason& reason, v1::Reason* out) {
  const engine::GateSpec& gate = reason.gate->spec;
  out->set_code(gate.code);
  out->set_effect(ToWire(reason.effect));
  out->set_missing(reason.missing);
  out->set_waived(reason.waived);
  for (const engine::Motion motion : gate.motions) out->add_motions(ToWire(motion));
  for (const engine::Reason::Item& item : reason.items) {
    v1::Evidence* evidence = out->add_evidence();
    evidence->set_feature(item.feature);
    if (item.value.has_value()) evidence->set_value(*item.value);
    if (item.comparison.has_value()) {
      evidence->set_comparison(ToWire(*item.comparison));
      evidence->set_threshold(item.threshold);
    }
    for (const engine::Evidence& fact : item.facts) {
      EvidenceItemToWire(view, fact, evidence->add_facts());
    }
  }
  out->set_remedy(gate.remedy);
  out->set_who_can_act(gate.who_can_act);
  out->set_waivable(gate.waivable);
  SetInstant(reason.opens_at, out, &v1::Reason::mutable_opens_at);
}

void ReadinessToWire(const engine::Readiness& readiness, v1::Readiness* out) {
  if (readiness.score.has_value()) out->set_score(*readiness.score);
  if (readiness.health.has_value()) out->set_health(*readiness.health);
  if (readiness.loyalty.has_value()) out->set_loyalty(*readiness.loyalty);
  if (readiness.need.has_value()) out->set_need(*readiness.need);
  if (readiness.timing.has_value()) out->set_timing(*readiness.timing);
  if (readiness.potential.has_value()) out->set_potential(*readiness.potential);
  if (readiness.affinity.has_value()) out->set_affinity(*readiness.affinity);
}

// What a card says of itself, on every message that carries it.
template <typename Message>
void StampToWire(const CardView& view, Message* out) {
  out->set_account(AccountName(view.account));
  out->set_revision(view.revision);
  out->set_rulebook_number(view.rulebook->number());
  *out->mutable_checked_at() = TimestampOf(view.checked_at);
  SetInstant(view.card->valid_until, out, &Message::mutable_valid_until);
}

void AddEvidence(const CardView& view, const engine::Stamp& stamp, engine::PersonKey person,
                 v1::Loyalty* out) {
  if (!stamp.given() || stamp.observed_at > view.checked_at ||
      out->evidence_size() >= limits::kMaxLoyaltyEvidence) {
    return;
  }
  EvidenceItemToWire(view, engine::Evidence{"", person, stamp, stamp.observed_at},
                     out->add_evidence());
}

template <typename Override>
void OverrideToWire(const Override& override_state, v1::OverrideInForce* out) {
  out->set_author(override_state.now.author);
  SetInstant(override_state.now.expires_at, out, &v1::OverrideInForce::mutable_expires_at);
  *out->mutable_fact() = FactReferenceOf(override_state.stamp);
}

}  // namespace

void EvidenceItemToWire(const CardView& view, const engine::Evidence& evidence,
                        v1::EvidenceItem* out) {
  out->set_subject(evidence.subject);
  out->set_contact_id(ContactId(view, evidence.person));
  if (evidence.fact.given()) *out->mutable_fact() = FactReferenceOf(evidence.fact);
  SetInstant(evidence.observed_at, out, &v1::EvidenceItem::mutable_observed_at);
}

void HealthToWire(const CardView& view, bool with_facts, v1::Health* out) {
  StampToWire(view, out);
  const engine::Health& health = view.card->health;
  const engine::Model& model = *view.card->model;
  if (health.score.has_value()) out->set_score(*health.score);
  if (health.raw.has_value()) out->set_raw_score(*health.raw);
  out->set_band(ToWire(health.band));
  out->set_coverage(health.coverage);
  out->set_minimum_coverage(model.spec.minimum_coverage);
  out->set_model(model.spec.name);
  const Shares shares(*view.card);
  for (const engine::Driver& driver : health.drivers) {
    DriverToWire(view, driver, shares.Of(model.dimensions[driver.dimension], driver), with_facts,
                 out->add_drivers());
  }
  DimensionsToWire(*view.card, shares, out);
  CapToWire(view, out);
}

void LoyaltyToWire(const CardView& view, v1::Loyalty* out) {
  StampToWire(view, out);
  const engine::Loyalty& loyalty = view.card->loyalty;
  const engine::Place& place = view.card->place;
  out->set_tier(ToWire(loyalty.tier));
  out->set_derived_tier(ToWire(loyalty.derived));
  if (loyalty.overridden) {
    OverrideToWire(view.state->loyalty_override, out->mutable_tier_override());
  }
  out->set_recommends(loyalty.recommends);
  out->set_committed(loyalty.committed);
  out->set_touch_tier(ToWire(place.touch));
  if (place.touch_overridden) {
    OverrideToWire(view.state->touch_override, out->mutable_touch_override());
  }
  out->set_derived_touch_tier(ToWire(place.derived_touch));
  *out->mutable_lifetime_value() = MoneyOf(place.lifetime_value, view.currency);
  *out->mutable_recurring_revenue() = MoneyOf(place.recurring_revenue, view.currency);
  *out->mutable_results() = MoneyOf(place.results, view.currency);
  if (place.room.has_value()) out->set_room(*place.room);
  out->set_cell(ToWire(place.cell));
  AddEvidence(view, view.state->newest_loyalty_evidence, engine::kNobody, out);
  for (const engine::RespondentState& respondent : view.state->respondents) {
    if (respondent.answered.given() && respondent.score >= engine::kPromoterFrom) {
      AddEvidence(view, respondent.answered, respondent.person, out);
    }
  }
}

void DecisionToWire(const CardView& view, const engine::Decision& decision,
                    v1::CheckPitchResponse* out) {
  StampToWire(view, out);
  out->set_verdict(ToWire(decision.verdict));
  for (const engine::Reason& reason : decision.reasons) {
    ReasonToWire(view, reason, out->add_reasons());
  }
  out->set_motion(ToWire(decision.option.motion));
  out->set_product(ProductNameAt(*view.rulebook, decision.option.product));
  const engine::Health& health = view.card->health;
  if (health.score.has_value()) out->set_health_score(*health.score);
  out->set_band(ToWire(health.band));
  out->set_coverage(health.coverage);
  if (decision.option.readiness.score.has_value()) {
    if (decision.verdict == engine::Verdict::kAllow) {
      out->set_readiness(*decision.option.readiness.score);
    } else {
      out->set_readiness_if_opened(*decision.option.readiness.score);
    }
  }
  SetInstant(decision.changes_at, out, &v1::CheckPitchResponse::mutable_can_change_at);
}

void AssessmentToWire(const CardView& view, const engine::Decision& decision, v1::Assessment* out) {
  out->set_motion(ToWire(decision.option.motion));
  out->set_product(ProductNameAt(*view.rulebook, decision.option.product));
  out->set_extended_product(ProductName(decision.option.extended));
  out->set_verdict(ToWire(decision.verdict));
  for (const engine::Reason& reason : decision.reasons) {
    ReasonToWire(view, reason, out->add_reasons());
  }
  ReadinessToWire(decision.option.readiness, out->mutable_readiness());
  *out->mutable_yearly_gain() = MoneyOf(decision.option.yearly_gain, view.currency);
  SetInstant(decision.changes_at, out, &v1::Assessment::mutable_can_change_at);
}

void ReadyToWire(const CardView& view, engine::Motion motion, v1::ReadyAccount* out) {
  const engine::Card& card = *view.card;
  const engine::Option& option = card.Best(motion);
  out->set_account(AccountName(view.account));
  out->set_display_name(view.state->Profile("display_name"));
  out->set_verdict(ToWire(option.verdict));
  out->set_motion(ToWire(option.motion));
  out->set_product(ProductNameAt(*view.rulebook, option.product));
  if (option.readiness.score.has_value()) out->set_readiness(*option.readiness.score);
  if (card.health.score.has_value()) out->set_health_score(*card.health.score);
  out->set_band(ToWire(card.health.band));
  out->set_cell(ToWire(card.place.cell));
  out->set_loyalty_tier(ToWire(card.loyalty.tier));
  out->set_touch_tier(ToWire(card.place.touch));
  out->set_owner(view.state->Profile("owner"));
  // In the model's order: an account's finding and a product's may be of one gate.
  for (const engine::Gate& gate : card.model->gates) {
    const auto of_gate = [&](const engine::Finding& finding) {
      return finding.gate == &gate && (finding.motions & engine::MotionBit(option.motion)) != 0;
    };
    if (std::any_of(card.findings.begin(), card.findings.end(), of_gate) ||
        std::any_of(option.findings.begin(), option.findings.end(), of_gate)) {
      out->add_gates(gate.spec.code);
    }
  }
  out->set_revision(view.revision);
  SetInstant(card.valid_until, out, &v1::ReadyAccount::mutable_valid_until);
}

void LwpToWire(const CardView& view, const engine::Lwp& lwp, v1::Lwp* out) {
  out->set_list(lwp.list);
  out->set_contacts(lwp.contacts);
  out->set_orders(lwp.orders);
  if (lwp.days_since_contact) out->set_days_since_contact(*lwp.days_since_contact);
  const engine::CrossSellSign& sign = lwp.what;
  if (sign.kind == engine::CrossSellSign::Kind::kNone) return;
  v1::CrossSellSign* what = out->mutable_what();
  // The kinds are numbered alike.
  what->set_kind(static_cast<v1::CrossSellSign::Kind>(sign.kind));
  what->set_product(ProductNameAt(*view.rulebook, sign.product));
  what->set_issue_category(sign.category);
  what->set_owned_product(ProductNameAt(*view.rulebook, sign.owned));
  if (sign.kind == engine::CrossSellSign::Kind::kAffinity) what->set_lift(sign.lift);
  SetInstant(sign.observed_at, what, &v1::CrossSellSign::mutable_observed_at);
}

void AccountToWire(const CardView& view, v1::Account* out) {
  out->set_name(AccountName(view.account));
  out->set_revision(view.revision);
  out->set_create_revision(view.create_revision);
  v1::Profile* profile = out->mutable_profile();
  for (const engine::ProfileField& field : view.state->profile) {
    // What was cleared is not there; the facts tell that it once was.
    if (!field.value.empty()) ProfileFieldToWire(field.key, field.value, view.currency, profile);
  }
}

void ContactToWire(const CardView& view, const engine::PersonState& person,
                   v1::ContactRecord* out) {
  v1::Contact* contact = out->mutable_contact();
  contact->set_contact_id(ContactId(view, person.person));
  contact->set_role(static_cast<v1::Role>(person.role));
  contact->set_department(person.department);
  out->set_present(engine::IsPresent(person));
  for (const engine::ConsentState& consent : view.state->consents) {
    if (consent.now.person != person.person) continue;
    v1::Consent* added = out->add_consents();
    added->set_contact_id(contact->contact_id());
    added->set_channel(consent.now.channel);
    added->set_opted_out(consent.now.opted_out);
    SetInstant(consent.now.expires_at, added, &v1::Consent::mutable_expires_at);
    added->set_author(consent.now.author);
  }
}

}  // namespace kizuna::convert
