// SPDX-License-Identifier: Apache-2.0
//
// What do one account's events say at an instant? Each number of docs/scoring.md that the gates of
// `starter` look at, computed anew from the raw events, as the page says it and no faster. For
// naive_model.cc.

#ifndef KIZUNA_TESTS_SIMULATION_NAIVE_READING_H_
#define KIZUNA_TESTS_SIMULATION_NAIVE_READING_H_

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "tests/simulation/event.h"
#include "tests/simulation/naive_model.h"

namespace kizuna::simulation {

// A number; nullopt: missing.
using Value = std::optional<double>;

// Points (x, y), x rising: linear between them, flat beyond.
using Curve = std::vector<std::pair<double, double>>;
inline double At(const Curve& curve, double x) {
  if (x <= curve.front().first) return curve.front().second;
  for (size_t i = 0; i + 1 < curve.size(); ++i) {
    const auto& [x0, y0] = curve[i];
    const auto& [x1, y1] = curve[i + 1];
    if (x < x1) return y0 + (y1 - y0) * (x - x0) / (x1 - x0);
  }
  return curve.back().second;
}

// Everything that one question needs of one account's visible events.
class Reading {
  using Kind = Event::Kind;
  using What = Event::What;

 public:
  Reading(std::vector<Event> events, Micros now)
      : events_(std::move(events)), now_(now), today_(DayOf(now)) {}

  // --- Sentiment.

  // NPS answers: the newest of each respondent, and every anonymous one.
  std::vector<const Event*> NpsAnswers() const {
    std::map<int, const Event*> newest;
    std::vector<const Event*> answers;
    for (const Event& e : events_) {
      if (e.kind != Kind::kNps) continue;
      if (e.person == 0)
        answers.push_back(&e);
      else
        newest[e.person] = &e;
    }
    for (const auto& [person, e] : newest) answers.push_back(e);
    return answers;
  }
  bool IsOpenDetractor(const Event& answer) const {
    if (answer.score > 6) return false;
    for (const Event& e : events_) {
      if (e.kind == Kind::kRecovery && e.person == answer.person && e.at > answer.at) return false;
    }
    return true;
  }
  Value Nps(int64_t window) const {
    int count = 0, balance = 0;
    for (const Event* e : NpsAnswers()) {
      if (Age(e->at) >= window) continue;
      ++count;
      balance += e->score >= 9 ? 1 : e->score <= 6 ? -1 : 0;
    }
    if (count == 0) return std::nullopt;
    return 100.0 * balance / count;
  }
  Value DetractorShare(int64_t window) const {
    int count = 0, open = 0;
    for (const Event* e : NpsAnswers()) {
      if (Age(e->at) >= window) continue;
      ++count;
      open += IsOpenDetractor(*e);
    }
    if (count == 0) return std::nullopt;
    return static_cast<double>(open) / count;
  }
  bool IsKey(int person) const {
    const auto role = RoleOf(person);
    return role == Event::Role::kChampion || role == Event::Role::kDecisionMaker;
  }
  bool KeyDetractor(int contact) const {
    for (const Event* e : NpsAnswers()) {
      if (e->person == 0 || !IsOpenDetractor(*e)) continue;
      if (IsKey(e->person) || (contact != 0 && e->person == contact)) return true;
    }
    return false;
  }
  Value Csat(int64_t window) const {
    int count = 0;
    double sum = 0;
    for (const Event& e : events_) {
      if (e.kind != Kind::kCsat || Age(e.at) >= window) continue;
      ++count;
      sum += (e.score - 1) / 4.0;
    }
    if (count == 0) return std::nullopt;
    return sum / count;
  }
  std::optional<int64_t> SentimentAge() const {
    std::optional<int64_t> age;
    for (const Event& e : events_) {
      if (e.kind == Kind::kNps || e.kind == Kind::kCsat) age = Age(e.at);
    }
    return age;
  }

  // --- Support.

  struct Ticket {
    bool critical = false, escalated = false, open = true;
    Micros since = 0;
  };
  bool TicketsKnown() const {
    return std::any_of(events_.begin(), events_.end(),
                       [](const Event& e) { return e.kind == Kind::kTicket; });
  }
  std::vector<Ticket> OpenTickets() const {
    std::set<std::string> names;
    for (const Event& e : events_) {
      if (e.kind == Kind::kTicket) names.insert(e.name);
    }
    std::vector<Ticket> open;
    for (const std::string& name : names) {
      const Ticket ticket = TicketOf(name);
      if (ticket.open) open.push_back(ticket);
    }
    return open;
  }

