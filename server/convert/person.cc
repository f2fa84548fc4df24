// SPDX-License-Identifier: Apache-2.0

#include "server/convert/person.h"

#include <openssl/sha.h>

#include <string>

namespace kizuna::convert {

engine::PersonKey PersonKeyOf(absl::string_view contact_id) {
  if (contact_id.empty()) return engine::kNobody;
  std::string input("kizuna.person.v1\0", 17);
  input.append(contact_id.data(), contact_id.size());
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(input.data()), input.size(), digest);
  engine::PersonKey key = 0;
  for (int i = 0; i < 8; ++i) key = key << 8 | digest[i];
  // One id in 2^64 would be nobody; it shares a key with another instead.
  return key == engine::kNobody ? 1 : key;
}

}  // namespace kizuna::convert
