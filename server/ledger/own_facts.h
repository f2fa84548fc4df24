// SPDX-License-Identifier: Apache-2.0
//
// How are the facts called that the server writes itself?

#ifndef KIZUNA_SERVER_LEDGER_OWN_FACTS_H_
#define KIZUNA_SERVER_LEDGER_OWN_FACTS_H_

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "server/engine/fact.h"

namespace kizuna::ledger {

// Their source.
inline constexpr absl::string_view kOwnSource = "kizuna";

// The id of a fact that belongs to a reservation, such as the pitch that its outcome logs.
inline std::string ReservationFactId(absl::string_view reservation_id, absl::string_view what) {
  return absl::StrCat("reservation.", reservation_id, ".", what);
}

// The id of a step of a reservation's life: a step is taken once, a renewal once for each end.
inline std::string ReservationFactId(const engine::ReservationContent& step) {
  using Status = engine::ReservationContent::Status;
  switch (step.status) {
    case Status::kHeld:
      return ReservationFactId(step.reservation_id, absl::StrCat("held.", step.expires_at));
    case Status::kReleased:
      return ReservationFactId(step.reservation_id, "released");
    case Status::kRevoked:
      return ReservationFactId(step.reservation_id, "revoked");
    case Status::kEnded:
      return ReservationFactId(step.reservation_id, "ended");
    case Status::kUnspecified:
      break;
  }
  return ReservationFactId(step.reservation_id, "unspecified");
}

}  // namespace kizuna::ledger

#endif  // KIZUNA_SERVER_LEDGER_OWN_FACTS_H_
