// SPDX-License-Identifier: Apache-2.0
//
// Keys are put together by KeyWriter and taken apart by KeyReader, so that how a field is written
// stands in one place each.

#include "storage/records/keys.h"

#include <cstdio>
#include <cstdlib>
#include <limits>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace kizuna::storage {
namespace {

constexpr uint64_t kSignBit64 = uint64_t{1} << 63;
constexpr uint32_t kSignBit32 = uint32_t{1} << 31;

class KeyWriter {
 public:
  explicit KeyWriter(Family family) : key_(1, static_cast<char>(family)) {}

  // Text that something follows.
  KeyWriter& Terminated(absl::string_view text) {
    if (text.empty() || text.find('\0') != absl::string_view::npos) {
      // To go on would write under a key that reads back as another account's.
      std::fprintf(stderr, "kizuna: an id that is empty or holds a NUL was used in a key\n");
      std::abort();
    }
    key_.append(text.data(), text.size());
    key_.push_back('\0');
    return *this;
  }
  // Text at the end of the key.
  KeyWriter& Rest(absl::string_view text) {
    key_.append(text.data(), text.size());
    return *this;
  }
  KeyWriter& Byte(uint8_t value) {
    key_.push_back(static_cast<char>(value));
    return *this;
  }
  KeyWriter& Fixed32(uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) Byte(static_cast<uint8_t>(value >> shift));
    return *this;
  }
  KeyWriter& Fixed64(uint64_t value) {
    for (int shift = 56; shift >= 0; shift -= 8) Byte(static_cast<uint8_t>(value >> shift));
    return *this;
  }
  KeyWriter& Signed32(int32_t value) { return Fixed32(static_cast<uint32_t>(value) ^ kSignBit32); }
  KeyWriter& Signed64(int64_t value) { return Fixed64(static_cast<uint64_t>(value) ^ kSignBit64); }

  std::string Key() { return std::move(key_); }
  KeyRange Prefixed() const { return KeyRange::Prefix(key_); }

 private:
  std::string key_;
};

// Reads fields in order. Once a field is not there, failed() stays true and the rest reads as 0.
class KeyReader {
 public:
  KeyReader(Family family, absl::string_view key) : rest_(key) {
    failed_ = Byte() != static_cast<uint8_t>(family);
  }

  std::string Terminated() {
    const size_t end = rest_.find('\0');
    if (failed_ || end == 0 || end == absl::string_view::npos) {
      failed_ = true;
      return std::string();
    }
    std::string text(rest_.substr(0, end));
    rest_.remove_prefix(end + 1);
    return text;
  }
  std::string Rest() { return std::string(std::exchange(rest_, absl::string_view())); }
  uint8_t Byte() { return static_cast<uint8_t>(Fixed(1)); }
  uint32_t Fixed32() { return static_cast<uint32_t>(Fixed(4)); }
  uint64_t Fixed64() { return Fixed(8); }
  int32_t Signed32() { return static_cast<int32_t>(Fixed32() ^ kSignBit32); }
  int64_t Signed64() { return static_cast<int64_t>(Fixed64() ^ kSignBit64); }

  // All was there and nothing is left.
  bool Done() const { return !failed_ && rest_.empty(); }

 private:
  uint64_t Fixed(size_t bytes) {
    if (failed_ || rest_.size() < bytes) {
      failed_ = true;
      return 0;
    }
    uint64_t value = 0;
    for (size_t i = 0; i < bytes; ++i) value = value << 8 | static_cast<uint8_t>(rest_[i]);
    rest_.remove_prefix(bytes);
    return value;
  }

  absl::string_view rest_;
  bool failed_ = false;
};

absl::Status Damaged(Family family, absl::string_view key) {
  return absl::DataLossError(absl::StrCat("a stored key is not one of family '",
                                          std::string(1, static_cast<char>(family)),
                                          "' (storage/FORMAT.md): ", absl::BytesToHexString(key)));
}

// The key's value when the reader has taken it whole.
template <typename Key>
absl::StatusOr<Key> Whole(const KeyReader& reader, Family family, absl::string_view bytes,
                          Key key) {
  if (!reader.Done()) return Damaged(family, bytes);
  return key;
}

// The first key after `key`.
std::string Successor(std::string key) {
  key.push_back('\0');
  return key;
}

