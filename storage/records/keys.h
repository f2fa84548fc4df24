// SPDX-License-Identifier: Apache-2.0
//
// Where does a record lie? Each family of records has a key type of its own here, so that a key of
// one family cannot be handed to another, and a range cannot be put together from raw strings.
// storage/FORMAT.md shows how to read a stored key by hand.
//
// A key begins with one letter, its family. Then its fields in the order of the struct:
//   text that something follows   its bytes, then 0x00 (such text never holds a 0x00)
//   text at the end of the key    its bytes
//   unsigned numbers              big-endian, so that byte order is the order of the numbers
//   signed numbers                big-endian with the sign bit flipped, for the same reason
// So keys of a family sort by their fields, from the first to the last.
//
// DO NOT CHANGE a letter, a field's place or width, or a hash: stores that exist are written so. A
// new layout is a new letter.
//
// Every key type has
//   Encode()   the key's bytes. REQUIRES what the fields' comments say; it ends the process when
//              text that something follows is empty or holds a 0x00, since such a key would be read
//              back as another account's. The door (server/services) refuses such ids long before.
//   Decode()   the reverse, for any bytes: DATA_LOSS when they are not such a key. Whatever it
//              takes encodes to the same bytes.
// and ranges named by what they hold. Plain values and pure functions, safe from any thread.

#ifndef KIZUNA_STORAGE_RECORDS_KEYS_H_
#define KIZUNA_STORAGE_RECORDS_KEYS_H_

#include <array>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "storage/kv.h"

namespace kizuna::storage {

// The letters. Free letters may become families; a letter that was used is never used again.
enum class Family : char {
  // In the account's shard.
  kAccount = 'a',
  kErased = 'e',  // written by earlier programs only
  kErasedDigest = 'x',
  kFact = 'f',
  kWords = 'w',
  kPerson = 'p',
  kHistory = 'y',
  kLeak = 'v',
  kRank = 'r',
  kDue = 'd',
  kMerged = 'm',
  kTakenOver = 't',
  kChange = 'l',
  kRequest = 'q',  // reserved: request ids
  kAlert = 'b',
  kAlertMemory = 'g',
  kAlertHead = 'i',
  kDelivery = 'o',
  kHead = 'h',  // also in the book
  // In the book.
  kSettings = 's',
  kBook = 'n',
  kPart = 'c',
  kDecisionKey = 'k',
  kWebhook = 'u',
};

// The shard in which an account and all its rows lie. DO NOT CHANGE:
//   h = FNV-1a, 64 bits, over the bytes of the id
//   h = h xor (h >> 33), times 0xff51afd7ed558ccd, xor its own (>> 33)
//   shard = the lowest 6 bits
Partition ShardOf(absl::string_view account);

// Which family a key belongs to, by its first letter; DATA_LOSS for an unknown one.
absl::StatusOr<Family> FamilyOf(absl::string_view key);

// --- Rows of one account. `account` is its id ("acme", not "accounts/acme"). ---

// -> AccountRecord
struct AccountKey {
  std::string account;

  std::string Encode() const;
  static absl::StatusOr<AccountKey> Decode(absl::string_view key);
  // Every account of a shard, by id.
  static KeyRange All();
  // The accounts whose id is greater than `account`: where a page goes on.
  static KeyRange After(absl::string_view account);
};

// -> ErasedRecord: this account was erased for good. Programs before the digest wrote it so; it is
// still read.
struct ErasedKey {
  std::string account;

  std::string Encode() const;
  static absl::StatusOr<ErasedKey> Decode(absl::string_view key);
  static KeyRange All();
};

// -> ErasedRecord: the account of this digest (ledger::ErasedDigest) was erased for good. Its id is
// kept nowhere.
struct ErasedDigestKey {
  std::array<uint8_t, 16> digest{};

  std::string Encode() const;
  static absl::StatusOr<ErasedDigestKey> Decode(absl::string_view key);
  static KeyRange All();
};

// -> FactRecord: all versions of one identity.
struct FactKey {
  std::string account;
  std::string source;
  std::string fact_id;

  std::string Encode() const;
  static absl::StatusOr<FactKey> Decode(absl::string_view key);
  static KeyRange OfAccount(absl::string_view account);
  static KeyRange OfSource(absl::string_view account, absl::string_view source);
  // The facts of the key's account that sort after it: where a page goes on.
  KeyRange After() const;
};

// -> WordsRecord: the redactable words that were sent with a fact.
struct WordsKey {
  std::string account;
  std::string source;
  std::string fact_id;

  std::string Encode() const;
  static absl::StatusOr<WordsKey> Decode(absl::string_view key);
  static KeyRange OfAccount(absl::string_view account);
};

// -> PersonRecord: who a person of the account is. `person` as in engine::PersonKey.
struct PersonRecordKey {
  std::string account;
  uint64_t person = 0;

  std::string Encode() const;
  static absl::StatusOr<PersonRecordKey> Decode(absl::string_view key);
  static KeyRange OfAccount(absl::string_view account);
};

// -> HistoryRecord: the account's last card of that day of the book.
struct HistoryKey {
  std::string account;
  int32_t day = 0;  // days since 1970-01-01 in the book's time zone

  std::string Encode() const;
  static absl::StatusOr<HistoryKey> Decode(absl::string_view key);
  static KeyRange OfAccount(absl::string_view account);
  // Days first <= day < end.
  static KeyRange OfDays(absl::string_view account, int32_t first, int32_t end);
};

// -> LeakRecord: a pitch that should not have been made, by when it was made and its fact.
struct LeakKey {
  std::string account;
  int64_t observed_at_micros = 0;  // UTC microseconds since 1970
  std::string source;
  std::string fact_id;

