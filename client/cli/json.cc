// SPDX-License-Identifier: Apache-2.0
#include "client/cli/json.h"

#include <cassert>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace kizuna::cli {
namespace {

void WriteString(absl::string_view text, std::string* out) {
  out->push_back('"');
  for (const char c : text) {
    switch (c) {
      case '"':
        out->append("\\\"");
        break;
      case '\\':
        out->append("\\\\");
        break;
      case '\n':
        out->append("\\n");
        break;
      case '\r':
        out->append("\\r");
        break;
      case '\t':
        out->append("\\t");
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
          absl::StrAppendFormat(out, "\\u%04x", static_cast<unsigned char>(c));
        } else {
          out->push_back(c);
        }
    }
  }
  out->push_back('"');
}

void WriteLineEnd(std::string* out, int indent, int depth) {
  if (indent < 0) return;
  out->push_back('\n');
  out->append(static_cast<size_t>(indent * depth), ' ');
}

std::string DoubleText(double value) {
  return std::isfinite(value) ? absl::StrFormat("%.17g", value) : std::string("null");
}

}  // namespace

Json::Json() = default;
Json::~Json() = default;
Json::Json(const Json& other) = default;
Json::Json(Json&& other) noexcept = default;
Json& Json::operator=(const Json& other) = default;
Json& Json::operator=(Json&& other) noexcept = default;

Json& Json::Set(absl::string_view name, Json value) & {
  assert(Find(name) == nullptr);
  std::get<Object>(value_).emplace_back(std::string(name), std::move(value));
  return *this;
}

Json& Json::Append(Json value) {
  std::get<Array>(value_).push_back(std::move(value));
  return *this;
}

const Json* Json::Find(absl::string_view name) const {
  const Object* const object = std::get_if<Object>(&value_);
  if (object == nullptr) return nullptr;
  for (const Field& field : *object) {
    if (field.first == name) return &field.second;
  }
  return nullptr;
}

Json::Kind Json::kind() const {
  if (is_null()) return Kind::kNull;
  if (std::holds_alternative<bool>(value_)) return Kind::kBoolean;
  if (std::holds_alternative<double>(value_)) return Kind::kNumber;
  if (std::holds_alternative<std::string>(value_)) return Kind::kText;
  if (std::holds_alternative<JsonDate>(value_)) return Kind::kDate;
  const bool nested =
      std::holds_alternative<Array>(value_) || std::holds_alternative<Object>(value_);
  return nested ? Kind::kNested : Kind::kExactNumber;
}

std::string Json::Dump(int indent) const {
  std::string out;
  Write(&out, indent, 0);
  return out;
}

std::string Json::Plain() const {
  if (const auto* text = std::get_if<std::string>(&value_)) return *text;
  if (const auto* date = std::get_if<JsonDate>(&value_)) return date->text;
  if (is_null()) return "";
  return Dump(-1);
}

void Json::Write(std::string* out, int indent, int depth) const {
  if (is_null()) {
    out->append("null");
  } else if (const auto* boolean = std::get_if<bool>(&value_)) {
    out->append(*boolean ? "true" : "false");
  } else if (const auto* whole = std::get_if<int64_t>(&value_)) {
    absl::StrAppend(out, *whole);
  } else if (const auto* natural = std::get_if<uint64_t>(&value_)) {
    absl::StrAppend(out, *natural);
  } else if (const auto* number = std::get_if<double>(&value_)) {
    out->append(DoubleText(*number));
  } else if (const auto* exact = std::get_if<JsonNumber>(&value_)) {
    out->append(exact->literal);
  } else if (const auto* date = std::get_if<JsonDate>(&value_)) {
    WriteString(date->text, out);
  } else if (const auto* text = std::get_if<std::string>(&value_)) {
    WriteString(*text, out);
  } else if (const auto* array = std::get_if<Array>(&value_)) {
    out->push_back('[');
    for (size_t i = 0; i < array->size(); ++i) {
      if (i > 0) out->append(indent < 0 ? ", " : ",");
      WriteLineEnd(out, indent, depth + 1);
      (*array)[i].Write(out, indent, depth + 1);
    }
    if (!array->empty()) WriteLineEnd(out, indent, depth);
    out->push_back(']');
  } else {
    const Object& object = std::get<Object>(value_);
    out->push_back('{');
    for (size_t i = 0; i < object.size(); ++i) {
      if (i > 0) out->append(indent < 0 ? ", " : ",");
      WriteLineEnd(out, indent, depth + 1);
      WriteString(object[i].first, out);
      out->append(": ");
      object[i].second.Write(out, indent, depth + 1);
    }
    if (!object.empty()) WriteLineEnd(out, indent, depth);
    out->push_back('}');
  }
}

}  // namespace kizuna::cli
