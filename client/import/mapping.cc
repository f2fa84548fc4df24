// SPDX-License-Identifier: Apache-2.0

#include "client/import/mapping.h"

#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/text_format.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "client/import/program.h"

namespace kizuna::import {
namespace {

absl::Status Invalid(absl::string_view field, absl::string_view problem) {
  return absl::InvalidArgumentError(absl::StrCat(field, ": ", problem));
}

// Keeps the first error, which is the one to mend first.
class FirstError final : public google::protobuf::io::ErrorCollector {
 public:
  explicit FirstError(absl::string_view name) : name_(name) {}

  void AddError(int line, int column, const std::string& message) override {
    if (!text_.empty()) return;
    text_ = line < 0 ? absl::StrCat(name_, ": ", message)
                     : absl::StrCat(name_, ":", line + 1, ":", column + 1, ": ", message);
  }

  const std::string& text() const { return text_; }

 private:
  const absl::string_view name_;
  std::string text_;
};

bool IsSourceId(absl::string_view id) {
  if (id.empty() || id.size() > 64) return false;
  for (const char c : id) {
    const bool plain = absl::ascii_islower(static_cast<unsigned char>(c)) ||
                       absl::ascii_isdigit(static_cast<unsigned char>(c));
    if (!plain && c != '_' && c != '.' && c != '-') return false;
  }
  return absl::ascii_isalnum(static_cast<unsigned char>(id.front()));
}

}  // namespace

absl::StatusOr<v1::Mapping> ParseMapping(const std::string& text, absl::string_view name) {
  v1::Mapping mapping;
  FirstError errors(name);
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&errors);
  if (parser.ParseFromString(text, &mapping)) return mapping;
  return absl::InvalidArgumentError(errors.text().empty() ? absl::StrCat(name, ": is no mapping")
                                                          : errors.text());
}

absl::StatusOr<v1::Mapping> LoadMapping(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (!file || !(text << file.rdbuf())) {
    return absl::NotFoundError(
        absl::StrCat("cannot read the mapping '", path, "': ", std::strerror(errno)));
  }
  return ParseMapping(text.str(), path);
}

absl::StatusOr<std::unique_ptr<CheckedMapping>> CheckedMapping::Create(
    v1::Mapping mapping, const std::vector<std::pair<std::string, std::string>>& constants,
    absl::TimeZone zone) {
  std::unique_ptr<CheckedMapping> checked(new CheckedMapping(std::move(mapping)));
  if (!IsSourceId(checked->mapping_.source())) {
    return Invalid("source", "is required: 1 to 64 of a-z 0-9 _ . -, such as \"crm\"");
  }
  absl::StatusOr<CellDefaults> defaults = CellDefaults::Of(checked->mapping_, zone);
  if (!defaults.ok()) return defaults.status();
  checked->context_.mapping = &checked->mapping_;
  checked->context_.defaults = *std::move(defaults);
  checked->context_.joins = &checked->joins_;
  if (absl::Status status = checked->SetConstants(constants); !status.ok()) return status;
  if (absl::Status status = checked->CheckFiles(); !status.ok()) return status;
  if (absl::Status status = checked->CheckFeed(); !status.ok()) return status;
  return checked;
}

absl::Status CheckedMapping::SetConstants(
    const std::vector<std::pair<std::string, std::string>>& constants) {
  for (const v1::Constant& constant : mapping_.constants()) {
    if (constant.name().empty()) return Invalid("constants", "one has no name");
    if (!context_.constants.emplace(constant.name(), constant.value()).second) {
      return Invalid("constants", absl::StrCat("'", constant.name(), "' is given twice"));
    }
  }
  for (const auto& [name, value] : constants) {
    const auto found = context_.constants.find(name);
    if (found == context_.constants.end()) {
      return absl::InvalidArgumentError(
          absl::StrCat("--set ", name, ": the mapping has no constant of that name"));
    }
    found->second = value;
  }
  return absl::OkStatus();
}

absl::Status CheckedMapping::CheckFiles() {
  if (mapping_.files().empty()) return Invalid("files", "a mapping needs at least one");
  absl::flat_hash_set<std::string> names;
  for (int i = 0; i < mapping_.files_size(); ++i) {
    const v1::File& file = mapping_.files(i);
    const std::string path = absl::StrCat("files[", i, "] (", file.name(), ")");
    if (file.name().empty()) return Invalid(path, "name: is required");
    if (!names.insert(file.name()).second) return Invalid(path, "name: is given twice");
    if (file.glob().empty()) return Invalid(path, "glob: is required, such as \"*.csv\"");
    if (file.delimiter().size() > 1 || file.delimiter() == "\"" || file.delimiter() == "\n") {
      return Invalid(path, "delimiter: must be one ASCII character, such as \";\" or \"\\t\"");
    }
    if (file.skip_lines() < 0) return Invalid(path, "skip_lines: must not be negative");
    if (file.max_row_lines() < 0) return Invalid(path, "max_row_lines: must not be negative");
    absl::StatusOr<std::unique_ptr<Program>> program = Program::Compile(context_, file, nullptr);
    if (!program.ok()) {
      return absl::InvalidArgumentError(absl::StrCat(path, ".", program.status().message()));
    }
  }
  for (int i = 0; i < mapping_.left_out_size(); ++i) {
    const std::string path = absl::StrCat("left_out[", i, "]");
    if (mapping_.left_out(i).glob().empty()) return Invalid(path, "glob: is required");
    if (mapping_.left_out(i).reason().empty()) return Invalid(path, "reason: is required");
  }
  return absl::OkStatus();
}

absl::Status CheckedMapping::CheckFeed() {
  if (!mapping_.feed().has_newest()) return absl::OkStatus();
  const v1::NewestOf& newest = mapping_.feed().newest();
  for (const v1::File& file : mapping_.files()) {
    if (file.name() == newest.file() && !newest.column().empty()) return absl::OkStatus();
  }
  return Invalid("feed.newest", "needs the name of a file of this mapping and a column of it");
}

}  // namespace kizuna::import
