// SPDX-License-Identifier: Apache-2.0
//
// Where does a watch go on? Behind its cursor: opaque, versioned, checksummed. One that was altered
// or cut is refused, since a stream with a hole in it looks like a stream.

#ifndef KIZUNA_SERVER_SERVICES_WATCH_CURSOR_H_
#define KIZUNA_SERVER_SERVICES_WATCH_CURSOR_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "server/convert/validation.h"
#include "server/ledger/change_log.h"

namespace kizuna::server {

// A place in the log of one epoch of one store.
struct WatchCursor {
  uint64_t epoch = 0;
  ledger::LogPosition position;

  // At most limits::kMaxCursorBytes characters that need no quoting anywhere.
  std::string ToText() const;
  // nullopt, and a violation, for a text that ToText never gave.
  static std::optional<WatchCursor> FromText(absl::string_view text, const convert::FieldPath& path,
                                             convert::Violations& violations);
};

}  // namespace kizuna::server

#endif  // KIZUNA_SERVER_SERVICES_WATCH_CURSOR_H_
