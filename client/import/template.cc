// SPDX-License-Identifier: Apache-2.0

#include "client/import/template.h"

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "client/import/slug.h"

namespace kizuna::import {
namespace {

absl::Status Malformed(absl::string_view text, absl::string_view problem) {
  return absl::InvalidArgumentError(absl::StrCat("the template '", text, "' ", problem));
}

// What stands between the braces: name[:format][|filter]...
absl::StatusOr<TemplatePiece> ParseReference(absl::string_view text, absl::string_view inner) {
  TemplatePiece piece;
  const std::vector<absl::string_view> parts = absl::StrSplit(inner, '|');
  absl::string_view name = parts.front();
  const size_t format = name.find(":%");
  if (format != absl::string_view::npos) {
    piece.date_format = std::string(name.substr(format + 1));
    name = name.substr(0, format);
  }
  piece.name = std::string(absl::StripAsciiWhitespace(name));
  if (piece.name.empty()) return Malformed(text, "has braces without a column's name in them");
  for (size_t i = 1; i < parts.size(); ++i) {
    const absl::string_view filter = absl::StripAsciiWhitespace(parts[i]);
    if (filter == "slug") {
      piece.filters.push_back(Filter::kSlug);
    } else if (filter == "lower") {
      piece.filters.push_back(Filter::kLower);
    } else if (filter == "upper") {
      piece.filters.push_back(Filter::kUpper);
    } else {
      return Malformed(
          text, absl::StrCat("has the filter '", filter, "'; known are slug, lower and upper"));
    }
  }
  return piece;
}

}  // namespace

absl::StatusOr<std::vector<TemplatePiece>> ParseTemplate(absl::string_view text) {
  std::vector<TemplatePiece> pieces;
  std::string literal;
  const auto end_literal = [&pieces, &literal] {
    if (literal.empty()) return;
    TemplatePiece piece;
    piece.text.swap(literal);
    pieces.push_back(std::move(piece));
  };
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool doubled = i + 1 < text.size() && text[i + 1] == c;
    if (c != '{' && c != '}') {
      literal.push_back(c);
    } else if (doubled) {
      literal.push_back(c);
      ++i;
    } else if (c == '}') {
      return Malformed(text, "has a } without {; write }} for the character itself");
    } else {
      const size_t end = text.find_first_of("{}", i + 1);
      if (end == absl::string_view::npos || text[end] != '}') {
        return Malformed(text, "has a { that is not closed; write {{ for the character itself");
      }
      absl::StatusOr<TemplatePiece> piece = ParseReference(text, text.substr(i + 1, end - i - 1));
      if (!piece.ok()) return piece.status();
      end_literal();
      pieces.push_back(*std::move(piece));
      i = end;
    }
  }
  end_literal();
  return pieces;
}

std::string ApplyFilter(Filter filter, absl::string_view value) {
  switch (filter) {
    case Filter::kSlug:
      return Slug(value);
    case Filter::kLower:
      return absl::AsciiStrToLower(value);
    case Filter::kUpper:
      return absl::AsciiStrToUpper(value);
  }
  return std::string(value);
}

}  // namespace kizuna::import
