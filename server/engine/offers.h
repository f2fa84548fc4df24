// SPDX-License-Identifier: Apache-2.0
//
// Which product is worth offering to an account, as more seats, a higher plan or a cross-sell? By
// what it earns, not by habit: where a related product earns less than the higher plan, the higher
// plan comes first. docs/scoring.md, "Which product", defines the order.

#ifndef KIZUNA_SERVER_ENGINE_OFFERS_H_
#define KIZUNA_SERVER_ENGINE_OFFERS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "server/engine/card.h"
#include "server/engine/fact.h"
#include "server/engine/rulebook.h"
#include "server/engine/state.h"
#include "server/engine/time.h"

namespace kizuna::engine {

// Why a product is worth offering.
struct OfferGround {
  enum class Kind : uint8_t {
    kSeatsInUse = 1,  // subject: the product; value: the share of its seats in use
    kIssue,           // subject: the category; value: 1 confirmed, 0 assumed
    kIssueOfSegment,  // subject: the category
    kLadder,          // subject: the plan below, which is owned
    kAffinity,        // subject: the owned antecedent; value: the lift
    kInterest,        // value: days since it was stated
    kRelated          // subject: the owned product
  };
  Kind kind = Kind::kSeatsInUse;
  std::string subject;
  std::optional<double> value;
};

// A product that is worth offering. Behind a closed gate it is what could be offered if it opened:
// option.verdict says which.
struct Offer {
  Option option;                     // a pitch for a product of the catalogue
  std::vector<OfferGround> grounds;  // at least one, in the order of Kind
  std::optional<double> margin;      // share of the price, [0, 1]; nullopt: not known
  // What it adds to a year's revenue, and so to the lifetime value, >= 0; nullopt: a price is not
  // known.
  std::optional<Micros> yearly_gain;
  // What it adds to a year's margin: of a higher plan less what the plan below earns, so it may be
  // below 0; nullopt: a price or a margin is not known.
  std::optional<Micros> yearly_margin;
};

// The offers of the account at `now`, which must not be before state.exact_from, the one to make
// first at the front.
std::vector<Offer> OffersFor(const State& state, const Rulebook& rulebook, Instant now);

// Whether `a` is offered before `b`: verdict, yearly margin, yearly gain, readiness, then motion
// and product. What is not known comes behind whatever is known. A strict order.
bool OfferedBefore(const Offer& a, const Offer& b);

}  // namespace kizuna::engine

#endif  // KIZUNA_SERVER_ENGINE_OFFERS_H_
