// SPDX-License-Identifier: Apache-2.0
//
// How does a name become an id? Account and product ids are `[A-Za-z0-9][A-Za-z0-9._~-]{0,62}`,
// while CRM exports know their customers by name only. The template filter `|slug` makes ids that
// people can read and that two different names never share.

#ifndef KIZUNA_CLIENT_IMPORT_SLUG_H_
#define KIZUNA_CLIENT_IMPORT_SLUG_H_

#include <string>

#include "absl/strings/string_view.h"

namespace kizuna::import {

// Whether `id` can be an account's or a product's id as it is.
bool IsResourceId(absl::string_view id);

// The id made of `name`, which is UTF-8; empty for a name of spaces alone. DO NOT CHANGE: the ids
// are stored, and a second import must find the same accounts.
//
// Two names that differ only in the case of ASCII letters or in the amount of space are one name.
// Otherwise different names give different ids:
//  - a-z and 0-9 stand for themselves, as do `.` and `-`; A-Z becomes a-z; a run of spaces (the
//    ideographic space too) becomes `_`, and none stands at the ends
//  - every other byte becomes `~` and its two lower-case hex digits; so does a `_` of the name
//  - what would not begin with a letter or digit begins with `x~~`
//  - what would be longer than 63 characters is cut to at most 49 and ends in `~~` and the first 12
//    hex digits of the SHA-256 of the folded name
// "Acme Corporation" is acme_corporation, "Gekko & Co" is gekko_~26_co.
std::string Slug(absl::string_view name);

}  // namespace kizuna::import

#endif  // KIZUNA_CLIENT_IMPORT_SLUG_H_
