// SPDX-License-Identifier: Apache-2.0

#include "server/services/account_update.h"

#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "google/protobuf/descriptor.h"

namespace kizuna::server {
namespace {

using google::protobuf::FieldDescriptor;

// The names, as `cleared` writes them, of the list's items in `profile`.
std::set<std::string> ItemsOf(const FieldDescriptor* list, const v1::Profile& profile) {
  std::set<std::string> out;
  if (list->name() == "sizing") {
    for (const auto& item : profile.sizing()) out.insert("sizing." + item.name());
  } else if (list->name() == "aliases") {
    for (const auto& item : profile.aliases()) out.insert("alias." + item.system());
  } else if (list->name() == "product_owners") {
    for (const auto& item : profile.product_owners()) {
      out.insert(absl::StrCat("product_owner.", absl::StripPrefix(item.product(), "products/")));
    }
  }
  return out;
}

// Sets or clears one field of the profile.
void UpdateField(const FieldDescriptor* field, const v1::Profile& wanted,
                 const v1::Profile& present, v1::Profile& out) {
  const auto* reflection = wanted.GetReflection();
  if (field->is_repeated()) {
    const std::set<std::string> kept = ItemsOf(field, wanted);
    for (const std::string& item : ItemsOf(field, present)) {
      if (kept.count(item) == 0) out.add_cleared(item);
    }
  } else if (!reflection->HasField(wanted, field)) {
    out.add_cleared(field->name());
    return;
  }
  // One field alone, merged: the rest of `wanted` is not meant.
  v1::Profile alone = wanted;
  std::vector<const FieldDescriptor*> fields;
  reflection->ListFields(wanted, &fields);
  for (const FieldDescriptor* other : fields) {
    if (other != field) reflection->ClearField(&alone, other);
  }
  out.MergeFrom(alone);
}

}  // namespace

v1::Profile ProfileUpdate(const google::protobuf::FieldMask& mask, const v1::Profile& wanted,
                          const v1::Profile& present, const convert::FieldPath& path,
                          convert::Violations& violations) {
  if (mask.paths().empty()) return wanted;
  const auto* descriptor = v1::Profile::descriptor();
  v1::Profile out;
  std::set<std::string> seen;
  for (int i = 0; i < mask.paths_size(); ++i) {
    absl::string_view name = mask.paths(i);
    if (name == "profile" && mask.paths_size() == 1) {
      for (int f = 0; f < descriptor->field_count(); ++f) {
        if (descriptor->field(f)->name() != "cleared") {
          UpdateField(descriptor->field(f), wanted, present, out);
        }
      }
      return out;
    }
    const FieldDescriptor* field = absl::ConsumePrefix(&name, "profile.")
                                       ? descriptor->FindFieldByName(std::string(name))
                                       : nullptr;
    if (field == nullptr || field->name() == "cleared") {
      violations.Add(path.Item("paths", i),
                     "is no field of an account that can be set; send profile alone, or paths such "
                     "as profile.segment");
    } else if (seen.insert(field->name()).second) {
      UpdateField(field, wanted, present, out);
    }
  }
  return out;
}

}  // namespace kizuna::server
