// SPDX-License-Identifier: Apache-2.0

#include "server/alerts/raising.h"

#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/convert/stored_alert.h"
#include "server/ledger/change_log.h"
#include "storage/records/records.h"

namespace kizuna::alerts {
namespace {

using engine::AlertKind;
using storage::AlertKey;
using storage::v1::AlertRecord;
using storage::v1::Change;
using storage::v1::StandingAlert;
using Standing = google::protobuf::RepeatedPtrField<StandingAlert>;

// A function of what the alert says and follows from: the same change raises the same alert.
AlertKey KeyOf(const AlertRecord& record, engine::Instant at, storage::Partition shard) {
  const std::string text =
      absl::StrCat(record.kind(), "/", record.account(), "/", record.source(), "/",
                   record.subject(), "/", record.to(), "/", record.revision());
  std::array<unsigned char, SHA256_DIGEST_LENGTH> hash{};
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), hash.data());
  AlertKey key;
  key.raised_at_micros = at;
  key.tail = shard.byte();
  for (int i = 0; i < 7; ++i) key.tail = key.tail << 8 | hash[i];
  return key;
}

// Whether an alert of the kind says something that can be over.
bool Stands(AlertKind kind) {
  return kind == AlertKind::kBand || kind == AlertKind::kGateClosed ||
         kind == AlertKind::kRenewal || kind == AlertKind::kRuleNotFollowed;
}

void Stand(uint32_t kind, const std::string& subject, const AlertKey& key, Standing& standing) {
  StandingAlert& one = *standing.Add();
  one.set_kind(kind);
  one.set_subject(subject);
  one.set_raised_at_micros(key.raised_at_micros);
  one.set_tail(key.tail);
}

// Where the account begins: as it was created, or else as it is seen first.
engine::AlertMemory MemoryAtFirst(const std::optional<storage::v1::ChangeRecord>& created,
                                  const engine::Sight& sight) {
  std::vector<std::string> gates;
  if (!created.has_value()) {
    for (const auto& gate : sight.gates) gates.push_back(gate.code);
    return engine::BeginAlerts(sight.band, sight.loyalty, sight.touch, std::move(gates));
  }
  auto band = engine::Band::kUnknown;
  auto loyalty = engine::LoyaltyTier::kNone;
  auto touch = engine::TouchTier::kUnknown;
  for (const Change& change : created->changes()) {
    const uint32_t after = change.after();
    if (change.kind() == Change::KIND_BAND) band = static_cast<engine::Band>(after);
    if (change.kind() == Change::KIND_GATE) gates.push_back(change.gate());
    if (change.kind() == Change::KIND_LOYALTY_TIER) {
      loyalty = static_cast<engine::LoyaltyTier>(after);
    }
    if (change.kind() == Change::KIND_TOUCH_TIER) touch = static_cast<engine::TouchTier>(after);
  }
  return engine::BeginAlerts(band, loyalty, touch, std::move(gates));
}

// What the alert is about is its name, or its id where it has none.
std::string SpokenName(const ledger::View& view) {
  const std::string& name = view.state->Profile("display_name");
  return name.empty() ? view.account : name;
}

}  // namespace

