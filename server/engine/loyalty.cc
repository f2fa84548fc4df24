// SPDX-License-Identifier: Apache-2.0

#include "server/engine/loyalty.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "absl/numeric/int128.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "server/engine/feature.h"

namespace kizuna::engine {
namespace {

constexpr int32_t kYearDays = 365;

std::optional<Micros> ProfileMicros(const State& state, const std::string& key) {
  Micros micros;
  if (absl::SimpleAtoi(state.Profile(key), &micros)) return micros;
  return std::nullopt;
}

// Days on which the account bought or renewed, up to what a rulebook may ask for.
int BuyingDays(const State& state, Day today) {
  std::vector<Day> days(state.purchase_days.begin(), state.purchase_days.end());
  for (const SubscriptionState& subscription : state.subscriptions) {
    const SubscriptionContent& now = subscription.now;
    if (now.start > today) continue;
    days.push_back(now.start);
    const bool renewed = now.renewal != kNoDay && now.renewal > now.start && now.renewal <= today &&
                         (now.end == kNoDay || now.end > now.renewal);
    if (renewed) days.push_back(now.renewal);
  }
  std::sort(days.begin(), days.end());
  return static_cast<int>(std::unique(days.begin(), days.end()) - days.begin());
}

bool Recommends(const State& state, const LoyaltySpec& spec, const Calendar& calendar, Day today) {
  const auto within = [&](const Stamp& stamp, int32_t days) {
    return stamp.given() && today - calendar.DayOf(stamp.observed_at) < days;
  };
  if (within(state.newest_loyalty_evidence, spec.evidence_window_days)) return true;
  int64_t answers = 0, promoters = 0;
  for (const RespondentState& respondent : state.respondents) {
    if (!within(respondent.answered, spec.recommend_window_days)) continue;
    const bool promoter = respondent.score >= kPromoterFrom;
    const auto person =
        std::find_if(state.people.begin(), state.people.end(),
                     [&](const PersonState& p) { return p.person == respondent.person; });
    if (promoter && person != state.people.end() && person->role == Role::kDecisionMaker) {
      return true;
    }
    answers++;
    promoters += promoter;
  }
  for (const AnonymousAnswer& answer : state.anonymous) {
    if (!within(answer.answered, spec.recommend_window_days)) continue;
    answers++;
    promoters += answer.score >= kPromoterFrom;
  }
  return answers > 0 &&
         static_cast<double>(promoters) >= spec.recommend_share * static_cast<double>(answers);
}

bool Committed(const State& state, const LoyaltySpec& spec, Day today) {
  for (const SubscriptionState& subscription : state.subscriptions) {
    const SubscriptionContent& now = subscription.now;
    const Day term_ends = now.renewal != kNoDay ? now.renewal : now.end;
    if (IsActive(now, today) && term_ends != kNoDay &&
        term_ends - now.start >= spec.fan_term_days) {
      return true;
    }
  }
  if (static_cast<int32_t>(OwnedProducts(state, today).size()) >= spec.fan_products) return true;
  const Day to = today + 1;
  const Micros last = RevenueBetween(state, to - kYearDays, to);
  const Micros before = RevenueBetween(state, to - 2 * kYearDays, to - kYearDays);
  const Micros first = RevenueBetween(state, to - 3 * kYearDays, to - 2 * kYearDays);
  return last > before && before > first;
}

Micros Clamp(absl::int128 micros) {
  constexpr Micros kMost = std::numeric_limits<Micros>::max();
  return micros > kMost ? kMost : micros < -kMost ? -kMost : static_cast<Micros>(micros);
}

Cell CellOf(bool high_results, bool high_room, bool results_first) {
  if (high_results && high_room) return Cell::kA;
  if (!high_results && !high_room) return Cell::kD;
  return high_room != results_first ? Cell::kB : Cell::kC;
}

TouchTier TouchOf(const TouchSpec& spec, Micros ltv) {
  const double value = static_cast<double>(ltv) / kMicrosPerUnit;
  if (value >= spec.high_ltv) return TouchTier::kHigh;
  return value >= spec.low_ltv ? TouchTier::kLow : TouchTier::kTech;
}

}  // namespace

Micros RevenueBetween(const State& state, Day from, Day to) {
  absl::int128 sum = 0;
  const auto first_cell =
      std::lower_bound(state.revenue.begin(), state.revenue.end(), from,
                       [](const RevenueCell& cell, Day day) { return cell.day < day; });
  for (auto cell = first_cell; cell != state.revenue.end() && cell->day < to; ++cell) {
    sum += static_cast<absl::int128>(cell->paid) - cell->refunded;
  }
  for (const SubscriptionState& subscription : state.subscriptions) {
    const SubscriptionContent& now = subscription.now;
    const Day first = std::max(from, now.start);
    const Day last = now.end == kNoDay ? to : std::min(to, now.end);
    if (first < last)
      sum += static_cast<absl::int128>(now.annual_price) * (last - first) / kYearDays;
  }
  return Clamp(sum);
}

Micros RecurringRevenue(const State& state, Day today) {
  absl::int128 sum = 0;
  for (const SubscriptionState& subscription : state.subscriptions) {
    if (IsActive(subscription.now, today)) sum += subscription.now.annual_price;
  }
  return Clamp(sum);
}

std::vector<absl::string_view> OwnedProducts(const State& state, Day today) {
  std::vector<absl::string_view> owned;
  for (const SubscriptionState& subscription : state.subscriptions) {
    if (IsActive(subscription.now, today) && !subscription.now.product.empty()) {
      owned.push_back(subscription.now.product);
    }
  }
  for (const PurchasedProduct& purchased : state.purchased) {
    if (purchased.first <= today) owned.push_back(purchased.product);
  }
  std::sort(owned.begin(), owned.end());
  owned.erase(std::unique(owned.begin(), owned.end()), owned.end());
  return owned;
}

std::string LargestProduct(const State& state, Day today) {
  const SubscriptionContent* largest = nullptr;
  for (const SubscriptionState& subscription : state.subscriptions) {
    if (!IsActive(subscription.now, today) || subscription.now.product.empty()) continue;
    if (largest == nullptr || subscription.now.annual_price > largest->annual_price) {
      largest = &subscription.now;
    }
  }
  return largest == nullptr ? "" : largest->product;
}

std::optional<double> RoomOf(const State& state, const ModelSpec& model) {
  const std::string& segment = state.Profile("segment");
  const RoomSpec* chosen = nullptr;
  for (const RoomSpec& room : model.matrix.rooms) {
    const bool named =
        std::find(room.segments.begin(), room.segments.end(), segment) != room.segments.end();
    if (named) {
      chosen = &room;
      break;
    }
    if (room.segments.empty() && chosen == nullptr) chosen = &room;
  }
  if (chosen == nullptr) return std::nullopt;
  const auto sizing = ProfileMicros(state, absl::StrCat("sizing.", chosen->sizing));
  if (!sizing) return std::nullopt;
  return CurveAt(chosen->curve, static_cast<double>(*sizing) / kMicrosPerUnit);
}

Loyalty JudgeLoyalty(const State& state, const Model& model, const Calendar& calendar,
                     Instant now) {
  const LoyaltySpec& spec = model.spec.loyalty;
  const Day today = calendar.DayOf(now);
  Loyalty loyalty;
  loyalty.recommends = Recommends(state, spec, calendar, today);
  loyalty.committed = Committed(state, spec, today);
  if (BuyingDays(state, today) >= spec.repeater_days) {
    loyalty.derived = LoyaltyTier::kRepeater;
    if (loyalty.recommends) {
      loyalty.derived = loyalty.committed ? LoyaltyTier::kFan : LoyaltyTier::kPromoter;
    }
  }
  const LoyaltyOverride& override_ = state.loyalty_override;
  loyalty.overridden = override_.stamp.given() && now < override_.now.expires_at;
  loyalty.tier = loyalty.overridden ? override_.now.tier : loyalty.derived;
  return loyalty;
}

Place PlaceOf(const State& state, const Model& model, const Calendar& calendar, Instant now) {
  const Day today = calendar.DayOf(now);
  const MatrixSpec& matrix = model.spec.matrix;
  Place place;
  place.recurring_revenue = RecurringRevenue(state, today);
  place.results = RevenueBetween(state, today + 1 - kYearDays, today + 1);
  place.room = RoomOf(state, model.spec);
  if (place.room) {
    place.cell =
        CellOf(static_cast<double>(place.results) / kMicrosPerUnit >= matrix.results_threshold,
               *place.room >= matrix.room_threshold, matrix.results_first);
  }
  if (const auto stated = ProfileMicros(state, "lifetime_value")) {
    place.lifetime_value = *stated;
  } else {
    place.lifetime_value =
        Clamp(static_cast<absl::int128>(RevenueBetween(state, kNoDay / 2, today + 1)) +
              state.revenue_before.paid - state.revenue_before.refunded + place.recurring_revenue);
  }
  const TouchOverride& override_ = state.touch_override;
  place.touch_overridden = override_.stamp.given() && now < override_.now.expires_at;
  place.derived_touch = TouchOf(model.spec.touch, place.lifetime_value);
  place.touch = place.touch_overridden ? override_.now.tier : place.derived_touch;
  return place;
}

}  // namespace kizuna::engine
