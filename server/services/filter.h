// SPDX-License-Identifier: Apache-2.0
//
// Which accounts are meant? A conjunction in the syntax of AIP-160 over listed fields. Anything
// else is refused, and nothing is silently left out of the condition.

#ifndef KIZUNA_SERVER_SERVICES_FILTER_H_
#define KIZUNA_SERVER_SERVICES_FILTER_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "server/convert/validation.h"
#include "server/ledger/ledger.h"

namespace kizuna::server {

// `owner = "kim" AND band = GREEN`. Immutable.
class AccountFilter {
 public:
  // Reads the text; a violation says where it breaks off and what would do.
  static AccountFilter Parse(absl::string_view text, const convert::FieldPath& path,
                             convert::Violations& violations);

  bool Keeps(const ledger::View& view) const;
  bool empty() const { return terms_.empty(); }
  // For the ledger: null when everything is kept.
  ledger::AccountPredicate Predicate() const;

 private:
  enum class Field { kOwner, kSalesOwner, kSegment, kIndustry, kPartner, kBand, kTouch, kLoyalty };
  std::vector<std::pair<Field, std::string>> terms_;
};

}  // namespace kizuna::server

#endif  // KIZUNA_SERVER_SERVICES_FILTER_H_
