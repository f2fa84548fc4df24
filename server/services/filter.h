// SPDX-License-Identifier: Apache-2.0
//
// Which accounts are meant? A conjunction in the syntax of AIP-160 over listed fields. Anything
// else is refused, and nothing is silently left out of the condition.

#ifndef KIZUNA_SERVER_SERVICES_FILTER_H_
#define KIZUNA_SERVER_SERVICES_FILTER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "server/convert/validation.h"
#include "server/engine/rulebook.h"
#include "server/ledger/ledger.h"

namespace kizuna::server {

// `owner = "kim" AND band = GREEN AND renewal <= 90`. Immutable.
class AccountFilter {
 public:
  // Reads the text; a violation says where it breaks off and what would do. `gate` must be of a
  // gate that a model of `rulebook` knows, the one in force.
  static AccountFilter Parse(absl::string_view text, const convert::FieldPath& path,
                             const engine::Rulebook& rulebook, convert::Violations& violations);

  bool Keeps(const ledger::View& view) const;
  bool empty() const { return terms_.empty(); }
  // For the ledger: null when everything is kept.
  ledger::AccountPredicate Predicate() const;

 private:
  enum class Field {
    kOwner,
    kSalesOwner,
    kSegment,
    kIndustry,
    kPartner,
    kBand,
    kTouch,
    kLoyalty,
    kCell,
    kProduct,
    kVerdict,
    kMotion,
    kGate,
    kRenewal
  };
  enum class Operator { kEqual, kAtMost, kAtLeast };
  struct Term {
    Field field;
    Operator op = Operator::kEqual;
    std::string value;
    int32_t days = 0;  // kRenewal
  };
  struct Known;  // a field and what it may be compared with
  static const Known* FindField(absl::string_view name);
  static bool Keeps(const Term& term, const ledger::View& view);

  std::vector<Term> terms_;
};

// Whether a model of the rulebook has a gate of this code.
bool KnowsGate(const engine::Rulebook& rulebook, absl::string_view code);

}  // namespace kizuna::server

#endif  // KIZUNA_SERVER_SERVICES_FILTER_H_
