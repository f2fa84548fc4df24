// SPDX-License-Identifier: Apache-2.0

#include "server/convert/review_from_wire.h"

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "server/convert/values.h"
#include "server/limits.h"

namespace kizuna::convert {
namespace {

using Content = engine::ReviewContent;

static_assert(static_cast<int>(Content::Section::kHealth) == v1::REVIEW_SECTION_HEALTH);
static_assert(static_cast<int>(Content::Copy::kInternal) == v1::REVIEW_COPY_INTERNAL);

constexpr int kFirstYear = 1900;
constexpr int kLastYear = 2199;

// Which text of which copy it is.
void ReadEdit(const v1::ReviewUpdate& wire, const FieldPath& path, Violations& violations,
              Content& out) {
  if (!v1::ReviewCopy_IsValid(wire.copy()) || wire.copy() == v1::REVIEW_COPY_UNSPECIFIED) {
    violations.Add(path.Field("copy"), "must be CUSTOMER or INTERNAL");
  }
  if (!v1::ReviewSection_IsValid(wire.section()) ||
      wire.section() == v1::REVIEW_SECTION_UNSPECIFIED) {
    violations.Add(path.Field("section"), "must be a section of a review");
  } else if (wire.section() == v1::REVIEW_SECTION_HEALTH &&
             wire.copy() == v1::REVIEW_COPY_CUSTOMER) {
    violations.Add(path.Field("section"), "the customer's copy has no section on health");
  }
  if (wire.language() != "en" && wire.language() != "ja") {
    violations.Add(path.Field("language"), "must be en or ja");
  }
  out.copy = static_cast<Content::Copy>(wire.copy());
  out.section = static_cast<Content::Section>(wire.section());
  out.language = wire.language();
}

// From what it was prepared.
void ReadSending(const v1::ReviewUpdate& wire, const FieldPath& path, Violations& violations,
                 Content& out) {
  if (wire.revision() == 0) violations.Add(path.Field("revision"), "is required");
  if (wire.rulebook_number() == 0) violations.Add(path.Field("rulebook_number"), "is required");
  if (!wire.has_prepared_at()) violations.Add(path.Field("prepared_at"), "is required");
  out.revision = wire.revision();
  out.rulebook_number = wire.rulebook_number();
  out.prepared_at =
      InstantOf(wire.prepared_at(), path.Field("prepared_at"), violations).value_or(0);
  CheckId(wire.digest(), limits::kMaxIdBytes, true, path.Field("digest"), violations);
  out.digest = wire.digest();
}

}  // namespace

std::optional<engine::Quarter> QuarterOf(absl::string_view text, const FieldPath& path,
                                         Violations& violations) {
  engine::Quarter quarter;
  const bool formed = text.size() == 6 && text[4] == 'Q' && text[5] >= '1' && text[5] <= '4' &&
                      absl::ascii_isdigit(static_cast<unsigned char>(text[0])) &&
                      absl::SimpleAtoi(text.substr(0, 4), &quarter.year);
  if (!formed || quarter.year < kFirstYear || quarter.year > kLastYear) {
    violations.Add(path,
                   "must be a fiscal quarter such as 2026Q3, of the fiscal year that begins in "
                   "2026");
    return std::nullopt;
  }
  quarter.number = text[5] - '0';
  return quarter;
}

engine::ReviewContent ReviewFromWire(const v1::ReviewUpdate& wire, const FieldPath& path,
                                     Violations& violations) {
  Content out;
  QuarterOf(wire.quarter(), path.Field("quarter"), violations);
  out.quarter = wire.quarter();
  CheckId(wire.author(), limits::kMaxIdBytes, true, path.Field("author"), violations);
  out.author = wire.author();
  switch (wire.event()) {
    case v1::ReviewUpdate::EVENT_EDITED:
      ReadEdit(wire, path, violations, out);
      break;
    case v1::ReviewUpdate::EVENT_SENT:
      ReadSending(wire, path, violations, out);
      break;
    default:
      violations.Add(path.Field("event"), "must be EDITED or SENT");
      break;
  }
  out.event = static_cast<Content::Event>(wire.event());
  return out;
}

}  // namespace kizuna::convert
