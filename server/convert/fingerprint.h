// SPDX-License-Identifier: Apache-2.0
//
// How are canonical bytes told apart in 16 bytes? By the first half of their SHA-256. DO NOT
// CHANGE: stored facts and parts of rulebooks are found by it.

#ifndef KIZUNA_SERVER_CONVERT_FINGERPRINT_H_
#define KIZUNA_SERVER_CONVERT_FINGERPRINT_H_

#include "absl/strings/string_view.h"
#include "server/convert/fact_words.h"
#include "server/engine/fact.h"

namespace kizuna::convert {

engine::Fingerprint FingerprintOf(absl::string_view bytes);

// Of the words that were sent with a fact; zero without words. The contact's id is none of them:
// the fact itself says whom it is about.
engine::Fingerprint FingerprintOf(const FactWords& words);

}  // namespace kizuna::convert

#endif  // KIZUNA_SERVER_CONVERT_FINGERPRINT_H_
