// SPDX-License-Identifier: Apache-2.0

#include "server/alerts/webhooks.h"

#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "server/limits.h"
#include "storage/records/records.h"

namespace kizuna::alerts {
namespace {

using storage::Partition;
using storage::WebhookKey;

absl::StatusOr<std::string> NewId() {
  std::array<unsigned char, 8> bytes{};
  if (RAND_bytes(bytes.data(), bytes.size()) != 1) {
    return absl::UnavailableError("the operating system gives no random bytes; try again");
  }
  return absl::BytesToHexString({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

}  // namespace

absl::Status Webhooks::Load() {
  const auto snapshot = store_->GetSnapshot();
  storage::RecordScan<WebhookKey> rows(*snapshot, Partition::Book(), WebhookKey::All());
  absl::MutexLock lock(&mutex_);
  while (rows.Next()) webhooks_[rows.key().webhook] = std::move(rows.record());
  return rows.status();
}

std::vector<Webhook> Webhooks::All() const {
  absl::MutexLock lock(&mutex_);
  std::vector<Webhook> all;
  for (const auto& [id, record] : webhooks_) all.push_back({id, record});
  return all;
}

std::optional<Webhook> Webhooks::Find(const std::string& id) const {
  absl::MutexLock lock(&mutex_);
  const auto found = webhooks_.find(id);
  if (found == webhooks_.end()) return std::nullopt;
  return Webhook{id, found->second};
}

std::vector<std::string> Webhooks::Wanting(uint32_t kind, absl::string_view owner) const {
  absl::MutexLock lock(&mutex_);
  std::vector<std::string> wanting;
  for (const auto& [id, record] : webhooks_) {
    const auto& kinds = record.kinds();
    const bool kind_wanted =
        kinds.empty() || std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
    if (kind_wanted && (record.owner().empty() || record.owner() == owner)) wanting.push_back(id);
  }
  return wanting;
}

absl::StatusOr<Webhook> Webhooks::Create(storage::v1::WebhookRecord record) {
  absl::MutexLock changing(&changing_);
  {
    absl::MutexLock lock(&mutex_);
    if (webhooks_.size() >= static_cast<size_t>(limits::kMaxWebhooks)) {
      return absl::FailedPreconditionError(absl::StrCat(
          "there are ", limits::kMaxWebhooks, " webhooks already; delete one that is not used"));
    }
  }
  absl::StatusOr<std::string> id = NewId();
  if (!id.ok()) return id.status();
  storage::WriteBatch batch(Partition::Book());
  batch.GuardAbsent(WebhookKey{*id}.Encode());
  storage::PutRecord(batch, WebhookKey{*id}, record);
  if (absl::Status status = store_->Commit(batch); !status.ok()) return status;
  absl::MutexLock lock(&mutex_);
  webhooks_[*id] = record;
  return Webhook{*std::move(id), std::move(record)};
}

absl::Status Webhooks::Delete(const std::string& id) {
  absl::MutexLock changing(&changing_);
  if (!Find(id).has_value()) return absl::NotFoundError("there is no such webhook");
  storage::WriteBatch batch(Partition::Book());
  batch.Delete(WebhookKey{id}.Encode());
  if (absl::Status status = store_->Commit(batch); !status.ok()) return status;
  absl::MutexLock lock(&mutex_);
  webhooks_.erase(id);
  return absl::OkStatus();
}

}  // namespace kizuna::alerts
