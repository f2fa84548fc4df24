// SPDX-License-Identifier: Apache-2.0
//
// Do stored keys say what they should, sort as they should, and survive any bytes? The golden
// values below are what lies on the disks of stores that exist.

#include "storage/records/keys.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <limits>
#include <string>
#include <tuple>
#include <vector>

namespace kizuna::storage {
namespace {

// --- Keys of any content, and the order that their fields have.

// Text that something follows: never empty, no NUL. Few letters, so that prefixes meet.
rc::Gen<std::string> Id() {
  return rc::gen::nonEmpty(rc::gen::container<std::string>(
      rc::gen::oneOf(rc::gen::element('\x01', 'a', 'b', '~', '\xe3'), rc::gen::nonZero<char>())));
}
rc::Gen<std::string> AnyText() {
  return rc::gen::container<std::string>(
      rc::gen::oneOf(rc::gen::element('\0', 'a', '\xff'), rc::gen::arbitrary<char>()));
}
// Numbers at the ends of their range as well as between.
template <typename Number>
rc::Gen<Number> AnyNumber() {
  using Limits = std::numeric_limits<Number>;
  return rc::gen::oneOf(rc::gen::element<Number>(Limits::min(), 0, 1, Limits::max()),
                        rc::gen::element<Number>(static_cast<Number>(-1), Limits::max() - 1),
                        rc::gen::arbitrary<Number>());
}

AccountKey Any(const AccountKey*) { return {*Id()}; }
ErasedKey Any(const ErasedKey*) { return {*Id()}; }
ErasedDigestKey Any(const ErasedDigestKey*) {
  return {*rc::gen::arbitrary<std::array<uint8_t, 16>>()};
}
FactKey Any(const FactKey*) { return {*Id(), *Id(), *AnyText()}; }
WordsKey Any(const WordsKey*) { return {*Id(), *Id(), *AnyText()}; }
PersonRecordKey Any(const PersonRecordKey*) { return {*Id(), *AnyNumber<uint64_t>()}; }
HistoryKey Any(const HistoryKey*) { return {*Id(), *AnyNumber<int32_t>()}; }
LeakKey Any(const LeakKey*) { return {*Id(), *AnyNumber<int64_t>(), *Id(), *Id()}; }
MergedKey Any(const MergedKey*) { return {*Id()}; }
TakenOverKey Any(const TakenOverKey*) { return {*Id(), *Id()}; }
RankKey Any(const RankKey*) {
  return {*rc::gen::arbitrary<uint8_t>(), *rc::gen::arbitrary<uint8_t>(),
          static_cast<uint8_t>(*rc::gen::inRange(0, 101)), *Id()};
}
DueKey Any(const DueKey*) { return {*AnyNumber<int64_t>(), *Id()}; }
ChangeKey Any(const ChangeKey*) { return {*AnyNumber<uint64_t>()}; }
HeadKey Any(const HeadKey*) { return {}; }
SettingsKey Any(const SettingsKey*) { return {}; }
BookKey Any(const BookKey*) { return {*AnyNumber<uint64_t>()}; }
PartKey Any(const PartKey*) { return {*rc::gen::arbitrary<std::array<uint8_t, 16>>()}; }
DecisionKeyKey Any(const DecisionKeyKey*) { return {*AnyNumber<uint64_t>()}; }
AlertKey Any(const AlertKey*) { return {*AnyNumber<int64_t>(), *AnyNumber<uint64_t>()}; }
AlertMemoryKey Any(const AlertMemoryKey*) { return {*Id()}; }
AlertHeadKey Any(const AlertHeadKey*) { return {}; }
DeliveryKey Any(const DeliveryKey*) {
  return {*rc::gen::arbitrary<bool>(), Any(static_cast<AlertKey*>(nullptr)), *Id()};
}
WebhookKey Any(const WebhookKey*) { return {*Id()}; }

// std::string compares its chars as unsigned, as the store does.
auto Fields(const AccountKey& k) { return std::tuple(k.account); }
auto Fields(const ErasedKey& k) { return std::tuple(k.account); }
auto Fields(const ErasedDigestKey& k) { return std::tuple(k.digest); }
auto Fields(const FactKey& k) { return std::tuple(k.account, k.source, k.fact_id); }
auto Fields(const WordsKey& k) { return std::tuple(k.account, k.source, k.fact_id); }
auto Fields(const PersonRecordKey& k) { return std::tuple(k.account, k.person); }
auto Fields(const HistoryKey& k) { return std::tuple(k.account, k.day); }
auto Fields(const LeakKey& k) {
  return std::tuple(k.account, k.observed_at_micros, k.source, k.fact_id);
}
auto Fields(const MergedKey& k) { return std::tuple(k.account); }
auto Fields(const TakenOverKey& k) { return std::tuple(k.account, k.merged); }
// Higher readiness comes first.
auto Fields(const RankKey& k) { return std::tuple(k.motion, k.place, -k.readiness, k.account); }
auto Fields(const DueKey& k) { return std::tuple(k.due_at_micros, k.account); }
auto Fields(const ChangeKey& k) { return std::tuple(k.revision); }
auto Fields(const HeadKey&) { return std::tuple(); }
auto Fields(const SettingsKey&) { return std::tuple(); }
auto Fields(const BookKey& k) { return std::tuple(k.number); }
auto Fields(const PartKey& k) { return std::tuple(k.hash); }
auto Fields(const DecisionKeyKey& k) { return std::tuple(k.number); }
auto Fields(const AlertKey& k) { return std::tuple(k.raised_at_micros, k.tail); }
auto Fields(const AlertMemoryKey& k) { return std::tuple(k.account); }
auto Fields(const AlertHeadKey&) { return std::tuple(); }
auto Fields(const DeliveryKey& k) {
  return std::tuple(k.dead, k.alert.raised_at_micros, k.alert.tail, k.webhook);
}
auto Fields(const WebhookKey& k) { return std::tuple(k.webhook); }

template <typename Key>
class KeyTest : public ::testing::Test {};
using Keys =
    ::testing::Types<AccountKey, ErasedKey, ErasedDigestKey, FactKey, WordsKey, PersonRecordKey,
                     HistoryKey, LeakKey, MergedKey, TakenOverKey, RankKey, DueKey, ChangeKey,
                     HeadKey, SettingsKey, BookKey, PartKey, DecisionKeyKey, AlertKey,
                     AlertMemoryKey, AlertHeadKey, DeliveryKey, WebhookKey>;
TYPED_TEST_SUITE(KeyTest, Keys);

TYPED_TEST(KeyTest, ReadsBackWhatItWrote) {
  EXPECT_TRUE(rc::check([] {
    const TypeParam key = Any(static_cast<TypeParam*>(nullptr));
    const absl::StatusOr<TypeParam> decoded = TypeParam::Decode(key.Encode());
    RC_ASSERT(decoded.ok());
    RC_ASSERT(Fields(*decoded) == Fields(key));
  }));
}

TYPED_TEST(KeyTest, SortsByItsFields) {
  EXPECT_TRUE(rc::check([] {
    const TypeParam a = Any(static_cast<TypeParam*>(nullptr));
    const TypeParam b = Any(static_cast<TypeParam*>(nullptr));
    RC_ASSERT((Fields(a) < Fields(b)) == (a.Encode() < b.Encode()));
    RC_ASSERT((Fields(a) == Fields(b)) == (a.Encode() == b.Encode()));
  }));
}

TYPED_TEST(KeyTest, TakesNoBytesThatItWouldNotWrite) {
  EXPECT_TRUE(rc::check([] {
    // Often a key with a flaw, else anything.
    std::string bytes = *AnyText();
    if (*rc::gen::arbitrary<bool>()) {
      bytes = Any(static_cast<TypeParam*>(nullptr)).Encode();
      const int flaw = *rc::gen::inRange(0, 4);
      if (flaw == 0) bytes.resize(*rc::gen::inRange<size_t>(0, bytes.size() + 1));
      if (flaw == 1) bytes += *AnyText();
      if (flaw == 2) bytes[*rc::gen::inRange<size_t>(0, bytes.size())] ^= 0x41;
    }
    const absl::StatusOr<TypeParam> decoded = TypeParam::Decode(bytes);
    if (decoded.ok()) {
      RC_ASSERT(decoded->Encode() == bytes);
    } else {
      RC_ASSERT(absl::IsDataLoss(decoded.status()));
    }
    FamilyOf(bytes).IgnoreError();
  }));
}

TYPED_TEST(KeyTest, FitsTheStore) {
  EXPECT_TRUE(rc::check([] {
    const std::string key = Any(static_cast<TypeParam*>(nullptr)).Encode();
    RC_ASSERT(FamilyOf(key).ok());
    RC_ASSERT(key.size() > 0u);
  }));
}

// --- Ranges.

TEST(KeyRangesTest, AnAccountsRowsAreItsOwn) {
  EXPECT_TRUE(rc::check([] {
    const FactKey fact = Any(static_cast<FactKey*>(nullptr));
    const std::string other = *Id();
    RC_ASSERT(FactKey::OfAccount(other).Contains(fact.Encode()) == (other == fact.account));
    RC_ASSERT(FactKey::OfSource(fact.account, other).Contains(fact.Encode()) ==
              (other == fact.source));
    const WordsKey words = Any(static_cast<WordsKey*>(nullptr));
    RC_ASSERT(WordsKey::OfAccount(other).Contains(words.Encode()) == (other == words.account));
    const PersonRecordKey person = Any(static_cast<PersonRecordKey*>(nullptr));
    RC_ASSERT(PersonRecordKey::OfAccount(other).Contains(person.Encode()) ==
              (other == person.account));
    const HistoryKey history = Any(static_cast<HistoryKey*>(nullptr));
    RC_ASSERT(HistoryKey::OfAccount(other).Contains(history.Encode()) ==
              (other == history.account));
  }));
}

TEST(KeyRangesTest, PagesGoOnRightAfter) {
  EXPECT_TRUE(rc::check([] {
    const FactKey last = Any(static_cast<FactKey*>(nullptr));
    FactKey next = Any(static_cast<FactKey*>(nullptr));
    next.account = last.account;
    RC_ASSERT(last.After().Contains(next.Encode()) == (Fields(last) < Fields(next)));
    const AccountKey account = Any(static_cast<AccountKey*>(nullptr));
    RC_ASSERT(AccountKey::After(last.account).Contains(account.Encode()) ==
              (last.account < account.account));
    const RankKey rank = Any(static_cast<RankKey*>(nullptr));
    RankKey later = Any(static_cast<RankKey*>(nullptr));
    later.motion = rank.motion;
    RC_ASSERT(rank.After().Contains(later.Encode()) == (Fields(rank) < Fields(later)));
    const AlertKey alert = Any(static_cast<AlertKey*>(nullptr));
    const AlertKey other = Any(static_cast<AlertKey*>(nullptr));
    RC_ASSERT(alert.Before().Contains(other.Encode()) == (other < alert));
    RC_ASSERT(DeliveryKey::OfAlert(true, alert).Contains(DeliveryKey{true, other, "w"}.Encode()) ==
              (alert == other));
  }));
}

TEST(KeyRangesTest, DaysAndInstantsAreHalfOpenAsNamed) {
  EXPECT_TRUE(rc::check([] {
    const HistoryKey history = Any(static_cast<HistoryKey*>(nullptr));
    const int32_t first = *AnyNumber<int32_t>();
    const int32_t end = *AnyNumber<int32_t>();
    RC_ASSERT(HistoryKey::OfDays(history.account, first, end).Contains(history.Encode()) ==
              (first <= history.day && history.day < end));
    const DueKey due = Any(static_cast<DueKey*>(nullptr));
    const int64_t now = *AnyNumber<int64_t>();
    RC_ASSERT(DueKey::Until(now).Contains(due.Encode()) == (due.due_at_micros <= now));
    const ChangeKey change = Any(static_cast<ChangeKey*>(nullptr));
    const CommitNumber from = *AnyNumber<uint64_t>();
    RC_ASSERT(ChangeKey::From(from).Contains(change.Encode()) == (from <= change.revision));
    const RankKey rank = Any(static_cast<RankKey*>(nullptr));
    const uint8_t motion = *rc::gen::arbitrary<uint8_t>();
    RC_ASSERT(RankKey::OfMotion(motion).Contains(rank.Encode()) == (motion == rank.motion));
    RC_ASSERT(RankKey::OfPlace(rank.motion, motion).Contains(rank.Encode()) ==
              (motion == rank.place));
    RC_ASSERT(RankKey::All().Contains(rank.Encode()));
    RC_ASSERT(!DueKey::All().Contains(rank.Encode()));
  }));
}

// --- What must never change.

TEST(StoredForEverTest, ShardsOfAccounts) {
  // Computed by another program, from the definition in keys.h.
  const std::vector<std::pair<std::string, int>> known = {
      {"acme", 60},        {"globex", 52}, {"acct-000000", 15},
      {"acct-000001", 49}, {"A", 57},      {"\xe6\xa0\xaa", 43}};
  for (const auto& [account, shard] : known) {
    EXPECT_EQ(ShardOf(account).byte(), shard) << account;
  }
}

TEST(StoredForEverTest, AccountsSpreadEvenly) {
  std::vector<int> counts(Partition::kShards);
  for (int i = 0; i < 64'000; ++i) ++counts[ShardOf("acct-" + std::to_string(i)).byte()];
  EXPECT_GT(*std::min_element(counts.begin(), counts.end()), 850);
  EXPECT_LT(*std::max_element(counts.begin(), counts.end()), 1150);
}

TEST(KeyDeathTest, AnIdThatWouldReadBackAsAnothersEndsTheProcess) {
  EXPECT_DEATH(AccountKey{""}.Encode(), "empty or holds a NUL");
  EXPECT_DEATH((FactKey{std::string("a\0b", 3), "crm", "1"}.Encode()), "empty or holds a NUL");
}

}  // namespace
}  // namespace kizuna::storage
