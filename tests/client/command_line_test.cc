// SPDX-License-Identifier: Apache-2.0
//
// The command line from its arguments to its exit code and its output, against a fake server.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "client/cli/display_text.h"
#include "client/cli/run.h"
#include "tests/client/fake_server.h"

namespace kizuna::cli {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// What a command printed and how it ended.
struct Done {
  int code;
  std::string out;
  std::string err;
};

class CommandLineTest : public testing::Test {
 protected:
  CommandLineTest() {
    ::setenv("KIZUNA_SERVER", server_.address().c_str(), 1);
    ::unsetenv("KIZUNA_TOKEN");
    server_.AddAccount("acme", "Acme Corporation", 9);
    server_.AddAccount("angry", "株式会社 怒り", 2);
    server_.AddAccount("new", "新しい会社", -1);
  }

  Done Kizuna(const std::vector<std::string>& arguments, const std::string& input = "",
              bool terminal = false) {
    std::istringstream in(input);
    std::ostringstream out;
    std::ostringstream err;
    Terminal streams;
    streams.in = &in;
    streams.out = &out;
    streams.err = &err;
    streams.in_is_terminal = streams.err_is_terminal = streams.out_colour = terminal;
    const int code = cli::Run(arguments, streams);
    return {code, out.str(), err.str()};
  }

  static std::string WriteFile(const std::string& name, const std::string& text) {
    const std::string path = testing::TempDir() + "/" + name;
    std::ofstream(path) << text;
    return path;
  }

  static void ExpectFits(const std::string& text) {
    for (const absl::string_view line : absl::StrSplit(text, '\n')) {
      EXPECT_LE(DisplayWidth(line), 80) << line;
    }
  }

  test::FakeServer server_;
};

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

TEST_F(CommandLineTest, AnUnknownAccountSaysHowToListAccounts) {
  for (const char* const command : {"check", "health", "why"}) {
    const Done done = Kizuna({command, "nobody"});
    EXPECT_EQ(1, done.code) << command;
    EXPECT_EQ("", done.out);
    EXPECT_THAT(done.err, HasSubstr("accounts/nobody"));
    EXPECT_THAT(done.err, HasSubstr("kizuna account list"));
  }
}

TEST_F(CommandLineTest, AMalformedDateNamesTheFlagAndTheFormat) {
  const Done done = Kizuna({"health", "acme", "--as-of", "2024-13-01"});
  EXPECT_EQ(2, done.code);
  EXPECT_EQ("", done.out);
  EXPECT_THAT(done.err, HasSubstr("--as-of: '2024-13-01' is not a date; write YYYY-MM-DD or "
                                  "YYYY-MM-DDTHH:MM:SSZ"));
}

TEST_F(CommandLineTest, WrongUsageEndsWithTwoAndPointsAtTheHelp) {
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{"health"},
                                                    {"health", "acme", "--nonsense"},
                                                    {"dance"},
                                                    {"account"},
                                                    {"check", "acme", "--motion", "dance"},
                                                    {"check", "acme", "--product", "wms"},
                                                    {"status", "--format", "xml"},
                                                    {"ready", "--limit", "-3"},
                                                    {"ready", "--all", "--verdict", "deny"},
                                                    {"signal", "record", "acme"},
                                                    {"signal", "record", "nps", "--score", "9"}}) {
    const Done done = Kizuna(arguments);
    EXPECT_EQ(2, done.code) << arguments.front() << "\n" << done.out << done.err;
    EXPECT_EQ("", done.out);
    EXPECT_THAT(done.err, StartsWith("kizuna: "));
  }
  EXPECT_THAT(Kizuna({"health"}).err, HasSubstr("kizuna health --help"));
}

