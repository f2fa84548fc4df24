// SPDX-License-Identifier: Apache-2.0

#include "server/review/material.h"

#include <algorithm>
#include <variant>

#include "server/engine/fold.h"

namespace kizuna::review {
namespace {

template <typename Key, typename Value>
const Value& ValueOf(const std::map<Key, Value>& map, const Key& key) {
  static const Value kNone{};
  const auto found = map.find(key);
  return found == map.end() ? kNone : found->second;
}

void Keep(const std::string& key, const std::string& text, std::map<std::string, std::string>& in) {
  if (!text.empty()) in[key] = text;
}

}  // namespace

Material::Material(std::string account, uint64_t revision, std::string currency,
                   std::vector<Told> told, Rules rules, engine::Instant now)
    : account_(std::move(account)),
      revision_(revision),
      currency_(std::move(currency)),
      rules_(std::move(rules)),
      now_(now) {
  std::sort(told.begin(), told.end(), [](const Told& a, const Told& b) {
    return a.fact.stamp() < b.fact.stamp();
  });
  for (Told& one : told) {
    if (one.fact.observed_at > now_) break;
    Index(one.fact, one.words);
    facts_.push_back(std::move(one.fact));
    words_.push_back(std::move(one.words));
  }
}

void Material::Index(const engine::Fact& fact, const convert::FactWords& words) {
  if (const auto* issue = std::get_if<engine::IssueContent>(&fact.content)) {
    first_told_.emplace(issue->issue_id, fact.observed_at);
    Keep(issue->issue_id, words.text, issues_);
    if (issue->status >= engine::IssueContent::Status::kConfirmed) {
      Keep(issue->issue_id, words.text, confirmed_issues_);
    }
  } else if (const auto* ticket = std::get_if<engine::TicketContent>(&fact.content)) {
    Keep(ticket->ticket_id, words.text, tickets_);
  } else if (const auto* objective = std::get_if<engine::ObjectiveContent>(&fact.content)) {
    Keep(objective->objective_id, words.text, objectives_);
  } else if (const auto* contact = std::get_if<engine::ContactContent>(&fact.content)) {
    people_[contact->person] = words;
  }
}

absl::Span<const engine::Fact> Material::FactsBy(engine::Instant at) const {
  const auto end = std::upper_bound(
      facts_.begin(), facts_.end(), at,
      [](engine::Instant instant, const engine::Fact& fact) { return instant < fact.observed_at; });
  return absl::MakeConstSpan(facts_).first(static_cast<size_t>(end - facts_.begin()));
}

Sight Material::At(engine::Instant at, Rules rules) const {
  Sight sight;
  sight.at = at;
  sight.state = engine::Fold(FactsBy(at), rules->calendar());
  sight.card = engine::Evaluate(sight.state, *rules, at);
  sight.rules = std::move(rules);
  return sight;
}

const std::string& Material::TextOf(const std::string& issue, bool confirmed) const {
  return ValueOf(confirmed ? confirmed_issues_ : issues_, issue);
}

const std::string& Material::TicketText(const std::string& ticket) const {
  return ValueOf(tickets_, ticket);
}

const std::string& Material::ObjectiveText(const std::string& objective) const {
  return ValueOf(objectives_, objective);
}

const convert::FactWords& Material::PersonWords(engine::PersonKey person) const {
  return ValueOf(people_, person);
}

engine::Instant Material::FirstTold(const std::string& issue) const {
  const auto found = first_told_.find(issue);
  return found == first_told_.end() ? engine::kLongAgo : found->second;
}

const std::string& Material::ProductText(const std::string& product) const {
  static const std::string kNone;
  const int index = rules_->FindProduct(product);
  return index < 0 ? kNone : rules_->products()[static_cast<size_t>(index)].display_name;
}

convert::CardView CardViewOf(const Material& material, const Sight& sight) {
  convert::CardView view;
  view.account = material.account();
  view.revision = material.revision();
  view.checked_at = sight.at;
  view.rulebook = sight.rules.get();
  view.state = &sight.state;
  view.card = &sight.card;
  view.currency = material.currency();
  view.contact_id = [&material](engine::PersonKey person) {
    return material.PersonWords(person).contact_id;
  };
  return view;
}

}  // namespace kizuna::review
