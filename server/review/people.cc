// SPDX-License-Identifier: Apache-2.0
//
// Whom do we know, how often did we meet, and what have they with us?

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include "server/convert/names.h"
#include "server/convert/values.h"
#include "server/engine/feature.h"
#include "server/review/sections.h"

namespace kizuna::review {
namespace {

// Who decides stands first.
int RankOf(engine::Role role) {
  switch (role) {
    case engine::Role::kDecisionMaker:
      return 0;
    case engine::Role::kChampion:
      return 1;
    case engine::Role::kUser:
      return 2;
    default:
      return 3;
  }
}

void FillPersons(const Scene& scene, v1::ReviewPeople* out) {
  std::vector<const engine::PersonState*> people;
  for (const engine::PersonState& person : scene.until.state.people) people.push_back(&person);
  std::sort(people.begin(), people.end(), [&](const auto* a, const auto* b) {
    const auto order = [&](const engine::PersonState& person) {
      return std::tuple(RankOf(person.role), scene.material.PersonWords(person.person).full_name,
                        person.person);
    };
    return order(*a) < order(*b);
  });
  for (const engine::PersonState* person : people) {
    if (engine::IsPresent(*person)) {
      PersonToWire(scene.material, *person, out->add_people());
    } else if (scene.InQuarter(person->left.observed_at)) {
      PersonToWire(scene.material, *person, out->add_left());
    }
  }
  for (const auto role :
       {engine::Role::kDecisionMaker, engine::Role::kChampion, engine::Role::kUser}) {
    const bool known = std::any_of(people.begin(), people.end(), [&](const auto* person) {
      return person->role == role && engine::IsPresent(*person);
    });
    if (!known) out->add_missing(static_cast<v1::Role>(role));
  }
}

void FillMeetings(const Scene& scene, v1::ReviewPeople* out) {
  using Kind = engine::InteractionContent::Kind;
  std::map<Kind, std::pair<int32_t, int32_t>> counts;  // all, two-way
  std::vector<int32_t> by_month(3);
  int32_t before = 0;
  engine::Day last = engine::kNoDay;
  const int first_month = engine::Calendar::MonthOf(scene.period.first);
  for (const engine::Fact& fact : scene.material.FactsBy(scene.until.at)) {
    const auto* met = std::get_if<engine::InteractionContent>(&fact.content);
    if (met == nullptr) continue;
    const engine::Day day = scene.DayOf(fact.observed_at);
    if (met->two_way) {
      last = day;
      if (scene.QuarterBefore().Holds(day)) ++before;
    }
    if (!scene.Quarter().Holds(day)) continue;
    if (met->kind == Kind::kPitch && !scene.internal) continue;
    auto& [all, two_way] = counts[met->kind];
    ++all;
    if (!met->two_way) continue;
    ++two_way;
    ++by_month[static_cast<size_t>((engine::Calendar::MonthOf(day) - first_month + 12) % 12)];
  }
  for (const auto& [kind, count] : counts) {
    v1::ReviewPeople::Count* added = out->add_counts();
    added->set_kind(static_cast<v1::Interaction::Kind>(kind));
    added->set_count(count.first);
    added->set_two_way(count.second);
  }
  for (const int32_t count : by_month) out->add_two_way_by_month(count);
  out->set_two_way_before(before);
  if (last != engine::kNoDay) *out->mutable_last_two_way_date() = convert::ToWire(last);
}

}  // namespace

void PersonToWire(const Material& material, const engine::PersonState& person,
                  v1::ReviewPeople::Person* out) {
  const convert::FactWords& words = material.PersonWords(person.person);
  out->set_full_name(words.full_name);
  out->set_title(words.title);
  out->set_role(static_cast<v1::Role>(person.role));
  out->set_department(person.department);
}

void RelationshipToWire(const Material& material, const engine::State& state, engine::Day day,
                        v1::ReviewRelationship* out) {
  const engine::Day since = engine::CustomerSince(state);
  if (since != engine::kNoDay) *out->mutable_since_date() = convert::ToWire(since);
  std::vector<const engine::SubscriptionContent*> held;
  for (const engine::SubscriptionState& subscription : state.subscriptions) {
    if (engine::IsActive(subscription.now, day)) held.push_back(&subscription.now);
  }
  std::sort(held.begin(), held.end(), [](const auto* a, const auto* b) {
    return std::tie(a->product, a->subscription_id) < std::tie(b->product, b->subscription_id);
  });
  for (const engine::SubscriptionContent* subscription : held) {
    v1::ReviewRelationship::Held* added = out->add_held();
    added->set_product(convert::ProductName(subscription->product));
    added->set_display_name(material.ProductText(subscription->product));
    added->set_plan(subscription->plan);
    added->set_seats(subscription->seats);
    if (subscription->renewal != engine::kNoDay) {
      *added->mutable_renewal_date() = convert::ToWire(subscription->renewal);
    }
    added->set_auto_renew(subscription->auto_renew);
  }
}

void FillPeople(const Scene& scene, v1::Review* out) {
  FillPersons(scene, out->mutable_people());
  FillMeetings(scene, out->mutable_people());
  RelationshipToWire(scene.material, scene.until.state, scene.DayOf(scene.until.at),
                     out->mutable_relationship());
  for (const engine::Fact& fact : scene.material.FactsBy(scene.until.at)) {
    if (std::holds_alternative<engine::LoyaltyEvidenceContent>(fact.content) &&
        scene.InQuarter(fact.observed_at)) {
      v1::ReviewRelationship* relationship = out->mutable_relationship();
      relationship->set_loyalty_evidence(relationship->loyalty_evidence() + 1);
    }
  }
}

}  // namespace kizuna::review
