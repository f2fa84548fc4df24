// SPDX-License-Identifier: Apache-2.0

#include "server/convert/fingerprint.h"

#include <openssl/sha.h>

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"

namespace kizuna::convert {

engine::Fingerprint FingerprintOf(absl::string_view bytes) {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest);
  engine::Fingerprint fingerprint;
  std::copy_n(digest, fingerprint.size(), fingerprint.begin());
  return fingerprint;
}

engine::Fingerprint FingerprintOf(const FactWords& words) {
  if (words.full_name.empty() && words.email.empty() && words.title.empty() && words.text.empty()) {
    return {};
  }
  std::string canonical;
  for (const std::string* text : {&words.full_name, &words.email, &words.title, &words.text}) {
    absl::StrAppend(&canonical, text->size(), ":", *text);
  }
  return FingerprintOf(canonical);
}

}  // namespace kizuna::convert
