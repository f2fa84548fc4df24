// SPDX-License-Identifier: Apache-2.0

#include "server/convert/errors.h"

#include <string>
#include <vector>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"

namespace kizuna::convert {
namespace {

constexpr char kInfoUrl[] = "type.googleapis.com/google.rpc.ErrorInfo";
constexpr char kBadRequestUrl[] = "type.googleapis.com/google.rpc.BadRequest";

absl::string_view ReasonForCode(absl::StatusCode code, bool of_account) {
  switch (code) {
    case absl::StatusCode::kInvalidArgument:
      return reason::kInvalidField;
    case absl::StatusCode::kNotFound:
      return of_account ? reason::kAccountNotFound : reason::kNotFound;
    case absl::StatusCode::kAlreadyExists:
      return of_account ? reason::kFactConflict : reason::kAlreadyExists;
    case absl::StatusCode::kOutOfRange:
      return reason::kNotFreshEnough;
    case absl::StatusCode::kFailedPrecondition:
      return reason::kPrecondition;
    case absl::StatusCode::kAborted:
      return reason::kRulebookMoved;
    case absl::StatusCode::kResourceExhausted:
      return reason::kTooMuch;
    case absl::StatusCode::kDeadlineExceeded:
      return reason::kDeadline;
    case absl::StatusCode::kUnavailable:
      return reason::kStoreFailed;
    case absl::StatusCode::kDataLoss:
      return reason::kDataLoss;
    default:
      return reason::kInternal;
  }
}

}  // namespace

absl::Status InvalidFields(const std::vector<FieldViolation>& violations, size_t more,
                           absl::string_view reason) {
  google::rpc::BadRequest bad_request;
  std::string message;
  for (const FieldViolation& violation : violations) {
    auto* added = bad_request.add_field_violations();
    added->set_field(violation.field);
    added->set_description(violation.description);
    // The message shows the first ones; programs read the details.
    if (bad_request.field_violations_size() <= 3) {
      absl::StrAppend(&message, message.empty() ? "" : "; ", violation.field, ": ",
                      violation.description);
    }
  }
  const size_t hidden = more + (violations.size() > 3 ? violations.size() - 3 : 0);
  if (hidden > 0) absl::StrAppend(&message, "; and ", hidden, " more");
  absl::Status status = absl::InvalidArgumentError(message);
  status.SetPayload(kBadRequestUrl, absl::Cord(bad_request.SerializeAsString()));
  return WithReason(std::move(status), reason);
}

absl::Status InvalidField(absl::string_view field, absl::string_view description) {
  return InvalidFields({{std::string(field), std::string(description)}});
}

absl::Status AccountNotFound(absl::string_view account_id) {
  return WithReason(
      absl::NotFoundError(absl::StrCat("there is no account accounts/", account_id,
                                       "; list the accounts with AccountService.ListAccounts "
                                       "(kizuna account list), or create it")),
      reason::kAccountNotFound, {{"account", std::string(account_id)}});
}

absl::Status ResourceNotFound(absl::string_view name, absl::string_view advice) {
  return WithReason(absl::NotFoundError(absl::StrCat("there is no ", name, "; ", advice)),
                    reason::kNotFound, {{"resource", std::string(name)}});
}

absl::Status ResourceExists(absl::string_view name, absl::string_view advice) {
  return WithReason(absl::AlreadyExistsError(absl::StrCat(name, " exists; ", advice)),
                    reason::kAlreadyExists, {{"resource", std::string(name)}});
}

absl::Status DecisionInvalid(absl::string_view field, absl::string_view description) {
  return InvalidFields({{std::string(field), std::string(description)}}, 0,
                       reason::kDecisionInvalid);
}

absl::Status DecisionFromLostTime(absl::string_view why) {
  return WithReason(absl::DataLossError(why), reason::kDecisionFromLostTime);
}

absl::Status DecisionDiffers() {
  return WithReason(
      absl::DataLossError("the answer that was given does not follow from what is stored and these "
                          "rules; verify the store (kizuna-server --verify), and report it with "
                          "the decision id and both releases"),
      reason::kDecisionDiffers);
}

absl::Status ResourceInUse(absl::string_view name, absl::string_view advice) {
  return WithReason(absl::FailedPreconditionError(absl::StrCat(name, " is in use; ", advice)),
                    reason::kInUse, {{"resource", std::string(name)}});
}

absl::Status RulebookMoved(uint64_t expected, uint64_t active) {
  return WithReason(
      absl::AbortedError(absl::StrCat("rulebook ", active, " is in force, not ", expected,
                                      "; look at it and preview yours again")),
      reason::kRulebookMoved,
      {{"expected", absl::StrCat(expected)}, {"active", absl::StrCat(active)}});
}

absl::Status TooMuchAtOnce(absl::string_view what) {
  return WithReason(
      absl::ResourceExhaustedError(absl::StrCat(what, "; wait a little and try again")),
      reason::kTooMuch);
}

absl::Status DeadlinePassed(absl::string_view what) {
  return WithReason(absl::DeadlineExceededError(absl::StrCat(
                        what, "; try again with a longer deadline or a smaller request")),
                    reason::kDeadline);
}

absl::Status CursorTooOld() {
  return WithReason(
      absl::OutOfRangeError("cursor: the change log no longer reaches back to it; list the "
                            "accounts, then watch from now, without a cursor"),
      reason::kCursorTooOld);
}

absl::Status CursorLost() {
  return WithReason(
      absl::DataLossError("cursor: it is of another store, or of a state of this store that was "
                          "taken back by a restore; list the accounts, then watch from now, "
                          "without a cursor"),
      reason::kCursorLost);
}

absl::Status WatchTooSlow() {
  return WithReason(absl::ResourceExhaustedError(
                        "the client read so slowly that the change log was trimmed under it; list "
                        "the accounts, then watch from now, and read faster"),
                    reason::kWatchTooSlow);
}

absl::Status Draining() {
  return WithReason(
      absl::UnavailableError("the server is about to stop; try again, later or on another server"),
      reason::kDraining);
}

absl::Status WithReason(absl::Status status, absl::string_view reason,
                        const ErrorMetadata& metadata) {
  if (status.ok() || status.GetPayload(kInfoUrl).has_value()) return status;
  google::rpc::ErrorInfo info;
  info.set_reason(std::string(reason));
  info.set_domain(std::string(kErrorDomain));
  for (const auto& [key, value] : metadata) (*info.mutable_metadata())[key] = value;
  status.SetPayload(kInfoUrl, absl::Cord(info.SerializeAsString()));
  return status;
}

absl::Status ForClient(absl::Status status, absl::string_view account_id) {
  if (status.ok() || status.GetPayload(kInfoUrl).has_value()) return status;
  if (status.code() == absl::StatusCode::kUnknown || status.code() == absl::StatusCode::kInternal) {
    return WithReason(absl::InternalError("the server failed; its log says why"),
                      reason::kInternal);
  }
  if (status.code() == absl::StatusCode::kNotFound && !account_id.empty()) {
    return AccountNotFound(account_id);
  }
  const absl::string_view reason = ReasonForCode(status.code(), !account_id.empty());
  ErrorMetadata metadata;
  if (!account_id.empty()) metadata.emplace_back("account", std::string(account_id));
  return WithReason(std::move(status), reason, metadata);
}

std::string ReasonOf(const absl::Status& status) {
  const auto payload = status.GetPayload(kInfoUrl);
  google::rpc::ErrorInfo info;
  if (!payload.has_value() || !info.ParseFromString(std::string(*payload))) return "";
  return info.reason();
}

google::rpc::Status ToRpcStatus(const absl::Status& status) {
  google::rpc::Status out;
  out.set_code(static_cast<int>(status.code()));
  out.set_message(std::string(status.message()));
  // The order of payloads is not defined: the cause first, then the fields.
  for (const char* url : {kInfoUrl, kBadRequestUrl}) {
    const auto payload = status.GetPayload(url);
    if (!payload.has_value()) continue;
    auto* detail = out.add_details();
    detail->set_type_url(url);
    detail->set_value(std::string(*payload));
  }
  return out;
}

}  // namespace kizuna::convert
