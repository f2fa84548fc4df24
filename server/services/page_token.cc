// SPDX-License-Identifier: Apache-2.0

#include "server/services/page_token.h"

#include <cstdint>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "server/limits.h"

namespace kizuna::server {
namespace {

// The layout, before base64: version, binding (8 bytes), position, checksum (8 bytes) over all
// before it. The checksum finds accidents; a forged token only lists what its bearer may list
// anyway.
constexpr char kVersion = 1;
constexpr size_t kHashBytes = 8;

std::string HashOf(absl::string_view bytes) {
  uint64_t hash = 0xcbf29ce484222325u;  // FNV-1a
  for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  std::string out(kHashBytes, '\0');
  for (size_t i = 0; i < kHashBytes; ++i) out[i] = static_cast<char>(hash >> (8 * i));
  return out;
}

}  // namespace

PageRequest::PageRequest(std::initializer_list<absl::string_view> parts) {
  std::string all;
  for (const absl::string_view part : parts) absl::StrAppend(&all, part.size(), ":", part);
  binding_ = HashOf(all);
}

std::string PageRequest::Token(absl::string_view position) const {
  std::string bytes = absl::StrCat(absl::string_view(&kVersion, 1), binding_, position);
  bytes += HashOf(bytes);
  return absl::WebSafeBase64Escape(bytes);
}

std::string PageRequest::Position(absl::string_view token, const convert::FieldPath& path,
                                  convert::Violations& violations) const {
  if (token.empty()) return "";
  std::string bytes;
  if (token.size() > limits::kMaxPageTokenBytes || !absl::WebSafeBase64Unescape(token, &bytes) ||
      bytes.size() < 1 + 2 * kHashBytes || bytes[0] != kVersion ||
      HashOf(absl::string_view(bytes).substr(0, bytes.size() - kHashBytes)) !=
          bytes.substr(bytes.size() - kHashBytes)) {
    violations.Add(path,
                   "is no page token of this server; send next_page_token as it was received, or "
                   "leave it out for the first page");
    return "";
  }
  if (bytes.compare(1, kHashBytes, binding_) != 0) {
    violations.Add(path,
                   "belongs to another request; keep every other field as it was, or leave it out "
                   "for the first page");
    return "";
  }
  return bytes.substr(1 + kHashBytes, bytes.size() - 1 - 2 * kHashBytes);
}

}  // namespace kizuna::server
