// SPDX-License-Identifier: Apache-2.0
//
// Which numbers can be read off a state? Features, by the names of docs/scoring.md. A feature's
// meaning never changes under its name: a fix is a new name, so that an old decision replays.

#ifndef KIZUNA_SERVER_ENGINE_FEATURE_H_
#define KIZUNA_SERVER_ENGINE_FEATURE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/engine/fact.h"
#include "server/engine/state.h"
#include "server/engine/time.h"

namespace kizuna::engine {

class Rulebook;

enum class FeatureKind : uint8_t {
  kUsageMean,
  kUsageSum,
  kUsageLast,
  kUsageMax,
  kUsageActiveDays,
  kUsagePerSeat,
  kUsageTrend,
  kUsageTrendYoy,
  kSeatUtilisation,
  kFeatureBreadth,
  kMilestone,
  kNps,
  kCsatMean,
  kCesMean,
  kDetractorShare,
  kKeyDetractor,
  kSentimentAgeDays,
  kOpenCritical,
  kOldestOpenDays,
  kEscalationsOpen,
  kOpenTickets,
  kDaysSinceContact,
  kWithoutChampionDays,
  kAttainment,
  kDaysOverdue,
  kUnderstoodAgeDays,
  // Of the card, not of the state: gates may ask for them, measures may not.
  kHealthScore,
  kHealthCoverage,
  kLoyaltyTier,
};

struct Feature {
  std::string name;  // canonical, as written: `usage.activity.mean(28)`
  FeatureKind kind = FeatureKind::kUsageMean;
  int32_t window_days = 0;  // 0 where the feature has none
  std::string metric;       // of usage features
  std::string product;      // of adoption features; empty: the whole account

  bool of_card() const { return kind >= FeatureKind::kHealthScore; }
};

// Reads a feature's name. INVALID_ARGUMENT says what is wrong with it and what would do.
absl::StatusOr<Feature> ParseFeature(absl::string_view name);

// Longest windows a feature may have, in days: what the state remembers.
inline constexpr int32_t kMaxWindowDays = 392;
inline constexpr int32_t kMaxTrendDays = 196;
inline constexpr int32_t kMaxYoyDays = 28;

struct FeatureValue {
  std::optional<double> value;  // nullopt: missing
  // The day of the newest evidence, for max_age_days; kNoDay where age does not apply (counts of
  // open things and milestones hold until a fact ends them).
  Day newest = kNoDay;
};

// What a feature's value rests on: one fact or one day of a metric.
struct Evidence {
  std::string subject;  // a ticket, invoice, product or metric; empty when it says nothing more
  PersonKey person = kNobody;
  Stamp fact;  // not given: the sum of several facts
  Instant observed_at = kLongAgo;
};

// The feature at `today`, of facts observed by then. Card features are missing here.
FeatureValue Evaluate(const Feature& feature, const State& state, const Rulebook& rulebook,
                      Day today);

// The facts that explain the feature's value, the newest or gravest first, at most `limit`.
std::vector<Evidence> Explain(const Feature& feature, const State& state, const Rulebook& rulebook,
                              Day today, size_t limit);

// Days after `today`, ascending, at which the value may fall or be lost with no new fact, up to
// `today + look_ahead` for what changes daily. Empty for what only grows older: time alone never
// makes it better.
std::vector<Day> Breakpoints(const Feature& feature, const State& state, const Calendar& calendar,
                             Day today, int32_t look_ahead);

// Parts of the above that other questions share.
// What the question "would you recommend us" calls a promoter and a detractor, of 0 to 10.
inline constexpr Micros kPromoterFrom = 9 * kMicrosPerUnit;
inline constexpr Micros kDetractorTo = 6 * kMicrosPerUnit;
// The NPS answers within `window_days` of `today`: the newest of each respondent, and every
// anonymous one.
struct NpsAnswers {
  int64_t count = 0;
  int64_t promoters = 0;
  int64_t detractors = 0;
  int64_t open_detractors = 0;
  Day newest = kNoDay;

  // -100 to 100; `count` must not be 0.
  double Score() const {
    return 100.0 * static_cast<double>(promoters - detractors) / static_cast<double>(count);
  }
};
NpsAnswers NpsAnswersWithin(const State& state, const Calendar& calendar, Day today,
                            int32_t window_days);
bool IsOpen(const TicketState& ticket);
// Since when an open ticket is open: its first opening, or its newest when it was closed between;
// its earliest other event when no opening is known.
const Stamp& OpenSince(const TicketState& ticket);
// Owed, and by when is known. A credit note is not owed.
bool IsUnpaid(const InvoiceState& invoice);
bool IsPresent(const PersonState& person);
// A detractor whose newest answer no later recovery has answered.
bool IsOpenDetractor(const RespondentState& respondent);
bool IsActive(const SubscriptionContent& subscription, Day today);
// Whether the person is a decision maker or a champion, by the last role we heard of.
bool IsKeyPerson(const State& state, PersonKey person);

}  // namespace kizuna::engine

#endif  // KIZUNA_SERVER_ENGINE_FEATURE_H_
