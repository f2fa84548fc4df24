// SPDX-License-Identifier: Apache-2.0
//
// What is a review made of? The facts of one account that count, with their words, as far as they
// were known at one revision, and the rules of three instants. What it says of the account at an
// instant is folded from them.

#ifndef KIZUNA_SERVER_REVIEW_MATERIAL_H_
#define KIZUNA_SERVER_REVIEW_MATERIAL_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "server/convert/card_to_wire.h"
#include "server/convert/fact_words.h"
#include "server/engine/card.h"
#include "server/engine/fact.h"
#include "server/engine/rulebook.h"
#include "server/engine/state.h"

namespace kizuna::review {

using Rules = std::shared_ptr<const engine::Rulebook>;

// A fact and what was said in it.
struct Told {
  engine::Fact fact;
  convert::FactWords words;
};

// The account at one instant.
struct Sight {
  engine::Instant at = 0;
  Rules rules;
  engine::State state;
  engine::Card card;
};

// Immutable. Not thread-safe by itself; each review makes its own.
class Material {
 public:
  // `told`: in any order; a fact of an identity once. `now`: when the review is prepared, under
  // `rules`; what was observed later is left out.
  Material(std::string account, uint64_t revision, std::string currency, std::vector<Told> told,
           Rules rules, engine::Instant now);

  const std::string& account() const { return account_; }
  uint64_t revision() const { return revision_; }
  const std::string& currency() const { return currency_; }
  engine::Instant now() const { return now_; }
  const engine::Rulebook& rules() const { return *rules_; }
  const Rules& shared_rules() const { return rules_; }
  const engine::Calendar& calendar() const { return rules_->calendar(); }

  // The facts, by time; words(i) are those of facts()[i].
  absl::Span<const engine::Fact> facts() const { return facts_; }
  const convert::FactWords& words(size_t fact) const { return words_[fact]; }
  // Those observed by then.
  absl::Span<const engine::Fact> FactsBy(engine::Instant at) const;

  // How the account stood. `at` at most now. O(facts).
  Sight At(engine::Instant at, Rules rules) const;

  // What was last said of an issue, a ticket or an objective; empty: nothing. `confirmed`: of an
  // issue only what was said since the customer confirmed it.
  const std::string& TextOf(const std::string& issue, bool confirmed) const;
  const std::string& TicketText(const std::string& ticket) const;
  const std::string& ObjectiveText(const std::string& objective) const;
  // The newest contact record of a person, with its words; empty: none.
  const convert::FactWords& PersonWords(engine::PersonKey person) const;
  // When something of an issue was first told; kLongAgo: never.
  engine::Instant FirstTold(const std::string& issue) const;

  // A product's display name; empty: not in the catalogue, or none.
  const std::string& ProductText(const std::string& product) const;

 private:
  void Index(const engine::Fact& fact, const convert::FactWords& words);

  const std::string account_;
  const uint64_t revision_;
  const std::string currency_;
  const Rules rules_;
  const engine::Instant now_;
  std::vector<engine::Fact> facts_;
  std::vector<convert::FactWords> words_;
  std::map<std::string, std::string> issues_, confirmed_issues_, tickets_, objectives_;
  std::map<std::string, engine::Instant> first_told_;
  std::map<engine::PersonKey, convert::FactWords> people_;
};

// As converters want it; persons by their contact ids. Borrows both.
convert::CardView CardViewOf(const Material& material, const Sight& sight);

}  // namespace kizuna::review

#endif  // KIZUNA_SERVER_REVIEW_MATERIAL_H_
