// SPDX-License-Identifier: Apache-2.0

#include "server/alerts/alerts.h"

#include <utility>

#include "server/alerts/rows.h"
#include "storage/records/records.h"

namespace kizuna::alerts {
namespace {

using storage::AlertKey;
using storage::DeliveryKey;
using storage::Partition;
using storage::v1::AlertRecord;
using storage::v1::DeliveryRecord;

// The reader closes alerts and the sender counts attempts: both are quick.
constexpr int kTries = 5;
// Dead letters that one commit revives.
constexpr size_t kRevivedAtOnce = 500;

bool Wants(const AlertQuery& query, const AlertRecord& record) {
  return (query.owner.empty() || query.owner == record.owner()) &&
         (query.account.empty() || query.account == record.account()) &&
         (query.kinds.empty() || query.kinds.count(record.kind()) != 0) &&
         (query.states.empty() || query.states.count(record.state()) != 0);
}

}  // namespace

Alerts::Alerts(storage::Store* store, ledger::Ledger* ledger, absl::Duration retry)
    : store_(store),
      ledger_(ledger),
      webhooks_(store),
      sender_(store, &webhooks_, retry),
      reader_(store, ledger, &webhooks_, [this] { sender_.Wake(); }) {}

absl::StatusOr<std::unique_ptr<Alerts>> Alerts::Open(storage::Store* store, ledger::Ledger* ledger,
                                                     absl::Duration retry) {
  std::unique_ptr<Alerts> alerts(new Alerts(store, ledger, retry));
  if (absl::Status status = alerts->webhooks_.Load(); !status.ok()) return status;
  return alerts;
}

void Alerts::Start() {
  sender_.Start();
  reader_.Start();
}

void Alerts::Stop() {
  reader_.Stop();
  sender_.Stop();
}

absl::StatusOr<AlertPage> Alerts::List(const AlertQuery& query) const {
  AlertPage page;
  const auto snapshot = store_->GetSnapshot();
  const storage::KeyRange range = query.before ? query.before->Before() : AlertKey::All();
  absl::Status status =
      VisitNewestFirst(*snapshot, range, [&](const Row& row) -> absl::StatusOr<bool> {
        absl::StatusOr<AlertRecord> record = storage::ParseRecord<AlertRecord>(row.value);
        if (!record.ok()) return record.status();
        if (!Wants(query, *record)) return true;
        page.more = page.alerts.size() >= query.limit;
        if (page.more) return false;
        const absl::StatusOr<AlertKey> key = AlertKey::Decode(row.key);
        if (!key.ok()) return key.status();
        page.alerts.push_back({*key, *std::move(record)});
        return true;
      });
  if (!status.ok()) return status;
  return page;
}

absl::StatusOr<AlertRecord> Alerts::Acknowledge(const AlertKey& key, absl::string_view who) {
  const auto shard_number = static_cast<int>(key.tail >> 56);
  if (shard_number >= Partition::kShards) return absl::NotFoundError("there is no such alert");
  const Partition shard = Partition::Shard(shard_number);
  for (int tries = 0; tries < kTries; ++tries) {
    const auto bytes = store_->GetSnapshot()->Get(shard, key.Encode());
    if (!bytes.ok()) return bytes.status();
    if (!bytes->has_value()) return absl::NotFoundError("there is no such alert");
    absl::StatusOr<AlertRecord> record = storage::ParseRecord<AlertRecord>(**bytes);
    if (!record.ok()) return record.status();
    if (record->acknowledged_at_micros() != 0) return record;
    record->set_acknowledged_at_micros(ledger_->Now());
    record->set_acknowledged_by(std::string(who));
    if (record->state() == AlertRecord::STATE_OPEN) {
      record->set_state(AlertRecord::STATE_ACKNOWLEDGED);
    }
    storage::WriteBatch batch(shard);
    batch.GuardEquals(key.Encode(), **bytes);
    storage::PutRecord(batch, key, *record);
    const absl::Status status = store_->Commit(batch);
    if (status.ok()) return record;
    if (!absl::IsAborted(status)) return status;
  }
  return absl::UnavailableError("others change the alert all the time; try again");
}

absl::StatusOr<DeadLetterPage> Alerts::DeadLetters(const DeadLetterQuery& query) const {
  DeadLetterPage page;
  const auto snapshot = store_->GetSnapshot();
  const storage::KeyRange range = query.before ? query.before->Before() : DeliveryKey::All(true);
  absl::Status status =
      VisitNewestFirst(*snapshot, range, [&](const Row& row) -> absl::StatusOr<bool> {
        absl::StatusOr<DeliveryKey> key = DeliveryKey::Decode(row.key);
        if (!key.ok()) return key.status();
        if (!query.webhook.empty() && key->webhook != query.webhook) return true;
        if (!webhooks_.Find(key->webhook).has_value()) return true;  // deleted
        auto alert = storage::GetRecord(*snapshot, row.shard, key->alert);
        if (!alert.ok()) return alert.status();
        if (!*alert) return true;
        page.more = page.letters.size() >= query.limit;
        if (page.more) return false;
        absl::StatusOr<DeliveryRecord> record = storage::ParseRecord<DeliveryRecord>(row.value);
        if (!record.ok()) return record.status();
        page.letters.push_back({*std::move(key), *std::move(record), **std::move(alert)});
        return true;
      });
  if (!status.ok()) return status;
  return page;
}

absl::StatusOr<int64_t> Alerts::Replay(const std::string& webhook) {
  const engine::Instant now = ledger_->Now();
  int64_t replayed = 0;
  for (int i = 0; i < Partition::kShards; ++i) {
    const Partition shard = Partition::Shard(i);
    while (true) {
      storage::WriteBatch batch(shard);
      size_t revived = 0;
      {
        const auto snapshot = store_->GetSnapshot();
        const auto rows =
            snapshot->Scan(shard, DeliveryKey::All(true), storage::Direction::kForward);
        while (revived < kRevivedAtOnce && rows->Next()) {
          absl::StatusOr<DeliveryKey> key = DeliveryKey::Decode(rows->key());
          if (!key.ok()) return key.status();
          if (!webhook.empty() && key->webhook != webhook) continue;
          absl::StatusOr<DeliveryRecord> record =
              storage::ParseRecord<DeliveryRecord>(rows->value());
          if (!record.ok()) return record.status();
          batch.GuardEquals(std::string(rows->key()), std::string(rows->value()));
          batch.Delete(std::string(rows->key()));
          // One of a webhook that is no more is only deleted, by the sender.
          if (webhooks_.Find(key->webhook).has_value()) ++revived;
          key->dead = false;
          record->set_queued_at_micros(now);
          record->set_attempts(0);
          storage::PutRecord(batch, *key, *record);
        }
        if (!rows->status().ok()) return rows->status();
      }
      if (batch.changes().empty()) break;
      const absl::Status status = store_->Commit(batch);
      // Another call was faster; look again.
      if (absl::IsAborted(status)) continue;
      if (!status.ok()) return status;
      replayed += static_cast<int64_t>(revived);
      if (revived < kRevivedAtOnce) break;
    }
  }
  sender_.TryAfresh();
  return replayed;
}

}  // namespace kizuna::alerts
