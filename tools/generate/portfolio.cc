// SPDX-License-Identifier: Apache-2.0

#include "tools/generate/portfolio.h"

#include <cmath>
#include <initializer_list>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tools/generate/script.h"
#include "tools/generate/story.h"

namespace kizuna::generate {
namespace {

// A product of the catalogue; prices in dollars a year.
struct Offer {
  const char* id;
  const char* name;
  const char* family;
  int ladder_rank;
  double price;
  double margin;
  double margin_floor;
  std::initializer_list<const char*> related;
};

v1::Source MakeSource(absl::string_view id, std::initializer_list<v1::FactKind> kinds,
                      int expected_every_days, absl::Time complete_through) {
  v1::Source source;
  source.set_name(absl::StrCat("sources/", id));
  for (const v1::FactKind kind : kinds) source.add_kinds(kind);
  source.set_expected_every_days(expected_every_days);
  const int64_t micros = absl::ToUnixMicros(complete_through);
  source.mutable_complete_through()->set_seconds(micros / 1000000);
  source.mutable_complete_through()->set_nanos(static_cast<int32_t>(micros % 1000000) * 1000);
  return source;
}

}  // namespace

absl::Time EndOf(absl::CivilDay day, const PortfolioOptions& options) {
  return absl::FromCivil(day + 1, options.zone) - absl::Microseconds(1);
}

std::string AccountIdOf(int64_t account) { return absl::StrFormat("acct-%06d", account); }

v1::Money MoneyOf(double dollars, const PortfolioOptions& options) {
  v1::Money money;
  money.set_currency_code(options.currency);
  money.set_units(std::llround(options.currency == "JPY" ? dollars * 150 : dollars));
  return money;
}

std::vector<v1::Metric> MetricsOf() {
  std::vector<v1::Metric> metrics(2);
  metrics[0].set_name(std::string(kActivity));
  metrics[0].set_kind(v1::METRIC_KIND_COUNT);
  metrics[1].set_name(std::string(kActiveUsers));
  metrics[1].set_kind(v1::METRIC_KIND_GAUGE);
  for (v1::Metric& metric : metrics) metric.set_grain(v1::GRAIN_DAY);
  return metrics;
}

std::vector<v1::Product> ProductsOf(const PortfolioOptions& options) {
  static const Offer kOffers[] = {
      {"flow-basic", "Flow Basic", "flow", 1, 6000, 0.72, 0.4, {"dock", "care-desk"}},
      {"flow-pro", "Flow Pro", "flow", 2, 14000, 0.76, 0.4, {"insight-core", "dock"}},
      {"flow-max", "Flow Max", "flow", 3, 30000, 0.78, 0.4, {"insight-plus", "care-premier"}},
      {"insight-core", "Insight Core", "insight", 1, 9000, 0.81, 0.4, {"flow-pro"}},
      {"insight-plus", "Insight Plus", "insight", 2, 17000, 0.83, 0.4, {"flow-max"}},
      {"dock", "Dock Appliance", "dock", 0, 7000, 0.18, 0.25, {"flow-pro"}},
      {"care-desk", "Care Desk", "care", 1, 4000, 0.55, 0.3, {"flow-basic"}},
      {"care-premier", "Care Premier", "care", 2, 11000, 0.6, 0.3, {"flow-max"}},
  };
  std::vector<v1::Product> products;
  for (const Offer& offer : kOffers) {
    v1::Product& product = products.emplace_back();
    product.set_name(absl::StrCat("products/", offer.id));
    product.set_display_name(offer.name);
    product.set_family(offer.family);
    product.set_ladder_rank(offer.ladder_rank);
    *product.mutable_annual_price() = MoneyOf(offer.price, options);
    product.set_margin(offer.margin);
    product.set_margin_floor(offer.margin_floor);
    for (const char* id : offer.related) product.add_related(absl::StrCat("products/", id));
  }
  return products;
}

std::vector<v1::Source> SourcesOf(const PortfolioOptions& options) {
  const absl::Time now = EndOf(options.last_day, options);
  const int64_t silent = TraitsOf(Story::kFeedGoneSilent).silent_for_days;
  std::vector<v1::Source> sources = {
      MakeSource(kCrm,
                 {v1::FACT_KIND_PROFILE, v1::FACT_KIND_CONTACT, v1::FACT_KIND_CONTACT_CHANGE,
                  v1::FACT_KIND_SUBSCRIPTION, v1::FACT_KIND_PURCHASE, v1::FACT_KIND_INTERACTION,
                  v1::FACT_KIND_ISSUE, v1::FACT_KIND_HEARING, v1::FACT_KIND_INTEREST,
                  v1::FACT_KIND_OBJECTIVE, v1::FACT_KIND_LOYALTY_EVIDENCE},
                 7, now),
      MakeSource(kProductAnalytics,
                 {v1::FACT_KIND_USAGE, v1::FACT_KIND_ADOPTION, v1::FACT_KIND_MILESTONE}, 3, now),
      MakeSource(kAppliance, {v1::FACT_KIND_USAGE, v1::FACT_KIND_ADOPTION}, 3,
                 EndOf(options.last_day - silent, options)),
      MakeSource(kHelpdesk, {v1::FACT_KIND_TICKET}, 7, now),
      MakeSource(kSurveys, {v1::FACT_KIND_SURVEY, v1::FACT_KIND_RECOVERY}, 0, now),
      MakeSource(kBilling, {v1::FACT_KIND_INVOICE}, 31, now),
  };
  for (const size_t metered : {1, 2}) {
    sources[metered].add_metrics(std::string(kActivity));
    sources[metered].add_metrics(std::string(kActiveUsers));
  }
  // Required of the analytics alone: the appliance's silence concerns only those who have one.
  sources[1].set_required(true);
  return sources;
}

std::vector<v1::Fact> FactsOf(const PortfolioOptions& options, int64_t account) {
  Script script(options, account);
  AddProfile(script);
  AddContracts(script);
  AddUsage(script);
  AddVoice(script);
  AddRelationship(script);
  return script.TakeFacts();
}

}  // namespace kizuna::generate