  // --- The rest.

  std::optional<int64_t> WithoutChampion() const {
    std::optional<int64_t> last_left;
    for (const int person : People()) {
      if (RoleOf(person) != Event::Role::kChampion) continue;
      const Event* left = nullptr;
      const Event* arrived = nullptr;
      for (const Event& e : events_) {
        if (e.kind == Kind::kLeft && e.person == person) left = &e;
        if (e.kind == Kind::kArrived && e.person == person) arrived = &e;
      }
      if (left == nullptr || (arrived != nullptr && arrived > left)) return std::nullopt;
      last_left = std::min(last_left.value_or(Age(left->at)), Age(left->at));
    }
    return last_left;
  }
  bool Overdue(int64_t days) const {
    std::set<std::string> names;
    for (const Event& e : events_) {
      if (e.kind == Kind::kInvoice) names.insert(e.name);
    }
    for (const std::string& name : names) {
      std::optional<int64_t> due;
      bool settled = false;
      for (const Event& e : events_) {
        if (e.kind != Kind::kInvoice || e.name != name) continue;
        if (e.what == What::kIssued) due = e.day;
        settled |= e.what == What::kPaid;
      }
      if (due && !settled && today_ - *due > days) return true;
    }
    return false;
  }
  // The first day on which a pitch may follow the last.
  std::optional<int64_t> CooledOffOn(const std::optional<Lease>& lease) const {
    std::optional<Micros> ended;
    int64_t days = 0;
    for (const Event& e : events_) {
      if (e.kind != Kind::kPitch || e.outcome == Event::Outcome::kNone) continue;
      ended = e.at;
      days = e.outcome == Event::Outcome::kWon      ? 0
             : e.outcome == Event::Outcome::kNotNow ? 90
                                                    : 180;
    }
    if (lease && lease->held && lease->until <= now_ && (!ended || *ended < lease->until)) {
      ended = lease->until;
      days = 30;
    }
    if (!ended) return std::nullopt;
    return DayOf(*ended) + days;
  }
  int Contacts(int person) const {
    int count = 0;
    for (const Event& e : events_) {
      const bool outbound = e.kind == Kind::kMail || e.kind == Kind::kPitch;
      if (!outbound || !e.unsolicited || Age(e.at) >= 14) continue;
      count += person == 0 || e.person == person;
    }
    return count;
  }
  int ContactLimit() const {
    int64_t value = 0;
    for (const Event& e : events_) {
      if (e.kind == Kind::kProfile) value = e.value;
    }
    return value >= 100000 ? 8 : 5;
  }
  bool OptedOut(int person, const std::string& channel) const {
    const Event* newest = nullptr;
    for (const Event& e : events_) {
      if (e.kind == Kind::kConsent && e.person == person && e.channel == channel) newest = &e;
    }
    return newest != nullptr && newest->opted_out && now_ < newest->until;
  }
  bool Held() const {
    return AnyInForce(Kind::kHold, [](const Event&) { return true; });
  }
  bool Waived(const std::string& gate) const {
    return AnyInForce(Kind::kWaiver, [&](const Event& e) { return e.gate == gate; });
  }

  // --- Health, by the measures of `starter`.

