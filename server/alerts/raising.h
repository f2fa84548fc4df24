// SPDX-License-Identifier: Apache-2.0
//
// What does a look at accounts of one shard write? Alerts, what is to be delivered of them, what
// was told, and how far the reader came: in one batch, so that an alert is raised exactly when the
// reader has moved past what it follows from.

#ifndef KIZUNA_SERVER_ALERTS_RAISING_H_
#define KIZUNA_SERVER_ALERTS_RAISING_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "kizuna/storage/v1/account.pb.h"
#include "kizuna/storage/v1/alert.pb.h"
#include "server/alerts/webhooks.h"
#include "server/engine/alert.h"
#include "server/ledger/ledger.h"
#include "storage/kv.h"
#include "storage/records/keys.h"

namespace kizuna::alerts {

// What made the reader look: a row of the change log, or time.
struct Occasion {
  engine::Instant at = 0;
  uint64_t revision = 0;  // 0: time
  storage::v1::ChangeRecord::Cause cause = storage::v1::ChangeRecord::CAUSE_UNSPECIFIED;
  // The changes of the commit that created the account, when it is among what was read.
  std::optional<storage::v1::ChangeRecord> created;
};

// One batch of one shard. Not thread-safe.
class Raising {
 public:
  // What is pointed at outlives it.
  Raising(const storage::Snapshot* snapshot, storage::Partition shard, const Webhooks* webhooks,
          const engine::AlertRules* rules)
      : snapshot_(snapshot), webhooks_(webhooks), rules_(rules), shard_(shard), batch_(shard) {}

  // Looks at an account of the shard. Errors of reading.
  absl::Status Look(const ledger::View& view, const Occasion& occasion);

  // A source went silent, or is in time again; `told` is brought up to date.
  void SourceSilent(const std::string& source, engine::Instant now, uint64_t rulebook_number,
                    google::protobuf::RepeatedPtrField<storage::v1::StandingAlert>& told);
  absl::Status SourceSpoke(const std::string& source, engine::Instant now,
                           google::protobuf::RepeatedPtrField<storage::v1::StandingAlert>& told);

  int raised() const { return raised_; }
  bool deliveries() const { return deliveries_; }
  storage::WriteBatch& batch() { return batch_; }

 private:
  // Puts the alert, and a delivery for each webhook that wants it.
  storage::AlertKey Raise(storage::v1::AlertRecord record, engine::Instant at);
  // Closes the alert that stands for this, if one does, and takes it off the list.
  absl::Status Close(uint32_t kind, const std::string& subject, engine::Instant at,
                     google::protobuf::RepeatedPtrField<storage::v1::StandingAlert>& standing);

  const storage::Snapshot* const snapshot_;
  const Webhooks* const webhooks_;
  const engine::AlertRules* const rules_;
  const storage::Partition shard_;
  storage::WriteBatch batch_;
  int raised_ = 0;
  bool deliveries_ = false;
};

}  // namespace kizuna::alerts

#endif  // KIZUNA_SERVER_ALERTS_RAISING_H_
