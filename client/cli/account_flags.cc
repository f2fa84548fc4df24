// SPDX-License-Identifier: Apache-2.0
#include "client/cli/account_flags.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "client/cli/exit_code.h"
#include "client/cli/session.h"
#include "client/cli/words.h"

namespace kizuna::cli {
namespace {

// "crm=0012" as its two halves.
absl::StatusOr<std::pair<std::string, std::string>> SplitPair(absl::string_view flag,
                                                              absl::string_view text,
                                                              absl::string_view shape) {
  const size_t equals = text.find('=');
  if (equals == absl::string_view::npos || equals == 0) {
    return UsageError(flag, absl::StrCat("'", text, "' is not of the form ", shape));
  }
  return std::make_pair(std::string(text.substr(0, equals)), std::string(text.substr(equals + 1)));
}

absl::Status AddPairs(const UpsertFlags& flags, v1::Profile* profile) {
  for (const std::string& text : flags.aliases) {
    const auto pair = SplitPair("--alias", text, "SYSTEM=ID");
    if (!pair.ok()) return pair.status();
    v1::Alias* const alias = profile->add_aliases();
    alias->set_system(pair->first);
    alias->set_id(pair->second);
  }
  for (const std::string& text : flags.sizing) {
    const auto pair = SplitPair("--sizing", text, "NAME=NUMBER");
    if (!pair.ok()) return pair.status();
    double value = 0;
    if (!absl::SimpleAtod(pair->second, &value)) {
      return UsageError("--sizing", absl::StrCat("'", pair->second, "' is not a number"));
    }
    v1::Sizing* const sizing = profile->add_sizing();
    sizing->set_name(pair->first);
    sizing->set_value(value);
  }
  for (const std::string& text : flags.product_owners) {
    const auto pair = SplitPair("--product-owner", text, "PRODUCT=NAME");
    if (!pair.ok()) return pair.status();
    v1::ProductOwner* const owner = profile->add_product_owners();
    owner->set_product(ProductName(pair->first));
    owner->set_owner(pair->second);
  }
  return absl::OkStatus();
}

}  // namespace

void AddUpsertFlags(CLI::App* command, UpsertFlags* flags) {
  command->add_option("account", flags->account, "the account's id")->required();
  const auto add = [command](const char* flag, std::string* value, const char* help,
                             const char* type) {
    command->add_option(flag, *value, help)->type_name(type);
  };
  add("--name", &flags->name, "the customer's name as people read it", "NAME");
  add("--segment", &flags->segment, "the segment, which chooses the model", "SEGMENT");
  add("--industry", &flags->industry, "the industry", "INDUSTRY");
  add("--owner", &flags->owner, "the customer success manager", "NAME");
  add("--sales-owner", &flags->sales_owner, "the sales owner", "NAME");
  add("--partner", &flags->partner, "the partner that serves it", "NAME");
  add("--parent", &flags->parent, "the parent company, an account's id", "ACCOUNT");
  add("--country", &flags->country, "ISO 3166-1, such as JP", "CODE");
  add("--language", &flags->language, "to write to them in, such as ja", "CODE");
  add("--lifetime-value", &flags->lifetime_value, "as another system computed it", "AMOUNT");
  command->add_option("--budget-month", flags->budget_month, "the month of their budget")
      ->check(CLI::Range(1, 12))
      ->type_name("1..12");
  const auto add_many = [command](const char* flag, std::vector<std::string>* values,
                                  const char* help, const char* type) {
    command->add_option(flag, *values, help)->type_name(type)->allow_extra_args(false);
  };
  add_many("--alias", &flags->aliases, "the account's id in another system; repeatable",
           "SYSTEM=ID");
  add_many("--sizing", &flags->sizing, "a figure that measures its potential; repeatable",
           "NAME=NUMBER");
  add_many("--product-owner", &flags->product_owners, "who owns one product there; repeatable",
           "PRODUCT=NAME");
  add_many("--clear", &flags->cleared,
           "empty a field: segment, owner, sizing.NAME, alias.SYSTEM, ...; repeatable", "FIELD");
}

absl::StatusOr<v1::Profile> ProfileOf(const UpsertFlags& flags) {
  v1::Profile profile;
  if (!flags.name.empty()) profile.set_display_name(flags.name);
  if (!flags.segment.empty()) profile.set_segment(flags.segment);
  if (!flags.industry.empty()) profile.set_industry(flags.industry);
  if (!flags.owner.empty()) profile.set_owner(flags.owner);
  if (!flags.sales_owner.empty()) profile.set_sales_owner(flags.sales_owner);
  if (!flags.partner.empty()) profile.set_partner(flags.partner);
  if (!flags.parent.empty()) profile.set_parent(AccountName(flags.parent));
  if (!flags.country.empty()) profile.set_country(flags.country);
  if (!flags.language.empty()) profile.set_language(flags.language);
  if (flags.budget_month != 0) profile.set_budget_month(flags.budget_month);
  if (!flags.lifetime_value.empty()) {
    const absl::StatusOr<v1::Money> value = ParseAmount("--lifetime-value", flags.lifetime_value);
    if (!value.ok()) return value.status();
    *profile.mutable_lifetime_value() = *value;
  }
  if (const absl::Status wrong = AddPairs(flags, &profile); !wrong.ok()) return wrong;
  for (const std::string& field : flags.cleared) {
    // Typed as the flag is: --clear name, --clear sales-owner.
    std::string known = field;
    if (field == "name") known = "display_name";
    if (field == "sales-owner") known = "sales_owner";
    if (field == "lifetime-value") known = "lifetime_value";
    if (field == "budget-month") known = "budget_month";
    profile.add_cleared(known);
  }
  return profile;
}

absl::StatusOr<v1::Money> ParseAmount(absl::string_view flag, absl::string_view text) {
  constexpr size_t kMostUnitDigits = 12;
  constexpr size_t kMostDecimals = 6;
  absl::string_view rest = text;
  const bool negative = !rest.empty() && rest[0] == '-';
  if (negative) rest.remove_prefix(1);
  const size_t point = rest.find('.');
  const absl::string_view units = rest.substr(0, point);
  const absl::string_view decimals =
      point == absl::string_view::npos ? absl::string_view() : rest.substr(point + 1);
  const auto all_digits = [](absl::string_view digits) {
    for (const char c : digits) {
      if (!absl::ascii_isdigit(static_cast<unsigned char>(c))) return false;
    }
    return true;
  };
  const bool sound = !units.empty() && units.size() <= kMostUnitDigits && all_digits(units) &&
                     all_digits(decimals) && decimals.size() <= kMostDecimals &&
                     (point == absl::string_view::npos || !decimals.empty());
  int64_t micros = 0;
  if (!sound || !absl::SimpleAtoi(absl::StrCat(units, decimals,
                                               std::string(kMostDecimals - decimals.size(), '0')),
                                  &micros)) {
    return UsageError(flag, absl::StrCat("'", text, "' is not an amount; write 1200 or 99.50"));
  }
  return MoneyOfMicros(negative ? -micros : micros, "");
}

}  // namespace kizuna::cli
