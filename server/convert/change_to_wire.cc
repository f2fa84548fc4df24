// SPDX-License-Identifier: Apache-2.0

#include "server/convert/change_to_wire.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/escaping.h"
#include "server/convert/names.h"
#include "server/convert/values.h"

namespace kizuna::convert {
namespace {

using storage::v1::Change;
using storage::v1::ChangeRecord;

// The stored kinds and causes are numbered like those of the wire.
static_assert(static_cast<int>(Change::KIND_CREATED) == v1::CHANGE_KIND_CREATED &&
              static_cast<int>(Change::KIND_BAND) == v1::CHANGE_KIND_BAND &&
              static_cast<int>(Change::KIND_VERDICT) == v1::CHANGE_KIND_VERDICT &&
              static_cast<int>(Change::KIND_GATE) == v1::CHANGE_KIND_GATE &&
              static_cast<int>(Change::KIND_LOYALTY_TIER) == v1::CHANGE_KIND_LOYALTY_TIER &&
              static_cast<int>(Change::KIND_TOUCH_TIER) == v1::CHANGE_KIND_TOUCH_TIER &&
              static_cast<int>(Change::KIND_ERASED) == v1::CHANGE_KIND_ERASED &&
              static_cast<int>(Change::KIND_RESERVATION) == v1::CHANGE_KIND_RESERVATION &&
              static_cast<int>(Change::KIND_MERGED) == v1::CHANGE_KIND_MERGED);
static_assert(static_cast<int>(ChangeRecord::CAUSE_FACTS) == v1::CHANGE_CAUSE_FACTS &&
              static_cast<int>(ChangeRecord::CAUSE_TIME) == v1::CHANGE_CAUSE_TIME &&
              static_cast<int>(ChangeRecord::CAUSE_RULEBOOK) == v1::CHANGE_CAUSE_RULEBOOK &&
              static_cast<int>(ChangeRecord::CAUSE_ERASURE) == v1::CHANGE_CAUSE_ERASURE &&
              static_cast<int>(ChangeRecord::CAUSE_MERGE) == v1::CHANGE_CAUSE_MERGE);

// Sets `out` to the engine's number `value` of a kind that has values.
void ValueToWire(Change::Kind kind, uint32_t value, v1::ChangeValue* out) {
  switch (kind) {
    case Change::KIND_BAND:
      return out->set_band(ToWire(static_cast<engine::Band>(value)));
    case Change::KIND_VERDICT:
      return out->set_verdict(ToWire(static_cast<engine::Verdict>(value)));
    case Change::KIND_GATE:
      return out->set_gate_holds(value != 0);
    case Change::KIND_LOYALTY_TIER:
      return out->set_loyalty_tier(ToWire(static_cast<engine::LoyaltyTier>(value)));
    case Change::KIND_TOUCH_TIER:
      return out->set_touch_tier(ToWire(static_cast<engine::TouchTier>(value)));
    case Change::KIND_RESERVATION:
      return out->set_reservation_status(static_cast<v1::Reservation::Status>(value));
    default:
      return;
  }
}

bool HasValue(Change::Kind kind) {
  return kind != Change::KIND_CREATED && kind != Change::KIND_ERASED &&
         kind != Change::KIND_MERGED;
}

void ChangeToWire(const Change& change, bool is_new, v1::AccountChange* out) {
  out->set_kind(static_cast<v1::ChangeKind>(change.kind()));
  out->set_motion(static_cast<v1::Motion>(change.motion()));
  out->set_gate(change.gate());
  out->set_fencing_token(change.fencing_token());
  if (!change.into().empty()) out->set_merged_into(AccountName(change.into()));
  if (!HasValue(change.kind())) return;
  // Of an account that did not exist there was nothing, though the log says 0.
  const bool unreserved = change.kind() == Change::KIND_RESERVATION && change.before() == 0;
  if (!is_new && !unreserved) ValueToWire(change.kind(), change.before(), out->mutable_before());
  ValueToWire(change.kind(), change.after(), out->mutable_after());
}

}  // namespace

void EventToWire(const ChangeRecord& record, const std::set<v1::ChangeKind>& kinds,
                 v1::AccountEvent* out) {
  if (!record.account().empty()) out->set_account(AccountName(record.account()));
  out->set_erased_digest(absl::BytesToHexString(record.erased_digest()));
  *out->mutable_commit_time() = TimestampOf(record.committed_at_micros());
  out->set_cause(static_cast<v1::ChangeCause>(record.cause()));
  out->set_rulebook_number(record.rulebook_number());
  out->set_facts(static_cast<int32_t>(record.facts()));
  const bool is_new =
      std::any_of(record.changes().begin(), record.changes().end(),
                  [](const Change& change) { return change.kind() == Change::KIND_CREATED; });
  for (const Change& change : record.changes()) {
    const auto kind = static_cast<v1::ChangeKind>(change.kind());
    if (v1::ChangeKind_IsValid(kind) && kinds.count(kind) != 0) {
      ChangeToWire(change, is_new, out->add_changes());
    }
  }
}

}  // namespace kizuna::convert
