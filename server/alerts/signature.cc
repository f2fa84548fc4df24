// SPDX-License-Identifier: Apache-2.0

#include "server/alerts/signature.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace kizuna::alerts {

std::string SignatureOf(absl::string_view secret, int64_t unix_seconds, absl::string_view body) {
  const std::string signed_text = absl::StrCat(unix_seconds, ".", body);
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  unsigned int size = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(signed_text.data()), signed_text.size(), hash.data(),
       &size);
  return absl::StrCat("t=", unix_seconds, ",v1=",
                      absl::BytesToHexString({reinterpret_cast<const char*>(hash.data()), size}));
}

}  // namespace kizuna::alerts