  std::string Encode() const;
  static absl::StatusOr<LeakKey> Decode(absl::string_view key);
  static KeyRange OfAccount(absl::string_view account);
  static KeyRange All();
  // The leaks of the shard that sort after it: where a page goes on.
  KeyRange After() const;
};

// -> MergedRecord: this account is, or is being, merged into another.
struct MergedKey {
  std::string account;

  std::string Encode() const;
  static absl::StatusOr<MergedKey> Decode(absl::string_view key);
  static KeyRange All();
};

// -> TakenOverRecord: this account has taken over the facts of `merged`.
struct TakenOverKey {
  std::string account;
  std::string merged;

  std::string Encode() const;
  static absl::StatusOr<TakenOverKey> Decode(absl::string_view key);
  static KeyRange OfAccount(absl::string_view account);
};

// --- Indexes over the accounts of a shard. Their values are empty. ---

// Who comes first: by motion, then place in the order of work (lower first), then readiness
// (higher first), then account.
struct RankKey {
  uint8_t motion = 0;     // as engine::Motion
  uint8_t place = 0;      // the meaning is the ledger's
  uint8_t readiness = 0;  // 0..100; stored as 100 - readiness
  std::string account;

  std::string Encode() const;
  static absl::StatusOr<RankKey> Decode(absl::string_view key);
  static KeyRange OfMotion(uint8_t motion);
  static KeyRange OfPlace(uint8_t motion, uint8_t place);
  static KeyRange All();
  // The rows of the key's motion that sort after it: where a page goes on.
  KeyRange After() const;
};

// What is due when: the next instant at which time alone changes a verdict of the account.
struct DueKey {
  int64_t due_at_micros = 0;  // UTC microseconds since 1970
  std::string account;

  std::string Encode() const;
  static absl::StatusOr<DueKey> Decode(absl::string_view key);
  // Due at `now_micros` or before.
  static KeyRange Until(int64_t now_micros);
  static KeyRange All();
};

// --- Logs and heads of a shard. ---

// -> ChangeRecord: what the commit of this number changed, for watchers and history.
struct ChangeKey {
  CommitNumber revision = 0;

  std::string Encode() const;
  static absl::StatusOr<ChangeKey> Decode(absl::string_view key);
  // Revisions first <= revision.
  static KeyRange From(CommitNumber first);
};

// -> ShardHead in a shard, BookHead in the book. The commit number is not in it: the store keeps
// that itself (WriteBatch::set_commit_number).
struct HeadKey {
  std::string Encode() const;
  static absl::StatusOr<HeadKey> Decode(absl::string_view key);
};

// --- Alerts. ---

// -> AlertRecord, in the shard that the tail names.
struct AlertKey {
  int64_t raised_at_micros = 0;  // UTC microseconds since 1970
  uint64_t tail = 0;             // the shard in its highest byte, then 7 bytes of a hash

  std::string Encode() const;
  static absl::StatusOr<AlertKey> Decode(absl::string_view key);
  static KeyRange All();
  // The alerts of the shard that sort before it: where a page that goes backwards goes on.
  KeyRange Before() const;

  friend bool operator==(const AlertKey& a, const AlertKey& b) {
    return a.raised_at_micros == b.raised_at_micros && a.tail == b.tail;
  }
  friend bool operator<(const AlertKey& a, const AlertKey& b) {
    return a.raised_at_micros != b.raised_at_micros ? a.raised_at_micros < b.raised_at_micros
                                                    : a.tail < b.tail;
  }
};

// -> AlertMemoryRecord: what was told of an account.
struct AlertMemoryKey {
  std::string account;

  std::string Encode() const;
  static absl::StatusOr<AlertMemoryKey> Decode(absl::string_view key);
};

// -> AlertHead, one a shard.
struct AlertHeadKey {
  std::string Encode() const;
  static absl::StatusOr<AlertHeadKey> Decode(absl::string_view key);
};

// -> DeliveryRecord: an alert that a webhook has not got yet, in the alert's shard.
struct DeliveryKey {
  bool dead = false;  // it is tried no more, until somebody asks for it
  AlertKey alert;
  std::string webhook;

  std::string Encode() const;
  static absl::StatusOr<DeliveryKey> Decode(absl::string_view key);
  static KeyRange All(bool dead);
  static KeyRange OfAlert(bool dead, const AlertKey& alert);
  // The deliveries of the shard that sort before it, dead or not as it is.
  KeyRange Before() const;
};

// -> WebhookRecord, in the book.
struct WebhookKey {
  std::string webhook;

  std::string Encode() const;
  static absl::StatusOr<WebhookKey> Decode(absl::string_view key);
  static KeyRange All();
};

// --- The book. ---

// -> StoreSettings
struct SettingsKey {
  std::string Encode() const;
  static absl::StatusOr<SettingsKey> Decode(absl::string_view key);
};

// -> BookRecord: the rulebook of this number.
struct BookKey {
  uint64_t number = 0;

  std::string Encode() const;
  static absl::StatusOr<BookKey> Decode(absl::string_view key);
  static KeyRange All();
};

// -> the bytes of a part of rulebooks, by their hash: numbers that share a part share its bytes.
struct PartKey {
  std::array<uint8_t, 16> hash{};

  std::string Encode() const;
  static absl::StatusOr<PartKey> Decode(absl::string_view key);
  static KeyRange All();
};

// -> DecisionKeyRecord: the secret of this number, by which ids of decisions are signed.
struct DecisionKeyKey {
  uint64_t number = 0;

  std::string Encode() const;
  static absl::StatusOr<DecisionKeyKey> Decode(absl::string_view key);
  static KeyRange All();
};

}  // namespace kizuna::storage

#endif  // KIZUNA_STORAGE_RECORDS_KEYS_H_
