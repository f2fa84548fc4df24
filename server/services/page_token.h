// SPDX-License-Identifier: Apache-2.0
//
// Where does the next page begin? In a token: opaque, versioned, bound to its request. A token that
// was altered, cut or used with another request is refused, since a list with a hole in it looks
// like a list.

#ifndef KIZUNA_SERVER_SERVICES_PAGE_TOKEN_H_
#define KIZUNA_SERVER_SERVICES_PAGE_TOKEN_H_

#include <initializer_list>
#include <string>

#include "absl/strings/string_view.h"
#include "server/convert/validation.h"

namespace kizuna::server {

// What a token is bound to: the method and everything of the request that chooses what is listed.
class PageRequest {
 public:
  explicit PageRequest(std::initializer_list<absl::string_view> parts);

  // The token of the page that begins at `position`, any bytes.
  std::string Token(absl::string_view position) const;
  // The position of a token; empty for an empty token, the first page. A violation for a token that
  // is not one of this request.
  std::string Position(absl::string_view token, const convert::FieldPath& path,
                       convert::Violations& violations) const;

 private:
  std::string binding_;  // 8 bytes
};

}  // namespace kizuna::server

#endif  // KIZUNA_SERVER_SERVICES_PAGE_TOKEN_H_
