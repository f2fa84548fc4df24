// SPDX-License-Identifier: Apache-2.0
//
// What does the made-up portfolio consist of? Products, sources and, for each account, its facts.
// All of it follows from the options alone: the same options, the same facts, in any order of
// asking.

#ifndef KIZUNA_TOOLS_GENERATE_PORTFOLIO_H_
#define KIZUNA_TOOLS_GENERATE_PORTFOLIO_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "kizuna/v1/catalogue.pb.h"
#include "kizuna/v1/fact.pb.h"
#include "kizuna/v1/rulebook.pb.h"
#include "kizuna/v1/source.pb.h"

namespace kizuna::generate {

struct PortfolioOptions {
  int64_t accounts = 100;  // 1 to 10'000'000
  int64_t days = 120;      // of daily usage, 7 to 3650; contracts reach back further
  uint64_t seed = 1;
  absl::CivilDay last_day;                    // the last whole day of the book: yesterday
  absl::TimeZone zone = absl::UTCTimeZone();  // the book's
  std::string currency = "USD";               // the book's
};

// The sources of the portfolio's facts. The appliance's feed stopped weeks ago.
inline constexpr absl::string_view kCrm = "crm";
inline constexpr absl::string_view kProductAnalytics = "product-analytics";
inline constexpr absl::string_view kAppliance = "appliance";
inline constexpr absl::string_view kHelpdesk = "helpdesk";
inline constexpr absl::string_view kSurveys = "surveys";
inline constexpr absl::string_view kBilling = "billing";

// The metrics: work done in a day, and people who did it.
inline constexpr absl::string_view kActivity = "activity";
inline constexpr absl::string_view kActiveUsers = "active_users";

// The last microsecond of `day`, in the book's time zone.
absl::Time EndOf(absl::CivilDay day, const PortfolioOptions& options);

// "acct-000042".
std::string AccountIdOf(int64_t account);

// An amount in the book's currency of what costs `dollars`; for yen, 150 for one.
v1::Money MoneyOf(double dollars, const PortfolioOptions& options);

std::vector<v1::Metric> MetricsOf();
// Families with ladders, prices and margins; one of them sells under its margin's floor.
std::vector<v1::Product> ProductsOf(const PortfolioOptions& options);
std::vector<v1::Source> SourcesOf(const PortfolioOptions& options);

// Every fact of account number `account`, 0 and up; the profile comes first. Observed on or before
// `last_day`, each with its own observed_at, so that a second run sends the same.
std::vector<v1::Fact> FactsOf(const PortfolioOptions& options, int64_t account);

}  // namespace kizuna::generate

#endif  // KIZUNA_TOOLS_GENERATE_PORTFOLIO_H_
