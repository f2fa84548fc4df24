// SPDX-License-Identifier: Apache-2.0
#include "client/cli/message_json.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <vector>

#include "absl/strings/strip.h"
#include "client/cli/answer_json.h"
#include "client/cli/session.h"
#include "client/cli/words.h"

namespace kizuna::cli {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// Names of resources in strings: `products/crm`.
bool IsResource(const FieldDescriptor& field) {
  return field.name() == "product" || field.name() == "extended_product" ||
         field.name() == "account";
}

Json StringJson(const FieldDescriptor& field, const std::string& text) {
  return TextJson(IsResource(field) ? IdOf(text) : text);
}

bool IsMoney(const FieldDescriptor& field) {
  return field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE &&
         field.message_type() == v1::Money::descriptor();
}

Json SubmessageJson(const Message& message) {
  const auto* const type = message.GetDescriptor();
  if (type == v1::Money::descriptor()) return AmountJson(static_cast<const v1::Money&>(message));
  if (type == v1::Date::descriptor()) return DateJson(static_cast<const v1::Date&>(message));
  if (type == google::protobuf::Timestamp::descriptor()) {
    return TimeJson(static_cast<const google::protobuf::Timestamp&>(message));
  }
  if (type == v1::Assessment::descriptor()) {
    return ToJson(static_cast<const v1::Assessment&>(message));
  }
  return MessageJson(message);
}

Json RepeatedJson(const Message& message, const FieldDescriptor& field) {
  const Reflection& reflection = *message.GetReflection();
  Json array = Json::MakeArray();
  for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_MESSAGE:
        array.Append(SubmessageJson(reflection.GetRepeatedMessage(message, &field, i)));
        break;
      case FieldDescriptor::CPPTYPE_ENUM:
        array.Append(
            EnumWord(field.enum_type(), reflection.GetRepeatedEnumValue(message, &field, i)));
        break;
      case FieldDescriptor::CPPTYPE_INT32:
        array.Append(reflection.GetRepeatedInt32(message, &field, i));
        break;
      default:
        array.Append(reflection.GetRepeatedString(message, &field, i));
    }
  }
  return array;
}

Json FieldJson(const Message& message, const FieldDescriptor& field) {
  const Reflection& reflection = *message.GetReflection();
  if (field.is_repeated()) return RepeatedJson(message, field);
  if (field.has_presence() && !reflection.HasField(message, &field)) return Json();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return SubmessageJson(reflection.GetMessage(message, &field));
    case FieldDescriptor::CPPTYPE_ENUM:
      return TextJson(EnumWord(field.enum_type(), reflection.GetEnumValue(message, &field)));
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection.GetBool(message, &field);
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return reflection.GetDouble(message, &field);
    case FieldDescriptor::CPPTYPE_INT32:
      return reflection.GetInt32(message, &field);
    case FieldDescriptor::CPPTYPE_INT64:
      return reflection.GetInt64(message, &field);
    case FieldDescriptor::CPPTYPE_UINT64:
      return reflection.GetUInt64(message, &field);
    case FieldDescriptor::CPPTYPE_STRING:
      return StringJson(field, reflection.GetString(message, &field));
    default:
      return Json();  // the API has no field of the other types
  }
}

// Appends the fields of `message`, but for the one named `except`, to `object`.
void AddFields(const Message& message, absl::string_view except, Json* object) {
  std::vector<const FieldDescriptor*> fields;
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    fields.push_back(message.GetDescriptor()->field(i));
  }
  std::sort(fields.begin(), fields.end(),
            [](const auto* one, const auto* other) { return one->number() < other->number(); });
  bool has_money = false;
  std::string currency;
  for (const FieldDescriptor* const field : fields) {
    if (field->name() == except) continue;
    object->Set(field->name(), FieldJson(message, *field));
    if (!IsMoney(*field) || field->is_repeated()) continue;
    has_money = true;
    if (currency.empty()) {
      currency = static_cast<const v1::Money&>(message.GetReflection()->GetMessage(message, field))
                     .currency_code();
    }
  }
  if (has_money) object->Set("currency_code", TextJson(currency));
}

}  // namespace

Json MessageJson(const Message& message) {
  Json object = Json::MakeObject();
  AddFields(message, "", &object);
  return object;
}

Json ReviewJson(const v1::Review& review) {
  absl::string_view account = review.name();
  account = account.substr(0, account.find("/reviews/"));
  Json object = Json::MakeObject();
  object.Set("account", TextJson(IdOf(account)));
  AddFields(review, "name", &object);
  return object;
}

}  // namespace kizuna::cli
