// SPDX-License-Identifier: Apache-2.0

#include "server/convert/fingerprint.h"

#include <openssl/sha.h>

#include <algorithm>

namespace kizuna::convert {

engine::Fingerprint FingerprintOf(absl::string_view bytes) {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest);
  engine::Fingerprint fingerprint;
  std::copy_n(digest, fingerprint.size(), fingerprint.begin());
  return fingerprint;
}

}  // namespace kizuna::convert