KeyRange AllOf(Family family) { return KeyWriter(family).Prefixed(); }

}  // namespace

Partition ShardOf(absl::string_view account) {
  uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : account) {
    hash ^= static_cast<uint8_t>(c);
    hash *= 0x100000001b3u;
  }
  // FNV mixes its low bits poorly; the shard is taken from them.
  hash ^= hash >> 33;
  hash *= 0xff51afd7ed558ccdu;
  hash ^= hash >> 33;
  static_assert(Partition::kShards == 64);
  return Partition::Shard(static_cast<int>(hash & 63));
}

absl::StatusOr<Family> FamilyOf(absl::string_view key) {
  if (!key.empty()) {
    const Family family = static_cast<Family>(key[0]);
    switch (family) {
      case Family::kAccount:
      case Family::kErased:
      case Family::kErasedDigest:
      case Family::kFact:
      case Family::kWords:
      case Family::kPerson:
      case Family::kHistory:
      case Family::kLeak:
      case Family::kRank:
      case Family::kDue:
      case Family::kMerged:
      case Family::kTakenOver:
      case Family::kChange:
      case Family::kRequest:
      case Family::kAlert:
      case Family::kAlertMemory:
      case Family::kAlertHead:
      case Family::kDelivery:
      case Family::kHead:
      case Family::kSettings:
      case Family::kBook:
      case Family::kPart:
      case Family::kDecisionKey:
      case Family::kWebhook:
        return family;
    }
  }
  return absl::DataLossError(
      absl::StrCat("a stored key is of no known family: ", absl::BytesToHexString(key)));
}

std::string AccountKey::Encode() const {
  return KeyWriter(Family::kAccount).Terminated(account).Key();
}
absl::StatusOr<AccountKey> AccountKey::Decode(absl::string_view key) {
  KeyReader reader(Family::kAccount, key);
  AccountKey decoded{reader.Terminated()};
  return Whole(reader, Family::kAccount, key, std::move(decoded));
}
KeyRange AccountKey::All() { return AllOf(Family::kAccount); }
KeyRange AccountKey::After(absl::string_view account) {
  return KeyRange{Successor(KeyWriter(Family::kAccount).Terminated(account).Key()), All().end};
}

std::string ErasedKey::Encode() const {
  return KeyWriter(Family::kErased).Terminated(account).Key();
}
absl::StatusOr<ErasedKey> ErasedKey::Decode(absl::string_view key) {
  KeyReader reader(Family::kErased, key);
  ErasedKey decoded{reader.Terminated()};
  return Whole(reader, Family::kErased, key, std::move(decoded));
}
KeyRange ErasedKey::All() { return AllOf(Family::kErased); }

std::string ErasedDigestKey::Encode() const {
  KeyWriter writer(Family::kErasedDigest);
  for (const uint8_t byte : digest) writer.Byte(byte);
  return writer.Key();
}
absl::StatusOr<ErasedDigestKey> ErasedDigestKey::Decode(absl::string_view key) {
  KeyReader reader(Family::kErasedDigest, key);
  ErasedDigestKey decoded;
  for (uint8_t& byte : decoded.digest) byte = reader.Byte();
  return Whole(reader, Family::kErasedDigest, key, decoded);
}
KeyRange ErasedDigestKey::All() { return AllOf(Family::kErasedDigest); }

std::string FactKey::Encode() const {
  return KeyWriter(Family::kFact).Terminated(account).Terminated(source).Rest(fact_id).Key();
}
absl::StatusOr<FactKey> FactKey::Decode(absl::string_view key) {
  KeyReader reader(Family::kFact, key);
  FactKey decoded;
  decoded.account = reader.Terminated();
  decoded.source = reader.Terminated();
  decoded.fact_id = reader.Rest();
  return Whole(reader, Family::kFact, key, std::move(decoded));
}
KeyRange FactKey::OfAccount(absl::string_view account) {
  return KeyWriter(Family::kFact).Terminated(account).Prefixed();
}
KeyRange FactKey::OfSource(absl::string_view account, absl::string_view source) {
  return KeyWriter(Family::kFact).Terminated(account).Terminated(source).Prefixed();
}
KeyRange FactKey::After() const { return KeyRange{Successor(Encode()), OfAccount(account).end}; }

