// SPDX-License-Identifier: Apache-2.0

#include "server/engine/lwp.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "server/engine/feature.h"
#include "server/engine/loyalty.h"

namespace kizuna::engine {
namespace {

template <typename T>
bool Contains(const std::vector<T>& list, const T& item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

// Whether `a` marks a sale more than `b`: the kind, then the later or the higher lift. Equal ones
// leave what was found first.
bool Stronger(const CrossSellSign& a, const CrossSellSign& b) {
  if (b.kind == CrossSellSign::Kind::kNone) return true;
  if (a.kind != b.kind) return a.kind < b.kind;
  if (a.kind == CrossSellSign::Kind::kAffinity) return a.lift > b.lift;
  return a.observed_at > b.observed_at;
}

// Finds the strongest sign of all products that may be sold beside what is owned.
class SignSearch {
 public:
  SignSearch(const State& state, const Rulebook& rulebook, Day today)
      : state_(state), rulebook_(rulebook), today_(today) {
    for (const absl::string_view owned : OwnedProducts(state, today)) {
      const int product = rulebook.FindProduct(owned);
      if (product >= 0) owned_.push_back(product);
    }
  }

  void Look(int product) {
    LookAtIssues(product);
    LookAtInterests(product);
    LookAtAffinity(product);
  }

  CrossSellSign Found() && { return std::move(found_); }

 private:
  void Offer(CrossSellSign sign) {
    if (Stronger(sign, found_)) found_ = std::move(sign);
  }

  void LookAtIssues(int product) {
    const std::string& id = rulebook_.products()[product].id;
    const std::string& segment = state_.Profile("segment");
    for (const IssueMapSpec& map : rulebook_.parts().rules.issue_map) {
      if (!Contains(map.products, id)) continue;
      if (!map.segments.empty() && !Contains(map.segments, segment)) continue;
      for (const IssueState& issue : state_.issues) {
        if (issue.category != map.category) continue;
        if (issue.status != IssueContent::Status::kConfirmed) continue;
        CrossSellSign sign;
        sign.kind = CrossSellSign::Kind::kConfirmedIssue;
        sign.product = product;
        sign.category = issue.category;
        sign.observed_at = issue.confirmed.observed_at;
        Offer(std::move(sign));
      }
    }
  }

  void LookAtInterests(int product) {
    for (const InterestState& interest : state_.interests) {
      if (interest.product != rulebook_.products()[product].id) continue;
      const Day stated = rulebook_.calendar().DayOf(interest.stated.observed_at);
      if (today_ - stated >= kInterestDays) continue;
      CrossSellSign sign;
      sign.kind = CrossSellSign::Kind::kStatedInterest;
      sign.product = product;
      sign.observed_at = interest.stated.observed_at;
      Offer(std::move(sign));
    }
  }

  void LookAtAffinity(int product) {
    for (const int owned : owned_) {
      const double lift = rulebook_.Lift({owned}, product);
      if (!(lift > 1)) continue;
      CrossSellSign sign;
      sign.kind = CrossSellSign::Kind::kAffinity;
      sign.product = product;
      sign.owned = owned;
      sign.lift = lift;
      Offer(std::move(sign));
    }
  }

  const State& state_;
  const Rulebook& rulebook_;
  const Day today_;
  std::vector<int> owned_;  // in the order of ids
  CrossSellSign found_;
};

int32_t OrdersWithin(const State& state, Day from, Day today) {
  std::set<Day> days;
  const auto add = [&](Day day) {
    if (day > from && day <= today) days.insert(day);
  };
  for (const RevenueCell& cell : state.revenue) {
    if (cell.paid > 0) add(cell.day);
  }
  for (const SubscriptionState& subscription : state.subscriptions) {
    const SubscriptionContent& now = subscription.now;
    add(now.start);
    const bool in_force = now.end == kNoDay || now.end > now.renewal;
    if (now.renewal != kNoDay && now.renewal > now.start && in_force) add(now.renewal);
  }
  return static_cast<int32_t>(days.size());
}

int32_t ContactsWithin(const State& state, Day from, Day today) {
  int64_t contacts = 0;
  for (const OutboundCell& cell : state.outbound) {
    if (cell.day > from && cell.day <= today) contacts += cell.count;
  }
  return static_cast<int32_t>(std::min<int64_t>(contacts, INT32_MAX));
}

}  // namespace

Lwp JudgeLwp(const State& state, const Rulebook& rulebook, const Card& card) {
  const Day today = rulebook.calendar().DayOf(card.computed_at);
  Lwp lwp;
  lwp.list = state.Profile(kTargetListField);
  // The options of a cross-sell are the products of whose family nothing is owned. By product id,
  // so that among equal signs the smaller id stands.
  std::vector<int> products;
  for (const Option& option : card.options) {
    if (option.motion == Motion::kCrossSell && option.product >= 0) {
      products.push_back(option.product);
    }
  }
  std::sort(products.begin(), products.end());
  SignSearch search(state, rulebook, today);
  for (const int product : products) search.Look(product);
  lwp.what = std::move(search).Found();
  lwp.contacts = ContactsWithin(state, today - kPaceDays, today);
  lwp.orders = OrdersWithin(state, today - kPaceDays, today);
  if (state.newest_two_way.given()) {
    lwp.days_since_contact = today - rulebook.calendar().DayOf(state.newest_two_way.observed_at);
  }
  return lwp;
}

}  // namespace kizuna::engine
