// SPDX-License-Identifier: Apache-2.0

#include "tests/simulation/reservations.h"

#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/ledger/own_facts.h"
#include "tests/simulation/to_fact.h"

namespace kizuna::simulation {
namespace {

ledger::Submission Own(const ledger::View& view, std::string id, engine::Content content) {
  ledger::Submission submission;
  submission.fact.account = view.account;
  submission.fact.source = std::string(ledger::kOwnSource);
  submission.fact.id = std::move(id);
  submission.fact.observed_at = view.checked_at;
  submission.fact.content = std::move(content);
  return submission;
}

Lease LeaseOf(const engine::ReservationContent& content, const std::string& motion) {
  Lease lease;
  lease.id = content.reservation_id;
  lease.team = content.team;
  lease.motion = motion;
  lease.contact = static_cast<int>(content.contact);
  lease.channel = content.channel;
  lease.token = content.fencing_token;
  lease.until = content.expires_at;
  lease.held = content.status == engine::ReservationContent::Status::kHeld;
  return lease;
}

}  // namespace

engine::Ruling Reservations::Transact(const std::string& account, const Judge& judge,
                                      uint64_t& revision) {
  while (true) {
    engine::Ruling ruling;
    const auto done = scene_.house->Transact(
        account, [&](const ledger::View& view) -> absl::StatusOr<std::vector<ledger::Submission>> {
          ruling = judge(view);
          std::vector<ledger::Submission> facts;
          if (ruling.fact) {
            facts.push_back(Own(view, ledger::ReservationFactId(*ruling.fact), *ruling.fact));
          }
          return facts;
        });
    if (done.ok()) {
      revision = *done;
      return ruling;
    }
    ++scene_.report.failures;
    if (!absl::IsUnavailable(done.status())) {
      scene_.Violation(absl::StrCat("transaction: ", done.status().ToString()));
      return ruling;
    }
  }
}

void Reservations::Reserve() {
  Question question = scene_.chance.AnyQuestion();
  question.motion = scene_.chance.AnyOf<const char*>({"SEATS", "CROSS_SELL"});
  if (question.team.empty()) question.team = "sales";
  ReserveFor(question);
}

void Reservations::ReserveFor(const Question& question) {
  engine::ReservationContent wish;
  wish.reservation_id = absl::StrCat("r", next_++);
  wish.team = question.team;
  wish.holder = "somebody";
  wish.motion = MotionOf(question.motion);
  wish.contact = static_cast<engine::PersonKey>(question.contact);
  wish.channel = question.channel;
  wish.expires_at = scene_.Now() + scene_.chance.In(1, 5 * 24 * 60) * 60'000'000;

  std::optional<ledger::View> old;
  if (scene_.bug == Bug::kUnguardedReservation) {
    old = scene_.Look(question.account);
    Question other = question;
    other.team = question.team == "csm" ? "sales" : "csm";
    if (!std::exchange(nested_, true)) ReserveFor(other);
    nested_ = false;
  }
  const auto before = scene_.model.NewestLease(question.account, scene_.Now());
  const bool live = before && before->held && scene_.Now() < before->until;
  const Answer expected = scene_.model.Ask(question, scene_.rules(), scene_.Now());
  uint64_t revision = 0;
  const engine::Ruling ruling = Transact(
      question.account,
      [&](const ledger::View& view) {
        const ledger::View& seen = old ? *old : view;
        return engine::Reserve(*seen.state, *seen.rulebook, wish, seen.checked_at);
      },
      revision);
  const bool own = live && before->team == question.team;
  if (own != (ruling.outcome == engine::Ruling::Outcome::kHeldByTeam)) {
    scene_.Violation(absl::StrCat("reserve ", Text(question), ": outcome ",
                                  static_cast<int>(ruling.outcome), ", the model holds otherwise"));
    return;
  }
  if (own) return;
  if (ruling.decision) {
    scene_.Compare(absl::StrCat("reserve ", Text(question)), ToAnswer(*ruling.decision), expected);
  }
  // With the ruling's fact gone after a retry, the reservation is the account's newest one.
  const bool granted = ruling.outcome == engine::Ruling::Outcome::kDone;
  const auto view = scene_.Look(question.account);
  if (!granted || !view) return;
  ++scene_.report.granted;
  const engine::ReservationContent& newest = view->state->reservation.now;
  if (newest.reservation_id != wish.reservation_id || live) {
    scene_.Violation(absl::StrCat("reserve ", Text(question), ": two hold it at once"));
    return;
  }
  if (newest.fencing_token != (before ? before->token : 0) + 1) {
    scene_.Violation(absl::StrCat("reserve ", Text(question), ": token ", newest.fencing_token));
  }
  scene_.model.Step(question.account, LeaseOf(newest, question.motion), scene_.Now(), revision);
}

void Reservations::Move() {
  // Between two commits of an account a clock moves on; two renewals of one microsecond would be
  // ordered by their ids.
  scene_.clock.Set(scene_.Now() + 1);
  const std::string account = scene_.chance.Account();
  const auto lease = scene_.model.NewestLease(account, scene_.Now());
  if (!lease) return;
  const bool live = lease->held && scene_.Now() < lease->until;
  const Answer own =
      scene_.model.Ask(NaiveModel::QuestionOf(account, *lease), scene_.rules(), scene_.Now());
  const bool renews = scene_.chance.OneIn(2);
  const Micros until = scene_.Now() + scene_.chance.In(1, 3 * 24 * 60) * 60'000'000;
  uint64_t revision = 0;
  const engine::Ruling ruling = Transact(
      account,
      [&](const ledger::View& view) {
        return renews ? engine::Renew(*view.state, *view.rulebook, lease->id, lease->token, until,
                                      view.checked_at)
                      : engine::Release(*view.state, lease->id, lease->token, view.checked_at);
      },
      revision);
  const bool done = ruling.outcome == engine::Ruling::Outcome::kDone;
  const bool may = renews ? live && own.verdict == "ALLOW" : live;
  const bool released = !renews && !lease->held;  // released before, or revoked
  if (done != may && !released) {
    scene_.Violation(absl::StrCat(renews ? "renewal" : "release", " on ", account, ": outcome ",
                                  static_cast<int>(ruling.outcome)));
  }
  if (!done || !may) return;
  Lease next = *lease;
  if (renews) next.until = until;
  next.held = renews;
  scene_.model.Step(account, next, scene_.Now(), revision);
}

}  // namespace kizuna::simulation
