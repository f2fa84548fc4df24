// SPDX-License-Identifier: Apache-2.0
//
// The server sends a serialised google.rpc.Status in the trailing metadata (grpc::Status's
// error_details), the convention that gRPC's own libraries follow in every language.

#include "client/lib/error.h"

#include <grpcpp/support/status.h>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"

namespace kizuna::client {
namespace {

constexpr absl::string_view kTypePrefix = "type.googleapis.com/";

absl::StatusCode CodeOf(int code) {
  const bool known = code > 0 && code <= static_cast<int>(absl::StatusCode::kUnauthenticated);
  return known ? static_cast<absl::StatusCode>(code) : absl::StatusCode::kUnknown;
}

// "the field: what is wrong", one line each; those that the message holds already are not repeated.
void AppendViolations(const google::rpc::BadRequest& request, std::string* message) {
  for (const google::rpc::BadRequest::FieldViolation& violation : request.field_violations()) {
    const bool said = message->find(violation.description()) != std::string::npos &&
                      message->find(violation.field()) != std::string::npos;
    if (said) continue;
    absl::StrAppend(message, message->empty() ? "" : "\n  ", violation.field(),
                    violation.field().empty() ? "" : ": ", violation.description());
  }
}

absl::Status MakeError(absl::StatusCode code, std::string message,
                       const google::rpc::Status& details) {
  google::rpc::BadRequest request;
  for (const google::protobuf::Any& detail : details.details()) {
    if (detail.UnpackTo(&request)) AppendViolations(request, &message);
  }
  absl::Status error(code, message);
  for (const google::protobuf::Any& detail : details.details()) {
    error.SetPayload(detail.type_url(), absl::Cord(detail.value()));
  }
  return error;
}

}  // namespace

absl::Status StatusOfCall(const grpc::Status& status, absl::string_view server) {
  if (status.ok()) return absl::OkStatus();
  google::rpc::Status details;
  if (!details.ParseFromString(status.error_details())) details.Clear();
  std::string message = status.error_message();
  absl::StatusCode code = CodeOf(status.error_code());
  if (details.details().empty()) {
    // Nobody but gRPC itself speaks here, and it does not know what the caller calls the server.
    if (status.error_code() == grpc::StatusCode::UNAVAILABLE) {
      message = absl::StrCat("no answer from kizuna-server at ", server, ": ", message);
    } else if (status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED) {
      message = absl::StrCat("no answer from kizuna-server at ", server, " in time");
    } else if (status.error_code() == grpc::StatusCode::CANCELLED) {
      // So ends what reaches a server in its last moments. (Who cancels a call knows it anyway.)
      code = absl::StatusCode::kUnavailable;
      message = absl::StrCat("kizuna-server at ", server, " went away: ", message);
    }
  }
  return MakeError(code, std::move(message), details);
}

absl::Status StatusOfItem(const google::rpc::Status& status) {
  if (status.code() == 0) return absl::OkStatus();
  return MakeError(CodeOf(status.code()), status.message(), status);
}

std::string ReasonOf(const absl::Status& error) {
  google::rpc::ErrorInfo info;
  const auto payload = error.GetPayload(
      absl::StrCat(kTypePrefix, google::rpc::ErrorInfo::descriptor()->full_name()));
  if (!payload.has_value() || !info.ParseFromString(std::string(*payload))) return "";
  return info.reason();
}

}  // namespace kizuna::client
