// SPDX-License-Identifier: Apache-2.0
//
// What number does a cell hold? People and programs write 1.234,50 and 1,234.50, 45%, ¥1,200 and
// (300). A cell is read as an exact decimal, so that money never passes through floating point.
// Pure: no I/O, no state; safe from any thread.

#ifndef KIZUNA_CLIENT_IMPORT_NUMBERS_H_
#define KIZUNA_CLIENT_IMPORT_NUMBERS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/numeric/int128.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace kizuna::import {

// coefficient / 10^scale, exactly. `scale` is 0 to 38.
struct Decimal {
  absl::int128 coefficient = 0;
  int scale = 0;

  // The nearest double.
  double ToDouble() const;
  // The value when it is whole and fits.
  std::optional<int64_t> ToInt64() const;
};

// How a column writes its numbers. The default is what programs write: 1234.5, -3, 1.5e3.
struct NumberFormat {
  std::string decimal = ".";           // one character, may be of several bytes
  std::string thousands;               // empty: groups are not allowed
  std::vector<std::string> affixes;    // units and words that may stand before or after
  bool percent = false;                // the written number is hundredths
  std::optional<Decimal> multiply_by;  // what the written number is multiplied by
  std::optional<int> decimals;         // rounded to so many, halves away from zero
};

// Reads the whole of `text`. INVALID_ARGUMENT says what is wrong and what was expected. At most 18
// digits before the decimal sign; decimals after the 18th are dropped, since everything is kept to
// the millionth.
absl::StatusOr<Decimal> ParseDecimal(absl::string_view text, const NumberFormat& format);

// Whole units and billionths of `value`, of one sign: the parts of a Money. OUT_OF_RANGE when it
// has more than nine decimals or does not fit.
struct MoneyParts {
  int64_t units = 0;
  int32_t nanos = 0;
};
absl::StatusOr<MoneyParts> ToMoneyParts(const Decimal& value);

// `text` with full-width ASCII forms (１２３，．－) and the ideographic space made half-width.
std::string FoldFullWidth(absl::string_view text);

}  // namespace kizuna::import

#endif  // KIZUNA_CLIENT_IMPORT_NUMBERS_H_
