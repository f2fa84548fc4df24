// SPDX-License-Identifier: Apache-2.0
//
// How is a text with `{column}` in it written? The grammar of a mapping's templates, and nothing of
// what the names mean:
//
//   template  = ( text | "{{" | "}}" | "{" name [ ":" format ] { "|" filter } "}" )...
//   format    = a strftime format, beginning with "%"
//   filter    = "slug" | "lower" | "upper"

#ifndef KIZUNA_CLIENT_IMPORT_TEMPLATE_H_
#define KIZUNA_CLIENT_IMPORT_TEMPLATE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace kizuna::import {

// What is done to a value before it is put into the text.
enum class Filter { kSlug, kLower, kUpper };

// A piece of a template: a text, or a reference when `name` is not empty.
struct TemplatePiece {
  std::string text;
  std::string name;
  std::string date_format;
  std::vector<Filter> filters;
};

// Cuts `text` into pieces. INVALID_ARGUMENT says what is wrong and where.
absl::StatusOr<std::vector<TemplatePiece>> ParseTemplate(absl::string_view text);

// `value` as `filter` makes it.
std::string ApplyFilter(Filter filter, absl::string_view value);

}  // namespace kizuna::import

#endif  // KIZUNA_CLIENT_IMPORT_TEMPLATE_H_
