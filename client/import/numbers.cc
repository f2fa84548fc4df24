// SPDX-License-Identifier: Apache-2.0

#include "client/import/numbers.h"

#include <cstdlib>
#include <limits>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace kizuna::import {
namespace {

constexpr int kMaxWholeDigits = 18;
constexpr int kMaxDecimals = 18;
constexpr absl::string_view kSigns[] = {"$", "€", "£", "¥", "￥", "₩", "₹"};

absl::int128 PowerOfTen(int exponent) {
  absl::int128 power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

absl::Status NotANumber(absl::string_view text, const NumberFormat& format) {
  return absl::InvalidArgumentError(absl::StrCat(
      "'", text, "' is not a number; expected digits with '", format.decimal,
      "' before decimals and ",
      format.thousands.empty() ? std::string("no sign between groups (set number.thousands)")
                               : absl::StrCat("'", format.thousands, "' between groups of three")));
}

// Removes signs of currency, the column's own affixes, a percent sign and the spaces between.
void StripAffixes(const NumberFormat& format, absl::string_view* text, bool* percent) {
  bool changed = true;
  while (changed) {
    *text = absl::StripAsciiWhitespace(*text);
    changed = false;
    for (absl::string_view sign : kSigns) {
      changed |= absl::ConsumePrefix(text, sign) || absl::ConsumeSuffix(text, sign);
    }
    for (const std::string& affix : format.affixes) {
      if (affix.empty()) continue;
      changed |= absl::ConsumePrefix(text, affix) || absl::ConsumeSuffix(text, affix);
    }
    if (absl::ConsumeSuffix(text, "%") || absl::ConsumeSuffix(text, "％")) {
      *percent = true;
      changed = true;
    }
  }
}

// The sign, wherever it stands: -5, −5, +5, 5-, (5). Also between the sign and the currency: -$5.
bool StripSign(absl::string_view* text) {
  *text = absl::StripAsciiWhitespace(*text);
  if (text->size() >= 2 && text->front() == '(' && text->back() == ')') {
    *text = text->substr(1, text->size() - 2);
    return true;
  }
  if (absl::ConsumePrefix(text, "-") || absl::ConsumePrefix(text, "−") ||
      absl::ConsumeSuffix(text, "-")) {
    return true;
  }
  absl::ConsumePrefix(text, "+");
  return false;
}

// Digits and signs between groups: each group after the first has three digits. Appends the digits.
bool TakeWhole(absl::string_view text, const NumberFormat& format, std::string* digits) {
  int in_group = 0;
  bool grouped = false;
  while (!text.empty()) {
    if (absl::ascii_isdigit(static_cast<unsigned char>(text.front()))) {
      digits->push_back(text.front());
      text.remove_prefix(1);
      ++in_group;
      if (grouped && in_group > 3) return false;
      continue;
    }
    if (format.thousands.empty() || in_group == 0 || in_group > 3 || (grouped && in_group != 3) ||
        !absl::ConsumePrefix(&text, format.thousands)) {
      return false;
    }
    grouped = true;
    in_group = 0;
  }
  return !grouped || in_group == 3;
}

// Shifts the decimal point by `places` to the right (negative: to the left).
bool Shift(int places, Decimal* value) {
  if (places > 0) {
    const int from_scale = places < value->scale ? places : value->scale;
    value->scale -= from_scale;
    places -= from_scale;
    if (places > 18) return value->coefficient == 0;
    value->coefficient *= PowerOfTen(places);
    return true;
  }
  value->scale -= places;
  while (value->scale > 2 * kMaxDecimals) {
    value->coefficient /= 10;
    --value->scale;
  }
  return true;
}

void Round(int decimals, Decimal* value) {
  if (value->scale <= decimals) return;
  const absl::int128 unit = PowerOfTen(value->scale - decimals);
  const absl::int128 half = value->coefficient >= 0 ? unit / 2 : -(unit / 2);
  value->coefficient = (value->coefficient + half) / unit;
  value->scale = decimals;
}

// Drops decimals that say nothing, so that 1.500 has scale 1.
void Normalise(Decimal* value) {
  while (value->scale > 0 && value->coefficient % 10 == 0) {
    value->coefficient /= 10;
    --value->scale;
  }
}

bool FitsWhole(const Decimal& value) {
  const absl::int128 whole = value.coefficient / PowerOfTen(value.scale);
  const absl::int128 limit = PowerOfTen(kMaxWholeDigits);
  return whole < limit && whole > -limit;
}

// The unsigned number in `text`, which has neither sign nor affix.
std::optional<Decimal> ParseUnsigned(absl::string_view text, const NumberFormat& format) {
  int exponent = 0;
  const size_t e = text.find_first_of("eE");
  if (e != absl::string_view::npos) {
    if (!absl::SimpleAtoi(text.substr(e + 1), &exponent)) return std::nullopt;
    if (exponent < -kMaxDecimals || exponent > kMaxWholeDigits) return std::nullopt;
    text = text.substr(0, e);
  }
  absl::string_view decimals;
  const size_t point = text.find(format.decimal);
  if (point != absl::string_view::npos) {
    decimals = text.substr(point + format.decimal.size());
    text = text.substr(0, point);
  }
  std::string digits;
  if (!TakeWhole(text, format, &digits)) return std::nullopt;
  const bool any_digit = !digits.empty() || !decimals.empty();
  if (digits.size() > kMaxWholeDigits) return std::nullopt;
  for (const char c : decimals) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(c))) return std::nullopt;
  }
  if (!any_digit) return std::nullopt;
  decimals = decimals.substr(0, kMaxDecimals);
  Decimal value;
  for (const char c : digits) value.coefficient = value.coefficient * 10 + (c - '0');
  for (const char c : decimals) value.coefficient = value.coefficient * 10 + (c - '0');
  value.scale = static_cast<int>(decimals.size());
  if (exponent != 0 && !Shift(exponent, &value)) return std::nullopt;
  if (!FitsWhole(value)) return std::nullopt;
  return value;
}

}  // namespace

