// SPDX-License-Identifier: Apache-2.0
//
// How are the small values of stored records written and read back? Instants as two short numbers,
// enumerations as numbers that are checked against the engine's range. Reading never trusts its
// input: a value out of range makes the record damaged, named by the field.

#ifndef KIZUNA_SERVER_CONVERT_STORED_VALUES_H_
#define KIZUNA_SERVER_CONVERT_STORED_VALUES_H_

#include <cstdint>
#include <limits>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "server/engine/fact.h"
#include "server/engine/time.h"

namespace kizuna::convert {

// An instant plus one microsecond, in whole seconds (floored) and what remains, 0..999999. One
// more, because both instants that occur most, the last microsecond of a day and a whole second,
// are short then. DO NOT CHANGE: stored facts and states are written so.
struct StoredInstant {
  int64_t seconds = 0;
  uint32_t micros = 0;
};

inline StoredInstant StoreInstant(engine::Instant instant) {
  constexpr int64_t kMillion = 1'000'000;
  int64_t seconds = instant / kMillion;
  int64_t micros = instant % kMillion;
  if (micros < 0) {
    micros += kMillion;
    --seconds;
  }
  if (++micros == kMillion) return {seconds + 1, 0};
  return {seconds, static_cast<uint32_t>(micros)};
}

// Collects what is wrong with a record while it is read; the first thing stands.
class StoredReader {
 public:
  // `record`: what is read, such as "fact".
  explicit StoredReader(absl::string_view record) : record_(record) {}

  void Require(bool holds, absl::string_view field) {
    if (holds || !status_.ok()) return;
    status_ = absl::DataLossError(absl::StrCat("a stored ", record_, " is damaged at ", field,
                                               "; restore the store from a backup"));
  }

  // `number` as an enumerator, the last of which is `last`.
  template <typename Enum>
  Enum ReadEnum(uint32_t number, Enum last, absl::string_view field) {
    Require(number <= static_cast<uint32_t>(last), field);
    return status_.ok() ? static_cast<Enum>(number) : Enum{};
  }

  engine::Instant ReadInstant(int64_t seconds, uint32_t micros, absl::string_view field) {
    constexpr int64_t kMillion = 1'000'000;
    constexpr int64_t kMostSeconds = std::numeric_limits<int64_t>::max() / kMillion;
    const bool fits = seconds >= -kMostSeconds && seconds < kMostSeconds && micros < kMillion;
    Require(fits, field);
    return fits ? seconds * kMillion + micros - 1 : 0;
  }

  // OK, or DATA_LOSS.
  const absl::Status& status() const { return status_; }

 private:
  const absl::string_view record_;
  absl::Status status_;
};

}  // namespace kizuna::convert

#endif  // KIZUNA_SERVER_CONVERT_STORED_VALUES_H_
