// SPDX-License-Identifier: Apache-2.0

#include "server/engine/renewal.h"

#include <algorithm>

#include "server/engine/feature.h"

namespace kizuna::engine {
namespace {

// Whether another subscription of the product took the place of one that ended.
bool IsReplaced(const State& state, const SubscriptionContent& ended) {
  if (ended.product.empty()) return false;
  return std::any_of(
      state.subscriptions.begin(), state.subscriptions.end(), [&](const SubscriptionState& other) {
        const SubscriptionContent& now = other.now;
        return now.subscription_id != ended.subscription_id && now.product == ended.product &&
               now.start > ended.start && now.start <= ended.end + kReplacementDays &&
               (now.end == kNoDay || now.end > ended.end);
      });
}

// The last renewal by `to`; kNoDay: there was none.
Day LastRenewal(const SubscriptionContent& subscription, Day to) {
  const Day first = subscription.renewal;
  if (first == kNoDay || first <= subscription.start || first > to) return kNoDay;
  if (!subscription.auto_renew) return first;
  const int32_t term = first - subscription.start;
  return first + (to - first) / term * term;
}

}  // namespace

Day NextRenewal(const SubscriptionContent& subscription, Day today) {
  if (!IsActive(subscription, today)) return kNoDay;
  Day next = subscription.renewal;
  if (next != kNoDay && next < today) {
    const int32_t term = next - subscription.start;
    const bool goes_on = subscription.auto_renew && term > 0;
    next = goes_on ? next + (today - next + term - 1) / term * term : kNoDay;
  }
  if (subscription.end == kNoDay) return next;
  return next == kNoDay ? subscription.end : std::min(next, subscription.end);
}

Day NextRenewal(const State& state, Day today) {
  Day earliest = kNoDay;
  for (const SubscriptionState& subscription : state.subscriptions) {
    const Day next = NextRenewal(subscription.now, today);
    if (next != kNoDay && (earliest == kNoDay || next < earliest)) earliest = next;
  }
  return earliest;
}

RenewalOutcome OutcomeWithin(const State& state, const SubscriptionContent& subscription, Day from,
                             Day to) {
  const Day end = subscription.end;
  if (subscription.start > to || (end != kNoDay && (end <= from || end <= subscription.start))) {
    return RenewalOutcome::kNotDue;
  }
  if (end != kNoDay && end <= to) {
    return IsReplaced(state, subscription) ? RenewalOutcome::kRenewed : RenewalOutcome::kLost;
  }
  const Day last = LastRenewal(subscription, to);
  return last != kNoDay && last > from ? RenewalOutcome::kRenewed : RenewalOutcome::kNotDue;
}

}  // namespace kizuna::engine
