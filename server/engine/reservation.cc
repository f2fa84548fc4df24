// SPDX-License-Identifier: Apache-2.0

#include "server/engine/reservation.h"

#include <algorithm>
#include <utility>

namespace kizuna::engine {
namespace {

using Status = ReservationContent::Status;

Ruling Refused(Ruling::Outcome outcome) {
  Ruling ruling;
  ruling.outcome = outcome;
  return ruling;
}

// What the gates say to its holder.
Ruling Decided(const State& state, const Rulebook& rulebook, const ReservationContent& reservation,
               Instant now) {
  Ruling ruling;
  ruling.asked = RequestOf(reservation);
  ruling.decision = Decide(state, rulebook, ruling.asked, now);
  return ruling;
}

// Whether the wish names the account's newest reservation by its id and token.
std::optional<Ruling> Misnamed(const State& state, const std::string& reservation_id,
                               int64_t fencing_token) {
  const ReservationContent& newest = state.reservation.now;
  if (!state.reservation.stamp.given() || newest.reservation_id != reservation_id) {
    return Refused(Ruling::Outcome::kNotThisOne);
  }
  if (newest.fencing_token != fencing_token) return Refused(Ruling::Outcome::kStale);
  return std::nullopt;
}

}  // namespace

const ReservationContent* LiveReservation(const State& state, Instant now) {
  const ReservationState& newest = state.reservation;
  const bool live =
      newest.stamp.given() && newest.now.status == Status::kHeld && now < newest.now.expires_at;
  return live ? &newest.now : nullptr;
}

const ReservationContent* RanOutReservation(const State& state, Instant now) {
  const ReservationState& newest = state.reservation;
  const bool ran_out =
      newest.stamp.given() && newest.now.status == Status::kHeld && newest.now.expires_at <= now;
  return ran_out ? &newest.now : nullptr;
}

Request RequestOf(const ReservationContent& reservation) {
  Request request;
  request.motion = reservation.motion;
  request.product = reservation.product;
  request.team = reservation.team;
  request.contact = reservation.contact;
  request.channel = reservation.channel;
  return request;
}

Ruling Reserve(const State& state, const Rulebook& rulebook, const ReservationContent& wish,
               Instant now) {
  const ReservationState& newest = state.reservation;
  if (newest.stamp.given() && newest.now.reservation_id == wish.reservation_id) {
    return Decided(state, rulebook, newest.now, now);
  }
  const ReservationContent* live = LiveReservation(state, now);
  if (live != nullptr && live->team == wish.team) return Refused(Ruling::Outcome::kHeldByTeam);
  Ruling ruling = Decided(state, rulebook, wish, now);
  if (ruling.decision->verdict != Verdict::kAllow) {
    ruling.outcome = Ruling::Outcome::kClosed;
    return ruling;
  }
  ReservationContent granted = wish;
  granted.status = Status::kHeld;
  // Where no motion or product was named, it is for the best one.
  const Option& option = ruling.decision->option;
  granted.motion = option.motion;
  granted.product = option.product >= 0 ? rulebook.products()[option.product].id : "";
  granted.fencing_token = newest.now.fencing_token + 1;
  granted.since = now;
  ruling.fact = std::move(granted);
  return ruling;
}

Ruling Renew(const State& state, const Rulebook& rulebook, const std::string& reservation_id,
             int64_t fencing_token, Instant expires_at, Instant now) {
  if (auto misnamed = Misnamed(state, reservation_id, fencing_token)) return *misnamed;
  const ReservationContent* live = LiveReservation(state, now);
  if (live == nullptr) return Refused(Ruling::Outcome::kOver);
  Ruling ruling = Decided(state, rulebook, *live, now);
  if (ruling.decision->verdict != Verdict::kAllow) {
    ruling.outcome = Ruling::Outcome::kClosed;
    return ruling;
  }
  if (live->expires_at == expires_at) return ruling;
  ruling.fact = *live;
  ruling.fact->expires_at = expires_at;
  return ruling;
}

Ruling Release(const State& state, const std::string& reservation_id, int64_t fencing_token,
               Instant now) {
  if (auto misnamed = Misnamed(state, reservation_id, fencing_token)) return *misnamed;
  const ReservationContent& newest = state.reservation.now;
  if (newest.status == Status::kReleased) return Ruling();
  if (LiveReservation(state, now) == nullptr) return Refused(Ruling::Outcome::kOver);
  Ruling ruling;
  ruling.fact = newest;
  ruling.fact->status = Status::kReleased;
  return ruling;
}

Ruling Conclude(const State& state, const std::string& reservation_id, int64_t fencing_token,
                PitchOutcome outcome, const std::vector<std::string>& teams) {
  if (auto misnamed = Misnamed(state, reservation_id, fencing_token)) return *misnamed;
  const ReservationContent& newest = state.reservation.now;
  if (newest.status == Status::kReleased) return Refused(Ruling::Outcome::kOver);
  ReservationContent ended = newest;
  ended.status = Status::kEnded;
  ended.gate.clear();
  ended.outcome = outcome;
  ended.credited.clear();
  if (outcome == PitchOutcome::kWon) {
    ended.credited = teams;
    ended.credited.push_back(newest.team);
    std::sort(ended.credited.begin(), ended.credited.end());
    ended.credited.erase(std::unique(ended.credited.begin(), ended.credited.end()),
                         ended.credited.end());
  }
  if (newest.status == Status::kEnded) {
    const bool same = newest.outcome == ended.outcome && newest.credited == ended.credited;
    return same ? Ruling() : Refused(Ruling::Outcome::kOver);
  }
  Ruling ruling;
  ruling.fact = std::move(ended);
  return ruling;
}

std::optional<ReservationContent> Revocation(const State& state, const Rulebook& rulebook,
                                             Instant now) {
  const ReservationContent* live = LiveReservation(state, now);
  if (live == nullptr) return std::nullopt;
  const Judgement judged = Judge(state, rulebook, RequestOf(*live), now);
  if (judged.verdict == Verdict::kAllow) return std::nullopt;
  ReservationContent revoked = *live;
  revoked.status = Status::kRevoked;
  const auto counts = std::find_if(judged.findings.begin(), judged.findings.end(),
                                   [](const Finding& finding) { return !finding.waived; });
  if (counts != judged.findings.end()) revoked.gate = counts->gate->spec.code;
  return revoked;
}

std::optional<Judgement> LeakOf(const State& state, const Rulebook& rulebook,
                                const InteractionContent& pitch, Instant at) {
  const ReservationContent* live = LiveReservation(state, at);
  const bool covered = live != nullptr && !pitch.team.empty() && live->team == pitch.team;
  if (covered) return std::nullopt;
  Request request;
  request.motion = pitch.motion;
  request.product = rulebook.FindProduct(pitch.product) >= 0 ? pitch.product : "";
  request.team = pitch.team;
  request.contact = pitch.person;
  request.channel = pitch.channel;
  Judgement judged = Judge(state, rulebook, request, at);
  if (judged.verdict == Verdict::kAllow) return std::nullopt;
  return judged;
}

}  // namespace kizuna::engine
