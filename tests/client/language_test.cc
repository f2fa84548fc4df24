// SPDX-License-Identifier: Apache-2.0
//
// Is everything that a table says there in both languages? A sentence, a value of the API, or a
// gate, remedy or play of the rulebooks that ship, without its Japanese, fails here.

#include "client/cli/language.h"

#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>

#include "absl/strings/match.h"
#include "client/cli/exit_code.h"
#include "kizuna/v1/alert.pb.h"
#include "kizuna/v1/common.pb.h"
#include "kizuna/v1/portfolio_service.pb.h"
#include "kizuna/v1/rulebook.pb.h"
#include "kizuna/v1/task_service.pb.h"

namespace kizuna::cli {
namespace {

const Speech kJapanese(Language::kJapanese);

// The digits after each $.
std::multiset<char> SlotsOf(absl::string_view text) {
  std::multiset<char> slots;
  for (size_t i = 0; i + 1 < text.size(); ++i) {
    if (text[i] == '$') slots.insert(text[i + 1]);
  }
  return slots;
}

TEST(LanguageTest, EveryPhraseHasBothLanguagesWithTheSameSlots) {
  for (int i = 0; i < static_cast<int>(Phrase::kNumberOfPhrases); ++i) {
    const auto phrase = static_cast<Phrase>(i);
    const absl::string_view english = RawPhrase(phrase, Language::kEnglish);
    const absl::string_view japanese = RawPhrase(phrase, Language::kJapanese);
    // Empty also means that the list is not in the order of Phrase.
    EXPECT_FALSE(english.empty()) << i;
    EXPECT_FALSE(japanese.empty()) << english;
    EXPECT_EQ(SlotsOf(english), SlotsOf(japanese)) << english;
  }
}

void ExpectAllWords(const google::protobuf::EnumDescriptor* type) {
  for (int i = 0; i < type->value_count(); ++i) {
    if (type->value(i)->number() == 0) continue;
    EXPECT_TRUE(HasJapaneseWord(type->value(i))) << type->value(i)->name();
  }
}

TEST(LanguageTest, EveryValueThatATableShowsHasAJapaneseWord) {
  for (const google::protobuf::EnumDescriptor* const type :
       {v1::Verdict_descriptor(), v1::Effect_descriptor(), v1::Band_descriptor(),
        v1::Motion_descriptor(), v1::LoyaltyTier_descriptor(), v1::TouchTier_descriptor(),
        v1::MatrixCell_descriptor(), v1::TaskState_descriptor(), v1::AlertSeverity_descriptor(),
        v1::AlertState_descriptor(), v1::PortfolioGrouping_descriptor()}) {
    ExpectAllWords(type);
  }
}

v1::Rulebook ReadRulebook(const std::string& name) {
  std::ifstream file("server/rulebooks/" + name + ".textproto");
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  v1::Rulebook rulebook;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &rulebook)) << name;
  return rulebook;
}

TEST(LanguageTest, EveryGateAndPlayThatShipsSpeaksJapanese) {
  for (const char* const name : {"standard", "starter"}) {
    const v1::Rulebook rulebook = ReadRulebook(name);
    EXPECT_GT(rulebook.models_size(), 0);
    for (const v1::Model& model : rulebook.models()) {
      for (const v1::Gate& gate : model.gates()) {
        EXPECT_TRUE(HasJapaneseRemedy(gate.code(), gate.remedy())) << gate.code();
        EXPECT_TRUE(HasJapaneseActor(gate.who_can_act())) << gate.who_can_act();
        EXPECT_NE(gate.code(), kJapanese.Gate(gate.code()));
      }
    }
    for (const v1::Play& play : rulebook.plays()) {
      EXPECT_TRUE(HasJapaneseInstruction(play.name(), play.instruction())) << play.name();
    }
  }
}

TEST(LanguageTest, ACompanysOwnWordsStayAsTheyAre) {
  EXPECT_EQ("不満あり", kJapanese.Gate("DISSATISFIED"));
  EXPECT_EQ("AUDIT_RUNNING", kJapanese.Gate("AUDIT_RUNNING"));
  EXPECT_EQ("Ring the bell.", kJapanese.Remedy("DISSATISFIED", "Ring the bell."));
  EXPECT_EQ("the janitor", kJapanese.Actor("the janitor"));
  EXPECT_EQ("Send a card.", kJapanese.Instruction("welcome", "Send a card."));
  EXPECT_EQ("DISSATISFIED", Speech().Gate("DISSATISFIED"));
}

TEST(LanguageTest, SlotsAreFilledAndNothingElse) {
  EXPECT_EQ("cross-sell of wms", Speech()(Phrase::kProductOf, "cross-sell", "wms"));
  EXPECT_EQ("クロスセル（wms）", kJapanese(Phrase::kProductOf, "クロスセル", "wms"));
  // What a customer is called is not read as a slot.
  EXPECT_EQ("$1 of wms", Speech()(Phrase::kProductOf, "$1", "wms"));
}

TEST(LanguageTest, ValuesAreSpoken) {
  EXPECT_EQ("ALLOW", Speech().Word(v1::VERDICT_ALLOW));
  EXPECT_EQ("cross-sell", Speech().Word(v1::MOTION_CROSS_SELL));
  EXPECT_EQ("可", kJapanese.Word(v1::VERDICT_ALLOW));
  EXPECT_EQ("-", kJapanese.Word(v1::BAND_UNSPECIFIED));
  EXPECT_EQ("緑", kJapanese.TextWord("BAND", "GREEN"));
  EXPECT_EQ("GREEN", Speech().TextWord("BAND", "GREEN"));
  EXPECT_EQ("PURPLE", kJapanese.TextWord("BAND", "PURPLE"));
}

TEST(LanguageTest, ALocaleThatSaysJapaneseIsJapanese) {
  for (const char* const locale : {"ja", "ja_JP", "ja_JP.UTF-8", "ja.UTF-8", "ja@x"}) {
    EXPECT_EQ(Language::kJapanese, LanguageOfLocale(locale)) << locale;
  }
  for (const char* const locale : {"", "C", "POSIX", "en_US.UTF-8", "jam_JM", "j", "JA"}) {
    EXPECT_EQ(Language::kEnglish, LanguageOfLocale(locale)) << locale;
  }
}

TEST(LanguageTest, AnUnknownLanguageNamesTheFlagAndTheChoice) {
  EXPECT_EQ(Language::kJapanese, *ParseLanguage("--lang", "ja"));
  for (const char* const wrong : {"", "fr", "JA", "japanese"}) {
    const auto parsed = ParseLanguage("--lang", wrong);
    ASSERT_FALSE(parsed.ok()) << wrong;
    EXPECT_EQ(kUsage, ExitCodeOf(parsed.status()));
    EXPECT_TRUE(absl::StrContains(parsed.status().message(), "write en or ja"));
  }
}

}  // namespace
}  // namespace kizuna::cli
