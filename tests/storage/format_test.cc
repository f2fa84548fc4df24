// SPDX-License-Identifier: Apache-2.0
//
// Is storage/FORMAT.md true? Its examples are read from the page and decoded.

#include <google/protobuf/text_format.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "kizuna/storage/v1/fact.pb.h"
#include "storage/records/keys.h"

namespace kizuna::storage {
namespace {

// The lines of the page's block that begins with ```<name>, each split at " | ".
std::vector<std::vector<std::string>> Examples(const std::string& name) {
  std::ifstream file("storage/FORMAT.md");
  const std::string page{std::istreambuf_iterator<char>(file), {}};
  const std::string opening = "\n```" + name + "\n";
  const size_t begin = page.find(opening);
  EXPECT_NE(begin, std::string::npos) << name;
  if (begin == std::string::npos) return {};
  const size_t first = begin + opening.size();
  const std::string block = page.substr(first, page.find("```", first) - first);
  std::vector<std::vector<std::string>> examples;
  for (const absl::string_view line : absl::StrSplit(block, '\n', absl::SkipEmpty())) {
    examples.push_back(absl::StrSplit(line, " | "));
  }
  return examples;
}

std::string FromHex(const std::string& hex) {
  return absl::HexStringToBytes(absl::StrReplaceAll(hex, {{" ", ""}}));
}

// A key in the words of the page.
std::string Describe(absl::string_view key) {
  const absl::StatusOr<Family> family = FamilyOf(key);
  if (!family.ok()) return family.status().ToString();
  switch (*family) {
    case Family::kAccount:
      return absl::StrCat("account ", AccountKey::Decode(key)->account);
    case Family::kErased:
      return absl::StrCat("erased ", ErasedKey::Decode(key)->account);
    case Family::kErasedDigest: {
      const ErasedDigestKey erased = *ErasedDigestKey::Decode(key);
      return absl::StrCat("erased digest ", absl::BytesToHexString(std::string(
                                                erased.digest.begin(), erased.digest.end())));
    }
    case Family::kFact: {
      const FactKey fact = *FactKey::Decode(key);
      return absl::StrCat("fact ", fact.account, " ", fact.source, " ", fact.fact_id);
    }
    case Family::kWords: {
      const WordsKey words = *WordsKey::Decode(key);
      return absl::StrCat("words ", words.account, " ", words.source, " ", words.fact_id);
    }
    case Family::kPerson: {
      const PersonRecordKey person = *PersonRecordKey::Decode(key);
      return absl::StrFormat("person %s %016x", person.account, person.person);
    }
    case Family::kHistory: {
      const HistoryKey history = *HistoryKey::Decode(key);
      return absl::StrCat("history ", history.account, " ", history.day);
    }
    case Family::kLeak: {
      const LeakKey leak = *LeakKey::Decode(key);
      return absl::StrCat("leak ", leak.account, " ", leak.observed_at_micros, " ", leak.source,
                          " ", leak.fact_id);
    }
    case Family::kMerged:
      return absl::StrCat("merged ", MergedKey::Decode(key)->account);
    case Family::kTakenOver: {
      const TakenOverKey taken = *TakenOverKey::Decode(key);
      return absl::StrCat("taken over ", taken.account, " ", taken.merged);
    }
    case Family::kRank: {
      const RankKey rank = *RankKey::Decode(key);
      return absl::StrFormat("rank %d %d %d %s", rank.motion, rank.place, rank.readiness,
                             rank.account);
    }
    case Family::kDue: {
      const DueKey due = *DueKey::Decode(key);
      return absl::StrCat("due ", due.due_at_micros, " ", due.account);
    }
    case Family::kChange:
      return absl::StrCat("change ", ChangeKey::Decode(key)->revision);
    case Family::kHead:
      return HeadKey::Decode(key).ok() ? "head" : "?";
    case Family::kSettings:
      return SettingsKey::Decode(key).ok() ? "settings" : "?";
    case Family::kBook:
      return absl::StrCat("book ", BookKey::Decode(key)->number);
    case Family::kPart: {
      const PartKey part = *PartKey::Decode(key);
      return absl::StrCat("part ",
                          absl::BytesToHexString(std::string(part.hash.begin(), part.hash.end())));
    }
    case Family::kDecisionKey:
      return absl::StrCat("decision key ", DecisionKeyKey::Decode(key)->number);
    case Family::kAlert: {
      const AlertKey alert = *AlertKey::Decode(key);
      return absl::StrFormat("alert %d %016x", alert.raised_at_micros, alert.tail);
    }
    case Family::kAlertMemory:
      return absl::StrCat("alert memory ", AlertMemoryKey::Decode(key)->account);
    case Family::kAlertHead:
      return AlertHeadKey::Decode(key).ok() ? "alert head" : "?";
    case Family::kDelivery: {
      const DeliveryKey one = *DeliveryKey::Decode(key);
      return absl::StrFormat("delivery %s %d %016x %s", one.dead ? "dead" : "due",
                             one.alert.raised_at_micros, one.alert.tail, one.webhook);
    }
    case Family::kWebhook:
      return absl::StrCat("webhook ", WebhookKey::Decode(key)->webhook);
    case Family::kRequest:
      break;
  }
  return "?";
}

TEST(FormatTest, TheKeysOfThePageSayWhatThePageSays) {
  std::set<char> letters;
  for (const std::vector<std::string>& example : Examples("keys")) {
    ASSERT_EQ(example.size(), 3u);
    const std::string key = FromHex(example[1]);
    EXPECT_EQ(Describe(key), example[2]);
    letters.insert(key[0]);
    // An account's rows lie in its shard, the book's in the book.
    int partition = 0;
    ASSERT_TRUE(absl::SimpleAtoi(example[0], &partition));
    const std::vector<std::string> words = absl::StrSplit(example[2], ' ');
    const bool of_account =
        words.size() > 1 && std::string("aefwpyrdv").find(key[0]) != std::string::npos;
    if (of_account) {
      const std::string& account = key[0] == 'r' || key[0] == 'd' ? words.back() : words[1];
      EXPECT_EQ(ShardOf(account).byte(), partition) << example[2];
    }
  }
  EXPECT_EQ(std::string(letters.begin(), letters.end()), "abcdefghiklmnoprstuvwxy")
      << "an example of every family";
}

TEST(FormatTest, TheValueOfThePageSaysWhatThePageSays) {
  const auto examples = Examples("values");
  ASSERT_EQ(examples.size(), 1u);
  v1::FactRecord expected;
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(examples[0][2], &expected));
  v1::FactRecord actual;
  ASSERT_TRUE(actual.ParseFromString(FromHex(examples[0][1])));
  EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(actual, expected))
      << actual.DebugString();
}

}  // namespace
}  // namespace kizuna::storage
