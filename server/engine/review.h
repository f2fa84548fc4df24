// SPDX-License-Identifier: Apache-2.0
//
// What does the review of a quarter judge? What was to be done and what became of it, objectives
// against the time that passed, support against what was promised, answers to surveys, and which
// three proposals may stand in it (docs/scoring.md, "Reviews"). Pure; states and facts in, figures
// out.

#ifndef KIZUNA_SERVER_ENGINE_REVIEW_H_
#define KIZUNA_SERVER_ENGINE_REVIEW_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "server/engine/fact.h"
#include "server/engine/offers.h"
#include "server/engine/rulebook.h"
#include "server/engine/state.h"
#include "server/engine/time.h"

namespace kizuna::engine {

// Days, as a window: [first, end).
struct Days {
  Day first = 0;
  Day end = 0;

  bool Holds(Day day) const { return first <= day && day < end; }
};

// Renewals up to so many days ahead are part of a plan.
inline constexpr int32_t kPlanDays = 182;

// Something to be done, or that was.
struct ReviewAction {
  enum class Kind : uint8_t { kIssue = 1, kTicket, kObjective, kMilestone, kRenewal };
  enum class State : uint8_t { kOpen = 1, kDone, kLate, kDropped };
  Kind kind = Kind::kIssue;
  State state = State::kOpen;
  std::string id;       // of the issue, ticket, objective or subscription; of a milestone empty
  std::string subject;  // the issue's category; the ticket's or objective's id; the product
  Milestone milestone = Milestone::kNone;  // kMilestone: the one to be reached
  Day due = kNoDay;                        // kNoDay: none
  Day done = kNoDay;                       // kNoDay: it is not done
  Severity severity = Severity::kUnspecified;
};

// What was to be done at the state `then` on the day `then_day`, and how that stands at the state
// `now` of the same account on the day `now_day`, not before: open tickets, issues that are
// confirmed and not solved, objectives under way, the next milestone of each product that has come
// far enough to have one, renewals within kPlanDays. By due date (none last), kind, id.
std::vector<ReviewAction> ActionsOf(const State& then, Day then_day, const State& now, Day now_day,
                                    const Calendar& calendar);

struct ObjectiveStanding {
  enum class Result : uint8_t { kMet = 1, kOnTrack, kBehind, kMissed };
  Result result = Result::kOnTrack;
  Micros expected = 0;  // what the time that passed by `day` asks for
};
// How an objective stands at the end of `day`.
ObjectiveStanding StandingOf(const ObjectiveContent& objective, Day day);
// Whether it ran on some of the days.
bool RanIn(const ObjectiveContent& objective, Days days);

// Answers to surveys on some days. Of a person the newest answer alone counts, of nobody in
// particular every one.
struct VoiceFigures {
  int32_t promoters = 0, passives = 0, detractors = 0;
  std::optional<double> nps;   // [-100, 100]; nullopt: no answer
  std::optional<double> csat;  // mean share of the scale, [0, 1]; nullopt: no answer
  int32_t csat_answers = 0;
};
// `facts` are those that count, in any order.
VoiceFigures VoiceOf(absl::Span<const Fact> facts, const Calendar& calendar, Days days);

struct SupportFigures {
  int32_t opened = 0, closed = 0, open_at_end = 0;
  int32_t escalated = 0;                   // of those opened
  std::array<int32_t, 5> by_severity{};    // of those opened, by Severity
  int64_t promised_minutes = 0;            // 0: nothing is promised
  int32_t judged = 0, in_time = 0;         // of those opened, against the promise
  std::optional<double> median_response_minutes;
  std::optional<double> median_hours_to_close;  // of those closed
};
// Of the days, as the state at `until` knows them. The promise is the shortest of the subscriptions
// that are active on the last of the days. A ticket is answered by its earliest event that is not
// an opening; one without is judged once the promised time has passed.
SupportFigures SupportOf(const State& state, const Calendar& calendar, Days days, Instant until);

// The first day on which they had something with us; kNoDay: never.
Day CustomerSince(const State& state);

enum class Benefit : uint8_t {
  kSolvesIssue = 1,  // an issue that they confirmed
  kMoreFromOwned,    // seats that are short, or the next plan of what they have
  kLessEffort,       // together with what they have, or both at once
  kAskedFor,
  kLikelyNeed  // assumed for their segment, or bought by those who bought the same
};
// What an offer does for the customer, the strongest first, each once.
std::vector<Benefit> BenefitsOf(const Offer& offer);

// One of the three steps of a proposal.
struct Proposal {
  enum class Tier : uint8_t { kGood = 1, kBetter, kBest };
  Tier tier = Tier::kGood;
  std::vector<const Offer*> offers;  // one; of kBest two
  std::vector<Benefit> benefits;
};
// Good, better, best of the offers that may be made, in their order (OfferedBefore); none where no
// gate is open. GOOD is the smallest step: the least yearly gain. BETTER is the first offer that is
// not that one. BEST is BETTER with GOOD or, where these are of one family, with the first offer of
// another family. `offers` must outlive the result.
std::vector<Proposal> ProposalsOf(const std::vector<Offer>& offers, const Rulebook& rulebook);

}  // namespace kizuna::engine

#endif  // KIZUNA_SERVER_ENGINE_REVIEW_H_