TEST_F(CommandLineTest, NoServerSaysWhereItLookedAndHowToSayOtherwise) {
  const Done done = Kizuna({"--server", "127.0.0.1:1", "status"});
  EXPECT_EQ(1, done.code);
  EXPECT_THAT(done.err, HasSubstr("127.0.0.1:1"));
  EXPECT_THAT(done.err, HasSubstr("--server HOST:PORT"));
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

TEST_F(CommandLineTest, AnAccountIsWrittenShownAndErased) {
  const Done created =
      Kizuna({"account", "upsert", "beta", "--name", "Beta", "--sizing", "sites=3", "--sizing",
              "employees=40", "--lifetime-value", "1200.50", "--alias", "crm=12"});
  EXPECT_EQ(0, created.code) << created.err;
  EXPECT_THAT(created.out, StartsWith("created beta"));
  EXPECT_THAT(Kizuna({"account", "upsert", "beta", "--owner", "sato"}).out,
              StartsWith("updated beta"));
  const Done shown = Kizuna({"account", "show", "beta"});
  for (const char* const part : {"sites 3", "employees 40", "crm 12", "sato", "佐藤 由紀"}) {
    EXPECT_THAT(shown.out, HasSubstr(part));
  }
  EXPECT_THAT(Kizuna({"account", "show", "beta", "--format", "json"}).out,
              HasSubstr("\"lifetime_value\": 1200.5"));
  const Done unasked = Kizuna({"account", "erase", "beta"});
  EXPECT_EQ(2, unasked.code);
  EXPECT_THAT(unasked.err, HasSubstr("--yes"));
  EXPECT_EQ(1, Kizuna({"account", "erase", "beta"}, "n\n", true).code);
  EXPECT_EQ(0, Kizuna({"account", "show", "beta"}).code);
  EXPECT_EQ(0, Kizuna({"account", "erase", "beta"}, "yes\n", true).code);
  EXPECT_EQ(1, Kizuna({"account", "show", "beta"}).code);
}

TEST_F(CommandLineTest, ASignalIsRecordedByItsFlags) {
  const Done done =
      Kizuna({"signal", "record", "acme", "nps", "--score", "9", "--contact", "c-1", "--comment",
              "とても良い", "--id", "a-1", "--observed-at", "2026-11-20"});
  EXPECT_EQ(0, done.code) << done.err;
  EXPECT_THAT(done.out, StartsWith("recorded cli/a-1, acme is at revision "));
  const v1::Fact fact = server_.last_fact();
  EXPECT_EQ("accounts/acme", fact.account());
  EXPECT_EQ(v1::Survey::KIND_NPS, fact.survey().kind());
  EXPECT_EQ(9, fact.survey().score());
  EXPECT_EQ("c-1", fact.survey().contact_id());
  EXPECT_EQ("とても良い", fact.survey().comment());
  // The last microsecond of the day in Asia/Tokyo.
  EXPECT_EQ(1795305600 - 86400 - 9 * 3600 - 1, fact.observed_at().seconds());
  EXPECT_EQ(999999000, fact.observed_at().nanos());
  EXPECT_THAT(Kizuna({"signal", "record", "acme", "nps", "--score", "9", "--id", "a-1"}).out,
              StartsWith("duplicate "));
}

TEST_F(CommandLineTest, EveryTypeOfFlagReachesItsField) {
  const auto record = [this](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"signal", "record", "acme"});
    const Done done = Kizuna(arguments);
    EXPECT_EQ(0, done.code) << done.err;
    return server_.last_fact();
  };
  const v1::Fact pitch = record({"pitch", "--direction", "outbound", "--two-way", "--motion",
                                 "cross-sell", "--product", "wms", "--outcome", "not-now",
                                 "--contact", "c-1", "--satisfaction-score", "4"});
  EXPECT_EQ(v1::Interaction::KIND_PITCH, pitch.interaction().kind());
  EXPECT_TRUE(pitch.interaction().two_way());
  EXPECT_EQ(v1::MOTION_CROSS_SELL, pitch.interaction().motion());
  EXPECT_EQ("products/wms", pitch.interaction().product());
  EXPECT_EQ(v1::Interaction::OUTCOME_NOT_NOW, pitch.interaction().outcome());
  EXPECT_EQ(4, pitch.interaction().satisfaction().score());
  EXPECT_FALSE(record({"call", "--direction", "inbound"}).interaction().has_satisfaction());
  const v1::Fact subscription =
      record({"subscription", "--subscription-id", "s-1", "--annual-price", "12000.5", "--seats",
              "20", "--start-date", "2026-04-01", "--auto-renew"});
  EXPECT_EQ(12000, subscription.subscription().annual_price().units());
  EXPECT_EQ(500000000, subscription.subscription().annual_price().nanos());
  EXPECT_EQ(20, subscription.subscription().seats());
  EXPECT_EQ(4, subscription.subscription().start_date().month());
  EXPECT_TRUE(subscription.subscription().auto_renew());
  const v1::Fact ticket =
      record({"ticket", "--ticket-id", "t-1", "--event", "updated", "--escalated=false"});
  EXPECT_TRUE(ticket.ticket().has_escalated());
  EXPECT_FALSE(ticket.ticket().escalated());
  EXPECT_FALSE(
      record({"ticket", "--ticket-id", "t-2", "--event", "opened"}).ticket().has_escalated());
  const v1::Fact hold = record({"hold", "--hold-id", "h-1", "--author", "sato", "--reason",
                                "merger", "--expires-at", "2026-12-31T00:00:00Z"});
  EXPECT_EQ(1798675200, hold.hold().expires_at().seconds());
}

