// SPDX-License-Identifier: Apache-2.0
//
// What does a decision id hold? All that it takes to come to the same answer again, and a signature
// of the store that gave it out. It is a token in the hands of whoever asked: the store writes
// nothing for a check (docs/adr/0040).
//
// An id is "d1." and then, in base64url without padding (RFC 4648), these bytes:
//   key number             varint; the key of the store that signed
//   epoch                  varint; which of its lives the store was in
//   revision               varint; of the account, that the answer reflects
//   rulebook number        varint
//   checked at             zigzag varint; UTC microseconds since 1970
//   motion                 one byte, as engine::Motion; 0: the best pitch was asked for
//   contact                8 bytes, big-endian, engine::PersonKey; 0: nobody in particular
//   account, product, team, channel    each its length as a varint and then its bytes
//   verdict                16 bytes; the fingerprint of engine::CanonicalDecision
//   signature              16 bytes; the first half of HMAC-SHA256, under the key's secret, over
//                          "kizuna.decision.v1", a NUL and all bytes before the signature
// A varint has 7 bits a byte, the lowest first, the high bit set on all but the last.
//
// DO NOT CHANGE: ids that were given out are asked about for ever. Another form is another prefix.

#ifndef KIZUNA_SERVER_CONVERT_DECISION_TOKEN_H_
#define KIZUNA_SERVER_CONVERT_DECISION_TOKEN_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/engine/card.h"
#include "server/engine/fact.h"
#include "server/engine/time.h"

namespace kizuna::convert {

// What was answered: everything but the answer itself, which is computed again.
struct DecisionToken {
  uint64_t epoch = 1;
  std::string account;  // id
  uint64_t revision = 0;
  uint64_t rulebook_number = 0;
  engine::Request request;
  engine::Instant checked_at = 0;
  engine::Fingerprint verdict{};
};

// A key of a store, by which it knows its own ids.
struct DecisionKey {
  uint64_t number = 0;  // 1 or more
  std::string secret;   // kDecisionSecretBytes random bytes
};
inline constexpr size_t kDecisionSecretBytes = 32;
// No id is longer.
inline constexpr size_t kMaxDecisionIdBytes = 1024;

// The id of what the token says, signed by the key. The same of the same, always.
std::string SealDecision(const DecisionToken& token, const DecisionKey& key);

// Gives the secret of the key of that number, or nothing.
using SecretOf = std::function<std::optional<std::string>(uint64_t number)>;

// What the id says. INVALID_ARGUMENT when a single bit of it is not as it was given out by a store
// with these keys.
absl::StatusOr<DecisionToken> OpenDecision(absl::string_view id, const SecretOf& secret_of);

}  // namespace kizuna::convert

#endif  // KIZUNA_SERVER_CONVERT_DECISION_TOKEN_H_
