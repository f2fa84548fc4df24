// SPDX-License-Identifier: Apache-2.0
//
// How is a feature's name read?

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "server/engine/feature.h"

namespace kizuna::engine {
namespace {

enum class Argument { kNone, kWindow, kProduct, kOptionalProduct };

struct Named {
  const char* name;
  FeatureKind kind;
  Argument argument;
};

// Of the account as a whole. Usage features are `usage.<metric>.<one of kOfMetric>`.
constexpr Named kOfAccount[] = {
    {"adoption.seat_utilisation", FeatureKind::kSeatUtilisation, Argument::kOptionalProduct},
    {"adoption.feature_breadth", FeatureKind::kFeatureBreadth, Argument::kOptionalProduct},
    {"adoption.milestone", FeatureKind::kMilestone, Argument::kProduct},
    {"nps", FeatureKind::kNps, Argument::kWindow},
    {"csat.mean", FeatureKind::kCsatMean, Argument::kWindow},
    {"ces.mean", FeatureKind::kCesMean, Argument::kWindow},
    {"sentiment.detractor_share", FeatureKind::kDetractorShare, Argument::kWindow},
    {"sentiment.key_detractor", FeatureKind::kKeyDetractor, Argument::kNone},
    {"sentiment.age_days", FeatureKind::kSentimentAgeDays, Argument::kNone},
    {"support.open", FeatureKind::kOpenTickets, Argument::kNone},
    {"support.open_critical", FeatureKind::kOpenCritical, Argument::kNone},
    {"support.oldest_open_days", FeatureKind::kOldestOpenDays, Argument::kNone},
    {"support.escalations_open", FeatureKind::kEscalationsOpen, Argument::kNone},
    {"relationship.days_since_contact", FeatureKind::kDaysSinceContact, Argument::kNone},
    {"relationship.without_champion_days", FeatureKind::kWithoutChampionDays, Argument::kNone},
    {"outcomes.attainment", FeatureKind::kAttainment, Argument::kNone},
    {"billing.days_overdue", FeatureKind::kDaysOverdue, Argument::kNone},
    {"issue.understood_age_days", FeatureKind::kUnderstoodAgeDays, Argument::kNone},
    {"health.score", FeatureKind::kHealthScore, Argument::kNone},
    {"health.coverage", FeatureKind::kHealthCoverage, Argument::kNone},
    {"loyalty.tier", FeatureKind::kLoyaltyTier, Argument::kNone},
};

constexpr Named kOfMetric[] = {
    {"mean", FeatureKind::kUsageMean, Argument::kWindow},
    {"sum", FeatureKind::kUsageSum, Argument::kWindow},
    {"last", FeatureKind::kUsageLast, Argument::kWindow},
    {"max", FeatureKind::kUsageMax, Argument::kWindow},
    {"active_days", FeatureKind::kUsageActiveDays, Argument::kWindow},
    {"per_seat", FeatureKind::kUsagePerSeat, Argument::kWindow},
    {"trend", FeatureKind::kUsageTrend, Argument::kWindow},
    {"trend_yoy", FeatureKind::kUsageTrendYoy, Argument::kWindow},
};

template <size_t N>
const Named* Find(const Named (&table)[N], absl::string_view name) {
  for (const Named& named : table) {
    if (name == named.name) return &named;
  }
  return nullptr;
}

template <size_t N>
std::string Names(const Named (&table)[N]) {
  std::string names;
  for (const Named& named : table) absl::StrAppend(&names, names.empty() ? "" : ", ", named.name);
  return names;
}

bool IsMetricName(absl::string_view name) {
  if (name.empty() || !absl::ascii_islower(name[0])) return false;
  for (char c : name) {
    if (!absl::ascii_islower(c) && !absl::ascii_isdigit(c) && c != '_') return false;
  }
  return true;
}

int32_t LongestWindow(FeatureKind kind) {
  switch (kind) {
    case FeatureKind::kUsageTrend:
      return kMaxTrendDays;
    case FeatureKind::kUsageTrendYoy:
      return kMaxYoyDays;
    default:
      return kMaxWindowDays;
  }
}

absl::Status ReadWindow(absl::string_view name, absl::string_view argument, Feature& feature) {
  const bool usage = !feature.metric.empty();
  const int32_t longest = LongestWindow(feature.kind);
  // One way to write a number, so that a feature has one name.
  const bool plain = !argument.empty() && argument[0] != '0' &&
                     std::all_of(argument.begin(), argument.end(), absl::ascii_isdigit);
  if (!plain || !absl::SimpleAtoi(argument, &feature.window_days) || feature.window_days < 1 ||
      feature.window_days > longest || (usage && feature.window_days % 7 != 0)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "'", name, "' needs a window in days: ", usage ? "a multiple of 7" : "a whole number",
        " from ", usage ? 7 : 1, " to ", longest));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Feature> ParseFeature(absl::string_view name) {
  absl::string_view stem = name, argument;
  const size_t open = name.find('(');
  const bool has_argument = open != absl::string_view::npos;
  if (has_argument) {
    stem = name.substr(0, open);
    argument = name.substr(open + 1);
    if (!absl::ConsumeSuffix(&argument, ")")) {
      return absl::InvalidArgumentError(absl::StrCat("'", name, "' lacks its closing bracket"));
    }
  }
  Feature feature;
  feature.name = std::string(name);
  const Named* named = nullptr;
  absl::string_view rest = stem;
  if (absl::ConsumePrefix(&rest, "usage.")) {
    const size_t dot = rest.rfind('.');
    const absl::string_view metric = rest.substr(0, dot == absl::string_view::npos ? 0 : dot);
    if (dot != absl::string_view::npos) named = Find(kOfMetric, rest.substr(dot + 1));
    if (named == nullptr || !IsMetricName(metric)) {
      return absl::InvalidArgumentError(absl::StrCat("unknown feature '", name,
                                                     "'; write usage.<metric>.<one of ",
                                                     Names(kOfMetric), ">(days)"));
    }
    feature.metric = std::string(metric);
  } else if ((named = Find(kOfAccount, stem)) == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat("unknown feature '", name, "'; there are ",
                                                   Names(kOfAccount), " and usage.<metric>.*"));
  }
  feature.kind = named->kind;
  switch (named->argument) {
    case Argument::kWindow:
      if (absl::Status status = ReadWindow(name, argument, feature); !status.ok()) return status;
      break;
    case Argument::kProduct:
      if (argument.empty()) {
        return absl::InvalidArgumentError(
            absl::StrCat("'", name, "' needs a product: ", named->name, "(analytics)"));
      }
      feature.product = std::string(argument);
      break;
    case Argument::kOptionalProduct:
      if (has_argument && argument.empty()) {
        return absl::InvalidArgumentError(
            absl::StrCat("'", name, "' names no product; leave the brackets out for all of them"));
      }
      feature.product = std::string(argument);
      break;
    case Argument::kNone:
      if (has_argument) {
        return absl::InvalidArgumentError(absl::StrCat("'", named->name, "' takes no argument"));
      }
      break;
  }
  return feature;
}

}  // namespace kizuna::engine