TEST_F(CommandLineTest, ARefusedSignalSaysWhatIsWrong) {
  const Done refused = Kizuna({"signal", "record", "acme", "nps", "--score", "11"});
  EXPECT_EQ(1, refused.code);
  EXPECT_THAT(refused.err, HasSubstr("survey.score: is out of range; write 0 to 10"));
  const Done typed = Kizuna({"signal", "record", "acme", "nps", "--score", "nine"});
  EXPECT_EQ(2, typed.code);
  EXPECT_THAT(typed.err, HasSubstr("--score: 'nine' is not a number"));
  const Done unknown = Kizuna({"signal", "record", "nobody", "nps", "--score", "9"});
  EXPECT_EQ(1, unknown.code);
  EXPECT_THAT(unknown.err, HasSubstr("kizuna account list"));
}

TEST_F(CommandLineTest, FactsAreReadFromJsonInEachForm) {
  const std::string one =
      R"({"account": "acme", "source": "t", "fact_id": "ID", "interest": {"product": "wms"}})";
  const auto with_id = [&one](const std::string& id) {
    std::string text = one;
    return text.replace(text.find("ID"), 2, id);
  };
  const std::string array =
      WriteFile("array.json", "[" + with_id("1") + ",\n" + with_id("2") + "]");
  EXPECT_EQ("2 facts: 2 recorded\n", Kizuna({"signal", "record", "--json", array}).out);
  EXPECT_EQ("products/wms", server_.last_fact().interest().product());
  const std::string lines = with_id("2") + "\n\n" + with_id("3") + "\n";
  EXPECT_EQ("2 facts: 1 duplicate, 1 recorded\n",
            Kizuna({"signal", "record", "--json", "-"}, lines).out);
  const std::string wrapped = "{\"facts\": [" + with_id("4") + "]}";
  EXPECT_EQ(0, Kizuna({"signal", "record", "--json", "-"}, wrapped).code);
  const Done bare = Kizuna({"signal", "record", "acme", "--json", "-"},
                           R"({"source": "t", "factId": "5", "hearing": {"needFound": true}})");
  EXPECT_EQ(0, bare.code) << bare.err;
  EXPECT_EQ(5, server_.fact_count());
}

