// SPDX-License-Identifier: Apache-2.0
//
// How is read what a person did with a review, and which quarter it is of?

#ifndef KIZUNA_SERVER_CONVERT_REVIEW_FROM_WIRE_H_
#define KIZUNA_SERVER_CONVERT_REVIEW_FROM_WIRE_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "kizuna/v1/review_update.pb.h"
#include "server/convert/validation.h"
#include "server/engine/fact.h"
#include "server/engine/time.h"

namespace kizuna::convert {

// "2026Q3": four digits from 1900 to 2199, Q, 1 to 4; nothing else, with a violation at `path`.
std::optional<engine::Quarter> QuarterOf(absl::string_view text, const FieldPath& path,
                                         Violations& violations);

// Its text, which is words, is the caller's.
engine::ReviewContent ReviewFromWire(const v1::ReviewUpdate& wire, const FieldPath& path,
                                     Violations& violations);

}  // namespace kizuna::convert

#endif  // KIZUNA_SERVER_CONVERT_REVIEW_FROM_WIRE_H_
