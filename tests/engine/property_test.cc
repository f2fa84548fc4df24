// SPDX-License-Identifier: Apache-2.0
//
// What must be true of every account, whatever its facts? Each property prints its seed; run one
// again with RC_PARAMS="seed=...".

#include <algorithm>
#include <cmath>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"
#include "rapidcheck/gtest.h"
#include "server/engine/canonical.h"
#include "server/engine/canonical_decision.h"
#include "server/engine/card.h"
#include "server/engine/fold.h"
#include "tests/engine/account.h"
#include "tests/engine/random_account.h"

namespace kizuna::engine {

// So that a counterexample can be read.
void showValue(const Fact& fact, std::ostream& os) {
  os << absl::StrFormat("{%s %s @%d #%d}", fact.source, fact.id, fact.observed_at,
                        fact.content.index());
}

namespace {

using testing::AnyFacts;
using testing::BusyStandard;
using testing::Calendars;
using testing::NewestInstant;

Calendar AnyCalendar() { return *rc::gen::elementOf(Calendars()); }

std::string Told(const std::optional<double>& value) {
  return value ? absl::StrFormat("%.17g", *value) : "-";
}

std::string Told(const std::vector<Finding>& findings) {
  return absl::StrJoin(findings, " ", [](std::string* out, const Finding& f) {
    absl::StrAppend(out, f.gate->spec.code, "/", static_cast<int>(f.effect), "/", f.motions, "/",
                    f.condition, f.missing ? "?" : "");
  });
}

// Everything the card says, but when it was computed.
std::string Told(const Card& card) {
  std::string out = absl::StrCat(
      Told(card.health.score), " ", Told(card.health.raw), " ", Told(card.health.coverage), " ",
      card.health.cap, " ", static_cast<int>(card.health.band), " ",
      static_cast<int>(card.loyalty.tier), " ", static_cast<int>(card.place.touch), " ",
      card.place.results, " ", card.place.lifetime_value, " ", static_cast<int>(card.place.cell));
  for (const Driver& driver : card.health.drivers) {
    absl::StrAppend(&out, "\n", Told(driver.value), " ", Told(driver.points), " ", driver.too_old);
  }
  absl::StrAppend(&out, "\n", Told(card.findings));
  for (const Option& option : card.options) {
    const Readiness& r = option.readiness;
    absl::StrAppend(&out, "\n", static_cast<int>(option.motion), " ", option.product, " ",
                    option.extended, " ", static_cast<int>(option.verdict), " ", Told(r.score), " ",
                    Told(r.need), " ", Told(r.timing), " ", option.yearly_gain, " ",
                    Told(option.findings));
  }
  return absl::StrCat(out, "\n", absl::StrJoin(card.best, ","));
}

// An instant at which the state answers, mostly within the weeks after the newest fact.
Instant AnyNow(const State& state) {
  const Instant from = std::max(state.exact_from, NewestInstant() - 20 * kMicrosPerDay);
  // Often at once, where rows that are ahead have yet to be seen.
  const int64_t days = *rc::gen::elementOf(std::vector<int64_t>{1, 3, 60});
  return from + *rc::gen::inRange<int64_t>(0, days * kMicrosPerDay);
}

Request AnyRequest() {
  Request request;
  request.motion = static_cast<Motion>(*rc::gen::inRange(0, 8));
  if (request.motion != Motion::kUnspecified) {
    request.product = *rc::gen::elementOf(std::vector<std::string>{"", "", "pro", "bi", "gold"});
  }
  request.contact = static_cast<PersonKey>(*rc::gen::inRange(0, 5));
  request.channel = *rc::gen::elementOf(std::vector<std::string>{"", "mail"});
  return request;
}

RC_GTEST_PROP(FoldProperty, AnyOrderAndAnyBatchingGivesTheSameBytes, ()) {
  const Calendar calendar = AnyCalendar();
  std::vector<Fact> facts = *AnyFacts();
  const std::string bytes = CanonicalState(Fold(facts, calendar));
  // Shuffled by keys that are drawn, so that a counterexample shrinks.
  std::vector<std::pair<uint32_t, Fact>> keyed;
  for (const Fact& fact : facts) keyed.emplace_back(*rc::gen::arbitrary<uint32_t>(), fact);
  std::sort(keyed.begin(), keyed.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  facts.clear();
  for (const auto& [key, fact] : keyed) facts.push_back(fact);
  RC_ASSERT(CanonicalState(Fold(facts, calendar)) == bytes);
  State state;
  for (const Fact& fact : facts) Apply(fact, calendar, state);
  RC_ASSERT(CanonicalState(state) == bytes);
}

// What lets a state be kept at all: from exact_from on it says what the facts seen by then say.
RC_GTEST_PROP(FoldProperty, TheStateIsExactFromWhereItSays, ()) {
  const Calendar calendar = AnyCalendar();
  const auto book = BusyStandard(calendar);
  const std::vector<Fact> facts = *AnyFacts();
  const State state = Fold(facts, calendar);
  const Instant now = AnyNow(state);
  std::vector<Fact> seen;
  for (const Fact& fact : facts) {
    if (fact.observed_at <= now) seen.push_back(fact);
  }
  RC_ASSERT(Told(Evaluate(state, *book, now)) == Told(Evaluate(Fold(seen, calendar), *book, now)));
}

RC_GTEST_PROP(CardProperty, IsExactUntilItsExpiry, ()) {
  const Calendar calendar = AnyCalendar();
  const auto book = BusyStandard(calendar);
  const State state = Fold(*AnyFacts(), calendar);
  const Instant now = AnyNow(state);
  const Card card = Evaluate(state, *book, now);
  RC_ASSERT(card.valid_until > now);
  RC_ASSERT(card.valid_until <= calendar.StartOf(calendar.DayOf(now) + 1));
  const Card last = Evaluate(state, *book, card.valid_until - 1);
  RC_ASSERT(Told(card) == Told(last));
  RC_ASSERT(last.valid_until == card.valid_until);
  RC_ASSERT(Evaluate(state, *book, card.valid_until).valid_until > card.valid_until);
}

RC_GTEST_PROP(CardProperty, DueAtIsNeverLateAndNotEarlyEither, ()) {
  const Calendar calendar = AnyCalendar();
  const auto book = BusyStandard(calendar);
  const State state = Fold(*AnyFacts(), calendar);
  const Instant now = AnyNow(state);
  const Card card = Evaluate(state, *book, now);
  const int32_t days = *rc::gen::inRange<int32_t>(1, kLookAheadDays + 1);
  const Instant due = DueAt(state, *book, card, now, days);
  const Instant horizon = calendar.StartOf(calendar.DayOf(now) + days);
  RC_ASSERT(due > now);
  RC_ASSERT(due <= horizon);
  for (int i = 0; i < 5; ++i) {
    const Instant between = now + *rc::gen::inRange<int64_t>(0, due - now);
    RC_ASSERT(CoarseOf(Evaluate(state, *book, between)) == CoarseOf(card));
  }
  RC_ASSERT(CoarseOf(Evaluate(state, *book, due - 1)) == CoarseOf(card));
  if (due < horizon) RC_ASSERT(!(CoarseOf(Evaluate(state, *book, due)) == CoarseOf(card)));
}

RC_GTEST_PROP(CardProperty, DriversAddUpToRawAndTheCutToTheScore, ()) {
  const Calendar calendar = AnyCalendar();
  const auto book = BusyStandard(calendar);
  const State state = Fold(*AnyFacts(), calendar);
  const Card card = Evaluate(state, *book, AnyNow(state));
  double sum = 0;
  for (const Driver& driver : card.health.drivers) {
    sum += driver.points;
    RC_ASSERT(driver.points >= 0);
  }
  RC_ASSERT(card.health.coverage >= 0);
  RC_ASSERT(card.health.coverage <= 1 + 1e-12);
  if (!card.health.raw) {
    RC_ASSERT(sum == 0);
    RC_ASSERT(!card.health.score.has_value());
    return;
  }
  RC_ASSERT(std::abs(sum - *card.health.raw) <= 1e-9);
  RC_ASSERT(*card.health.raw <= 100 + 1e-9);
  const bool covered = card.health.coverage >= card.model->spec.minimum_coverage;
  RC_ASSERT(card.health.score.has_value() == covered);
  RC_ASSERT((card.health.band == Band::kUnknown) == !covered);
  if (covered) RC_ASSERT(std::abs(*card.health.raw + card.health.cut - *card.health.score) <= 1e-9);
}

RC_GTEST_PROP(CardProperty, NothingOutweighsADenialAndTheUnknownIsNeverAllowed, ()) {
  const Calendar calendar = AnyCalendar();
  const auto book = BusyStandard(calendar);
  const State state = Fold(*AnyFacts(), calendar);
  const Card card = Evaluate(state, *book, AnyNow(state));
  for (const Option& option : card.options) {
    bool denied = false, unknown = false;
    for (const auto* findings : {&card.findings, &option.findings}) {
      for (const Finding& finding : *findings) {
        if ((finding.motions & MotionBit(option.motion)) == 0) continue;
        denied = denied || finding.effect == Effect::kDeny;
        unknown = unknown || finding.effect == Effect::kUnknown;
      }
    }
    RC_ASSERT(option.verdict == (denied    ? Verdict::kDeny
                                 : unknown ? Verdict::kUnknown
                                           : Verdict::kAllow));
    const bool pitch = option.motion <= Motion::kCrossSell;
    if (pitch && !card.health.score) RC_ASSERT(option.verdict != Verdict::kAllow);
  }
}

RC_GTEST_PROP(DecisionProperty, AgreesWithTheCard, ()) {
  const Calendar calendar = AnyCalendar();
  const auto book = BusyStandard(calendar);
  const State state = Fold(*AnyFacts(), calendar);
  const Instant now = AnyNow(state);
  const Card card = Evaluate(state, *book, now);
  for (int m = 0; m < 8; ++m) {
    Request request;
    request.motion = static_cast<Motion>(m);
    const Decision decision = Decide(state, *book, request, now);
    const Option& best = card.Best(request.motion);
    RC_ASSERT(decision.verdict == best.verdict);
    RC_ASSERT(decision.option.product == best.product);
    RC_ASSERT(decision.option.motion == best.motion);
    RC_ASSERT((decision.verdict == Verdict::kAllow) == decision.reasons.empty());
  }
}

RC_GTEST_PROP(DecisionProperty, IsTheSameUntilTheCardExpires, ()) {
  const Calendar calendar = AnyCalendar();
  const auto book = BusyStandard(calendar);
  const State state = Fold(*AnyFacts(), calendar);
  const Instant now = AnyNow(state);
  const Card card = Evaluate(state, *book, now);
  const Request request = AnyRequest();
  const auto told_at = [&](Instant at) {
    return CanonicalDecision(Decide(state, *book, request, at), card, *book);
  };
  const std::string told = told_at(now);
  RC_ASSERT(told_at(card.valid_until - 1) == told);
  const Instant between = now + *rc::gen::inRange<int64_t>(0, card.valid_until - now);
  RC_ASSERT(told_at(between) == told);
}

RC_GTEST_PROP(DecisionProperty, IsTheSameAloneAmongOthersAndInShort, ()) {
  const Calendar calendar = AnyCalendar();
  const auto book = BusyStandard(calendar);
  const State state = Fold(*AnyFacts(), calendar);
  const Instant now = AnyNow(state);
  const Card card = Evaluate(state, *book, now);
  const std::vector<Request> requests = {AnyRequest(), AnyRequest(), AnyRequest()};
  const std::vector<Decision> all = DecideAll(state, *book, requests, now);
  RC_ASSERT(all.size() == requests.size());
  for (size_t i = 0; i < requests.size(); ++i) {
    const Decision alone = Decide(state, *book, requests[i], now);
    RC_ASSERT(CanonicalDecision(all[i], card, *book) == CanonicalDecision(alone, card, *book));
    const Judgement judged = Judge(state, *book, requests[i], now);
    RC_ASSERT(judged.verdict == alone.verdict);
    RC_ASSERT(judged.option.motion == alone.option.motion);
    RC_ASSERT(judged.option.product == alone.option.product);
    RC_ASSERT(judged.findings.size() == alone.reasons.size());
    for (size_t r = 0; r < alone.reasons.size(); ++r) {
      RC_ASSERT(judged.findings[r].gate == alone.reasons[r].gate);
      RC_ASSERT(judged.findings[r].effect == alone.reasons[r].effect);
      RC_ASSERT(judged.findings[r].waived == alone.reasons[r].waived);
    }
  }
}

RC_GTEST_PROP(DecisionProperty, AGateIsClosedUntilItOpensByItself, ()) {
  const Calendar calendar = AnyCalendar();
  const auto book = BusyStandard(calendar);
  const State state = Fold(*AnyFacts(), calendar);
  const Instant now = AnyNow(state);
  Request request = AnyRequest();
  const Decision decision = Decide(state, *book, request, now);
  // The same motion and product later, whatever would then be best.
  request.motion = decision.option.motion;
  if (decision.option.product >= 0) {
    request.product = book->products()[decision.option.product].id;
  }
  for (const Reason& reason : decision.reasons) {
    if (reason.opens_at == kNever) continue;
    RC_ASSERT(reason.opens_at > now);
    const auto holds_at = [&](Instant at) {
      const Decision then = Decide(state, *book, request, at);
      return then.option.product != decision.option.product ||
             testing::FindReason(then, reason.gate->spec.code) != nullptr;
    };
    RC_ASSERT(holds_at(reason.opens_at - 1));
    const Decision opened = Decide(state, *book, request, reason.opens_at);
    if (opened.option.product == decision.option.product) {
      RC_ASSERT(testing::FindReason(opened, reason.gate->spec.code) == nullptr);
    }
  }
}

RC_GTEST_PROP(DecisionProperty, NothingChangesBeforeItSays, ()) {
  const Calendar calendar = AnyCalendar();
  const auto book = BusyStandard(calendar);
  const State state = Fold(*AnyFacts(), calendar);
  const Instant now = AnyNow(state);
  const Request request = AnyRequest();
  const auto told = [&](Instant at) {
    const Decision decision = Decide(state, *book, request, at);
    std::string out = absl::StrCat(static_cast<int>(decision.verdict));
    for (const Reason& reason : decision.reasons) {
      absl::StrAppend(&out, " ", reason.gate->spec.code, "/", static_cast<int>(reason.effect));
    }
    return out;
  };
  const Instant changes = Decide(state, *book, request, now).changes_at;
  const Instant until = std::min(changes, calendar.StartOf(calendar.DayOf(now) + kLookAheadDays));
  RC_ASSERT(until > now);
  RC_ASSERT(told(until - 1) == told(now));
  if (changes != kNever) RC_ASSERT(told(changes) != told(now));
}

// No evidence cited may be younger than the question.
RC_GTEST_PROP(DecisionProperty, NothingIsCitedFromTheFuture, ()) {
  const Calendar calendar = AnyCalendar();
  const auto book = BusyStandard(calendar);
  const State state = Fold(*AnyFacts(), calendar);
  const Instant now = AnyNow(state);
  for (const Reason& reason : Decide(state, *book, AnyRequest(), now).reasons) {
    for (const Reason::Item& item : reason.items) {
      for (const Evidence& evidence : item.facts) RC_ASSERT(evidence.observed_at <= now);
    }
  }
}

}  // namespace
}  // namespace kizuna::engine
