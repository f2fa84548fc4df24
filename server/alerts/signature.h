// SPDX-License-Identifier: Apache-2.0
//
// How does a receiver know that an alert is ours? By an HMAC over the time and the body: who does
// not know the secret cannot make one, and an old one cannot be sent again unnoticed.

#ifndef KIZUNA_SERVER_ALERTS_SIGNATURE_H_
#define KIZUNA_SERVER_ALERTS_SIGNATURE_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace kizuna::alerts {

// `t=SECONDS,v1=HEX`: HMAC-SHA256 under `secret` over the seconds since 1970, a point, and `body`.
std::string SignatureOf(absl::string_view secret, int64_t unix_seconds, absl::string_view body);

}  // namespace kizuna::alerts

#endif  // KIZUNA_SERVER_ALERTS_SIGNATURE_H_
