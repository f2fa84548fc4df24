// SPDX-License-Identifier: Apache-2.0
//
// How is an answer written for programs? A value of JSON, written with every digit a double has
// (%.17g) and with its fields in the order they were added, so that the same answer is always the
// same bytes. protobuf's own JSON writes 64-bit integers as strings and names fields by the wire;
// the names here are the documented ones of docs/cli.md.

#ifndef KIZUNA_CLIENT_CLI_JSON_H_
#define KIZUNA_CLIENT_CLI_JSON_H_

#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/string_view.h"

namespace kizuna::cli {

// A number that is written as it stands: an exact decimal that a double could not hold.
struct JsonNumber {
  std::string literal;
};

// A day or an instant, which JSON and CSV write as text and a spreadsheet as a date: "2026-11-22",
// "2026-11-22T00:30:00.000001Z".
struct JsonDate {
  std::string text;
};

// One JSON value. Copies deeply; not thread-safe.
class Json {
 public:
  using Array = std::vector<Json>;
  using Field = std::pair<std::string, Json>;
  using Object = std::vector<Field>;

  Json();  // null
  ~Json();
  Json(const Json& other);
  Json(Json&& other) noexcept;
  Json& operator=(const Json& other);
  Json& operator=(Json&& other) noexcept;
  Json(bool value) : value_(value) {}
  Json(double value) : value_(value) {}  // NaN and the infinities are written as null
  Json(const char* value) : value_(std::string(value)) {}
  Json(std::string value) : value_(std::move(value)) {}
  Json(absl::string_view value) : value_(std::string(value)) {}
  Json(JsonNumber value) : value_(std::move(value)) {}
  Json(JsonDate value) : value_(std::move(value)) {}
  Json(Array value) : value_(std::move(value)) {}
  Json(Object value) : value_(std::move(value)) {}
  template <typename Integer, typename = std::enable_if_t<std::is_integral_v<Integer> &&
                                                          !std::is_same_v<Integer, bool>>>
  Json(Integer value) : value_(Widen(value)) {}

  static Json MakeObject() { return Json(Object{}); }
  static Json MakeArray() { return Json(Array{}); }

  // Appends a field to an object; the name must not be there yet. Returns *this, to chain.
  Json& Set(absl::string_view name, Json value) &;
  Json&& Set(absl::string_view name, Json value) && {
    return std::move(Set(name, std::move(value)));
  }
  // Appends an element to an array.
  Json& Append(Json value);

  bool is_object() const { return std::holds_alternative<Object>(value_); }
  bool is_null() const { return std::holds_alternative<std::monostate>(value_); }
  // What kind of value it is, for those who write it as something else than text.
  enum class Kind {
    kNull,
    kBoolean,
    kNumber,       // a double
    kExactNumber,  // a whole number or an exact decimal
    kText,
    kDate,
    kNested  // an array or an object
  };
  Kind kind() const;
  // The field of an object, or null when there is none.
  const Json* Find(absl::string_view name) const;
  // The fields of an object, which this must be.
  const Object& fields() const& { return std::get<Object>(value_); }
  const Object& fields() && = delete;  // they would be gone with the value

  // The value as text: `indent` spaces a level, or all on one line when negative.
  std::string Dump(int indent = 2) const;

  // The value as a cell of CSV holds it: text without quotes, null as nothing, arrays and objects
  // as JSON on one line.
  std::string Plain() const;

 private:
  using Value = std::variant<std::monostate, bool, int64_t, uint64_t, double, JsonNumber,
                             JsonDate, std::string, Array, Object>;
  template <typename Integer>
  static Value Widen(Integer value) {
    if constexpr (std::is_signed_v<Integer>) {
      return static_cast<int64_t>(value);
    } else {
      return static_cast<uint64_t>(value);
    }
  }
  void Write(std::string* out, int indent, int depth) const;

  Value value_;
};

}  // namespace kizuna::cli

#endif  // KIZUNA_CLIENT_CLI_JSON_H_