  struct Health {
    double coverage = 0;
    Value score;
    bool any = false;
  };
  Health Score(double minimum_coverage) const {
    static const Curve& regular = *new Curve{{0, 0}, {4, 40}, {12, 80}, {20, 100}};
    static const Curve& trend = *new Curve{{-0.5, 0}, {-0.2, 35}, {0, 70}, {0.2, 100}};
    struct Measure {
      Value y;
      double weight;
    };
    const auto measure = [](const Value& x, const Curve& curve, double weight) {
      return Measure{x ? Value(At(curve, *x)) : Value(), weight};
    };
    const bool tickets = TicketsKnown();
    double critical = 0, escalated = 0, oldest = 0;
    for (const Ticket& ticket : OpenTickets()) {
      critical += ticket.critical;
      escalated += ticket.escalated;
      oldest = std::max(oldest, static_cast<double>(Age(ticket.since)));
    }
    const auto of_tickets = [&](double x) { return tickets ? Value(x) : Value(); };
    const std::vector<std::pair<double, std::vector<Measure>>> dimensions = {
        {50,
         {measure(ActiveDays("activity"), regular, 2), measure(Trend("activity"), trend, 2),
          measure(ActiveDays("active_users"), regular, 2),
          measure(Trend("active_users"), trend, 2)}},
        {30,
         {measure(Nps(180), {{-50, 0}, {0, 45}, {30, 75}, {60, 100}}, 1),
          measure(Csat(180), {{0.3, 0}, {0.5, 30}, {0.75, 75}, {0.9, 100}}, 1)}},
        {20,
         {measure(of_tickets(critical), {{0, 100}, {1, 20}, {2, 0}}, 2),
          measure(of_tickets(escalated), {{0, 100}, {1, 30}, {2, 0}}, 1),
          measure(of_tickets(oldest), {{0, 100}, {7, 90}, {30, 50}, {90, 0}}, 1)}}};
    Health health;
    const auto weight_of = [](const std::vector<Measure>& measures, bool missing_too) {
      double sum = 0;
      for (const Measure& m : measures) sum += m.y || missing_too ? m.weight : 0;
      return sum;
    };
    double present = 0, all = 0, covered = 0, score = 0;
    for (const auto& [weight, measures] : dimensions) {
      all += weight;
      if (weight_of(measures, false) > 0) present += weight;
      for (const Measure& m : measures) {
        if (m.y) covered += weight * m.weight / weight_of(measures, true);
      }
    }
    health.coverage = covered / all;
    health.any = present > 0;
    if (!health.any || health.coverage < minimum_coverage) return health;
    for (const auto& [weight, measures] : dimensions) {
      for (const Measure& m : measures) {
        if (m.y) score += weight / present * (m.weight / weight_of(measures, false)) * *m.y;
      }
    }
    const bool key_known = !NpsAnswersOfPeople().empty();
    if (key_known && KeyDetractor(0)) score = std::min(score, 39.0);
    if (tickets && critical >= 1) score = std::min(score, 50.0);
    if (tickets && escalated >= 1) score = std::min(score, 60.0);
    for (const char* metric : {"activity", "active_users"}) {
      const Value fell = TrendAlone(metric, 28, 28);
      if (fell && *fell <= -0.5) score = std::min(score, 60.0);
    }
    health.score = score;
    return health;
  }

 private:
  int64_t Age(Micros at) const { return today_ - DayOf(at); }

  std::set<int> People() const {
    std::set<int> people;
    for (const Event& e : events_) {
      const bool of_person =
          e.kind == Kind::kContact || e.kind == Kind::kLeft || e.kind == Kind::kArrived;
      if (of_person) people.insert(e.person);
    }
    return people;
  }
  Event::Role RoleOf(int person) const {
    Event::Role role = Event::Role::kUser;
    for (const Event& e : events_) {
      if (e.kind == Kind::kContact && e.person == person) role = e.role;
    }
    return role;
  }
  std::vector<const Event*> NpsAnswersOfPeople() const {
    std::vector<const Event*> answers;
    for (const Event* e : NpsAnswers()) {
      if (e->person != 0) answers.push_back(e);
    }
    return answers;
  }

  Ticket TicketOf(const std::string& name) const {
    Ticket ticket;
    std::vector<Micros> opened;
    std::optional<Micros> closed, other;
    size_t last_opened = 0, last_closed = 0;
    for (size_t i = 0; i < events_.size(); ++i) {
      const Event& e = events_[i];
      if (e.kind != Kind::kTicket || e.name != name) continue;
      if (e.critical >= 0) ticket.critical = e.critical == 1;
      if (e.escalated >= 0) ticket.escalated = e.escalated == 1;
      if (e.what == What::kOpen) {
        opened.push_back(e.at);
        last_opened = i;
      } else if (e.what == What::kClose) {
        closed = e.at;
        last_closed = i;
      } else if (!other) {
        other = e.at;
      }
    }
    ticket.open = !closed || (opened.size() >= 2 && last_opened > last_closed);
    if (opened.empty())
      ticket.since = other.value_or(0);
    else
      ticket.since = closed ? opened.back() : opened.front();
    return ticket;
  }

