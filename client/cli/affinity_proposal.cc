// SPDX-License-Identifier: Apache-2.0

#include "client/cli/affinity_proposal.h"

#include <google/protobuf/text_format.h>

#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "client/cli/session.h"
#include "kizuna/v1/rulebook.pb.h"

namespace kizuna::cli {
namespace {

constexpr absl::string_view kField = "affinity";

bool IsOpening(char c) { return c == '{' || c == '<' || c == '['; }
bool IsClosing(char c) { return c == '}' || c == '>' || c == ']'; }
bool IsNameChar(char c) { return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_'; }

// Walks through text format: where a comment or a string that begins at `at` ends, else `at`.
size_t SkipQuiet(absl::string_view text, size_t at) {
  const char quote = text[at];
  if (quote == '#') {
    const size_t end = text.find('\n', at);
    return end == absl::string_view::npos ? text.size() : end;
  }
  if (quote != '"' && quote != '\'') return at;
  for (size_t i = at + 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == quote) {
      return i + 1;
    }
  }
  return text.size();
}

// Behind the value that opens with a bracket at `at`.
size_t SkipValue(absl::string_view text, size_t at) {
  int depth = 0;
  while (at < text.size()) {
    const size_t behind = SkipQuiet(text, at);
    if (behind != at) {
      at = behind;
      continue;
    }
    if (IsOpening(text[at])) ++depth;
    if (IsClosing(text[at]) && --depth == 0) return at + 1;
    ++at;
  }
  return at;
}

// Where the value of a field named kField at `at` opens; npos when there is none.
size_t OpensAt(absl::string_view text, size_t at) {
  if (text.substr(at, kField.size()) != kField) return absl::string_view::npos;
  if (at > 0 && IsNameChar(text[at - 1])) return absl::string_view::npos;
  at += kField.size();
  while (at < text.size() &&
         (absl::ascii_isspace(static_cast<unsigned char>(text[at])) || text[at] == ':')) {
    ++at;
  }
  return at < text.size() && IsOpening(text[at]) ? at : absl::string_view::npos;
}

// The text without its affinity table, and without the lines that this leaves empty.
std::string WithoutTable(absl::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const size_t behind = SkipQuiet(text, at);
    const size_t opening = OpensAt(text, at);
    if (opening != absl::string_view::npos) {
      at = SkipValue(text, opening);
      while (at < text.size() && (text[at] == ' ' || text[at] == ',' || text[at] == ';')) ++at;
      const bool line_empty = out.empty() || out.back() == '\n';
      if (line_empty && at < text.size() && text[at] == '\n') ++at;
    } else if (behind != at) {
      absl::StrAppend(&out, text.substr(at, behind - at));
      at = behind;
    } else if (IsOpening(text[at])) {
      // A field of the same name within another is not the table.
      const size_t end = SkipValue(text, at);
      absl::StrAppend(&out, text.substr(at, end - at));
      at = end;
    } else {
      out.push_back(text[at++]);
    }
  }
  return out;
}

std::string LineOf(const v1::AffinityRule& rule) {
  return absl::StrCat("affinity { antecedent: \"", IdOf(rule.antecedent()), "\" consequent: \"",
                      IdOf(rule.consequent()), "\" lift: ", rule.lift(), " }\n");
}

}  // namespace

absl::StatusOr<std::string> WithAffinity(absl::string_view rulebook_text,
                                         const std::vector<v1::AffinityRule>& rules) {
  v1::Rulebook expected;
  if (!google::protobuf::TextFormat::ParseFromString(std::string(rulebook_text), &expected)) {
    return absl::FailedPreconditionError(
        "the rulebook in force is of a newer server than this program; update it");
  }
  expected.clear_affinity();
  std::string table;
  for (const v1::AffinityRule& rule : rules) absl::StrAppend(&table, LineOf(rule));
  v1::Rulebook tables;
  if (!google::protobuf::TextFormat::ParseFromString(table, &tables)) {
    return absl::InternalError("the mined table does not read as one; this is a fault of kizuna");
  }
  expected.MergeFrom(tables);
  std::string text = WithoutTable(rulebook_text);
  if (!text.empty() && text.back() != '\n') text.push_back('\n');
  text += table;
  // What was cut out of the text must be the table and nothing else.
  v1::Rulebook read;
  if (!google::protobuf::TextFormat::ParseFromString(text, &read) ||
      read.SerializeAsString() != expected.SerializeAsString()) {
    google::protobuf::TextFormat::PrintToString(expected, &text);
  }
  return text;
}

}  // namespace kizuna::cli
