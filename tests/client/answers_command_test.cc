// SPDX-License-Identifier: Apache-2.0
//
// What check, explain, what-if, health, why and ready print, and how they end.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_split.h"
#include "tests/client/command_line_fixture.h"

namespace kizuna::cli {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST_F(CommandLineTest, CheckEndsWithTheVerdict) {
  EXPECT_EQ(0, Kizuna({"check", "acme"}).code);
  EXPECT_EQ(10, Kizuna({"check", "angry"}).code);
  EXPECT_EQ(11, Kizuna({"check", "new"}).code);
}

TEST_F(CommandLineTest, CheckSaysWhyAndWhatToDo) {
  const Done done = Kizuna({"check", "angry", "--motion", "cross-sell", "--product", "wms"});
  EXPECT_EQ(10, done.code);
  EXPECT_THAT(done.out, StartsWith("DENY  angry: cross-sell of wms"));
  EXPECT_THAT(done.out, HasSubstr("DISSATISFIED"));
  EXPECT_THAT(done.out, HasSubstr("Call the people"));
  EXPECT_THAT(done.out, HasSubstr("who can act: owner"));
  EXPECT_THAT(done.out, HasSubstr("fact survey/nps-1, observed 2026-11-21"));
  // The book's zone is Asia/Tokyo.
  EXPECT_THAT(done.out, HasSubstr("opens by itself on 2026-12-22 09:00"));
  ExpectFits(done.out);
}

TEST_F(CommandLineTest, CheckWithoutAServerIsUnknown) {
  const Done done = Kizuna({"--server", "127.0.0.1:1", "check", "acme"});
  EXPECT_EQ(11, done.code);
  EXPECT_THAT(done.out, HasSubstr("UNKNOWN"));
  EXPECT_THAT(done.out, HasSubstr("NO_ANSWER"));
}

TEST_F(CommandLineTest, CheckWithoutAnAnswerInTimeIsUnknown) {
  server_.faults().hang = true;
  const Done done = Kizuna({"check", "acme", "--timeout", "0.2", "--format", "json"});
  EXPECT_EQ(11, done.code);
  EXPECT_THAT(done.out, HasSubstr("\"verdict\": \"UNKNOWN\""));
  EXPECT_THAT(done.out, HasSubstr("\"code\": \"NO_ANSWER\""));
  EXPECT_THAT(done.out, HasSubstr("\"checked_at\": null"));
}

TEST_F(CommandLineTest, CheckNamesTheDecisionAndExplainReplaysIt) {
  EXPECT_THAT(Kizuna({"check", "angry"}).out, HasSubstr("\n  decision d1.angry\n"));
  EXPECT_THAT(Kizuna({"check", "angry", "--format", "json"}).out,
              HasSubstr("\"decision_id\": \"d1.angry\""));
  const Done done = Kizuna({"explain", "d1.angry"});
  EXPECT_EQ(0, done.code) << done.err;
  EXPECT_THAT(done.out, StartsWith("Asked on 2026-11-22"));
  EXPECT_THAT(done.out, HasSubstr("by team sales"));
  EXPECT_THAT(done.out, HasSubstr("for a contact\nwho is not known here"));
  EXPECT_THAT(done.out, HasSubstr("DENY  angry: seats"));
  EXPECT_THAT(done.out, HasSubstr("DISSATISFIED"));
  const Done json = Kizuna({"explain", "d1.angry", "--format", "json"});
  EXPECT_THAT(json.out, HasSubstr("\"question\""));
  EXPECT_THAT(json.out, HasSubstr("\"contact_unknown\": true"));
  EXPECT_THAT(json.out, HasSubstr("\"known_at\": 7"));
  EXPECT_THAT(Kizuna({"explain", "d1.angry", "--format", "csv"}).out, HasSubstr("DISSATISFIED"));
}

TEST_F(CommandLineTest, WhatIfShowsBothSidesAndWhatMoves) {
  const Done done = Kizuna({"what-if", "acme", "--nps", "2", "--contact", "c-1", "--motion",
                            "seats", "--to", "c-2", "--close-ticket", "t-1"});
  EXPECT_EQ(0, done.code) << done.err;
  EXPECT_THAT(done.out, HasSubstr("as it would be"));
  EXPECT_THAT(done.out, HasSubstr("ALLOW"));
  EXPECT_THAT(done.out, HasSubstr("DENY"));
  EXPECT_THAT(done.out, HasSubstr("would close: DISSATISFIED"));
  EXPECT_THAT(done.out, HasSubstr("Call the people"));
  ExpectFits(done.out);
  const v1::SimulateRequest sent = server_.last_simulation();
  ASSERT_EQ(2, sent.facts_size());
  EXPECT_EQ("c-1", sent.facts(0).survey().contact_id());
  EXPECT_EQ(2, sent.facts(0).survey().score());
  EXPECT_EQ("t-1", sent.facts(1).ticket().ticket_id());
  EXPECT_EQ(v1::Ticket::EVENT_CLOSED, sent.facts(1).ticket().event());
  EXPECT_EQ("c-2", sent.question().contact());
  const Done opened = Kizuna({"what-if", "angry", "--nps", "9", "--format", "json"});
  EXPECT_THAT(opened.out, HasSubstr("\"gates_opened\": [\n    \"DISSATISFIED\"\n  ]"));
  const Done csv = Kizuna({"what-if", "angry", "--nps", "9", "--format", "csv"});
  EXPECT_THAT(csv.out, StartsWith("when,verdict,"));
  EXPECT_THAT(csv.out, HasSubstr("\nbefore,DENY,"));
  EXPECT_THAT(csv.out, HasSubstr("\nafter,ALLOW,"));
}

TEST_F(CommandLineTest, WhatIfTakesFactsAndRulesFromFiles) {
  const std::string facts =
      WriteFile("facts.json", R"([{"survey": {"kind": "KIND_NPS", "score": 1}}])");
  const std::string rules = WriteFile("rules.textproto", "name: 'mine'");
  const Done done = Kizuna({"what-if", "acme", "--facts", facts, "--rulebook", rules});
  EXPECT_EQ(0, done.code) << done.err;
  EXPECT_EQ("accounts/acme", server_.last_simulation().facts(0).account());
  EXPECT_EQ("name: 'mine'", server_.last_simulation().rulebook_text());
  for (const std::vector<std::string>& wrong : std::vector<std::vector<std::string>>{
           {"what-if", "acme"},
           {"what-if", "acme", "--nps", "11"},
           {"what-if", "acme", "--contact", "c-1", "--close-ticket", "t-1"},
           {"what-if", "acme", "--facts", rules},
           {"what-if", "acme", "--facts", "/no/such/file"},
           {"what-if", "acme", "--nps", "1", "--product", "wms"}}) {
    EXPECT_EQ(2, Kizuna(wrong).code) << wrong.back();
  }
  EXPECT_THAT(Kizuna({"what-if", "acme", "--facts", rules}).err, HasSubstr("--facts"));
}

TEST_F(CommandLineTest, HealthAsJsonHoldsEveryDigit) {
  const Done done = Kizuna({"health", "acme", "--format", "json"});
  EXPECT_EQ(0, done.code);
  EXPECT_THAT(done.out, HasSubstr("\"account\": \"acme\""));
  EXPECT_THAT(done.out, HasSubstr("\"raw\": 61.375"));
  EXPECT_THAT(done.out, HasSubstr("\"score\": 60"));
  EXPECT_THAT(done.out, HasSubstr("\"value\": 0.10000000000000001"));
  EXPECT_THAT(done.out, HasSubstr("\"observed_at\": \"2026-11-21T00:00:00.000001Z\""));
  EXPECT_THAT(done.out, HasSubstr("\"points\": -1.375"));
  EXPECT_THAT(done.out, HasSubstr("\"newest_evidence_date\": \"2026-11-21\""));
}

TEST_F(CommandLineTest, HealthAsCsvHasALineADriverAndTheCut) {
  const Done done = Kizuna({"health", "acme", "--format", "csv"});
  const std::vector<std::string> lines = absl::StrSplit(done.out, '\n');
  ASSERT_EQ(6, lines.size());  // titles, three measures, the cut, nothing
  EXPECT_THAT(lines[0], StartsWith("account,checked_at,score,raw,band,coverage,dimension,feature"));
  EXPECT_THAT(lines[4], HasSubstr(",cap,support.open_critical,1,,,-1.375,"));
}

TEST_F(CommandLineTest, HealthForPeopleAddsUp) {
  const Done done = Kizuna({"health", "acme"});
  EXPECT_THAT(done.out, HasSubstr("health 60.0 yellow, from 83 % of the evidence"));
  EXPECT_THAT(done.out, HasSubstr("+30.38"));
  EXPECT_THAT(done.out, HasSubstr("+31.00"));
  EXPECT_THAT(done.out, HasSubstr("-1.38"));
  EXPECT_THAT(done.out, HasSubstr("+60.00"));
  EXPECT_THAT(done.out, HasSubstr("Missing: support.oldest_open_days."));
  ExpectFits(done.out);
}

TEST_F(CommandLineTest, WhyTellsWhatOneNeedsBeforeACall) {
  const Done done = Kizuna({"why", "angry"});
  EXPECT_EQ(0, done.code);
  for (const char* const part :
       {"株式会社 怒り", "DENY  seats of wms, readiness 81.5 if it were open", "loyalty promoter",
        "touch high", "matrix cell B", "at stake USD 12,000 a year", "What the score is made of",
        "What stands in the way", "DISSATISFIED", "closes seats of wms, plan of wms",
        "to open it: Call the people who are dissatisfied.", "who can act: owner; cannot be waived",
        "opens by itself on 2026-12-22 09:00", "Each motion", "renewal", "(81.5)",
        "next changes on"}) {
    EXPECT_THAT(done.out, HasSubstr(part));
  }
  ExpectFits(done.out);
}

TEST_F(CommandLineTest, AReadyAccountHasTheGainAtStakeToo) {
  EXPECT_THAT(Kizuna({"why", "acme"}).out, HasSubstr("at stake USD 12,500 a year"));
  EXPECT_THAT(Kizuna({"why", "acme"}).out, HasSubstr("nothing: every gate is open"));
  EXPECT_THAT(Kizuna({"why", "acme", "--format", "json"}).out,
              HasSubstr("\"revenue_at_stake\": 12500,"));
}

TEST_F(CommandLineTest, ReadyListsAllowUnlessAskedForMore) {
  const Done done = Kizuna({"ready"});
  EXPECT_EQ(0, done.code);
  EXPECT_THAT(done.out, HasSubstr("acme"));
  EXPECT_THAT(done.out, Not(HasSubstr("angry")));
  ExpectFits(done.out);
  const Done all = Kizuna({"ready", "--all"});
  EXPECT_THAT(all.out, HasSubstr("DENY"));
  EXPECT_THAT(all.out, HasSubstr("UNKNOWN"));
  EXPECT_THAT(all.out, HasSubstr("DISSATISFIED"));
  ExpectFits(all.out);
  EXPECT_THAT(Kizuna({"ready", "--verdict", "deny"}).out, Not(HasSubstr("acme ")));
}

TEST_F(CommandLineTest, ReadyForProgramsIsExact) {
  EXPECT_THAT(Kizuna({"ready", "--format", "json"}).out,
              HasSubstr("\"revenue_at_stake\": 12000.5,"));
  const Done csv = Kizuna({"--format", "csv", "ready", "--all"});
  EXPECT_EQ(4, std::count(csv.out.begin(), csv.out.end(), '\n'));
  EXPECT_THAT(csv.out, HasSubstr("2,angry,株式会社 怒り,DENY,SEATS,wms,81.5,60,YELLOW,B,12000.5,"
                                 "USD,DISSATISFIED,"));
}

TEST_F(CommandLineTest, ListsGoOverAllPages) {
  EXPECT_THAT(Kizuna({"account", "list"}).out, HasSubstr("新しい会社"));
  const Done limited = Kizuna({"account", "list", "--limit", "2"});
  EXPECT_THAT(limited.out, Not(HasSubstr("新しい会社")));
  EXPECT_THAT(limited.err, HasSubstr("there are more accounts"));
  const Done json = Kizuna({"account", "list", "--format", "json"});
  EXPECT_THAT(json.out, StartsWith("{\n  \"accounts\": [\n    {\n      \"account\": \"acme\","));
  EXPECT_THAT(json.out, HasSubstr("\"account\": \"new\""));
}

TEST_F(CommandLineTest, TablesSpeakJapaneseAndProgramsHearNoDifference) {
  const auto japanese = [this](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"--lang", "ja"});
    return Kizuna(arguments).out;
  };
  EXPECT_THAT(japanese({"check", "angry"}), StartsWith("不可  angry: 席数追加"));
  EXPECT_THAT(japanese({"check", "angry"}), HasSubstr("不満あり DISSATISFIED"));
  EXPECT_THAT(japanese({"why", "angry"}), HasSubstr("ヘルススコアの内訳"));
  EXPECT_THAT(japanese({"why", "angry"}), HasSubstr("対応できる人：担当。免除できません"));
  EXPECT_THAT(japanese({"ready"}), HasSubstr("席数追加 wms"));
  EXPECT_THAT(japanese({"ready", "--all"}), HasSubstr("不満あり"));
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{"ready"},
                                                    {"ready", "--all"},
                                                    {"why", "angry"},
                                                    {"why", "new"},
                                                    {"health", "acme"},
                                                    {"history", "acme"}}) {
    ExpectFits(japanese(arguments));
    for (const char* const format : {"json", "csv"}) {
      std::vector<std::string> typed = arguments;
      typed.insert(typed.end(), {"--format", format});
      EXPECT_EQ(Kizuna(typed).out, japanese(typed)) << arguments[0];
    }
  }
}

TEST_F(CommandLineTest, ReadyKeepsTheHealthOnANarrowTerminal) {
  for (const char* const title : {"health", "ready", "at stake", "cell"}) {
    EXPECT_THAT(Kizuna({"ready"}).out, HasSubstr(title));
  }
  EXPECT_THAT(Kizuna({"ready"}).out, HasSubstr("At stake: USD a year."));
  EXPECT_THAT(Kizuna({"ready"}).out, Not(HasSubstr("pace")));
  EXPECT_THAT(Kizuna({"ready", "--all"}).out, HasSubstr("health"));
}

TEST_F(CommandLineTest, HistoryAndWhyShowTheTrendToPeopleAlone) {
  // One day with 60 points.
  EXPECT_THAT(Kizuna({"history", "acme"}).out, HasSubstr("trend ▅  (days with a change: 1)"));
  EXPECT_THAT(Kizuna({"why", "acme"}).out, HasSubstr("trend ▅"));
  EXPECT_THAT(Kizuna({"why", "acme", "--known-at", "1"}).out, Not(HasSubstr("trend ▅")));
  EXPECT_THAT(Kizuna({"history", "acme", "--format", "json"}).out, Not(HasSubstr("▅")));
}

}  // namespace
}  // namespace kizuna::cli
