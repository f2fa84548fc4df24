// SPDX-License-Identifier: Apache-2.0
//
// How is a stored alert told, and what is it called on the wire?

#ifndef KIZUNA_SERVER_CONVERT_ALERT_TO_WIRE_H_
#define KIZUNA_SERVER_CONVERT_ALERT_TO_WIRE_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "kizuna/storage/v1/alert.pb.h"
#include "kizuna/v1/alert.pb.h"
#include "server/convert/validation.h"

namespace kizuna::convert {

// Which alert it is: the fields of its key on disk.
struct AlertId {
  int64_t raised_at_micros = 0;
  uint64_t tail = 0;
};

// `alerts/` and 32 hexadecimal digits.
std::string AlertName(const AlertId& id);
// A violation for what AlertName never gave.
AlertId AlertIdOf(absl::string_view name, const FieldPath& path, Violations& violations);

void AlertToWire(const AlertId& id, const storage::v1::AlertRecord& record, v1::Alert* out);

inline std::string WebhookName(absl::string_view id) { return "webhooks/" + std::string(id); }
// The id within `webhooks/{webhook}`; empty, with a violation unless it may be missing, for none.
std::string WebhookIdOf(absl::string_view name, bool required, const FieldPath& path,
                        Violations& violations);

}  // namespace kizuna::convert

#endif  // KIZUNA_SERVER_CONVERT_ALERT_TO_WIRE_H_
