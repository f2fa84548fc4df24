// SPDX-License-Identifier: Apache-2.0
//
// How is a short list of named things paged? In the order of the names, each page going on behind
// the last name of the one before: so it holds when the list changes in between.

#ifndef KIZUNA_SERVER_SERVICES_NAMED_PAGE_H_
#define KIZUNA_SERVER_SERVICES_NAMED_PAGE_H_

#include <algorithm>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "server/services/environment.h"
#include "server/services/page_token.h"

namespace kizuna::server {

// Calls `add` for the items of the page that `request` asks for, and sets the response's token.
template <typename Request, typename Item, typename Name, typename Add, typename Response>
absl::Status ListByName(absl::string_view method, const Request& request,
                        const std::vector<Item>& items, Name name, Add add, Response* response) {
  const convert::FieldPath path;
  convert::Violations violations;
  const size_t page_size = PageSizeOf(request.page_size(), path.Field("page_size"), violations);
  const PageRequest page({method});
  const std::string after =
      page.Position(request.page_token(), path.Field("page_token"), violations);
  if (!violations.empty()) return violations.ToStatus();
  std::vector<const Item*> rest;
  for (const Item& item : items) {
    if (after.empty() || std::string(name(item)) > after) rest.push_back(&item);
  }
  std::sort(rest.begin(), rest.end(),
            [&](const Item* a, const Item* b) { return name(*a) < name(*b); });
  const size_t count = std::min(rest.size(), page_size);
  for (size_t i = 0; i < count; ++i) add(*rest[i]);
  if (count < rest.size()) response->set_next_page_token(page.Token(name(*rest[count - 1])));
  return absl::OkStatus();
}

}  // namespace kizuna::server

#endif  // KIZUNA_SERVER_SERVICES_NAMED_PAGE_H_
