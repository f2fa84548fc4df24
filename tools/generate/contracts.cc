// SPDX-License-Identifier: Apache-2.0
//
// What did the account buy, has it paid, and how far has it come with it?

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "tools/generate/script.h"

namespace kizuna::generate {
namespace {

constexpr int64_t kYear = 365;

// The list price of the main product for so many seats, in dollars a year.
double PriceOf(const Script& script) {
  const double list = script.product == "flow-basic" ? 6000
                      : script.product == "flow-pro" ? 14000
                                                     : 30000;
  return list * (0.5 + static_cast<double>(script.seats) / 80);
}

void AddPurchase(Script& script, absl::string_view id, absl::string_view product, double price,
                 int64_t days_ago) {
  v1::Purchase& purchase = *script.Add(kCrm, id, days_ago).mutable_purchase();
  purchase.set_product(absl::StrCat("products/", product));
  *purchase.mutable_amount() = MoneyOf(price, script.options);
  purchase.set_quantity(static_cast<double>(script.seats));
  *purchase.mutable_date() = script.DateOf(days_ago);
  purchase.set_reason(script.language == Language::kJapanese ? "在庫差異を減らすため"
                                                             : "To count stock once, not twice");
}

// The running term began on the last anniversary of the first purchase.
void AddSubscription(Script& script, absl::string_view id, absl::string_view product, double price,
                     int64_t since_days) {
  const int64_t term = script.traits.promotes ? 2 * kYear : kYear;
  const int64_t began = since_days % kYear;
  v1::Subscription& subscription = *script.Add(kCrm, id, began).mutable_subscription();
  subscription.set_subscription_id(std::string(id));
  subscription.set_product(absl::StrCat("products/", product));
  subscription.set_plan(std::string(product));
  subscription.set_seats(script.seats);
  *subscription.mutable_annual_price() = MoneyOf(price, script.options);
  *subscription.mutable_start_date() = script.DateOf(began + term - kYear);
  *subscription.mutable_renewal_date() = script.DateOf(began - kYear);
  subscription.set_auto_renew(script.random.Chance(0.6));
  subscription.set_promised_response_minutes(script.seats >= 80 ? 240 : 0);
}

// The way from the first day to value realised, as far as the account has come.
void AddMilestones(Script& script, absl::string_view product, int64_t since_days) {
  struct Step {
    v1::Milestone milestone;
    int64_t after_days;
  };
  static constexpr Step kWay[] = {
      {v1::MILESTONE_DEPLOYED, 8},         {v1::MILESTONE_ONBOARDED, 30},
      {v1::MILESTONE_FIRST_VALUE, 55},     {v1::MILESTONE_ADOPTED, 120},
      {v1::MILESTONE_VALUE_REALISED, 240},
  };
  for (const Step& step : kWay) {
    const int64_t days_ago = since_days - step.after_days;
    if (days_ago < script.traits.silent_for_days) break;
    v1::MilestoneReached& reached =
        *script
             .Add(kProductAnalytics,
                  absl::StrCat("milestone-", product, "-", static_cast<int>(step.milestone)),
                  days_ago)
             .mutable_milestone();
    reached.set_product(absl::StrCat("products/", product));
    reached.set_milestone(step.milestone);
  }
}

// A quarter's invoice: issued, due in 30 days, paid in time. Who is churning stops to pay.
void AddInvoices(Script& script, double price) {
  for (int64_t quarter = 0; quarter < 4; ++quarter) {
    const int64_t issued = 78 + 91 * quarter;
    if (!script.Seen(issued)) continue;
    const std::string id = absl::StrCat("invoice-", quarter + 1);
    const bool unpaid = script.story == Story::kSilentlyChurning && quarter == 0;
    v1::Invoice invoice;
    invoice.set_invoice_id(id);
    invoice.set_event(v1::Invoice::EVENT_ISSUED);
    *invoice.mutable_due_date() = script.DateOf(issued - 30);
    *invoice.mutable_amount() = MoneyOf(price / 4, script.options);
    *script.Add(kBilling, id, issued).mutable_invoice() = invoice;
    if (unpaid) continue;
    invoice.set_event(v1::Invoice::EVENT_PAID);
    *script.Add(kBilling, absl::StrCat(id, "-paid"), issued - script.random.Whole(3, 27))
         .mutable_invoice() = invoice;
  }
}

// What a happy customer of some years has bought beside the main product.
std::string SecondProduct(Script& script) {
  if (script.age_days < 2 * kYear || script.story == Story::kSilentlyChurning) return "";
  if (!script.random.Chance(script.traits.promotes ? 0.35 : 0.2)) return "";
  return script.product == "flow-basic" ? "care-desk" : "insight-core";
}

}  // namespace

void AddContracts(Script& script) {
  const double price = PriceOf(script);
  // Bought in the first year for less, then renewed at a little more each year.
  for (int64_t year = 0; script.age_days - year * kYear >= 0; ++year) {
    const int64_t days_ago = script.age_days - year * kYear;
    const double grown = std::min(1.0, 0.7 + 0.1 * static_cast<double>(year));
    AddPurchase(script, absl::StrCat("purchase-", year + 1), script.product, price * grown,
                days_ago);
  }
  AddSubscription(script, "subscription-1", script.product, price, script.age_days);
  AddMilestones(script, script.product, script.age_days);
  const std::string second = SecondProduct(script);
  if (!second.empty()) {
    const int64_t since = script.age_days - kYear - script.random.Whole(0, 60);
    AddPurchase(script, absl::StrCat("purchase-", second), second, price * 0.4, since);
    AddSubscription(script, "subscription-2", second, price * 0.4, since);
    AddMilestones(script, second, since);
  }
  AddInvoices(script, price);
}

}  // namespace kizuna::generate
