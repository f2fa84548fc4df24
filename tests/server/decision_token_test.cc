// SPDX-License-Identifier: Apache-2.0
//
// Is a decision id taken only as it was given out? Every other text is refused, and those that were
// given out are read for ever.

#include "server/convert/decision_token.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "server/limits.h"
#include "tests/support/seed.h"

namespace kizuna::convert {
namespace {

constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

DecisionKey KeyOf(uint64_t number) { return {number, std::string(kDecisionSecretBytes, 'k')}; }

DecisionToken Token() {
  DecisionToken token;
  token.epoch = 1;
  token.account = "acme";
  token.revision = 258;
  token.rulebook_number = 7;
  token.request.motion = engine::Motion::kCrossSell;
  token.request.product = "wms";
  token.request.team = "sales";
  token.request.contact = 0x0123456789abcdef;
  token.request.channel = "mail";
  token.checked_at = 1'728'000'000'000'001;
  for (size_t i = 0; i < token.verdict.size(); ++i) token.verdict[i] = static_cast<uint8_t>(i);
  return token;
}

// The store with the keys 1 and 2 of the same secret.
absl::StatusOr<DecisionToken> Open(absl::string_view id, char secret = 'k') {
  return OpenDecision(id, [&](uint64_t number) -> std::optional<std::string> {
    if (number != 1 && number != 2) return std::nullopt;
    return std::string(kDecisionSecretBytes, secret);
  });
}

void ExpectSame(const DecisionToken& a, const DecisionToken& b) {
  EXPECT_EQ(a.epoch, b.epoch);
  EXPECT_EQ(a.account, b.account);
  EXPECT_EQ(a.revision, b.revision);
  EXPECT_EQ(a.rulebook_number, b.rulebook_number);
  EXPECT_EQ(a.request.motion, b.request.motion);
  EXPECT_EQ(a.request.product, b.request.product);
  EXPECT_EQ(a.request.team, b.request.team);
  EXPECT_EQ(a.request.contact, b.request.contact);
  EXPECT_EQ(a.request.channel, b.request.channel);
  EXPECT_EQ(a.checked_at, b.checked_at);
  EXPECT_EQ(a.verdict, b.verdict);
}

TEST(DecisionTokenTest, SaysWhatItWasMadeOf) {
  const auto opened = Open(SealDecision(Token(), KeyOf(1)));
  ASSERT_TRUE(opened.ok()) << opened.status();
  ExpectSame(*opened, Token());
}

TEST(DecisionTokenTest, EverySingleOtherCharacterIsRefused) {
  const std::string id = SealDecision(Token(), KeyOf(1));
  int tried = 0;
  for (size_t at = 0; at < id.size(); ++at) {
    for (const char other : std::string(kAlphabet) + "=. \n") {
      if (other == id[at]) continue;
      std::string changed = id;
      changed[at] = other;
      const auto opened = Open(changed);
      EXPECT_TRUE(absl::IsInvalidArgument(opened.status())) << "at " << at << " of " << changed;
      ++tried;
    }
  }
  EXPECT_GT(tried, 60 * static_cast<int>(id.size()));
}

TEST(DecisionTokenTest, APartOfItAndMoreThanItAreRefused) {
  const std::string id = SealDecision(Token(), KeyOf(1));
  for (size_t size = 0; size < id.size(); ++size) {
    EXPECT_TRUE(absl::IsInvalidArgument(Open(id.substr(0, size)).status())) << size;
    EXPECT_TRUE(absl::IsInvalidArgument(Open(id.substr(id.size() - size)).status())) << size;
  }
  for (const char* more : {"A", "AA", "AAAA", "=", "==", " ", "."}) {
    EXPECT_FALSE(Open(id + more).ok()) << more;
    EXPECT_FALSE(Open(more + id).ok()) << more;
  }
}

TEST(DecisionTokenTest, AnotherFormIsRefused) {
  std::string id = SealDecision(Token(), KeyOf(1));
  id[1] = '2';
  EXPECT_FALSE(Open(id).ok());
  id[1] = '1';
  EXPECT_TRUE(Open(id).ok());
}

TEST(DecisionTokenTest, AnotherKeyIsRefused) {
  EXPECT_FALSE(Open(SealDecision(Token(), KeyOf(1)), 'x').ok()) << "another store's secret";
  EXPECT_FALSE(Open(SealDecision(Token(), KeyOf(3))).ok()) << "a number that the store has not";
  EXPECT_TRUE(Open(SealDecision(Token(), KeyOf(2))).ok());
}

TEST(DecisionTokenTest, TheLongestFitsAndALongerTextIsNotEvenRead) {
  DecisionToken token = Token();
  token.epoch = token.revision = token.rulebook_number = ~uint64_t{0};
  token.checked_at = engine::kLongAgo;
  token.account = std::string(limits::kMaxAccountIdBytes, 'a');
  token.request.product = std::string(limits::kMaxAccountIdBytes, 'p');
  token.request.team = std::string(limits::kMaxIdBytes, 't');
  token.request.channel = std::string(limits::kMaxIdBytes, 'c');
  const std::string id = SealDecision(token, {~uint64_t{0}, std::string(32, 'k')});
  EXPECT_LE(id.size(), kMaxDecisionIdBytes);
  bool asked = false;
  const auto opened = OpenDecision(id, [&](uint64_t number) {
    asked = number == ~uint64_t{0};
    return std::optional<std::string>(std::string(32, 'k'));
  });
  ASSERT_TRUE(opened.ok()) << opened.status();
  ExpectSame(*opened, token);
  EXPECT_TRUE(asked);
  asked = false;
  EXPECT_FALSE(OpenDecision(id + std::string(kMaxDecisionIdBytes, 'A'), [&](uint64_t) {
                 asked = true;
                 return std::optional<std::string>();
               }).ok());
  EXPECT_FALSE(asked);
}

TEST(DecisionTokenTest, AnyTokenIsReadBackAndAnyTextSurvived) {
  std::mt19937_64 random(TestSeed());
  const auto text = [&](size_t most) {
    std::string out(random() % (most + 1), '\0');
    for (char& c : out) c = static_cast<char>(random());
    return out;
  };
  for (int i = 0; i < 2000; ++i) {
    DecisionToken token;
    token.epoch = random() >> random() % 64;
    token.revision = random() >> random() % 64;
    token.rulebook_number = random() >> random() % 64;
    token.checked_at = static_cast<int64_t>(random());
    token.account = text(63);
    token.request.motion = static_cast<engine::Motion>(random() % 8);
    token.request.product = text(63);
    token.request.team = text(128);
    token.request.channel = text(128);
    token.request.contact = random();
    for (uint8_t& byte : token.verdict) byte = static_cast<uint8_t>(random());
    const auto opened = Open(SealDecision(token, KeyOf(1 + i % 2)));
    ASSERT_TRUE(opened.ok()) << opened.status();
    ExpectSame(*opened, token);
    EXPECT_FALSE(Open(text(300)).ok());
    EXPECT_FALSE(Open("d1." + text(300)).ok());
  }
}

// Ids in this form are out there: they may never read otherwise. Computed by another program, from
// the definition in decision_token.h.
TEST(DecisionTokenTest, TheFormIsWhatItWas) {
  EXPECT_EQ(
      SealDecision(Token(), KeyOf(1)),
      "d1.AQGCAgeCgOCi6-aRBgMBI0VniavN7wRhY21lA3dtcwVzYWxlcwRtYWlsAAECAwQFBgcICQoLDA0OD6ety9Y-zf"
      "d7zGJYDgOP9F4");
}

}  // namespace
}  // namespace kizuna::convert
