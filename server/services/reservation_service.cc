// SPDX-License-Identifier: Apache-2.0

#include "server/services/reservation_service.h"

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "server/convert/names.h"
#include "server/convert/person.h"
#include "server/convert/reservation_to_wire.h"
#include "server/convert/values.h"
#include "server/engine/reservation.h"
#include "server/ledger/own_facts.h"
#include "server/limits.h"
#include "server/services/leaks.h"
#include "server/services/page_token.h"

namespace kizuna::server {
namespace {

using engine::ReservationContent;
using engine::Ruling;

// The lease that is meant, in microseconds.
engine::Instant LeaseOf(bool present, const google::protobuf::Duration& lease,
                        const convert::FieldPath& path, convert::Violations& violations) {
  if (!present) return absl::ToInt64Microseconds(limits::kDefaultLease);
  const absl::Duration duration = absl::Seconds(lease.seconds()) + absl::Nanoseconds(lease.nanos());
  if (duration < limits::kMinLease || duration > limits::kMaxLease) {
    violations.Add(path, "must be 1 minute to 30 days");
  }
  return absl::ToInt64Microseconds(duration);
}

// A fact that the server writes for a reservation.
ledger::Submission OwnFact(const ledger::View& view, std::string id, engine::Content content,
                           ledger::Words words) {
  ledger::Submission submission;
  submission.fact.account = view.account;
  submission.fact.source = std::string(ledger::kOwnSource);
  submission.fact.id = std::move(id);
  submission.fact.observed_at = view.checked_at;
  submission.fact.content = std::move(content);
  submission.words = std::move(words);
  return submission;
}

ledger::Words ContactWords(const std::string& contact_id) {
  ledger::Words words;
  words.contact_id = contact_id;
  return words;
}

// Why a wish came to nothing, as an error; OK when it did not, or when a gate is the answer.
absl::Status StatusOf(const Ruling& ruling) {
  namespace reason = convert::reason;
  switch (ruling.outcome) {
    case Ruling::Outcome::kDone:
    case Ruling::Outcome::kClosed:
      return absl::OkStatus();
    case Ruling::Outcome::kHeldByTeam:
      return convert::WithReason(
          absl::AlreadyExistsError("the team holds a reservation of this account; renew or release "
                                   "it, or see it with GetReservation"),
          reason::kHeldByTeam);
    case Ruling::Outcome::kNotThisOne:
      return convert::WithReason(
          absl::FailedPreconditionError("this is not the account's newest reservation; see that "
                                        "with GetReservation, and log a pitch as an interaction"),
          reason::kNotTheReservation);
    case Ruling::Outcome::kStale:
      return convert::WithReason(
          absl::AbortedError("the fencing token is not this reservation's; do not pitch under it"),
          reason::kStaleFencingToken);
    case Ruling::Outcome::kOver:
      return convert::WithReason(
          absl::FailedPreconditionError("the reservation is over; see what became of it with "
                                        "GetReservation, and reserve anew"),
          reason::kReservationOver);
  }
  return absl::InternalError("unreachable");
}

// What a wish came to, with the account that it was judged by.
struct Judged {
  ledger::View view;
  Ruling ruling;
  uint64_t revision = 0;  // after the commit
};

// The id of the check that a ruling rests on.
std::string DecisionIdOf(const Environment& environment, const Judged& judged) {
  return environment.ledger->DecisionIdOf(judged.view, judged.ruling.asked,
                                          *judged.ruling.decision);
}

// The check that a ruling rests on.
void FillDecision(const Environment& environment, const Judged& judged,
                  v1::CheckPitchResponse* out) {
  convert::DecisionToWire(CardViewOf(environment, judged.view, true), *judged.ruling.decision, out);
  out->set_decision_id(DecisionIdOf(environment, judged));
}

// Judges a wish in the commit that carries it out. `judge` gives the ruling of a view; `more` adds
// what goes with the reservation's step.
using Judge = std::function<Ruling(const ledger::View&)>;
using More = std::function<void(const ledger::View&, const ReservationContent& step,
                                std::vector<ledger::Submission>&)>;
absl::StatusOr<Judged> Transact(const Environment& environment, const std::string& account,
                                const std::string& contact_id, const Judge& judge,
                                const More& more = nullptr) {
  Judged judged;
  auto revision = environment.ledger->Transact(
      account, [&](const ledger::View& view) -> absl::StatusOr<std::vector<ledger::Submission>> {
        judged.view = view;
        judged.ruling = judge(view);
        if (absl::Status status = StatusOf(judged.ruling); !status.ok()) return status;
        std::vector<ledger::Submission> submissions;
        if (!judged.ruling.fact) return submissions;
        ReservationContent& step = *judged.ruling.fact;
        if (judged.ruling.decision) step.decision_id = DecisionIdOf(environment, judged);
        submissions.push_back(
            OwnFact(view, ledger::ReservationFactId(step), step, ContactWords(contact_id)));
        if (more) more(view, step, submissions);
        return submissions;
      });
  if (!revision.ok()) return convert::ForClient(revision.status(), account);
  judged.revision = *revision;
  return judged;
}

// The reservation as it stands after the ruling.
void FillReservation(const Environment& environment, const Judged& judged, v1::Reservation* out) {
  const ReservationContent& newest =
      judged.ruling.fact ? *judged.ruling.fact : judged.view.state->reservation.now;
  const auto contact_of = PeopleOf(*environment.ledger, judged.view.account);
  convert::ReservationToWire(judged.view.account, newest,
                             newest.contact == engine::kNobody ? "" : contact_of(newest.contact),
                             out);
}

ReservationContent WishOf(const Environment& environment, const v1::ReservePitchRequest& request,
                          const convert::FieldPath& path, convert::Violations& violations) {
  ReservationContent wish;
  wish.motion = convert::MotionOf(request.motion());
  if (wish.motion > engine::Motion::kCrossSell) {
    violations.Add(path.Field("motion"),
                   "is not a pitch, so it needs no reservation; name SEATS, PLAN or CROSS_SELL");
  }
  wish.product = convert::ProductIdOf(request.product(), false, path.Field("product"), violations);
  if (!wish.product.empty() && wish.motion == engine::Motion::kUnspecified) {
    violations.Add(path.Field("motion"), "is required with product: what is to be done with it?");
  }
  if (!wish.product.empty() && environment.ledger->rulebook()->FindProduct(wish.product) < 0) {
    violations.Add(path.Field("product"),
                   "is not in the catalogue; list the products with CatalogueService.ListProducts");
  }
  const auto id = [&](const std::string& value, bool required, absl::string_view field) {
    convert::CheckId(value, limits::kMaxIdBytes, required, path.Field(field), violations);
    return value;
  };
  wish.team = id(request.team(), true, "team");
  wish.holder = id(request.holder(), true, "holder");
  wish.contact = convert::PersonKeyOf(id(request.contact(), false, "contact"));
  wish.channel = id(request.channel(), false, "channel");
  CheckRequestId(request.request_id(), path.Field("request_id"), violations);
  wish.reservation_id = request.request_id().empty() ? NewFactId() : request.request_id();
  return wish;
}

absl::Status Reserve(const Environment& environment, const v1::ReservePitchRequest& request,
                     v1::ReservePitchResponse* response) {
  const convert::FieldPath path;
  convert::Violations violations;
  const std::string account =
      convert::AccountIdOf(request.account(), true, path.Field("account"), violations);
  const ReservationContent wish = WishOf(environment, request, path, violations);
  const engine::Instant lease =
      LeaseOf(request.has_lease(), request.lease(), path.Field("lease"), violations);
  if (!violations.empty()) return violations.ToStatus();
  auto judged = Transact(environment, account, request.contact(), [&](const ledger::View& view) {
    ReservationContent now = wish;
    now.expires_at = view.checked_at + lease;
    return engine::Reserve(*view.state, *view.rulebook, now, view.checked_at);
  });
  if (!judged.ok()) return judged.status();
  const ledger::View& view = judged->view;
  FillDecision(environment, *judged, response->mutable_decision());
  response->set_revision(judged->revision);
  if (judged->ruling.outcome == Ruling::Outcome::kDone) {
    FillReservation(environment, *judged, response->mutable_reservation());
  } else if (engine::LiveReservation(*view.state, view.checked_at) != nullptr) {
    FillReservation(environment, *judged, response->mutable_in_the_way());
  }
  return absl::OkStatus();
}

// What the requests about an existing reservation have in common.
template <typename Request>
std::string NamedReservation(const Request& request, convert::Violations& violations) {
  const convert::FieldPath path;
  convert::CheckId(request.reservation_id(), limits::kMaxIdBytes, true,
                   path.Field("reservation_id"), violations);
  if (request.fencing_token() <= 0) {
    violations.Add(path.Field("fencing_token"), "is required: the token of the reservation");
  }
  return convert::AccountIdOf(request.account(), true, path.Field("account"), violations);
}

absl::Status Renew(const Environment& environment, const v1::RenewReservationRequest& request,
                   v1::RenewReservationResponse* response) {
  convert::Violations violations;
  const std::string account = NamedReservation(request, violations);
  const engine::Instant lease = LeaseOf(request.has_lease(), request.lease(),
                                        convert::FieldPath().Field("lease"), violations);
  if (!violations.empty()) return violations.ToStatus();
  auto judged = Transact(environment, account, "", [&](const ledger::View& view) {
    return engine::Renew(*view.state, *view.rulebook, request.reservation_id(),
                         request.fencing_token(), view.checked_at + lease, view.checked_at);
  });
  if (!judged.ok()) return judged.status();
  FillDecision(environment, *judged, response->mutable_decision());
  FillReservation(environment, *judged, response->mutable_reservation());
  response->set_revision(judged->revision);
  return absl::OkStatus();
}

absl::Status Release(const Environment& environment, const v1::ReleaseReservationRequest& request,
                     v1::ReleaseReservationResponse* response) {
  convert::Violations violations;
  const std::string account = NamedReservation(request, violations);
  if (!violations.empty()) return violations.ToStatus();
  auto judged = Transact(environment, account, "", [&](const ledger::View& view) {
    return engine::Release(*view.state, request.reservation_id(), request.fencing_token(),
                           view.checked_at);
  });
  if (!judged.ok()) return judged.status();
  FillReservation(environment, *judged, response->mutable_reservation());
  response->set_revision(judged->revision);
  return absl::OkStatus();
}

// The pitch that an outcome logs. They answered, so it was a contact of both sides.
engine::InteractionContent PitchOf(const ReservationContent& step) {
  engine::InteractionContent pitch;
  pitch.kind = engine::InteractionContent::Kind::kPitch;
  pitch.outbound = true;
  pitch.two_way = true;
  pitch.team = step.team;
  pitch.channel = step.channel;
  pitch.person = step.contact;
  pitch.motion = step.motion;
  pitch.product = step.product;
  pitch.outcome = step.outcome;
  return pitch;
}

// What goes with the end of a reservation: the logged pitch, and by its outcome a hold or the
// purchase.
void AddConsequences(const ledger::View& view, const ReservationContent& step,
                     const ledger::Words& words, engine::Micros amount,
                     std::vector<ledger::Submission>& submissions) {
  const auto id = [&](absl::string_view what) {
    return ledger::ReservationFactId(step.reservation_id, what);
  };
  submissions.push_back(OwnFact(view, id("pitch"), PitchOf(step), words));
  if (step.outcome == engine::PitchOutcome::kAskedToStop) {
    engine::HoldContent hold;
    hold.hold_id = id("asked-to-stop");
    hold.author = step.holder;
    submissions.push_back(OwnFact(view, id("hold"), hold, words));
  }
  if (step.outcome == engine::PitchOutcome::kWon) {
    engine::PurchaseContent purchase;
    purchase.product = step.product;
    purchase.amount = amount;
    purchase.day = view.rulebook->calendar().DayOf(view.checked_at);
    submissions.push_back(OwnFact(view, id("purchase"), purchase, {}));
  }
}

engine::Micros CheckWon(const Environment& environment, const v1::RecordOutcomeRequest& request,
                        convert::Violations& violations) {
  const convert::FieldPath path;
  const bool won = request.outcome() == v1::PITCH_OUTCOME_WON;
  if (request.has_amount() != won) {
    violations.Add(path.Field("amount"), won ? "is required with WON: what do they pay?"
                                             : "is for WON alone; leave it out");
  }
  if (request.teams_size() > 0 && !won) {
    violations.Add(path.Field("teams"), "is for WON alone; leave it out");
  }
  if (request.teams_size() > limits::kMaxCreditedTeams) {
    violations.Add(path.Field("teams"), absl::StrCat("has more than ", limits::kMaxCreditedTeams));
  }
  for (int i = 0; i < request.teams_size(); ++i) {
    convert::CheckId(request.teams(i), limits::kMaxIdBytes, true, path.Item("teams", i),
                     violations);
  }
  if (!won || !request.has_amount()) return 0;
  return convert::MicrosOf(request.amount(), environment.currency(), false, path.Field("amount"),
                           violations)
      .value_or(0);
}

absl::Status Outcome(const Environment& environment, const v1::RecordOutcomeRequest& request,
                     v1::RecordOutcomeResponse* response) {
  const convert::FieldPath path;
  convert::Violations violations;
  const std::string account = NamedReservation(request, violations);
  const engine::PitchOutcome outcome = convert::OutcomeOf(request.outcome());
  if (outcome == engine::PitchOutcome::kUnspecified) {
    violations.Add(path.Field("outcome"), "is required: WON, LOST, NOT_NOW or ASKED_TO_STOP");
  }
  const engine::Micros amount = CheckWon(environment, request, violations);
  convert::CheckText(request.note(), limits::kMaxWordsBytes, path.Field("note"), violations);
  if (!violations.empty()) return violations.ToStatus();
  ledger::Words words;
  words.text = request.note();
  const std::vector<std::string> teams(request.teams().begin(), request.teams().end());
  auto judged = Transact(
      environment, account, "",
      [&](const ledger::View& view) {
        return engine::Conclude(*view.state, request.reservation_id(), request.fencing_token(),
                                outcome, teams);
      },
      [&](const ledger::View& view, const ReservationContent& step,
          std::vector<ledger::Submission>& submissions) {
        AddConsequences(view, step, words, amount, submissions);
      });
  if (!judged.ok()) return judged.status();
  FillReservation(environment, *judged, response->mutable_reservation());
  response->set_revision(judged->revision);
  return absl::OkStatus();
}

absl::Status Get(const Environment& environment, const v1::GetReservationRequest& request,
                 v1::Reservation* response) {
  const convert::FieldPath path;
  convert::Violations violations;
  const std::string account =
      convert::AccountIdOf(request.account(), true, path.Field("account"), violations);
  if (!violations.empty()) return violations.ToStatus();
  auto view = ReadAccount(environment, account);
  if (!view.ok()) return view.status();
  if (!view->state->reservation.stamp.given()) {
    return convert::ResourceNotFound(absl::StrCat(request.account(), "/reservation"),
                                     "the account was never reserved; do so with ReservePitch");
  }
  FillReservation(environment, Judged{*std::move(view), Ruling(), 0}, response);
  return absl::OkStatus();
}

// A leak as a page token's position, and back. None of the parts holds a NUL.
std::string PositionOf(const ledger::Leak& leak) {
  const std::string nul(1, '\0');
  return absl::StrCat(leak.account, nul, leak.observed_at, nul, leak.source, nul, leak.fact_id);
}

std::optional<ledger::Leak> LeakAt(const std::string& position) {
  const std::vector<std::string> parts = absl::StrSplit(position, '\0');
  ledger::Leak leak;
  if (parts.size() != 4 || !absl::SimpleAtoi(parts[1], &leak.observed_at)) return std::nullopt;
  leak.account = parts[0];
  leak.source = parts[2];
  leak.fact_id = parts[3];
  return leak;
}

absl::Status Leaks(const Environment& environment, const v1::ListLeaksRequest& request,
                   v1::ListLeaksResponse* response) {
  const convert::FieldPath path;
  convert::Violations violations;
  ledger::Ledger::LeakQuery query;
  query.account = convert::AccountIdOf(request.account(), false, path.Field("account"), violations);
  query.limit = PageSizeOf(request.page_size(), path.Field("page_size"), violations);
  if (request.has_since()) {
    query.since =
        convert::InstantOf(request.since(), path.Field("since"), violations).value_or(query.since);
  }
  const PageRequest page({"ListLeaks", request.account(), absl::StrCat(query.since)});
  query.after = LeakAt(page.Position(request.page_token(), path.Field("page_token"), violations));
  if (!violations.empty()) return violations.ToStatus();
  if (!query.account.empty()) {
    if (auto view = ReadAccount(environment, query.account); !view.ok()) return view.status();
  }
  auto leaks = environment.ledger->Leaks(query);
  if (!leaks.ok()) return leaks.status();
  for (const ledger::Leak& leak : leaks->leaks) LeakToWire(leak, response->add_leaks());
  if (leaks->more) response->set_next_page_token(page.Token(PositionOf(leaks->leaks.back())));
  return absl::OkStatus();
}

}  // namespace

grpc::ServerUnaryReactor* ReservationService::ReservePitch(grpc::CallbackServerContext* context,
                                                           const v1::ReservePitchRequest* request,
                                                           v1::ReservePitchResponse* response) {
  return ServeOnWorker(environment_, context, "ReservationService/ReservePitch", MethodKind::kWrite,
                       request, response, [this](Call&, const auto& in, auto* out) {
                         return Reserve(environment_, in, out);
                       });
}

grpc::ServerUnaryReactor* ReservationService::RenewReservation(
    grpc::CallbackServerContext* context, const v1::RenewReservationRequest* request,
    v1::RenewReservationResponse* response) {
  return ServeOnWorker(
      environment_, context, "ReservationService/RenewReservation", MethodKind::kWrite, request,
      response, [this](Call&, const auto& in, auto* out) { return Renew(environment_, in, out); });
}

grpc::ServerUnaryReactor* ReservationService::ReleaseReservation(
    grpc::CallbackServerContext* context, const v1::ReleaseReservationRequest* request,
    v1::ReleaseReservationResponse* response) {
  return ServeOnWorker(
      environment_, context, "ReservationService/ReleaseReservation", MethodKind::kWrite, request,
      response,
      [this](Call&, const auto& in, auto* out) { return Release(environment_, in, out); });
}

grpc::ServerUnaryReactor* ReservationService::RecordOutcome(grpc::CallbackServerContext* context,
                                                            const v1::RecordOutcomeRequest* request,
                                                            v1::RecordOutcomeResponse* response) {
  return ServeOnWorker(
      environment_, context, "ReservationService/RecordOutcome", MethodKind::kWrite, request,
      response,
      [this](Call&, const auto& in, auto* out) { return Outcome(environment_, in, out); });
}

grpc::ServerUnaryReactor* ReservationService::GetReservation(
    grpc::CallbackServerContext* context, const v1::GetReservationRequest* request,
    v1::Reservation* response) {
  return Serve(environment_, context, "ReservationService/GetReservation", MethodKind::kRead,
               request, response,
               [this](Call&, const auto& in, auto* out) { return Get(environment_, in, out); });
}

grpc::ServerUnaryReactor* ReservationService::ListLeaks(grpc::CallbackServerContext* context,
                                                        const v1::ListLeaksRequest* request,
                                                        v1::ListLeaksResponse* response) {
  return ServeOnWorker(
      environment_, context, "ReservationService/ListLeaks", MethodKind::kRead, request, response,
      [this](Call&, const auto& in, auto* out) { return Leaks(environment_, in, out); });
}

}  // namespace kizuna::server
