// SPDX-License-Identifier: Apache-2.0
//
// What is a resource called on the wire? `accounts/acme`, `products/wms`, `sources/crm`. The engine
// knows ids only.

#ifndef KIZUNA_SERVER_CONVERT_NAMES_H_
#define KIZUNA_SERVER_CONVERT_NAMES_H_

#include <string>

#include "absl/strings/string_view.h"
#include "server/convert/validation.h"

namespace kizuna::convert {

// Whether `id` is 1 to 63 characters of `A-Z a-z 0-9 . _ ~ -`, beginning with a letter or digit: an
// account's or a product's id.
bool IsAccountId(absl::string_view id);
inline bool IsProductId(absl::string_view id) { return IsAccountId(id); }
// Whether `id` is 1 to 64 characters of `a-z 0-9 _ . -`, beginning with a letter or digit: a
// source, a sizing figure or an alias's system.
bool IsSourceId(absl::string_view id);

inline std::string AccountName(absl::string_view id) { return "accounts/" + std::string(id); }
// Empty for no product.
inline std::string ProductName(absl::string_view id) {
  return id.empty() ? std::string() : "products/" + std::string(id);
}
inline std::string SourceName(absl::string_view id) { return "sources/" + std::string(id); }

// The id within a name, or empty with a violation when it is not such a name. An empty name is a
// violation when it is required.
std::string AccountIdOf(absl::string_view name, bool required, const FieldPath& path,
                        Violations& violations);
std::string ProductIdOf(absl::string_view name, bool required, const FieldPath& path,
                        Violations& violations);
std::string SourceIdOf(absl::string_view name, bool required, const FieldPath& path,
                       Violations& violations);

}  // namespace kizuna::convert

#endif  // KIZUNA_SERVER_CONVERT_NAMES_H_