absl::Status Raising::Look(const ledger::View& view, const Occasion& occasion) {
  const storage::AlertMemoryKey key{view.account};
  auto stored = storage::GetRecord(*snapshot_, shard_, key);
  if (!stored.ok()) return stored.status();
  const engine::Sight sight = engine::SightOf(*rules_, *view.state, *view.rulebook, *view.card);
  storage::v1::AlertMemoryRecord record;
  engine::AlertMemory memory;
  std::string before;
  if (*stored) {
    record = **std::move(stored);
    before = record.SerializeAsString();
    memory = convert::FromStored(record);
  } else {
    memory = MemoryAtFirst(occasion.created, sight);
  }
  const engine::AlertStep step = engine::FollowAlerts(*rules_, sight, memory);
  Standing& standing = *record.mutable_standing();
  for (const engine::AlertOver& over : step.over) {
    const auto kind = static_cast<uint32_t>(over.kind);
    if (absl::Status s = Close(kind, over.subject, occasion.at, standing); !s.ok()) return s;
  }
  for (const engine::AlertNews& news : step.raised) {
    AlertRecord alert;
    alert.set_kind(static_cast<uint32_t>(news.kind));
    alert.set_severity(static_cast<uint32_t>(news.severity));
    alert.set_account(view.account);
    alert.set_display_name(view.state->Profile("display_name"));
    alert.set_owner(view.state->Profile("owner"));
    alert.set_subject(news.subject);
    alert.set_from(news.from);
    alert.set_to(news.to);
    alert.set_text(engine::SentenceOf(news, SpokenName(view)));
    alert.set_revision(occasion.revision);
    alert.set_cause(occasion.cause);
    alert.set_rulebook_number(view.rulebook->number());
    const uint32_t kind = alert.kind();
    if (Stands(news.kind)) {
      if (absl::Status s = Close(kind, news.subject, occasion.at, standing); !s.ok()) return s;
    }
    const AlertKey raised = Raise(std::move(alert), occasion.at);
    if (Stands(news.kind)) Stand(kind, news.subject, raised, standing);
  }
  convert::ToStored(memory, &record);
  // The same message may be written in other bytes; then it is written once more than needed.
  std::string after = record.SerializeAsString();
  if (*stored && after == before) return absl::OkStatus();
  batch_.Put(key.Encode(), std::move(after));
  // Nothing is written of an account that is erased meanwhile.
  storage::ErasedDigestKey erased;
  const std::string digest = ledger::ErasedDigest(view.account);
  std::copy(digest.begin(), digest.end(), erased.digest.begin());
  batch_.GuardAbsent(erased.Encode());
  return absl::OkStatus();
}

void Raising::SourceSilent(const std::string& source, engine::Instant now, uint64_t rulebook_number,
                           Standing& told) {
  engine::AlertNews news;
  news.kind = AlertKind::kSourceSilent;
  AlertRecord alert;
  alert.set_kind(static_cast<uint32_t>(news.kind));
  alert.set_severity(static_cast<uint32_t>(engine::AlertSeverity::kCritical));
  alert.set_source(source);
  alert.set_from("IN_TIME");
  alert.set_to("SILENT");
  alert.set_text(engine::SentenceOf(news, source));
  alert.set_rulebook_number(rulebook_number);
  const uint32_t kind = alert.kind();
  Stand(kind, source, Raise(std::move(alert), now), told);
}

absl::Status Raising::SourceSpoke(const std::string& source, engine::Instant now, Standing& told) {
  return Close(static_cast<uint32_t>(AlertKind::kSourceSilent), source, now, told);
}

AlertKey Raising::Raise(AlertRecord record, engine::Instant at) {
  record.set_state(AlertRecord::STATE_OPEN);
  const AlertKey key = KeyOf(record, at, shard_);
  storage::PutRecord(batch_, key, record);
  storage::v1::DeliveryRecord delivery;
  delivery.set_queued_at_micros(at);
  for (std::string& webhook : webhooks_->Wanting(record.kind(), record.owner())) {
    storage::PutRecord(batch_, storage::DeliveryKey{false, key, std::move(webhook)}, delivery);
    deliveries_ = true;
  }
  ++raised_;
  return key;
}

absl::Status Raising::Close(uint32_t kind, const std::string& subject, engine::Instant at,
                            Standing& standing) {
  const auto found = std::find_if(standing.begin(), standing.end(), [&](const StandingAlert& one) {
    return one.kind() == kind && one.subject() == subject;
  });
  if (found == standing.end()) return absl::OkStatus();
  const AlertKey key{found->raised_at_micros(), found->tail()};
  standing.erase(found);
  absl::StatusOr<std::optional<std::string>> bytes = snapshot_->Get(shard_, key.Encode());
  if (!bytes.ok()) return bytes.status();
  if (!bytes->has_value()) return absl::OkStatus();  // so old that it was removed
  absl::StatusOr<AlertRecord> record = storage::ParseRecord<AlertRecord>(**bytes);
  if (!record.ok()) return record.status();
  record->set_state(AlertRecord::STATE_CLOSED);
  record->set_closed_at_micros(at);
  // Somebody may be acknowledging it just now.
  batch_.GuardEquals(key.Encode(), **std::move(bytes));
  storage::PutRecord(batch_, key, *record);
  return absl::OkStatus();
}

}  // namespace kizuna::alerts
