// SPDX-License-Identifier: Apache-2.0
//
// How is a fact read back? From engine::Fact and its words to kizuna.v1.Fact: what FactFromWire
// takes, it gives, apart from defaults, which are spelt out.

#ifndef KIZUNA_SERVER_CONVERT_FACT_TO_WIRE_H_
#define KIZUNA_SERVER_CONVERT_FACT_TO_WIRE_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "kizuna/v1/fact.pb.h"
#include "server/convert/fact_words.h"
#include "server/engine/fact.h"

namespace kizuna::convert {

// `currency` is the book's. `words` may be empty: redacted, or not asked for.
void FactToWire(const engine::Fact& fact, const FactWords& words, absl::string_view currency,
                v1::Fact* out);

// One field of a profile, by its engine key. A cleared one is named in `cleared`.
void ProfileFieldToWire(absl::string_view key, absl::string_view value, absl::string_view currency,
                        v1::Profile* out);

void SubscriptionToWire(const engine::SubscriptionContent& content, absl::string_view currency,
                        v1::Subscription* out);

v1::FactReference FactReferenceOf(const engine::Stamp& stamp);

}  // namespace kizuna::convert

#endif  // KIZUNA_SERVER_CONVERT_FACT_TO_WIRE_H_
