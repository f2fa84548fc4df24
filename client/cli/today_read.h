// SPDX-License-Identifier: Apache-2.0
//
// What does a customer success manager's day hold? Four lists, read at once: what is to be done,
// what was alerted, who turned red and what moved them, and what is renewed soon.

#ifndef KIZUNA_CLIENT_CLI_TODAY_READ_H_
#define KIZUNA_CLIENT_CLI_TODAY_READ_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"
#include "absl/types/optional.h"
#include "client/lib/alerts.h"
#include "client/lib/client.h"
#include "client/lib/past.h"
#include "kizuna/v1/account.pb.h"
#include "kizuna/v1/alert.pb.h"
#include "kizuna/v1/health.pb.h"
#include "kizuna/v1/movement_service.pb.h"
#include "kizuna/v1/task_service.pb.h"

namespace kizuna::cli {

// More accounts than this in one list are refused: name an owner.
inline constexpr int64_t kMostAccountsOfADay = 5000;

// What is asked.
struct DayQuestion {
  // The owner of the accounts, the person of the tasks; empty: all.
  std::string owner;
  // The day in the book's time zone.
  absl::CivilDay today;
  // Who turned red within so many days, and what is renewed within so many; both at least 1.
  int32_t red_days = 7;
  int32_t renewal_days = 90;
  // Movement and trends are read for the first so many rows of a list; 0: for all.
  int64_t shown = 0;
  // Whether scores over time are read.
  bool with_trends = false;
};

// A list, or why it could not be read.
template <typename Row>
struct DayList {
  absl::Status status;
  std::vector<Row> rows;
};

// An account that is red now and was not before.
struct TurnedRed {
  v1::Account account;
  v1::Health before;
  v1::Health now;
  absl::optional<v1::ExplainMovementResponse> movement;  // of the rows that are shown
  std::vector<absl::optional<double>> trend;
};

// A subscription that is renewed or ends soon.
struct RenewalAhead {
  v1::Account account;
  v1::Subscription subscription;
  absl::CivilDay day;
  v1::Health health;  // of the rows that are shown
  std::vector<absl::optional<double>> trend;
};

struct Day {
  DayList<v1::Task> tasks;         // late ones first, then by due date
  DayList<v1::Alert> alerts;       // open ones, the newest first
  DayList<TurnedRed> turned_red;   // the deepest fall first
  DayList<RenewalAhead> renewals;  // the next first
};

// The server, as this is read. All outlive the call.
struct DayClients {
  client::Client& client;
  client::AlertClient& alerts;
  client::PastClient& past;
};

// Reads all four at once. One that fails leaves the others whole.
Day ReadDay(const DayClients& clients, const DayQuestion& question);

}  // namespace kizuna::cli

#endif  // KIZUNA_CLIENT_CLI_TODAY_READ_H_