  template <typename Keep>
  bool AnyInForce(Kind kind, Keep keep) const {
    std::map<std::string, const Event*> newest;
    for (const Event& e : events_) {
      if (e.kind == kind) newest[e.name] = &e;
    }
    return std::any_of(newest.begin(), newest.end(), [&](const auto& entry) {
      const Event& e = *entry.second;
      return !e.released && now_ < e.until && keep(e);
    });
  }

  // --- Usage: the known days before today with their values, in millionths.
  std::map<int64_t, int64_t> Days(const std::string& metric) const {
    const bool count = metric == "activity";
    std::map<int64_t, int64_t> values;
    std::map<int64_t, std::tuple<Micros, std::string, int64_t>> gauges;
    std::optional<int64_t> first, last;
    for (const Event& e : events_) {
      if (e.kind != Kind::kUsage || e.metric != metric) continue;
      first = std::min(first.value_or(e.day), e.day);
      for (int i = 0; i < e.days; ++i) {
        const int64_t day = e.day + i;
        if (day >= today_) continue;
        last = std::max(last.value_or(day), day);
        const int64_t micros = e.value * 1'000'000;
        if (count) {
          values[day] += micros / e.days + (i < micros % e.days ? 1 : 0);
        } else {
          const std::tuple<Micros, std::string, int64_t> offered(e.at, e.source, micros);
          auto [at, fresh] = gauges.try_emplace(day, offered);
          if (!fresh) at->second = std::max(at->second, offered);
        }
      }
    }
    std::map<int64_t, int64_t> known;
    if (!first || !last) return known;
    for (const auto& [day, gauge] : gauges) values[day] = std::get<2>(gauge);
    for (int64_t day = *first; day <= *last; ++day) {
      const auto at = values.find(day);
      known[day] = at == values.end() ? 0 : at->second;
    }
    return known;
  }
  // Missing in a measure when the newest known day is older than 28 days.
  bool TooOld(const std::map<int64_t, int64_t>& days) const {
    return days.empty() || today_ - days.rbegin()->first > 28;
  }
  Value ActiveDays(const std::string& metric) const {
    const auto days = Days(metric);
    if (TooOld(days)) return std::nullopt;
    int known = 0, active = 0;
    for (const auto& [day, value] : days) {
      if (day < today_ - 28) continue;
      ++known;
      active += value > 0;
    }
    if (known == 0) return std::nullopt;
    return active;
  }
  // The window's mean against that of the window which ended `back` days earlier.
  Value TrendAlone(const std::string& metric, int64_t window, int64_t back) const {
    const auto days = Days(metric);
    int64_t micros[2] = {0, 0};
    int known[2] = {0, 0};
    for (const auto& [day, value] : days) {
      const int64_t ago = today_ - day;
      if (ago <= window) {
        micros[0] += value;
        ++known[0];
      }
      if (ago > back && ago <= back + window) {
        micros[1] += value;
        ++known[1];
      }
    }
    const double sums[2] = {static_cast<double>(micros[0]) / 1e6,
                            static_cast<double>(micros[1]) / 1e6};
    const double least = metric == "activity" ? 20 : 28;
    if (2 * known[0] < window || 2 * known[1] < window || sums[0] + sums[1] < least) {
      return std::nullopt;
    }
    const double later = sums[0] / known[0], earlier = sums[1] / known[1];
    if (earlier == 0) return later == 0 ? 0.0 : 1.0;
    return std::clamp(later / earlier - 1, -1.0, 1.0);
  }
  Value Trend(const std::string& metric) const {
    if (TooOld(Days(metric))) return std::nullopt;
    const Value trend = TrendAlone(metric, 28, 28);
    const Value seasonal = TrendAlone(metric, 28, 364);
    if (!trend || !seasonal) return trend ? trend : seasonal;
    return std::max(*trend, *seasonal);
  }

  const std::vector<Event> events_;
  const Micros now_;
  const int64_t today_;
};

}  // namespace kizuna::simulation

#endif  // KIZUNA_TESTS_SIMULATION_NAIVE_READING_H_
