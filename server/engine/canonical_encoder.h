// SPDX-License-Identifier: Apache-2.0
//
// How is a value written so that equal values have equal bytes, on every machine and for ever? The
// canonical encodings of facts, states and decisions (canonical.h, canonical_decision.h) are put
// together by this.
//
// DO NOT CHANGE how anything is written: fingerprints of stored facts and decision ids rest on it.

#ifndef KIZUNA_SERVER_ENGINE_CANONICAL_ENCODER_H_
#define KIZUNA_SERVER_ENGINE_CANONICAL_ENCODER_H_

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "server/engine/fact.h"

namespace kizuna::engine {

// Writes (tag, value) pairs in the order they are given. Numbers are zigzag varints, strings and
// nested records are preceded by their length. A value of zero, or an empty one, is not written.
class CanonicalEncoder {
 public:
  template <typename T, std::enable_if_t<std::is_integral_v<T> || std::is_enum_v<T>, int> = 0>
  CanonicalEncoder& Put(uint32_t tag, T value) {
    const auto number = static_cast<int64_t>(value);
    if (number == 0) return *this;
    Varint(tag);
    Varint((static_cast<uint64_t>(number) << 1) ^ static_cast<uint64_t>(number >> 63));
    return *this;
  }

  CanonicalEncoder& Put(uint32_t tag, absl::string_view bytes) {
    if (bytes.empty()) return *this;
    Varint(tag);
    Varint(bytes.size());
    out_.append(bytes.data(), bytes.size());
    return *this;
  }
  CanonicalEncoder& Put(uint32_t tag, const std::string& bytes) {
    return Put(tag, absl::string_view(bytes));
  }

  // A double by its bits, least byte first. Always written: a zero is a value.
  CanonicalEncoder& PutBits(uint32_t tag, double value) {
    uint64_t bits = 0;
    static_assert(sizeof(bits) == sizeof(value));
    std::memcpy(&bits, &value, sizeof(bits));
    Varint(tag);
    for (int shift = 0; shift < 64; shift += 8) out_.push_back(static_cast<char>(bits >> shift));
    return *this;
  }
  CanonicalEncoder& PutBits(uint32_t tag, const std::optional<double>& value) {
    return value.has_value() ? PutBits(tag, *value) : *this;
  }

  CanonicalEncoder& Put(uint32_t tag, const Stamp& stamp) {
    if (!stamp.given()) return *this;
    CanonicalEncoder nested;
    // The instant is always written, so that a stamp at the epoch is told from none.
    nested.Varint(static_cast<uint64_t>(stamp.observed_at));
    nested.Put(1, stamp.source).Put(2, stamp.fact_id);
    return Nested(tag, nested);
  }

  // Every element is written, even an empty one: their number matters.
  template <typename T, typename Write>
  CanonicalEncoder& List(uint32_t tag, const std::vector<T>& list, Write write) {
    for (const T& item : list) {
      CanonicalEncoder nested;
      write(nested, item);
      Nested(tag, nested);
    }
    return *this;
  }

  CanonicalEncoder& Nested(uint32_t tag, const CanonicalEncoder& nested) {
    Varint(tag);
    Varint(nested.out_.size());
    out_ += nested.out_;
    return *this;
  }

  std::string Take() && { return std::move(out_); }

 private:
  void Varint(uint64_t value) {
    while (value >= 0x80) {
      out_.push_back(static_cast<char>(value | 0x80));
      value >>= 7;
    }
    out_.push_back(static_cast<char>(value));
  }

  std::string out_;
};

}  // namespace kizuna::engine

#endif  // KIZUNA_SERVER_ENGINE_CANONICAL_ENCODER_H_
