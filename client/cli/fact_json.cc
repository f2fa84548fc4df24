// SPDX-License-Identifier: Apache-2.0
#include "client/cli/fact_json.h"

#include <google/protobuf/reflection.h>
#include <google/protobuf/util/json_util.h>

#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "client/cli/exit_code.h"
#include "client/cli/session.h"
#include "kizuna/v1/fact_service.pb.h"

namespace kizuna::cli {
namespace {

// What protobuf says about the text, or empty when it could be read.
std::string Parse(absl::string_view text, google::protobuf::Message* message) {
  const auto status = google::protobuf::util::JsonStringToMessage(std::string(text), message, {});
  return status.ok() ? "" : std::string(status.message());
}

std::vector<v1::Fact> Taken(v1::RecordFactsRequest request) {
  return {std::make_move_iterator(request.mutable_facts()->begin()),
          std::make_move_iterator(request.mutable_facts()->end())};
}

absl::StatusOr<std::vector<v1::Fact>> ParseLines(absl::string_view flag, absl::string_view text) {
  std::vector<v1::Fact> facts;
  int number = 0;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    ++number;
    if (absl::StripAsciiWhitespace(line).empty()) continue;
    v1::Fact fact;
    const std::string fault = Parse(line, &fact);
    if (!fault.empty()) {
      return UsageError(flag, absl::StrCat("line ", number, " is no fact: ", fault));
    }
    facts.push_back(std::move(fact));
  }
  return facts;
}

absl::StatusOr<std::vector<v1::Fact>> ParseAnyForm(absl::string_view flag, absl::string_view text) {
  v1::RecordFactsRequest request;
  if (text[0] == '[') {
    const std::string fault = Parse(absl::StrCat("{\"facts\": ", text, "}"), &request);
    if (!fault.empty()) return UsageError(flag, absl::StrCat("no array of facts: ", fault));
    return Taken(std::move(request));
  }
  if (Parse(text, &request).empty() && request.facts_size() > 0) return Taken(std::move(request));
  v1::Fact fact;
  const std::string fault = Parse(text, &fact);
  if (fault.empty()) return std::vector<v1::Fact>{std::move(fact)};
  // One object over several lines that could not be read is told as such; else it is one a line.
  const absl::string_view first_line = text.substr(0, text.find('\n'));
  v1::Fact first;
  if (first_line.size() < text.size() && Parse(first_line, &first).empty())
    return ParseLines(flag, text);
  return UsageError(flag, absl::StrCat("no fact: ", fault));
}

// Completes "wms" to "products/wms" in the content, wherever a field is a product.
void CompleteProduct(v1::Fact* fact) {
  const auto* const reflection = fact->GetReflection();
  const auto* const content = reflection->GetOneofFieldDescriptor(
      *fact, v1::Fact::descriptor()->FindOneofByName("content"));
  if (content == nullptr) return;
  google::protobuf::Message* const message = reflection->MutableMessage(fact, content);
  const auto* const field = message->GetDescriptor()->FindFieldByName("product");
  if (field == nullptr) return;
  const auto* const inner = message->GetReflection();
  inner->SetString(message, field, ProductName(inner->GetString(*message, field)));
}

}  // namespace

absl::StatusOr<std::vector<v1::Fact>> ParseFacts(absl::string_view flag, absl::string_view text,
                                                 absl::string_view account) {
  text = absl::StripAsciiWhitespace(text);
  if (text.empty()) return UsageError(flag, "there is no fact in it");
  absl::StatusOr<std::vector<v1::Fact>> facts = ParseAnyForm(flag, text);
  if (!facts.ok()) return facts;
  for (v1::Fact& fact : *facts) {
    fact.set_account(AccountName(fact.account().empty() ? account : fact.account()));
    CompleteProduct(&fact);
  }
  return facts;
}

}  // namespace kizuna::cli
