// SPDX-License-Identifier: Apache-2.0
#include "client/cli/fact_text.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/timestamp.pb.h>

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "client/cli/display_text.h"
#include "client/cli/session.h"
#include "client/cli/words.h"

namespace kizuna::cli {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

const FieldDescriptor* ContentField(const v1::Fact& fact) {
  return fact.GetReflection()->GetOneofFieldDescriptor(
      fact, v1::Fact::descriptor()->FindOneofByName("content"));
}

// A value of a field: `index` of a repeated one, -1 of a single one.
struct Value {
  const Message& of;
  const FieldDescriptor* field;
  int index;

  const Message& message() const {
    const auto* const reflection = of.GetReflection();
    return index < 0 ? reflection->GetMessage(of, field)
                     : reflection->GetRepeatedMessage(of, field, index);
  }
  template <typename Known>
  const Known* As() const {
    if (field->message_type() != Known::descriptor()) return nullptr;
    return static_cast<const Known*>(&message());
  }
};

Json ObjectOf(const Message& message);

Json JsonOf(const Value& value) {
  const auto* const reflection = value.of.GetReflection();
  const FieldDescriptor* const field = value.field;
  const bool one = value.index < 0;
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection->GetBool(value.of, field);
    case FieldDescriptor::CPPTYPE_INT32:
      return reflection->GetInt32(value.of, field);
    case FieldDescriptor::CPPTYPE_INT64:
      return reflection->GetInt64(value.of, field);
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return reflection->GetDouble(value.of, field);
    case FieldDescriptor::CPPTYPE_ENUM:
      return EnumWord(field->enum_type(), reflection->GetEnumValue(value.of, field));
    case FieldDescriptor::CPPTYPE_MESSAGE:
      if (const auto* date = value.As<v1::Date>()) return DateJson(*date);
      if (const auto* money = value.As<v1::Money>()) return AmountJson(*money);
      if (const auto* time = value.As<google::protobuf::Timestamp>()) return TimeJson(*time);
      return ObjectOf(value.message());
    case FieldDescriptor::CPPTYPE_STRING:
      return one ? reflection->GetString(value.of, field)
                 : reflection->GetRepeatedString(value.of, field, value.index);
    default:
      return Json();
  }
}

template <typename Visit>
void VisitFields(const Message& message, const Visit& visit) {
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  for (const FieldDescriptor* const field : fields) visit(field);
}

Json ObjectOf(const Message& message) {
  Json object = Json::MakeObject();
  VisitFields(message, [&](const FieldDescriptor* field) {
    if (!field->is_repeated()) {
      object.Set(field->name(), JsonOf({message, field, -1}));
      return;
    }
    Json array = Json::MakeArray();
    for (int i = 0; i < message.GetReflection()->FieldSize(message, field); ++i) {
      array.Append(JsonOf({message, field, i}));
    }
    object.Set(field->name(), std::move(array));
  });
  return object;
}

std::string TextOf(const Message& message, absl::TimeZone zone);

std::string TextOf(const Value& value, absl::TimeZone zone) {
  switch (value.field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_ENUM:
      return Spoken(JsonOf(value).Plain());
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return ValueText(value.of.GetReflection()->GetDouble(value.of, value.field));
    case FieldDescriptor::CPPTYPE_STRING:
      return OneLine(IdOf(JsonOf(value).Plain()));
    case FieldDescriptor::CPPTYPE_MESSAGE:
      if (const auto* money = value.As<v1::Money>()) return MoneyText(*money);
      if (const auto* time = value.As<google::protobuf::Timestamp>()) return TimeText(*time, zone);
      if (value.As<v1::Date>() != nullptr) return JsonOf(value).Plain();
      return absl::StrCat("(", TextOf(value.message(), zone), ")");
    default:
      return JsonOf(value).Plain();
  }
}

std::string TextOf(const Message& message, absl::TimeZone zone) {
  std::vector<std::string> parts;
  VisitFields(message, [&](const FieldDescriptor* field) {
    const std::string name = absl::StrReplaceAll(field->name(), {{"_", " "}});
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_BOOL && !field->is_repeated()) {
      const bool set = message.GetReflection()->GetBool(message, field);
      parts.push_back(absl::StrCat(set ? "" : "not ", name));
      return;
    }
    const int count = field->is_repeated() ? message.GetReflection()->FieldSize(message, field) : 1;
    for (int i = 0; i < count; ++i) {
      const int index = field->is_repeated() ? i : -1;
      parts.push_back(absl::StrCat(name, " ", TextOf(Value{message, field, index}, zone)));
    }
  });
  return absl::StrJoin(parts, ", ");
}

}  // namespace

std::string ContentKind(const v1::Fact& fact) {
  const FieldDescriptor* const field = ContentField(fact);
  return field == nullptr ? "" : field->name();
}

std::string ContentText(const v1::Fact& fact, absl::TimeZone zone) {
  const FieldDescriptor* const field = ContentField(fact);
  if (field == nullptr) return "";
  return TextOf(fact.GetReflection()->GetMessage(fact, field), zone);
}

Json ContentJson(const v1::Fact& fact) {
  const FieldDescriptor* const field = ContentField(fact);
  if (field == nullptr) return Json();
  return ObjectOf(fact.GetReflection()->GetMessage(fact, field));
}

}  // namespace kizuna::cli
