// SPDX-License-Identifier: Apache-2.0
//
// Which accounts do the properties run on? Random ones of every kind of fact, with few ids and few
// days, so that facts meet; around 2024-06-10, in three time zones.

#ifndef KIZUNA_TESTS_ENGINE_RANDOM_ACCOUNT_H_
#define KIZUNA_TESTS_ENGINE_RANDOM_ACCOUNT_H_

#include <memory>
#include <string>
#include <vector>

#include "rapidcheck.h"
#include "server/engine/fact.h"
#include "server/engine/rulebook.h"
#include "server/engine/time.h"

namespace kizuna::engine::testing {

// The newest instant at which a random fact was observed.
Instant NewestInstant();
// UTC, Asia/Tokyo (never summer time) and America/New_York (summer time).
const std::vector<Calendar>& Calendars();
// `standard`, with a catalogue, an issue map, affinities, and a source that falls silent.
std::shared_ptr<const Rulebook> BusyStandard(const Calendar& calendar);

// `usage_alone`: rows of metrics and nothing else.
rc::Gen<Fact> AnyFact(bool usage_alone = false);
// Up to a few dozen, of distinct identities.
rc::Gen<std::vector<Fact>> AnyFacts();

}  // namespace kizuna::engine::testing

#endif  // KIZUNA_TESTS_ENGINE_RANDOM_ACCOUNT_H_
