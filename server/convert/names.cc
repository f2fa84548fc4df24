// SPDX-License-Identifier: Apache-2.0

#include "server/convert/names.h"

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "server/limits.h"

namespace kizuna::convert {
namespace {

std::string IdOf(absl::string_view name, absl::string_view collection,
                 bool (*is_id)(absl::string_view), absl::string_view form, bool required,
                 const FieldPath& path, Violations& violations) {
  if (name.empty()) {
    if (required) violations.Add(path, absl::StrCat("is required; send ", collection, "<id>"));
    return "";
  }
  absl::string_view id = name;
  if (!absl::ConsumePrefix(&id, collection) || !is_id(id)) {
    violations.Add(path, absl::StrCat("is not the name of a resource: send ", collection,
                                      "<id>, the id being ", form));
    return "";
  }
  return std::string(id);
}

constexpr absl::string_view kAccountForm =
    "1 to 63 characters of A-Z a-z 0-9 . _ ~ - that begin with a letter or digit";
constexpr absl::string_view kSourceForm =
    "1 to 64 characters of a-z 0-9 _ . - that begin with a letter or digit";

}  // namespace

bool IsAccountId(absl::string_view id) {
  if (id.empty() || id.size() > limits::kMaxAccountIdBytes || !absl::ascii_isalnum(id[0])) {
    return false;
  }
  for (const char c : id) {
    if (!absl::ascii_isalnum(c) && c != '.' && c != '_' && c != '~' && c != '-') return false;
  }
  return true;
}

bool IsSourceId(absl::string_view id) {
  const auto plain = [](char c) { return absl::ascii_islower(c) || absl::ascii_isdigit(c); };
  if (id.empty() || id.size() > limits::kMaxSourceBytes || !plain(id[0])) return false;
  for (const char c : id) {
    if (!plain(c) && c != '_' && c != '.' && c != '-') return false;
  }
  return true;
}

std::string AccountIdOf(absl::string_view name, bool required, const FieldPath& path,
                        Violations& violations) {
  return IdOf(name, "accounts/", IsAccountId, kAccountForm, required, path, violations);
}

std::string ProductIdOf(absl::string_view name, bool required, const FieldPath& path,
                        Violations& violations) {
  return IdOf(name, "products/", IsAccountId, kAccountForm, required, path, violations);
}

std::string SourceIdOf(absl::string_view name, bool required, const FieldPath& path,
                       Violations& violations) {
  return IdOf(name, "sources/", IsSourceId, kSourceForm, required, path, violations);
}

}  // namespace kizuna::convert
