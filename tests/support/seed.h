// SPDX-License-Identifier: Apache-2.0
//
// Which seed does a randomised test run with? A new one each time, printed; or, to run a failure
// again, the one in the environment variable KIZUNA_SEED.

#ifndef KIZUNA_TESTS_SUPPORT_SEED_H_
#define KIZUNA_TESTS_SUPPORT_SEED_H_

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>

namespace kizuna {

inline uint64_t TestSeed() {
  const char* given = std::getenv("KIZUNA_SEED");
  const uint64_t seed =
      given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
  std::printf("KIZUNA_SEED=%llu\n", static_cast<unsigned long long>(seed));
  std::fflush(stdout);
  return seed;
}

}  // namespace kizuna

#endif  // KIZUNA_TESTS_SUPPORT_SEED_H_
