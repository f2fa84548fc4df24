// SPDX-License-Identifier: Apache-2.0
//
// Who may approach the account, and until when? The life of a reservation, as pure functions: each
// looks at the state before the commit and gives the fact that the commit shall hold, so that a
// reservation is granted and kept only while every gate is open. All are pure and thread-safe.

#ifndef KIZUNA_SERVER_ENGINE_RESERVATION_H_
#define KIZUNA_SERVER_ENGINE_RESERVATION_H_

#include <optional>
#include <string>
#include <vector>

#include "server/engine/card.h"
#include "server/engine/fact.h"
#include "server/engine/rulebook.h"
#include "server/engine/state.h"
#include "server/engine/time.h"

namespace kizuna::engine {

// The reservation that is held at `now`; null when there is none. Borrows from the state.
const ReservationContent* LiveReservation(const State& state, Instant now);

// The newest reservation when it ran out by `now` without an end; null when it did not. It counts
// as a pitch that expired at its expires_at. Borrows from the state.
const ReservationContent* RanOutReservation(const State& state, Instant now);

// What its holder asks for, as a check would.
Request RequestOf(const ReservationContent& reservation);

// What became of a wish about a reservation.
struct Ruling {
  enum class Outcome {
    kDone,        // `fact` says how it stands now; without one it stood so already
    kClosed,      // a gate is closed: `decision` says which
    kHeldByTeam,  // the team itself holds one: renew or release it
    kNotThisOne,  // the account's newest reservation is another one, or there never was one
    kStale,       // the fencing token is not this reservation's
    kOver         // it was released, revoked, ended, or has run out
  };
  Outcome outcome = Outcome::kDone;
  std::optional<ReservationContent> fact;
  std::optional<Decision> decision;  // of a wish that asks the gates
  Request asked;                     // what was decided
};

// Grants `wish` (its id, team, holder, motion, product, contact, channel and expires_at) when every
// gate is open to it. The same id again gives what was granted, whatever became of it.
Ruling Reserve(const State& state, const Rulebook& rulebook, const ReservationContent& wish,
               Instant now);
// Moves the end of a live reservation, while every gate is open to its holder.
Ruling Renew(const State& state, const Rulebook& rulebook, const std::string& reservation_id,
             int64_t fencing_token, Instant expires_at, Instant now);
// Gives a live reservation back.
Ruling Release(const State& state, const std::string& reservation_id, int64_t fencing_token,
               Instant now);
// Ends the account's newest reservation with what came of it, also after it has run out or was
// revoked: the pitch may have been made before. `teams` took part beside the holder's.
Ruling Conclude(const State& state, const std::string& reservation_id, int64_t fencing_token,
                PitchOutcome outcome, const std::vector<std::string>& teams);

// The revocation that must go with a commit after which the live reservation's own check is no
// longer ALLOW; nullopt when there is none to revoke.
std::optional<ReservationContent> Revocation(const State& state, const Rulebook& rulebook,
                                             Instant now);

// What a pitch was made against, if it should not have been made: at its time the team held no
// reservation and some gate was not open. `state` is that before the pitch, exact at `at`.
std::optional<Judgement> LeakOf(const State& state, const Rulebook& rulebook,
                                const InteractionContent& pitch, Instant at);

}  // namespace kizuna::engine

#endif  // KIZUNA_SERVER_ENGINE_RESERVATION_H_