double Decimal::ToDouble() const {
  constexpr int64_t kExact = int64_t{1} << 53;
  if (coefficient < kExact && coefficient > -kExact && scale <= 22) {
    double power = 1;
    for (int i = 0; i < scale; ++i) power *= 10;
    return static_cast<double>(static_cast<int64_t>(coefficient)) / power;
  }
  absl::int128 rest = coefficient < 0 ? -coefficient : coefficient;
  std::string digits;
  while (rest > 0) {
    digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(rest % 10)));
    rest /= 10;
  }
  return std::strtod(
      absl::StrCat(coefficient < 0 ? "-" : "", digits.empty() ? "0" : digits, "e-", scale).c_str(),
      nullptr);
}

std::optional<int64_t> Decimal::ToInt64() const {
  const absl::int128 power = PowerOfTen(scale);
  if (coefficient % power != 0) return std::nullopt;
  const absl::int128 whole = coefficient / power;
  if (whole > std::numeric_limits<int64_t>::max() || whole < std::numeric_limits<int64_t>::min()) {
    return std::nullopt;
  }
  return static_cast<int64_t>(whole);
}

absl::StatusOr<Decimal> ParseDecimal(absl::string_view text, const NumberFormat& format) {
  const absl::string_view original = text;
  std::string folded;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x80) {
      folded = FoldFullWidth(text);
      text = folded;
      break;
    }
  }
  bool percent = format.percent;
  StripAffixes(format, &text, &percent);
  bool negative = StripSign(&text);
  StripAffixes(format, &text, &percent);
  if (!negative) negative = StripSign(&text);
  std::optional<Decimal> value = ParseUnsigned(text, format);
  if (!value.has_value()) return NotANumber(original, format);
  if (negative) value->coefficient = -value->coefficient;
  if (percent) Shift(-2, &*value);
  Normalise(&*value);
  if (format.multiply_by.has_value()) {
    const Decimal& by = *format.multiply_by;
    // Both have at most 18 digits beside the point, so a product that overflows is out of range.
    if (value->coefficient != 0 && by.coefficient != 0) {
      const absl::int128 limit = std::numeric_limits<absl::int128>::max();
      const absl::int128 a = value->coefficient < 0 ? -value->coefficient : value->coefficient;
      const absl::int128 b = by.coefficient < 0 ? -by.coefficient : by.coefficient;
      if (a > limit / b) {
        return absl::InvalidArgumentError(absl::StrCat("'", original, "' is too large"));
      }
    }
    value->coefficient *= by.coefficient;
    value->scale += by.scale;
    Normalise(&*value);
    while (value->scale > 2 * kMaxDecimals) {
      value->coefficient /= 10;
      --value->scale;
    }
    if (!FitsWhole(*value)) {
      return absl::InvalidArgumentError(absl::StrCat("'", original, "' is too large"));
    }
  }
  if (format.decimals.has_value()) Round(*format.decimals, &*value);
  return *value;
}

absl::StatusOr<MoneyParts> ToMoneyParts(const Decimal& value) {
  Decimal nanos = value;
  Normalise(&nanos);
  if (nanos.scale > 9) {
    return absl::OutOfRangeError(
        "an amount of money has at most nine decimals; set number.decimals to round it");
  }
  if (!FitsWhole(nanos)) return absl::OutOfRangeError("the amount is too large");
  const absl::int128 unit = PowerOfTen(nanos.scale);
  const absl::int128 whole = nanos.coefficient / unit;
  const absl::int128 rest = (nanos.coefficient % unit) * PowerOfTen(9 - nanos.scale);
  return MoneyParts{static_cast<int64_t>(whole), static_cast<int32_t>(rest)};
}

std::string FoldFullWidth(absl::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const unsigned char a = static_cast<unsigned char>(text[i]);
    if (i + 2 < text.size()) {
      const unsigned char b = static_cast<unsigned char>(text[i + 1]);
      const unsigned char c = static_cast<unsigned char>(text[i + 2]);
      if (a == 0xE3 && b == 0x80 && c == 0x80) {  // U+3000, the ideographic space
        out.push_back(' ');
        i += 2;
        continue;
      }
      const unsigned code = ((a & 0x0Fu) << 12) | ((b & 0x3Fu) << 6) | (c & 0x3Fu);
      if (a == 0xEF && code >= 0xFF01 && code <= 0xFF5E) {  // full-width forms of ASCII
        out.push_back(static_cast<char>(code - 0xFF01 + 0x21));
        i += 2;
        continue;
      }
    }
    out.push_back(text[i]);
  }
  return out;
}

}  // namespace kizuna::import
