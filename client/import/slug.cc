// SPDX-License-Identifier: Apache-2.0

#include "client/import/slug.h"

#include <openssl/sha.h>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"

namespace kizuna::import {
namespace {

constexpr size_t kMaxLength = 63;
constexpr size_t kKeptLength = 49;
constexpr size_t kHashDigits = 12;
constexpr absl::string_view kIdeographicSpace = "\xE3\x80\x80";

bool IsAlnum(char c) { return absl::ascii_isalnum(static_cast<unsigned char>(c)); }

// Lower case, single spaces, none at the ends.
std::string Fold(absl::string_view name) {
  std::string folded;
  bool space = false;
  while (!name.empty()) {
    size_t space_bytes = 0;
    if (absl::ascii_isspace(static_cast<unsigned char>(name.front()))) space_bytes = 1;
    if (absl::StartsWith(name, kIdeographicSpace)) space_bytes = kIdeographicSpace.size();
    if (space_bytes > 0) {
      space = true;
      name.remove_prefix(space_bytes);
      continue;
    }
    if (space && !folded.empty()) folded.push_back(' ');
    space = false;
    folded.push_back(absl::ascii_tolower(static_cast<unsigned char>(name.front())));
    name.remove_prefix(1);
  }
  return folded;
}

}  // namespace

bool IsResourceId(absl::string_view id) {
  if (id.empty() || id.size() > kMaxLength || !IsAlnum(id.front())) return false;
  for (const char c : id) {
    if (!IsAlnum(c) && c != '.' && c != '_' && c != '~' && c != '-') return false;
  }
  return true;
}

std::string Slug(absl::string_view name) {
  static constexpr char kHex[] = "0123456789abcdef";
  const std::string folded = Fold(name);
  if (folded.empty()) return "";
  std::string slug;
  if (!IsAlnum(folded.front())) slug = "x~~";
  size_t cut = 0;  // the longest prefix within kKeptLength that splits no escape
  for (const char c : folded) {
    if (c == ' ') {
      slug.push_back('_');
    } else if (IsAlnum(c) || c == '.' || c == '-') {
      slug.push_back(c);
    } else {
      const unsigned char byte = static_cast<unsigned char>(c);
      slug.push_back('~');
      slug.push_back(kHex[byte >> 4]);
      slug.push_back(kHex[byte & 15]);
    }
    if (slug.size() <= kKeptLength) cut = slug.size();
  }
  if (slug.size() <= kMaxLength) return slug;
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(folded.data()), folded.size(), digest);
  slug.resize(cut);
  slug += "~~";
  slug += absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(digest), kHashDigits / 2));
  return slug;
}

}  // namespace kizuna::import
