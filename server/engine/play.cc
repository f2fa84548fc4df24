// SPDX-License-Identifier: Apache-2.0

#include "server/engine/play.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "server/engine/assessment.h"
#include "server/engine/feature.h"
#include "server/engine/loyalty.h"

namespace kizuna::engine {
namespace {

// When a task is to be done, by the date that set its clock.
struct Window {
  Day clock = 0;
  Day begin = 0;
  Day due = 0;
  bool done = false;  // by itself: what it asks for has happened

  bool operator<(const Window& other) const { return clock < other.clock; }
};

std::string DateText(Day day) { return absl::FormatCivilTime(absl::CivilDay(1970, 1, 1) + day); }

// The next renewal of a subscription at `today`; kNoDay when there is none to come.
Day NextRenewal(const SubscriptionContent& now, Day today) {
  if (now.renewal == kNoDay || !IsActive(now, today)) return kNoDay;
  if (now.renewal > today) return now.renewal;
  const int32_t term = now.renewal - now.start;
  if (!now.auto_renew || term <= 0) return kNoDay;
  return now.renewal + ((today - now.renewal) / term + 1) * term;
}

// Collects the windows that a play opens for one account.
class Clock {
 public:
  Clock(const PlaySpec& play, const State& state, const Rulebook& rulebook, Day today)
      : play_(play), state_(state), calendar_(rulebook.calendar()), today_(today) {}

  std::set<Window> Windows() {
    switch (play_.clock) {
      case PlaySpec::Clock::kNone:
        break;
      case PlaySpec::Clock::kAfterPurchase:
        AfterPurchase();
        break;
      case PlaySpec::Clock::kAfterMilestone:
        AfterMilestone();
        break;
      case PlaySpec::Clock::kBeforeRenewal:
        for (const SubscriptionState& subscription : state_.subscriptions) {
          const Day renewal = NextRenewal(subscription.now, today_);
          if (renewal != kNoDay) Add(renewal, renewal - play_.days);
        }
        break;
      case PlaySpec::Clock::kCadence:
        Periods();
        break;
    }
    return std::move(windows_);
  }

 private:
  bool Means(const std::string& product) const {
    return play_.clock_product.empty() || play_.clock_product == product;
  }

  void Add(Day clock, Day begin, bool done = false, int32_t longest = kNoLimit) {
    const Day due = begin + std::min(play_.within_days, longest) - 1;
    if (begin > today_ || today_ - due > kMissedDays) return;
    windows_.insert({clock, begin, due, done});
  }

  void AfterPurchase() {
    for (const PurchasedProduct& purchased : state_.purchased) {
      if (Means(purchased.product)) Add(purchased.first, purchased.first + play_.days);
    }
    for (const SubscriptionState& subscription : state_.subscriptions) {
      if (Means(subscription.now.product)) {
        Add(subscription.now.start, subscription.now.start + play_.days);
      }
    }
  }

  void AfterMilestone() {
    for (const AdoptionState& adoption : state_.adoption) {
      if (!adoption.milestone_reached.given() || adoption.milestone != play_.clock_milestone ||
          !Means(adoption.product)) {
        continue;
      }
      const Day reached = calendar_.DayOf(adoption.milestone_reached.observed_at);
      Add(reached, reached + play_.days);
    }
  }

  int32_t Period() const {
    for (const PlaySpec::Step& step : play_.steps) {
      Micros figure = 0;
      if (!absl::SimpleAtoi(state_.Profile(absl::StrCat("sizing.", step.sizing)), &figure))
        continue;
      if (static_cast<double>(figure) / kMicrosPerUnit < step.below) return step.every_days;
    }
    return play_.every_days;
  }

  // The period of today and, when the newest contact lies before it, the one before. Of others
  // nobody can say whether they were kept: only the newest contact is known.
  void Periods() {
    const int32_t period = Period();
    const Day contact =
        state_.newest_two_way.given() ? calendar_.DayOf(state_.newest_two_way.observed_at) : kNoDay;
    const int32_t into = (today_ - kMonday) % period;
    const Day begin = today_ - (into < 0 ? into + period : into);
    Add(begin, begin, contact >= begin, period);
    const bool earlier = contact != kNoDay && contact < begin;
    if (earlier) Add(begin - period, begin - period, contact >= begin - period, period);
  }

  static constexpr int32_t kNoLimit = 1 << 20;
  static constexpr Day kMonday = 4;  // 1970-01-05: weeks begin on Mondays

  const PlaySpec& play_;
  const State& state_;
  const Calendar& calendar_;
  const Day today_;
  std::set<Window> windows_;
};

// What no window changes: whether the play is for this account, and whether its gates are open.
class Fitness {
 public:
  Fitness(const Play& play, const State& state, const Rulebook& rulebook, const Card& card,
          Instant now)
      : play_(play), state_(state), rulebook_(rulebook), card_(card), now_(now) {}

