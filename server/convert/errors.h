// SPDX-License-Identifier: Apache-2.0
//
// How does a client learn why a call failed? By a status with google.rpc details: one ErrorInfo
// whose reason is stable across releases, and a BadRequest that names each field at fault. They
// travel inside an absl::Status as payloads, so that every layer can pass them on.

#ifndef KIZUNA_SERVER_CONVERT_ERRORS_H_
#define KIZUNA_SERVER_CONVERT_ERRORS_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/rpc/status.pb.h"

namespace kizuna::convert {

// The domain of every reason.
inline constexpr absl::string_view kErrorDomain = "kizuna.dev";

// Stable reasons. docs/api.md explains each; a new cause is a new reason.
namespace reason {
inline constexpr absl::string_view kInvalidField = "INVALID_FIELD";
inline constexpr absl::string_view kNotFound = "NOT_FOUND";
inline constexpr absl::string_view kAccountNotFound = "ACCOUNT_NOT_FOUND";
inline constexpr absl::string_view kAlreadyExists = "ALREADY_EXISTS";
inline constexpr absl::string_view kFactConflict = "FACT_CONFLICT";
inline constexpr absl::string_view kNotFreshEnough = "NOT_FRESH_ENOUGH";
inline constexpr absl::string_view kRulebookMoved = "RULEBOOK_MOVED";
inline constexpr absl::string_view kHeldByTeam = "HELD_BY_TEAM";
inline constexpr absl::string_view kNotTheReservation = "NOT_THE_RESERVATION";
inline constexpr absl::string_view kReservationOver = "RESERVATION_OVER";
inline constexpr absl::string_view kStaleFencingToken = "STALE_FENCING_TOKEN";
inline constexpr absl::string_view kReviewSent = "REVIEW_SENT";
inline constexpr absl::string_view kGatesClosed = "GATES_CLOSED";
inline constexpr absl::string_view kGatesUnknown = "GATES_UNKNOWN";
inline constexpr absl::string_view kInUse = "IN_USE";
inline constexpr absl::string_view kPrecondition = "FAILED_PRECONDITION";
inline constexpr absl::string_view kTooMuch = "TOO_MUCH_AT_ONCE";
inline constexpr absl::string_view kDeadline = "DEADLINE_EXCEEDED";
inline constexpr absl::string_view kCursorTooOld = "CURSOR_TOO_OLD";
inline constexpr absl::string_view kCursorLost = "CURSOR_LOST";
inline constexpr absl::string_view kWatchTooSlow = "WATCH_TOO_SLOW";
inline constexpr absl::string_view kDraining = "DRAINING";
inline constexpr absl::string_view kStoreFailed = "STORE_FAILED";
inline constexpr absl::string_view kDataLoss = "DATA_LOSS";
inline constexpr absl::string_view kDecisionInvalid = "DECISION_INVALID";
inline constexpr absl::string_view kDecisionFromLostTime = "DECISION_FROM_LOST_TIME";
inline constexpr absl::string_view kDecisionDiffers = "DECISION_DIFFERS";
inline constexpr absl::string_view kInternal = "INTERNAL";
}  // namespace reason

// What a cause was about, such as {"account", "acme"}.
using ErrorMetadata = std::vector<std::pair<std::string, std::string>>;

// A field at fault: its path in the request, what is wrong and what to do.
struct FieldViolation {
  std::string field;
  std::string description;
};

// INVALID_ARGUMENT with a BadRequest. REQUIRES: at least one violation. `more` were left out.
absl::Status InvalidFields(const std::vector<FieldViolation>& violations, size_t more = 0,
                           absl::string_view reason = reason::kInvalidField);
// The same for one field.
absl::Status InvalidField(absl::string_view field, absl::string_view description);

// NOT_FOUND of an account, and how to find those that exist.
absl::Status AccountNotFound(absl::string_view account_id);
// NOT_FOUND of another resource. `advice` says what to do.
absl::Status ResourceNotFound(absl::string_view name, absl::string_view advice);
absl::Status ResourceExists(absl::string_view name, absl::string_view advice);
// INVALID_ARGUMENT of a decision id in `field` that this store did not give out.
absl::Status DecisionInvalid(absl::string_view field, absl::string_view description);
// DATA_LOSS: the store has lost the time in which the decision was made. `why` says what is
// missing.
absl::Status DecisionFromLostTime(absl::string_view why);
// DATA_LOSS: what was answered then does not follow now.
absl::Status DecisionDiffers();
// FAILED_PRECONDITION: others need it.
absl::Status ResourceInUse(absl::string_view name, absl::string_view advice);
// ABORTED: another rulebook came into force.
absl::Status RulebookMoved(uint64_t expected, uint64_t active);
// RESOURCE_EXHAUSTED: too much at once; try again.
absl::Status TooMuchAtOnce(absl::string_view what);
absl::Status DeadlinePassed(absl::string_view what);
// OUT_OF_RANGE: the change log no longer reaches back to the cursor.
absl::Status CursorTooOld();
// DATA_LOSS: the cursor tells of something that this store does not know.
absl::Status CursorLost();
// RESOURCE_EXHAUSTED: a watch fell so far behind that the log was trimmed under it.
absl::Status WatchTooSlow();
// UNAVAILABLE: the server is about to stop.
absl::Status Draining();

// A status with the reason and metadata put in. Keeps what it already has.
absl::Status WithReason(absl::Status status, absl::string_view reason,
                        const ErrorMetadata& metadata = {});
// A status of the ledger on an account, with the reason that its code means there. Statuses that
// have a reason, and OK, are left as they are. UNKNOWN and INTERNAL lose their text: a client never
// sees what a library said.
absl::Status ForClient(absl::Status status, absl::string_view account_id = "");

// The reason of a status, or empty.
std::string ReasonOf(const absl::Status& status);

// As an item of a batch, with its details.
google::rpc::Status ToRpcStatus(const absl::Status& status);

}  // namespace kizuna::convert

#endif  // KIZUNA_SERVER_CONVERT_ERRORS_H_
