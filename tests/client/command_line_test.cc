// SPDX-License-Identifier: Apache-2.0
//
// The command line from its arguments to its exit code: usage, accounts, facts, rulebooks, status.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/client/command_line_fixture.h"

namespace kizuna::cli {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

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