TEST_F(CommandLineTest, SomeRefusedFactsEndWithThreeAndAreListed) {
  const std::string lines =
      R"({"account":"acme","source":"t","fact_id":"1","interest":{"product":"wms"}})"
      "\n"
      R"({"account":"nobody","source":"t","fact_id":"2","interest":{"product":"wms"}})";
  const Done done = Kizuna({"signal", "record", "--json", "-"}, lines);
  EXPECT_EQ(3, done.code);
  EXPECT_THAT(done.out, HasSubstr("nobody"));
  EXPECT_THAT(done.out, HasSubstr("2 facts: 1 recorded, 1 refused"));
  const Done json = Kizuna({"signal", "record", "--json", "-", "--format", "json"}, lines);
  EXPECT_EQ(3, json.code);
  EXPECT_THAT(json.out, HasSubstr("\"error_code\": \"NOT_FOUND\""));
}

TEST_F(CommandLineTest, JsonThatCannotBeReadNamesTheLine) {
  const std::string lines =
      R"({"account":"acme","source":"t","fact_id":"1","interest":{"product":"wms"}})"
      "\n"
      R"({"account":"acme","sauce":"t"})";
  const Done done = Kizuna({"signal", "record", "--json", "-"}, lines);
  EXPECT_EQ(2, done.code);
  EXPECT_THAT(done.err, HasSubstr("line 2"));
  EXPECT_THAT(done.err, HasSubstr("sauce"));
  EXPECT_EQ(0, server_.fact_count());
}

TEST_F(CommandLineTest, ARulebookComesIntoForceOnlyAfterItsEffectWasSeen) {
  const std::string file = WriteFile("mine.textproto", "name: \"mine\"\n");
  const Done unasked = Kizuna({"rulebook", "activate", file, "--author", "sato"});
  EXPECT_EQ(2, unasked.code);
  EXPECT_THAT(unasked.err, HasSubstr("--yes"));
  const Done no = Kizuna({"rulebook", "activate", file, "--author", "sato"}, "n\n", true);
  EXPECT_EQ(1, no.code);
  EXPECT_THAT(no.out, HasSubstr("of 3 accounts, 1 would have another verdict"));
  EXPECT_THAT(no.out, HasSubstr("acme"));
  EXPECT_THAT(Kizuna({"rulebook", "show"}).out, HasSubstr("starter"));
  const Done yes = Kizuna({"rulebook", "activate", file, "--author", "sato"}, "y\n", true);
  EXPECT_EQ(0, yes.code);
  EXPECT_THAT(yes.out, HasSubstr("rulebook 2"));
  EXPECT_EQ("name: \"mine\"\n", Kizuna({"rulebook", "show"}).out);
  const Done script =
      Kizuna({"rulebook", "activate", file, "--author", "bot", "--yes", "--format", "json"});
  EXPECT_EQ(0, script.code);
  EXPECT_THAT(script.out, StartsWith("{"));
  EXPECT_THAT(script.out, HasSubstr("\"changed\": 1"));
}

TEST_F(CommandLineTest, AFaultyRulebookIsToldFieldByField) {
  const std::string file = WriteFile("bad.textproto", "name: \"bad\"\n");
  for (const char* const command : {"validate", "preview"}) {
    const Done done = Kizuna({"rulebook", command, file});
    EXPECT_EQ(1, done.code);
    EXPECT_THAT(done.out, HasSubstr("models[0].dimensions[1].weight"));
    EXPECT_THAT(done.out, HasSubstr("write a weight above 0"));
  }
  EXPECT_EQ(2, Kizuna({"rulebook", "validate", "/nowhere"}).code);
}