  bool Fits() const {
    const Day today = rulebook_.calendar().DayOf(now_);
    for (size_t i = 0; i < play_.features.size(); ++i) {
      const ConditionSpec& condition = play_.spec.conditions[i];
      const std::optional<double> value = ValueOf(play_.features[i], today);
      if (!value || !Holds(*value, condition.comparison, condition.threshold)) return false;
    }
    const auto owned = OwnedProducts(state_, today);
    const auto owns = [&](const std::string& product) {
      return std::binary_search(owned.begin(), owned.end(), product);
    };
    const PlaySpec& spec = play_.spec;
    return std::all_of(spec.owns.begin(), spec.owns.end(), owns) &&
           std::none_of(spec.lacks.begin(), spec.lacks.end(), owns);
  }

  // The codes of the gates that are closed to what it means to do.
  std::vector<std::string> Closed() const {
    std::vector<std::string> codes;
    if (play_.spec.motion == Motion::kUnspecified) return codes;
    Request request;
    request.motion = play_.spec.motion;
    if (rulebook_.FindProduct(play_.spec.product) >= 0) request.product = play_.spec.product;
    request.channel = play_.spec.channel;
    for (const Finding& finding : Judge(state_, rulebook_, request, now_).findings) {
      if (!finding.waived) codes.push_back(finding.gate->spec.code);
    }
    return codes;
  }

 private:
  std::optional<double> ValueOf(const Feature& feature, Day today) const {
    switch (feature.kind) {
      case FeatureKind::kHealthScore:
        return card_.health.score;
      case FeatureKind::kHealthCoverage:
        return card_.health.coverage;
      case FeatureKind::kLoyaltyTier:
        return static_cast<double>(card_.loyalty.tier);
      default:
        return Evaluate(feature, state_, rulebook_, today).value;
    }
  }

  const Play& play_;
  const State& state_;
  const Rulebook& rulebook_;
  const Card& card_;
  const Instant now_;
};

const TaskState* Said(const State& state, const std::string& id) {
  const auto at = std::lower_bound(
      state.tasks.begin(), state.tasks.end(), id,
      [](const TaskState& task, const std::string& key) { return task.now.task_id < key; });
  return at != state.tasks.end() && at->now.task_id == id ? &*at : nullptr;
}

// Nothing remains to be done.
bool IsOver(const Task& task) {
  return task.state == Task::State::kDone || task.state == Task::State::kDismissed;
}

// The task of a window as people and contacts have left it: over, snoozed, or open.
Task TaskIn(const Window& window, const Play& play, const State& state, const Calendar& calendar) {
  Task task;
  task.play = &play;
  task.id = absl::StrCat(play.spec.name, ".", DateText(window.clock));
  task.begin = window.begin;
  task.due = window.due;
  if (window.done) task.state = Task::State::kDone;
  const TaskState* said = Said(state, task.id);
  if (said == nullptr) return task;
  switch (said->now.status) {
    case TaskContent::Status::kDone:
      task.state = Task::State::kDone;
      task.done_late = calendar.DayOf(said->stamp.observed_at) > task.due;
      break;
    case TaskContent::Status::kDismissed:
      task.state = Task::State::kDismissed;
      break;
    case TaskContent::Status::kSnoozed:
      task.until = said->now.until;
      break;
    case TaskContent::Status::kReopened:
      task.state = Task::State::kOpen;
      break;
    case TaskContent::Status::kUnspecified:
      break;
  }
  return task;
}

// How a task stands that is to be done.
Task::State ByDate(const Task& task, Day today) {
  if (today < task.until) return Task::State::kSnoozed;
  if (today <= task.due) return Task::State::kOpen;
  return today - task.due <= kLateDays ? Task::State::kLate : Task::State::kMissed;
}

}  // namespace

const std::string& DoerOf(const Play& play, const State& state) {
  switch (play.spec.doer) {
    case PlaySpec::Doer::kOwner:
      return state.Profile("owner");
    case PlaySpec::Doer::kSalesOwner:
      return state.Profile("sales_owner");
    case PlaySpec::Doer::kPartner:
      return state.Profile("partner");
  }
  return state.Profile("owner");
}

std::vector<Task> TasksOf(const State& state, const Rulebook& rulebook, Instant now) {
  std::vector<Task> tasks;
  if (rulebook.plays().empty()) return tasks;
  const Day today = rulebook.calendar().DayOf(now);
  const Card card = Evaluate(state, rulebook, now);
  for (const Play& play : rulebook.plays()) {
    const std::set<Window> windows = Clock(play.spec, state, rulebook, today).Windows();
    if (windows.empty()) continue;
    const Fitness fitness(play, state, rulebook, card, now);
    const bool fits = fitness.Fits();
    const std::vector<std::string> closed = fits ? fitness.Closed() : std::vector<std::string>();
    for (const Window& window : windows) {
      Task task = TaskIn(window, play, state, rulebook.calendar());
      if (!IsOver(task) && !fits) continue;
      if (!IsOver(task) && !closed.empty()) {
        task.state = Task::State::kWithdrawn;
        task.gates = closed;
      } else if (task.state == Task::State::kOpen) {
        task.state = ByDate(task, today);
      }
      tasks.push_back(std::move(task));
    }
  }
  std::sort(tasks.begin(), tasks.end(), [](const Task& a, const Task& b) {
    return std::tie(a.due, a.id) < std::tie(b.due, b.id);
  });
  return tasks;
}

}  // namespace kizuna::engine
