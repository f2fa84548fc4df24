// SPDX-License-Identifier: Apache-2.0
//
// The profile's part of fact_from_wire.h: fields become sorted (key, value) pairs.

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "server/convert/fact_from_wire.h"
#include "server/convert/names.h"
#include "server/convert/values.h"
#include "server/limits.h"

namespace kizuna::convert {
namespace {

constexpr absl::string_view kTextFields[] = {
    "display_name", "segment", "industry", "country",     "language",
    "owner",        "parent",  "partner",  "sales_owner",
};

constexpr double kMaxNumber = static_cast<double>(engine::kMaxValue / engine::kMicrosPerUnit);

// Collects the fields of one profile and says what is set twice.
class ProfileReader {
 public:
  ProfileReader(const FactContext& context, const FieldPath& path, Violations& violations)
      : context_(context), path_(path), violations_(violations) {}

  void Text(absl::string_view key, bool present, const std::string& value) {
    if (!present) return;
    if (CheckText(value, limits::kMaxTextBytes, path_.Field(key), violations_)) {
      Set(std::string(key), value, path_.Field(key));
    }
  }

  void Parent(const v1::Profile& wire) {
    if (!wire.has_parent()) return;
    const FieldPath at = path_.Field("parent");
    Set("parent", AccountIdOf(wire.parent(), false, at, violations_), at);
  }

  void ProductOwners(const v1::Profile& wire) {
    if (!FewEnough(wire.product_owners_size(), "product_owners")) return;
    for (int i = 0; i < wire.product_owners_size(); ++i) {
      const FieldPath at = path_.Item("product_owners", i);
      const v1::ProductOwner& owner = wire.product_owners(i);
      const std::string product =
          ProductIdOf(owner.product(), true, at.Field("product"), violations_);
      if (CheckId(owner.owner(), limits::kMaxTextBytes, true, at.Field("owner"), violations_) &&
          !product.empty()) {
        Set("product_owner." + product, owner.owner(), at.Field("product"));
      }
    }
  }

  void Aliases(const v1::Profile& wire) {
    if (!FewEnough(wire.aliases_size(), "aliases")) return;
    for (int i = 0; i < wire.aliases_size(); ++i) {
      const FieldPath at = path_.Item("aliases", i);
      const v1::Alias& alias = wire.aliases(i);
      const bool id_ok =
          CheckId(alias.id(), limits::kMaxTextBytes, true, at.Field("id"), violations_);
      if (Token(alias.system(), at.Field("system")) && id_ok) {
        Set("alias." + alias.system(), alias.id(), at.Field("system"));
      }
    }
  }

  void Sizing(const v1::Profile& wire) {
    if (!FewEnough(wire.sizing_size(), "sizing")) return;
    for (int i = 0; i < wire.sizing_size(); ++i) {
      const FieldPath at = path_.Item("sizing", i);
      const v1::Sizing& sizing = wire.sizing(i);
      const auto value = MicrosOf(sizing.value(), 0, kMaxNumber, at.Field("value"), violations_);
      if (Token(sizing.name(), at.Field("name")) && value.has_value()) {
        Set("sizing." + sizing.name(), absl::StrCat(*value), at.Field("name"));
      }
    }
  }

  void Numbers(const v1::Profile& wire) {
    if (wire.has_lifetime_value()) {
      const FieldPath at = path_.Field("lifetime_value");
      const auto value = MicrosOf(wire.lifetime_value(), context_.currency, false, at, violations_);
      if (value.has_value()) Set("lifetime_value", absl::StrCat(*value), at);
    }
    if (wire.has_budget_month()) {
      const FieldPath at = path_.Field("budget_month");
      if (CheckRange(int64_t{wire.budget_month()}, 1, 12, at, violations_)) {
        Set("budget_month", absl::StrCat(wire.budget_month()), at);
      }
    }
  }

  void Cleared(const v1::Profile& wire) {
    if (wire.cleared_size() > limits::kMaxClearedFields) {
      violations_.Add(path_.Field("cleared"),
                      absl::StrCat("names ", wire.cleared_size(), " fields; send at most ",
                                   limits::kMaxClearedFields));
      return;
    }
    for (int i = 0; i < wire.cleared_size(); ++i) {
      const FieldPath at = path_.Item("cleared", i);
      if (!IsField(wire.cleared(i))) {
        violations_.Add(at,
                        "names no field of a profile; send one of its fields, sizing.<name>, "
                        "alias.<system> or product_owner.<product id>");
        continue;
      }
      Set(wire.cleared(i), "", at);
    }
  }

  engine::ProfileContent Take() {
    std::sort(content_.fields.begin(), content_.fields.end());
    return std::move(content_);
  }

 private:
  bool FewEnough(int count, absl::string_view field) {
    if (count <= limits::kMaxProfileItems) return true;
    violations_.Add(path_.Field(field),
                    absl::StrCat("has ", count, " items; send at most ", limits::kMaxProfileItems));
    return false;
  }

  bool Token(absl::string_view name, const FieldPath& at) {
    if (IsSourceId(name)) return true;
    violations_.Add(at,
                    "must be 1 to 64 characters of a-z 0-9 _ . - that begin with a letter or "
                    "digit");
    return false;
  }

  static bool IsField(absl::string_view key) {
    if (std::find(std::begin(kTextFields), std::end(kTextFields), key) != std::end(kTextFields) ||
        key == "lifetime_value" || key == "budget_month") {
      return true;
    }
    if (absl::ConsumePrefix(&key, "sizing.") || absl::ConsumePrefix(&key, "alias.")) {
      return IsSourceId(key);
    }
    return absl::ConsumePrefix(&key, "product_owner.") && IsProductId(key);
  }

  void Set(std::string key, std::string value, const FieldPath& at) {
    for (const auto& [known, unused] : content_.fields) {
      if (known == key) {
        violations_.Add(at, absl::StrCat("sets or clears ", key, " a second time; send it once"));
        return;
      }
    }
    content_.fields.emplace_back(std::move(key), std::move(value));
  }

  const FactContext& context_;
  const FieldPath& path_;
  Violations& violations_;
  engine::ProfileContent content_;
};

}  // namespace

engine::ProfileContent ProfileFromWire(const v1::Profile& wire, const FactContext& context,
                                       const FieldPath& path, Violations& violations) {
  ProfileReader reader(context, path, violations);
  reader.Text("display_name", wire.has_display_name(), wire.display_name());
  reader.Parent(wire);
  reader.Text("segment", wire.has_segment(), wire.segment());
  reader.Text("industry", wire.has_industry(), wire.industry());
  reader.Text("country", wire.has_country(), wire.country());
  reader.Text("language", wire.has_language(), wire.language());
  reader.Text("owner", wire.has_owner(), wire.owner());
  reader.Text("sales_owner", wire.has_sales_owner(), wire.sales_owner());
  reader.Text("partner", wire.has_partner(), wire.partner());
  reader.ProductOwners(wire);
  reader.Aliases(wire);
  reader.Sizing(wire);
  reader.Numbers(wire);
  reader.Cleared(wire);
  return reader.Take();
}

}  // namespace kizuna::convert
