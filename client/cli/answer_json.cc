// SPDX-License-Identifier: Apache-2.0
#include "client/cli/answer_json.h"

#include "client/cli/session.h"
#include "client/cli/words.h"

namespace kizuna::cli {
namespace {

Json IdJson(absl::string_view name) { return TextJson(IdOf(name)); }

Json ToJson(const v1::DimensionScore& dimension) {
  return Json::MakeObject()
      .Set("name", dimension.name())
      .Set("score", OptionalJson(dimension.has_score(), dimension.score()))
      .Set("share", dimension.share())
      .Set("points", dimension.points());
}

Json ToJson(const v1::CapApplied& cap) {
  return Json::MakeObject()
      .Set("feature", cap.feature())
      .Set("value", cap.value())
      .Set("comparison", ComparisonText(cap.comparison()))
      .Set("threshold", cap.threshold())
      .Set("limit", cap.limit())
      .Set("points", cap.points());
}

Json ToJson(const v1::Evidence& evidence) {
  return Json::MakeObject()
      .Set("feature", evidence.feature())
      .Set("value", OptionalJson(evidence.has_value(), evidence.value()))
      .Set("comparison", TextJson(ComparisonText(evidence.comparison())))
      .Set("threshold", OptionalJson(evidence.has_threshold(), evidence.threshold()))
      .Set("facts", ToJsonArray(evidence.facts()));
}

Json ToJson(const v1::Readiness& readiness) {
  return Json::MakeObject()
      .Set("score", OptionalJson(readiness.has_score(), readiness.score()))
      .Set("health", OptionalJson(readiness.has_health(), readiness.health()))
      .Set("loyalty", OptionalJson(readiness.has_loyalty(), readiness.loyalty()))
      .Set("need", OptionalJson(readiness.has_need(), readiness.need()))
      .Set("timing", OptionalJson(readiness.has_timing(), readiness.timing()))
      .Set("potential", OptionalJson(readiness.has_potential(), readiness.potential()))
      .Set("affinity", OptionalJson(readiness.has_affinity(), readiness.affinity()));
}

Json OverrideJson(bool has, const v1::OverrideInForce& in_force) {
  if (!has) return Json();
  return Json::MakeObject()
      .Set("author", in_force.author())
      .Set("expires_at", TimeJson(in_force.expires_at()))
      .Set("source", TextJson(in_force.fact().source()))
      .Set("fact_id", TextJson(in_force.fact().fact_id()));
}

Json FactJson(const v1::FactReference& fact) {
  return Json::MakeObject()
      .Set("source", TextJson(fact.source()))
      .Set("fact_id", TextJson(fact.fact_id()))
      .Set("observed_at", TimeJson(fact.observed_at()));
}

}  // namespace

Json ToJson(const v1::EvidenceItem& item) {
  const auto& observed_at =
      IsSet(item.observed_at()) ? item.observed_at() : item.fact().observed_at();
  return Json::MakeObject()
      .Set("subject", TextJson(item.subject()))
      .Set("contact_id", TextJson(item.contact_id()))
      .Set("source", TextJson(item.fact().source()))
      .Set("fact_id", TextJson(item.fact().fact_id()))
      .Set("observed_at", TimeJson(observed_at));
}

Json ToJson(const v1::Driver& driver) {
  return Json::MakeObject()
      .Set("dimension", driver.dimension())
      .Set("feature", driver.feature())
      .Set("value", OptionalJson(driver.has_value(), driver.value()))
      .Set("y", OptionalJson(driver.has_y(), driver.y()))
      .Set("points", driver.points())
      .Set("share", driver.share())
      .Set("newest_evidence_date", DateJson(driver.newest_evidence_date()))
      .Set("too_old", driver.too_old())
      .Set("facts", ToJsonArray(driver.facts()));
}

Json ToJson(const v1::Health& health) {
  Json dimensions = Json::MakeArray();
  for (const v1::DimensionScore& dimension : health.dimensions()) {
    dimensions.Append(ToJson(dimension));
  }
  return Json::MakeObject()
      .Set("account", IdJson(health.account()))
      .Set("score", OptionalJson(health.has_score(), health.score()))
      .Set("raw", OptionalJson(health.has_raw_score(), health.raw_score()))
      .Set("band", WordJson(health.band()))
      .Set("coverage", health.coverage())
      .Set("minimum_coverage", health.minimum_coverage())
      .Set("model", health.model())
      .Set("drivers", ToJsonArray(health.drivers()))
      .Set("cap", health.has_cap() ? ToJson(health.cap()) : Json())
      .Set("dimensions", std::move(dimensions))
      .Set("revision", health.revision())
      .Set("rulebook_number", health.rulebook_number())
      .Set("checked_at", TimeJson(health.checked_at()))
      .Set("valid_until", TimeJson(health.valid_until()));
}

Json ToJson(const v1::Loyalty& loyalty) {
  return Json::MakeObject()
      .Set("tier", WordJson(loyalty.tier()))
      .Set("derived_tier", WordJson(loyalty.derived_tier()))
      .Set("tier_override", OverrideJson(loyalty.has_tier_override(), loyalty.tier_override()))
      .Set("recommends", loyalty.recommends())
      .Set("committed", loyalty.committed())
      .Set("touch_tier", WordJson(loyalty.touch_tier()))
      .Set("derived_touch_tier", WordJson(loyalty.derived_touch_tier()))
      .Set("touch_override", OverrideJson(loyalty.has_touch_override(), loyalty.touch_override()))
      .Set("lifetime_value",
           loyalty.has_lifetime_value() ? AmountJson(loyalty.lifetime_value()) : Json())
      .Set("recurring_revenue", AmountJson(loyalty.recurring_revenue()))
      .Set("results", AmountJson(loyalty.results()))
      .Set("room", OptionalJson(loyalty.has_room(), loyalty.room()))
      .Set("cell", WordJson(loyalty.cell()))
      .Set("currency_code", TextJson(loyalty.recurring_revenue().currency_code()))
      .Set("evidence", ToJsonArray(loyalty.evidence()));
}

Json ToJson(const v1::Reason& reason) {
  Json motions = Json::MakeArray();
  for (const int motion : reason.motions()) {
    motions.Append(WordJson(static_cast<v1::Motion>(motion)));
  }
  Json evidence = Json::MakeArray();
  for (const v1::Evidence& item : reason.evidence()) evidence.Append(ToJson(item));
  return Json::MakeObject()
      .Set("code", reason.code())
      .Set("effect", WordJson(reason.effect()))
      .Set("missing", reason.missing())
      .Set("motions", std::move(motions))
      .Set("evidence", std::move(evidence))
      .Set("remedy", TextJson(reason.remedy()))
      .Set("who_can_act", TextJson(reason.who_can_act()))
      .Set("waivable", reason.waivable())
      .Set("waived", reason.waived())
      .Set("opens_at", TimeJson(reason.opens_at()));
}

Json ToJson(const v1::Assessment& assessment) {
  return Json::MakeObject()
      .Set("motion", WordJson(assessment.motion()))
      .Set("product", IdJson(assessment.product()))
      .Set("extended_product", IdJson(assessment.extended_product()))
      .Set("verdict", WordJson(assessment.verdict()))
      .Set("reasons", ToJsonArray(assessment.reasons()))
      .Set("readiness", ToJson(assessment.readiness()))
      .Set("if_opened", assessment.verdict() != v1::VERDICT_ALLOW)
      .Set("yearly_gain", AmountJson(assessment.yearly_gain()))
      .Set("can_change_at", TimeJson(assessment.can_change_at()));
}

Json ToJson(const v1::CheckPitchResponse& answer) {
  return Json::MakeObject()
      .Set("verdict", WordJson(answer.verdict()))
      .Set("account", IdJson(answer.account()))
      .Set("motion", WordJson(answer.motion()))
      .Set("product", IdJson(answer.product()))
      .Set("reasons", ToJsonArray(answer.reasons()))
      .Set("health_score", OptionalJson(answer.has_health_score(), answer.health_score()))
      .Set("band", WordJson(answer.band()))
      .Set("coverage", answer.coverage())
      .Set("readiness", OptionalJson(answer.has_readiness(), answer.readiness()))
      .Set("readiness_if_opened",
           OptionalJson(answer.has_readiness_if_opened(), answer.readiness_if_opened()))
      .Set("revision", answer.revision())
      .Set("rulebook_number", answer.rulebook_number())
      .Set("checked_at", TimeJson(answer.checked_at()))
      .Set("valid_until", TimeJson(answer.valid_until()))
      .Set("can_change_at", TimeJson(answer.can_change_at()))
      .Set("decision_id", TextJson(answer.decision_id()));
}

Json ToJson(const v1::Profile& profile) {
  Json aliases = Json::MakeObject();
  for (const v1::Alias& alias : profile.aliases()) aliases.Set(alias.system(), alias.id());
  Json sizing = Json::MakeObject();
  for (const v1::Sizing& figure : profile.sizing()) sizing.Set(figure.name(), figure.value());
  Json owners = Json::MakeObject();
  for (const v1::ProductOwner& owner : profile.product_owners()) {
    owners.Set(IdOf(owner.product()), owner.owner());
  }
  return Json::MakeObject()
      .Set("display_name", TextJson(profile.display_name()))
      .Set("parent", IdJson(profile.parent()))
      .Set("segment", TextJson(profile.segment()))
      .Set("industry", TextJson(profile.industry()))
      .Set("country", TextJson(profile.country()))
      .Set("language", TextJson(profile.language()))
      .Set("owner", TextJson(profile.owner()))
      .Set("sales_owner", TextJson(profile.sales_owner()))
      .Set("partner", TextJson(profile.partner()))
      .Set("product_owners", std::move(owners))
      .Set("aliases", std::move(aliases))
      .Set("sizing", std::move(sizing))
      .Set("lifetime_value",
           profile.has_lifetime_value() ? AmountJson(profile.lifetime_value()) : Json())
      .Set("budget_month", profile.has_budget_month() ? Json(profile.budget_month()) : Json());
}

Json ToJson(const v1::Account& account) {
  Json merged = Json::MakeArray();
  for (const std::string& name : account.merged_accounts()) merged.Append(IdJson(name));
  return Json::MakeObject()
      .Set("account", IdJson(account.name()))
      .Set("profile", ToJson(account.profile()))
      .Set("revision", account.revision())
      .Set("merged_accounts", std::move(merged));
}

Json ToJson(const v1::ContactRecord& record) {
  Json consents = Json::MakeArray();
  for (const v1::Consent& consent : record.consents()) {
    consents.Append(Json::MakeObject()
                        .Set("channel", TextJson(consent.channel()))
                        .Set("opted_out", consent.opted_out()));
  }
  const v1::Contact& contact = record.contact();
  return Json::MakeObject()
      .Set("contact_id", TextJson(contact.contact_id()))
      .Set("role", WordJson(contact.role()))
      .Set("department", TextJson(contact.department()))
      .Set("full_name", TextJson(contact.full_name()))
      .Set("email", TextJson(contact.email()))
      .Set("title", TextJson(contact.title()))
      .Set("present", record.present())
      .Set("consents", std::move(consents));
}

Json ToJson(const v1::SubscriptionRecord& record) {
  const v1::Subscription& subscription = record.subscription();
  return Json::MakeObject()
      .Set("subscription_id", subscription.subscription_id())
      .Set("product", IdJson(subscription.product()))
      .Set("plan", TextJson(subscription.plan()))
      .Set("active", record.active())
      .Set("seats", subscription.seats())
      .Set("annual_price", AmountJson(subscription.annual_price()))
      .Set("currency_code", TextJson(subscription.annual_price().currency_code()))
      .Set("start_date", DateJson(subscription.start_date()))
      .Set("end_date", DateJson(subscription.end_date()))
      .Set("renewal_date", DateJson(subscription.renewal_date()))
      .Set("auto_renew", subscription.auto_renew())
      .Set("promised_response_minutes", subscription.promised_response_minutes())
      .Set("fact", FactJson(record.fact()));
}

Json ToJson(const v1::PurchaseRecord& record) {
  const v1::Purchase& purchase = record.purchase();
  return Json::MakeObject()
      .Set("product", IdJson(purchase.product()))
      .Set("amount", AmountJson(purchase.amount()))
      .Set("currency_code", TextJson(purchase.amount().currency_code()))
      .Set("quantity", purchase.quantity())
      .Set("date", DateJson(purchase.date()))
      .Set("reason", TextJson(purchase.reason()))
      .Set("fact", FactJson(record.fact()));
}

}  // namespace kizuna::cli
