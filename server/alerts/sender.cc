// SPDX-License-Identifier: Apache-2.0

#include "server/alerts/sender.h"

#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "server/alerts/signature.h"
#include "server/convert/alert_to_wire.h"
#include "server/limits.h"
#include "spdlog/spdlog.h"
#include "storage/records/records.h"

namespace kizuna::alerts {
namespace {

using storage::DeliveryKey;
using storage::Partition;
using storage::v1::AlertRecord;
using storage::v1::DeliveryRecord;

// How often it looks without being told to: for what a webhook that was just made has to get, and
// after a failure of the store.
constexpr absl::Duration kIdle = absl::Seconds(2);
// The receiver has gone for good, and says so.
constexpr int kGone = 410;

absl::StatusOr<std::string> BodyOf(const storage::AlertKey& key, const AlertRecord& record) {
  v1::Alert alert;
  convert::AlertToWire({key.raised_at_micros, key.tail}, record, &alert);
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string body;
  if (!google::protobuf::util::MessageToJsonString(alert, &body, options).ok()) {
    return absl::InternalError("an alert cannot be written as JSON");
  }
  return body;
}

}  // namespace

absl::Duration BackoffAfter(int failures) {
  absl::Duration wait = limits::kWebhookBackoff;
  for (int i = 1; i < failures && wait < limits::kWebhookMaxBackoff; ++i) wait *= 2;
  return std::min(wait, limits::kWebhookMaxBackoff);
}

absl::Duration Sender::Spread(absl::Duration duration) {
  return duration * absl::Uniform(random_, 0.5, 1.5);
}

void Sender::Start() {
  thread_ = std::thread([this] { Run(); });
}

void Sender::Stop() {
  if (!thread_.joinable()) return;
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  poster_.Wake();
  thread_.join();
}

void Sender::Wake() {
  {
    absl::MutexLock lock(&mutex_);
    woken_ = true;
  }
  poster_.Wake();
}

void Sender::TryAfresh() {
  {
    absl::MutexLock lock(&mutex_);
    afresh_ = true;
  }
  Wake();
}

bool Sender::Stopping() {
  absl::MutexLock lock(&mutex_);
  return stopping_;
}

void Sender::Run() {
  absl::Time next = absl::InfinitePast();
  bool failed = false;
  while (!Stopping()) {
    {
      absl::MutexLock lock(&mutex_);
      if (std::exchange(woken_, false)) next = absl::InfinitePast();
      if (std::exchange(afresh_, false)) Forgive();
    }
    absl::Status status;
    if (absl::Now() >= next) {
      const absl::StatusOr<absl::Time> begun = Begin();
      status = begun.status();
      next = begun.ok() ? *begun : absl::Now() + kIdle;
    }
    const absl::Duration wait = std::min(next - absl::Now(), kIdle);
    const std::vector<Posted> posted = poster_.Wait(std::max(wait, absl::ZeroDuration()));
    if (!posted.empty()) {
      if (status.ok()) status = Finish(posted);
      next = absl::InfinitePast();  // there is room for more
    }
    if (!status.ok() && !failed) {
      spdlog::warn("event=webhooks_wait code={} message=\"{}\"",
                   absl::StatusCodeToString(status.code()), std::string(status.message()));
    }
    failed = !status.ok();
  }
}

void Sender::Forgive() {
  put_off_.clear();
  for (auto& [webhook, receiver] : receivers_) {
    receiver.failures = 0;
    receiver.not_before = absl::InfinitePast();
  }
}

absl::StatusOr<absl::Time> Sender::Begin() {
  const absl::Time now = absl::Now();
  absl::Time next = now + kIdle;
  const auto snapshot = store_->GetSnapshot();
  for (int shard = 0; shard < Partition::kShards; ++shard) {
    if (sent_.size() >= limits::kMaxPosts) break;
    absl::Status status = BeginShard(*snapshot, Partition::Shard(shard), now, next);
    if (!status.ok()) return status;
  }
  return next;
}

absl::Status Sender::BeginShard(const storage::Snapshot& snapshot, Partition shard, absl::Time now,
                                absl::Time& next) {
  const auto rows = snapshot.Scan(shard, DeliveryKey::All(false), storage::Direction::kForward);
  storage::WriteBatch unwanted(shard);
  while (sent_.size() < limits::kMaxPosts && rows->Next()) {
    const std::string bytes(rows->key());
    if (busy_.count(bytes) != 0) continue;
    const absl::StatusOr<DeliveryKey> key = DeliveryKey::Decode(bytes);
    if (!key.ok()) return key.status();
    const auto webhook = webhooks_->Find(key->webhook);
    if (!webhook.has_value()) {
      unwanted.Delete(bytes);
      continue;
    }
    const Receiver& receiver = receivers_[key->webhook];
    const auto put_off = put_off_.find(bytes);
    const absl::Time not_before = std::max(
        receiver.not_before, put_off == put_off_.end() ? absl::InfinitePast() : put_off->second);
    if (not_before > now) {
      next = std::min(next, not_before);
      continue;
    }
    // One that failed is asked with one alert until it answers.
    const int most = receiver.failures > 0 ? 1 : limits::kMaxPostsToOne;
    if (receiver.under_way >= most) continue;
    absl::Status status = BeginOne(snapshot, shard, *key, rows->value(), *webhook, now);
    if (absl::IsNotFound(status)) {
      unwanted.Delete(bytes);
    } else if (!status.ok()) {
      return status;
    }
  }
  if (!rows->status().ok()) return rows->status();
  return unwanted.changes().empty() ? absl::OkStatus() : store_->Commit(unwanted);
}

absl::Status Sender::BeginOne(const storage::Snapshot& snapshot, Partition shard,
                              const DeliveryKey& key, absl::string_view record,
                              const Webhook& webhook, absl::Time now) {
  const auto alert = storage::GetRecord(snapshot, shard, key.alert);
  if (!alert.ok()) return alert.status();
  if (!*alert) return absl::NotFoundError("the alert was removed, or its account erased");
  absl::StatusOr<std::string> body = BodyOf(key.alert, **alert);
  if (!body.ok()) return body.status();
  Post post;
  post.id = ++last_id_;
  post.url = webhook.record.url();
  const std::string name = convert::AlertName({key.alert.raised_at_micros, key.alert.tail});
  post.headers = {absl::StrCat("Kizuna-Alert: ", name),
                  absl::StrCat("Kizuna-Signature: ", SignatureOf(webhook.record.secret(),
                                                                 absl::ToUnixSeconds(now), *body))};
  post.body = *std::move(body);
  sent_[post.id] = {shard, key, std::string(record)};
  busy_.insert(key.Encode());
  ++receivers_[key.webhook].under_way;
  poster_.Start(std::move(post));
  return absl::OkStatus();
}

absl::Status Sender::Finish(const std::vector<Posted>& posted) {
  const absl::Time now = absl::Now();
  std::vector<storage::WriteBatch> group;
  for (const Posted& one : posted) {
    const auto found = sent_.find(one.id);
    const Sent sent = std::move(found->second);
    sent_.erase(found);
    busy_.erase(sent.key.Encode());
    group.push_back(Outcome(sent, one, now));
  }
  for (const absl::Status& status : store_->Commit(group)) {
    // ABORTED: it was taken out meanwhile, with its alert or its webhook.
    if (!status.ok() && !absl::IsAborted(status)) return status;
  }
  return absl::OkStatus();
}

storage::WriteBatch Sender::Outcome(const Sent& sent, const Posted& posted, absl::Time now) {
  Receiver& receiver = receivers_[sent.key.webhook];
  --receiver.under_way;
  storage::WriteBatch batch(sent.shard);
  const std::string key = sent.key.Encode();
  if (posted.received()) {
    if (receiver.failures > 0) spdlog::info("event=webhook_back webhook={}", sent.key.webhook);
    receiver.failures = 0;
    receiver.not_before = absl::InfinitePast();
    put_off_.erase(key);
    batch.Delete(key);
    return batch;
  }
  const std::string error =
      posted.status != 0 ? absl::StrCat("answered ", posted.status) : posted.error;
  if (receiver.failures == 0) {
    spdlog::warn("event=webhook_failed webhook={} error=\"{}\"", sent.key.webhook, error);
  }
  // What was under way together fails together, and counts once.
  if (now >= receiver.not_before) {
    receiver.not_before = now + Spread(BackoffAfter(++receiver.failures));
  }
  DeliveryRecord record;
  record.ParseFromString(sent.record);  // it was read from there
  record.set_attempts(record.attempts() + 1);
  record.set_error(error);
  batch.GuardEquals(key, sent.record);
  const absl::Duration tried = now - absl::FromUnixMicros(record.queued_at_micros());
  DeliveryKey to = sent.key;
  if (posted.status == kGone || tried >= retry_) {
    to.dead = true;
    put_off_.erase(key);
    batch.Delete(key);
  } else {
    put_off_[key] = now + Spread(BackoffAfter(static_cast<int>(record.attempts())));
  }
  storage::PutRecord(batch, to, record);
  return batch;
}

}  // namespace kizuna::alerts
