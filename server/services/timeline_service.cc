// SPDX-License-Identifier: Apache-2.0

#include "server/services/timeline_service.h"

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/convert/fact_to_wire.h"
#include "server/convert/names.h"
#include "server/convert/values.h"
#include "server/services/leaks.h"
#include "server/services/page_token.h"
#include "server/services/timeline_changes.h"
#include "server/services/timeline_page.h"

namespace kizuna::server {
namespace {

constexpr size_t kFactsAtOnce = 1000;

using Kinds = std::set<v1::TimelineKind>;

Kinds KindsOf(const v1::ListTimelineRequest& request, const convert::FieldPath& path,
              convert::Violations& violations) {
  Kinds kinds;
  for (int i = 0; i < request.kinds_size(); ++i) {
    const v1::TimelineKind kind = request.kinds(i);
    if (kind == v1::TIMELINE_KIND_UNSPECIFIED || !v1::TimelineKind_IsValid(kind)) {
      violations.Add(path.Item("kinds", i), "is no kind; leave `kinds` empty for all but USAGE");
    } else if (!kinds.insert(kind).second) {
      violations.Add(path.Item("kinds", i), "is there twice");
    }
  }
  if (!kinds.empty()) return kinds;
  return {v1::TIMELINE_KIND_FACT, v1::TIMELINE_KIND_INTERACTION, v1::TIMELINE_KIND_RESERVATION,
          v1::TIMELINE_KIND_LEAK, v1::TIMELINE_KIND_CHANGE};
}

v1::TimelineKind KindOf(const engine::Fact& fact) {
  if (std::holds_alternative<engine::UsageContent>(fact.content)) return v1::TIMELINE_KIND_USAGE;
  if (std::holds_alternative<engine::InteractionContent>(fact.content)) {
    return v1::TIMELINE_KIND_INTERACTION;
  }
  if (std::holds_alternative<engine::ReservationContent>(fact.content)) {
    return v1::TIMELINE_KIND_RESERVATION;
  }
  return v1::TIMELINE_KIND_FACT;
}

// A timeline that was asked for.
struct Question {
  std::string account;
  Kinds kinds;
  TimelinePage::Bounds bounds;
  std::optional<PageRequest> token;

