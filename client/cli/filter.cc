// SPDX-License-Identifier: Apache-2.0
#include "client/cli/filter.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "client/cli/exit_code.h"
#include "client/cli/words.h"

namespace kizuna::cli {
namespace {

std::string Quoted(absl::string_view text) {
  return absl::StrCat("\"", absl::StrReplaceAll(text, {{"\\", "\\\\"}, {"\"", "\\\""}}), "\"");
}

// Adds `field = "WORD"` for an enum's word as it was typed.
template <typename Enum>
absl::Status AddWord(absl::string_view flag, absl::string_view field, const std::string& typed,
                     std::vector<std::string>* terms) {
  if (typed.empty()) return absl::OkStatus();
  const absl::StatusOr<Enum> value = ParseWord<Enum>(flag, typed);
  if (!value.ok()) return value.status();
  terms->push_back(absl::StrCat(field, " = ", Quoted(Word(*value))));
  return absl::OkStatus();
}

bool CellIsKnown(absl::string_view cell) {
  static constexpr absl::string_view kCells[] = {"A", "B", "C", "D", "NONE"};
  return std::find(std::begin(kCells), std::end(kCells), cell) != std::end(kCells);
}

}  // namespace

void AddEveryoneFlag(CLI::App* command, CLI::Option* owner) {
  command->add_flag("--everyone")
      ->description("of every owner, where the config file names one (`kizuna config`)")
      ->excludes(owner)
      ->group(owner->get_group());
}

void AddFilterFlags(CLI::App* command, FilterFlags* flags, Scope scope) {
  const auto add = [command](const char* name, std::string* value, std::string help,
                             const char* type) {
    return command->add_option(name, *value, std::move(help))
        ->type_name(type)
        ->group("Which accounts");
  };
  CLI::Option* const owner =
      add("--owner", &flags->owner, "of this customer success manager", "NAME");
  if (scope == Scope::kOwner) AddEveryoneFlag(command, owner);
  add("--sales-owner", &flags->sales_owner, "of this sales owner", "NAME");
  add("--segment", &flags->segment, "of this segment", "SEGMENT");
  add("--industry", &flags->industry, "of this industry", "INDUSTRY");
  add("--partner", &flags->partner, "served by this partner", "PARTNER");
  add("--band", &flags->band, WordsOf(v1::Band_descriptor()), "BAND");
  add("--touch,--tier", &flags->touch, "touch tier: " + WordsOf(v1::TouchTier_descriptor()),
      "TIER");
  add("--loyalty", &flags->loyalty, WordsOf(v1::LoyaltyTier_descriptor()), "TIER");
  add("--cell", &flags->cell, "of this cell of the matrix: a|b|c|d, or none for unplaced", "CELL");
  add("--product", &flags->product, "who own this product", "PRODUCT");
  add("--gate", &flags->gate, "against whose best pitch this gate holds, such as DISSATISFIED",
      "CODE");
  command
      ->add_option("--renewal-within", flags->renewal_within,
                   "whose next renewal is within so many days from today")
      ->check(CLI::Range(0, 3650))
      ->type_name("DAYS")
      ->group("Which accounts");
  add("--filter", &flags->filter, "FIELD = \"VALUE\" joined by AND, as docs/api.md says", "FILTER");
}

absl::StatusOr<std::string> FilterOf(const FilterFlags& flags) {
  std::vector<std::string> terms;
  const auto add_text = [&terms](absl::string_view field, const std::string& typed) {
    if (!typed.empty()) terms.push_back(absl::StrCat(field, " = ", Quoted(typed)));
  };
  add_text("owner", flags.owner);
  add_text("sales_owner", flags.sales_owner);
  add_text("segment", flags.segment);
  add_text("industry", flags.industry);
  add_text("partner", flags.partner);
  absl::Status wrong = AddWord<v1::Band>("--band", "band", flags.band, &terms);
  wrong.Update(AddWord<v1::TouchTier>("--touch", "touch_tier", flags.touch, &terms));
  wrong.Update(AddWord<v1::LoyaltyTier>("--loyalty", "loyalty_tier", flags.loyalty, &terms));
  if (!wrong.ok()) return wrong;
  if (!flags.cell.empty()) {
    const std::string cell = absl::AsciiStrToUpper(flags.cell);
    if (!CellIsKnown(cell)) {
      return UsageError("--cell", absl::StrCat("'", flags.cell, "' is none of a, b, c, d, none"));
    }
    terms.push_back(absl::StrCat("cell = ", cell));
  }
  add_text("product", flags.product);
  add_text("gate", absl::AsciiStrToUpper(flags.gate));
  if (flags.renewal_within >= 0) {
    terms.push_back(absl::StrCat("renewal <= ", flags.renewal_within));
  }
  if (!flags.filter.empty()) terms.push_back(flags.filter);
  return absl::StrJoin(terms, " AND ");
}

}  // namespace kizuna::cli
