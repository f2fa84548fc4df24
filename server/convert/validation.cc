// SPDX-License-Identifier: Apache-2.0

#include "server/convert/validation.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/unknown_field_set.h"
#include "server/limits.h"

namespace kizuna::convert {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

bool IsControl(unsigned char c) { return c < 0x20 || c == 0x7f; }

void RefuseUnknownEnum(const Message& message, const FieldDescriptor* field, const FieldPath& path,
                       Violations& violations) {
  const Reflection* reflection = message.GetReflection();
  const auto check = [&](int number, const FieldPath& at) {
    if (field->enum_type()->FindValueByNumber(number) != nullptr) return;
    violations.Add(
        at, absl::StrCat("has the value ", number, ", which this server does not know; use one of ",
                         field->enum_type()->full_name(), ", or upgrade the server"));
  };
  if (!field->is_repeated()) {
    check(reflection->GetEnumValue(message, field), path.Field(field->name()));
    return;
  }
  for (int i = 0; i < reflection->FieldSize(message, field); ++i) {
    check(reflection->GetRepeatedEnumValue(message, field, i), path.Item(field->name(), i));
  }
}

}  // namespace

std::string FieldPath::ToString() const {
  if (parent_ == nullptr) return "";
  std::string out = parent_->ToString();
  if (!out.empty() && !name_.empty()) out += '.';
  absl::StrAppend(&out, name_);
  if (index_ >= 0) absl::StrAppend(&out, "[", index_, "]");
  return out;
}

void Violations::Add(const FieldPath& path, absl::string_view description) {
  if (listed_.size() < limits::kMaxViolations) {
    listed_.push_back({path.ToString(), std::string(description)});
  } else {
    ++more_;
  }
}

absl::Status Violations::ToStatus() const {
  return listed_.empty() ? absl::OkStatus() : InvalidFields(listed_, more_);
}

void RefuseUnknownHere(const Message& message, const FieldPath& path, Violations& violations) {
  const auto& unknown = message.GetReflection()->GetUnknownFields(message);
  if (unknown.empty()) return;
  violations.Add(path, absl::StrCat("has field number ", unknown.field(0).number(), " of ",
                                    message.GetDescriptor()->full_name(),
                                    ", which this server does not know; leave it out, or upgrade "
                                    "the server"));
}

void RefuseUnknown(const Message& message, const FieldPath& path, Violations& violations) {
  RefuseUnknownHere(message, path, violations);
  const Reflection* reflection = message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
      RefuseUnknownEnum(message, field, path, violations);
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      if (!field->is_repeated()) {
        RefuseUnknown(reflection->GetMessage(message, field), path.Field(field->name()),
                      violations);
        continue;
      }
      for (int i = 0; i < reflection->FieldSize(message, field); ++i) {
        RefuseUnknown(reflection->GetRepeatedMessage(message, field, i),
                      path.Item(field->name(), i), violations);
      }
    }
  }
}

bool CheckId(absl::string_view id, size_t max_bytes, bool required, const FieldPath& path,
             Violations& violations) {
  if (id.empty()) {
    if (required) violations.Add(path, "is required");
    return !required;
  }
  if (id.size() > max_bytes) {
    violations.Add(path, absl::StrCat("is ", id.size(), " bytes long; send at most ", max_bytes));
    return false;
  }
  for (const char c : id) {
    if (IsControl(static_cast<unsigned char>(c))) {
      violations.Add(path, "holds a control character; send printable text");
      return false;
    }
  }
  return true;
}

bool CheckText(absl::string_view text, size_t max_bytes, const FieldPath& path,
               Violations& violations) {
  if (text.size() > max_bytes) {
    violations.Add(path, absl::StrCat("is ", text.size(), " bytes long; send at most ", max_bytes));
    return false;
  }
  for (const char c : text) {
    if (c == '\0') {
      violations.Add(path, "holds a NUL character; send text");
      return false;
    }
  }
  return true;
}

}  // namespace kizuna::convert