std::string WordsKey::Encode() const {
  return KeyWriter(Family::kWords).Terminated(account).Terminated(source).Rest(fact_id).Key();
}
absl::StatusOr<WordsKey> WordsKey::Decode(absl::string_view key) {
  KeyReader reader(Family::kWords, key);
  WordsKey decoded;
  decoded.account = reader.Terminated();
  decoded.source = reader.Terminated();
  decoded.fact_id = reader.Rest();
  return Whole(reader, Family::kWords, key, std::move(decoded));
}
KeyRange WordsKey::OfAccount(absl::string_view account) {
  return KeyWriter(Family::kWords).Terminated(account).Prefixed();
}

std::string PersonRecordKey::Encode() const {
  return KeyWriter(Family::kPerson).Terminated(account).Fixed64(person).Key();
}
absl::StatusOr<PersonRecordKey> PersonRecordKey::Decode(absl::string_view key) {
  KeyReader reader(Family::kPerson, key);
  PersonRecordKey decoded;
  decoded.account = reader.Terminated();
  decoded.person = reader.Fixed64();
  return Whole(reader, Family::kPerson, key, std::move(decoded));
}
KeyRange PersonRecordKey::OfAccount(absl::string_view account) {
  return KeyWriter(Family::kPerson).Terminated(account).Prefixed();
}

std::string HistoryKey::Encode() const {
  return KeyWriter(Family::kHistory).Terminated(account).Signed32(day).Key();
}
absl::StatusOr<HistoryKey> HistoryKey::Decode(absl::string_view key) {
  KeyReader reader(Family::kHistory, key);
  HistoryKey decoded;
  decoded.account = reader.Terminated();
  decoded.day = reader.Signed32();
  return Whole(reader, Family::kHistory, key, std::move(decoded));
}
KeyRange HistoryKey::OfAccount(absl::string_view account) {
  return KeyWriter(Family::kHistory).Terminated(account).Prefixed();
}
KeyRange HistoryKey::OfDays(absl::string_view account, int32_t first, int32_t end) {
  const std::string id(account);
  std::string begin = HistoryKey{id, first}.Encode();
  if (end <= first) return KeyRange{begin, begin};
  return KeyRange{std::move(begin), HistoryKey{id, end}.Encode()};
}

std::string LeakKey::Encode() const {
  return KeyWriter(Family::kLeak)
      .Terminated(account)
      .Signed64(observed_at_micros)
      .Terminated(source)
      .Rest(fact_id)
      .Key();
}
absl::StatusOr<LeakKey> LeakKey::Decode(absl::string_view key) {
  KeyReader reader(Family::kLeak, key);
  LeakKey decoded;
  decoded.account = reader.Terminated();
  decoded.observed_at_micros = reader.Signed64();
  decoded.source = reader.Terminated();
  decoded.fact_id = reader.Rest();
  if (decoded.fact_id.empty()) return Damaged(Family::kLeak, key);
  return Whole(reader, Family::kLeak, key, std::move(decoded));
}
KeyRange LeakKey::OfAccount(absl::string_view account) {
  return KeyWriter(Family::kLeak).Terminated(account).Prefixed();
}
KeyRange LeakKey::All() { return AllOf(Family::kLeak); }
KeyRange LeakKey::After() const { return KeyRange{Successor(Encode()), All().end}; }

std::string MergedKey::Encode() const {
  return KeyWriter(Family::kMerged).Terminated(account).Key();
}
absl::StatusOr<MergedKey> MergedKey::Decode(absl::string_view key) {
  KeyReader reader(Family::kMerged, key);
  MergedKey decoded{reader.Terminated()};
  return Whole(reader, Family::kMerged, key, std::move(decoded));
}
KeyRange MergedKey::All() { return AllOf(Family::kMerged); }

std::string TakenOverKey::Encode() const {
  return KeyWriter(Family::kTakenOver).Terminated(account).Rest(merged).Key();
}
absl::StatusOr<TakenOverKey> TakenOverKey::Decode(absl::string_view key) {
  KeyReader reader(Family::kTakenOver, key);
  TakenOverKey decoded;
  decoded.account = reader.Terminated();
  decoded.merged = reader.Rest();
  if (decoded.merged.empty()) return Damaged(Family::kTakenOver, key);
  return Whole(reader, Family::kTakenOver, key, std::move(decoded));
}
KeyRange TakenOverKey::OfAccount(absl::string_view account) {
  return KeyWriter(Family::kTakenOver).Terminated(account).Prefixed();
}

