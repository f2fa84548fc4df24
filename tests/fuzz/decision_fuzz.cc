// SPDX-License-Identifier: Apache-2.0
//
// Can an id that was not given out pass for one that was? The bytes are an id as it came in, and
// what its signature covers, so that the parts behind the signature are reached, too.

#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "server/convert/decision_token.h"

using namespace kizuna::convert;

namespace {

const DecisionKey& Key() {
  static const DecisionKey& key = *new DecisionKey{1, std::string(kDecisionSecretBytes, 'k')};
  return key;
}

std::optional<std::string> SecretOfKey(uint64_t number) {
  if (number != Key().number) return std::nullopt;
  return Key().secret;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view id(reinterpret_cast<const char*>(data), size);
  // Without the secret nobody makes an id: whatever opens is what sealing gives, to the byte.
  if (const auto token = OpenDecision(id, SecretOfKey); token.ok()) {
    if (SealDecision(*token, Key()) != id) abort();
  }
  // What is sealed opens as it was.
  if (size < 16) return 0;
  DecisionToken token;
  token.account = "a" + std::string(id.substr(0, size % 60));
  for (char& c : token.account) c = static_cast<char>('a' + (static_cast<uint8_t>(c) % 26));
  token.revision = data[0] * 257u;
  token.rulebook_number = data[1];
  token.request.team = std::string(id.substr(2, data[2] % 8));
  token.checked_at = static_cast<int64_t>(data[3]) << (data[4] % 50);
  const std::string sealed = SealDecision(token, Key());
  const auto opened = OpenDecision(sealed, SecretOfKey);
  if (!opened.ok() || opened->account != token.account || opened->revision != token.revision ||
      opened->checked_at != token.checked_at || opened->request.team != token.request.team) {
    abort();
  }
  std::string tampered = sealed;
  tampered[data[5] % tampered.size()] ^= static_cast<char>(1 + data[6] % 127);
  if (OpenDecision(tampered, SecretOfKey).ok()) abort();
  return 0;
}