TEST_F(CommandLineTest, EveryCommandHasExamplesInItsHelp) {
  const std::vector<std::vector<std::string>> commands = {{"check"},
                                                          {"health"},
                                                          {"why"},
                                                          {"ready"},
                                                          {"history"},
                                                          {"status"},
                                                          {"account", "list"},
                                                          {"account", "show"},
                                                          {"account", "upsert"},
                                                          {"account", "erase"},
                                                          {"signal", "record"},
                                                          {"signal", "record", "acme", "nps"},
                                                          {"rulebook", "list"},
                                                          {"rulebook", "show"},
                                                          {"rulebook", "validate"},
                                                          {"rulebook", "preview"},
                                                          {"rulebook", "activate"}};
  for (std::vector<std::string> command : commands) {
    command.push_back("--help");
    const Done done = Kizuna(command);
    EXPECT_EQ(0, done.code) << command[0];
    EXPECT_THAT(done.out, HasSubstr("Examples:\n  kizuna ")) << command[0];
  }
  EXPECT_THAT(Kizuna({}).out, HasSubstr("may I pitch this"));
  EXPECT_EQ(0, Kizuna({"--version"}).code);
}

TEST_F(CommandLineTest, ColourIsForTerminalsAlone) {
  EXPECT_THAT(Kizuna({"ready", "--all"}).out, Not(HasSubstr("\x1b")));
  EXPECT_THAT(Kizuna({"ready", "--all"}, "", true).out, HasSubstr("\x1b[31mDENY"));
}

TEST_F(CommandLineTest, WordsOfCustomersCannotSteerTheTerminal) {
  server_.AddAccount("evil", "Evil\x1b[2J\x1b[31mCorp", 9);
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{"ready"},
                                                    {"why", "evil"},
                                                    {"health", "evil"},
                                                    {"account", "list"},
                                                    {"account", "show", "evil"}}) {
    EXPECT_THAT(Kizuna(arguments).out, Not(HasSubstr("\x1b"))) << arguments[0];
  }
}

TEST_F(CommandLineTest, HistoryAndStatusAnswerInEveryForm) {
  EXPECT_THAT(Kizuna({"history", "acme"}).out, HasSubstr("2026-11-21    60.0  yellow"));
  EXPECT_THAT(Kizuna({"history", "acme", "--format", "csv"}).out,
              HasSubstr("2026-11-21,60,YELLOW"));
  EXPECT_THAT(Kizuna({"status"}).out, HasSubstr("Asia/Tokyo"));
  EXPECT_THAT(Kizuna({"status", "--format", "json"}).out, HasSubstr("\"accounts\": 3"));
  EXPECT_THAT(Kizuna({"status", "--format", "csv"}).out, HasSubstr("time_zone,Asia/Tokyo\n"));
}

TEST_F(CommandLineTest, ABackupAndANewKeyAnswerInEveryForm) {
  EXPECT_THAT(Kizuna({"backup"}).out, HasSubstr("backup 3 of 2026-11-22"));
  EXPECT_THAT(Kizuna({"backup"}).out, HasSubstr("1,234,567 bytes"));
  EXPECT_THAT(Kizuna({"backup", "--format", "json"}).out, HasSubstr("\"number\": 3"));
  EXPECT_THAT(Kizuna({"backup", "--format", "csv"}).out,
              HasSubstr("3,2026-11-22T00:00:00Z,1234567\n"));
  EXPECT_THAT(Kizuna({"decision-key", "rotate"}).out, HasSubstr("key 2 signs"));
  EXPECT_THAT(Kizuna({"decision-key", "rotate", "--format", "json"}).out,
              HasSubstr("\"key_number\": 2"));
  EXPECT_THAT(Kizuna({"decision-key", "rotate", "--format", "csv"}).out,
              HasSubstr("2,2026-11-22T00:00:00Z\n"));
  EXPECT_EQ(2, Kizuna({"decision-key"}).code);
}

TEST_F(CommandLineTest, TheTokenComesFromTheEnvironment) {
  server_.faults().token = "secret";
  const Done without = Kizuna({"status"});
  EXPECT_EQ(1, without.code);
  EXPECT_THAT(without.err, HasSubstr("KIZUNA_TOKEN"));
  ::setenv("KIZUNA_TOKEN", "secret", 1);
  EXPECT_EQ(0, Kizuna({"status"}).code);
  ::unsetenv("KIZUNA_TOKEN");
}

}  // namespace
}  // namespace kizuna::cli