std::string RankKey::Encode() const {
  return KeyWriter(Family::kRank)
      .Byte(motion)
      .Byte(place)
      .Byte(static_cast<uint8_t>(100 - readiness))
      .Rest(account)
      .Key();
}
absl::StatusOr<RankKey> RankKey::Decode(absl::string_view key) {
  KeyReader reader(Family::kRank, key);
  RankKey decoded;
  decoded.motion = reader.Byte();
  decoded.place = reader.Byte();
  decoded.readiness = static_cast<uint8_t>(100 - reader.Byte());
  decoded.account = reader.Rest();
  if (decoded.readiness > 100 || decoded.account.empty()) return Damaged(Family::kRank, key);
  return Whole(reader, Family::kRank, key, std::move(decoded));
}
KeyRange RankKey::OfMotion(uint8_t motion) {
  return KeyWriter(Family::kRank).Byte(motion).Prefixed();
}
KeyRange RankKey::OfPlace(uint8_t motion, uint8_t place) {
  return KeyWriter(Family::kRank).Byte(motion).Byte(place).Prefixed();
}
KeyRange RankKey::All() { return AllOf(Family::kRank); }
KeyRange RankKey::After() const { return KeyRange{Successor(Encode()), OfMotion(motion).end}; }

std::string DueKey::Encode() const {
  return KeyWriter(Family::kDue).Signed64(due_at_micros).Rest(account).Key();
}
absl::StatusOr<DueKey> DueKey::Decode(absl::string_view key) {
  KeyReader reader(Family::kDue, key);
  DueKey decoded;
  decoded.due_at_micros = reader.Signed64();
  decoded.account = reader.Rest();
  if (decoded.account.empty()) return Damaged(Family::kDue, key);
  return Whole(reader, Family::kDue, key, std::move(decoded));
}
KeyRange DueKey::Until(int64_t now_micros) {
  KeyRange range = All();
  if (now_micros < std::numeric_limits<int64_t>::max()) {
    range.end = KeyWriter(Family::kDue).Signed64(now_micros + 1).Key();
  }
  return range;
}
KeyRange DueKey::All() { return AllOf(Family::kDue); }

std::string ChangeKey::Encode() const { return KeyWriter(Family::kChange).Fixed64(revision).Key(); }
absl::StatusOr<ChangeKey> ChangeKey::Decode(absl::string_view key) {
  KeyReader reader(Family::kChange, key);
  ChangeKey decoded{reader.Fixed64()};
  return Whole(reader, Family::kChange, key, decoded);
}
KeyRange ChangeKey::From(CommitNumber first) {
  return KeyRange{ChangeKey{first}.Encode(), AllOf(Family::kChange).end};
}

std::string HeadKey::Encode() const { return KeyWriter(Family::kHead).Key(); }
absl::StatusOr<HeadKey> HeadKey::Decode(absl::string_view key) {
  return Whole(KeyReader(Family::kHead, key), Family::kHead, key, HeadKey{});
}

std::string SettingsKey::Encode() const { return KeyWriter(Family::kSettings).Key(); }
absl::StatusOr<SettingsKey> SettingsKey::Decode(absl::string_view key) {
  return Whole(KeyReader(Family::kSettings, key), Family::kSettings, key, SettingsKey{});
}

std::string BookKey::Encode() const { return KeyWriter(Family::kBook).Fixed64(number).Key(); }
absl::StatusOr<BookKey> BookKey::Decode(absl::string_view key) {
  KeyReader reader(Family::kBook, key);
  BookKey decoded{reader.Fixed64()};
  return Whole(reader, Family::kBook, key, decoded);
}
KeyRange BookKey::All() { return AllOf(Family::kBook); }

