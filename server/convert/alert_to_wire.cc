// SPDX-License-Identifier: Apache-2.0

#include "server/convert/alert_to_wire.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "server/convert/names.h"
#include "server/convert/values.h"
#include "server/engine/alert.h"

namespace kizuna::convert {
namespace {

using engine::AlertKind;
using engine::AlertSeverity;

// The stored kinds, severities and states are numbered like those of the wire.
static_assert(static_cast<int>(AlertKind::kBand) == v1::ALERT_KIND_BAND &&
              static_cast<int>(AlertKind::kGateClosed) == v1::ALERT_KIND_GATE_CLOSED &&
              static_cast<int>(AlertKind::kGateOpened) == v1::ALERT_KIND_GATE_OPENED &&
              static_cast<int>(AlertKind::kLoyaltyTier) == v1::ALERT_KIND_LOYALTY_TIER &&
              static_cast<int>(AlertKind::kTouchTier) == v1::ALERT_KIND_TOUCH_TIER &&
              static_cast<int>(AlertKind::kRenewal) == v1::ALERT_KIND_RENEWAL &&
              static_cast<int>(AlertKind::kChampionLeft) == v1::ALERT_KIND_CHAMPION_LEFT &&
              static_cast<int>(AlertKind::kSourceSilent) == v1::ALERT_KIND_SOURCE_SILENT &&
              static_cast<int>(AlertKind::kRuleNotFollowed) == v1::ALERT_KIND_RULE_NOT_FOLLOWED);
static_assert(static_cast<int>(AlertSeverity::kInfo) == v1::ALERT_SEVERITY_INFO &&
              static_cast<int>(AlertSeverity::kWarning) == v1::ALERT_SEVERITY_WARNING &&
              static_cast<int>(AlertSeverity::kCritical) == v1::ALERT_SEVERITY_CRITICAL);
static_assert(static_cast<int>(storage::v1::AlertRecord::STATE_OPEN) == v1::ALERT_STATE_OPEN &&
              static_cast<int>(storage::v1::AlertRecord::STATE_ACKNOWLEDGED) ==
                  v1::ALERT_STATE_ACKNOWLEDGED &&
              static_cast<int>(storage::v1::AlertRecord::STATE_CLOSED) == v1::ALERT_STATE_CLOSED);

constexpr size_t kDigits = 32;

}  // namespace

std::string AlertName(const AlertId& id) {
  return absl::StrCat("alerts/",
                      absl::Hex(static_cast<uint64_t>(id.raised_at_micros), absl::kZeroPad16),
                      absl::Hex(id.tail, absl::kZeroPad16));
}

AlertId AlertIdOf(absl::string_view name, const FieldPath& path, Violations& violations) {
  AlertId id;
  absl::string_view digits = name;
  uint64_t raised_at = 0;
  const bool read = absl::ConsumePrefix(&digits, "alerts/") && digits.size() == kDigits &&
                    absl::SimpleHexAtoi(digits.substr(0, kDigits / 2), &raised_at) &&
                    absl::SimpleHexAtoi(digits.substr(kDigits / 2), &id.tail);
  id.raised_at_micros = static_cast<int64_t>(raised_at);
  // Only the one way in which it is written: no capitals, no 0x.
  if (!read || AlertName(id) != name) {
    violations.Add(path, "must be `alerts/` and the 32 hexadecimal digits that ListAlerts gives");
  }
  return id;
}

void AlertToWire(const AlertId& id, const storage::v1::AlertRecord& record, v1::Alert* out) {
  out->set_name(AlertName(id));
  out->set_kind(static_cast<v1::AlertKind>(record.kind()));
  out->set_severity(static_cast<v1::AlertSeverity>(record.severity()));
  if (!record.account().empty()) out->set_account(AccountName(record.account()));
  out->set_display_name(record.display_name());
  if (!record.source().empty()) out->set_source(SourceName(record.source()));
  out->set_owner(record.owner());
  out->set_text(record.text());
  v1::AlertEvidence& evidence = *out->mutable_evidence();
  evidence.set_from(record.from());
  evidence.set_to(record.to());
  if (record.kind() == v1::ALERT_KIND_RENEWAL) {
    evidence.set_subscription_id(record.subject());
  } else if (record.kind() == v1::ALERT_KIND_RULE_NOT_FOLLOWED) {
    evidence.set_task_id(record.subject());
  } else {
    evidence.set_gate(record.subject());
  }
  evidence.set_revision(record.revision());
  evidence.set_cause(static_cast<v1::ChangeCause>(record.cause()));
  evidence.set_rulebook_number(record.rulebook_number());
  *out->mutable_raise_time() = TimestampOf(id.raised_at_micros);
  out->set_state(static_cast<v1::AlertState>(record.state()));
  if (record.acknowledged_at_micros() != 0) {
    *out->mutable_acknowledge_time() = TimestampOf(record.acknowledged_at_micros());
  }
  out->set_acknowledged_by(record.acknowledged_by());
  if (record.closed_at_micros() != 0) {
    *out->mutable_close_time() = TimestampOf(record.closed_at_micros());
  }
}

std::string WebhookIdOf(absl::string_view name, bool required, const FieldPath& path,
                        Violations& violations) {
  if (name.empty() && !required) return "";
  absl::string_view id = name;
  if (!absl::ConsumePrefix(&id, "webhooks/") || !IsSourceId(id)) {
    violations.Add(path, "must be `webhooks/{webhook}`, as ListWebhooks gives it");
    return "";
  }
  return std::string(id);
}

}  // namespace kizuna::convert
