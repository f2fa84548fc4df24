// SPDX-License-Identifier: Apache-2.0
//
// How is a fact called that somebody typed? By an id that nobody else comes up with: each command
// that is typed is a fact of its own.

#ifndef KIZUNA_CLIENT_CLI_FACT_ID_H_
#define KIZUNA_CLIENT_CLI_FACT_ID_H_

#include <cstdint>
#include <string>

#include "absl/random/random.h"
#include "absl/strings/str_format.h"

namespace kizuna::cli {

// 32 hexadecimal digits.
inline std::string NewFactId() {
  absl::BitGen random;
  return absl::StrFormat("%016x%016x", absl::Uniform<uint64_t>(random),
                         absl::Uniform<uint64_t>(random));
}

}  // namespace kizuna::cli

#endif  // KIZUNA_CLIENT_CLI_FACT_ID_H_
