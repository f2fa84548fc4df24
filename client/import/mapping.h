// SPDX-License-Identifier: Apache-2.0
//
// Is this mapping one that can be run? Reads the text, checks all of it that needs no file, and
// holds what its files share while they are read.

#ifndef KIZUNA_CLIENT_IMPORT_MAPPING_H_
#define KIZUNA_CLIENT_IMPORT_MAPPING_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "client/import/join_table.h"
#include "client/import/slots.h"
#include "kizuna/import/v1/mapping.pb.h"

namespace kizuna::import {

// Reads a mapping's text. INVALID_ARGUMENT: "NAME:LINE:COLUMN: what is wrong".
absl::StatusOr<v1::Mapping> ParseMapping(const std::string& text, absl::string_view name);

// The same from a file. NOT_FOUND when it cannot be read.
absl::StatusOr<v1::Mapping> LoadMapping(const std::string& path);

// A mapping that was checked. Not thread-safe: its join tables grow while files are read.
class CheckedMapping {
 public:
  // `constants` win over those of the mapping; one that the mapping does not have is an error.
  // `zone` counts where the mapping states no time zone. INVALID_ARGUMENT names the field, such as
  // `files[2] (usage).records[0] (usage).usage.value`.
  static absl::StatusOr<std::unique_ptr<CheckedMapping>> Create(
      v1::Mapping mapping, const std::vector<std::pair<std::string, std::string>>& constants,
      absl::TimeZone zone);

  CheckedMapping(const CheckedMapping&) = delete;
  CheckedMapping& operator=(const CheckedMapping&) = delete;

  const v1::Mapping& mapping() const { return mapping_; }
  const MappingContext& context() const { return context_; }
  // The zone in which the mapping's dates are days.
  const absl::TimeZone& zone() const { return context_.defaults.zone; }

 private:
  explicit CheckedMapping(v1::Mapping mapping) : mapping_(std::move(mapping)) {}

  absl::Status SetConstants(const std::vector<std::pair<std::string, std::string>>& constants);
  absl::Status CheckFiles();
  absl::Status CheckFeed();

  v1::Mapping mapping_;
  JoinTables joins_;
  MappingContext context_;
};

}  // namespace kizuna::import

#endif  // KIZUNA_CLIENT_IMPORT_MAPPING_H_
