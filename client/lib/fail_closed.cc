// SPDX-License-Identifier: Apache-2.0
#include "client/lib/fail_closed.h"

#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "client/lib/error.h"

namespace kizuna::client {
namespace {

v1::CheckPitchResponse Unknown(const v1::CheckPitchRequest& request, absl::string_view code,
                               absl::string_view remedy) {
  v1::CheckPitchResponse response;
  response.set_verdict(v1::VERDICT_UNKNOWN);
  response.set_account(request.account());
  response.set_motion(request.motion());
  response.set_product(request.product());
  response.set_band(v1::BAND_UNKNOWN);
  v1::Reason* const reason = response.add_reasons();
  reason->set_code(std::string(code));
  reason->set_effect(v1::EFFECT_UNKNOWN);
  reason->set_missing(true);
  reason->add_motions(request.motion());
  reason->set_remedy(std::string(remedy));
  reason->set_who_can_act("operator");
  return response;
}

// What contradicts the question in the answer, or nothing.
absl::optional<std::string> FaultOf(const v1::CheckPitchRequest& request,
                                    const v1::CheckPitchResponse& response) {
  if (response.account() != request.account()) {
    return absl::StrCat("it is about '", response.account(), "'");
  }
  if (request.motion() != v1::MOTION_UNSPECIFIED && response.motion() != request.motion()) {
    return "it is about another motion";
  }
  if (!request.product().empty() && response.product() != request.product()) {
    return absl::StrCat("it is about the product '", response.product(), "'");
  }
  bool denied = false;
  for (const v1::Reason& reason : response.reasons()) {
    denied = denied || reason.effect() == v1::EFFECT_DENY;
  }
  switch (response.verdict()) {
    case v1::VERDICT_ALLOW:
      if (!response.reasons().empty()) return "it allows and names closed gates";
      return absl::nullopt;
    case v1::VERDICT_DENY:
      return absl::nullopt;
    case v1::VERDICT_UNKNOWN:
      if (denied) return "it is UNKNOWN and names a gate that denies";
      return absl::nullopt;
    default:
      return "it has no verdict that this version knows";
  }
}

// One item of a batch: its answer vetted, its error kept when the question was wrong.
v1::CheckPitchResult FailClosed(const v1::CheckPitchRequest& request, v1::CheckPitchResult result) {
  v1::CheckPitchResult safe;
  if (result.has_response()) {
    *safe.mutable_response() = Vetted(request, std::move(*result.mutable_response()));
  } else if (result.has_error() && result.error().code() != 0) {
    const absl::Status error = StatusOfItem(result.error());
    if (IsNoAnswer(error)) {
      *safe.mutable_response() = NoAnswer(request, error.message());
    } else {
      *safe.mutable_error() = result.error();
    }
  } else {
    *safe.mutable_response() = MalformedAnswer(request, "it is empty");
  }
  return safe;
}

}  // namespace

bool IsNoAnswer(const absl::Status& error) {
  switch (error.code()) {
    case absl::StatusCode::kOk:
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kUnauthenticated:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kUnimplemented:
      return false;
    default:
      return true;
  }
}

v1::CheckPitchResponse NoAnswer(const v1::CheckPitchRequest& request, absl::string_view why) {
  return Unknown(request, kNoAnswer,
                 absl::StrCat("Do not pitch; ask again when the server answers: ", why, "."));
}

v1::CheckPitchResponse MalformedAnswer(const v1::CheckPitchRequest& request,
                                       absl::string_view why) {
  return Unknown(request, kMalformedAnswer,
                 absl::StrCat("Do not pitch; the server's answer cannot be trusted: ", why,
                              ". Check that client and server are of one release."));
}

v1::CheckPitchResponse Vetted(const v1::CheckPitchRequest& request,
                              v1::CheckPitchResponse response) {
  const absl::optional<std::string> fault = FaultOf(request, response);
  if (fault.has_value()) return MalformedAnswer(request, *fault);
  return response;
}

absl::StatusOr<v1::CheckPitchResponse> FailClosed(const v1::CheckPitchRequest& request,
                                                  const absl::Status& outcome,
                                                  v1::CheckPitchResponse response) {
  if (outcome.ok()) return Vetted(request, std::move(response));
  if (IsNoAnswer(outcome)) return NoAnswer(request, outcome.message());
  return outcome;
}

v1::BatchCheckPitchResponse FailClosed(const v1::BatchCheckPitchRequest& request,
                                       absl::StatusOr<v1::BatchCheckPitchResponse> answer) {
  const bool paired = answer.ok() && answer->results_size() == request.requests_size();
  v1::BatchCheckPitchResponse response;
  for (int i = 0; i < request.requests_size(); ++i) {
    const v1::CheckPitchRequest& asked = request.requests(i);
    v1::CheckPitchResult* const result = response.add_results();
    if (!answer.ok()) {
      *result->mutable_response() = NoAnswer(asked, answer.status().message());
    } else if (!paired) {
      *result->mutable_response() = MalformedAnswer(asked, "answers do not pair with questions");
    } else {
      *result = FailClosed(asked, std::move(*answer->mutable_results(i)));
    }
  }
  return response;
}

}  // namespace kizuna::client
