// SPDX-License-Identifier: Apache-2.0
#include "client/cli/today_read.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <future>
#include <iterator>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "client/cli/filter.h"
#include "client/cli/renewal.h"
#include "client/cli/sparkline.h"
#include "client/cli/words.h"

namespace kizuna::cli {
namespace {

constexpr size_t kCallsAtOnce = 8;
constexpr int32_t kMaxPage = 1000;
constexpr int kTrendDays = 120;

// Calls `call` with 0 to count - 1, some at once, and answers the first error met. After an error
// no further call begins.
absl::Status ForEachAtOnce(size_t count, const std::function<absl::Status(size_t)>& call) {
  std::atomic<size_t> next{0};
  absl::Mutex mutex;
  absl::Status first_error;
  const auto work = [&] {
    for (size_t i = next++; i < count; i = next++) {
      const absl::Status status = call(i);
      if (status.ok()) continue;
      next = count;
      absl::MutexLock lock(&mutex);
      first_error.Update(status);
    }
  };
  std::vector<std::future<void>> workers;
  for (size_t i = 0; i < std::min(count, kCallsAtOnce); ++i) {
    workers.push_back(std::async(std::launch::async, work));
  }
  for (std::future<void>& worker : workers) worker.get();
  absl::MutexLock lock(&mutex);
  return first_error;
}

// Hands every page's response to `take` until there are no more.
template <typename Request, typename Call, typename Take>
absl::Status ReadPages(Request request, const Call& call, const Take& take) {
  request.set_page_size(kMaxPage);
  for (;;) {
    const auto page = call(request);
    if (!page.ok()) return page.status();
    if (const absl::Status status = take(*page); !status.ok()) return status;
    if (page->next_page_token().empty()) return absl::OkStatus();
    request.set_page_token(page->next_page_token());
  }
}

absl::StatusOr<std::vector<v1::Account>> ReadAccounts(client::Client& client,
                                                      const FilterFlags& flags) {
  const absl::StatusOr<std::string> filter = FilterOf(flags);
  if (!filter.ok()) return filter.status();
  v1::ListAccountsRequest request;
  request.set_filter(*filter);
  std::vector<v1::Account> accounts;
  const absl::Status status = ReadPages(
      request, [&](const v1::ListAccountsRequest& page) { return client.ListAccounts(page); },
      [&](const v1::ListAccountsResponse& page) {
        accounts.insert(accounts.end(), page.accounts().begin(), page.accounts().end());
        if (static_cast<int64_t>(accounts.size()) <= kMostAccountsOfADay) return absl::OkStatus();
        return absl::ResourceExhaustedError(
            absl::StrCat("more than ", kMostAccountsOfADay, " accounts; name one --owner"));
      });
  if (!status.ok()) return status;
  return accounts;
}

// The health of each account, now or at the end of a day; an account without an answer, such as one
// that was erased just now, has an empty one.
absl::StatusOr<std::vector<v1::Health>> ReadHealth(client::Client& client,
                                                   const std::vector<std::string>& names,
                                                   absl::optional<absl::CivilDay> day) {
  std::vector<v1::Health> all;
  for (size_t at = 0; at < names.size(); at += kMaxPage) {
    v1::BatchGetHealthRequest batch;
    for (size_t i = at; i < std::min(names.size(), at + kMaxPage); ++i) {
      v1::GetHealthRequest& request = *batch.add_requests();
      request.set_name(names[i]);
      if (day.has_value()) *request.mutable_as_of_date() = DateOf(*day);
    }
    const absl::StatusOr<v1::BatchGetHealthResponse> answer = client.BatchGetHealth(batch);
    if (!answer.ok()) return answer.status();
    if (answer->results_size() != batch.requests_size()) {
      return absl::InternalError("the server left a question about health without an answer");
    }
    for (const v1::HealthResult& result : answer->results()) all.push_back(result.health());
  }
  return all;
}

// The scores of the last days. An account without a history has an empty trend.
absl::Status ReadTrend(client::Client& client, const std::string& account, absl::CivilDay today,
                       std::vector<absl::optional<double>>* trend) {
  v1::ListHealthHistoryRequest request;
  request.set_parent(account);
  request.set_page_size(kTrendDays + 1);
  *request.mutable_start_date() = DateOf(today - kTrendDays);
  const absl::StatusOr<v1::ListHealthHistoryResponse> history = client.ListHealthHistory(request);
  if (!history.ok())
    return absl::IsNotFound(history.status()) ? absl::OkStatus() : history.status();
  *trend = TrendOf({history->entries().begin(), history->entries().end()});
  return absl::OkStatus();
}

size_t ShownOf(const DayQuestion& question, size_t rows) {
  return question.shown == 0 ? rows : std::min(rows, static_cast<size_t>(question.shown));
}

DayList<v1::Task> ReadTasks(const DayClients& clients, const DayQuestion& question) {
  DayList<v1::Task> list;
  v1::ListTasksRequest request;
  request.set_person(question.owner);
  list.status = ReadPages(
      request, [&](const v1::ListTasksRequest& page) { return clients.client.ListTasks(page); },
      [&](const v1::ListTasksResponse& page) {
        list.rows.insert(list.rows.end(), page.tasks().begin(), page.tasks().end());
        return absl::OkStatus();
      });
  const auto rank = [](const v1::Task& task) {
    return std::make_tuple(task.state() != v1::TASK_STATE_LATE, DateText(task.due_date()),
                           task.account(), task.name());
  };
  std::sort(list.rows.begin(), list.rows.end(),
            [&](const v1::Task& a, const v1::Task& b) { return rank(a) < rank(b); });
  return list;
}

DayList<v1::Alert> ReadAlerts(const DayClients& clients, const DayQuestion& question) {
  DayList<v1::Alert> list;
  v1::ListAlertsRequest request;
  request.set_owner(question.owner);
  list.status = ReadPages(
      request, [&](const v1::ListAlertsRequest& page) { return clients.alerts.ListAlerts(page); },
      [&](const v1::ListAlertsResponse& page) {
        list.rows.insert(list.rows.end(), page.alerts().begin(), page.alerts().end());
        return absl::OkStatus();
      });
  return list;
}

// Points lost; an account whose score was not known before comes after those that fell.
double FallOf(const TurnedRed& row) {
  return row.before.has_score() && row.now.has_score() ? row.before.score() - row.now.score() : -1;
}

absl::StatusOr<std::vector<TurnedRed>> FindTurnedRed(const DayClients& clients,
                                                     const DayQuestion& question) {
  FilterFlags red;
  red.owner = question.owner;
  red.band = "red";
  const absl::StatusOr<std::vector<v1::Account>> accounts = ReadAccounts(clients.client, red);
  if (!accounts.ok()) return accounts.status();
  std::vector<std::string> names;
  for (const v1::Account& account : *accounts) names.push_back(account.name());
  const auto before = ReadHealth(clients.client, names, question.today - question.red_days);
  if (!before.ok()) return before.status();
  const auto now = ReadHealth(clients.client, names, absl::nullopt);
  if (!now.ok()) return now.status();
  std::vector<TurnedRed> rows;
  for (size_t i = 0; i < names.size(); ++i) {
    // Between two calls an account may have turned back, or been erased.
    if ((*now)[i].band() != v1::BAND_RED || (*before)[i].band() == v1::BAND_RED) continue;
    rows.push_back({(*accounts)[i], (*before)[i], (*now)[i], absl::nullopt, {}});
  }
  std::stable_sort(rows.begin(), rows.end(),
                   [](const TurnedRed& a, const TurnedRed& b) { return FallOf(a) > FallOf(b); });
  return rows;
}

DayList<TurnedRed> ReadTurnedRed(const DayClients& clients, const DayQuestion& question) {
  DayList<TurnedRed> list;
  absl::StatusOr<std::vector<TurnedRed>> found = FindTurnedRed(clients, question);
  if (!found.ok()) return {found.status(), {}};
  list.rows = *std::move(found);
  list.status = ForEachAtOnce(ShownOf(question, list.rows.size()), [&](size_t i) {
    TurnedRed& row = list.rows[i];
    v1::ExplainMovementRequest request;
    request.set_name(row.account.name());
    *request.mutable_since_date() = DateOf(question.today - question.red_days);
    absl::StatusOr<v1::ExplainMovementResponse> movement = clients.past.ExplainMovement(request);
    if (!movement.ok()) return movement.status();
    row.movement = *std::move(movement);
    if (!question.with_trends) return absl::OkStatus();
    return ReadTrend(clients.client, row.account.name(), question.today, &row.trend);
  });
  return list;
}

absl::StatusOr<std::vector<RenewalAhead>> FindRenewals(const DayClients& clients,
                                                       const DayQuestion& question) {
  FilterFlags soon;
  soon.owner = question.owner;
  soon.renewal_within = question.renewal_days;
  const absl::StatusOr<std::vector<v1::Account>> accounts = ReadAccounts(clients.client, soon);
  if (!accounts.ok()) return accounts.status();
  std::vector<std::vector<RenewalAhead>> of_account(accounts->size());
  const absl::Status status = ForEachAtOnce(accounts->size(), [&](size_t i) {
    const v1::Account& account = (*accounts)[i];
    v1::ListSubscriptionsRequest request;
    request.set_parent(account.name());
    return ReadPages(
        request,
        [&](const v1::ListSubscriptionsRequest& page) {
          return clients.client.ListSubscriptions(page);
        },
        [&](const v1::ListSubscriptionsResponse& page) {
          for (const v1::SubscriptionRecord& record : page.subscriptions()) {
            const absl::optional<absl::CivilDay> day = NextRenewal(record, question.today);
            if (!day.has_value() || *day - question.today > question.renewal_days) continue;
            of_account[i].push_back({account, record.subscription(), *day, {}, {}});
          }
          return absl::OkStatus();
        });
  });
  if (!status.ok()) return status;
  std::vector<RenewalAhead> rows;
  for (std::vector<RenewalAhead>& each : of_account) {
    std::move(each.begin(), each.end(), std::back_inserter(rows));
  }
  std::stable_sort(rows.begin(), rows.end(),
                   [](const RenewalAhead& a, const RenewalAhead& b) { return a.day < b.day; });
  return rows;
}

DayList<RenewalAhead> ReadRenewals(const DayClients& clients, const DayQuestion& question) {
  absl::StatusOr<std::vector<RenewalAhead>> found = FindRenewals(clients, question);
  if (!found.ok()) return {found.status(), {}};
  DayList<RenewalAhead> list;
  list.rows = *std::move(found);
  const size_t shown = ShownOf(question, list.rows.size());
  std::vector<std::string> names;
  for (size_t i = 0; i < shown; ++i) names.push_back(list.rows[i].account.name());
  absl::StatusOr<std::vector<v1::Health>> health = ReadHealth(clients.client, names, absl::nullopt);
  if (!health.ok()) return {health.status(), {}};
  list.status = ForEachAtOnce(shown, [&](size_t i) {
    list.rows[i].health = std::move((*health)[i]);
    if (!question.with_trends) return absl::OkStatus();
    return ReadTrend(clients.client, names[i], question.today, &list.rows[i].trend);
  });
  return list;
}

}  // namespace

Day ReadDay(const DayClients& clients, const DayQuestion& question) {
  auto tasks = std::async(std::launch::async, [&] { return ReadTasks(clients, question); });
  auto alerts = std::async(std::launch::async, [&] { return ReadAlerts(clients, question); });
  auto renewals = std::async(std::launch::async, [&] { return ReadRenewals(clients, question); });
  Day day;
  day.turned_red = ReadTurnedRed(clients, question);
  day.tasks = tasks.get();
  day.alerts = alerts.get();
  day.renewals = renewals.get();
  return day;
}

}  // namespace kizuna::cli
