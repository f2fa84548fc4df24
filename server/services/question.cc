// SPDX-License-Identifier: Apache-2.0

#include "server/services/question.h"

#include "server/convert/names.h"
#include "server/convert/person.h"
#include "server/convert/values.h"
#include "server/limits.h"

namespace kizuna::server {

Question QuestionOf(const Environment& environment, const v1::CheckPitchRequest& request,
                    const convert::FieldPath& path, convert::Violations& violations) {
  Question question;
  question.account =
      convert::AccountIdOf(request.account(), true, path.Field("account"), violations);
  engine::Request& out = question.request;
  out.motion = convert::MotionOf(request.motion());
  out.product = convert::ProductIdOf(request.product(), false, path.Field("product"), violations);
  if (!out.product.empty()) {
    if (request.motion() == v1::MOTION_UNSPECIFIED) {
      violations.Add(path.Field("motion"), "is required with product: what is to be done with it?");
    }
    if (environment.ledger->rulebook()->FindProduct(out.product) < 0) {
      violations.Add(
          path.Field("product"),
          "is not in the catalogue; list the products with CatalogueService.ListProducts");
    }
  }
  convert::CheckId(request.team(), limits::kMaxIdBytes, false, path.Field("team"), violations);
  convert::CheckId(request.contact(), limits::kMaxIdBytes, false, path.Field("contact"),
                   violations);
  convert::CheckId(request.channel(), limits::kMaxIdBytes, false, path.Field("channel"),
                   violations);
  out.team = request.team();
  out.contact = convert::PersonKeyOf(request.contact());
  out.channel = request.channel();
  question.options = ReadOptionsOf(environment, request, path, violations);
  return question;
}

absl::Status CheckProduct(const ledger::View& view, const engine::Request& request,
                          const convert::FieldPath& path) {
  if (request.product.empty() || view.rulebook->FindProduct(request.product) >= 0) {
    return absl::OkStatus();
  }
  return convert::InvalidField(path.Field("product").ToString(), "is not in the catalogue");
}

void Answer(const Environment& environment, const ledger::View& view,
            const engine::Request& request, v1::CheckPitchResponse* response) {
  const auto answered = ledger::Ledger::Answer(view, request);
  convert::DecisionToWire(CardViewOf(environment, view, true), answered->decision, response);
}

std::string AnswerBytes(const Environment& environment, const ledger::View& view,
                        const engine::Request& request) {
  const auto answered = ledger::Ledger::Answer(view, request);
  std::string bytes = answered->told.Once([&] {
    v1::CheckPitchResponse told;
    convert::DecisionToWire(CardViewOf(environment, view, true), answered->decision, &told);
    told.clear_checked_at();
    return told.SerializeAsString();
  });
  // What differs from call to call. Messages that are written one after the other are read as one.
  thread_local v1::CheckPitchResponse here_and_now;
  *here_and_now.mutable_checked_at() = convert::TimestampOf(view.checked_at);
  here_and_now.set_decision_id(environment.ledger->DecisionIdOf(view, request, *answered));
  here_and_now.AppendToString(&bytes);
  return bytes;
}

}  // namespace kizuna::server
