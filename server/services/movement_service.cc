// SPDX-License-Identifier: Apache-2.0

#include "server/services/movement_service.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "server/convert/fact_to_wire.h"
#include "server/convert/movement_to_wire.h"
#include "server/convert/names.h"
#include "server/convert/values.h"
#include "server/engine/movement.h"
#include "server/limits.h"

namespace kizuna::server {
namespace {

constexpr int kNewestFacts = 10;

absl::StatusOr<ledger::MovementQuery> QueryOf(const Environment& environment,
                                              const v1::ExplainMovementRequest& request,
                                              const convert::FieldPath& path,
                                              convert::Violations& violations) {
  ledger::MovementQuery query;
  query.at_least_as_fresh = request.at_least_as_fresh();
  if (request.known_at() != 0) query.known_at = request.known_at();
  std::optional<engine::Instant> since;
  switch (request.earlier_case()) {
    case v1::ExplainMovementRequest::kSince:
      since = InstantAt(environment, request.since(), path.Field("since"), violations);
      break;
    case v1::ExplainMovementRequest::kSinceDate:
      since =
          InstantAtEndOf(environment, request.since_date(), path.Field("since_date"), violations);
      break;
    case v1::ExplainMovementRequest::EARLIER_NOT_SET:
      violations.Add(path.Field("since"), "is missing; send since or since_date");
      break;
  }
  if (request.has_until()) {
    query.until = InstantAt(environment, request.until(), path.Field("until"), violations);
  } else if (request.has_until_date()) {
    query.until =
        InstantAtEndOf(environment, request.until_date(), path.Field("until_date"), violations);
  }
  // Today means now, for both ends.
  const engine::Instant now = environment.ledger->Now();
  query.since = since.value_or(query.until.value_or(now));
  if (violations.empty() && query.since > query.until.value_or(now)) {
    violations.Add(path.Field(request.has_since() ? "since" : "since_date"),
                   "is later than the other end; send the earlier instant here");
  }
  if (!violations.empty()) return violations.ToStatus();
  return query;
}

// The facts that explain the measures' later values and are newer than the earlier instant.
void CiteFacts(const ledger::Moved& moved, const convert::CardView& after,
               v1::ExplainMovementResponse* response) {
  const engine::Instant since = moved.stages.front().checked_at;
  const engine::Day today = after.rulebook->calendar().DayOf(after.checked_at);
  for (v1::MeasureMovement& measure : *response->mutable_measures()) {
    for (const engine::Feature& feature : after.card->model->features) {
      if (feature.name != measure.feature()) continue;
      for (const engine::Evidence& evidence :
           engine::Explain(feature, *after.state, *after.rulebook, today, limits::kMaxCitedFacts)) {
        if (evidence.observed_at <= since) continue;
        convert::EvidenceItemToWire(after, evidence, measure.add_facts());
      }
      break;
    }
  }
}

// Counts the facts of either kind and tells the newest.
void TellFacts(const ledger::Moved& moved, const Environment& environment,
               v1::ExplainMovementResponse* response) {
  const engine::Model& model = *moved.stages.back().card->model;
  std::map<std::string, std::pair<int32_t, int32_t>> counts;  // came, withdrawn
  int32_t others = 0;
  const auto count = [&](const engine::Fact& fact, bool came) {
    if (!engine::Touches(fact.content, model)) {
      ++others;
      return;
    }
    v1::Fact told;
    convert::FactToWire(fact, {}, environment.currency(), &told);
    const auto* content = told.GetReflection()->GetOneofFieldDescriptor(
        told, v1::Fact::descriptor()->FindOneofByName("content"));
    auto& of_kind = counts[content == nullptr ? "" : content->name()];
    ++(came ? of_kind.first : of_kind.second);
    if (came && response->newest_facts_size() < kNewestFacts) {
      *response->add_newest_facts() = std::move(told);
    }
  };
  for (const engine::Fact& fact : moved.came) count(fact, true);
  for (const engine::Fact& fact : moved.withdrawn) count(fact, false);
  for (const auto& [kind, numbers] : counts) {
    v1::FactCount* out = response->add_facts();
    out->set_kind(kind);
    out->set_came(numbers.first);
    out->set_withdrawn(numbers.second);
  }
  response->set_other_facts(others);
}

absl::Status Explain(const Environment& environment, const v1::ExplainMovementRequest& request,
                     v1::ExplainMovementResponse* response) {
  const convert::FieldPath path;
  convert::Violations violations;
  const std::string account =
      convert::AccountIdOf(request.name(), true, path.Field("name"), violations);
  const auto query = QueryOf(environment, request, path, violations);
  if (!query.ok()) return query.status();
  const auto moved = environment.ledger->Movement(account, *query);
  if (!moved.ok()) return convert::ForClient(moved.status(), account);
  const engine::Movement movement = engine::MovementOf(moved->cards());
  const convert::CardView before = CardViewOf(environment, moved->stages.front(), false);
  const convert::CardView after = CardViewOf(environment, moved->stages.back(), true);
  response->set_account(convert::AccountName(after.account));
  response->set_revision(after.revision);
  convert::MovementEndToWire(before, movement.level.before, response->mutable_before());
  convert::MovementEndToWire(after, movement.level.after, response->mutable_after());
  convert::MovementToWire(movement, response);
  CiteFacts(*moved, after, response);
  TellFacts(*moved, environment, response);
  return absl::OkStatus();
}

}  // namespace

grpc::ServerUnaryReactor* MovementService::ExplainMovement(
    grpc::CallbackServerContext* context, const v1::ExplainMovementRequest* request,
    v1::ExplainMovementResponse* response) {
  return ServeOnWorker(environment_, context, "MovementService/ExplainMovement", MethodKind::kRead,
                       request, response, [this](Call&, const auto& in, auto* out) {
                         return Explain(environment_, in, out);
                       });
}

}  // namespace kizuna::server