  std::string TokenOf(const std::string& position) const {
    return position.empty() ? "" : token->Token(position);
  }
};

absl::StatusOr<Question> QuestionOf(const Environment& environment,
                                    const v1::ListTimelineRequest& request) {
  const convert::FieldPath path;
  convert::Violations violations;
  Question question;
  question.account = convert::AccountIdOf(request.parent(), true, path.Field("parent"), violations);
  question.kinds = KindsOf(request, path, violations);
  TimelinePage::Bounds& bounds = question.bounds;
  bounds.limit =
      static_cast<size_t>(PageSizeOf(request.page_size(), path.Field("page_size"), violations));
  bounds.newest_first = request.newest_first();
  bounds.since = engine::kLongAgo;
  // What lies ahead of the clock has not happened yet.
  bounds.until = environment.ledger->Now() + 1;
  if (request.has_since()) {
    bounds.since = InstantAt(environment, request.since(), path.Field("since"), violations)
                       .value_or(bounds.since);
  }
  if (request.has_until()) {
    bounds.until = InstantAt(environment, request.until(), path.Field("until"), violations)
                       .value_or(bounds.until);
  }
  if (bounds.since > bounds.until) {
    violations.Add(path.Field("since"), "is later than `until`; send the earlier instant here");
  }
  question.token.emplace(
      PageRequest({"ListTimeline", question.account, absl::StrJoin(question.kinds, ","),
                   request.newest_first() ? "newest" : "oldest",
                   request.has_since() ? absl::StrCat(bounds.since) : "",
                   request.has_until() ? absl::StrCat(bounds.until) : ""}));
  const std::string position =
      question.token->Position(request.page_token(), path.Field("page_token"), violations);
  if (!violations.empty()) return violations.ToStatus();
  if (!position.empty()) {
    bounds.after = TimelineKey::FromPosition(position);
    if (!bounds.after) return absl::InternalError("a page token without a place");
  }
  return question;
}

absl::Status AddFacts(const Environment& environment, const Call& call, const std::string& account,
                      const Kinds& kinds, TimelinePage& page) {
  std::string after;
  do {
    if (call.Expired()) return convert::DeadlinePassed("reading the facts took too long");
    auto facts = environment.ledger->ListFacts(account, after, kFactsAtOnce);
    if (!facts.ok()) return convert::ForClient(facts.status(), account);
    for (const ledger::StoredFact& stored : facts->facts) {
      if (!stored.counts || stored.fact.retracted) continue;
      const v1::TimelineKind kind = KindOf(stored.fact);
      if (kinds.count(kind) == 0) continue;
      const TimelineKey key{stored.fact.observed_at, kind, stored.fact.source, stored.fact.id};
      if (!page.Wants(key)) continue;
      v1::TimelineEntry entry;
      convert::FactToWire(stored.fact, stored.words, environment.currency(), entry.mutable_fact());
      page.Add(key, std::move(entry));
    }
    after = facts->next;
  } while (!after.empty());
  return absl::OkStatus();
}

absl::Status AddLeaks(const Environment& environment, const std::string& account,
                      const TimelinePage::Bounds& bounds, TimelinePage& page) {
  ledger::Ledger::LeakQuery query;
  query.account = account;
  query.since = bounds.since;
  query.limit = kFactsAtOnce;
  while (true) {
    auto leaks = environment.ledger->Leaks(query);
    if (!leaks.ok()) return convert::ForClient(leaks.status(), account);
    for (const ledger::Leak& leak : leaks->leaks) {
      const TimelineKey key{leak.observed_at, v1::TIMELINE_KIND_LEAK, leak.source, leak.fact_id};
      if (!page.Wants(key)) continue;
      v1::TimelineEntry entry;
      LeakToWire(leak, entry.mutable_leak());
      page.Add(key, std::move(entry));
    }
    if (!leaks->more) return absl::OkStatus();
    query.after = leaks->leaks.back();
  }
}

absl::Status List(const Environment& environment, const Call& call,
                  const v1::ListTimelineRequest& request, v1::ListTimelineResponse* response) {
  absl::StatusOr<Question> question = QuestionOf(environment, request);
  if (!question.ok()) return question.status();
  // The account that answers, should it go by the name of one that was merged.
  const auto view = ReadAccount(environment, question->account);
  if (!view.ok()) return view.status();
  const Kinds& kinds = question->kinds;
  TimelinePage page(question->bounds);
  const bool facts = kinds.count(v1::TIMELINE_KIND_FACT) + kinds.count(v1::TIMELINE_KIND_USAGE) +
                         kinds.count(v1::TIMELINE_KIND_INTERACTION) +
                         kinds.count(v1::TIMELINE_KIND_RESERVATION) >
                     0;
  absl::Status status;
  if (facts) status = AddFacts(environment, call, view->account, kinds, page);
  if (status.ok() && kinds.count(v1::TIMELINE_KIND_LEAK) != 0) {
    status = AddLeaks(environment, view->account, question->bounds, page);
  }
  if (status.ok() && kinds.count(v1::TIMELINE_KIND_CHANGE) != 0) {
    status = AddChanges(*environment.ledger, call, view->account, page);
  }
  if (!status.ok()) return status;
  response->set_next_page_token(question->TokenOf(page.MoveTo(response)));
  return absl::OkStatus();
}

}  // namespace

grpc::ServerUnaryReactor* TimelineService::ListTimeline(grpc::CallbackServerContext* context,
                                                        const v1::ListTimelineRequest* request,
                                                        v1::ListTimelineResponse* response) {
  return ServeOnWorker(
      environment_, context, "TimelineService/ListTimeline", MethodKind::kRead, request, response,
      [this](Call& call, const auto& in, auto* out) { return List(environment_, call, in, out); });
}

}  // namespace kizuna::server
