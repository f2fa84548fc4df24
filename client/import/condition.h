// SPDX-License-Identifier: Apache-2.0
//
// Does a row meet the conditions that a mapping sets? For rows left out on purpose, and for records
// that only some rows become.

#ifndef KIZUNA_CLIENT_IMPORT_CONDITION_H_
#define KIZUNA_CLIENT_IMPORT_CONDITION_H_

#include <re2/re2.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "client/import/slots.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "kizuna/import/v1/mapping.pb.h"

namespace kizuna::import {

// Conditions of which all must hold.
class Conditions {
 public:
  // INVALID_ARGUMENT names the field within `when`. `own` as in Slots::Bind.
  static absl::StatusOr<Conditions> Compile(
      const google::protobuf::RepeatedPtrField<v1::Condition>& when, Slots* slots,
      const absl::flat_hash_map<std::string, int>* own = nullptr);

  // Whether all hold in the row at hand. INVALID_ARGUMENT when a value cannot be read.
  absl::StatusOr<bool> Hold(Slots* slots) const;

  bool empty() const { return conditions_.empty(); }

 private:
  struct One {
    BoundTemplate value;
    absl::flat_hash_set<std::string> is;
    absl::flat_hash_set<std::string> is_not;
    absl::optional<bool> present;
    std::shared_ptr<const RE2> matches;
    absl::optional<absl::Time> from_time, below_time;
    absl::optional<double> from_number, below_number;
  };

  static absl::StatusOr<One> CompileOne(const v1::Condition& condition, Slots* slots,
                                        const absl::flat_hash_map<std::string, int>* own);
  static absl::StatusOr<bool> InRange(const One& condition, absl::string_view text,
                                      const Slots& slots);

  std::vector<One> conditions_;
};

}  // namespace kizuna::import

#endif  // KIZUNA_CLIENT_IMPORT_CONDITION_H_
