// SPDX-License-Identifier: Apache-2.0
//
// How is an account's history paged? By days: each page goes on with the day after the last one of
// the page before. Shared by the histories of health and of loyalty.

#ifndef KIZUNA_SERVER_SERVICES_HISTORY_H_
#define KIZUNA_SERVER_SERVICES_HISTORY_H_

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "server/convert/names.h"
#include "server/services/environment.h"
#include "server/services/page_token.h"

namespace kizuna::server {

// Wider than any day of a fact.
inline constexpr engine::Day kFirstHistoryDay = -800'000;
inline constexpr engine::Day kLastHistoryDay = 3'000'000;

struct HistoryPage {
  std::vector<ledger::HistoryRow> rows;  // at most a page, by day
  std::string next_page_token;
};

// Rows of the account request.parent() on days in [from, to). `violations` may hold some already:
// then they are the answer.
template <typename Request>
absl::StatusOr<HistoryPage> ReadHistory(const Environment& environment, absl::string_view method,
                                        const Request& request, engine::Day from, engine::Day to,
                                        convert::Violations& violations) {
  const convert::FieldPath path;
  const std::string account =
      convert::AccountIdOf(request.parent(), true, path.Field("parent"), violations);
  const size_t page_size = PageSizeOf(request.page_size(), path.Field("page_size"), violations);
  const PageRequest page({method, account, absl::StrCat(from), absl::StrCat(to)});
  const std::string position =
      page.Position(request.page_token(), path.Field("page_token"), violations);
  if (!violations.empty()) return violations.ToStatus();
  engine::Day next = from;
  if (!position.empty() && absl::SimpleAtoi(position, &next)) from = std::max(from, next);
  auto rows = environment.ledger->History(account, from, to);
  if (!rows.ok()) return convert::ForClient(rows.status(), account);
  HistoryPage out;
  out.rows = *std::move(rows);
  if (out.rows.size() > page_size) {
    out.next_page_token = page.Token(absl::StrCat(out.rows[page_size].day));
    out.rows.resize(page_size);
  }
  return out;
}

}  // namespace kizuna::server

#endif  // KIZUNA_SERVER_SERVICES_HISTORY_H_
