// SPDX-License-Identifier: Apache-2.0
//
// How is a long list read? Page after page, up to a limit, with progress, and never cut in silence.

#ifndef KIZUNA_CLIENT_CLI_PAGES_H_
#define KIZUNA_CLIENT_CLI_PAGES_H_

#include <algorithm>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "client/cli/progress.h"
#include "client/cli/session.h"

namespace kizuna::cli {

// The help of the flag, the same everywhere.
inline constexpr char kLimitHelp[] =
    "at most N rows; 0: all (default: 50 in a table, all in json and csv)";

// The limit for a list: what was typed, or 50 for people and all for programs. 0: all.
inline int64_t LimitOf(int64_t typed, Format format) {
  if (typed >= 0) return typed;
  return format == Format::kTable ? 50 : 0;
}

// Reads pages with `call(request)` until `limit` rows (0: all) were read or there are no more, and
// hands each response to `take`, which answers how many rows it printed. Says on standard error
// when there is more than the limit. Answers the last response.
template <typename Request, typename Call, typename Take>
auto ForEachPage(Session& session, Request request, int64_t limit, absl::string_view rows,
                 const Call& call, const Take& take) -> decltype(call(request)) {
  constexpr int64_t kMaxPage = 1000;
  Progress progress(session.terminal(), absl::StrCat(rows, " read"));
  for (int64_t read = 0;;) {
    const int64_t wanted = limit == 0 ? kMaxPage : std::min(kMaxPage, limit - read);
    request.set_page_size(static_cast<int32_t>(wanted));
    auto page = call(request);
    if (!page.ok()) return page;
    read += take(*page);
    progress.Update(read);
    if (page->next_page_token().empty()) return page;
    if (limit != 0 && read >= limit) {
      session.Note(
          absl::StrCat("there are more ", rows, " than these ", read, "; see all with --limit 0"));
      return page;
    }
    request.set_page_token(page->next_page_token());
  }
}

}  // namespace kizuna::cli

#endif  // KIZUNA_CLIENT_CLI_PAGES_H_
