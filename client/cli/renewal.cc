// SPDX-License-Identifier: Apache-2.0
#include "client/cli/renewal.h"

#include <algorithm>

namespace kizuna::cli {
namespace {

absl::optional<absl::CivilDay> DayOf(const v1::Date& date) {
  if (date.year() == 0) return absl::nullopt;
  return absl::CivilDay(date.year(), date.month(), date.day());
}

// The first renewal on or after `today`, when the first of all was before it.
absl::optional<absl::CivilDay> LaterRenewal(const v1::Subscription& subscription,
                                            absl::CivilDay first, absl::CivilDay today) {
  const absl::optional<absl::CivilDay> start = DayOf(subscription.start_date());
  if (!subscription.auto_renew() || !start.has_value() || first <= *start) return absl::nullopt;
  const absl::civil_diff_t term = first - *start;
  const absl::civil_diff_t terms = (today - first + term - 1) / term;
  return first + terms * term;
}

}  // namespace

absl::optional<absl::CivilDay> NextRenewal(const v1::SubscriptionRecord& record,
                                           absl::CivilDay today) {
  if (!record.active()) return absl::nullopt;
  const v1::Subscription& subscription = record.subscription();
  absl::optional<absl::CivilDay> next = DayOf(subscription.renewal_date());
  if (next.has_value() && *next < today) next = LaterRenewal(subscription, *next, today);
  const absl::optional<absl::CivilDay> end = DayOf(subscription.end_date());
  if (!end.has_value()) return next;
  return next.has_value() ? std::min(*next, *end) : end;
}

}  // namespace kizuna::cli
