// SPDX-License-Identifier: Apache-2.0
//
// How does a part of the book stand? Sums over accounts, each added once (docs/scoring.md,
// "Portfolio"). Sums of money saturate.

#ifndef KIZUNA_SERVER_ENGINE_PORTFOLIO_H_
#define KIZUNA_SERVER_ENGINE_PORTFOLIO_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "server/engine/card.h"
#include "server/engine/rulebook.h"
#include "server/engine/state.h"
#include "server/engine/time.h"

namespace kizuna::engine {

// How far back retention and leaks look, and the answers of the NPS, in days.
inline constexpr int32_t kRetentionDays = 365;
inline constexpr int32_t kPortfolioNpsDays = 180;

// Where the revenue of an account is counted.
enum class Standing : uint8_t {
  kAtRisk = 0,  // red, or its dissatisfaction or low health denies the best pitch
  kReady,       // the best pitch is ALLOW
  kUnknown,     // the best pitch is UNKNOWN
  kBlocked      // the best pitch is DENY, by another gate
};
Standing StandingOf(const Card& card);

struct RetentionSums {
  int64_t due = 0;      // subscriptions that ended or came to a renewal
  int64_t renewed = 0;  // of them
  Micros at_start = 0;  // recurring revenue 365 days ago
  Micros kept = 0;      // of each account the smaller of then and now
  Micros now = 0;       // of the accounts that had some then

  // nullopt: nothing to divide by.
  std::optional<double> RenewalRate() const;     // [0, 1]
  std::optional<double> GrossRetention() const;  // [0, 1]
  std::optional<double> NetRetention() const;    // [0, inf)
};

struct PortfolioSums {
  int64_t accounts = 0;
  std::array<int64_t, 4> bands{};     // by Band
  std::array<int64_t, 5> cells{};     // by Cell
  std::array<int64_t, 4> verdicts{};  // by Verdict, of the best pitch
  Micros recurring = 0;
  std::array<Micros, 4> by_standing{};  // by Standing; they add up to `recurring`
  int64_t nps_answers = 0;
  int64_t promoters = 0;
  int64_t detractors = 0;
  int64_t leaks = 0;
  RetentionSums retention;

  std::optional<double> Nps() const;  // [-100, 100]; nullopt: nobody answered
};

// Adds the account as its card says, with all its revenue. `card` must be of this state and
// rulebook. Leaks are the caller's to add.
void AddAccount(const State& state, const Rulebook& rulebook, const Card& card,
                PortfolioSums& sums);

// The products under which an account is counted: those that it owns, and "" if it owns none or has
// a subscription in force that names none. Sorted.
std::vector<std::string> CountedProducts(const State& state, Day today);
// Adds the account to a product under which it is counted, with that product's revenue alone.
void AddAccountOfProduct(const State& state, const Rulebook& rulebook, const Card& card,
                         absl::string_view product, PortfolioSums& sums);

// The products of all its subscriptions, in force or not, sorted.
std::vector<std::string> SubscribedProducts(const State& state);
// Adds what became of the subscriptions, of one product or (nullopt) of all.
void AddRetention(const State& state, Day today, std::optional<absl::string_view> product,
                  RetentionSums& sums);

}  // namespace kizuna::engine

#endif  // KIZUNA_SERVER_ENGINE_PORTFOLIO_H_