std::string PartKey::Encode() const {
  KeyWriter writer(Family::kPart);
  for (const uint8_t byte : hash) writer.Byte(byte);
  return writer.Key();
}
absl::StatusOr<PartKey> PartKey::Decode(absl::string_view key) {
  KeyReader reader(Family::kPart, key);
  PartKey decoded;
  for (uint8_t& byte : decoded.hash) byte = reader.Byte();
  return Whole(reader, Family::kPart, key, decoded);
}
KeyRange PartKey::All() { return AllOf(Family::kPart); }

std::string DecisionKeyKey::Encode() const {
  return KeyWriter(Family::kDecisionKey).Fixed64(number).Key();
}
absl::StatusOr<DecisionKeyKey> DecisionKeyKey::Decode(absl::string_view key) {
  KeyReader reader(Family::kDecisionKey, key);
  DecisionKeyKey decoded{reader.Fixed64()};
  return Whole(reader, Family::kDecisionKey, key, decoded);
}
KeyRange DecisionKeyKey::All() { return AllOf(Family::kDecisionKey); }

std::string AlertKey::Encode() const {
  return KeyWriter(Family::kAlert).Signed64(raised_at_micros).Fixed64(tail).Key();
}
absl::StatusOr<AlertKey> AlertKey::Decode(absl::string_view key) {
  KeyReader reader(Family::kAlert, key);
  AlertKey decoded;
  decoded.raised_at_micros = reader.Signed64();
  decoded.tail = reader.Fixed64();
  return Whole(reader, Family::kAlert, key, decoded);
}
KeyRange AlertKey::All() { return AllOf(Family::kAlert); }
KeyRange AlertKey::Before() const { return KeyRange{All().begin, Encode()}; }

std::string AlertMemoryKey::Encode() const {
  return KeyWriter(Family::kAlertMemory).Terminated(account).Key();
}
absl::StatusOr<AlertMemoryKey> AlertMemoryKey::Decode(absl::string_view key) {
  KeyReader reader(Family::kAlertMemory, key);
  AlertMemoryKey decoded{reader.Terminated()};
  return Whole(reader, Family::kAlertMemory, key, std::move(decoded));
}

std::string AlertHeadKey::Encode() const { return KeyWriter(Family::kAlertHead).Key(); }
absl::StatusOr<AlertHeadKey> AlertHeadKey::Decode(absl::string_view key) {
  return Whole(KeyReader(Family::kAlertHead, key), Family::kAlertHead, key, AlertHeadKey{});
}

std::string DeliveryKey::Encode() const {
  return KeyWriter(Family::kDelivery)
      .Byte(dead ? 1 : 0)
      .Signed64(alert.raised_at_micros)
      .Fixed64(alert.tail)
      .Rest(webhook)
      .Key();
}
absl::StatusOr<DeliveryKey> DeliveryKey::Decode(absl::string_view key) {
  KeyReader reader(Family::kDelivery, key);
  DeliveryKey decoded;
  const uint8_t dead = reader.Byte();
  decoded.dead = dead == 1;
  decoded.alert.raised_at_micros = reader.Signed64();
  decoded.alert.tail = reader.Fixed64();
  decoded.webhook = reader.Rest();
  if (dead > 1 || decoded.webhook.empty()) return Damaged(Family::kDelivery, key);
  return Whole(reader, Family::kDelivery, key, std::move(decoded));
}
KeyRange DeliveryKey::All(bool dead) {
  return KeyWriter(Family::kDelivery).Byte(dead ? 1 : 0).Prefixed();
}
KeyRange DeliveryKey::OfAlert(bool dead, const AlertKey& alert) {
  KeyWriter writer(Family::kDelivery);
  return writer.Byte(dead ? 1 : 0).Signed64(alert.raised_at_micros).Fixed64(alert.tail).Prefixed();
}
KeyRange DeliveryKey::Before() const { return KeyRange{All(dead).begin, Encode()}; }

std::string WebhookKey::Encode() const { return KeyWriter(Family::kWebhook).Rest(webhook).Key(); }
absl::StatusOr<WebhookKey> WebhookKey::Decode(absl::string_view key) {
  KeyReader reader(Family::kWebhook, key);
  WebhookKey decoded{reader.Rest()};
  if (decoded.webhook.empty()) return Damaged(Family::kWebhook, key);
  return Whole(reader, Family::kWebhook, key, std::move(decoded));
}
KeyRange WebhookKey::All() { return AllOf(Family::kWebhook); }

}  // namespace kizuna::storage
