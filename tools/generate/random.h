// SPDX-License-Identifier: Apache-2.0
//
// Where does chance come from, so that a seed makes the same portfolio on every machine? The
// distributions of <random> differ between libraries; these few are written out.

#ifndef KIZUNA_TOOLS_GENERATE_RANDOM_H_
#define KIZUNA_TOOLS_GENERATE_RANDOM_H_

#include <cmath>
#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"

namespace kizuna::generate {

// A stream of numbers, given by its seed alone (SplitMix64 of Steele, Lea and Flood, "Fast
// splittable pseudorandom number generators", 2014). Not thread-safe.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  // The stream of one account, independent of how many others there are.
  static Random ForAccount(uint64_t seed, int64_t account) {
    Random mixed(seed);
    return Random(mixed.Next() ^ (static_cast<uint64_t>(account) * 0x9E3779B97F4A7C15u));
  }

  uint64_t Next() {
    state_ += 0x9E3779B97F4A7C15u;
    uint64_t bits = state_;
    bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9u;
    bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EBu;
    return bits ^ (bits >> 31);
  }

  // In [0, 1).
  double Unit() { return static_cast<double>(Next() >> 11) * 0x1.0p-53; }
  // In [low, high).
  double Between(double low, double high) { return low + (high - low) * Unit(); }
  // In [low, high], both included.
  int64_t Whole(int64_t low, int64_t high) {
    return low + static_cast<int64_t>(Next() % static_cast<uint64_t>(high - low + 1));
  }
  bool Chance(double probability) { return Unit() < probability; }
  // About normal with mean 0 and deviation 1: the sum of twelve uniform numbers, within [-6, 6].
  double Bell() {
    double sum = -6;
    for (int i = 0; i < 12; ++i) sum += Unit();
    return sum;
  }
  template <typename T>
  const T& Of(absl::Span<const T> choices) {
    return choices[static_cast<size_t>(Next() % choices.size())];
  }

 private:
  uint64_t state_;
};

}  // namespace kizuna::generate

#endif  // KIZUNA_TOOLS_GENERATE_RANDOM_H_
