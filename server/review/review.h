// SPDX-License-Identifier: Apache-2.0
//
// What is told of a quarter, and what is proposed? Both are made from the material alone, so they
// are the same whenever they are made again.

#ifndef KIZUNA_SERVER_REVIEW_REVIEW_H_
#define KIZUNA_SERVER_REVIEW_REVIEW_H_

#include <optional>
#include <string>

#include "kizuna/v1/review.pb.h"
#include "server/engine/time.h"
#include "server/review/material.h"

namespace kizuna::review {

// A quarter of the calendar, "2026Q3" for its readers.
struct Period {
  std::string name;
  engine::Day before = 0;  // the first day of the quarter before
  engine::Day first = 0;
  engine::Day end = 0;  // the first day of the next one
};
Period PeriodOf(const engine::Calendar& calendar, engine::Quarter quarter);

// The copy of the review as it is prepared from the material; the period has begun by
// material.now(). `then` and `until`: the rules that were in force at the end of the quarter before
// and at the end of the quarter, or now before it is over. Nothing that is internal is ever put
// into the customer's copy. What people wrote is part of it; whether it was sent is the caller's to
// say.
v1::Review Prepare(const Material& material, const Period& period, Rules then, Rules until,
                   v1::ReviewCopy copy);

// How the period's sending was recorded; null: it was not. Borrows the material.
const engine::Fact* SentFact(const Material& material, const Period& period);

// The proposal of a product whose gates are open at `sight`, without its decision's id.
v1::Proposal Propose(const Material& material, const Sight& sight, const engine::Request& request,
                     const engine::Decision& decision);

}  // namespace kizuna::review

#endif  // KIZUNA_SERVER_REVIEW_REVIEW_H_
